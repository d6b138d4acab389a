/* offline_bench.h - a pile without network and a platform that is the test itself: it reads what
 * the pile shows and makes start codes for it. */
#pragma once
#include "base/crypt.h"
#include "base/signer.h"
#include "domain/token.h"
#include "pile/offline.h"
#include "pile/offline_scan.h"
#include "rig.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"
#include "wire/picture.h"
#include "wire/qr_draw.h"

#define BENCH_URL "https://charge.example.com"

struct bench {
	struct rig rig;
	struct offline offline;
	struct sign_secret platform;
	struct sign_key platform_key;
	struct arena arena;
	struct tariff tariff;
	int64_t order_id;
};

static inline void bench_open(struct bench *bench)
{
	assert_int_equal(offline_open(&bench->offline, &bench->rig.pile, BENCH_URL, SIGN_P256), 0);
}

static inline void bench_trust(struct bench *bench)
{
	struct buf text;

	buf_init(&text, &bench->arena, 1000);
	buf_format(&text, "{\"keys\":[{\"kid\":\"6b313131\",\"kind\":\"%s\",\"public\":\"",
		sign_kind_name(bench->platform.kind));
	hex_write(&text, bench->platform_key.bytes, bench->platform_key.len);
	buf_put_str(&text, STR("\"}]}"));
	assert_true(offline_answered(&bench->offline, buf_str(&text), &bench->arena));
}

static inline void bench_start(struct bench *bench, enum sign_kind kind)
{
	memset(bench, 0, sizeof(*bench));
	rig_start(&bench->rig);
	bench->rig.refuse = true;
	arena_init(&bench->arena, 256 << 20);
	bench_open(bench);
	sign_make(kind, &bench->rig.rng, &bench->platform);
	assert_true(sign_key_of(&bench->platform, &bench->platform_key));
	bench_trust(bench);
	bench->order_id = 1000;
	bench->tariff = (struct tariff){.currency = STR("CNY")};
	for (int slot = 0; slot < 48; slot++) {
		bench->tariff.energy_e5[slot] = slot / 2 % 2 ? 100000 : 60000;
		bench->tariff.service_e5[slot] = 40000;
	}
}

static inline void bench_end(struct bench *bench)
{
	offline_close(&bench->offline);
	rig_end(&bench->rig);
	arena_fini(&bench->arena);
}

static inline void bench_run(struct bench *bench, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 100) {
		rig_run(&bench->rig, 100);
		offline_step(&bench->offline);
	}
}

/* The power goes and comes back. */
static inline void bench_power_cut(struct bench *bench)
{
	offline_close(&bench->offline);
	rig_kill(&bench->rig);
	rig_open(&bench->rig);
	bench_open(bench);
	bench->rig.refuse = true;
}

/* What the pile shows, checked with its public key. */
static inline void bench_read(struct bench *bench, int outlet, enum offline_code_kind kind,
	const struct record *record, void *ret)
{
	struct str text = offline_shown(&bench->offline, (size_t)outlet - 1), bytes;
	struct cose_sign1 message;

	assert_int_equal(offline_code_kind(text), kind);
	bytes = offline_code_bytes(kind, text, &bench->arena);
	bytes = str_dup(&bench->arena, bytes);
	assert_int_equal(cose_read(bytes, &message), 0);
	assert_int_equal(
		offline_code_verify(kind, &message, &bench->offline.public, &bench->arena), 0);
	assert_int_equal(cbor_record_read(record, message.payload, &bench->arena, ret), 0);
}

/* A code of the pile's own, with any content. */
static inline struct str bench_make(
	struct bench *bench, int kind, const struct record *record, const void *value)
{
	struct str text = STR_NULL;

	assert_int_equal(
		offline_make(&bench->offline, kind, &bench->offline.hand, record, value, &text), 0);
	return text;
}

/* A start code for what the outlet shows now, as the platform would make it. */
static inline struct offline_start bench_order(struct bench *bench, int outlet)
{
	struct offline_ident ident;
	struct offline_start start;

	bench_read(bench, outlet, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	start = (struct offline_start){.order_id = ++bench->order_id,
		.pile = ident.pile,
		.connector_no = ident.connector_no,
		.nonce = ident.nonce,
		.from_s = bench->rig.clock.at_us / US_PER_S,
		.valid_s = 300,
		.limit_s = 86400,
		.tariff_mark = 99,
		.has_tariff = true};
	assert_int_equal(offline_tariff_pack(&bench->tariff, 480, &bench->arena, &start.tariff), 0);
	return start;
}

static inline struct str bench_sign(struct bench *bench, const struct offline_start *start)
{
	struct buf payload, text;
	struct str bytes;

	buf_init(&payload, &bench->arena, 1000);
	buf_init(&text, &bench->arena, 1000);
	assert_int_equal(cbor_record_write(&offline_start_record, start, &payload), 0);
	assert_int_equal(offline_code_sign(OFFLINE_CODE_START, &bench->platform, STR("k111"),
				 buf_str(&payload), &bench->arena, &bytes),
		0);
	offline_code_text(OFFLINE_CODE_START, STR_NULL, bytes, &text);
	return buf_str(&text);
}

static inline const char *bench_show(struct bench *bench, struct str text)
{
	const char *word = offline_show(&bench->offline, text);

	bench_run(bench, 100);
	return word ? word : "";
}

/* The settlement an outlet shows, and what the platform would make of it. */
static inline struct offline_settlement bench_settlement(struct bench *bench, int outlet)
{
	struct offline_settlement settlement;

	bench_read(bench, outlet, OFFLINE_CODE_SETTLEMENT, &offline_settlement_record, &settlement);
	return settlement;
}
