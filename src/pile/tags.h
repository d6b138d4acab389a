/* tags.h - the authorisation cache: what the server last said about a card, kept as notes of the
 * spool ("tag:<id>"). At most TAGS_MAX cards; the answer about a card counts until its expiry. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/spool.h"

#define TAGS_MAX 500

struct tag_verdict {
	int status;        /* enum ocpp16_authorization_status */
	int64_t expiry_us; /* INT64_MAX when none */
	char parent[HAL_TAG_MAX + 1];
};

/* False when the card is not known. An expired acceptance reads as
 * OCPP16_AUTHORIZATION_STATUS_EXPIRED. */
bool tags_get(const struct spool *spool, const char *tag, int64_t now_us, struct tag_verdict *ret);
/* Remembers the server's word; 0 or a fault. */
int tags_put(struct spool *spool, const char *tag, const struct tag_verdict *verdict);
/* Walks all cards: start with *cursor = 0; false at the end. A change ends the walk. */
bool tags_next(const struct spool *spool, size_t *cursor, char ret_tag[HAL_TAG_MAX + 1],
	struct tag_verdict *ret);
/* Forgets one card. */
int tags_drop(struct spool *spool, const char *tag);
/* Forgets all cards. */
int tags_clear(struct spool *spool);
