/* foresee.c - a line over eight features, found by least squares over fading sums (see foresee.h).
 * Features are integers of which 1024 stands for one; each is of the order of one in ordinary life
 * and clamped where life is not ordinary, so that products stay far inside 64 bits. */
#include "pile/foresee.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "pile/hal/hal.h"

#define FORESEE_SAMPLE_US (10 * US_PER_S)
#define FORESEE_GAP_US (15 * US_PER_S) /* a longer one, and what was felt before is of no use */
#define FORESEE_ONE 1024
#define FORESEE_MIDDLE_MC 40000    /* temperatures count from here, by this much */
#define FORESEE_SLOPE_MC 10000     /* a minute's slope of so much is one */
#define FORESEE_HOT_MC 150000      /* nothing we watch is hotter, or as cold as its negative */
#define FORESEE_FADE 2048          /* samples of charging that the sums remember: some six hours */
#define FORESEE_TIE (1 << 19)      /* what holds a weight where it is: 1/512, 28 binary places */
#define FORESEE_STEP (25000 * 256) /* and no weight moves by more than so much at once */
#define FORESEE_MEMORY 128         /* samples that the scores remember */
#define FORESEE_LEAST_SEEN 90      /* a quarter of an hour of charging before it is asked */
#define FORESEE_WORSE 360          /* an hour of being worse */
#define FORESEE_MOVED_MC 1000      /* with less and no current there was nothing to foresee */
#define FORESEE_SHARES 32          /* currents are tried in 32nds of the full one, from half on */

/* It shall not get warmer: between where strategy.c begins to lower and its least, and well below
 * where the cooling step halves the power until all is cold. */
static const int32_t foresee_aims_mc[FORESEE_PARTS] = {78000, 72000};

static int32_t clamp(int64_t value, int32_t most)
{
	return (int32_t)(value > most ? most : value < -most ? -most : value);
}

void foresee_init(struct foresee *foresee)
{
	memset(foresee, 0, sizeof(*foresee));
	foresee->most_ma = FORESEE_NO_MA;
	for (int part = 0; part < FORESEE_PARTS; part++)
		foresee->foreseen_mc[part] = HAL_ABSENT;
}

void foresee_forget(struct foresee *foresee)
{
	foresee->weights = foresee->waiting = (struct foresee_weights){0};
	memset(&foresee->sums, 0, sizeof(foresee->sums));
	memset(foresee->scores, 0, sizeof(foresee->scores));
	foresee->most_ma = FORESEE_NO_MA;
	foresee->trusted = false;
	foresee->learned = true;
}

/* ---- what is felt, as features ---- */

static struct foresee_row foresee_row(const struct foresee_felt *felt)
{
	struct foresee_row row = {.fans = clamp(felt->fans_percent, 100)};
	int64_t full_ma = felt->full_ma > 0 ? felt->full_ma : 1;
	int64_t share = clamp(felt->ma > 0 ? felt->ma * INT64_C(1024) / full_ma : 0, 4096);

	row.load = clamp(share * share / FORESEE_ONE, 4 * FORESEE_ONE);
	for (int part = 0; part < FORESEE_PARTS; part++)
		row.mc[part] = felt->mc[part] == HAL_ABSENT ? HAL_ABSENT
							    : clamp(felt->mc[part], FORESEE_HOT_MC);
	return row;
}

static int32_t foresee_warmth(int32_t mc)
{
	if (mc == HAL_ABSENT)
		return 0;
	return (int32_t)((int64_t)(mc - FORESEE_MIDDLE_MC) * FORESEE_ONE / FORESEE_MIDDLE_MC);
}

static int32_t foresee_slope(int32_t before_mc, int32_t now_mc)
{
	if (before_mc == HAL_ABSENT || now_mc == HAL_ABSENT)
		return 0;
	return clamp(
		(int64_t)(now_mc - before_mc) * FORESEE_ONE / FORESEE_SLOPE_MC, 2 * FORESEE_ONE);
}

/* How it stood at `now`, a minute after `before`, with `load` to come in the first half of the
 * time and `later` in the second: heat comes late. */
static void foresee_features(const struct foresee_row *before, const struct foresee_row *now,
	int32_t load, int32_t later, int32_t ret[FORESEE_FEATURES])
{
	ret[0] = FORESEE_ONE;
	ret[1] = later;
	ret[2] = foresee_warmth(now->mc[FORESEE_CONNECTOR]);
	ret[3] = foresee_warmth(now->mc[FORESEE_CABINET]);
	ret[4] = foresee_slope(before->mc[FORESEE_CONNECTOR], now->mc[FORESEE_CONNECTOR]);
	ret[5] = foresee_slope(before->mc[FORESEE_CABINET], now->mc[FORESEE_CABINET]);
	ret[6] = now->fans * FORESEE_ONE / 100;
	ret[7] = load;
}

