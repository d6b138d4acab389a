/* der.h - the grid's controls of energy that flows back (OCPP 2.1, block R): the one kind that this
 * pile can keep, the most that may be given back, as a default and for times to come. Kept as notes
 * of the journal. Others are refused when they are set: a curve that is stored and not followed
 * would be a wrong answer to the grid.
 *
 *   what counts now = of the scheduled ones whose time it is, the one with the lowest priority
 *   number (of equal ones the younger); without one, of the defaults likewise; without any, all
 *   may be given back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define DER_MOST 12
#define DER_ID_MAX 36
#define DER_NEWS 8
#define DER_NEVER INT64_MAX

struct der_control {
	char id[DER_ID_MAX + 1];
	bool is_default;
	int64_t priority;            /* 0 is the highest */
	int64_t percent_e6;          /* of what may be given back at most */
	int64_t start_s, duration_s; /* scheduled ones; DER_NEVER: open end */
};
struct der_news { /* what the server is to be told */
	bool alarm;
	bool over;    /* of the voltage, else under it */
	bool started; /* a control began, or an alarm did; else it ended */
	int64_t at_us;
	char id[DER_ID_MAX + 1];
};
struct pile;
struct der {
	struct der_control *list; /* NULL until the first one comes; older ones first */
	size_t len;
	char active[DER_ID_MAX + 1]; /* the scheduled one that counts, "" none */
	bool over, under;            /* voltage alarms that were told */
	struct der_news news[DER_NEWS];
	size_t news_len;
};

enum der_outcome {
	DER_E_VALUE = 1, /* impossible percent, time or name */
	DER_E_FULL = 2,
};
void der_load(struct pile *pile);
void der_free(struct pile *pile);
/* Keeps one, in the place of one with its name. Those that it supersedes: their places in
 * ret_superseded, *ret_len of them. DER_E_*, or a fault. */
int der_set(struct pile *pile, const struct der_control *control, size_t ret_superseded[DER_MOST],
	size_t *ret_len);
/* Does a younger or higher one stand before it? */
bool der_superseded(const struct der *der, size_t at);
/* Forgets those that match: a name, or ("") all defaults or all scheduled ones. The number
 * forgotten, or a fault. */
int der_clear(struct pile *pile, bool is_default, struct str id);
/* Millionths of a percent of what may be given back that are allowed now. */
int64_t der_percent_e6(const struct der *der, int64_t now_s);
/* Once a second: what began and ended, and how the grid is. */
void der_step(struct pile *pile);
void der_told(struct pile *pile);
