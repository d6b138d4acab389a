/* locallist.h - piles' own lists of cards, and the order in which cards changed <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct locallist {
	int64_t pile_id, tenant_id;
	bool wanted;
	struct str state; /* waiting, asking, sending, current, full, failed, unsupported */
	int64_t version;  /* as the pile confirmed it, 0: nothing */
	int64_t number;   /* the last version number given away */
	int64_t upto;     /* changes contained in `version` */
	bool built;       /* a whole list was sent to its end: who is not new is on it */
	int64_t held, left_out;
	int64_t sent_upto, sent_held, sent_left_out; /* after the message under way */
	int64_t failures;
	struct str error;
	int64_t due_us, synced_us;
	int64_t revision;
};
int store_locallist_get(struct db *db, struct arena *arena, int64_t pile_id, struct locallist *ret);
/* Adds or replaces; STORE_E_STALE when somebody stored meanwhile. Raises the revision. */
int store_locallist_add(struct db *db, const struct locallist *list);
int store_locallist_put(struct db *db, struct locallist *list);
/* Lists to look at, at most `most` ids of piles. */
int store_locallist_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_piles, size_t *ret_len);
/* All wanted lists of an operator become due, unless a message is under way. */
int store_locallist_touch(struct db *db, int64_t tenant_id, int64_t now_us);

/* A card as a list holds it. */
struct listed_card {
	struct str id_tag, state, parent;
	int64_t expires_us, changed, added;
	bool member_blocked;
};
/* Cards changed after `after`, oldest change first. */
int store_cards_changed(struct db *db, struct arena *arena, int64_t tenant_id, int64_t after,
	size_t most, struct listed_card **ret_cards, size_t *ret_len);
/* Gives a card the operator's next change number (its first one counts as `added` too). */
int store_card_touch(struct db *db, int64_t tenant_id, int64_t tag_id);
int store_cards_last_change(struct db *db, int64_t tenant_id, int64_t *ret_last);
/* A setting as the pile reported it; STORE_E_MISSING. Names compare without case. */
int store_pile_setting_get(struct db *db, struct arena *arena, int64_t pile_id, struct str name,
	struct str *ret_value);
