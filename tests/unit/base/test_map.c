/* test_map.c - the hash map against a plain array. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/map.h"
#include "base/rng.h"

static void text_and_numbers_live_apart(void **state)
{
	int one, two, three;
	struct map map;

	(void)state;
	map_init(&map);
	assert_null(map_get(&map, STR("a")));
	assert_null(map_del(&map, STR("a")));
	assert_null(map_put(&map, STR("a"), &one));
	assert_null(map_put(&map, STR(""), &three));
	assert_null(map_put_i64(&map, 97, &two));
	assert_ptr_equal(map_get(&map, STR("a")), &one);
	assert_ptr_equal(map_get(&map, STR_NULL), &three);
	assert_ptr_equal(map_get_i64(&map, 97), &two);
	assert_null(map_get_i64(&map, 98));
	assert_ptr_equal(map_put(&map, STR("a"), &two), &one);
	assert_ptr_equal(map_del(&map, STR("a")), &two);
	assert_null(map_get(&map, STR("a")));
	assert_int_equal(map.count, 2);
	map_fini(&map);
	map_fini(&map);
}

static void keys_are_copied(void **state)
{
	char key[8] = "abc";
	struct map map;

	(void)state;
	map_init(&map);
	map_put(&map, (struct str){key, 3}, key);
	memset(key, 'x', 3);
	assert_non_null(map_get(&map, STR("abc")));
	map_fini(&map);
}

#define MODEL 500
/* Random puts and deletes against an array that says what should be there. */
static void model(void **state)
{
	static int values[MODEL];
	void *wanted[MODEL] = {NULL};
	size_t count = 0;
	struct map map;
	struct rng rng;

	(void)state;
	map_init(&map);
	rng_init_seeded(&rng, 7);
	for (int i = 0; i < 200000; i++) {
		size_t key = (size_t)rng_below(&rng, MODEL);
		bool text = key % 2 == 0;
		char name[16];
		struct str name_view = {name, (size_t)snprintf(name, sizeof(name), "key%zu", key)};
		void *was;

		if (rng_below(&rng, 2) == 0) {
			was = text ? map_put(&map, name_view, &values[i % MODEL])
				   : map_put_i64(&map, (int64_t)key, &values[i % MODEL]);
			assert_ptr_equal(was, wanted[key]);
			count += wanted[key] == NULL;
			wanted[key] = &values[i % MODEL];
		} else {
			was = text ? map_del(&map, name_view) : map_del_i64(&map, (int64_t)key);
			assert_ptr_equal(was, wanted[key]);
			count -= wanted[key] != NULL;
			wanted[key] = NULL;
		}
		assert_int_equal(map.count, count);
		assert_true(map.capacity <= 2048);
	}
	map_fini(&map);
}

static void walk_sees_all_and_may_delete(void **state)
{
	static int values[1000];
	bool seen[1000] = {false};
	size_t cursor = 0, count = 0;
	struct map map;
	int *value;

	(void)state;
	map_init(&map);
	for (int i = 0; i < 1000; i++) {
		values[i] = i;
		map_put_i64(&map, i, &values[i]);
	}
	while ((value = map_next(&map, &cursor)) != NULL) {
		assert_false(seen[*value]);
		seen[*value] = true;
		count++;
		assert_ptr_equal(map_del_i64(&map, *value), value);
	}
	assert_int_equal(count, 1000);
	assert_int_equal(map.count, 0);
	map_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_numbers_live_apart),
		cmocka_unit_test(keys_are_copied),
		cmocka_unit_test(model),
		cmocka_unit_test(walk_sees_all_and_may_delete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
