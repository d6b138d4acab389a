/* claim.c - who may charge: cards at the reader, orders of the server, and their ends (declared in
 * pile.h). */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/web.h"
#include "wire/ocpp16/enums.h"

void pile_stop(struct pile *pile, struct outlet *outlet, enum stop_reason reason, const char *tag)
{
	if (!outlet->tx || outlet->stop.owed)
		return;
	outlet->resuming = false;
	outlet->stop =
		(struct stop_wish){.owed = true, .reason = reason, .since_us = pile->ticks_us};
	strncpy(outlet->stop.tag, tag, HAL_TAG_MAX);
	if (outlet->evse.running)
		evse_end(&outlet->evse, pile->ticks_us);
	else
		evse_claim(&outlet->evse, false, pile->ticks_us);
	pile_report(pile, outlet->number);
}

/* The card's group as far as it is known here, "" otherwise. */
static void claim_group(const struct pile *pile, const char *tag, char ret[HAL_TAG_MAX + 1])
{
	struct tag_verdict verdict = {.status = 0};

	(void)pile_card_known(pile, tag, &verdict);
	memcpy(ret, verdict.parent, sizeof(verdict.parent));
}

/* A group whose cards end any charge and begin none. */
static bool claim_is_master(const struct pile *pile, const char *group)
{
	return group[0] && strcasecmp(group, pile->keys.master_group) == 0;
}

static enum reserve_right claim_right(
	const struct pile *pile, const struct outlet *outlet, const char *tag)
{
	char parent[HAL_TAG_MAX + 1];

	claim_group(pile, tag, parent);
	return reserve_right(pile, outlet, tag, parent);
}

static void claim_set(
	struct pile *pile, struct outlet *outlet, enum claim_state claim, const char *tag)
{
	outlet->claim = claim;
	if (tag != outlet->claim_tag) {
		memset(outlet->claim_tag, 0, sizeof(outlet->claim_tag));
		strncpy(outlet->claim_tag, tag, HAL_TAG_MAX);
		claim_group(pile, tag, outlet->claim_parent);
		memset(&outlet->claim_from, 0, sizeof(outlet->claim_from));
		mem_free(outlet->start_profile);
		outlet->start_profile = NULL;
	}
	outlet->claim_plugged = outlet->evse.plugged;
	outlet->claim_until_us =
		pile->ticks_us + pile->keys.values[KEY_CONNECTION_TIMEOUT] * US_PER_S;
	outlet->paying_until_us = 0; /* it was for this one */
	if (claim == CLAIM_GRANTED) {
		evse_claim(&outlet->evse, true, pile->ticks_us);
		pile_report(pile, outlet->number);
		pile_notice(pile, outlet, outlet->evse.plugged ? NOTICE_NONE : NOTICE_PLUG_IN);
	} else {
		pile_notice(pile, outlet, NOTICE_ASKING);
	}
}

static bool claim_known_good(const struct pile *pile, const char *tag)
{
	struct tag_verdict verdict;

	return pile_card_known(pile, tag, &verdict) &&
	       verdict.status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED;
}

/* Without the server's word: what the configuration allows. */
static void claim_offline(struct pile *pile, struct outlet *outlet, const char *tag)
{
	bool car = autocharge_owns(outlet), contract = contract_owns(outlet);
	bool known_good = pile->keys.values[KEY_LOCAL_AUTHORIZE_OFFLINE] &&
			  claim_known_good(pile, tag) && (!car || autocharge_offline(pile, outlet));
	struct tag_verdict verdict;
	bool known = pile_card_known(pile, tag, &verdict);

	if (claim_right(pile, outlet, tag) >= RESERVE_ASK) {
		outlet->claim = CLAIM_NONE;
		pile_notice(pile, outlet, NOTICE_RESERVED);
		return;
	}
	if (contract && !contract_offline(pile, outlet)) {
		outlet->claim = CLAIM_NONE;
		return; /* contract.h tells the driver */
	}
	if (known && claim_is_master(pile, verdict.parent))
		known_good = false;
	if (known_good || (!known && !car && pile->keys.values[KEY_ALLOW_OFFLINE_UNKNOWN])) {
		claim_set(pile, outlet, CLAIM_GRANTED, tag);
		return;
	}
	outlet->claim = CLAIM_NONE;
	pile_notice(pile, outlet,
		car     ? NOTICE_NO_VEHICLE
		: known ? NOTICE_REFUSED
			: NOTICE_OFFLINE_CARD);
}

