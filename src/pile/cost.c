/* cost.c - tariffs at the pile and the cost of its charges (see cost.h). */
#include "pile/cost.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "domain/money.h"

#define COST_ARENA (256 * 1024)
#define COST_SHOW_US (5 * US_PER_S)
#define HALF_HOUR_US (1800 * US_PER_S)

/* ---- tariffs ---- */

static const char *cost_file(char room[32], int64_t connector)
{
	snprintf(room, 32, "tariff.%lld", (long long)connector);
	return room;
}

/* The tariff's texts are views: of a copy they must point into the copy. */
static void cost_copy(struct cost_tariff *to, const struct cost_tariff *from)
{
	*to = *from;
	to->tariff.currency = str_from(to->currency);
	to->tariff.name = to->tariff.hash = STR("");
}

/* "<name>\n<valid from>\n<tariff_text>" */
static bool cost_read(struct str text, struct arena *arena, struct cost_tariff *ret)
{
	struct str name = str_cut(&text, '\n'), from = str_cut(&text, '\n');
	struct tariff tariff;

	memset(ret, 0, sizeof(*ret));
	if (name.len == 0 || name.len > COST_NAME_MAX || !str_to_i64(from, &ret->from_us) ||
		tariff_read(text, arena, &tariff) != 0 || tariff.currency.len != 3)
		return false;
	memcpy(ret->name, name.ptr, name.len);
	memcpy(ret->currency, tariff.currency.ptr, 3);
	ret->tariff = tariff;
	cost_copy(ret, ret);
	return true;
}

/* A tariff that cannot be read is none: the server will see that, and give it again. */
void cost_open(struct pile *pile)
{
	struct arena arena;
	struct buf bytes;
	char name[32];

	pile->tariffs.len = pile->outlets_len + 1;
	pile->tariffs.list = mem_alloc(pile->tariffs.len * sizeof(*pile->tariffs.list));
	arena_init(&arena, COST_ARENA);
	for (size_t i = 0; i < pile->tariffs.len; i++) {
		buf_init(&bytes, &arena, 16384);
		if (shelf_get(pile->shelf, cost_file(name, (int64_t)i), &bytes) < 0 ||
			(bytes.len > 0 &&
				!cost_read(buf_str(&bytes), &arena, &pile->tariffs.list[i])))
			LOG_WARN("tariff not read", "pile=%.*s outlet=%zu",
				STR_FMT(pile->config.name), i);
	}
	arena_fini(&arena);
}

void cost_close(struct pile *pile)
{
	mem_free(pile->tariffs.list);
	pile->tariffs.list = NULL;
	pile->tariffs.len = 0;
}

int cost_set(struct pile *pile, int64_t connector, const struct cost_tariff *tariff)
{
	struct arena arena;
	struct str text;
	char name[32];
	int result;

	ASSERT(connector >= 0 && (size_t)connector < pile->tariffs.len);
	arena_init(&arena, COST_ARENA);
	text = tariff_text(&arena, &tariff->tariff);
	text = str_format(
		&arena, "%s\n%lld\n%.*s", tariff->name, (long long)tariff->from_us, STR_FMT(text));
	result = text.len ? shelf_put(pile->shelf, cost_file(name, connector), text)
			  : FAULT(FAULT_NOMEM, "tariff");
	arena_fini(&arena);
	TRY(result);
	cost_copy(&pile->tariffs.list[connector], tariff);
	return 0;
}

int cost_clear(struct pile *pile, int64_t connector)
{
	char name[32];

	TRY(shelf_put(pile->shelf, cost_file(name, connector), STR_NULL));
	memset(&pile->tariffs.list[connector], 0, sizeof(pile->tariffs.list[connector]));
	return 0;
}

const struct cost_tariff *cost_tariff_of(const struct pile *pile, int64_t connector)
{
	const struct cost_tariff *own = &pile->tariffs.list[connector];
	const struct cost_tariff *all = &pile->tariffs.list[0];

	if (own->name[0] && own->from_us <= pile->now_us)
		return own;
	return all->name[0] && all->from_us <= pile->now_us ? all : NULL;
}

int64_t cost_in_e5(const struct cost_tariff *tariff, int64_t minor)
{
	for (int i = currency_digits(str_from(tariff->currency)); i < 5; i++)
		minor *= 10;
	return minor;
}

/* ---- of a charge ---- */

static void cost_from(struct pile *pile, struct outlet *outlet, const struct cost_tariff *tariff)
{
	struct cost_run *run = outlet->account;

	cost_copy(&run->tariff, tariff);
	run->rows_len = 0;
	run->idle_s = 0;
	run->seen_dwh = outlet->evse.meter.register_dwh;
	run->seen_us = pile->ticks_us;
	price_of_tariff(&outlet->price, &run->tariff.tariff, pile->keys.values[KEY_UTC_OFFSET],
		pile->now_us);
}

