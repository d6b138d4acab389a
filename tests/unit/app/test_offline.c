/* test_offline.c - the pages behind a pile's codes: who may begin, what a driver and the operator
 * are told when a code is no good, and that no altered bit of one is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/api_offline.h"
#include "app/pile_keys.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "store/site.h"
#include "wire/cbor_record.h"
#include "wire/offline_code.h"

/* A world where LAKE-07 has a key, stands at a known place, and offline charging is offered. */
struct stand {
	struct world w;
	struct sign_secret secret;
	struct sign_key key;
	struct pile_key row;
};

static void stand_open(struct stand *stand, void **state)
{
	struct app_offline *ours;
	struct site site;
	struct buf hex;

	world_open(&stand->w, state);
	ours = &stand->w.config.offline;
	sign_make(SIGN_P256, &stand->w.rng, &ours->keys[0].secret);
	assert_true(sign_key_of(&ours->keys[0].secret, &ours->keys[0].public));
	ours->keys[0].kid = STR("k001");
	ours->keys_len = 1;
	ours->max_minor = 20000;
	ours->valid_s = 300;
	ours->lasts_s = 86400;
	ours->wait_us = 7 * US_PER_DAY;
	sign_make(SIGN_P256, &stand->w.rng, &stand->secret);
	assert_true(sign_key_of(&stand->secret, &stand->key));
	buf_init(&hex, &stand->w.arena, 2 * SIGN_POINT_LEN);
	hex_write(&hex, stand->key.bytes, stand->key.len);
	stand->row = (struct pile_key){.kind = STR("es256"),
		.public = buf_str(&hex),
		.state = OFFLINE_KEY_BELIEVED,
		.at_us = WORLD_NOW - US_PER_DAY};
	assert_int_equal(store_pile_key_add(stand->w.test->db, stand->w.pile, &stand->row), 0);
	assert_int_equal(
		store_site_get(stand->w.test->db, &stand->w.arena, stand->w.site, &site), 0);
	site.has_position = true;
	site.latitude_e7 = 312304000;
	site.longitude_e7 = 1214737000;
	assert_int_equal(store_site_put(stand->w.test->db, &site), 0);
	stand->w.accept = STR("text/html");
}

static struct offline_ident ident_of(void)
{
	return (struct offline_ident){.pile = STR("LAKE-07"),
		.connector_no = 1,
		.nonce = 4711,
		.at_s = WORLD_NOW / US_PER_S,
		.state = OFFLINE_PLUGGED,
		.has_latitude_e5 = true,
		.latitude_e5 = 3123040,
		.has_longitude_e5 = true,
		.longitude_e5 = 12147370};
}

/* The signed bytes of a code of this kind. */
static struct str seal(struct stand *stand, enum offline_code_kind kind,
	const struct record *record, const void *value)
{
	struct buf payload;
	struct str bytes;

	buf_init(&payload, &stand->w.arena, 400);
	assert_int_equal(cbor_record_write(record, value, &payload), 0);
	assert_int_equal(offline_code_sign(kind, &stand->secret, STR(""), buf_str(&payload),
				 &stand->w.arena, &bytes),
		0);
	return str_dup(&stand->w.arena, bytes);
}

/* The path behind bytes: "/q/..." or "/s/...". */
static const char *path_of(struct stand *stand, enum offline_code_kind kind, struct str bytes)
{
	struct buf text;
	struct str path;

	buf_init(&text, &stand->w.arena, 700);
	offline_code_text(kind, STR("http://h"), bytes, &text);
	path = str_slice(buf_str(&text), 8, text.len);
	((char *)(uintptr_t)path.ptr)[1] = kind == OFFLINE_CODE_IDENT ? 'q' : 's';
	return str_dup_z(&stand->w.arena, path);
}

static struct answer visit(struct stand *stand, const struct offline_ident *ident)
{
	struct str bytes = seal(stand, OFFLINE_CODE_IDENT, &offline_ident_record, ident);

	return world_get(&stand->w, path_of(stand, OFFLINE_CODE_IDENT, bytes));
}

static struct answer settle(struct stand *stand, const struct offline_settlement *settlement)
{
	struct str bytes =
		seal(stand, OFFLINE_CODE_SETTLEMENT, &offline_settlement_record, settlement);

	return world_get(&stand->w, path_of(stand, OFFLINE_CODE_SETTLEMENT, bytes));
}

/* How many alarms of refused settlements the operator sees. */
static int refused_alarms(struct stand *stand)
{
	struct str needle = STR("\"offline_refused\"");
	struct answer answer;
	int count = 0;

	world_as(&stand->w, "admin");
	stand->w.accept = STR("application/json");
	answer = world_get(&stand->w, "/v1/alarms");
	assert_int_equal(answer.status, 200);
	for (size_t i = 0; i + needle.len <= answer.body.len; i++)
		count += str_starts(str_slice(answer.body, i, answer.body.len), needle);
	world_as(&stand->w, NULL);
	stand->w.accept = STR("text/html");
	return count;
}

