/* test_offline_key.c - charging without network at a pile whose key takes its time to sign, breaks,
 * or lies in a TPM (swtpm; skipped where that is not installed). */
#include "../../support/swtpm.h"
#include "offline_bench.h"

#include <unistd.h>

/* A TPM in the place of the pile's key, as signer_tpm.c has it: one job at a time, others wait, and
 * an answer is for the very bytes that were asked for. */
struct slow {
	struct sign_secret secret;
	uint8_t job[SHA256_LEN];
	int looks, left; /* until the job is done */
	bool any, broken;
};

static int slow_sign(void *context, struct str text, uint8_t ret_signature[SIGN_LEN])
{
	struct slow *slow = context;
	uint8_t digest[SHA256_LEN];

	if (slow->any && slow->left > 0 && --slow->left > 0)
		return SIGNER_E_LATER;
	sha256(text.ptr, text.len, digest);
	if (!slow->any || memcmp(digest, slow->job, sizeof(digest)) != 0) {
		memcpy(slow->job, digest, sizeof(digest));
		slow->any = true;
		slow->left = slow->looks;
		return SIGNER_E_LATER;
	}
	slow->any = false;
	return !slow->broken && sign_with(&slow->secret, text, ret_signature) ? 0 : SIGNER_E_FAILED;
}

static void test_slow_key(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct slow slow = {.looks = 6};
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	slow.secret = bench.offline.secret;
	bench.offline.hand.sign = slow_sign;
	bench.offline.hand.context = &slow;
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 300);
	assert_int_equal(offline_shown(&bench.offline, 0).len, 0); /* not yet */
	bench_run(&bench, 3000);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 60000);
	pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(&bench, 500);
	assert_string_equal(offline_showing(&bench.offline, 0), "");
	/* the power goes while it is being signed: it is signed afterwards, and says the same */
	bench_power_cut(&bench);
	bench.offline.hand.sign = slow_sign;
	bench.offline.hand.context = &slow;
	bench_run(&bench, 5000);
	settlement = bench_settlement(&bench, 1);
	assert_int_equal(settlement.order_id, start.order_id);
	assert_true(offline_energy(&settlement) > 0);
	assert_in_range(settlement.lasted_s, 58, 64);
	/* an order nobody used is settled too, with one end however long it takes */
	sim_unplug(&bench.rig.sims[0]);
	bench_run(&bench, 3000);
	bench.offline.outlets[0].settlement[0] = '\0';
	bench_run(&bench, 3000);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 65000);
	bench_run(&bench, 3000);
	settlement = bench_settlement(&bench, 1);
	assert_int_equal(settlement.reason, OFFLINE_END_UNUSED);
	bench_end(&bench);
}

/* The key is gone for good: the charge still ends, is told, and the outlet is free again. */
static void test_broken_key(void **state)
{
	struct offline_start start;
	struct slow slow = {.looks = 2};
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 500);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 10000);
	slow.broken = true;
	bench.offline.hand.sign = slow_sign;
	bench.offline.hand.context = &slow;
	pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(&bench, 5000);
	assert_false(bench.rig.sims[0].contactor_closed);
	assert_int_equal(bench.offline.outlets[0].phase, OFFLINE_RUNNING);
	bench_run(&bench, 60000);
	assert_int_equal(bench.offline.outlets[0].phase, OFFLINE_IDLE);
	assert_int_equal(bench.rig.pile.spool.txs_len, 1); /* waits for the server */
	bench_end(&bench);
}

/* What the platform answers to the offer: its key once more, and what it thinks of the next one. */
static bool answer(struct bench *bench, const char *rest)
{
	struct buf text;

	buf_init(&text, &bench->arena, 1000);
	buf_format(&text, "{\"keys\":[{\"kid\":\"6b313131\",\"kind\":\"%s\",\"public\":\"",
		sign_kind_name(bench->platform.kind));
	hex_write(&text, bench->platform_key.bytes, bench->platform_key.len);
	buf_format(&text, "\"}]%s}", rest);
	return offline_answered(&bench->offline, buf_str(&text), &bench->arena);
}

