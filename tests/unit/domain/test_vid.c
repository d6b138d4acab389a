/* test_vid.c - vehicles' addresses: one spelling for all writings, what is none, and what one is
 * worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/vid.h"

#define NOW INT64_C(1000000)
#define SAME "aa00000000000000000000000000000a"

static void normal_is(struct arena *arena, const char *text, const char *wanted, bool good)
{
	struct str vid = vid_normal(arena, str_from(text));

	assert_true(str_is(vid, wanted));
	assert_int_equal(vid_good(vid), good);
	assert_true(vid_is(vid));
}

static void test_spelling(void **state)
{
	static const char *const writings[] = {"VID:0A1B2C3D4E5F", "vid:0a1b2c3d4e5f",
		"0a1b2c3d4e5f", "0A:1B:2C:3D:4E:5F", "0a-1b-2c-3d-4e-5f", "0a1b.2c3d.4e5f",
		" 0A1B2C3D4E5F "};
	struct arena arena;

	(void)state;
	arena_init(&arena, 65536);
	for (size_t i = 0; i < sizeof(writings) / sizeof(writings[0]); i++)
		normal_is(&arena, writings[i], "VID:0A1B2C3D4E5F", true);
	normal_is(&arena, "", "VID:", false);
	normal_is(&arena, "VID:0A1B2C3D4E5", "VID:0A1B2C3D4E5", false);
	normal_is(&arena, "0a1b2c3d4e5f0", "VID:0A1B2C3D4E5F0", false);
	normal_is(&arena, "0a1b2c3d4e5g", "VID:0A1B2C3D4E5G", false);
	normal_is(&arena, "VID:VID:0A1B2C3D4E5F", "VID:VID:0A1B2C3D4E5F", false);
	normal_is(&arena, "00:00:00:00:00:00", "VID:000000000000", false);
	normal_is(&arena, "ff:ff:ff:ff:ff:ff", "VID:FFFFFFFFFFFF", false);
	normal_is(&arena, "01:00:5e:00:00:01", "VID:01005E000001", false);
	normal_is(&arena, "0b1b2c3d4e5f", "VID:0B1B2C3D4E5F", false);
	normal_is(&arena, "vin:0123456789abcdef", "VIN:0123456789ABCDEF", true);
	normal_is(&arena, "VIN:0123456789abcde", "VIN:0123456789ABCDE", false);
	assert_false(vid_is(STR("CARD1")));
	assert_false(vid_is(STR("VI")));
	assert_false(vid_good(STR("vid:0a1b2c3d4e5f")));
	arena_fini(&arena);
}

static void test_digests(void **state)
{
	struct arena arena;
	struct str vid;

	(void)state;
	arena_init(&arena, 65536);
	/* sha256("vin LSVTEST0000000001") as another program makes it */
	vid = vid_of_vin(&arena, STR("LSVTEST0000000001"));
	assert_true(vid_good(vid));
	assert_true(str_is(vid, "VIN:E736F7E032D12D37"));
	assert_true(str_is(vid_second_of_vin(&arena, STR(" LSVTEST0000000001")),
		"e736f7e032d12d372e9bc23120021783"));
	assert_true(str_is(vid_second(&arena, STR("AA00000000000000000000000000000A")), SAME));
	assert_int_equal(vid_second(&arena, STR("aa")).len, 0);
	assert_int_equal(vid_second(&arena, STR("")).len, 0);
	assert_int_equal(vid_second(&arena, STR("zz00000000000000000000000000000a")).len, 0);
	arena_fini(&arena);
}

static void test_words(void **state)
{
	enum vid_mode mode;

	(void)state;
	for (enum vid_mode i = VID_OFF; i <= VID_BOTH; i++) {
		assert_true(vid_mode_parse(str_from(vid_mode_name(i)), &mode));
		assert_int_equal(mode, i);
	}
	assert_false(vid_mode_parse(STR("on"), &mode));
	assert_string_equal(vid_state_name(VID_SUSPENDED), "suspended");
}

