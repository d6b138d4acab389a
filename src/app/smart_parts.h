/* smart_parts.h - what smart.c and smart_wishes.c share. Included by nobody else. */
#pragma once
#include "app/smart.h"

/* A limit that is taken away: what the piles were given is cleared, then the limit is forgotten. */
int smart_release(
	struct ctx *ctx, const struct site_power *power, struct outlet_power *outlets, size_t len);
/* At a site without limit: the charge is told all that outlet and car can. */
int smart_tell_all(struct ctx *ctx, const struct outlet_power *outlet);
/* Something about one outlet changed: a small site is shared anew at once, a large one at its
 * beat. */
int smart_changed(struct ctx *ctx, int64_t site_id);
