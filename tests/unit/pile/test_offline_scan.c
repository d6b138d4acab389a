/* test_offline_scan.c - what the pile's camera makes of real pictures: start codes drawn by
 * libqrencode, then turned, blurred, dimmed, covered, seen at an angle and full of noise, all made
 * here from one seed, so that what each shows is known. The rates are held; docs/offline.md tells
 * them. And all that a camera sees beside: nothing, half a code, two codes, broken files. */
#include "offline_bench.h"

#define SIDE 480
#define TRIES 20

/* A picture is made by asking, for each of its points, where on the code it lies. Fixed point with
 * 12 bits: no floats here either. */
#define ONE 4096

struct shot {
	const char *name;
	int64_t turn; /* degrees at most, by chance */
	int64_t tilt; /* how much narrower the far side is, of ONE at most */
	int blur;     /* passes of a box of three */
	int dim;      /* brightness left, percent */
	int noise;    /* grey levels at most, either way */
	int covered;  /* percent of the code's area under a thumb */
	int least;    /* percent that must be read */
};

static const struct shot shots[] = {
	{"straight", 0, 0, 0, 100, 0, 0, 100},
	{"turned any way", 180, 0, 0, 100, 8, 0, 80},
	{"at an angle", 10, ONE / 8, 0, 100, 8, 0, 60},
	{"blurred", 10, 0, 2, 100, 8, 0, 95},
	{"dim", 10, 0, 0, 25, 4, 0, 95},
	{"noisy", 10, 0, 0, 100, 30, 0, 60},
	{"partly covered", 10, 0, 0, 100, 8, 4, 90},
	{"all of it a little", 10, ONE / 16, 1, 60, 10, 1, 60},
	{"at a steep angle", 10, ONE / 4, 0, 100, 8, 0, 50},
};

struct view {
	const uint8_t *modules;
	size_t width;
	int64_t sine, cosine; /* of the turn */
	int64_t tilt;
	int64_t hide_x, hide_y, hide; /* a square under the thumb, in modules of ONE */
};

/* sin of whole degrees, of ONE: Bhaskara's formula is close to a thousandth. */
static int64_t sine_of(int64_t degrees)
{
	int64_t x = ((degrees % 360) + 360) % 360;
	int64_t sign = x >= 180 ? -1 : 1, part;

	x %= 180;
	part = x * (180 - x);
	return sign * 4 * part * ONE / (40500 - part);
}

static uint8_t point_of(const struct view *view, int x, int y)
{
	int64_t half = SIDE / 2, dx = x - half, dy = y - half;
	/* the far side is further away: points there lie further out, and rows there closer
	 * together, as a lens shows a flat thing */
	int64_t far = ONE + view->tilt * dy / half > 1 ? ONE + view->tilt * dy / half : 1;
	int64_t u = dx * ONE / far * ONE, v = dy * ONE / far * ONE;
	int64_t rx = (u * view->cosine - v * view->sine) / ONE;
	int64_t ry = (u * view->sine + v * view->cosine) / ONE;
	int64_t full = (int64_t)view->width + 8; /* with its quiet zone */
	int64_t mx = rx * full / (SIDE * 68 / 100) + full * ONE / 2 - 4 * ONE;
	int64_t my = ry * full / (SIDE * 68 / 100) + full * ONE / 2 - 4 * ONE;

	if (mx >= view->hide_x && mx < view->hide_x + view->hide && my >= view->hide_y &&
		my < view->hide_y + view->hide)
		return 150;
	if (mx < 0 || my < 0 || mx >= (int64_t)view->width * ONE ||
		my >= (int64_t)view->width * ONE)
		return 235;
	return view->modules[(size_t)(my / ONE) * view->width + (size_t)(mx / ONE)] ? 25 : 235;
}

static void blur(uint8_t *grey, struct arena *arena)
{
	uint8_t *copy = arena_copy(arena, grey, (size_t)SIDE * SIDE);

	for (int y = 1; y < SIDE - 1; y++)
		for (int x = 1; x < SIDE - 1; x++) {
			int sum = 0;

			for (int k = 0; k < 9; k++)
				sum += copy[(y + k / 3 - 1) * SIDE + x + k % 3 - 1];
			grey[y * SIDE + x] = (uint8_t)(sum / 9);
		}
}

