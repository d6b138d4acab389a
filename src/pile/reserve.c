/* reserve.c - places kept for a card (see reserve.h). */
#include "pile/reserve.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

static const char reserve_prefix[] = "reserve:";

static struct str reserve_key(char room[32], int64_t id)
{
	int len = snprintf(room, 32, "%s%lld", reserve_prefix, (long long)id);

	return (struct str){room, (size_t)len};
}

static void reserve_mark(struct pile *pile, struct outlet *outlet)
{
	bool kept = reserve_at(pile, outlet) != NULL;

	if (outlet->evse.reserved == kept)
		return;
	evse_reserve(&outlet->evse, kept, pile->ticks_us);
	pile_report(pile, outlet->number);
}

static void reserve_mark_all(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++)
		reserve_mark(pile, &pile->outlets[i]);
}

static struct reservation *reserve_find(struct reserve *reserve, int64_t id)
{
	for (size_t i = 0; i < reserve->len; i++)
		if (reserve->list[i].id == id)
			return &reserve->list[i];
	return NULL;
}

static void reserve_drop(struct pile *pile, struct reservation *one)
{
	struct reserve *reserve = &pile->reserve;

	*one = reserve->list[--reserve->len];
	reserve_mark_all(pile);
}

/* Off the disk too. When that fails it ends all the same until a restart: false then. */
static bool reserve_end(struct pile *pile, struct reservation *one, const char *why)
{
	char room[32];
	bool gone = spool_note(&pile->spool, reserve_key(room, one->id), STR_NULL) == 0;

	LOG_INFO("reservation ends", "pile=%.*s id=%lld connector=%d why=%s",
		STR_FMT(pile->config.name), (long long)one->id, one->connector, why);
	if (!gone)
		LOG_ERROR("reservation not taken back", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
	reserve_drop(pile, one);
	return gone;
}

/* ---- notes ---- */

/* "<connector>|<until>|<card>|<group>" */
static bool reserve_read(struct str key, struct str value, struct reservation *ret)
{
	struct reservation one = {.id = 0};
	struct str id = str_slice(key, sizeof(reserve_prefix) - 1, key.len);
	struct str connector = str_cut(&value, '|'), until = str_cut(&value, '|');
	struct str tag = str_cut(&value, '|');
	int64_t number;

	if (!str_to_i64(id, &one.id) || !str_to_i64(connector, &number) || number < 0 ||
		number >= LIMIT_CONNECTORS || !str_to_i64(until, &one.until_us) || tag.len == 0 ||
		tag.len > HAL_TAG_MAX || value.len > HAL_TAG_MAX)
		return false;
	one.connector = (uint8_t)number;
	memcpy(one.tag, tag.ptr, tag.len);
	if (value.len)
		memcpy(one.parent, value.ptr, value.len);
	*ret = one;
	return true;
}

static int reserve_write(struct pile *pile, const struct reservation *one)
{
	char room[32];
	struct arena arena;
	int result;

	arena_init(&arena, 1024);
	result = spool_note(&pile->spool, reserve_key(room, one->id),
		str_format(&arena, "%d|%lld|%s|%s", one->connector, (long long)one->until_us,
			one->tag, one->parent));
	arena_fini(&arena);
	return result;
}

/* Power may have gone between the start of a charge and the end of its reservation: the start is
 * still in the spool then. */
static bool reserve_was_used(const struct pile *pile, int64_t id)
{
	for (size_t i = 0; i < pile->spool.txs_len; i++) {
		const struct spool_entry *start =
			spool_entry_of(&pile->spool, pile->spool.txs[i].id, SPOOL_START);
		if (start && start->reservation == id)
			return true;
	}
	return false;
}

void reserve_open(struct pile *pile)
{
	struct str key, value;
	size_t cursor = 0;

	pile->reserve.len = 0;
	while (spool_note_next(&pile->spool, &cursor, &key, &value)) {
		struct reservation one;
		if (str_starts(key, str_from(reserve_prefix)) && pile->reserve.len < RESERVE_MAX &&
			reserve_read(key, value, &one))
			pile->reserve.list[pile->reserve.len++] = one;
	}
	for (size_t i = pile->reserve.len; i > 0; i--)
		if (reserve_was_used(pile, pile->reserve.list[i - 1].id))
			reserve_end(pile, &pile->reserve.list[i - 1], "used");
	reserve_mark_all(pile);
}

/* ---- ends by themselves ---- */

static void reserve_tell_end(struct reserve *reserve, int64_t id, bool expired)
{
	if (reserve->ends_len == RESERVE_MAX)
		memmove(reserve->ends, reserve->ends + 1,
			--reserve->ends_len * sizeof(reserve->ends[0]));
	reserve->ends[reserve->ends_len++] = (struct reserve_end){id, expired};
}

static bool reserve_place_lost(struct pile *pile, const struct reservation *one)
{
	const struct outlet *outlet = pile_outlet(pile, one->connector);

	return outlet ? outlet->evse.protect.active || !outlet->evse.operative : pile->inoperative;
}

void reserve_step(struct pile *pile)
{
	for (size_t i = pile->reserve.len; i > 0; i--) {
		struct reservation *one = &pile->reserve.list[i - 1];
		bool expired = pile->now_us >= one->until_us;
		int64_t id = one->id;

		if (!expired && !reserve_place_lost(pile, one))
			continue;
		reserve_end(pile, one, expired ? "expired" : "place lost");
		reserve_tell_end(&pile->reserve, id, expired);
	}
}

bool reserve_ended(struct pile *pile, struct reserve_end *ret)
{
	struct reserve *reserve = &pile->reserve;

	if (reserve->ends_len == 0)
		return false;
	*ret = reserve->ends[0];
	memmove(reserve->ends, reserve->ends + 1, --reserve->ends_len * sizeof(reserve->ends[0]));
	return true;
}

/* ---- making and cancelling ---- */

static bool reserve_idle(const struct pile *pile, const struct outlet *outlet, int64_t but_id)
{
	const struct reservation *other = reserve_at(pile, outlet);

	return !outlet->tx && outlet->claim == CLAIM_NONE && !outlet->evse.plugged &&
	       (!other || other->id == but_id);
}

/* 0: this one outlet can be kept. */
static int reserve_judge(const struct pile *pile, const struct outlet *outlet, int64_t but_id)
{
	if (outlet->evse.protect.active)
		return RESERVE_E_FAULTED;
	if (!outlet->evse.operative || outlet->inoperative_wish)
		return RESERVE_E_UNAVAILABLE;
	return reserve_idle(pile, outlet, but_id) ? 0 : RESERVE_E_OCCUPIED;
}

/* Any outlet will do: one must be left for each that was promised already. With none, the best news
 * of any outlet is the answer. */
static int reserve_judge_any(const struct pile *pile, int64_t but_id)
{
	size_t promised = 0, idle = 0;
	int best = RESERVE_E_FAULTED;

	for (size_t i = 0; i < pile->reserve.len; i++)
		promised +=
			pile->reserve.list[i].connector == 0 && pile->reserve.list[i].id != but_id;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		int judged = reserve_judge(pile, &pile->outlets[i], but_id);
		idle += judged == 0;
		if (judged != 0 && judged < best)
			best = judged;
	}
	if (idle > promised)
		return 0;
	return idle > 0 ? RESERVE_E_OCCUPIED : best;
}

