/* order.c - the state machine of order.h as one table of allowed edges, and the time each state
 * stamps. */
#include "domain/order.h"

#include <stddef.h>
#include "base/fault.h"
#include "domain/tariff.h"

#define TO(state) (1u << (state))

/* One row per state: its public name, the states it may go to, and the field that remembers when it
 * was entered. */
static const struct {
	const char *name;
	unsigned next;
	size_t stamp; /* offset of an int64_t in struct order; 0: none */
} order_states[] = {
	[ORDER_CREATED] = {"created", TO(ORDER_AUTHORISED) | TO(ORDER_CANCELLED), 0},
	[ORDER_AUTHORISED] = {"authorised", TO(ORDER_STARTING) | TO(ORDER_CANCELLED),
		offsetof(struct order, authorised_us)},
	[ORDER_STARTING] = {"starting", TO(ORDER_CHARGING) | TO(ORDER_FAILED),
		offsetof(struct order, starting_us)},
	[ORDER_CHARGING] = {"charging", TO(ORDER_SUSPENDED) | TO(ORDER_STOPPING) | TO(ORDER_ENDED),
		offsetof(struct order, started_us)},
	[ORDER_SUSPENDED] = {"suspended", TO(ORDER_CHARGING) | TO(ORDER_STOPPING) | TO(ORDER_ENDED),
		0},
	[ORDER_STOPPING] = {"stopping", TO(ORDER_ENDED), offsetof(struct order, stopped_us)},
	[ORDER_ENDED] = {"ended", TO(ORDER_SETTLED) | TO(ORDER_UNPAID),
		offsetof(struct order, ended_us)},
	[ORDER_SETTLED] = {"settled", 0, offsetof(struct order, settled_us)},
	[ORDER_FAILED] = {"failed", 0, offsetof(struct order, ended_us)},
	[ORDER_CANCELLED] = {"cancelled", 0, offsetof(struct order, ended_us)},
	[ORDER_UNPAID] = {"unpaid", TO(ORDER_SETTLED) | TO(ORDER_WRITTEN_OFF), 0},
	[ORDER_WRITTEN_OFF] = {"written_off", 0, offsetof(struct order, settled_us)},
};
#define ORDER_STATES (sizeof(order_states) / sizeof(order_states[0]))

static bool state_known(enum order_state state)
{
	return state >= ORDER_CREATED && (size_t)state < ORDER_STATES;
}

bool order_can(enum order_state from, enum order_state to)
{
	if (!state_known(from) || !state_known(to))
		return false;
	return (order_states[from].next & TO(to)) != 0;
}

int order_move(struct order *order, enum order_state to, struct str reason, int64_t now_us)
{
	int64_t *stamp;

	if (!order_can(order->state, to))
		return ORDER_E_STATE;
	order->state = to;
	if (reason.len > 0)
		order->reason = reason;
	if (order_states[to].stamp != 0) {
		stamp = (int64_t *)(void *)((char *)order + order_states[to].stamp);
		/* A state entered again (charging after suspended) keeps its first time. */
		if (*stamp == 0)
			*stamp = now_us;
	}
	return 0;
}

bool order_is_final(enum order_state state)
{
	return state_known(state) && order_states[state].next == 0;
}

bool order_is_running(enum order_state state)
{
	return state == ORDER_CHARGING || state == ORDER_SUSPENDED || state == ORDER_STOPPING;
}

int64_t order_until_us(const struct order *order)
{
	return order->limit_s > 0 && order->started_us > 0
		       ? order->started_us + order->limit_s * INT64_C(1000000)
		       : 0;
}

int64_t order_due_minor(const struct order *order)
{
	return tariff_due(order->total_minor, order->credit_minor);
}

int64_t order_over_minor(const struct order *order)
{
	return tariff_over(order->total_minor, order->credit_minor);
}

int64_t order_open_minor(const struct order *order)
{
	int64_t open = order_due_minor(order) - (order->paid_minor - order->refund_minor);

	return order->state == ORDER_UNPAID && open > 0 ? open : 0;
}

static int64_t running_idle_us(const struct order *order, int64_t until_us)
{
	if (order->idle_from_us == 0 || until_us <= order->idle_from_us)
		return 0;
	return until_us - order->idle_from_us;
}

void order_idle_pause(struct order *order, int64_t at_us)
{
	order->idle_past_us += running_idle_us(order, at_us);
	order->idle_from_us = 0;
	order->idle_until_us = 0;
}

int64_t order_idle_us(const struct order *order, int64_t now_us)
{
	return order->idle_past_us +
	       running_idle_us(order, order->idle_until_us != 0 ? order->idle_until_us : now_us);
}

const char *order_state_name(enum order_state state)
{
	ASSERT(state_known(state));
	return order_states[state].name;
}

bool order_state_parse(struct str name, enum order_state *ret_state)
{
	for (size_t i = ORDER_CREATED; i < ORDER_STATES; i++) {
		if (!str_is(name, order_states[i].name))
			continue;
		*ret_state = (enum order_state)i;
		return true;
	}
	return false;
}

bool order_begins_at_pile(enum order_starter starter)
{
	return starter == STARTER_RFID || starter == STARTER_CONTRACT || starter == STARTER_VEHICLE;
}