static int64_t by_chance(struct rng *rng, int64_t most)
{
	return most > 0 ? (int64_t)rng_below(rng, (uint64_t)(2 * most + 1)) - most : 0;
}

static void take_shot(const struct shot *shot, struct str text, struct rng *rng,
	struct arena *arena, struct picture *ret)
{
	int64_t degrees = by_chance(rng, shot->turn), side = 0;
	struct view view = {.sine = sine_of(degrees),
		.cosine = sine_of(degrees + 90),
		.tilt = by_chance(rng, shot->tilt)};
	int version;

	view.modules = qr_draw_modules(text, arena, &view.width, &version);
	assert_non_null(view.modules);
	while (side * side * 100 < (int64_t)(view.width * view.width) * shot->covered)
		side++;
	/* away from the three corners, which nobody can do without */
	view.hide = side * ONE;
	view.hide_x = (int64_t)view.width * ONE * 45 / 100;
	view.hide_y = (int64_t)view.width * ONE * (45 + (int64_t)rng_below(rng, 20)) / 100;
	*ret = (struct picture){SIDE, SIDE, arena_alloc(arena, (size_t)SIDE * SIDE)};
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++)
			ret->grey[y * SIDE + x] = point_of(&view, x, y);
	for (int pass = 0; pass < shot->blur; pass++)
		blur(ret->grey, arena);
	for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
		int64_t grey = ret->grey[i] * shot->dim / 100 + by_chance(rng, shot->noise);

		ret->grey[i] = (uint8_t)(grey < 0 ? 0 : grey > 255 ? 255 : grey);
	}
}

/* A start code of the usual size: all limits and a tariff of four prices. */
static struct str usual_code(struct bench *bench)
{
	struct offline_start start;

	for (int slot = 0; slot < 48; slot++) {
		static const int rate[] = {0, 1, 2, 1, 3, 1, 2, 0};
		static const int64_t energy[] = {38000, 72000, 112000, 135000};

		bench->tariff.energy_e5[slot] = energy[rate[slot / 6]];
		bench->tariff.service_e5[slot] = 40000;
	}
	start = bench_order(bench, 1);
	start.has_limit_minor = true;
	start.limit_minor = 5000;
	return bench_sign(bench, &start);
}

/* The set: every kind of picture TRIES times, from one seed; each with what it shows. */
struct set {
	struct bench bench;
	struct arena shelf;
	struct rng rng;
};

static void set_begin(struct set *set)
{
	bench_start(&set->bench, SIGN_P256);
	bench_run(&set->bench, 300);
	arena_init(&set->shelf, 64 << 20);
	rng_init_seeded(&set->rng, 2026);
}

static void set_end(struct set *set)
{
	arena_fini(&set->shelf);
	bench_end(&set->bench);
}

static struct str set_next(struct set *set, size_t kind, struct picture *ret_picture)
{
	struct str text = usual_code(&set->bench);

	arena_reset(&set->shelf);
	take_shot(&shots[kind], text, &set->rng, &set->shelf, ret_picture);
	return text;
}

static void test_rates(void **state)
{
	bool all_held = true;
	struct set set;

	(void)state;
	set_begin(&set);
	for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
		int read = 0;

		for (int try = 0; try < TRIES; try++) {
			struct str texts[OFFLINE_SCAN_MAX], text;
			struct picture picture;
			size_t count;

			text = set_next(&set, i, &picture);
			count = offline_scan_picture(&picture, &set.shelf, texts);
			/* never another text than the one that was drawn */
			for (size_t k = 0; k < count; k++)
				assert_true(str_eq(texts[k], text));
			read += count == 1;
		}
		print_message("# %s: %d of %d\n", shots[i].name, read, TRIES);
		all_held = all_held && read * 100 >= shots[i].least * TRIES;
	}
	assert_true(all_held);
	set_end(&set);
}

/* --- files --- */

static struct str pgm_of(const struct picture *picture, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, 1 << 20);
	buf_format(&buf, "P5\n# a camera\n%u %u\n255\n", picture->width, picture->height);
	buf_put(&buf, picture->grey, (size_t)picture->width * picture->height);
	return buf_str(&buf);
}

