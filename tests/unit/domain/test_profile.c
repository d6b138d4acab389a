/* test_profile.c - charging profiles: examples by hand, and thousands of random sets compared with
 * a model that looks at every second by itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "base/rng.h"
#include "domain/profile.h"

#define NOON INT64_C(1772452800)
#define DAY INT64_C(86400)
#define SETS 3000
#define MOST 12

static struct profile make(int64_t id, enum profile_purpose purpose, int64_t level, int64_t limit)
{
	struct profile profile = {.id = id,
		.connector = purpose == PROFILE_MAX ? 0 : 1,
		.stack_level = level,
		.purpose = purpose,
		.kind = PROFILE_ABSOLUTE,
		.unit = PROFILE_MA,
		.valid_to_s = PROFILE_NEVER,
		.start_s = NOON,
		.duration_s = PROFILE_NEVER,
		.periods = {{.start_s = 0, .limit = limit}},
		.periods_len = 1};

	return profile;
}

static const struct profile_view running = {.connector = 1,
	.transaction_id = 7,
	.begun_s = NOON,
	.unit = PROFILE_MA,
	.phases = 3,
	.mv = PROFILE_MV};

static int64_t limit_at(
	const struct profile *profiles, size_t len, struct profile_view view, int64_t at_s)
{
	struct profile_limit limit;

	profile_at(profiles, len, &view, at_s, &limit);
	return limit.limit;
}

static void lines_are_combined(void **state)
{
	struct profile set[] = {make(1, PROFILE_MAX, 0, 25000), make(2, PROFILE_DEFAULT, 0, 6000),
		make(3, PROFILE_TX, 0, 32000), make(4, PROFILE_TX, 1, 16000)};
	struct profile_view idle = running;

	(void)state;
	idle.transaction_id = 0;
	assert_true(limit_at(NULL, 0, running, NOON) == PROFILE_NO_LIMIT);
	/* before anything begins nothing is limited */
	assert_true(limit_at(set, 4, running, NOON - 1) == PROFILE_NO_LIMIT);
	assert_int_equal(limit_at(set, 4, running, NOON), 16000);
	assert_int_equal(limit_at(set, 3, running, NOON), 25000);
	/* without a transaction the default one counts */
	assert_int_equal(limit_at(set, 4, idle, NOON), 6000);
	/* a profile of another transaction says nothing */
	set[3].transaction_id = 8;
	assert_int_equal(limit_at(set, 4, running, NOON), 25000);
	/* what ends uncovers what lies below */
	set[3].transaction_id = 7;
	set[3].duration_s = 60;
	assert_int_equal(limit_at(set, 4, running, NOON + 59), 16000);
	assert_int_equal(limit_at(set, 4, running, NOON + 60), 25000);
	set[2].valid_to_s = NOON + 100;
	assert_int_equal(limit_at(set, 4, running, NOON + 100), 6000);
}

static void own_outlet_comes_before_the_pile(void **state)
{
	struct profile set[] = {
		make(1, PROFILE_DEFAULT, 5, 10000), make(2, PROFILE_DEFAULT, 0, 20000)};

	(void)state;
	set[0].connector = 0;
	assert_int_equal(limit_at(set, 2, running, NOON), 20000);
	set[1].connector = 2;
	assert_int_equal(limit_at(set, 2, running, NOON), 10000);
}

static void recurs_by_day_and_week(void **state)
{
	struct profile profile = make(1, PROFILE_DEFAULT, 0, 32000);

	(void)state;
	profile.kind = PROFILE_RECURRING;
	profile.recurs = PROFILE_DAILY;
	profile.periods[1] = (struct profile_period){.start_s = 3600, .limit = 6000};
	profile.periods_len = 2;
	for (int day = 0; day < 9; day++) {
		assert_int_equal(limit_at(&profile, 1, running, NOON + day * DAY), 32000);
		assert_int_equal(limit_at(&profile, 1, running, NOON + day * DAY + 3600), 6000);
		assert_int_equal(limit_at(&profile, 1, running, NOON + day * DAY + DAY - 1), 6000);
	}
	profile.recurs = PROFILE_WEEKLY;
	assert_int_equal(limit_at(&profile, 1, running, NOON + DAY), 6000);
	assert_int_equal(limit_at(&profile, 1, running, NOON + 7 * DAY), 32000);
}

