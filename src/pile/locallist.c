/* locallist.c - the local list as a file of lines and a map of cards (see locallist.h).
 *
 *   file = "version <n> <cards>", then a line "<status>|<expiry>|<parent>|<card>" for each card
 *
 * The last line ends with a line end and the count is told before: half a file is no list. */
#include "pile/locallist.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "wire/ocpp16/enums.h"

#define LOCALLIST_FILE "locallist"

struct locallist_entry {
	struct tag_verdict verdict;
	char tag[HAL_TAG_MAX + 1];
};

/* Cards are the same in any case: the key of the map is in lower case. */
static struct str locallist_key(char room[HAL_TAG_MAX + 1], struct str tag)
{
	for (size_t i = 0; i < tag.len; i++)
		room[i] = (char)(tag.ptr[i] >= 'A' && tag.ptr[i] <= 'Z' ? tag.ptr[i] + 32
									: tag.ptr[i]);
	return (struct str){room, tag.len};
}

/* What stands between the file's marks may not hold them. */
static bool locallist_text_ok(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '|' || (unsigned char)text.ptr[i] < ' ')
			return false;
	return text.len <= HAL_TAG_MAX;
}

static void locallist_empty(struct map *entries)
{
	struct locallist_entry *entry;
	size_t cursor = 0;

	while ((entry = map_next(entries, &cursor)))
		mem_free(entry);
	map_fini(entries);
}

static void locallist_add(struct map *entries, struct str tag, const struct tag_verdict *verdict)
{
	struct locallist_entry *entry = mem_alloc(sizeof(*entry));
	char room[HAL_TAG_MAX + 1];

	entry->verdict = *verdict;
	memcpy(entry->tag, tag.ptr, tag.len);
	mem_free(map_put(entries, locallist_key(room, tag), entry));
}

/* ---- the file ---- */

static bool locallist_read_line(struct map *entries, struct str line)
{
	struct tag_verdict verdict = {.expiry_us = INT64_MAX};
	struct str expiry, parent;

	verdict.status = field_enum_value(&ocpp16_authorization_status_names, str_cut(&line, '|'));
	expiry = str_cut(&line, '|');
	parent = str_cut(&line, '|');
	if (verdict.status == 0 || (expiry.len && !str_to_i64(expiry, &verdict.expiry_us)) ||
		!locallist_text_ok(parent) || line.len == 0 || !locallist_text_ok(line))
		return false;
	if (parent.len)
		memcpy(verdict.parent, parent.ptr, parent.len);
	locallist_add(entries, line, &verdict);
	return true;
}

static bool locallist_read(struct locallist *list, struct str text)
{
	struct str head = str_cut(&text, '\n');
	int64_t cards;

	if (!str_is(str_cut(&head, ' '), "version") ||
		!str_to_i64(str_cut(&head, ' '), &list->version) || !str_to_i64(head, &cards) ||
		cards < 0 || cards > LOCALLIST_MAX || list->version <= 0)
		return false;
	for (int64_t i = 0; i < cards; i++)
		if (str_find(text, '\n') < 0 ||
			!locallist_read_line(&list->entries, str_cut(&text, '\n')))
			return false;
	list->len = list->entries.count;
	return text.len == 0 && list->len == (size_t)cards;
}

static int locallist_write(struct shelf *shelf, int64_t version, const struct map *entries)
{
	const struct locallist_entry *entry;
	struct buf text;
	size_t cursor = 0;
	int result;

	buf_init(&text, NULL, SHELF_FILE_MAX);
	buf_format(&text, "version %lld %zu\n", (long long)version, entries->count);
	while ((entry = map_next(entries, &cursor))) {
		buf_put_str(&text,
			field_enum_name(&ocpp16_authorization_status_names, entry->verdict.status));
		buf_put_char(&text, '|');
		if (entry->verdict.expiry_us != INT64_MAX)
			buf_put_i64(&text, entry->verdict.expiry_us);
		buf_format(&text, "|%s|%s\n", entry->verdict.parent, entry->tag);
	}
	result = text.failed ? FAULT(FAULT_NOMEM, "the list is too long")
			     : shelf_put(shelf, LOCALLIST_FILE, buf_str(&text));
	buf_fini(&text);
	return result;
}

