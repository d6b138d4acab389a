/* timer.h - what has to happen by itself: once a second a write job that looks at deadlines
 * (charging_tick). One is out at a time; how long the last one took to come back tells whether the
 * lanes live. */
#pragma once
#include "base/clock.h"
#include "net/net.h"
#include "server/lane.h"

struct timer;
struct timer *timer_new(struct loop *loop, struct lanes *lanes, const struct clock *clock);
/* After the loops have ended. */
void timer_free(struct timer *timer);
/* Monotonic time of the last durable tick, 0 before the first. Any thread. */
int64_t timer_last_us(const struct timer *timer);