/* The word about another card that was shown while a charge runs: one of its group ends it. */
static void claim_other_card(struct pile *pile, struct outlet *outlet, bool good)
{
	const struct spool_tx *tx = spool_tx(&pile->spool, outlet->tx);
	char group[HAL_TAG_MAX + 1], tag[HAL_TAG_MAX + 1];

	outlet->claim = CLAIM_NONE;
	memcpy(tag, outlet->claim_tag, sizeof(tag));
	claim_group(pile, tx ? tx->tag : "", group);
	if (good && claim_is_master(pile, outlet->claim_parent))
		pile_stop(pile, outlet, STOP_MASTER, tag);
	else if (good && group[0] && strcasecmp(group, outlet->claim_parent) == 0)
		pile_stop(pile, outlet, STOP_LOCAL, tag);
	else
		pile_notice(pile, outlet, NOTICE_OTHER_CARD);
}

void pile_authorized(struct pile *pile, struct outlet *outlet, bool known, int status)
{
	if (outlet->claim != CLAIM_ASKING)
		return; /* given up meanwhile */
	if (outlet->tx) {
		claim_other_card(
			pile, outlet, known && status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED);
		return;
	}
	if (known && contract_again(outlet))
		return; /* asked once more, with more */
	if (!known) {
		claim_offline(pile, outlet, outlet->claim_tag);
	} else if (status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED &&
		   reserve_right(pile, outlet, outlet->claim_tag, outlet->claim_parent) >=
			   RESERVE_ASK) {
		outlet->claim = CLAIM_NONE; /* its group is not the one the outlet is kept for */
		pile_notice(pile, outlet, NOTICE_RESERVED);
	} else if (status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED &&
		   !claim_is_master(pile, outlet->claim_parent)) {
		claim_set(pile, outlet, CLAIM_GRANTED, outlet->claim_tag);
	} else {
		enum outlet_notice why =
			autocharge_owns(outlet) ? NOTICE_NO_CREDIT : NOTICE_REFUSED;

		outlet->claim = CLAIM_NONE;
		pile_notice(pile, outlet, why);
	}
}

static void claim_stop_by_card(struct pile *pile, struct outlet *outlet, const char *tag)
{
	const struct spool_tx *tx = spool_tx(&pile->spool, outlet->tx);

	char group[HAL_TAG_MAX + 1];

	claim_group(pile, tag, group);
	if (tx && pile_cards_same(pile, tag, tx->tag))
		pile_stop(pile, outlet, STOP_LOCAL, tag);
	else if (claim_is_master(pile, group) && claim_known_good(pile, tag))
		pile_stop(pile, outlet, STOP_MASTER, tag);
	else if (pile->link.accepted && outlet->claim == CLAIM_NONE)
		claim_set(pile, outlet, CLAIM_ASKING, tag); /* it may be of the same group */
	else
		pile_notice(pile, outlet, NOTICE_OTHER_CARD);
}

void pile_card(struct pile *pile, struct outlet *outlet, const char *tag)
{
	struct evse *evse = &outlet->evse;
	char group[HAL_TAG_MAX + 1];
	enum reserve_right right;

	if (outlet->stop.owed)
		return;
	if (outlet->tx) {
		claim_stop_by_card(pile, outlet, tag);
		return;
	}
	autocharge_yield(pile, outlet);
	if (outlet->claim == CLAIM_GRANTED && strcasecmp(outlet->claim_tag, tag) == 0) {
		outlet->claim = CLAIM_NONE; /* the same card again takes it back */
		evse_claim(evse, false, pile->ticks_us);
		pile_report(pile, outlet->number);
		outlet->notice = NOTICE_NONE;
		return;
	}
	if (outlet->claim != CLAIM_NONE || !evse->operative || evse->protect.active)
		return;
	outlet->claim_remote = false;
	claim_group(pile, tag, group);
	right = claim_right(pile, outlet, tag);
	if (web_keeps(pile, outlet))
		pile_notice(pile, outlet, NOTICE_PAYING);
	else if (right == RESERVE_OTHERS)
		pile_notice(pile, outlet, NOTICE_RESERVED);
	else if (!pile->link.accepted)
		claim_offline(pile, outlet, tag);
	else if (right != RESERVE_ASK && pile->keys.values[KEY_LOCAL_PRE_AUTHORIZE] &&
		 claim_known_good(pile, tag) && !claim_is_master(pile, group))
		claim_set(pile, outlet, CLAIM_GRANTED, tag);
	else
		claim_set(pile, outlet, CLAIM_ASKING, tag);
}

