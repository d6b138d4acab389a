/* ocpp_signed.h - signed readings, whatever the protocol version brought them: from the pile's text
 * to a row with its verdict, and the key each meter is known by. */
#pragma once
#include "app/ctx.h"
#include "domain/session.h"
#include "store/meter_record.h"

/* One reading as the pile told it: `why` "begin" or "end", the line, its format and method, the
 * public key told with it (may be empty), and when it came. Whatever it is, the charge itself
 * stands: a record that does not check is kept with the reason, for people to look at. The first
 * key that signed a genuine reading is the meter's from then on; another one raises an alarm until
 * a person takes it for good. The session is the one charged for, as stored. */
int ocpp_signed_keep(
	struct ctx *ctx, const struct session *session, const struct meter_record *told);

enum signed_outcome {
	SIGNED_E_KEY = 1, /* that outlet's meter does not sign with this key */
};
/* A person takes the other key of an outlet's meter for good; what it signed is genuine then. */
int ocpp_signed_trust(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str public_key,
	int64_t staff_id);
/* The first and last digits of a key, for people. */
struct str ocpp_signed_short(struct arena *arena, struct str public_key);
/* Forgets what was kept of transactions that never charged anybody. */
int ocpp_signed_tick(struct ctx *ctx);
