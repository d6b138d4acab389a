/* map.h - hash map from text or integer keys to pointers. Open addressing, SipHash-keyed against
 * hostile keys. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct map_slot;
struct map {
	struct map_slot *slots;
	size_t count;
	size_t capacity;
	size_t dead; /* slots of deleted keys */
};

/* Simulation only, before the first map_init: hashes and so the order of walks come from `seed`,
 * not from chance. */
void map_fix_key(uint64_t seed);

void map_init(struct map *map);
void map_fini(struct map *map);
/* Text keys are copied; values are never NULL. Put replaces and returns the previous value or NULL.
 */
void *map_get(const struct map *map, struct str key);
void *map_put(struct map *map, struct str key, void *value);
void *map_del(struct map *map, struct str key);
void *map_get_i64(const struct map *map, int64_t key);
void *map_put_i64(struct map *map, int64_t key, void *value);
void *map_del_i64(struct map *map, int64_t key);
/* Walks all values: start with *cursor = 0; NULL at the end. Do not put while walking; deleting the
 * current one is fine. */
void *map_next(const struct map *map, size_t *cursor);
