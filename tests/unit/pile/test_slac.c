/* test_slac.c - SLAC's frames byte by byte, a match both ways, what is lost on the way, cars next
 * door, and frames that are none; the heads of V2GTP and the question of SDP beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "pile/slac.h"
#include "pile/v2gtp.h"

static const uint8_t own[6] = {2, 0, 0, 0, 0, 0x99}, car[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t next_door[6] = {2, 0, 0, 0, 0, 2}, modem[6] = {0, 1, 0x87, 0, 0, 1};
static const uint8_t all[6] = {255, 255, 255, 255, 255, 255};

struct bench {
	struct slac slac;
	struct rng rng;
	int64_t ticks_us;
};

static void open_bench(struct bench *bench)
{
	struct slac_frame frame;

	memset(bench, 0, sizeof(*bench));
	rng_init_seeded(&bench->rng, 1);
	bench->ticks_us = US_PER_S;
	slac_begin(&bench->slac, own, &bench->rng, bench->ticks_us);
	assert_true(slac_next(&bench->slac, &frame));
	assert_int_equal(slac_type(frame.bytes, frame.len), SLAC_SET_KEY_REQ);
}

static uint8_t *made(struct slac_frame *frame, const uint8_t *to, const uint8_t *from,
	enum slac_type type, size_t payload)
{
	slac_frame(frame, to, from, type, payload);
	return frame->bytes + SLAC_PAYLOAD;
}

/* Nothing stands behind a frame: who reads on is caught. */
static void give(struct bench *bench, const struct slac_frame *frame)
{
	uint8_t *exact = mem_alloc(frame->len);

	memcpy(exact, frame->bytes, frame->len);
	slac_take(&bench->slac, exact, frame->len, bench->ticks_us);
	mem_free(exact);
}

static void wait_ms(struct bench *bench, int64_t ms)
{
	bench->ticks_us += ms * US_PER_MS;
	slac_step(&bench->slac, bench->ticks_us);
}

static void give_key(struct bench *bench, uint8_t result)
{
	struct slac_frame frame;

	made(&frame, own, modem, SLAC_SET_KEY_CNF, 14)[0] = result;
	give(bench, &frame);
}

static void give_parm(struct bench *bench, const uint8_t *from)
{
	struct slac_frame frame;

	memcpy(made(&frame, all, from, SLAC_PARM_REQ, 10) + 2, "TESLA EV", 8);
	give(bench, &frame);
}

static void give_start(struct bench *bench, const uint8_t *from)
{
	struct slac_frame frame;

	memcpy(made(&frame, all, from, SLAC_START_IND, 19) + 11, "TESLA EV", 8);
	give(bench, &frame);
}

static void give_profile(struct bench *bench, const uint8_t *of, uint8_t loud)
{
	struct slac_frame frame;
	uint8_t *at = made(&frame, own, modem, SLAC_PROFILE_IND, 66);

	memcpy(at, of, 6);
	at[6] = SLAC_GROUPS;
	memset(at + 8, loud, SLAC_GROUPS);
	give(bench, &frame);
}

static void give_answer(struct bench *bench, const uint8_t *from)
{
	struct slac_frame frame;

	memcpy(made(&frame, own, from, SLAC_CHAR_RSP, 51) + 8, "TESLA EV", 8);
	give(bench, &frame);
}

static void give_match(struct bench *bench, const uint8_t *from, const uint8_t *inside)
{
	struct slac_frame frame;
	uint8_t *at = made(&frame, own, from, SLAC_MATCH_REQ, 58); /* the shortest that is taken */

	at[2] = 0x3e;
	memcpy(at + 21, inside, 6);
	memcpy(at + 50, "TESLA EV", 8);
	give(bench, &frame);
}

/* The next frame to send is of this type; its payload. */
static const uint8_t *said(struct bench *bench, enum slac_type type, size_t len)
{
	static struct slac_frame frame;

	assert_true(slac_next(&bench->slac, &frame));
	assert_int_equal(slac_type(frame.bytes, frame.len), type);
	assert_int_equal(frame.len, len);
	assert_memory_equal(frame.bytes + 6, own, 6);
	return frame.bytes + SLAC_PAYLOAD;
}