static void units_round_down(void **state)
{
	struct profile_view watts = running;
	struct profile profile = make(1, PROFILE_TX, 0, 16000);

	(void)state;
	watts.unit = PROFILE_W;
	assert_int_equal(limit_at(&profile, 1, watts, NOON), 11040);
	profile.periods[0].phases = 1;
	assert_int_equal(limit_at(&profile, 1, watts, NOON), 3680);
	profile.unit = PROFILE_W;
	profile.periods[0].phases = 0;
	profile.periods[0].limit = 11000;
	assert_int_equal(limit_at(&profile, 1, running, NOON), 15942);
}

static void bad_ones_are_named(void **state)
{
	struct profile profile = make(1, PROFILE_MAX, 0, 16000);

	(void)state;
	assert_int_equal(profile_check(&profile), 0);
	profile.connector = 1;
	assert_int_equal(profile_check(&profile), PROFILE_E_PURPOSE);
	profile.connector = 0;
	profile.kind = PROFILE_RELATIVE;
	assert_int_equal(profile_check(&profile), PROFILE_E_PURPOSE);
	profile = make(1, PROFILE_TX, 0, 16000);
	profile.connector = 0;
	assert_int_equal(profile_check(&profile), PROFILE_E_PURPOSE);
	profile = make(1, PROFILE_TX, 0, 16000);
	profile.periods[0].start_s = 1;
	assert_int_equal(profile_check(&profile), PROFILE_E_SCHEDULE);
	profile.periods_len = 0;
	assert_int_equal(profile_check(&profile), PROFILE_E_SCHEDULE);
	profile = make(1, PROFILE_TX, 0, 16000);
	profile.periods_len = 2;
	assert_int_equal(profile_check(&profile), PROFILE_E_SCHEDULE);
	profile.periods_len = 1;
	profile.kind = PROFILE_RECURRING;
	assert_int_equal(profile_check(&profile), PROFILE_E_RECURRING);
	profile = make(1, PROFILE_TX, 0, PROFILE_LIMIT_MAX + 1);
	assert_int_equal(profile_check(&profile), PROFILE_E_LIMIT);
	profile = make(1, PROFILE_TX, 0, -1);
	assert_int_equal(profile_check(&profile), PROFILE_E_LIMIT);
	profile = make(1, PROFILE_TX, 0, 1);
	profile.valid_from_s = profile.valid_to_s = NOON;
	assert_int_equal(profile_check(&profile), PROFILE_E_VALIDITY);
	assert_string_equal(profile_outcome_word(PROFILE_E_VALIDITY), "validity");
}

static void replaces_and_matches(void **state)
{
	struct profile old = make(1, PROFILE_TX, 2, 1), young = make(2, PROFILE_TX, 2, 1);
	struct profile_filter filter = {0};

	(void)state;
	assert_true(profile_replaces(&young, &old));
	young.stack_level = 3;
	assert_false(profile_replaces(&young, &old));
	young.id = 1;
	assert_true(profile_replaces(&young, &old));
	assert_true(profile_matches(&old, &filter));
	filter = (struct profile_filter){
		.has_purpose = true, .purpose = PROFILE_TX, .has_stack_level = true};
	assert_false(profile_matches(&old, &filter));
	filter.stack_level = 2;
	assert_true(profile_matches(&old, &filter));
	filter.has_connector = true;
	assert_false(profile_matches(&old, &filter));
	filter.has_id = true;
	filter.id = 1;
	assert_true(profile_matches(&old, &filter));
	old.purpose = PROFILE_EXTERNAL;
	assert_false(profile_matches(&old, &filter));
}

/* --- the model: written from the rules, one second at a time, without a word of profile.c --- */

static const struct profile_period *model_period(
	const struct profile *p, const struct profile_view *view, int64_t t)
{
	const struct profile_period *found = NULL;
	int64_t zero = p->start_s, into;

	if (p->kind == PROFILE_RELATIVE || p->start_s == 0)
		zero = view->begun_s;
	into = t - zero;
	if (t < p->valid_from_s || t >= p->valid_to_s || into < 0)
		return NULL;
	if (p->kind == PROFILE_RECURRING)
		into %= p->recurs == PROFILE_WEEKLY ? 7 * DAY : DAY;
	if (into >= p->duration_s)
		return NULL;
	for (size_t i = 0; i < p->periods_len; i++)
		if (p->periods[i].start_s <= into)
			found = &p->periods[i];
	return found;
}

