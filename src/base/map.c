/* map.c - open addressing with linear probing. Deleted slots stay as markers until the next rehash,
 * so that a walk may delete what it stands on. */
#include "base/map.h"
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include "base/arena.h"
#include "base/fault.h"
#include "base/siphash.h"

#define MAP_FIRST 16
#define HASH_EMPTY 0
#define HASH_DEAD 1
#define HASH_LEAST 2

struct map_slot {
	uint64_t hash; /* HASH_EMPTY, HASH_DEAD, or the key's */
	char *text;    /* NULL: the key is `number` */
	union {
		size_t len;
		int64_t number;
	};
	void *value;
};

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static uint64_t hash_key[2];
static bool key_fixed;

static void key_make(void)
{
	if (!key_fixed)
		ASSERT(getrandom(hash_key, sizeof(hash_key), 0) == sizeof(hash_key));
}

void map_fix_key(uint64_t seed)
{
	hash_key[0] = seed;
	hash_key[1] = ~seed;
	key_fixed = true;
}

void map_init(struct map *map)
{
	pthread_once(&key_once, key_make);
	*map = (struct map){.slots = NULL};
}

void map_fini(struct map *map)
{
	for (size_t i = 0; i < map->capacity; i++)
		mem_free(map->slots[i].text);
	mem_free(map->slots);
	*map = (struct map){.slots = NULL};
}

static uint64_t key_hash(const void *bytes, size_t len)
{
	uint64_t hash = siphash(hash_key, bytes, len);

	return hash < HASH_LEAST ? hash + HASH_LEAST : hash;
}

/* A key to look for: text when `ptr` is not NULL. */
struct map_key {
	const char *ptr;
	size_t len;
	int64_t number;
	uint64_t hash;
};

static struct map_key key_text(struct str text)
{
	const char *ptr = text.ptr != NULL ? text.ptr : "";

	return (struct map_key){.ptr = ptr, .len = text.len, .hash = key_hash(ptr, text.len)};
}

static struct map_key key_number(int64_t number)
{
	return (struct map_key){.number = number, .hash = key_hash(&number, sizeof(number))};
}

static bool slot_is(const struct map_slot *slot, const struct map_key *key)
{
	if (slot->hash != key->hash || (slot->text != NULL) != (key->ptr != NULL))
		return false;
	if (key->ptr == NULL)
		return slot->number == key->number;
	return slot->len == key->len && memcmp(slot->text, key->ptr, key->len) == 0;
}

static struct map_slot *slot_find(const struct map *map, const struct map_key *key)
{
	size_t mask = map->capacity - 1;

	if (map->capacity == 0)
		return NULL;
	for (size_t at = key->hash & mask;; at = (at + 1) & mask) {
		struct map_slot *slot = &map->slots[at];

		if (slot->hash == HASH_EMPTY)
			return NULL;
		if (slot_is(slot, key))
			return slot;
	}
}

static struct map_slot *slot_free(struct map_slot *slots, size_t capacity, uint64_t hash)
{
	size_t at = hash & (capacity - 1);

	while (slots[at].hash >= HASH_LEAST)
		at = (at + 1) & (capacity - 1);
	return &slots[at];
}

/* Makes room for one more: at most three quarters of the slots are in use, deleted ones counted. */
static void map_make_room(struct map *map)
{
	size_t capacity = map->capacity > 0 ? map->capacity : MAP_FIRST;
	struct map_slot *slots;

	if (map->capacity > 0 && (map->count + map->dead + 1) * 4 <= map->capacity * 3)
		return;
	while ((map->count + 1) * 2 > capacity)
		capacity *= 2;
	slots = mem_alloc(capacity * sizeof(*slots));
	for (size_t i = 0; i < map->capacity; i++)
		if (map->slots[i].hash >= HASH_LEAST)
			*slot_free(slots, capacity, map->slots[i].hash) = map->slots[i];
	mem_free(map->slots);
	map->slots = slots;
	map->capacity = capacity;
	map->dead = 0;
}

static void *put(struct map *map, const struct map_key *key, void *value)
{
	struct map_slot *slot = slot_find(map, key);

	ASSERT(value != NULL);
	if (slot != NULL) {
		void *previous = slot->value;

		slot->value = value;
		return previous;
	}
	map_make_room(map);
	slot = slot_free(map->slots, map->capacity, key->hash);
	if (slot->hash == HASH_DEAD)
		map->dead--;
	*slot = (struct map_slot){.hash = key->hash, .value = value};
	if (key->ptr != NULL) {
		slot->text = mem_alloc(key->len + 1);
		memcpy(slot->text, key->ptr, key->len);
		slot->len = key->len;
	} else {
		slot->number = key->number;
	}
	map->count++;
	return NULL;
}

static void *del(struct map *map, const struct map_key *key)
{
	struct map_slot *slot = slot_find(map, key);
	void *value;

	if (slot == NULL)
		return NULL;
	value = slot->value;
	mem_free(slot->text);
	*slot = (struct map_slot){.hash = HASH_DEAD};
	map->count--;
	map->dead++;
	return value;
}

static void *get(const struct map *map, const struct map_key *key)
{
	const struct map_slot *slot = slot_find(map, key);

	return slot != NULL ? slot->value : NULL;
}

void *map_get(const struct map *map, struct str key)
{
	struct map_key wanted = key_text(key);

	return get(map, &wanted);
}

void *map_put(struct map *map, struct str key, void *value)
{
	struct map_key wanted = key_text(key);

	return put(map, &wanted, value);
}

void *map_del(struct map *map, struct str key)
{
	struct map_key wanted = key_text(key);

	return del(map, &wanted);
}

void *map_get_i64(const struct map *map, int64_t key)
{
	struct map_key wanted = key_number(key);

	return get(map, &wanted);
}

void *map_put_i64(struct map *map, int64_t key, void *value)
{
	struct map_key wanted = key_number(key);

	return put(map, &wanted, value);
}

void *map_del_i64(struct map *map, int64_t key)
{
	struct map_key wanted = key_number(key);

	return del(map, &wanted);
}

void *map_next(const struct map *map, size_t *cursor)
{
	while (*cursor < map->capacity) {
		const struct map_slot *slot = &map->slots[(*cursor)++];

		if (slot->hash >= HASH_LEAST)
			return slot->value;
	}
	return NULL;
}