static void test_place(void **state)
{
	struct offline_ident ident;
	struct answer answer;
	struct stand stand;

	stand_open(&stand, state);
	ident = ident_of();
	answer = visit(&stand, &ident);
	assert_int_equal(answer.status, 200);
	assert_false(world_has(answer, "not where it says"));
	assert_true(world_has(answer, "data-position=\"3123040,12147370\""));
	ident.latitude_e5 += 500; /* half a kilometre: a large site */
	assert_false(world_has(visit(&stand, &ident), "not where it says"));
	ident.latitude_e5 += 1000;
	answer = visit(&stand, &ident);
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "not where it says"));
	/* a pile that does not know where it is says nothing of it */
	ident.has_latitude_e5 = ident.has_longitude_e5 = false;
	answer = visit(&stand, &ident);
	assert_false(world_has(answer, "not where it says"));
	assert_false(world_has(answer, "data-position"));
	world_close(&stand.w);
}

static void test_keys_begin(void **state)
{
	static const struct {
		int64_t state;
		const char *word;
	} rows[] = {{OFFLINE_KEY_REPLACED, "replaced"}, {OFFLINE_KEY_REVOKED, "revoked"},
		{OFFLINE_KEY_OFFERED, "forged"}};
	struct offline_ident ident;
	struct stand stand;

	stand_open(&stand, state);
	ident = ident_of();
	for (size_t i = 0; i < 3; i++) {
		struct answer answer;

		stand.row.state = rows[i].state;
		assert_int_equal(store_pile_key_put(stand.w.test->db, stand.w.pile, &stand.row), 0);
		answer = visit(&stand, &ident);
		assert_int_equal(answer.status, 422);
		assert_true(world_has(answer,
			str_dup_z(&stand.w.arena,
				str_format(&stand.w.arena, "data-word=\"%s\"", rows[i].word))));
	}
	world_close(&stand.w);
}

/* No identification with a changed bit begins anything (of a settlement: offline_qr.flow). */
static void test_altered(void **state)
{
	struct offline_ident ident;
	struct stand stand;
	struct str bytes;
	char *copy;

	stand_open(&stand, state);
	ident = ident_of();
	bytes = seal(&stand, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	copy = str_dup_z(&stand.w.arena, bytes);
	for (size_t bit = 0; bit < bytes.len * 8; bit++) {
		struct offline_ident read;
		struct reads_place place;
		struct ctx *ctx = world_ctx(&stand.w);
		struct buf text;

		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		buf_init(&text, ctx->arena, 700);
		offline_code_text(
			OFFLINE_CODE_IDENT, STR("http://h"), (struct str){copy, bytes.len}, &text);
		assert_true(api_offline_ident(ctx, buf_str(&text), &read, &place) > 0);
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
	}
	world_close(&stand.w);
}

/* A settlement that is no good is a page with its reason, never an inner fault, and an alarm where
 * somebody can look. */
static void test_refused_settlements(void **state)
{
	int64_t runs[] = {1000};
	struct offline_settlement settlement = {.pile = STR("LAKE-07"),
		.connector_no = 1,
		.order_id = 12345,
		.serial = 1,
		.begin_s = WORLD_NOW / US_PER_S - 600,
		.lasted_s = 500,
		.runs_dwh = runs,
		.runs_dwh_len = 1,
		.tariff_mark = 5,
		.reason = OFFLINE_END_DRIVER};
	struct sign_secret own;
	struct answer answer;
	struct stand stand;
	struct order order;

	stand_open(&stand, state);
	answer = world_get(&stand.w, "/s/12345678901234567");
	assert_int_equal(answer.status, 422);
	assert_true(world_has(answer, "data-word=\"form\""));
	/* genuine, about an order that is none */
	answer = settle(&stand, &settlement);
	assert_int_equal(answer.status, 422);
	assert_true(world_has(answer, "data-word=\"order\""));
	assert_int_equal(refused_alarms(&stand), 1);
	/* about one that was started with network */
	order = world_order(&stand.w);
	settlement.order_id = order.id;
	answer = settle(&stand, &settlement);
	assert_int_equal(answer.status, 422);
	assert_true(world_has(answer, "data-word=\"order\""));
	/* forged */
	own = stand.secret;
	sign_make(SIGN_P256, &stand.w.rng, &stand.secret);
	answer = settle(&stand, &settlement);
	assert_int_equal(answer.status, 422);
	assert_true(world_has(answer, "data-word=\"forged\""));
	assert_int_equal(refused_alarms(&stand), 2);
	/* of a pile nobody knows */
	settlement.pile = STR("NOWHERE-1");
	answer = settle(&stand, &settlement);
	assert_int_equal(answer.status, 422);
	assert_true(world_has(answer, "data-word=\"pile\""));
	assert_int_equal(refused_alarms(&stand), 3); /* at the order it names */
	stand.secret = own;
	world_close(&stand.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_place),
		ON_BOTH_ENGINES(test_keys_begin),
		ON_BOTH_ENGINES(test_altered),
		ON_BOTH_ENGINES(test_refused_settlements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