static void silent(struct bench *bench)
{
	struct slac_frame frame;

	assert_false(slac_next(&bench->slac, &frame));
}

static void test_match(void **state)
{
	struct bench bench;
	const uint8_t *at;

	(void)state;
	open_bench(&bench);
	give_key(&bench, 1); /* what real modems say */
	assert_true(bench.slac.modem);
	assert_int_equal(bench.slac.phase, SLAC_WAIT);
	give_parm(&bench, car);
	at = said(&bench, SLAC_PARM_CNF, 60);
	assert_memory_equal(
		at, "\xff\xff\xff\xff\xff\xff\x0a\x06\x01\x02\0\0\0\0\x01\0\0TESLA EV", 25);
	for (int i = 0; i < 3; i++)
		give_start(&bench, car);
	for (int i = 0; i < 10; i++)
		give_profile(&bench, car, (uint8_t)(20 + i));
	at = said(&bench, SLAC_CHAR_IND, 129);
	assert_memory_equal(at + 2, car, 6);
	assert_int_equal(at[50], 10);
	assert_int_equal(at[51], 58);
	assert_int_equal(at[52], 24); /* the mean */
	assert_int_equal(at[109], 24);
	give_answer(&bench, car);
	assert_int_equal(bench.slac.phase, SLAC_RUN); /* who it is does not count yet */
	assert_memory_equal(bench.slac.source, "\0\0\0\0\0\0", 6);
	give_match(&bench, car, car);
	at = said(&bench, SLAC_MATCH_CNF, 109);
	assert_int_equal(at[2], 0x56);
	assert_memory_equal(at + 21, car, 6);
	assert_memory_equal(at + 44, own, 6);
	assert_memory_equal(at + 66, bench.slac.network, 7);
	assert_memory_equal(at + 74, bench.slac.key, 16);
	assert_int_equal(bench.slac.phase, SLAC_MATCHED);
	assert_memory_equal(bench.slac.source, car, 6);
	give_match(&bench, car, car); /* our answer was lost */
	said(&bench, SLAC_MATCH_CNF, 109);
	silent(&bench);
}

/* NID of a key, as other implementations print it. */
static void test_network(void **state)
{
	static const uint8_t key[16] = {0x50, 0xd3, 0xe4, 0x93, 0x3f, 0x85, 0x5b, 0x70, 0x40, 0x78,
		0x4d, 0xf8, 0x15, 0xaa, 0x8d, 0xb7};
	uint8_t network[7];

	(void)state;
	slac_network(key, network); /* "HomePlugAV" */
	assert_memory_equal(network, "\xb0\xf2\xe6\x95\x66\x6b\x03", 7);
}

static void test_new_key_each_time(void **state)
{
	struct bench bench;
	uint8_t key[16];

	(void)state;
	open_bench(&bench);
	memcpy(key, bench.slac.key, sizeof(key));
	slac_begin(&bench.slac, own, &bench.rng, bench.ticks_us);
	assert_memory_not_equal(key, bench.slac.key, sizeof(key));
}

/* No modem answers: it is told three times, and the cars are heard all the same. */
static void test_mute_modem(void **state)
{
	struct bench bench;

	(void)state;
	open_bench(&bench);
	for (int i = 0; i < 2; i++) {
		wait_ms(&bench, 500);
		said(&bench, SLAC_SET_KEY_REQ, 60);
	}
	wait_ms(&bench, 500);
	silent(&bench);
	assert_int_equal(bench.slac.phase, SLAC_WAIT);
	assert_false(bench.slac.modem);
	wait_ms(&bench, 39000);
	assert_int_equal(bench.slac.phase, SLAC_WAIT);
	wait_ms(&bench, 1000);
	assert_int_equal(bench.slac.phase, SLAC_FAILED);
	give_parm(&bench, car); /* late is not never */
	assert_int_equal(bench.slac.phase, SLAC_RUN);
}