int reserve_now(struct pile *pile, const struct reservation *wish)
{
	struct reservation *one = reserve_find(&pile->reserve, wish->id);
	const struct outlet *outlet = pile_outlet(pile, wish->connector);
	int judged;

	/* the start's message and its journal know no number below 0 */
	if (wish->id < 0 || wish->id > INT32_MAX || !wish->tag[0] || strchr(wish->tag, '|') ||
		strchr(wish->parent, '|') || wish->until_us <= pile->now_us ||
		(wish->connector && !outlet) || pile->reset != RESET_NONE ||
		(!one && pile->reserve.len == RESERVE_MAX))
		return RESERVE_E_REJECTED;
	judged = outlet ? reserve_judge(pile, outlet, wish->id) : reserve_judge_any(pile, wish->id);
	if (judged != 0)
		return judged;
	TRY(reserve_write(pile, wish));
	if (!one)
		one = &pile->reserve.list[pile->reserve.len++];
	*one = *wish;
	reserve_mark_all(pile);
	LOG_INFO("reserved", "pile=%.*s id=%lld connector=%d", STR_FMT(pile->config.name),
		(long long)wish->id, wish->connector);
	return 0;
}

bool reserve_cancel(struct pile *pile, int64_t id)
{
	struct reservation *one = reserve_find(&pile->reserve, id);

	return one && reserve_end(pile, one, "cancelled");
}

