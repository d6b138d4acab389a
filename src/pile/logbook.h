/* logbook.h - the lines of the log about one outlet: each change of protection and of power with
 * its reason, what was plugged and how it is charged, and how good the guesses about heat are. */
#pragma once
#include "pile/pile.h"

/* `happened` as evse_step told it, bits of enum evse_happened. */
void outlet_log(struct pile *pile, const struct outlet *outlet, uint32_t happened);
