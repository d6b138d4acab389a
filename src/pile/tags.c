/* tags.c - the authorisation cache over the spool's notes (see tags.h). */
#include "pile/tags.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "wire/ocpp16/enums.h"

#define TAGS_KEY (4 + HAL_TAG_MAX)

static const char tags_prefix[] = "tag:";

static struct str tags_key(char room[TAGS_KEY], const char *tag)
{
	size_t len = strnlen(tag, HAL_TAG_MAX);

	memcpy(room, tags_prefix, 4);
	memcpy(room + 4, tag, len);
	return (struct str){room, 4 + len};
}

/* "<status>|<expiry>|<parent>" */
static bool tags_read(struct str note, struct tag_verdict *ret)
{
	struct tag_verdict verdict = {.expiry_us = INT64_MAX};
	struct str expiry;

	verdict.status = field_enum_value(&ocpp16_authorization_status_names, str_cut(&note, '|'));
	expiry = str_cut(&note, '|');
	if (expiry.len && !str_to_i64(expiry, &verdict.expiry_us))
		return false;
	if (verdict.status == 0 || note.len > HAL_TAG_MAX)
		return false;
	memcpy(verdict.parent, note.ptr, note.len);
	*ret = verdict;
	return true;
}

bool tags_get(const struct spool *spool, const char *tag, int64_t now_us, struct tag_verdict *ret)
{
	char room[TAGS_KEY];
	struct str note = spool_note_get(spool, tags_key(room, tag));

	if (!note.ptr || !tags_read(note, ret))
		return false;
	if (ret->status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED && ret->expiry_us <= now_us)
		ret->status = OCPP16_AUTHORIZATION_STATUS_EXPIRED;
	return true;
}

bool tags_next(const struct spool *spool, size_t *cursor, char ret_tag[HAL_TAG_MAX + 1],
	struct tag_verdict *ret)
{
	struct str key, value;

	while (spool_note_next(spool, cursor, &key, &value)) {
		if (!str_starts(key, str_from(tags_prefix)) || key.len > TAGS_KEY ||
			!tags_read(value, ret))
			continue;
		memset(ret_tag, 0, HAL_TAG_MAX + 1);
		memcpy(ret_tag, key.ptr + 4, key.len - 4);
		return true;
	}
	return false;
}

int tags_drop(struct spool *spool, const char *tag)
{
	char room[TAGS_KEY];

	return spool_note(spool, tags_key(room, tag), STR_NULL);
}

/* Walks the cached cards; gives one and counts them all. */
static size_t tags_count(const struct spool *spool, char ret_one[TAGS_KEY], size_t *ret_one_len)
{
	struct str key, value;
	size_t cursor = 0, count = 0;

	while (spool_note_next(spool, &cursor, &key, &value)) {
		if (!str_starts(key, str_from(tags_prefix)) || key.len > TAGS_KEY)
			continue;
		memcpy(ret_one, key.ptr, key.len);
		*ret_one_len = key.len;
		count++;
	}
	return count;
}

int tags_put(struct spool *spool, const char *tag, const struct tag_verdict *verdict)
{
	char room[TAGS_KEY], one[TAGS_KEY];
	size_t one_len = 0;
	struct str key = tags_key(room, tag);
	struct arena arena;
	struct buf text;
	int result;

	if (!spool_note_get(spool, key).ptr && tags_count(spool, one, &one_len) >= TAGS_MAX)
		TRY(spool_note(spool, (struct str){one, one_len}, STR_NULL));
	arena_init(&arena, 4096);
	buf_init(&text, &arena, 256);
	buf_put_str(&text, field_enum_name(&ocpp16_authorization_status_names, verdict->status));
	buf_put_char(&text, '|');
	if (verdict->expiry_us != INT64_MAX)
		buf_put_i64(&text, verdict->expiry_us);
	buf_format(&text, "|%s", verdict->parent);
	result = spool_note(spool, key, buf_str(&text));
	arena_fini(&arena);
	return result;
}

int tags_clear(struct spool *spool)
{
	char one[TAGS_KEY];
	size_t len;

	while (tags_count(spool, one, &len) > 0)
		TRY(spool_note(spool, (struct str){one, len}, STR_NULL));
	return 0;
}