/* Fewer sounds arrive; the answer to how loud they were does not; the car asks for the match
 * without it. */
static void test_losses(void **state)
{
	struct bench bench;
	const uint8_t *at;

	(void)state;
	open_bench(&bench);
	give_parm(&bench, car); /* before the modem answered */
	said(&bench, SLAC_PARM_CNF, 60);
	give_profile(&bench, car, 30);
	give_profile(&bench, car, 33);
	wait_ms(&bench, 599);
	silent(&bench);
	wait_ms(&bench, 1);
	at = said(&bench, SLAC_CHAR_IND, 129);
	assert_int_equal(at[50], 2);
	assert_int_equal(at[52], 31);
	wait_ms(&bench, 200);
	said(&bench, SLAC_CHAR_IND, 129);
	wait_ms(&bench, 200);
	said(&bench, SLAC_CHAR_IND, 129);
	wait_ms(&bench, 200);
	silent(&bench);
	give_match(&bench, car, car);
	said(&bench, SLAC_MATCH_CNF, 109);
	assert_int_equal(bench.slac.phase, SLAC_MATCHED);
}

/* It asks for the match although it was told nothing; another run's number; nothing was heard. */
static void test_out_of_order(void **state)
{
	struct bench bench;
	struct slac_frame frame;

	(void)state;
	open_bench(&bench);
	give_match(&bench, car, car);
	silent(&bench);
	give_parm(&bench, car);
	said(&bench, SLAC_PARM_CNF, 60);
	give_match(&bench, car, car);
	silent(&bench);
	give_start(&bench, car);
	give_profile(&bench, car, 20);
	wait_ms(&bench, 600);
	said(&bench, SLAC_CHAR_IND, 129);
	memcpy(made(&frame, own, car, SLAC_MATCH_REQ, 66) + 50, "WHO IS T", 8);
	give(&bench, &frame);
	silent(&bench);
	give_parm(&bench, car); /* anew, in the middle of it */
	said(&bench, SLAC_PARM_CNF, 60);
	give_match(&bench, car, car);
	silent(&bench);
	give_start(&bench, car);
	wait_ms(&bench, 600); /* no sound arrived: nothing to tell */
	silent(&bench);
	assert_int_equal(bench.slac.phase, SLAC_WAIT);
}

/* Two cars shout; the one that asks for the match has it. Afterwards only ours may begin anew. */
static void test_next_door(void **state)
{
	struct bench bench;

	(void)state;
	open_bench(&bench);
	give_parm(&bench, next_door);
	give_parm(&bench, car);
	said(&bench, SLAC_PARM_CNF, 60);
	said(&bench, SLAC_PARM_CNF, 60);
	for (int i = 0; i < 10; i++) {
		give_profile(&bench, car, 10);
		give_profile(&bench, next_door, 60);
	}
	assert_int_equal(said(&bench, SLAC_CHAR_IND, 129)[52], 10);
	assert_int_equal(said(&bench, SLAC_CHAR_IND, 129)[52], 60);
	give_answer(&bench, car);
	give_match(&bench, car, car);
	said(&bench, SLAC_MATCH_CNF, 109);
	assert_memory_equal(bench.slac.source, car, 6);
	bench.slac.busy = true;
	give_match(&bench, next_door, next_door);
	give_parm(&bench, next_door);
	silent(&bench);
	assert_int_equal(bench.slac.phase, SLAC_MATCHED);
	give_parm(&bench, car);
	said(&bench, SLAC_PARM_CNF, 60);
	assert_int_equal(bench.slac.phase, SLAC_RUN);
}

/* A car that lies inside its frame: both are kept, and compared elsewhere. */
static void test_two_addresses(void **state)
{
	struct bench bench;

	(void)state;
	open_bench(&bench);
	give_parm(&bench, car);
	give_profile(&bench, car, 10);
	wait_ms(&bench, 600);
	give_match(&bench, car, next_door);
	assert_memory_equal(bench.slac.source, car, 6);
	assert_memory_equal(bench.slac.match, next_door, 6);
}

