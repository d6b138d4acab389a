/* ocpp16.h - the pile's conversation in OCPP 1.6: structs of wire/ocpp16 from and to pile.h, as
 * rows of talk.h. ocpp16.c says, ocpp16_orders.c and ocpp16_lists.c
 * answer. */
#pragma once
#include "pile/talk.h"

extern const struct talk_version talk_16;
/* What the server may ask for, a list a file. */
extern const struct talk_orders ocpp16_orders, ocpp16_lists;
