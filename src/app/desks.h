/* desks.h - what the conversations may ask of the front desks: a stored command in the words of the
 * pile. The desks themselves are in ocpp.h. */
#pragma once
#include "app/ctx.h"
#include "store/command.h"

/* Texts in the arena. > 0 when the protocol has no words for it. */
int desks_encode(struct ctx *ctx, struct str protocol, const struct command *command,
	struct str *ret_action, struct str *ret_payload);
/* The new password in a call that sets one, whoever wrote the call; empty when it sets none. */
struct str desks_password(struct arena *arena, struct str action, struct str payload);
