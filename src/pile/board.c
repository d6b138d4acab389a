/* board.c - messages on the display (see board.h).
 *
 *   file = a line "<our number of the charge>|<pauses>|<message as JSON>" for each, oldest first */
#include "pile/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"
#include "wire/record.h"

#define BOARD_FILE "board"
#define BOARD_ARENA (512 * 1024)

static void board_drop(struct board_message *message)
{
	mem_free(message->json);
	*message = (struct board_message){.used = false};
}

static int board_compare(const void *a, const void *b)
{
	const struct board_message *one = *(const struct board_message *const *)a;
	const struct board_message *other = *(const struct board_message *const *)b;

	return one->age < other->age ? -1 : one->age > other->age;
}

/* Oldest first. */
static size_t board_sorted(const struct pile *pile, const struct board_message *ret[BOARD_MAX])
{
	size_t len = 0;

	for (size_t i = 0; pile->board.list && i < BOARD_MAX; i++)
		if (pile->board.list[i].used)
			ret[len++] = &pile->board.list[i];
	qsort(ret, len, sizeof(ret[0]), board_compare);
	return len;
}

/* The file as it is without `gone` and with `new` (each may be NULL). */
static int board_write(struct pile *pile, const struct board_message *const *gone, size_t gone_len,
	const struct board_message *new)
{
	const struct board_message *list[BOARD_MAX + 1];
	size_t len = board_sorted(pile, list);
	struct buf text;
	int result;

	if (new)
		list[len++] = new;
	buf_init(&text, NULL, SHELF_FILE_MAX);
	for (size_t i = 0; i < len; i++) {
		bool drop = false;
		for (size_t g = 0; g < gone_len; g++)
			drop = drop || gone[g] == list[i];
		if (drop)
			continue;
		buf_format(&text, "%lld|%d|", (long long)list[i]->tx, list[i]->pauses);
		buf_put(&text, list[i]->json, list[i]->json_len);
		buf_put_char(&text, '\n');
	}
	result = text.failed ? FAULT(FAULT_NOMEM, "the messages are too long")
			     : shelf_put(pile->shelf, BOARD_FILE, buf_str(&text));
	buf_fini(&text);
	return result;
}

/* What is needed to choose. The JSON is copied. */
static struct board_message board_of(const struct ocpp2_message_info *info, struct str json)
{
	struct board_message message = {.used = true,
		.id = info->id,
		.priority = info->priority,
		.state = info->has_state ? info->state : 0,
		.from_us = info->has_start_date_time ? info->start_date_time_us : 0,
		.until_us = info->has_end_date_time ? info->end_date_time_us : 0,
		.evse = info->has_display && info->display.has_evse ? info->display.evse.id : 0,
		.json = mem_alloc(json.len + 1),
		.json_len = json.len};

	memcpy(message.json, json.ptr, json.len);
	return message;
}

static void board_place(struct pile *pile, const struct board_message *message)
{
	struct board *board = &pile->board;

	if (!board->list)
		board->list = mem_alloc(BOARD_MAX * sizeof(*board->list));
	for (size_t i = 0; i < BOARD_MAX; i++) {
		if (board->list[i].used)
			continue;
		board->list[i] = *message;
		board->list[i].age = ++board->ages;
		return;
	}
	mem_free(message->json);
}

/* ---- the file ---- */

static bool board_read_line(struct pile *pile, struct str line, struct arena *arena)
{
	struct str tx = str_cut(&line, '|'), pauses = str_cut(&line, '|');
	struct ocpp2_message_info info;
	struct board_message message;
	int64_t number;

	if (!str_to_i64(tx, &number) || number < 0 || pauses.len != 1 ||
		record_decode(&ocpp2_message_info_21_record, line, RECORD_STRICT, arena, &info,
			NULL) != 0)
		return false;
	message = board_of(&info, line);
	message.tx = number;
	message.pauses = pauses.ptr[0] == '1';
	board_place(pile, &message);
	return true;
}

