/* setups.h - the conversation about wanted settings: a setup is a list of names and values for some
 * piles; what a pile reported is compared with it, and what differs can be pushed. */
#pragma once
#include "app/ask.h"

enum setups_outcome { SETUPS_E_UNKNOWN = 1, SETUPS_E_OFFLINE = 2, SETUPS_E_FULL = 3 };

/* Sends every setting of the pile's setup that differs or was never reported. *ret_sent says how
 * many. */
int setups_push(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id, int64_t *ret_sent);
int setups_answered(struct ctx *ctx, const struct ask_answer *answer);