static bool claim_possible(const struct pile *pile, const struct outlet *outlet)
{
	return !outlet->tx && (outlet->claim == CLAIM_NONE || autocharge_owns(outlet)) &&
	       outlet->evse.operative && !outlet->inoperative_wish && !pile->full &&
	       !outlet->evse.protect.active;
}

/* May the card have this outlet without a word of the server? A place kept for a group needs that
 * word unless the group is known. */
static bool claim_allowed(const struct pile *pile, const struct outlet *outlet, const char *tag)
{
	return claim_possible(pile, outlet) && claim_right(pile, outlet, tag) < RESERVE_ASK;
}

/* Any outlet will do: the one kept for this card first, then one with a car. */
static struct outlet *claim_any(struct pile *pile, const char *tag)
{
	struct outlet *found = NULL;
	int best = 0;

	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		int rank = 1 + outlet->evse.plugged + 2 * (reserve_at(pile, outlet) != NULL);
		if (claim_allowed(pile, outlet, tag) && rank > best) {
			found = outlet;
			best = rank;
		}
	}
	return found;
}

struct outlet *pile_remote_start(struct pile *pile, int64_t connector, const char *tag)
{
	struct outlet *outlet = connector ? pile_outlet(pile, connector) : claim_any(pile, tag);

	if (!outlet || !claim_allowed(pile, outlet, tag) || pile->reset != RESET_NONE)
		return NULL;
	autocharge_yield(pile, outlet);
	outlet->claim_remote = true;
	claim_set(pile, outlet,
		pile->keys.values[KEY_AUTHORIZE_REMOTE] ? CLAIM_ASKING : CLAIM_GRANTED, tag);
	return outlet;
}

bool pile_claim(struct pile *pile, struct outlet *outlet, const char *tag)
{
	if (!claim_allowed(pile, outlet, tag) || pile->reset != RESET_NONE)
		return false;
	autocharge_yield(pile, outlet);
	outlet->claim_remote = false;
	claim_set(pile, outlet, CLAIM_GRANTED, tag);
	return true;
}

/* Never without asking where the server can be asked, whatever the list says of it: an address is
 * easily copied. */
void pile_vehicle(struct pile *pile, struct outlet *outlet, const char *tag)
{
	if (!claim_possible(pile, outlet) || web_keeps(pile, outlet) || pile->reset != RESET_NONE)
		return;
	if (claim_right(pile, outlet, tag) == RESERVE_OTHERS) {
		pile_notice(pile, outlet, NOTICE_RESERVED);
		return;
	}
	outlet->claim_remote = false;
	claim_set(pile, outlet, CLAIM_ASKING, tag);
	outlet->claim_from.token = TOKEN_MAC;
	pile_notice(pile, outlet, NOTICE_RECOGNISING);
	if (!pile->link.accepted)
		claim_offline(pile, outlet, outlet->claim_tag);
}

void pile_contract(struct pile *pile, struct outlet *outlet, const char *tag)
{
	if (!claim_possible(pile, outlet) || web_keeps(pile, outlet) || pile->reset != RESET_NONE ||
		claim_right(pile, outlet, tag) == RESERVE_OTHERS)
		return;
	outlet->claim_remote = false;
	claim_set(pile, outlet, CLAIM_ASKING, tag);
	outlet->claim_from.token = TOKEN_EMAID;
	pile_notice(pile, outlet, NOTICE_CONTRACT);
	if (!pile->link.accepted)
		claim_offline(pile, outlet, outlet->claim_tag);
}

