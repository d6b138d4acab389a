/* displays.h - the conversation about messages on piles' displays (OCPP 2): shown at once or at a
 * time, for everybody or for one charge, taken away, over by themselves. A pile that is away hears
 * of one when it comes back within a day. */
#pragma once
#include "app/ask.h"
#include "store/display.h"

enum displays_outcome {
	DISPLAYS_E_UNKNOWN = 1,
	DISPLAYS_E_VERSION =
		2,            /* the pile's protocol has no such message, or not with this format */
	DISPLAYS_E_FULL = 3,  /* too many commands wait for the pile */
	DISPLAYS_E_STATE = 4, /* not shown any more */
	DISPLAYS_E_TIME = 5,  /* ends before it begins, or has ended */
	DISPLAYS_E_CHARGE = 6, /* the order's charge does not run */
};
/* Texts in the words of OCPP 2; empty language and shown_while: none said. */
struct display_wish {
	int64_t tenant_id, pile_id, user_id;
	int64_t order_id; /* only while its charge runs; 0: for everybody */
	struct str content, format, language, priority, shown_while;
	int64_t from_us, until_us; /* 0: at once, until it is taken away */
};
int displays_show(struct ctx *ctx, const struct display_wish *wish, struct display *ret_display);
int displays_clear(struct ctx *ctx, int64_t tenant_id, int64_t id, int64_t user_id);
int displays_answered(struct ctx *ctx, const struct ask_answer *answer);
int displays_tick(struct ctx *ctx);
