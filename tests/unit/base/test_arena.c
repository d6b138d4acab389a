/* test_arena.c - alignment, zeroing, caps and reuse of arenas. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"

static void allocations_are_zeroed_aligned_and_apart(void **state)
{
	struct arena arena;
	unsigned char *blocks[200];

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < 200; i++) {
		blocks[i] = arena_alloc(&arena, i * 7 + 1);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % 16, 0);
		for (size_t k = 0; k < i * 7 + 1; k++)
			assert_int_equal(blocks[i][k], 0);
		memset(blocks[i], (int)i, i * 7 + 1);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i * 7 + 1; k++)
			assert_int_equal(blocks[i][k], (unsigned char)i);
	arena_fini(&arena);
}

static void cap_is_kept_and_failure_is_sticky(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1000);
	assert_non_null(arena_alloc(&arena, 900));
	assert_false(arena.failed);
	assert_null(arena_alloc(&arena, 200));
	assert_true(arena.failed);
	assert_true(arena.used <= 1000);
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
	arena_reset(&arena);
	assert_false(arena.failed);
	assert_int_equal(arena.used, 0);
	assert_non_null(arena_alloc(&arena, 1000));
	arena_fini(&arena);
}

static void reset_gives_zeroed_memory_again(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 22);
	for (int round = 0; round < 5; round++) {
		for (size_t size = 1; size < 300000; size *= 3) {
			unsigned char *memory = arena_alloc(&arena, size);

			assert_non_null(memory);
			assert_int_equal(memory[0] | memory[size - 1], 0);
			memset(memory, 0xff, size);
		}
		arena_reset(&arena);
	}
	arena_fini(&arena);
}

static void a_large_block_does_not_waste_the_current_one(void **state)
{
	struct arena arena;
	char *before, *after;

	(void)state;
	arena_init(&arena, 1 << 24);
	before = arena_alloc(&arena, 16);
	assert_non_null(arena_alloc(&arena, 1 << 20));
	after = arena_alloc(&arena, 16);
	assert_true(after > before && after - before < 256);
	arena_fini(&arena);
}

static void zeroed_arena_may_be_finished(void **state)
{
	struct arena arena = {.head = NULL};

	(void)state;
	arena_fini(&arena);
	assert_null(arena_alloc(&arena, 1));
}

static void copies_and_empty_sizes(void **state)
{
	struct arena arena;
	char *copy;

	(void)state;
	arena_init(&arena, 4096);
	copy = arena_copy(&arena, "abc", 3);
	assert_memory_equal(copy, "abc", 3);
	assert_non_null(arena_alloc(&arena, 0));
	assert_non_null(arena_copy(&arena, NULL, 0));
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
		cmocka_unit_test(cap_is_kept_and_failure_is_sticky),
		cmocka_unit_test(reset_gives_zeroed_memory_again),
		cmocka_unit_test(a_large_block_does_not_waste_the_current_one),
		cmocka_unit_test(zeroed_arena_may_be_finished),
		cmocka_unit_test(copies_and_empty_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