void cost_begin(struct pile *pile, struct outlet *outlet)
{
	const struct cost_tariff *tariff = cost_tariff_of(pile, outlet->number);

	mem_free(outlet->account);
	outlet->account = NULL;
	if (!tariff)
		return;
	outlet->account = mem_alloc(sizeof(*outlet->account));
	outlet->account->tx = outlet->tx;
	cost_from(pile, outlet, tariff);
	outlet->account->seen_dwh = spool_tx(&pile->spool, outlet->tx)->start_dwh;
}

/* The row of the present half hour. */
static struct usage *cost_row(const struct pile *pile, struct cost_run *run)
{
	int64_t offset_us = pile->keys.values[KEY_UTC_OFFSET] * 60 * US_PER_S;
	int64_t local_us = pile->now_us + offset_us;
	int64_t start_us = local_us - local_us % HALF_HOUR_US;
	struct usage *row = run->rows_len ? &run->rows[run->rows_len - 1] : NULL;

	if (row && row->start_us == start_us - offset_us)
		return row;
	if (run->rows_len == COST_ROWS)
		return NULL;
	row = &run->rows[run->rows_len++];
	*row = (struct usage){.start_us = start_us - offset_us,
		.slot = (int)(start_us / HALF_HOUR_US % LIMIT_TARIFF_SLOTS)};
	return row;
}

static void cost_take(struct pile *pile, struct outlet *outlet)
{
	struct cost_run *run = outlet->account;
	int64_t flowed_dwh = outlet->evse.meter.register_dwh - run->seen_dwh;
	int64_t seconds = (pile->ticks_us - run->seen_us) / US_PER_S;
	struct usage *row;

	/* by ticks: a clock that is set changes nothing of how long it took */
	if (outlet->evse.state == EVSE_CHARGING)
		run->charging_s += seconds;
	else
		run->idle_s += seconds;
	run->seen_us += seconds * US_PER_S;
	if (flowed_dwh <= 0)
		return;
	row = cost_row(pile, run);
	run->failed = run->failed || !row;
	if (row)
		row->energy_dwh += flowed_dwh;
	run->seen_dwh = outlet->evse.meter.register_dwh;
}

/* Idle time is billed where the charge ended and the car stays: that is the platform's, which sees
 * the unplugging. Here a bill is for energy alone. */
bool cost_bill(const struct pile *pile, const struct outlet *outlet, struct arena *arena,
	struct bill *ret, int64_t *ret_total_minor)
{
	const struct cost_run *run = outlet->account;

	(void)pile;
	if (!run || run->failed ||
		tariff_bill(&run->tariff.tariff, run->rows, run->rows_len, 0, arena, ret) != 0)
		return false;
	*ret_total_minor = run->before_minor + ret->total_minor;
	return true;
}

static void cost_show(struct pile *pile, struct outlet *outlet)
{
	struct arena arena;
	struct bill bill;
	int64_t total_minor;

	arena_init(&arena, COST_ARENA);
	if (cost_bill(pile, outlet, &arena, &bill, &total_minor)) {
		outlet->cost_at_us = pile->now_us;
		outlet->cost_e5 = cost_in_e5(&outlet->account->tariff, total_minor);
		snprintf(outlet->cost, sizeof(outlet->cost), "%lld.%02lld %s",
			(long long)(outlet->cost_e5 / 100000),
			(long long)(outlet->cost_e5 / 1000 % 100),
			outlet->account->tariff.currency);
	}
	arena_fini(&arena);
}

void cost_step(struct pile *pile, struct outlet *outlet)
{
	if (!outlet->account || outlet->account->tx != outlet->tx || !outlet->tx)
		return;
	cost_take(pile, outlet);
	if (pile->ticks_us < outlet->next_cost_us)
		return;
	outlet->next_cost_us = pile->ticks_us + COST_SHOW_US;
	cost_show(pile, outlet);
}

void cost_end(struct pile *pile, struct outlet *outlet)
{
	if (!outlet->account || outlet->account->tx != outlet->tx || !outlet->tx)
		return;
	cost_take(pile, outlet);
	cost_show(pile, outlet);
}

bool cost_change(struct pile *pile, struct outlet *outlet, const struct cost_tariff *tariff)
{
	struct arena arena;
	struct bill bill;
	int64_t total_minor;
	bool priced;

	if (!outlet->account || outlet->account->tx != outlet->tx)
		return false;
	cost_take(pile, outlet);
	arena_init(&arena, COST_ARENA);
	priced = cost_bill(pile, outlet, &arena, &bill, &total_minor);
	arena_fini(&arena);
	if (!priced)
		return false;
	outlet->account->before_minor = total_minor;
	cost_from(pile, outlet, tariff);
	return true;
}