/* Does the offer's next key come with a word of this key? */
static void check_offer(
	struct bench *bench, const struct sign_key *voucher, const struct sign_key *next)
{
	struct str offer = offline_offer(&bench->offline, &bench->arena), proof, hex;
	struct offline_handover handover;
	struct cose_sign1 message;
	uint8_t bytes[OFFLINE_CODE_BYTES_MAX], digest[SHA256_LEN];
	struct buf text, named;

	assert_true(json_valid(offer, &bench->arena));
	assert_true(json_get_str(offer, "next.proof", &bench->arena, &proof));
	assert_true(json_get_str(offer, "next.public", &bench->arena, &hex));
	assert_true(hex_read(proof, bytes, proof.len / 2));
	assert_int_equal(cose_read((struct str){(const char *)bytes, proof.len / 2}, &message), 0);
	assert_int_equal(
		offline_code_verify(OFFLINE_CODE_KEY, &message, voucher, &bench->arena), 0);
	assert_int_equal(cbor_record_read(&offline_handover_record, message.payload, &bench->arena,
				 &handover),
		0);
	assert_true(str_is(handover.pile, "RIG-1"));
	buf_init(&text, &bench->arena, 200);
	buf_format(&text, "%s ", sign_kind_name(next->kind));
	hex_write(&text, next->bytes, next->len);
	assert_true(str_eq(str_slice(buf_str(&text), text.len - hex.len, text.len), hex));
	sha256(buf_str(&text).ptr, text.len, digest);
	buf_init(&named, &bench->arena, 64);
	hex_write(&named, digest, sizeof(digest));
	assert_true(str_eq(handover.key, buf_str(&named)));
}

/* The exchange is held once more after a change, and not for ever. */
static void test_exchange_ends(void **state)
{
	struct bench bench;
	struct str trusts;

	(void)state;
	bench_start(&bench, SIGN_P256);
	assert_false(bench.offline.told); /* it has just learned a key: the server shall know */
	assert_true(json_get_str(
		offline_offer(&bench.offline, &bench.arena), "trusts", &bench.arena, &trusts));
	assert_true(str_is(trusts, "6b313131"));
	assert_true(answer(&bench, ""));
	assert_true(bench.offline.told);
	/* an answer that believes a key nobody offered changes nothing */
	assert_true(answer(&bench, ",\"next\":true"));
	assert_true(bench.offline.told);
	bench_end(&bench);
}

/* A new key signs when the platform believes it, not before; a power cut on the way loses nothing,
 * and a charge that began with the old key is settled. */
static void test_renewal(void **state)
{
	struct offline_settlement settlement;
	struct sign_key before, next;
	struct offline_start start;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 500);
	before = bench.offline.public;
	assert_true(offline_renew(&bench.offline));
	assert_false(bench.offline.told);
	next = bench.offline.next;
	assert_true(offline_renew(&bench.offline)); /* asked twice: the same one */
	assert_memory_equal(next.bytes, bench.offline.next.bytes, next.len);
	check_offer(&bench, &before, &next);
	bench_power_cut(&bench);
	assert_memory_equal(bench.offline.public.bytes, before.bytes, before.len);
	check_offer(&bench, &before, &next);
	/* not believed: the old one goes on */
	assert_true(answer(&bench, ",\"next\":false"));
	assert_memory_equal(bench.offline.public.bytes, before.bytes, before.len);
	bench_run(&bench, 500);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 10000);
	/* believed in the middle of a charge */
	assert_true(answer(&bench, ",\"next\":true"));
	assert_false(bench.offline.told);
	assert_memory_equal(bench.offline.public.bytes, next.bytes, next.len);
	assert_false(bench.offline.has_next);
	assert_null(
		json_get(offline_offer(&bench.offline, &bench.arena), "next", &bench.arena).ptr);
	pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(&bench, 3000);
	settlement = bench_settlement(&bench, 1); /* checked with the new key */
	assert_int_equal(settlement.order_id, start.order_id);
	bench_power_cut(&bench);
	assert_memory_equal(bench.offline.public.bytes, next.bytes, next.len);
	assert_false(bench.offline.has_next);
	bench_end(&bench);
}

