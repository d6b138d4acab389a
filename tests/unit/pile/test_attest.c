/* test_attest.c - a transaction's signed readings: there before the stop is told, the same after
 * any power loss, and each under a counter of its own. */
#include "rig.h"
#include "pile/attest.h"
#include "wire/ocmf.h"
#include "wire/ocpp16/enums.h"

static struct signer *signer;
static struct arena arena;

/* The pile of a rig has no signer of its own: it gets ours, as the program would give it. */
static void power_on(struct rig *rig)
{
	rig_open(rig);
	attest_open(&rig->pile, signer);
}

static void start_up(struct rig *rig)
{
	rig_start(rig);
	attest_open(&rig->pile, signer);
}

static void check(struct str line, uint64_t counter, size_t readings, struct ocmf *ret)
{
	struct sign_key key = signer_key(signer);

	assert_int_equal(ocmf_verify(&arena, line, &key, ret), 0);
	assert_int_equal(ret->counter, counter);
	assert_int_equal(ret->readings_len, readings);
}

/* Runs for so long as a server that likes everything; true when a stop came, which is given back
 * unanswered. */
static bool serve(struct rig *rig, int64_t ms, int64_t server_tx, char frame[4096])
{
	char started[128];

	snprintf(started, sizeof(started),
		"{\"idTagInfo\":{\"status\":\"Accepted\"},\"transactionId\":%lld}",
		(long long)server_tx);
	for (int64_t t = 0; t < ms; t += 100) {
		rig_run(rig, 100);
		while (rig_take(rig, frame)) {
			const char *action = rig_part(frame, "2");
			if (strcmp(action, "StopTransaction") == 0)
				return true;
			rig_answer(rig, frame,
				strcmp(action, "StartTransaction") == 0 ? started
				: strcmp(action, "Authorize") == 0
					? "{\"idTagInfo\":{\"status\":\"Accepted\"}}"
					: "{}");
		}
	}
	return false;
}

static void charge(struct rig *rig, int64_t server_tx, char frame[4096])
{
	rig_plug(rig, 1, 20);
	assert_true(sim_tap(&rig->sims[0], "CARD1", 5));
	assert_false(serve(rig, 60000, server_tx, frame));
	assert_true(sim_tap(&rig->sims[0], "CARD1", 5));
	assert_true(serve(rig, 100000, server_tx, frame));
}

static void test_stop_carries_both_records(void **state)
{
	struct rig rig;
	char frame[4096];
	struct str begin, end;
	struct ocmf ocmf;

	(void)state;
	start_up(&rig);
	rig_online(&rig);
	for (int i = 0; i < 2; i++) {
		const char *context;
		charge(&rig, 70 + i, frame);
		assert_true(json_get_str(str_from(frame),
			"3.transactionData.0.sampledValue.1.value", &arena, &begin));
		assert_true(json_get_str(
			str_from(frame), "3.transactionData.1.sampledValue.1.value", &arena, &end));
		context = rig_part(frame, "3.transactionData.1.sampledValue.1.context");
		assert_string_equal(context, "Transaction.End");
		assert_string_equal(
			rig_part(frame, "3.transactionData.1.sampledValue.1.format"), "SignedData");
		check(begin, (uint64_t)(2 * i + 1), 1, &ocmf);
		assert_int_equal(ocmf.readings[0].time_status, 'S');
		check(end, (uint64_t)(2 * i + 2), 2, &ocmf);
		assert_true(str_is(ocmf.tag, "CARD1"));
		assert_true(str_is(ocmf.point, "RIG-1*1"));
		assert_true(str_is(ocmf.choice, "iec-type2 > ac-3 > signal > ac-phase-sum"));
		assert_true(ocmf_energy_dwh(&ocmf, false) > 3000);
		rig_answer(&rig, frame, "{}");
		assert_false(serve(&rig, 1000, 0, frame));
		sim_unplug(&rig.sims[0]);
		assert_false(serve(&rig, 1000, 0, frame));
	}
	/* told and forgotten: nothing of them stays in the journal */
	assert_int_equal(attest_line(&rig.pile, 1, 'E').len, 0);
	assert_int_equal(attest_line(&rig.pile, 1, 'B').len, 0);
	rig_end(&rig);
	arena_reset(&arena);
}