static bool model_line(const struct profile *set, size_t len, const struct profile_view *view,
	enum profile_purpose purpose, int64_t connector, int64_t t, int64_t *ma)
{
	int64_t best = -1;

	for (int64_t level = 9; level >= 0 && best < 0; level--)
		for (size_t i = 0; i < len; i++) {
			const struct profile_period *period;

			if (set[i].purpose != purpose || set[i].connector != connector ||
				set[i].stack_level != level)
				continue;
			if (purpose == PROFILE_TX &&
				(view->transaction_id == 0 ||
					(set[i].transaction_id != 0 &&
						set[i].transaction_id != view->transaction_id)))
				continue;
			period = model_period(&set[i], view, t);
			if (period)
				best = period->limit;
		}
	if (best < 0)
		return false;
	*ma = *ma < best ? *ma : best;
	return true;
}

static int64_t model(
	const struct profile *set, size_t len, const struct profile_view *view, int64_t t)
{
	int64_t ma = PROFILE_NO_LIMIT;

	model_line(set, len, view, PROFILE_MAX, 0, t, &ma);
	if (!model_line(set, len, view, PROFILE_EXTERNAL, view->connector, t, &ma))
		model_line(set, len, view, PROFILE_EXTERNAL, 0, t, &ma);
	if (view->connector != 0 && !model_line(set, len, view, PROFILE_TX, 1, t, &ma) &&
		!model_line(set, len, view, PROFILE_DEFAULT, 1, t, &ma))
		model_line(set, len, view, PROFILE_DEFAULT, 0, t, &ma);
	return ma;
}

static int64_t around(struct rng *rng, int64_t span)
{
	return NOON - span + (int64_t)rng_below(rng, (uint64_t)(2 * span));
}

static struct profile random_profile(struct rng *rng, int64_t id)
{
	static const enum profile_purpose purposes[] = {
		PROFILE_EXTERNAL, PROFILE_MAX, PROFILE_DEFAULT, PROFILE_TX};
	struct profile p = make(id, purposes[rng_below(rng, 4)], (int64_t)rng_below(rng, 4), 0);

	p.kind = (enum profile_kind)(1 + rng_below(rng, 3));
	p.recurs = p.kind == PROFILE_RECURRING ? (enum profile_recurs)(1 + rng_below(rng, 2))
					       : PROFILE_ONCE;
	if (p.purpose == PROFILE_DEFAULT || p.purpose == PROFILE_EXTERNAL)
		p.connector = (int64_t)rng_below(rng, 3);
	if ((p.purpose == PROFILE_MAX || p.purpose == PROFILE_EXTERNAL) &&
		p.kind == PROFILE_RELATIVE)
		p.kind = PROFILE_ABSOLUTE;
	if (p.purpose == PROFILE_TX)
		p.transaction_id = (int64_t)rng_below(rng, 3) == 0 ? 8 : 7;
	p.start_s = p.kind == PROFILE_RELATIVE ? 0 : around(rng, p.recurs ? 20 * DAY : 900);
	if (rng_below(rng, 2))
		p.valid_from_s = around(rng, 600);
	if (rng_below(rng, 2))
		p.valid_to_s =
			(p.valid_from_s ? p.valid_from_s : NOON) + 1 + (int64_t)rng_below(rng, 900);
	if (rng_below(rng, 2))
		p.duration_s = (int64_t)rng_below(rng, p.recurs ? 2 * 86400 : 900);
	p.periods_len = 1 + rng_below(rng, 4);
	for (size_t i = 0; i < p.periods_len; i++)
		p.periods[i] = (struct profile_period){
			.start_s = i == 0 ? 0
					  : p.periods[i - 1].start_s + 1 +
						    (int64_t)rng_below(rng, p.recurs ? 40000 : 300),
			.limit = (int64_t)rng_below(rng, 40) * 1000};
	assert_int_equal(profile_check(&p), 0);
	return p;
}