static void test_no_frames(void **state)
{
	struct bench bench;
	struct slac_frame frame;

	(void)state;
	open_bench(&bench);
	memcpy(made(&frame, all, car, SLAC_PARM_REQ, 10) + 2, "TESLA EV", 8);
	for (size_t len = 0; len < SLAC_PAYLOAD + 10; len++)
		slac_take(&bench.slac, frame.bytes, len, bench.ticks_us);
	assert_int_equal(slac_type(frame.bytes, SLAC_PAYLOAD + 10), SLAC_PARM_REQ);
	frame.bytes[12] = 0x86;
	give(&bench, &frame);
	frame.bytes[12] = 0x88;
	frame.bytes[SLAC_PAYLOAD] = 1; /* another application */
	give(&bench, &frame);
	made(&frame, next_door, car, SLAC_PARM_REQ, 10); /* not for us */
	give(&bench, &frame);
	made(&frame, all, own, SLAC_PARM_REQ, 10); /* our own, come back */
	give(&bench, &frame);
	made(&frame, all, car, (enum slac_type)0x6000, 10);
	give(&bench, &frame);
	silent(&bench);
	assert_int_equal(bench.slac.phase, SLAC_KEY);
	made(&frame, own, car, SLAC_VALIDATE_REQ, 2);
	give(&bench, &frame);
	assert_int_equal(said(&bench, SLAC_VALIDATE_CNF, 60)[2], 4);
}

/* More cars than there is room for, and more answers than can wait. */
static void test_flood(void **state)
{
	struct bench bench;
	struct slac_frame frame;
	int frames = 0;

	(void)state;
	open_bench(&bench);
	for (uint8_t i = 1; i < 200; i++) {
		uint8_t from[6] = {2, 9, 9, 9, 9, i};
		bench.ticks_us += US_PER_MS;
		give_parm(&bench, from);
	}
	while (slac_next(&bench.slac, &frame))
		frames++;
	assert_int_equal(frames, SLAC_OUT);
	give_parm(&bench, car);
	said(&bench, SLAC_PARM_CNF, 60);
}

static void test_sdp(void **state)
{
	static const uint8_t question[] = {0x01, 0xfe, 0x90, 0x00, 0, 0, 0, 2, 0x10, 0x00};
	static const uint8_t address[16] = {0xfe, 0x80, [15] = 7};
	uint8_t bytes[sizeof(question)], answer[SDP_ANSWER];
	struct v2gtp_head head;
	bool tls = true;

	(void)state;
	assert_true(sdp_read(question, sizeof(question), &tls));
	assert_false(tls);
	for (size_t len = 0; len < sizeof(question); len++)
		assert_false(sdp_read(question, len, &tls));
	for (size_t i = 0; i < sizeof(question); i++) {
		memcpy(bytes, question, sizeof(bytes));
		bytes[i] ^= 0x55;
		assert_false(sdp_read(bytes, sizeof(bytes), &tls));
	}
	memcpy(bytes, question, sizeof(bytes));
	bytes[8] = 0;
	assert_true(sdp_read(bytes, sizeof(bytes), &tls));
	assert_true(tls);
	sdp_write(address, 0xc351, false, answer);
	assert_memory_equal(answer, "\x01\xfe\x90\x01\0\0\0\x14\xfe\x80", 10);
	assert_memory_equal(answer + 23, "\x07\xc3\x51\x10\x00", 5);
	sdp_write(address, 0xc351, true, answer);
	assert_memory_equal(answer + 23, "\x07\xc3\x51\x00\x00", 5);
	assert_true(v2gtp_read(answer, &head));
	assert_int_equal(head.len, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_new_key_each_time),
		cmocka_unit_test(test_mute_modem),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_next_door),
		cmocka_unit_test(test_two_addresses),
		cmocka_unit_test(test_no_frames),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_sdp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
