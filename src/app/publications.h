/* publications.h - the conversation about firmware that a pile fetches once and offers to the
 * others of its site (OCPP 2): asked for, fetched, published, withdrawn. */
#pragma once
#include "app/ask.h"
#include "store/display.h"

enum publications_outcome {
	PUBLICATIONS_E_UNKNOWN = 1,
	PUBLICATIONS_E_FILE = 2,    /* no such firmware, or its bytes are not there yet */
	PUBLICATIONS_E_VERSION = 3, /* the pile's protocol has no such message */
	PUBLICATIONS_E_FULL = 4,
	PUBLICATIONS_E_STATE = 5, /* it is not published */
};
int publications_ask(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t firmware_id,
	int64_t user_id, struct publication *ret_publication);
int publications_withdraw(struct ctx *ctx, int64_t tenant_id, int64_t id, int64_t user_id);
/* The pile's word on its way: "published" with the addresses, "failed" with its reason, "loading".
 */
int publications_reported(struct ctx *ctx, int64_t pile_id, int64_t number, const char *state,
	struct str error, struct str place);
int publications_answered(struct ctx *ctx, const struct ask_answer *answer);