int board_open(struct pile *pile)
{
	struct arena arena;
	struct buf text;
	struct str rest;
	int result;

	buf_init(&text, NULL, SHELF_FILE_MAX);
	result = shelf_get(pile->shelf, BOARD_FILE, &text);
	rest = result == 0 ? buf_str(&text) : STR_NULL;
	arena_init(&arena, BOARD_ARENA);
	while (rest.len > 0) {
		if (!board_read_line(pile, str_cut(&rest, '\n'), &arena))
			LOG_ERROR("message of the display damaged", "pile=%.*s",
				STR_FMT(pile->config.name));
		arena_reset(&arena);
	}
	arena_fini(&arena);
	buf_fini(&text);
	return result;
}

void board_close(struct pile *pile)
{
	for (size_t i = 0; pile->board.list && i < BOARD_MAX; i++)
		board_drop(&pile->board.list[i]);
	mem_free(pile->board.list);
	pile->board = (struct board){.list = NULL};
}

/* ---- changes ---- */

/* Those that the new one takes the place of. */
static size_t board_replaced(const struct pile *pile, const struct ocpp2_message_info *info,
	const struct board_message *ret[BOARD_MAX])
{
	bool always = info->priority == OCPP2_MESSAGE_PRIORITY_ALWAYS_FRONT;
	size_t len = 0;

	for (size_t i = 0; pile->board.list && i < BOARD_MAX; i++) {
		const struct board_message *old = &pile->board.list[i];
		if (old->used &&
			(old->id == info->id || (always && old->priority == info->priority)))
			ret[len++] = old;
	}
	return len;
}

/* Forgets those of the list, which the file no longer has. */
static void board_drop_all(
	struct pile *pile, const struct board_message *const *gone, size_t gone_len)
{
	for (size_t i = 0; pile->board.list && i < BOARD_MAX; i++)
		for (size_t g = 0; g < gone_len; g++)
			if (gone[g] == &pile->board.list[i])
				board_drop(&pile->board.list[i]);
}

int board_put(struct pile *pile, const struct ocpp2_message_info *info, int64_t tx, bool pauses)
{
	const struct board_message *gone[BOARD_MAX];
	size_t gone_len = board_replaced(pile, info, gone);
	struct board_message message;
	struct buf json;
	int result;

	if (board_count(pile) - gone_len >= BOARD_MAX)
		return BOARD_E_FULL;
	buf_init(&json, NULL, SHELF_FILE_MAX);
	result = record_encode(&ocpp2_message_info_21_record, info, &json, NULL);
	if (result != 0) {
		buf_fini(&json);
		return result < 0 ? result : FAULT(FAULT_BUG, "a message that cannot be said");
	}
	message = board_of(info, buf_str(&json));
	buf_fini(&json);
	message.tx = tx;
	message.pauses = pauses;
	result = board_write(pile, gone, gone_len, &message);
	if (result != 0) {
		mem_free(message.json);
		return result;
	}
	board_drop_all(pile, gone, gone_len);
	board_place(pile, &message);
	return 0;
}

int board_clear(struct pile *pile, int64_t id)
{
	const struct board_message *gone = board_find(pile, id);

	if (!gone)
		return BOARD_E_UNKNOWN;
	TRY(board_write(pile, &gone, 1, NULL));
	board_drop_all(pile, &gone, 1);
	return 0;
}

/* A clock that the server has not confirmed may hide a message, it never takes one away. */
static bool board_over(struct pile *pile, const struct board_message *message)
{
	bool late = message->until_us && pile->link.clock_told && pile->now_us >= message->until_us;

	return late || (message->tx && !pile_outlet_of(pile, message->tx));
}