/* An outlet that lets energy flow back signs that register too, at both ends. */
static void test_register_of_what_came_back(void **state)
{
	struct rig rig;
	char frame[4096];
	struct str begin, end;
	struct ocmf ocmf;

	(void)state;
	start_up(&rig);
	rig_online(&rig);
	rig.pile.outlets[0].hal.back_ma = 16000;
	rig.pile.outlets[0].evse.meter.export_dwh = 47110;
	charge(&rig, 70, frame);
	begin = attest_line(&rig.pile, 1, 'B');
	end = attest_line(&rig.pile, 1, 'E');
	check(begin, 1, 2, &ocmf);
	assert_int_equal(ocmf_last(&ocmf, true)->register_dwh, 47110);
	check(end, 2, 4, &ocmf);
	assert_int_equal(ocmf_first(&ocmf, true)->register_dwh, 47110);
	assert_int_equal(
		ocmf_energy_dwh(&ocmf, true), rig.pile.outlets[0].evse.meter.export_dwh - 47110);
	assert_true(ocmf_energy_dwh(&ocmf, false) > 3000);
	rig_answer(&rig, frame, "{}");
	rig_end(&rig);
	arena_reset(&arena);
}

static void test_key_among_the_settings(void **state)
{
	struct rig rig;
	char frame[4096];
	struct sign_key told, own = signer_key(signer);

	(void)state;
	start_up(&rig);
	rig_online(&rig);
	rig_say(&rig, "[2,\"k\",\"GetConfiguration\",{\"key\":[\"MeterPublicKey[1]\"]}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.configurationKey.0.readonly"), "true");
	assert_true(ocmf_key_read(str_from(rig_part(frame, "2.configurationKey.0.value")), &told));
	assert_memory_equal(told.bytes, own.bytes, SIGN_POINT_LEN);
	rig_end(&rig);
}

/* Dies at every point of the journal's writes of a whole charge without network: after the last
 * start there is the transaction with its two records, under counters that were never anything
 * else. */
static void test_every_point_of_death(void **state)
{
	int64_t deaths = 0;

	(void)state;
	for (int64_t budget = 0;; budget += 29) {
		struct rig rig;
		struct ocmf ocmf;
		bool died;

		start_up(&rig);
		rig.refuse = true;
		assert_int_equal(keys_set(&rig.pile.keys, &rig.pile.spool,
					 STR("LocalAuthorizeOffline"), STR("true")),
			OCPP16_CONFIGURATION_STATUS_ACCEPTED);
		assert_int_equal(keys_set(&rig.pile.keys, &rig.pile.spool,
					 STR("AllowOfflineTxForUnknownId"), STR("true")),
			OCPP16_CONFIGURATION_STATUS_ACCEPTED);
		rig_run(&rig, 500);
		rig.disk.budget = budget;
		rig.disk.tail = (enum disk_sim_tail)(budget / 29 % DISK_SIM_TAILS);
		rig_plug(&rig, 1, 20);
		rig_tap(&rig, 1, "CARD1");
		rig_run(&rig, 10000);
		if (rig.sims[0].world->plugged)
			(void)sim_tap(&rig.sims[0], "CARD1", 5);
		rig_run(&rig, 3000);
		died = rig.disk.dead;
		rig_kill(&rig);
		disk_sim_revive(&rig.disk);
		power_on(&rig);
		rig.refuse = true;
		rig_run(&rig, 20000);
		for (size_t i = 0; i < rig.pile.spool.txs_len; i++) {
			const struct spool_tx *tx = &rig.pile.spool.txs[i];
			assert_true(tx->stopped);
			check(attest_line(&rig.pile, tx->id, 'B'), 1, 1, &ocmf);
			check(attest_line(&rig.pile, tx->id, 'E'), 2, 2, &ocmf);
			assert_int_equal(ocmf.readings[0].register_dwh, tx->start_dwh);
		}
		assert_true(rig.pile.spool.txs_len <= 1);
		rig_end(&rig);
		arena_reset(&arena);
		deaths += died;
		if (!died)
			break;
	}
	printf("%lld points of death\n", (long long)deaths);
	assert_true(deaths > 20);
}

/* A signer that fails keeps the stop back for a minute, not for ever. */
static void test_lost_key(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	start_up(&rig);
	rig_online(&rig);
	rig.pile.config.model = STR("a|b"); /* a text no record can hold: nothing gets signed */
	charge(&rig, 5, frame);
	assert_null(strstr(frame, "SignedData"));
	assert_true(rig.pile.attest.failures >= 12);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_carries_both_records),
		cmocka_unit_test(test_register_of_what_came_back),
		cmocka_unit_test(test_key_among_the_settings),
		cmocka_unit_test(test_every_point_of_death),
		cmocka_unit_test(test_lost_key),
	};
	struct rng rng;
	int failed;

	arena_init(&arena, 1 << 20);
	rng_init_system(&rng);
	if (signer_open_file(NULL, SIGN_P256, &rng, &signer) != 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	signer_free(signer);
	arena_fini(&arena);
	return failed;
}
