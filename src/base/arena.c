/* arena.c - bump allocation in a chain of blocks, and the only malloc of the house. */
#include "base/arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

/* Under AddressSanitizer the unused part of a block is poisoned and allocations are kept apart, so
 * that a write past an object inside a block is found like one past a malloc. */
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_GAP ((size_t)16)
#define ARENA_HIDE(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define ARENA_SHOW(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
#else
#define ARENA_GAP ((size_t)0)
#define ARENA_HIDE(at, size) ((void)0)
#define ARENA_SHOW(at, size) ((void)0)
#endif

#define ARENA_ALIGN ((size_t)16)
#define ARENA_FIRST_BLOCK ((size_t)8 * 1024)
#define ARENA_MOST_BLOCK ((size_t)128 * 1024)

struct arena_block {
	struct arena_block *next; /* older */
	size_t size;              /* bytes of content */
	size_t at;                /* bytes in use */
	size_t pad;               /* keeps content aligned */
	unsigned char content[];
};

void arena_init(struct arena *arena, size_t cap)
{
	*arena = (struct arena){.cap = cap};
}

static void block_free(struct arena_block *block)
{
	ARENA_SHOW(block->content, block->size);
	mem_free(block);
}

void arena_fini(struct arena *arena)
{
	struct arena_block *block = arena->head;

	while (block != NULL) {
		struct arena_block *next = block->next;

		block_free(block);
		block = next;
	}
	*arena = (struct arena){.cap = arena->cap};
}

void arena_reset(struct arena *arena)
{
	struct arena_block *kept = NULL;
	struct arena_block *block = arena->head;

	/* Keeps the largest block of ordinary size: a lane's next job is about as large as its
	 * last. */
	while (block != NULL) {
		struct arena_block *next = block->next;

		if (block->size <= ARENA_MOST_BLOCK && (kept == NULL || block->size > kept->size)) {
			if (kept != NULL)
				block_free(kept);
			kept = block;
		} else {
			block_free(block);
		}
		block = next;
	}
	if (kept != NULL) {
		kept->next = NULL;
		kept->at = 0;
		ARENA_HIDE(kept->content, kept->size);
	}
	arena->head = kept;
	arena->used = 0;
	arena->failed = false;
}

/* Adds a block with room for `size` bytes. A large one goes behind the head, whose rest stays in
 * use. */
static struct arena_block *arena_extend(struct arena *arena, size_t size)
{
	size_t room = arena->head != NULL ? arena->head->size * 2 : ARENA_FIRST_BLOCK;
	struct arena_block *block;

	if (room > ARENA_MOST_BLOCK)
		room = ARENA_MOST_BLOCK;
	if (room > arena->cap)
		room = arena->cap + ARENA_ALIGN;
	if (room < size)
		room = size;
	block = malloc(sizeof(*block) + room);
	if (block == NULL)
		return NULL;
	block->size = room;
	block->at = 0;
	ARENA_HIDE(block->content, room);
	if (arena->head != NULL && room == size) {
		block->next = arena->head->next;
		arena->head->next = block;
	} else {
		block->next = arena->head;
		arena->head = block;
	}
	return block;
}

/* Memory as it comes, or NULL. */
static void *arena_take(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->head;
	size_t whole;
	void *memory;

	if (size > arena->cap || arena->used > arena->cap - size) {
		arena->failed = true;
		return NULL;
	}
	whole = ((size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1)) + ARENA_GAP;
	if (block == NULL || block->size - block->at < whole) {
		block = arena_extend(arena, whole);
		if (block == NULL) {
			arena->failed = true;
			return NULL;
		}
	}
	memory = block->content + block->at;
	block->at += whole;
	arena->used += whole - ARENA_GAP;
	ARENA_SHOW(memory, size);
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory = arena_take(arena, size);

	if (memory != NULL)
		memset(memory, 0, size);
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		arena->failed = true;
		return NULL;
	}
	return arena_alloc(arena, bytes);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
	void *memory = arena_take(arena, size);

	if (memory != NULL && size > 0)
		memcpy(memory, bytes, size);
	return memory;
}

static void mem_none(size_t size) __attribute__((noreturn));
static void mem_none(size_t size)
{
	fprintf(stderr, "out of memory: %zu bytes\n", size);
	abort();
}

void *mem_alloc(size_t size)
{
	void *memory = calloc(1, size > 0 ? size : 1);

	if (memory == NULL)
		mem_none(size);
	return memory;
}

void *mem_grow(void *memory, size_t size)
{
	void *grown = realloc(memory, size > 0 ? size : 1);

	if (grown == NULL)
		mem_none(size);
	return grown;
}

void mem_free(void *memory)
{
	free(memory);
}
