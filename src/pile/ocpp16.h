/* ocpp16.h - the pile's conversation in OCPP 1.6: structs of wire/ocpp16 from and to pile.h, as
 * rows of talk.h. ocpp16.c says, ocpp16_orders.c, ocpp16_lists.c
 * and ocpp16_security.c answer. */
#pragma once
#include "pile/talk.h"

extern const struct talk_version talk_16;
/* What the server may ask for, a list a file. */
extern const struct talk_orders ocpp16_orders, ocpp16_lists, ocpp16_security, ocpp16_care,
	ocpp16_profile_orders;
extern const struct talk_says ocpp16_security_says, ocpp16_care_says;
/* Sends what was asked for soon; an enum ocpp16_trigger_message_status. `what`: enum
 * ocpp16_message_trigger. */
int ocpp16_trigger(struct pile *pile, int what, int64_t connector);
