/* told.h - what only a server of OCPP 2.x is told of an outlet: each charging state of a
 * transaction, its end at a limit, protections as events. pile.c calls these in each step. */
#pragma once
#include "pile/pile.h"

/* Would a server of 2.x be told? Offline that is the version spoken last, or preferred. */
bool pile_tells_states(const struct pile *pile);
/* How things stand at the outlet now. */
struct spool_facts outlet_facts(const struct pile *pile, const struct outlet *outlet);
void outlet_states(struct pile *pile, struct outlet *outlet);
void outlet_limits(struct pile *pile, struct outlet *outlet);
void outlet_alerts(struct pile *pile, const struct outlet *outlet);
