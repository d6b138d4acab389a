/* visitor.h - a simulated driver for demos and load: comes, plugs in, taps a card, charges, taps
 * again, unplugs, and leaves room for the next. Acts only on an outlet nobody else uses. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/rng.h"
#include "base/str.h"
#include "pile/hal/sim.h"
#include "pile/pile.h"

enum visitor_state {
	VISITOR_AWAY = 0,
	VISITOR_PLUGGED,  /* about to tap */
	VISITOR_TAPPED,   /* waits for the charge to begin */
	VISITOR_CHARGING, /* until enough or full */
	VISITOR_LEAVING,  /* tapped again, about to unplug */
};

struct visitor {
	bool on;
	enum visitor_state state;
	int64_t next_us;
	char tag[HAL_TAG_MAX + 1];
};

/* `tags` is a comma separated list of cards to choose from; without any nobody comes. */
void visitor_step(struct visitor *visitor, struct sim *sim, const struct outlet *outlet,
	const struct str *tags, struct rng *rng, int64_t ticks_us);
