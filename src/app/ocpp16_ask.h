/* ocpp16_ask.h - what conversations ask (app/ask.h) as OCPP 1.6 calls, the words of the house, and
 * the answers of a pile that speaks them. */
#pragma once
#include "app/ask.h"

struct command_wish;
struct command;
/* Fills action and payload. ASK_E_UNSUPPORTED when OCPP 1.6 has no such call. */
int ocpp16_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish);
/* The decoded answer of a command that asks (NULL when `error` tells why there is none). */
int ocpp16_ask_answered(
	struct ctx *ctx, const struct command *command, const void *answer, struct str error);