/* The rise within five minutes, never more than a thermometer could tell. */
static int32_t foresee_rise_mc(
	const int32_t weights[FORESEE_FEATURES], const int32_t features[FORESEE_FEATURES])
{
	int64_t sum = 0;

	for (int i = 0; i < FORESEE_FEATURES; i++)
		sum += (int64_t)weights[i] * features[i];
	return clamp(sum / (FORESEE_ONE * 256), 2 * FORESEE_HOT_MC);
}

/* ---- learning ---- */

static void foresee_add(struct foresee_sums *sums, int part,
	const int32_t features[FORESEE_FEATURES], int32_t rise_mc)
{
	for (int i = 0; i < FORESEE_FEATURES; i++) {
		int64_t *rise = &sums->rise[part][i];
		*rise += ((int64_t)features[i] * rise_mc * 256 - *rise) / FORESEE_FADE;
		for (int k = 0; k < FORESEE_FEATURES; k++) {
			int64_t *with = &sums->with[part][i][k];
			*with += ((int64_t)features[i] * features[k] * 256 - *with) / FORESEE_FADE;
		}
	}
}

/* a x b with 28 binary places */
static int64_t times(int64_t a, int64_t b)
{
	return (int64_t)((__int128)a * b >> 28);
}

static int64_t over(int64_t a, int64_t b)
{
	return (int64_t)((__int128)a * (1 << 28) / b);
}

/* Solves the sums for the change of weights that takes the rest of the error away, each weight tied
 * to where it is: (with + tie) change = rise - with x weights, by the factors L D Lt of the left
 * side, which is positive by the tie. All with 28 binary places, `change` with 18. */
static void foresee_solve(const struct foresee_sums *sums, int part,
	const int32_t weights[FORESEE_FEATURES], int64_t change[FORESEE_FEATURES])
{
	int64_t lower[FORESEE_FEATURES][FORESEE_FEATURES] = {{0}}, diagonal[FORESEE_FEATURES];

	for (int i = 0; i < FORESEE_FEATURES; i++) {
		for (int k = 0; k <= i; k++) {
			int64_t left = sums->with[part][i][k] + (i == k ? FORESEE_TIE : 0);
			for (int j = 0; j < k; j++)
				left -= times(times(lower[i][j], lower[k][j]), diagonal[j]);
			if (i != k)
				lower[i][k] = over(left, diagonal[k]);
			else
				diagonal[i] = left > FORESEE_TIE / 2 ? left : FORESEE_TIE / 2;
		}
		change[i] = sums->rise[part][i];
		for (int k = 0; k < FORESEE_FEATURES; k++)
			change[i] -= (int64_t)((__int128)sums->with[part][i][k] * weights[k] >> 18);
		for (int k = 0; k < i; k++)
			change[i] -= times(lower[i][k], change[k]);
	}
	for (int i = FORESEE_FEATURES - 1; i >= 0; i--) {
		change[i] = over(change[i], diagonal[i]);
		for (int k = i + 1; k < FORESEE_FEATURES; k++)
			change[i] -= times(lower[k][i], change[k]);
	}
}

static void foresee_learn(struct foresee *foresee)
{
	struct foresee_weights next = foresee->waiting;
	int64_t change[FORESEE_FEATURES];

	for (int part = 0; part < FORESEE_PARTS; part++) {
		foresee_solve(&foresee->sums, part, next.of[part], change);
		for (int i = 0; i < FORESEE_FEATURES; i++)
			next.of[part][i] = clamp(
				(int64_t)next.of[part][i] + clamp(change[i] / 1024, FORESEE_STEP),
				FORESEE_WEIGHT_MAX);
	}
	foresee->weights = foresee->waiting;
	foresee->waiting = next;
}

static int32_t foresee_average(int32_t average_x16, int32_t value)
{
	return average_x16 + (int32_t)(((int64_t)value * 16 - average_x16) / FORESEE_MEMORY);
}

static void foresee_judge(struct foresee_score *score, int32_t error_mc, int32_t rise_mc)
{
	score->error_mc = foresee_average(score->error_mc, abs(error_mc));
	score->naive_mc = foresee_average(score->naive_mc, abs(rise_mc));
	if (score->seen < UINT32_MAX)
		score->seen++;
	score->worse = score->error_mc > score->naive_mc ? score->worse + 1 : 0;
}