/* Sets as a pile keeps them: nothing that would have been replaced. */
static size_t random_set(struct rng *rng, struct profile *set)
{
	size_t len = 0, wanted = rng_below(rng, MOST);

	for (size_t i = 0; i < wanted; i++) {
		struct profile young = random_profile(rng, (int64_t)i);
		bool taken = false;

		for (size_t k = 0; k < len; k++)
			taken |= profile_replaces(&young, &set[k]) ||
				 (young.purpose == set[k].purpose &&
					 young.connector == set[k].connector &&
					 young.stack_level == set[k].stack_level);
		if (!taken)
			set[len++] = young;
	}
	return len;
}

static void composite_is_every_second(void **state)
{
	struct profile set[MOST];
	struct profile_period periods[256];
	struct rng rng;
	int64_t limited = 0;

	(void)state;
	rng_init_seeded(&rng, 42);
	for (int round = 0; round < SETS; round++) {
		struct profile_view view = running;
		size_t len = random_set(&rng, set), count, at = 0;
		int64_t from = around(&rng, 300), duration = 1 + (int64_t)rng_below(&rng, 900),
			reach;

		view.transaction_id = rng_below(&rng, 3) == 0 ? 0 : 7;
		view.connector = rng_below(&rng, 8) == 0 ? 0 : 1;
		view.begun_s = around(&rng, 200);
		count = profile_composite(
			set, len, &view, from, duration, PROFILE_NO_LIMIT, periods, 256, &reach);
		assert_int_equal(reach, duration);
		assert_true(count > 0 && periods[0].start_s == 0);
		for (int64_t t = 0; t < duration; t++) {
			int64_t expected = model(set, len, &view, from + t);

			if (at + 1 < count && periods[at + 1].start_s == t)
				at++;
			if (periods[at].limit != expected)
				fail_msg("set %d second %lld: %lld instead of %lld", round,
					(long long)t, (long long)periods[at].limit,
					(long long)expected);
			limited += expected != PROFILE_NO_LIMIT;
		}
		assert_int_equal(at + 1, count);
	}
	assert_true(limited > 100000); /* the sets do say something */
}

/* Over weeks: the model at every change and a second before. */
static void composite_over_weeks(void **state)
{
	struct profile set[MOST];
	static struct profile_period periods[4096];
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 43);
	for (int round = 0; round < 300; round++) {
		struct profile_view view = running;
		size_t len = random_set(&rng, set), count;
		int64_t reach;

		count = profile_composite(
			set, len, &view, NOON, 20 * DAY, 32000, periods, 4096, &reach);
		assert_int_equal(reach, 20 * DAY);
		for (size_t i = 0; i < count; i++) {
			int64_t end = i + 1 < count ? periods[i + 1].start_s : reach;
			int64_t times[] = {periods[i].start_s, end - 1,
				periods[i].start_s + (int64_t)rng_below(&rng,
							     (uint64_t)(end - periods[i].start_s))};

			for (int k = 0; k < 3; k++) {
				int64_t expected = model(set, len, &view, NOON + times[k]);

				assert_int_equal(
					periods[i].limit, expected < 32000 ? expected : 32000);
			}
		}
	}
}

static void composite_is_cut_where_room_ends(void **state)
{
	struct profile profile = make(1, PROFILE_DEFAULT, 0, 32000);
	struct profile_period periods[2];
	int64_t reach;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		profile.periods[i] = (struct profile_period){
			.start_s = (int64_t)i * 100, .limit = (int64_t)i * 1000};
	profile.periods_len = 4;
	assert_int_equal(
		profile_composite(&profile, 1, &running, NOON, 1000, 32000, periods, 2, &reach), 2);
	assert_int_equal(reach, 200);
	assert_int_equal(
		profile_composite(&profile, 1, &running, NOON, 0, 32000, periods, 2, &reach), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_combined),
		cmocka_unit_test(own_outlet_comes_before_the_pile),
		cmocka_unit_test(recurs_by_day_and_week),
		cmocka_unit_test(units_round_down),
		cmocka_unit_test(bad_ones_are_named),
		cmocka_unit_test(replaces_and_matches),
		cmocka_unit_test(composite_is_every_second),
		cmocka_unit_test(composite_over_weeks),
		cmocka_unit_test(composite_is_cut_where_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
