/* foresee.h - how warm it will be: a small model of the outlet's heat, learned on the pile itself
 * from its own samples, so that power is lowered before it gets too hot and not after. In integers,
 * a few microseconds every ten seconds, no library.
 *
 *   every 10 s:  felt now --> what it says of five minutes ago --> the error --> weights moved a
 * bit
 *                         '-> what it says of five minutes hence, for each current --> the largest
 *                             current that stays below the aim
 *
 * For each of connector and cabinet a line over eight features (the squared current above all: heat
 * follows it) gives the rise of temperature within five minutes. A step of learning is bounded, so
 * is each weight. Five minutes overlap with the five before, so weights wait as long before they
 * are asked or judged: else they would be praised for guessing what they had just been told. What
 * it says counts only while its error is clearly below that of saying "it stays as it is"; when it
 * was worse for an hour, all is forgotten. And it only ever lowers what strategy.h allows without
 * it, down to half the limit at most: whatever the weights are, no limit is passed and no car is
 * starved. Pure: the same samples give the same answer. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum foresee_part { FORESEE_CONNECTOR = 0, FORESEE_CABINET, FORESEE_PARTS };

#define FORESEE_FEATURES 8
#define FORESEE_AHEAD 30 /* samples: five minutes */
#define FORESEE_BACK 6   /* ... and the minute before, for the slope */
#define FORESEE_ROWS (FORESEE_AHEAD + FORESEE_BACK + 1)
#define FORESEE_NO_MA 0 /* it has nothing against any current */
#define FORESEE_WEIGHT_MAX (100000 * 256)

/* One look at the outlet. */
struct foresee_felt {
	int32_t mc[FORESEE_PARTS]; /* HAL_ABSENT when there is no sensor */
	int32_t ma, full_ma;       /* flows now, and what the hardware allows */
	int32_t fans_percent;
};

struct foresee_row {
	int32_t mc[FORESEE_PARTS];
	int32_t load; /* squared current, 1024 is that at full_ma */
	int32_t fans;
};

struct foresee_score {
	int32_t error_mc, naive_mc; /* averages of the last hour or so, times 16 */
	uint32_t seen;              /* samples judged, stops counting at a large number */
	uint32_t worse;             /* of them in a row, where the naive guess was better */
};

/* What happened at a sample, for the log. */
enum foresee_news { FORESEE_SAME = 0, FORESEE_TRUSTED, FORESEE_DOUBTED, FORESEE_FORGOTTEN };

/* 1/256 of thousandths of a degree, for one of a feature */
struct foresee_weights {
	int32_t of[FORESEE_PARTS][FORESEE_FEATURES];
};

/* Averages over the last hours, fading: features with each other (28 binary places), and with the
 * rise (18 places of thousandths of a degree). */
struct foresee_sums {
	int64_t with[FORESEE_PARTS][FORESEE_FEATURES][FORESEE_FEATURES];
	int64_t rise[FORESEE_PARTS][FORESEE_FEATURES];
};

struct foresee {
	struct foresee_weights weights; /* asked and judged */
	struct foresee_weights waiting; /* the next */
	struct foresee_sums sums;
	uint32_t turn; /* samples since they moved up */
	struct foresee_score scores[FORESEE_PARTS];
	struct foresee_row rows[FORESEE_ROWS]; /* oldest first */
	uint32_t rows_len;
	int64_t next_us;                    /* monotonic */
	int32_t most_ma;                    /* the answer; FORESEE_NO_MA none */
	int32_t foreseen_mc[FORESEE_PARTS]; /* at the current that flows; HAL_ABSENT not known */
	bool trusted;
	bool learned; /* since foresee_saved */
};

void foresee_init(struct foresee *foresee);
/* Takes one look at monotonic time `ticks_us`, of which one in ten seconds counts. */
enum foresee_news foresee_take(
	struct foresee *foresee, const struct foresee_felt *felt, int64_t ticks_us);
/* All that was learned is gone. */
void foresee_forget(struct foresee *foresee);
/* Is the model of this part good enough to be asked? */
bool foresee_trusts(const struct foresee *foresee, enum foresee_part part);
