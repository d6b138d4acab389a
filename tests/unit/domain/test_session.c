/* test_session.c - registers into energy: exact sums, half hours, daylight saving, and every way a
 * meter can be odd. Regression list row: "meter register goes back, resets to 0, stays equal,
 * jumps; timestamps out of order, in local time, in milliseconds, years wrong". */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/rng.h"
#include "domain/session.h"

#define KWH INT64_C(10000)
#define MIN US_PER_MIN
static const int64_t day =
	INT64_C(1790000000) * US_PER_S - (INT64_C(1790000000) % 86400) * US_PER_S;

struct bench {
	struct arena arena;
	struct session session;
	struct session_world world;
	struct session_change change;
	const char *zone;
};

static bool half_hour(void *context, int64_t at, int64_t *start, int64_t *end, int *slot)
{
	const struct bench *bench = context;

	return zone_half_hour(str_from(bench->zone), at, start, end, slot);
}

static void bench_begin(struct bench *bench, int64_t at, int64_t meter)
{
	*bench = (struct bench){.zone = "UTC"};
	arena_init(&bench->arena, 1 << 20);
	bench->world = (struct session_world){.now_us = at,
		.online_since_us = at - US_PER_DAY,
		.max_w = 22000,
		.half_hour = half_hour,
		.context = bench};
	session_begin(&bench->session, &bench->world, at, meter);
}

/* A reading that arrives when it was taken. */
static void meter(struct bench *bench, int64_t at, int64_t dwh)
{
	struct reading reading = {at, dwh, -1, -1, -1, -1};

	bench->world.now_us = at;
	assert_int_equal(session_meter(&bench->session, &bench->world, &reading, &bench->arena,
				 &bench->change),
		0);
}

static void stop(struct bench *bench, int64_t at, int64_t dwh)
{
	struct session_change change = {0};
	struct usage *all;
	size_t len;

	bench->world.now_us = at;
	assert_int_equal(session_end(&bench->session, &bench->world, at, dwh, bench->change.usage,
				 bench->change.usage_len, &bench->arena, &change),
		0);
	assert_int_equal(session_usage_merge(bench->change.usage, bench->change.usage_len, &change,
				 &bench->arena, &all, &len),
		0);
	bench->change.usage = all;
	bench->change.usage_len = len;
	bench->change.usage_cap = len;
}

static int64_t total(const struct bench *bench)
{
	int64_t sum = 0;

	for (size_t i = 0; i < bench->change.usage_len; i++) {
		assert_true(bench->change.usage[i].energy_dwh >= 0);
		sum += bench->change.usage[i].energy_dwh;
	}
	assert_int_equal(sum, bench->session.energy_dwh);
	return sum;
}

static void plain(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 1000 * KWH);
	meter(&b, day + 15 * MIN, 1000 * KWH + 5 * KWH);
	meter(&b, day + 45 * MIN, 1000 * KWH + 15 * KWH); /* crosses 00:30 in the middle */
	stop(&b, day + 60 * MIN, 1000 * KWH + 20 * KWH + 1);
	assert_int_equal(total(&b), 20 * KWH + 1);
	assert_int_equal(b.change.usage_len, 2);
	assert_int_equal(b.change.usage[0].slot, 0);
	assert_int_equal(b.change.usage[0].energy_dwh, 10 * KWH);
	assert_true(b.change.usage[0].estimated);
	assert_int_equal(b.change.usage[1].slot, 1);
	assert_int_equal(b.change.usage[1].energy_dwh, 10 * KWH + 1);
	/* 30 minutes without a reading is a gap */
	assert_int_equal(b.session.flags, SESSION_ESTIMATED);
	assert_false(b.session.open);
	arena_fini(&b.arena);
}

static void no_interpolation_on_the_edge(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 0);
	meter(&b, day + 15 * MIN, KWH);
	meter(&b, day + 30 * MIN, 2 * KWH);
	meter(&b, day + 45 * MIN, 3 * KWH);
	stop(&b, day + 45 * MIN, 3 * KWH);
	assert_int_equal(b.change.usage_len, 2);
	assert_int_equal(b.change.usage[0].energy_dwh, 2 * KWH);
	assert_false(b.change.usage[0].estimated);
	assert_false(b.change.usage[1].estimated);
	assert_int_equal(b.session.flags, 0);
	arena_fini(&b.arena);
}

/* Midnight and both daylight-saving days of Berlin in 2026: 50 half hours on 25 October, 46 on 29
 * March. */
