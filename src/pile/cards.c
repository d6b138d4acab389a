/* cards.c - what the pile knows of cards by itself: the list the server gave it, and what it was
 * told about a card before (declared in pile.h). A card of the list is not kept in the cache: two
 * memories of one card would drift apart. */
#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"
#include "pile/tags.h"
#include "wire/ocpp16/enums.h"

static bool cards_listed(const struct pile *pile, const char *tag, struct tag_verdict *ret)
{
	return pile->keys.values[KEY_LOCAL_LIST_ENABLED] &&
	       locallist_get(&pile->list, tag, pile->now_us, ret);
}

bool pile_card_known(const struct pile *pile, const char *tag, struct tag_verdict *ret)
{
	return cards_listed(pile, tag, ret) ||
	       (pile->keys.values[KEY_CACHE_ENABLED] &&
		       tags_get(&pile->spool, tag, pile->now_us, ret));
}

bool pile_cards_same(const struct pile *pile, const char *a, const char *b)
{
	struct tag_verdict one, other;

	if (strcasecmp(a, b) == 0)
		return true;
	return pile_card_known(pile, a, &one) && pile_card_known(pile, b, &other) &&
	       one.status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED &&
	       other.status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED && one.parent[0] &&
	       strcasecmp(one.parent, other.parent) == 0;
}

void pile_card_told(struct pile *pile, const char *tag, const struct tag_verdict *verdict)
{
	struct tag_verdict listed;

	/* busy with another charge says nothing about the card itself */
	if (!tag[0] || verdict->status == OCPP16_AUTHORIZATION_STATUS_CONCURRENT_TX)
		return;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		if (outlet->claim != CLAIM_NONE && strcasecmp(outlet->claim_tag, tag) == 0)
			memcpy(outlet->claim_parent, verdict->parent, sizeof(verdict->parent));
	}
	if (cards_listed(pile, tag, &listed)) {
		if (listed.status != verdict->status)
			pile_report_conflict(pile);
		return;
	}
	if (pile->keys.values[KEY_CACHE_ENABLED] && tags_put(&pile->spool, tag, verdict) < 0)
		LOG_WARN("card not remembered", "pile=%.*s", STR_FMT(pile->config.name));
}
