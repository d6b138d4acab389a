/* locallists.c - keeping the piles' own lists of cards in step (see locallists.h).
 *
 *   waiting --ask version--> asking --same--> sending ... --nothing left--> current | full
 *                               '--other--> sending the whole list
 *   sending --accepted--> sending the next piece     --mismatch--> sending the whole list
 *   anything --no answer, failed--> failed, and again after a pause
 *
 * One message is under way for a pile at a time; `due_us` is when it is given up. */
#include "app/locallists.h"

#include "app/devices.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/token.h"
#include "store/pile.h"

#define TICK_LISTS 32
#define ANSWER_US (90 * US_PER_S)
#define PAUSE_US (60 * US_PER_S)
#define PAUSE_MOST_US (60 * US_PER_MIN)
#define PIECE_DEFAULT 50 /* cards in one message to a pile that does not say how many it takes */
#define PIECE_MOST 1000
#define LIST_DEFAULT 100000
#define MISMATCHES_MOST 3

static int load(struct ctx *ctx, int64_t pile_id, struct locallist *ret_list)
{
	return store_locallist_get(ctx->db, ctx->arena, pile_id, ret_list);
}

static int save(struct ctx *ctx, struct locallist *list)
{
	int result = store_locallist_put(ctx->db, list);

	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_BUSY, "a list was changed meanwhile");
}

static void forget(struct locallist *list)
{
	list->version = list->upto = list->held = list->left_out = 0;
	list->built = false;
}

static int fail(struct ctx *ctx, struct locallist *list, struct str error)
{
	int64_t pause = PAUSE_US << (list->failures < 6 ? list->failures : 6);

	list->failures++;
	list->state = STR("failed");
	list->error = error;
	list->due_us = ctx->now_us + (pause < PAUSE_MOST_US ? pause : PAUSE_MOST_US);
	return save(ctx, list);
}

/* A number the pile told among its settings. */
static int told_number(
	struct ctx *ctx, int64_t pile_id, const char *name, int64_t otherwise, int64_t *ret_number)
{
	struct str text;
	int result = store_pile_setting_get(ctx->db, ctx->arena, pile_id, str_from(name), &text);

	TRY(result);
	if (result != 0 || !str_to_i64(str_trim(text), ret_number) || *ret_number <= 0)
		*ret_number = otherwise;
	return 0;
}

static struct ask_entry entry_of(const struct listed_card *card)
{
	bool blocked = card->member_blocked || !str_is(card->state, "active");

	return (struct ask_entry){.id_tag = card->id_tag,
		.parent = card->parent,
		.card = blocked ? ASK_CARD_BLOCKED : ASK_CARD_GOOD,
		.expires_us = card->expires_us};
}

/* The longest name of a card that the pile can read, and so can have on its list. */
static int longest_tag(struct ctx *ctx, int64_t pile_id, size_t *ret_longest)
{
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(result);
	*ret_longest = result == 0 && devices_speaks_16(&pile) ? TOKEN_MAX_16 : TOKEN_MAX;
	return 0;
}

/* The entries of the next message; cards that find no room are left out and counted. */
static int next_piece(
	struct ctx *ctx, struct locallist *list, struct ask_entry **ret_entries, size_t *ret_len)
{
	struct listed_card *cards;
	struct ask_entry *entries;
	int64_t piece, room;
	size_t len, longest, used = 0;

	TRY(longest_tag(ctx, list->pile_id, &longest));
	TRY(told_number(ctx, list->pile_id, "SendLocalListMaxLength", PIECE_DEFAULT, &piece));
	TRY(told_number(ctx, list->pile_id, "LocalAuthListMaxLength", LIST_DEFAULT, &room));
	if (piece > PIECE_MOST)
		piece = PIECE_MOST;
	TRY(store_cards_changed(
		ctx->db, ctx->arena, list->tenant_id, list->upto, (size_t)piece, &cards, &len));
	entries = ARENA_ARRAY(ctx->arena, struct ask_entry, len + 1);
	if (!entries)
		return FAULT(FAULT_NOMEM, "entries");
	list->sent_upto = list->upto;
	list->sent_held = list->held;
	list->sent_left_out = list->left_out;
	for (size_t i = 0; i < len; i++) {
		bool fresh = !list->built || cards[i].added > list->upto;

		list->sent_upto = cards[i].changed;
		if (cards[i].id_tag.len > longest)
			continue;
		if (fresh && list->sent_held >= room) {
			list->sent_left_out++;
			continue;
		}
		list->sent_held += fresh;
		entries[used++] = entry_of(&cards[i]);
	}
	*ret_entries = entries;
	*ret_len = used;
	return 0;
}