static void daylight_saving(void **state)
{
	static const struct {
		const char *from;
		int hours;
		size_t slots;
	} rows[] = {{"2026-10-24T22:00:00Z", 25, 50}, {"2026-03-28T23:00:00Z", 23, 46},
		{"2026-06-01T22:00:00Z", 24, 48}};

	(void)state;
	for (size_t r = 0; r < 3; r++) {
		struct bench b;
		int64_t from;

		assert_true(time_parse(str_from(rows[r].from), &from, NULL));
		bench_begin(&b, from, 0);
		b.zone = "Europe/Berlin";
		for (int quarter = 1; quarter <= rows[r].hours * 4; quarter++)
			meter(&b, from + quarter * 15 * MIN, quarter * (KWH / 4) + quarter);
		stop(&b, from + rows[r].hours * US_PER_HOUR, rows[r].hours * 4 * (KWH / 4 + 1));
		assert_int_equal(b.change.usage_len, rows[r].slots);
		assert_int_equal(total(&b), rows[r].hours * 4 * (KWH / 4 + 1));
		assert_int_equal(b.session.flags, 0);
		assert_int_equal(b.change.usage[0].slot, 0);
		assert_int_equal(b.change.usage[rows[r].slots - 1].slot, 47);
		arena_fini(&b.arena);
	}
}

static void register_falls_once(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 101 * KWH);
	meter(&b, day + 6 * MIN, 90 * KWH); /* a glitch */
	meter(&b, day + 10 * MIN, 102 * KWH);
	stop(&b, day + 15 * MIN, 103 * KWH);
	assert_int_equal(total(&b), 3 * KWH);
	assert_int_equal(b.session.flags, SESSION_BACKWARDS);
	arena_fini(&b.arena);
}

static void register_resets_to_zero(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 101 * KWH);
	meter(&b, day + 10 * MIN, 0);
	meter(&b, day + 15 * MIN, KWH);
	stop(&b, day + 20 * MIN, 2 * KWH);
	assert_int_equal(total(&b), 3 * KWH);
	assert_int_equal(b.session.flags, SESSION_BACKWARDS | SESSION_RESET);
	arena_fini(&b.arena);
}

/* Start and stop speak of the meter's life, the values in between of this session only. */
static void values_count_from_the_start(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 18200 * KWH);
	meter(&b, day + 1 * MIN, 0);
	meter(&b, day + 6 * MIN, KWH);
	meter(&b, day + 11 * MIN, 2 * KWH);
	stop(&b, day + 12 * MIN, 18200 * KWH + 2 * KWH + 500);
	assert_int_equal(total(&b), 2 * KWH + 500);
	assert_true(b.session.flags & SESSION_RESET);
	arena_fini(&b.arena);
}

static void register_stays_equal(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 100 * KWH);
	stop(&b, day + 10 * MIN, 100 * KWH);
	assert_int_equal(total(&b), 0);
	assert_int_equal(b.session.flags, 0);
	arena_fini(&b.arena);
}

static void spike_is_never_billed(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 101 * KWH);
	meter(&b, day + 6 * MIN, 99999 * KWH);
	meter(&b, day + 10 * MIN, 102 * KWH);
	meter(&b, day + 11 * MIN, INT64_MAX);
	stop(&b, day + 15 * MIN, 103 * KWH);
	assert_int_equal(total(&b), 3 * KWH);
	assert_int_equal(b.session.flags, SESSION_JUMP);
	arena_fini(&b.arena);
}

/* The register was 0 in StartTransaction and the meter's life in everything after it. */
static void start_was_zero(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 0);
	meter(&b, day + 5 * MIN, 18200 * KWH);
	meter(&b, day + 10 * MIN, 18201 * KWH);
	stop(&b, day + 15 * MIN, 18202 * KWH);
	assert_int_equal(total(&b), 2 * KWH);
	assert_int_equal(b.session.flags, SESSION_JUMP);
	arena_fini(&b.arena);
}

static void jump_in_the_stop_only(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 101 * KWH);
	stop(&b, day + 6 * MIN, 9000 * KWH);
	assert_int_equal(total(&b), 1 * KWH);
	assert_int_equal(b.session.flags, SESSION_JUMP);
	assert_int_equal(b.session.meter_stop_dwh, 9000 * KWH); /* kept as told */
	arena_fini(&b.arena);
}

static void stop_below_last(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 29 * MIN, 105 * KWH);
	meter(&b, day + 31 * MIN, 105 * KWH + 100);
	stop(&b, day + 32 * MIN, 104 * KWH);
	assert_int_equal(total(&b), 4 * KWH); /* what both agree on */
	assert_true(b.session.flags & SESSION_BACKWARDS);
	arena_fini(&b.arena);

	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 29 * MIN, 105 * KWH);
	stop(&b, day + 30 * MIN, 0); /* no register at all: the last reading stands */
	assert_int_equal(total(&b), 5 * KWH);
	arena_fini(&b.arena);
}

static void negative_registers(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, -5);
	assert_int_equal(b.session.meter_start_dwh, 0);
	assert_int_equal(b.session.flags, SESSION_JUMP);
	meter(&b, day + MIN, -7); /* absent */
	stop(&b, day + 2 * MIN, -7);
	assert_int_equal(total(&b), 0);
	arena_fini(&b.arena);
}

static void no_reading_at_all(void **state)
{
	struct bench b;

	(void)state;
	bench_begin(&b, day, 7 * KWH);
	stop(&b, day + 12 * US_PER_HOUR, 57 * KWH);
	assert_int_equal(total(&b), 50 * KWH);
	assert_int_equal(b.change.usage_len, 24);
	assert_int_equal(b.session.flags, SESSION_ESTIMATED);
	arena_fini(&b.arena);
}