/* --- what an address is worth --- */

static const struct vid good = {.state = VID_ACTIVE};
static const struct vid_policy capped = {VID_CAPPED, 3000}, both = {VID_BOTH, 3000};
static const struct vid_told nothing;

static int judged(const struct vid *vid, const struct vid_policy *policy,
	const struct vid_told *told, int64_t spent, int64_t *ret_minor)
{
	return vid_judge(vid, policy, told, spent, 100, NOW, ret_minor);
}

static void test_states(void **state)
{
	static const struct vid_policy off = {VID_OFF, 3000};
	struct vid vid = good;
	int64_t minor;

	(void)state;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), 0);
	assert_int_equal(minor, 3000);
	assert_int_equal(judged(&vid, &both, &nothing, 0, &minor), VID_E_SECOND);
	assert_int_equal(judged(&vid, &off, &nothing, 0, &minor), VID_E_SECOND);
	vid.state = VID_SUSPENDED;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), VID_E_BLOCKED);
	vid.state = VID_BLOCKED;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), VID_E_BLOCKED);
	vid = good;
	vid.member_blocked = true;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), VID_E_BLOCKED);
	/* one that contradicted itself is not believed by its address alone */
	vid = good;
	vid.alarm_us = 1;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), VID_E_SECOND);
	vid.present_us = NOW + 1;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), 0);
	assert_int_equal(minor, 0);
	vid.present_us = NOW;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), VID_E_SECOND);
}

static void test_second(void **state)
{
	struct vid vid = {.state = VID_ACTIVE, .second = STR(SAME), .kind = STR("vin")};
	struct vid_told told = {.second = STR(SAME), .kind = STR("vin")};
	int64_t minor;

	(void)state;
	assert_int_equal(judged(&vid, &both, &told, 0, &minor), 0);
	assert_int_equal(minor, 0);
	told.second = STR("bb00000000000000000000000000000b");
	assert_int_equal(judged(&vid, &capped, &told, 0, &minor), VID_E_CLONE);
	/* a copy is told of before anything else, and nobody standing by makes it right */
	vid.present_us = NOW + 1;
	vid.state = VID_SUSPENDED;
	assert_int_equal(judged(&vid, &capped, &told, 0, &minor), VID_E_CLONE);
	vid.present_us = 0;
	vid.state = VID_ACTIVE;
	/* digests of different things say nothing of each other */
	told.kind = STR("battery");
	assert_int_equal(judged(&vid, &capped, &told, 0, &minor), 0);
	assert_int_equal(minor, 3000);
	assert_int_equal(judged(&vid, &both, &told, 0, &minor), VID_E_SECOND);
	told = (struct vid_told){.second = STR(SAME), .kind = STR("vin"), .contradicts = true};
	assert_int_equal(judged(&vid, &both, &told, 0, &minor), VID_E_CLONE);
}

static void test_caps(void **state)
{
	struct vid vid = good;
	int64_t minor;

	(void)state;
	vid.charge_minor = 2000;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), 0);
	assert_int_equal(minor, 2000);
	vid.charge_minor = 5000;
	assert_int_equal(judged(&vid, &capped, &nothing, 0, &minor), 0);
	assert_int_equal(minor, 3000);
	vid.day_minor = 4000;
	assert_int_equal(judged(&vid, &capped, &nothing, 1500, &minor), 0);
	assert_int_equal(minor, 2500);
	assert_int_equal(judged(&vid, &capped, &nothing, 3900, &minor), 0);
	assert_int_equal(minor, 100);
	assert_int_equal(judged(&vid, &capped, &nothing, 3901, &minor), VID_E_CAP);
	assert_int_equal(judged(&vid, &capped, &nothing, 9000, &minor), VID_E_CAP);
	vid.present_us = NOW + 1;
	assert_int_equal(judged(&vid, &both, &nothing, 0, &minor), 0);
	assert_int_equal(minor, 4000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