static void test_frames(void **state)
{
	struct shot shot = shots[0];
	struct picture picture, other;
	struct bench bench;
	struct arena shelf;
	struct str text, bytes;
	struct rng rng;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 300);
	arena_init(&shelf, 64 << 20);
	rng_init_seeded(&rng, 1);
	text = usual_code(&bench);
	take_shot(&shot, text, &rng, &shelf, &picture);

	/* nothing, noise, half a code */
	other = picture;
	other.grey = arena_alloc(&shelf, (size_t)SIDE * SIDE);
	assert_string_equal(offline_scan_frame(&bench.offline, &other, &shelf), "none");
	rng.fill(&rng, other.grey, (size_t)SIDE * SIDE);
	assert_string_equal(offline_scan_frame(&bench.offline, &other, &shelf), "none");
	memcpy(other.grey, picture.grey, (size_t)SIDE * SIDE);
	memset(other.grey + SIDE * SIDE / 2, 235, (size_t)SIDE * SIDE / 2);
	assert_string_equal(offline_scan_frame(&bench.offline, &other, &shelf), "none");
	/* somebody else's code */
	take_shot(&shot, STR("https://example.com/menu"), &rng, &shelf, &other);
	assert_string_equal(offline_scan_frame(&bench.offline, &other, &shelf), "form");
	/* two start codes side by side: which one is meant? */
	{
		struct picture two = {2 * SIDE, SIDE, NULL};

		take_shot(&shot, usual_code(&bench), &rng, &shelf, &other);
		two.grey = arena_alloc(&shelf, (size_t)2 * SIDE * SIDE);
		for (size_t y = 0; y < SIDE; y++) {
			memcpy(two.grey + 2 * y * SIDE, picture.grey + y * SIDE, SIDE);
			memcpy(two.grey + 2 * y * SIDE + SIDE, other.grey + y * SIDE, SIDE);
		}
		assert_string_equal(offline_scan_frame(&bench.offline, &two, &shelf), "two");
		/* beside an advertisement it is clear */
		take_shot(&shot, STR("https://example.com/menu"), &rng, &shelf, &other);
		for (size_t y = 0; y < SIDE; y++)
			memcpy(two.grey + 2 * y * SIDE + SIDE, other.grey + y * SIDE, SIDE);
		assert_null(offline_scan_frame(&bench.offline, &two, &shelf));
	}
	bench_run(&bench, 2000);
	assert_int_equal(bench.rig.pile.spool.txs_len, 1);

	/* files that are none, or cut anywhere in their head */
	bytes = pgm_of(&picture, &shelf);
	assert_string_equal(offline_scan_bytes(&bench.offline, STR("nonsense"), &shelf), "picture");
	for (size_t len = 0; len < 40; len++)
		assert_string_equal(
			offline_scan_bytes(&bench.offline, str_slice(bytes, 0, len), &shelf),
			"picture");
	assert_string_equal(
		offline_scan_bytes(&bench.offline, STR("P5 99999 99999 255 "), &shelf), "picture");
	assert_string_equal(
		offline_scan_file(&bench.offline, STR("/nonexistent.png"), &shelf), "picture");
	assert_null(offline_scan_bytes(&bench.offline, bytes, &shelf)); /* again: it ends */
	arena_fini(&shelf);
	bench_end(&bench);
}

/* `--write DIR`: the same set as files for other decoders, DIR/<kind>-<try>.pgm and what it shows
 * in .txt; the kinds' names in DIR/kinds.txt. */
static void write_file(const char *dir, const char *name, struct str bytes)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

static int write_set(const char *dir)
{
	char name[40];
	struct buf kinds;
	struct set set;

	set_begin(&set);
	buf_init(&kinds, &set.bench.arena, 1000);
	for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++) {
		buf_format(&kinds, "%s\n", shots[i].name);
		for (int try = 0; try < TRIES; try++) {
			struct picture picture;
			struct str text = set_next(&set, i, &picture);

			snprintf(name, sizeof(name), "%zu-%d.txt", i, try);
			write_file(dir, name, text);
			snprintf(name, sizeof(name), "%zu-%d.pgm", i, try);
			write_file(dir, name, pgm_of(&picture, &set.shelf));
		}
	}
	write_file(dir, "kinds.txt", buf_str(&kinds));
	set_end(&set);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_frames),
	};

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_set(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
