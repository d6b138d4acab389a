/* share.h - how the cars at a site share its current.
 *
 * A site has a limit for each phase, what else runs there (base load), and a reserve that is never
 * given away. Some outlets cannot be told anything now (offline, refused, not answered): what they
 * may draw is held. The rest is shared:
 *   1. the least a car can charge with, in turn: by priority, then who waited longer than a turn,
 *      then who is having its turn, then who waits, then whose turn is over. Who does not fit is
 *      paused; a smaller one behind it may still fit.
 *   2. what a car needs to have its energy at its departure, the earliest departure first
 *   3. what is left, evenly, until each car has its most or its phases are used up (max-min fair);
 *      a higher priority is filled before a lower one
 * Outlets may hang on circuits of the site, each with a limit of its own: a car gets what both its
 * site and its circuit have left.
 * No phase ever gets more than its limit, whatever the wishes. Pure integers, no clock. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARE_PHASES 3
#define SHARE_LEAST_MA 6000  /* below it an AC car cannot charge */
#define SHARE_STEP_MA 100    /* profiles have one digit after the point */
#define SHARE_SMALL_MA 1000  /* a change below this is not worth a message */
#define SHARE_UNUSED_MA 3000 /* a car keeps this much above what it draws, or a quarter */
#define SHARE_CARS_MAX 4096  /* of one site */
#define SHARE_CIRCUITS_MAX 64

enum share_state {
	SHARE_IDLE = 0,   /* takes nothing */
	SHARE_GIVEN = 1,  /* charges with its share */
	SHARE_PAUSED = 2, /* waits for its turn */
	SHARE_HELD = 3,   /* cannot be told: what it may draw is kept for it */
};
enum share_reason {
	SHARE_FULL = 0, /* has its most */
	SHARE_SITE = 1, /* its phases are used up */
	SHARE_TURN = 2, /* paused until it is its turn */
	SHARE_DRAW = 3, /* does not use more */
	SHARE_HOLD = 4, /* cannot be told */
	SHARE_NONE = 5, /* wants nothing */
};
struct share_car {
	/* what is known */
	uint8_t phases;    /* bits of the site's phases it draws from: 1, 2, 4 */
	uint8_t circuit;   /* 0 straight at the site, else its number counted from 1 */
	bool wants;        /* a charge runs, or is about to */
	int32_t most_ma;   /* smallest of outlet, cable, car, operator */
	int32_t least_ma;  /* SHARE_LEAST_MA, or less for direct current */
	int32_t held_ma;   /* cannot be told anything: what it may draw; -1 it can */
	int32_t draw_ma;   /* measured, -1 not known */
	int32_t told_ma;   /* what it may draw now by what was confirmed, -1 nothing told */
	int priority;      /* higher first */
	int64_t since_us;  /* has its turn, or waits, since then */
	bool has_turn;     /* charges now */
	bool busy;         /* its answer is awaited: decided, but not told now */
	int64_t need_ma;   /* to have its energy in time, 0 not known */
	int64_t depart_us; /* 0 not known */
	/* what is decided */
	int32_t share_ma;
	enum share_state state;
	enum share_reason reason;
};
struct share_circuit {
	int32_t limit_ma[SHARE_PHASES];
	int32_t reserve_ma; /* kept free in each phase */
};
struct share_site {
	int32_t limit_ma[SHARE_PHASES];
	int32_t base_ma[SHARE_PHASES];
	int32_t reserve_ma; /* kept free in each phase */
	int64_t limit_w;    /* over all phases, 0 none */
	int64_t mv;         /* between phase and neutral, for limit_w */
	int64_t turn_us;    /* how long a turn lasts when there is not enough for all */
	const struct share_circuit *circuits;
	size_t circuits_len; /* at most SHARE_CIRCUITS_MAX */
};
/* What is left of a site, and of each of its circuits. */
struct share_part {
	int64_t phase_ma[SHARE_PHASES]; /* may be below 0 */
	int64_t sum_ma;                 /* over all phases */
};
struct share_room {
	struct share_part site, circuits[SHARE_CIRCUITS_MAX];
	size_t circuits_len;
};
void share_room_of(const struct share_site *site, struct share_room *ret_room);
void share_room_take(struct share_room *room, const struct share_car *car, int64_t ma);
/* How much more a car could get; 0 at least. */
int64_t share_room_for(const struct share_room *room, const struct share_car *car);
/* ... below 0 where more is taken than there is. */
int64_t share_room_left(const struct share_room *room, const struct share_car *car);
/* Decides every car's share. `order` is room for as many numbers as there are cars. Returns false
 * when what is held and runs anyway is more than the limit of the site or of a circuit (then
 * everybody there who can be told is paused). */
bool share_solve(const struct share_site *site, struct share_car *cars, size_t len, int64_t now_us,
	size_t *order);
/* What is free in each phase when car i may draw ma[i] (below 0 counts as 0). */
void share_free(const struct share_site *site, const struct share_car *cars, size_t len,
	const int32_t *ma, int32_t ret_free[SHARE_PHASES]);
/* Small changes are not told: where a share is within SHARE_SMALL_MA of what was told and the site
 * bears it, it stays. Pauses and their ends always count. */
void share_damp(const struct share_site *site, struct share_car *cars, size_t len);
/* Lower first: which of the shares may be told now. may[i] is what car i may draw at most by all it
 * was told and might have heard. A share that lowers is always sent; one that raises only when the
 * site bears all of may[] with it. ret_send[i] says which; may[] is raised for those. */
void share_steps(const struct share_site *site, const struct share_car *cars, size_t len,
	int32_t *may, bool *ret_send);
/* Milliamperes a phase that bring `energy_wh` until `depart_us`, rounded up. */
int64_t share_need_ma(int64_t energy_wh, int64_t depart_us, int64_t now_us, int phases, int64_t mv);
/* Bits of the site's phases for an outlet wired as "RST", "STR" ... (its L1 first), "R", "S" or
 * "T", with a car that uses `phases` of them. 0: no such wiring. */
uint8_t share_phase_bits(const char *rotation, size_t len, int phases);
int share_phase_count(uint8_t bits);
