/* board.h - messages that the server put on the display (OCPP 2.x): which there are, when each is
 * shown, and how they share the place. They are kept in the shelf's file "board", so a restart
 * changes nothing; what has ended is taken away. A message is kept in the words of 2.1 as it came;
 * what is needed to choose stands beside it.
 *
 *   AlwaysFront  one at a time, alone; a newer one takes the place of an older
 *   InFront      above the others, in turn
 *   NormalCycle  in turn
 *
 * None of them covers a price, a fault or a code: the page has a place of its own for them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "wire/ocpp2/display.h"

struct pile;
struct outlet;

#define BOARD_MAX 16
#define BOARD_TEXTS 5 /* languages of one message */

struct board_message {
	bool used;
	int64_t id;
	int priority, state;       /* of ocpp2_message_*_enum; state 0: any */
	int64_t from_us, until_us; /* 0: at once; until it is taken away */
	int64_t tx;                /* our number of the charge it lives with, 0 none */
	int64_t evse;              /* 0: every outlet */
	bool pauses;               /* Charging means paused charges too, as in 2.0.1 */
	uint64_t age;              /* the newest has the highest */
	char *json;                /* ocpp2_message_info in 2.1; ours */
	size_t json_len;
};
struct board {
	struct board_message *list; /* BOARD_MAX places, NULL before the first message */
	uint64_t ages;
	bool dirty; /* something went that the file still has */
};

enum board_outcome { BOARD_E_FULL = 1, BOARD_E_UNKNOWN };

/* Takes up what was kept. 0 or a fault. */
int board_open(struct pile *pile);
void board_close(struct pile *pile);
/* Keeps a message; one with the same id, and an older one that is always in front, give way.
 * Durable after 0; else nothing changed. */
int board_put(struct pile *pile, const struct ocpp2_message_info *info, int64_t tx, bool pauses);
int board_clear(struct pile *pile, int64_t id);
/* Takes away what has ended. With each step of the pile. */
void board_step(struct pile *pile);

size_t board_count(const struct pile *pile);
/* The message in this place (below BOARD_MAX), NULL when it is empty. */
const struct board_message *board_at(const struct pile *pile, size_t place);
const struct board_message *board_find(const struct pile *pile, int64_t id);
/* As it came. False when it cannot be read back. */
bool board_read(
	const struct board_message *message, struct arena *arena, struct ocpp2_message_info *ret);
/* The text with this number, 0 the first. False when there is none. */
bool board_text(const struct ocpp2_message_info *info, size_t number,
	const struct ocpp2_message_content **ret);
/* Is it meant for this outlet at this moment? */
bool board_applies(
	const struct pile *pile, const struct board_message *message, const struct outlet *outlet);
/* What the display shows now, oldest first within a priority. */
size_t board_shown(const struct pile *pile, const struct board_message *ret[BOARD_MAX]);
/* Bits of the outlets (1..) for which it is shown now. */
uint64_t board_outlets(const struct pile *pile, const struct board_message *message);
