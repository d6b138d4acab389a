/* locallist.h - the local authorization list: cards the server gave the pile to know by itself,
 * with a version number. A list is changed whole or not at all: the new one is on the disk before
 * it counts, and power that goes meanwhile leaves the old one. */
#pragma once
#include "base/map.h"
#include "pile/shelf.h"
#include "pile/tags.h"

#define LOCALLIST_MAX 5000        /* cards in the list */
#define LOCALLIST_CHANGES_MAX 500 /* cards in one message */

struct locallist {
	struct shelf *shelf; /* borrowed */
	int64_t version;     /* 0: never given one */
	struct map entries;  /* card in lower case -> struct locallist_entry */
	size_t len;
};

struct locallist_change {
	struct str tag;
	bool gone; /* take it off the list; the verdict does not count */
	struct tag_verdict verdict;
};

enum locallist_outcome {
	LOCALLIST_E_VERSION = 1, /* changes that do not follow the list that is here */
	LOCALLIST_E_REFUSED,     /* too many, a card twice, a card that can be none */
};

/* Takes up the list of before. A file that cannot be read is no list: version 0, and the server
 * will send all of it again. 0 or a fault of the disk. */
int locallist_open(struct locallist *list, struct shelf *shelf);
void locallist_close(struct locallist *list);
/* Puts a new list in the place of the old (`full`), or changes it. 0, an outcome, or a fault; only
 * after 0 anything changed. */
int locallist_update(struct locallist *list, bool full, int64_t version,
	const struct locallist_change *changes, size_t len);
/* False when the card is not in the list. An acceptance beyond its time reads as expired. */
bool locallist_get(
	const struct locallist *list, const char *tag, int64_t now_us, struct tag_verdict *ret);
/* Walks all cards as they were listed: start with *cursor = 0; NULL at the end. */
const char *locallist_next(const struct locallist *list, size_t *cursor, struct tag_verdict *ret);