int locallist_open(struct locallist *list, struct shelf *shelf)
{
	struct buf text;
	int result;

	*list = (struct locallist){.shelf = shelf};
	map_init(&list->entries);
	buf_init(&text, NULL, SHELF_FILE_MAX);
	result = shelf_get(shelf, LOCALLIST_FILE, &text);
	if (result == 0 && text.len > 0 && !locallist_read(list, buf_str(&text))) {
		LOG_ERROR("local list damaged", "bytes=%zu", text.len);
		locallist_empty(&list->entries);
		map_init(&list->entries);
		list->version = 0;
		list->len = 0;
	}
	buf_fini(&text);
	if (result < 0)
		locallist_close(list);
	return result;
}

void locallist_close(struct locallist *list)
{
	locallist_empty(&list->entries);
	*list = (struct locallist){.shelf = NULL};
}

/* ---- changes ---- */

static bool locallist_change_ok(const struct locallist_change *change, bool full)
{
	return change->tag.len > 0 && locallist_text_ok(change->tag) &&
	       locallist_text_ok(str_from(change->verdict.parent)) && !(full && change->gone) &&
	       (change->gone ||
		       field_enum_name(&ocpp16_authorization_status_names, change->verdict.status)
				       .len > 0);
}

/* A card twice in one message says two things at once. `seen` is a map of the message's cards. */
static bool locallist_apply(struct map *entries, struct map *seen, bool full,
	const struct locallist_change *changes, size_t len)
{
	char room[HAL_TAG_MAX + 1];

	for (size_t i = 0; i < len; i++) {
		const struct locallist_change *change = &changes[i];
		if (!locallist_change_ok(change, full) ||
			map_put(seen, locallist_key(room, change->tag), entries))
			return false;
		if (change->gone)
			mem_free(map_del(entries, locallist_key(room, change->tag)));
		else
			locallist_add(entries, change->tag, &change->verdict);
	}
	return entries->count <= LOCALLIST_MAX;
}

static void locallist_copy(const struct map *from, struct map *to)
{
	const struct locallist_entry *entry;
	size_t cursor = 0;

	while ((entry = map_next(from, &cursor)))
		locallist_add(to, str_from(entry->tag), &entry->verdict);
}

int locallist_update(struct locallist *list, bool full, int64_t version,
	const struct locallist_change *changes, size_t len)
{
	struct map entries, seen;
	int result;

	if (version <= 0 || len > LOCALLIST_CHANGES_MAX)
		return LOCALLIST_E_REFUSED;
	if (!full && version <= list->version)
		return LOCALLIST_E_VERSION;
	map_init(&entries);
	map_init(&seen);
	if (!full)
		locallist_copy(&list->entries, &entries);
	result = locallist_apply(&entries, &seen, full, changes, len)
			 ? locallist_write(list->shelf, version, &entries)
			 : LOCALLIST_E_REFUSED;
	map_fini(&seen);
	if (result != 0) {
		locallist_empty(&entries);
		return result;
	}
	locallist_empty(&list->entries);
	list->entries = entries;
	list->len = entries.count;
	list->version = version;
	return 0;
}

bool locallist_get(
	const struct locallist *list, const char *tag, int64_t now_us, struct tag_verdict *ret)
{
	char room[HAL_TAG_MAX + 1];
	const struct locallist_entry *entry;

	if (list->len == 0 || strlen(tag) > HAL_TAG_MAX)
		return false;
	entry = map_get(&list->entries, locallist_key(room, str_from(tag)));
	if (!entry)
		return false;
	*ret = entry->verdict;
	if (ret->status == OCPP16_AUTHORIZATION_STATUS_ACCEPTED && ret->expiry_us <= now_us)
		ret->status = OCPP16_AUTHORIZATION_STATUS_EXPIRED;
	return true;
}

const char *locallist_next(const struct locallist *list, size_t *cursor, struct tag_verdict *ret)
{
	const struct locallist_entry *entry = map_next(&list->entries, cursor);

	if (!entry)
		return NULL;
	*ret = entry->verdict;
	return entry->tag;
}