bool pile_remote_stop(struct pile *pile, int64_t server_tx)
{
	const struct spool_tx *tx = spool_tx_of_server(&pile->spool, server_tx);
	struct outlet *outlet = tx ? pile_outlet(pile, tx->connector) : NULL;

	if (!outlet || outlet->tx != tx->id || outlet->stop.owed)
		return false;
	pile_stop(pile, outlet, STOP_REMOTE, "");
	return true;
}

struct outlet *pile_outlet_of(struct pile *pile, int64_t tx)
{
	for (size_t i = 0; tx && i < pile->outlets_len; i++)
		if (pile->outlets[i].tx == tx)
			return &pile->outlets[i];
	return NULL;
}

static int claim_note_operative(struct pile *pile, uint8_t connector, bool operative)
{
	struct arena arena;
	int result;

	arena_init(&arena, 256);
	result = spool_note(&pile->spool, str_format(&arena, "inoperative:%d", connector),
		operative ? STR_NULL : STR("1"));
	arena_fini(&arena);
	return result;
}

static enum pile_available claim_operate_outlet(
	struct pile *pile, struct outlet *outlet, bool operative)
{
	if (claim_note_operative(pile, outlet->number, operative) < 0)
		return PILE_REFUSED;
	outlet->inoperative_wish = !operative;
	if (!operative && outlet->tx)
		return PILE_LATER;
	if (!operative && outlet->claim != CLAIM_NONE) {
		outlet->claim = CLAIM_NONE;
		evse_claim(&outlet->evse, false, pile->ticks_us);
	}
	evse_operate(&outlet->evse, operative && !pile->full, pile->ticks_us);
	pile_report(pile, outlet->number);
	return PILE_NOW;
}

enum pile_available pile_operate(struct pile *pile, int64_t connector, bool operative)
{
	struct outlet *outlet = pile_outlet(pile, connector);
	enum pile_available result = PILE_NOW;

	if (connector != 0)
		return outlet ? claim_operate_outlet(pile, outlet, operative) : PILE_REFUSED;
	if (claim_note_operative(pile, 0, operative) < 0)
		return PILE_REFUSED;
	pile->inoperative = !operative;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		enum pile_available one = claim_operate_outlet(pile, &pile->outlets[i], operative);
		if (one != PILE_NOW)
			result = one;
	}
	pile_report(pile, 0);
	return result;
}

/* The stop works even when the disk does not; only its memory over a restart is lost then. */
bool pile_emergency(struct pile *pile, int64_t connector, bool on)
{
	struct arena arena;

	if (connector != 0 && !pile_outlet(pile, connector))
		return false;
	arena_init(&arena, 256);
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		if (connector != 0 && outlet->number != connector)
			continue;
		evse_remote_stop(&outlet->evse, on);
		if (spool_note(&pile->spool, str_format(&arena, "emergency:%d", outlet->number),
			    on ? STR("1") : STR_NULL) < 0)
			LOG_ERROR("emergency stop not journalled", "pile=%.*s why=\"%s\"",
				STR_FMT(pile->config.name), fault_text());
	}
	arena_fini(&arena);
	LOG_WARN(on ? "emergency stop from afar" : "emergency stop released",
		"pile=%.*s connector=%lld", STR_FMT(pile->config.name), (long long)connector);
	return true;
}

enum pile_unlock pile_unlock(struct pile *pile, int64_t connector)
{
	struct outlet *outlet = pile_outlet(pile, connector);

	if (!outlet)
		return PILE_UNLOCK_UNKNOWN;
	if (outlet->tx)
		pile_stop(pile, outlet, STOP_UNLOCK, "");
	else if (!evse_unlock(&outlet->evse))
		return PILE_UNLOCK_FAILED;
	/* a stopping transaction unlocks as soon as the contactor is open */
	return PILE_UNLOCKED;
}

void pile_reset(struct pile *pile, bool hard)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		outlet->claim = CLAIM_NONE;
		pile_stop(pile, outlet, hard ? STOP_HARD_RESET : STOP_SOFT_RESET, "");
	}
	pile->reset = hard ? RESET_HARD : RESET_SOFT;
}