/* Steps with the real clock's pauses until the outlet shows a code of this kind. */
/* A TPM on a machine that has much else to do takes its time. */
static void wait_shown(struct bench *bench, const char *what)
{
	for (int i = 0; i < 3000 && strcmp(offline_showing(&bench->offline, 0), what) != 0; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		bench_run(bench, 100);
	}
	assert_string_equal(offline_showing(&bench->offline, 0), what);
}

/* A pile that made its key before it had a TPM: the old key vouches for the TPM's, and when the
 * platform believes that one no secret is left in the journal. */
static void move_to_tpm(struct bench *bench, const struct sign_key *key)
{
	struct sign_key before = bench->offline.public;

	offline_close(&bench->offline);
	bench_open(bench);
	assert_memory_equal(bench->offline.public.bytes, before.bytes, before.len);
	assert_true(bench->offline.next_in_tpm);
	check_offer(bench, &before, key);
	assert_true(answer(bench, ",\"next\":true"));
	assert_false(bench->offline.told);
	assert_false(bench->offline.has_next);
	assert_int_equal(spool_note_get(&bench->rig.pile.spool, STR("offline:key")).len, 0);
	assert_memory_equal(bench->offline.public.bytes, key->bytes, key->len);
	offline_close(&bench->offline);
	bench_open(bench);
	assert_memory_equal(bench->offline.public.bytes, key->bytes, key->len);
}

/* Steps with the real clock's pauses until the present key has given its word for the next. */
static void wait_proof(struct bench *bench)
{
	for (int i = 0; i < 500 && bench->offline.tpm.proof_len == 0; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		bench_run(bench, 100);
	}
	assert_true(bench->offline.tpm.proof_len > 0);
}

static bool key_file(const char *dir, int number)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/offline-%d.key", dir, number);
	return access(path, F_OK) == 0;
}

static void hide_key(const char *dir, int number, bool hidden)
{
	char path[80], away[80];

	snprintf(path, sizeof(path), "%s/offline-%d.key", dir, number);
	snprintf(away, sizeof(away), "%s/offline-%d.away", dir, number);
	assert_int_equal(hidden ? rename(path, away) : rename(away, path), 0);
}

/* The server says each minute that it believes the next key, until it is in use. */
static void put_in_use(struct bench *bench, const struct sign_key *next)
{
	for (int i = 0; i < 3 && bench->offline.has_next; i++) {
		bench->rig.pile.ticks_us += OFFLINE_AGAIN_US;
		offline_step(&bench->offline);
		assert_false(bench->offline.told);
		assert_true(answer(bench, ",\"next\":true"));
	}
	assert_memory_equal(bench->offline.public.bytes, next->bytes, next->len);
}

/* The TPM makes another key for the codes: the old one vouches and goes on signing until the server
 * believes the new one, also over a restart in between; the meter keeps its own. */
