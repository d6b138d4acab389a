/* memo.c - a connection's memory of unchanging rows: one map, one arena, forgotten together. */
#include "db/memo.h"

#include <string.h>

#include "db/engine.h"

#define KEY_MAX 160
#define MEMO_BYTES (512 * 1024)

/* "<kind><key>", or STR_NULL when the key is longer than what is kept. */
static struct str memo_key(char text[KEY_MAX], char kind, struct str key)
{
	if (key.len >= KEY_MAX)
		return STR_NULL;
	text[0] = kind;
	memcpy(text + 1, key.ptr, key.len);
	return (struct str){text, key.len + 1};
}

const void *db_recall(struct db *db, char kind, struct str key)
{
	char text[KEY_MAX];
	struct str full = memo_key(text, kind, key);

	return db->memo.used && full.ptr ? map_get(&db->memo.map, full) : NULL;
}

void db_remember(struct db *db, char kind, struct str key, const void *value, size_t size)
{
	char text[KEY_MAX];
	struct str full = memo_key(text, kind, key);
	void *copy;

	if (!full.ptr)
		return;
	if (!db->memo.used) {
		map_init(&db->memo.map);
		arena_init(&db->memo.arena, MEMO_BYTES);
		db->memo.used = true;
	}
	copy = arena_copy(&db->memo.arena, value, size);
	if (!copy) {
		memo_forget(db);
		return;
	}
	map_put(&db->memo.map, full, copy);
}

void memo_forget(struct db *db)
{
	if (!db->memo.used)
		return;
	map_fini(&db->memo.map);
	arena_fini(&db->memo.arena);
	db->memo.used = false;
}