static void clocks(void **state)
{
	static const struct {
		int64_t off;    /* what the pile's clock adds */
		int64_t online; /* how long the pile has been connected */
		bool believed;
	} rows[] = {
		{0, US_PER_DAY, true},
		{4 * MIN, US_PER_DAY, true},
		{8 * US_PER_HOUR, US_PER_DAY, false},   /* local time written as Z, east */
		{-5 * US_PER_HOUR, US_PER_DAY, false},  /* west, while connected */
		{-5 * US_PER_HOUR, US_PER_HOUR, true},  /* offline then: a message that waited */
		{-40 * US_PER_DAY, US_PER_HOUR, false}, /* years wrong */
		{-20 * 365 * US_PER_DAY, US_PER_HOUR, false},
		{20 * 365 * US_PER_DAY, US_PER_HOUR, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session_world world = {
			.now_us = day, .online_since_us = day - rows[i].online};
		int flags = 0;
		int64_t at = session_time(&world, day + rows[i].off, 0, &flags);

		assert_int_equal(at, rows[i].believed ? day + rows[i].off : day);
		assert_int_equal(flags, rows[i].believed ? 0 : SESSION_CLOCK);
	}
}

static void times_out_of_order(void **state)
{
	struct bench b;
	struct reading late = {day + 2 * MIN, 101 * KWH + 100, -1, -1, -1, -1};

	(void)state;
	bench_begin(&b, day, 100 * KWH);
	meter(&b, day + 5 * MIN, 101 * KWH);
	b.world.now_us = day + 6 * MIN;
	assert_int_equal(session_meter(&b.session, &b.world, &late, &b.arena, &b.change), 0);
	assert_int_equal(b.session.last_us, day + 6 * MIN);
	assert_int_equal(total(&b), KWH + 100);
	assert_int_equal(b.session.flags, SESSION_CLOCK);
	arena_fini(&b.arena);
}

static void packed_readings(void **state)
{
	struct reading full = {day, 123456789, 45200, 398000, 114000, 54};
	struct reading bare = {day + 1, -1, -1, -1, -1, 0};
	struct reading back;
	uint8_t bytes[SESSION_PACKED_MAX];
	size_t len;

	(void)state;
	len = session_pack(&full, bytes);
	assert_true(len < 30);
	assert_true(session_unpack((struct str){(char *)bytes, len}, &back));
	assert_memory_equal(&back, &full, sizeof(full));
	for (size_t cut = 0; cut < len; cut++)
		assert_false(session_unpack((struct str){(char *)bytes, cut}, &back));
	len = session_pack(&bare, bytes);
	assert_true(session_unpack((struct str){(char *)bytes, len}, &back));
	assert_memory_equal(&back, &bare, sizeof(bare));
}

/* 2,000 sessions of random readings, most honest, some odd: the parts always sum to the session's
 * energy, nothing is negative, and nothing exceeds what the connector could deliver plus one slack
 * per reading. */
static void random_sessions(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int round = 0; round < 2000; round++) {
		struct bench b;
		int64_t at = day + (int64_t)rng_below(&rng, 48) * 29 * MIN;
		int64_t honest = (int64_t)rng_below(&rng, 1000) * KWH;
		int64_t begun = at;
		int readings = 1 + (int)rng_below(&rng, 30);

		bench_begin(&b, at, honest);
		b.zone = "Asia/Shanghai";
		for (int i = 0; i < readings; i++) {
			int64_t step = (int64_t)rng_below(&rng, 20) * MIN;
			bool odd = rng_below(&rng, 8) == 0;

			at += step;
			honest += (int64_t)rng_below(&rng, 20000) * step / US_PER_HOUR * 10;
			meter(&b, at, odd ? (int64_t)rng_below(&rng, 2000) * KWH : honest);
			assert_int_equal(total(&b), b.session.energy_dwh);
		}
		stop(&b, at + MIN, rng_below(&rng, 10) == 0 ? 0 : honest);
		assert_true(total(&b) <= 22000 * 10 * ((at + MIN - begun) / MIN) / 60 * 11 / 10 +
						 (readings + 1) * SESSION_SLACK_DWH);
		arena_fini(&b.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(no_interpolation_on_the_edge),
		cmocka_unit_test(daylight_saving),
		cmocka_unit_test(register_falls_once),
		cmocka_unit_test(register_resets_to_zero),
		cmocka_unit_test(values_count_from_the_start),
		cmocka_unit_test(register_stays_equal),
		cmocka_unit_test(spike_is_never_billed),
		cmocka_unit_test(start_was_zero),
		cmocka_unit_test(jump_in_the_stop_only),
		cmocka_unit_test(stop_below_last),
		cmocka_unit_test(negative_registers),
		cmocka_unit_test(no_reading_at_all),
		cmocka_unit_test(clocks),
		cmocka_unit_test(times_out_of_order),
		cmocka_unit_test(packed_readings),
		cmocka_unit_test(random_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