static void renew_in_tpm(struct bench *bench, const struct sign_key *meter, const char *dir)
{
	struct sign_key next, third;

	/* nowhere to put it: refused, and all stays */
	assert_false(offline_renew(&bench->offline));
	assert_false(bench->offline.has_next);
	bench->rig.pile.config.dir = dir;
	assert_true(offline_renew(&bench->offline));
	assert_true(offline_renew(&bench->offline)); /* asked twice: the same one */
	assert_true(key_file(dir, 1) && !key_file(dir, 2));
	next = bench->offline.next;
	assert_memory_not_equal(next.bytes, meter->bytes, next.len);
	assert_memory_equal(bench->offline.public.bytes, meter->bytes, meter->len);
	/* not offered before the TPM has signed for it */
	assert_null(
		json_get(offline_offer(&bench->offline, &bench->arena), "next", &bench->arena).ptr);
	wait_proof(bench);
	assert_false(bench->offline.told);
	check_offer(bench, meter, &next);
	/* a restart in between: the same key waits */
	offline_close(&bench->offline);
	bench_open(bench);
	assert_memory_equal(bench->offline.public.bytes, meter->bytes, meter->len);
	wait_proof(bench);
	check_offer(bench, meter, &next);
	assert_true(answer(bench, ",\"next\":false"));
	assert_memory_equal(bench->offline.public.bytes, meter->bytes, meter->len);
	/* it cannot be put in use now: the old one goes on, and a minute later it is tried again */
	bench->rig.pile.link.accepted = true;
	hide_key(dir, 1, true);
	assert_true(answer(bench, ",\"next\":true"));
	assert_true(bench->offline.told && bench->offline.has_next);
	assert_memory_equal(bench->offline.public.bytes, meter->bytes, meter->len);
	offline_step(&bench->offline);
	assert_true(bench->offline.told);
	hide_key(dir, 1, false);
	put_in_use(bench, &next);
	bench->rig.pile.link.accepted = false;
	assert_false(bench->offline.told); /* the server hears that it is in use */
	assert_memory_equal(bench->offline.public.bytes, next.bytes, next.len);
	assert_false(bench->offline.has_next);
	assert_null(
		json_get(offline_offer(&bench->offline, &bench->arena), "next", &bench->arena).ptr);
	offline_close(&bench->offline);
	bench_open(bench);
	assert_memory_equal(bench->offline.public.bytes, next.bytes, next.len);
	/* and once more: the second key's file goes when the third is in use */
	assert_true(offline_renew(&bench->offline));
	third = bench->offline.next;
	wait_proof(bench);
	check_offer(bench, &next, &third);
	assert_true(key_file(dir, 1) && key_file(dir, 2));
	assert_true(answer(bench, ",\"next\":true"));
	put_in_use(bench, &third);
	assert_true(!key_file(dir, 1) && key_file(dir, 2));
}

/* A charge begun and settled by codes that the pile's key signed. */
static void charge_by_code(struct bench *bench)
{
	struct offline_start start;

	rig_plug(&bench->rig, 1, 40);
	wait_shown(bench, "ident");
	start = bench_order(bench, 1); /* checks the signature */
	assert_string_equal(bench_show(bench, bench_sign(bench, &start)), "");
	bench_run(bench, 10000);
	pile_stop(&bench->rig.pile, &bench->rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(bench, 1000);
	wait_shown(bench, "settlement");
	assert_int_equal(bench_settlement(bench, 1).order_id, start.order_id);
}

static void test_tpm(void **state)
{
	char dir[] = "/tmp/test_offline.XXXXXX", path[64], command[64];
	struct signer *signer = NULL;
	struct sign_key key;
	struct bench bench;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/tpm.key", dir);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	pid = swtpm_start(dir);
	if (pid == 0 || signer_open_tpm(path, &signer) < 0) {
		if (pid)
			swtpm_stop(pid);
		assert_int_equal(system(command), 0);
		skip();
	}
	key = signer_key(signer);
	bench_start(&bench, SIGN_P256);
	bench.rig.pile.config.signer = signer;
	move_to_tpm(&bench, &key);
	charge_by_code(&bench);
	/* the key is renewed in the TPM, and the next charge is signed with it */
	renew_in_tpm(&bench, &key, dir);
	sim_unplug(&bench.rig.sims[0]);
	bench_run(&bench, 3000);
	bench.offline.outlets[0].settlement[0] = '\0';
	charge_by_code(&bench);
	bench_end(&bench);
	signer_free(signer);
	swtpm_stop(pid);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_key),
		cmocka_unit_test(test_broken_key),
		cmocka_unit_test(test_exchange_ends),
		cmocka_unit_test(test_renewal),
		cmocka_unit_test(test_tpm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