const struct reservation *reserve_at(const struct pile *pile, const struct outlet *outlet)
{
	for (size_t i = 0; i < pile->reserve.len; i++)
		if (pile->reserve.list[i].connector == outlet->number)
			return &pile->reserve.list[i];
	return NULL;
}

/* ---- who may ---- */

static enum reserve_right reserve_right_to(
	const struct reservation *one, const char *tag, const char *parent)
{
	if (strcasecmp(one->tag, tag) == 0)
		return RESERVE_OWN;
	if (!one->parent[0])
		return RESERVE_OTHERS;
	if (!parent[0])
		return RESERVE_ASK;
	return strcasecmp(one->parent, parent) == 0 ? RESERVE_OWN : RESERVE_OTHERS;
}

/* Of the reservations for any outlet: the card's own, or NULL; *ret_unsure when its group decides.
 */
static const struct reservation *reserve_any_of(
	const struct pile *pile, const char *tag, const char *parent, bool *ret_unsure)
{
	*ret_unsure = false;
	for (size_t i = 0; i < pile->reserve.len; i++) {
		const struct reservation *one = &pile->reserve.list[i];
		enum reserve_right right =
			one->connector == 0 ? reserve_right_to(one, tag, parent) : RESERVE_OTHERS;
		if (right == RESERVE_OWN)
			return one;
		*ret_unsure = *ret_unsure || right == RESERVE_ASK;
	}
	return NULL;
}

/* Outlets beside this one that could still serve somebody with a promise of any outlet. */
static size_t reserve_left(const struct pile *pile, const struct outlet *but)
{
	size_t left = 0;

	for (size_t i = 0; i < pile->outlets_len; i++) {
		const struct outlet *outlet = &pile->outlets[i];
		left += outlet != but && !outlet->tx && outlet->claim == CLAIM_NONE &&
			outlet->evse.operative && !outlet->evse.protect.active &&
			!reserve_at(pile, outlet);
	}
	return left;
}

enum reserve_right reserve_right(
	const struct pile *pile, const struct outlet *outlet, const char *tag, const char *parent)
{
	const struct reservation *here = reserve_at(pile, outlet);
	size_t promised = 0;
	bool unsure;

	if (here)
		return reserve_right_to(here, tag, parent);
	for (size_t i = 0; i < pile->reserve.len; i++)
		promised += pile->reserve.list[i].connector == 0;
	if (promised == 0)
		return RESERVE_FREE;
	if (reserve_any_of(pile, tag, parent, &unsure))
		return RESERVE_OWN;
	if (reserve_left(pile, outlet) >= promised)
		return RESERVE_FREE;
	return unsure ? RESERVE_ASK : RESERVE_OTHERS;
}

int32_t reserve_of(
	const struct pile *pile, const struct outlet *outlet, const char *tag, const char *parent)
{
	const struct reservation *one = reserve_at(pile, outlet);
	bool unsure;

	if (one && reserve_right_to(one, tag, parent) != RESERVE_OWN)
		one = NULL;
	if (!one)
		one = reserve_any_of(pile, tag, parent, &unsure);
	return one ? (int32_t)one->id : -1;
}

void reserve_used(struct pile *pile, int64_t id)
{
	struct reservation *one = reserve_find(&pile->reserve, id);

	if (one)
		reserve_end(pile, one, "used");
}
