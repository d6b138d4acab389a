/* orders.h - the server's calls of OCPP 1.6: one row each, from action to handler. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"
#include "wire/ocpp.h"

/* Carries out one call and appends the answer's payload; 0, or the code that refuses it with a
 * sentence in *ret_text. */
enum ocpp_code orders_take(struct pile *pile, struct str action, struct str payload,
	struct arena *scratch, struct buf *ret_payload, struct str *ret_text);
