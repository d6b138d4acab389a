/* report.h - answers in parts: the list of them, oldest first, and the walk over one's rows. A
 * connection that ends takes them with it. */
#pragma once
#include "pile/pile.h"

#define REPORT_ROWS (64 * REPORT_WORDS)

/* A new one at the end of the list, its rows empty; NULL when too many wait. */
struct pile_report *report_add(struct pile *pile, enum call_kind kind, int32_t request_id);
void report_want(struct pile_report *report, size_t row);
bool report_wants(const struct pile_report *report, size_t row);
/* The next wanted row from `row` on; -1 when there is none. */
int report_next(const struct pile_report *report, int row);
/* The oldest one is done, or cannot be told. */
void report_drop(struct pile *pile);
/* The newest one has nothing to tell. */
void report_cancel(struct pile *pile);
/* Nobody waits for any of them. */
void report_drop_all(struct pile *pile);
