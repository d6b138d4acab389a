/* ocpp2_ask.h - asks that only OCPP 2 has words for: they are stored in the words of what the pile
 * speaks (app/ocpp.h). */
#pragma once
#include "app/ask.h"
#include "app/ocpp.h"

struct command_wish; /* app/devices.h */
struct pile;         /* store/pile.h */

/* Fills action, payload and protocol of the command. ASK_E_UNSUPPORTED when the pile speaks another
 * version, or its version has no such value; ASK_E_UNKNOWN. */
int ocpp2_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish);
/* The request of an action as the payload of a command for this pile: `req` is the action's struct.
 * ASK_E_UNSUPPORTED, and then *ret_error says which value it was (path empty: the pile speaks
 * another version). */
int ocpp2_word(struct ctx *ctx, const struct pile *pile, const char *action, const void *req,
	struct command_wish *wish, struct record_error *ret_error);
/* What the pile calls the charge of an order. ASK_E_UNKNOWN: none began, or the pile leaves the
 * naming to us (OCPP 1.6). */
int ocpp2_charge_name(struct ctx *ctx, int64_t order_id, struct str *ret_name);
/* The status of an answer as a verdict, for whoever asked. */
enum ask_verdict ocpp2_verdict(struct str status);