/* What five minutes ago would have been said of now, against now. */
static void foresee_look_back(struct foresee *foresee)
{
	const struct foresee_row *rows = foresee->rows, *then = &rows[FORESEE_BACK];
	const struct foresee_row *now = &rows[FORESEE_ROWS - 1];
	int32_t features[FORESEE_FEATURES], loads[2] = {0, 0};

	for (int i = 0; i < FORESEE_AHEAD; i++)
		loads[i >= FORESEE_AHEAD / 2] += rows[FORESEE_BACK + 1 + i].load;
	foresee_features(&rows[0], then, loads[0] / (FORESEE_AHEAD / 2),
		loads[1] / (FORESEE_AHEAD / 2), features);
	for (int part = 0; part < FORESEE_PARTS; part++) {
		int32_t rise_mc;
		if (now->mc[part] == HAL_ABSENT || then->mc[part] == HAL_ABSENT)
			continue;
		rise_mc = now->mc[part] - then->mc[part];
		if (loads[0] + loads[1] == 0 && abs(rise_mc) < FORESEE_MOVED_MC)
			continue;
		foresee_judge(&foresee->scores[part],
			rise_mc - foresee_rise_mc(foresee->weights.of[part], features), rise_mc);
		foresee_add(&foresee->sums, part, features, rise_mc);
		foresee->learned = true;
	}
	if (++foresee->turn < FORESEE_AHEAD)
		return;
	foresee->turn = 0;
	foresee_learn(foresee);
}

bool foresee_trusts(const struct foresee *foresee, enum foresee_part part)
{
	const struct foresee_score *score = &foresee->scores[part];

	return score->seen >= FORESEE_LEAST_SEEN &&
	       (int64_t)score->error_mc * 4 < (int64_t)score->naive_mc * 3;
}

/* ---- the answer ---- */

static bool foresee_stays_cool(const struct foresee *foresee, int32_t load)
{
	const struct foresee_row *now = &foresee->rows[FORESEE_ROWS - 1];
	int32_t features[FORESEE_FEATURES];

	foresee_features(now - FORESEE_BACK, now, load, load, features);
	for (int part = 0; part < FORESEE_PARTS; part++)
		if (now->mc[part] != HAL_ABSENT &&
			foresee_trusts(foresee, (enum foresee_part)part) &&
			now->mc[part] + foresee_rise_mc(foresee->weights.of[part], features) >
				foresee_aims_mc[part])
			return false;
	return true;
}

/* The largest current that is not too warm; half of all when each is. */
static void foresee_answer(struct foresee *foresee, int32_t full_ma)
{
	const struct foresee_row *now = &foresee->rows[FORESEE_ROWS - 1];
	int32_t features[FORESEE_FEATURES], share = FORESEE_SHARES;

	while (share > FORESEE_SHARES / 2 &&
		!foresee_stays_cool(
			foresee, share * share * FORESEE_ONE / (FORESEE_SHARES * FORESEE_SHARES)))
		share--;
	foresee->most_ma = share == FORESEE_SHARES
				   ? FORESEE_NO_MA
				   : (int32_t)((int64_t)full_ma * share / FORESEE_SHARES);
	foresee_features(now - FORESEE_BACK, now, now->load, now->load, features);
	for (int part = 0; part < FORESEE_PARTS; part++)
		foresee->foreseen_mc[part] =
			now->mc[part] == HAL_ABSENT ||
					!foresee_trusts(foresee, (enum foresee_part)part)
				? HAL_ABSENT
				: now->mc[part] +
					  foresee_rise_mc(foresee->weights.of[part], features);
}

static enum foresee_news foresee_news(struct foresee *foresee)
{
	bool before = foresee->trusted;

	for (int part = 0; part < FORESEE_PARTS; part++)
		if (foresee->scores[part].worse >= FORESEE_WORSE) {
			foresee_forget(foresee);
			return FORESEE_FORGOTTEN;
		}
	foresee->trusted = foresee_trusts(foresee, FORESEE_CONNECTOR) ||
			   foresee_trusts(foresee, FORESEE_CABINET);
	if (foresee->trusted == before)
		return FORESEE_SAME;
	return foresee->trusted ? FORESEE_TRUSTED : FORESEE_DOUBTED;
}

enum foresee_news foresee_take(
	struct foresee *foresee, const struct foresee_felt *felt, int64_t ticks_us)
{
	if (ticks_us < foresee->next_us)
		return FORESEE_SAME;
	if (ticks_us - foresee->next_us > FORESEE_GAP_US)
		foresee->rows_len = 0;
	foresee->next_us = ticks_us + FORESEE_SAMPLE_US;
	foresee->most_ma = FORESEE_NO_MA;
	if (foresee->rows_len == FORESEE_ROWS) {
		foresee->rows_len--;
		memmove(foresee->rows, foresee->rows + 1,
			foresee->rows_len * sizeof(foresee->rows[0]));
	}
	foresee->rows[foresee->rows_len++] = foresee_row(felt);
	if (foresee->rows_len < FORESEE_ROWS)
		return FORESEE_SAME;
	foresee_look_back(foresee);
	foresee_answer(foresee, felt->full_ma > 0 ? felt->full_ma : 0);
	return foresee_news(foresee);
}