static int in_step(struct ctx *ctx, struct locallist *list)
{
	list->built = true;
	list->state = list->left_out > 0 ? STR("full") : STR("current");
	list->failures = 0;
	list->error = STR("");
	list->due_us = 0;
	list->synced_us = ctx->now_us;
	return save(ctx, list);
}

/* A pile that has lists switched off is told to use them. */
static int enable(struct ctx *ctx, const struct locallist *list)
{
	struct ask ask = {.kind = ASK_SETTING,
		.pile_id = list->pile_id,
		.name = STR("LocalAuthListEnabled"),
		.value = STR("true")};
	struct str value;
	int64_t id;
	int result = store_pile_setting_get(ctx->db, ctx->arena, list->pile_id, ask.name, &value);

	TRY(result);
	if (result != 0 || !str_eq_nocase(str_trim(value), STR("false")))
		return 0;
	TRY(ask_pile(ctx, &ask, &id));
	return 0;
}

static int send_next(struct ctx *ctx, struct locallist *list)
{
	struct ask ask = {.kind = ASK_LIST_SEND,
		.pile_id = list->pile_id,
		.about_id = list->pile_id,
		.number = list->number + 1,
		.full = list->version == 0};
	struct ask_entry *entries;
	int64_t last, id;
	int result;

	TRY(store_cards_last_change(ctx->db, list->tenant_id, &last));
	if (list->version > 0 && last <= list->upto)
		return in_step(ctx, list);
	if (ask.full)
		TRY(enable(ctx, list));
	do {
		TRY(next_piece(ctx, list, &entries, &ask.entries_len));
		/* a piece of cards that all found no room needs no message */
		if (ask.entries_len > 0 || ask.full)
			break;
		if (list->sent_upto == list->upto)
			return in_step(ctx, list);
		list->upto = list->sent_upto;
		list->left_out = list->sent_left_out;
	} while (true);
	ask.entries = entries;
	result = ask_pile(ctx, &ask, &id);
	TRY(result);
	if (result != 0)
		return fail(ctx, list, STR("queue"));
	list->number = ask.number;
	list->state = STR("sending");
	list->due_us = ctx->now_us + ANSWER_US;
	return save(ctx, list);
}

static int ask_version(struct ctx *ctx, struct locallist *list)
{
	struct ask ask = {
		.kind = ASK_LIST_VERSION, .pile_id = list->pile_id, .about_id = list->pile_id};
	int64_t id;
	int result = ask_pile(ctx, &ask, &id);

	TRY(result);
	if (result == ASK_E_UNSUPPORTED) {
		list->state = STR("unsupported");
		list->due_us = 0;
		return save(ctx, list);
	}
	if (result != 0)
		return fail(ctx, list, STR("queue"));
	list->state = STR("asking");
	list->due_us = ctx->now_us + ANSWER_US;
	return save(ctx, list);
}

static int look(struct ctx *ctx, int64_t pile_id)
{
	struct locallist list;
	struct pile pile;
	int result = load(ctx, pile_id, &list);

	TRY(result);
	if (result != 0)
		return 0;
	result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);
	TRY(result);
	if (!list.wanted || result != 0 || !pile.online || pile.state != PILE_APPROVED) {
		list.due_us = 0; /* until the pile is back, or an operator wants it */
		return save(ctx, &list);
	}
	if (str_is(list.state, "asking") || str_is(list.state, "sending"))
		return fail(ctx, &list, STR("timeout"));
	if (str_is(list.state, "current") || str_is(list.state, "full"))
		return send_next(ctx, &list);
	return ask_version(ctx, &list);
}

int locallists_tick(struct ctx *ctx)
{
	int64_t piles[TICK_LISTS];
	size_t len;

	TRY(store_locallist_due(ctx->db, ctx->now_us, TICK_LISTS, piles, &len));
	for (size_t i = 0; i < len; i++)
		TRY(look(ctx, piles[i]));
	return 0;
}

/* --- answers --- */

