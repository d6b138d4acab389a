/* test_buf.c - the growing buffer and its maximum. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"

static void check(struct buf *buf, const char *wanted)
{
	assert_false(buf->failed);
	assert_int_equal(buf->len, strlen(wanted));
	assert_memory_equal(buf->ptr, wanted, buf->len);
	buf_clear(buf);
}

static void numbers(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 4096);
	buf_put_i64(&buf, 0);
	check(&buf, "0");
	buf_put_i64(&buf, INT64_MIN);
	check(&buf, "-9223372036854775808");
	buf_put_fixed(&buf, 12345, 3);
	check(&buf, "12.345");
	buf_put_fixed(&buf, -5, 3);
	check(&buf, "-0.005");
	buf_put_fixed(&buf, 0, 2);
	check(&buf, "0.00");
	buf_put_fixed(&buf, 100, 2);
	check(&buf, "1.00");
	buf_put_fixed(&buf, INT64_MIN, 18);
	check(&buf, "-9.223372036854775808");
	buf_put_fixed(&buf, 7, 18);
	check(&buf, "0.000000000000000007");
	buf_fini(&buf);
}

static void grows_on_heap_and_in_arena(void **state)
{
	struct arena arena;
	struct buf heap, inside;

	(void)state;
	arena_init(&arena, 1 << 20);
	buf_init(&heap, NULL, 100000);
	buf_init(&inside, &arena, 100000);
	for (int i = 0; i < 10000; i++) {
		buf_format(&heap, "%d,", i);
		buf_format(&inside, "%d,", i);
	}
	assert_false(heap.failed || inside.failed);
	assert_int_equal(heap.len, 48890);
	assert_true(str_eq(buf_str(&heap), buf_str(&inside)));
	buf_fini(&heap);
	buf_fini(&inside);
	arena_fini(&arena);
}

static void maximum_is_exact_and_failure_sticky(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 300);
	for (int i = 0; i < 300; i++)
		buf_put_char(&buf, 'x');
	assert_false(buf.failed);
	assert_int_equal(buf.len, 300);
	buf_put_char(&buf, 'y');
	assert_true(buf.failed);
	assert_int_equal(buf.len, 300);
	buf_consume(&buf, 200);
	buf_put(&buf, "more", 4);
	assert_int_equal(buf.len, 100);
	buf_clear(&buf);
	assert_false(buf.failed);
	buf_format(&buf, "%300s", "z");
	assert_false(buf.failed);
	assert_int_equal(buf.len, 300);
	buf_clear(&buf);
	buf_format(&buf, "%301s", "z");
	assert_true(buf.failed);
	assert_int_equal(buf.len, 0);
	assert_false(buf_reserve(&buf, SIZE_MAX));
	buf_fini(&buf);
}

static void full_arena_fails_the_buffer(void **state)
{
	struct arena arena;
	struct buf buf;

	(void)state;
	arena_init(&arena, 512);
	buf_init(&buf, &arena, 100000);
	for (int i = 0; i < 1000; i++)
		buf_put_char(&buf, 'x');
	assert_true(buf.failed);
	arena_fini(&arena);
}

static void consumes_from_the_front(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, NULL, 100);
	buf_put_str(&buf, STR("hello world"));
	buf_consume(&buf, 6);
	assert_true(str_is(buf_str(&buf), "world"));
	buf_consume(&buf, 100);
	assert_int_equal(buf.len, 0);
	buf_put(&buf, NULL, 0);
	assert_false(buf.failed);
	buf_fini(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(grows_on_heap_and_in_arena),
		cmocka_unit_test(maximum_is_exact_and_failure_sticky),
		cmocka_unit_test(full_arena_fails_the_buffer),
		cmocka_unit_test(consumes_from_the_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
