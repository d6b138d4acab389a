/* arena.h - memory that dies together: a job's input, work, reply and effects live in one arena
 * with a hard cap. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used; /* bytes handed out */
	size_t cap;  /* most bytes it may ever hand out */
	bool failed; /* an allocation was refused; sticky until reset */
};

/* Prepares an empty arena which may hand out at most `cap` bytes. No memory is taken yet. */
void arena_init(struct arena *arena, size_t cap);
/* Gives all memory back. Accepts an arena that was only zeroed. */
void arena_fini(struct arena *arena);
/* Forgets the content but keeps the first block for the next job. */
void arena_reset(struct arena *arena);
/* Zeroed memory, aligned for any type, or NULL when the cap is reached (arena->failed is set). */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

/* The only malloc of the house: zeroed, aborts when the machine has none left. Freed with mem_free
 * (NULL is fine). */
void *mem_alloc(size_t size);
void *mem_grow(void *memory, size_t size);
void mem_free(void *memory);