void board_step(struct pile *pile)
{
	struct board *board = &pile->board;

	for (size_t i = 0; board->list && i < BOARD_MAX; i++) {
		if (!board->list[i].used || !board_over(pile, &board->list[i]))
			continue;
		board_drop(&board->list[i]);
		board->dirty = true;
	}
	/* on a disk that takes nothing it is tried with the next change: what is over stays over */
	if (board->dirty && board_write(pile, NULL, 0, NULL) < 0)
		LOG_WARN("ended message not taken from the disk", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
	board->dirty = false;
}

/* ---- reading ---- */

size_t board_count(const struct pile *pile)
{
	size_t count = 0;

	for (size_t i = 0; pile->board.list && i < BOARD_MAX; i++)
		count += pile->board.list[i].used;
	return count;
}

const struct board_message *board_at(const struct pile *pile, size_t place)
{
	return pile->board.list && place < BOARD_MAX && pile->board.list[place].used
		       ? &pile->board.list[place]
		       : NULL;
}

const struct board_message *board_find(const struct pile *pile, int64_t id)
{
	for (size_t i = 0; i < BOARD_MAX; i++) {
		const struct board_message *message = board_at(pile, i);
		if (message && message->id == id)
			return message;
	}
	return NULL;
}

bool board_read(
	const struct board_message *message, struct arena *arena, struct ocpp2_message_info *ret)
{
	return record_decode(&ocpp2_message_info_21_record,
		       (struct str){message->json, message->json_len}, RECORD_STRICT, arena, ret,
		       NULL) == 0;
}

bool board_text(const struct ocpp2_message_info *info, size_t number,
	const struct ocpp2_message_content **ret)
{
	if (number > info->message_extra_len)
		return false;
	*ret = number == 0 ? &info->message : &info->message_extra[number - 1];
	return true;
}

/* ---- what is shown ---- */

static bool board_state(
	const struct pile *pile, const struct board_message *message, const struct outlet *outlet)
{
	enum evse_state state = outlet->evse.state;
	bool paused = state == EVSE_SUSPENDED_EV || state == EVSE_SUSPENDED_EVSE;

	switch (message->state) {
	case OCPP2_MESSAGE_STATE_CHARGING:
		return outlet->tx && (!paused || message->pauses);
	case OCPP2_MESSAGE_STATE_SUSPENDED:
		return outlet->tx && paused;
	case OCPP2_MESSAGE_STATE_FAULTED:
		return outlet->evse.protect.active != 0;
	case OCPP2_MESSAGE_STATE_UNAVAILABLE:
		return state == EVSE_UNAVAILABLE || pile->inoperative;
	case OCPP2_MESSAGE_STATE_IDLE:
		return !outlet->tx && !outlet->evse.protect.active && state != EVSE_UNAVAILABLE;
	default:
		return message->state == 0;
	}
}

bool board_applies(
	const struct pile *pile, const struct board_message *message, const struct outlet *outlet)
{
	if (pile->now_us < message->from_us ||
		(message->until_us && pile->now_us >= message->until_us))
		return false;
	if (message->evse && message->evse != outlet->number)
		return false;
	if (message->tx && message->tx != outlet->tx)
		return false;
	return board_state(pile, message, outlet);
}

uint64_t board_outlets(const struct pile *pile, const struct board_message *message)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < pile->outlets_len; i++)
		if (board_applies(pile, message, &pile->outlets[i]))
			bits |= UINT64_C(1) << pile->outlets[i].number;
	return bits;
}

size_t board_shown(const struct pile *pile, const struct board_message *ret[BOARD_MAX])
{
	const struct board_message *list[BOARD_MAX];
	size_t len = board_sorted(pile, list), shown = 0;

	for (int priority = OCPP2_MESSAGE_PRIORITY_ALWAYS_FRONT;
		priority <= OCPP2_MESSAGE_PRIORITY_NORMAL_CYCLE; priority++) {
		for (size_t i = 0; i < len; i++)
			if (list[i]->priority == priority && board_outlets(pile, list[i]))
				ret[shown++] = list[i];
		if (priority == OCPP2_MESSAGE_PRIORITY_ALWAYS_FRONT && shown > 0)
			break;
	}
	return shown;
}
