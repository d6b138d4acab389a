/* web.h - paying on the web (OCPP 2.1 WebPaymentsCtrlr): the code on an outlet's screen that
 * changes with the time, and outlets kept for whoever pays just now. What the server sets of it are
 * keys (keys.h). */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"

/* The address behind the code of an outlet's screen at this moment: the server's template with
 * {chargingstationid}, {evse}, {totp} and {version} filled in (no other variable is known here: it
 * becomes empty). STR_NULL: such codes are not in use, or there is no network to use them with. */
struct str web_code(const struct pile *pile, int64_t outlet, struct arena *arena);
/* Somebody began to pay for the outlet: no card starts there for so long. 0 ends it. */
void web_paying(struct pile *pile, struct outlet *outlet, int64_t seconds);
/* Is the outlet kept so now? */
bool web_keeps(const struct pile *pile, const struct outlet *outlet);