static int version_told(struct ctx *ctx, struct locallist *list, int64_t version)
{
	if (version < 0) {
		list->state = STR("unsupported");
		list->due_us = 0;
		return save(ctx, list);
	}
	if (version > list->number)
		list->number = version;
	if (version == 0 || version != list->version)
		forget(list);
	return send_next(ctx, list);
}

static int piece_taken(struct ctx *ctx, struct locallist *list)
{
	list->version = list->number;
	list->upto = list->sent_upto;
	list->held = list->sent_held;
	list->left_out = list->sent_left_out;
	list->failures = 0;
	return send_next(ctx, list);
}

int locallists_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct locallist list;
	int result = load(ctx, answer->pile_id, &list);

	TRY(result);
	/* Switched off meanwhile, or this is the late answer to a message that was given up. */
	if (result != 0 || !list.wanted)
		return 0;
	if (!str_is(list.state, answer->kind == ASK_LIST_SEND ? "sending" : "asking"))
		return 0;
	if (answer->verdict == ASK_LOST)
		return fail(ctx, &list, answer->error);
	if (answer->kind == ASK_LIST_VERSION)
		return version_told(ctx, &list, answer->number);
	if (answer->verdict == ASK_ACCEPTED)
		return piece_taken(ctx, &list);
	forget(&list);
	if (answer->verdict == ASK_MISMATCH && list.failures < MISMATCHES_MOST) {
		list.failures++;
		return send_next(ctx, &list);
	}
	if (answer->verdict == ASK_UNSUPPORTED) {
		list.state = STR("unsupported");
		list.due_us = 0;
		return save(ctx, &list);
	}
	return fail(ctx, &list, str_from(ask_verdict_name(answer->verdict)));
}

/* --- what starts it --- */

static int begin(struct ctx *ctx, const struct pile *pile, bool wanted)
{
	struct locallist list = {.pile_id = pile->id,
		.tenant_id = pile->tenant_id,
		.wanted = wanted,
		.state = STR("waiting"),
		.due_us = wanted ? ctx->now_us : 0,
		.revision = 1};
	int result = store_locallist_add(ctx->db, &list);

	TRY(result);
	return 0;
}

static int wake(struct ctx *ctx, struct locallist *list)
{
	list->state = STR("waiting");
	list->due_us = list->wanted ? ctx->now_us : 0;
	list->failures = 0;
	list->error = STR("");
	return save(ctx, list);
}

static int pile_of(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, struct pile *ret_pile)
{
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, ret_pile);

	TRY(result);
	return result == 0 && ret_pile->tenant_id == tenant_id ? 0 : LOCALLISTS_E_UNKNOWN;
}

int locallists_want(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, bool wanted)
{
	struct locallist list;
	struct pile pile;
	int result = pile_of(ctx, tenant_id, pile_id, &pile);

	if (result != 0)
		return result;
	result = load(ctx, pile_id, &list);
	TRY(result);
	if (result != 0)
		return begin(ctx, &pile, wanted);
	list.wanted = wanted;
	return wake(ctx, &list);
}

int locallists_renew(struct ctx *ctx, int64_t tenant_id, int64_t pile_id)
{
	struct locallist list;
	struct pile pile;
	int result = pile_of(ctx, tenant_id, pile_id, &pile);

	if (result != 0)
		return result;
	result = load(ctx, pile_id, &list);
	TRY(result);
	if (result != 0)
		return begin(ctx, &pile, true);
	forget(&list);
	list.wanted = true;
	return wake(ctx, &list);
}

int locallists_cards_changed(struct ctx *ctx, int64_t tenant_id)
{
	return store_locallist_touch(ctx->db, tenant_id, ctx->now_us);
}

static bool names(struct str words, const char *word)
{
	while (words.len > 0) {
		if (str_is(str_trim(str_cut(&words, ',')), word))
			return true;
	}
	return false;
}

int locallists_pile_ready(struct ctx *ctx, int64_t pile_id)
{
	struct locallist list;
	struct str profiles;
	struct pile pile;
	int result = load(ctx, pile_id, &list);

	TRY(result);
	if (result == 0)
		return list.wanted ? wake(ctx, &list) : 0;
	result = store_pile_setting_get(
		ctx->db, ctx->arena, pile_id, STR("SupportedFeatureProfiles"), &profiles);
	TRY(result);
	if (result != 0 || !names(profiles, "LocalAuthListManagement"))
		return 0;
	result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);
	TRY(result);
	return result == 0 ? begin(ctx, &pile, true) : 0;
}
