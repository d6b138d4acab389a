/* test_contract.c - Plug & Charge at the pile, from the plug to the bill's first line: a car with a
 * contract talks inside TLS, is known by its certificates and its signature, and the server hears
 * its eMAID; what is wrong with a contract is told in the standard's words, and a card pays then.
 */
#include "contract_bench.h"

/* ---- a good contract ---- */

static void charge_by_contract(enum ocpp_version version, enum hal_plug plug)
{
	open_good(version, plug);
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	pile_stop(&bench.rig.pile, outlet(), STOP_REMOTE, "");
	rig_forget_frames(&bench.rig);
	rig_run(&bench.rig, 6000);
	assert_string_equal(car()->why, "");
	assert_int_equal(talk()->phase, HLC_ENDED);
	assert_null(outlet()->evse.cable.stream);
	close_bench();
}

static void test_direct(void **state)
{
	(void)state;
	charge_by_contract(OCPP_201, HAL_PLUG_CCS2);
	charge_by_contract(OCPP_21, HAL_PLUG_CCS2);
}

static void test_alternating(void **state)
{
	(void)state;
	charge_by_contract(OCPP_201, HAL_PLUG_NONE);
}

/* A contract whose root is none of ours has come, and the server is asked about it. */
static void ask_about_stranger(void)
{
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
}

/* Without a root of ours the server gets the chain; it is believed only when it judged that. */
static void test_central(void **state)
{
	(void)state;
	ask_about_stranger();
	assert_true(str_eq(long_part("3.certificate"), bench.chain));
	rig_answer(&bench.rig, bench.frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\"},\"certificateStatus\":\"Accepted\"}");
	next("TransactionEvent");
	close_bench();

	ask_about_stranger();
	rig_answer(&bench.rig, bench.frame, good); /* of the number alone */
	rig_run(&bench.rig, 3000);
	assert_string_equal(car()->why, "FAILED_CertChainError");
	assert_int_equal(outlet()->tx, 0);
	close_bench();

	open_bench(OCPP_201, HAL_PLUG_CCS2);
	allow("CentralContractValidationAllowed", "false");
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	rig_run(&bench.rig, 10000);
	assert_string_equal(car()->why, "FAILED_CertChainError");
	close_bench();
}

/* ---- contracts that are none ---- */

/* Refused with this word; then the car charges like any other, by a card. */
static void refused(const char *why)
{
	struct rig *rig = &bench.rig;

	gives_up(why);
	assert_int_equal(outlet()->tx, 0);
	assert_int_equal(outlet()->notice, NOTICE_NO_CONTRACT);
	assert_true(outlet()->contract.refused);
	rig_tap(rig, 1, "CARD-1");
	next("Authorize");
	assert_string_equal(rig_part(bench.frame, "3.idToken.type"), "ISO14443");
	rig_answer(rig, bench.frame, good);
	next("TransactionEvent");
	assert_string_equal(rig_part(bench.frame, "3.idToken.idToken"), "CARD-1");
	rig_answer(rig, bench.frame, good);
	rig_run(rig, 30000);
	assert_int_equal(talk()->phase, HLC_LOOP);
	assert_false(talk()->contract.chosen);
	assert_true(cable_closed(&outlet()->evse.cable));
	close_bench();
}

static void test_bad_papers(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	contract_of(EMAID, -10, -1);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	refused("FAILED_CertificateExpired");

	open_good(OCPP_201, HAL_PLUG_CCS2);
	allow("CentralContractValidationAllowed", "false");
	papers_close(&bench.mo);
	papers_open(&bench.mo); /* a root that nobody here knows */
	contract_of(EMAID, -1, 365);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	refused("FAILED_CertChainError");

	open_good(OCPP_201, HAL_PLUG_CCS2);
	snprintf(car()->contract->emaid, 16, "ZZLEYC99999999X"); /* another's number */
	rig_plug(&bench.rig, 1, 30);
	refused("FAILED_CertChainError");
}

static void test_server_refuses(void **state)
{
	static const char *const words[][2] = {
		{"{\"idTokenInfo\":{\"status\":\"Invalid\"},\"certificateStatus\":"
		 "\"CertificateRevoked\"}",
			"FAILED_CertificateRevoked"},
		{"{\"idTokenInfo\":{\"status\":\"Unknown\"},\"certificateStatus\":"
		 "\"ContractCancelled\"}",
			"FAILED_ContractCanceled"},
		{"{\"idTokenInfo\":{\"status\":\"Blocked\"}}", "FAILED"},
		/* a server that contradicts itself */
		{"{\"idTokenInfo\":{\"status\":\"Accepted\"},\"certificateStatus\":"
		 "\"CertificateExpired\"}",
			"FAILED_CertificateExpired"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		open_good(OCPP_201, HAL_PLUG_CCS2);
		rig_plug(&bench.rig, 1, 30);
		next("Authorize");
		rig_answer(&bench.rig, bench.frame, words[i][0]);
		refused(words[i][1]);
	}
}

/* A chain that somebody made for another's number: the number keeps its good name. */
static void test_no_slander(void **state)
{
	struct tag_verdict verdict, known = {.status = 1, .expiry_us = INT64_MAX};

	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	pile_card_told(&bench.rig.pile, EMAID, &known);
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
	rig_answer(&bench.rig, bench.frame,
		"{\"idTokenInfo\":{\"status\":\"Invalid\"},\"certificateStatus\":"
		"\"CertChainError\"}");
	gives_up("FAILED_CertChainError");
	assert_true(pile_card_known(&bench.rig.pile, EMAID, &verdict));
	assert_int_equal(verdict.status, 1);
	close_bench();
}

/* ---- cars that lie ---- */

static void lies(enum sim_ev_trick trick, const char *why)
{
	open_good(OCPP_201, HAL_PLUG_CCS2);
	car()->trick = trick;
	rig_plug(&bench.rig, 1, 30);
	gives_up(why);
	assert_false(talk()->contract.proven);
	assert_int_equal(outlet()->claim, CLAIM_NONE);
	answer_all(&bench.rig, "StatusNotification", "{}");
	assert_int_equal(bench.rig.frames_len, 0); /* the server was not bothered */
	close_bench();
}

static void test_lies(void **state)
{
	(void)state;
	lies(EV_FORGED, "FAILED_SignatureError");
	lies(EV_UNSIGNED, "FAILED_SignatureError");
	lies(EV_ALTERED, "FAILED_ChallengeInvalid");
}

/* What was signed once opens nothing a second time. */
static void test_replay(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	car()->trick = EV_REPLAY;
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	pile_stop(&bench.rig.pile, outlet(), STOP_REMOTE, "");
	rig_forget_frames(&bench.rig);
	rig_run(&bench.rig, 6000);
	sim_unplug(&bench.rig.sims[0]);
	rig_run(&bench.rig, 3000);
	rig_forget_frames(&bench.rig);
	bench.rig.pile.link.call.kind = CALL_NONE;
	rig_plug(&bench.rig, 1, 30);
	gives_up("FAILED_ChallengeInvalid");
	close_bench();
}

/* ---- not offered ---- */

/* It waits at Authorization for a card, like any car. */
static void not_offered(bool tls)
{
	rig_plug(&bench.rig, 1, 30);
	rig_run(&bench.rig, 10000);
	assert_int_equal(talk()->phase, HLC_AUTHORISE);
	assert_false(talk()->contract.chosen);
	assert_int_equal(cable_closed(&outlet()->evse.cable), tls);
	close_bench();
}

static void test_not_offered(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	allow("ISO15118PnCEnabled", "false");
	not_offered(true);

	open_bench(OCPP_201, HAL_PLUG_CCS2); /* no certificate towards cars */
	trust_mo();
	contract_of(EMAID, -1, 365);
	give_contract();
	not_offered(false);

	open_good(OCPP_201, HAL_PLUG_CCS2); /* one that has ended */
	bench.rig.pile.secc.until_us = bench.rig.pile.now_us - 1;
	not_offered(false);

	/* a car that does not believe the pile hangs up, and none of its contract was said */
	open_good(OCPP_201, HAL_PLUG_CCS2);
	assert_true(sim_ev_give(car(), &(struct sim_ev_papers){.key = bench.key,
					       .chain = bench.chain,
					       .roots = bench.mo.root,
					       .now_us = PAPERS_NOW}));
	rig_plug(&bench.rig, 1, 30);
	gives_up("certificate verify failed");
	close_bench();
}

/* ---- without network ---- */

static void test_offline(void **state)
{
	struct tag_verdict known = {
		.status = 1, .expiry_us = INT64_MAX}; /* as a charge before taught it */
	struct rig *rig = &bench.rig;

	(void)state;
	for (int may = 0; may < 2; may++) {
		open_good(OCPP_201, HAL_PLUG_CCS2);
		allow("ContractValidationOffline", may ? "true" : "false");
		pile_card_told(&rig->pile, EMAID, &known);
		rig->refuse = true;
		rig_close(rig, 0, STR("gone"));
		rig_plug(rig, 1, 30);
		rig_run(rig, 30000);
		assert_int_equal(outlet()->tx != 0, may);
		assert_int_equal(talk()->contract.chosen, may);
		if (may) {
			assert_int_equal(talk()->phase, HLC_LOOP);
			assert_string_equal(spool_tx(&rig->pile.spool, outlet()->tx)->tag, EMAID);
		}
		close_bench();
	}
	/* a number nobody has seen here needs the server, or AllowOfflineTxForUnknownId */
	for (int may = 0; may < 2; may++) {
		open_good(OCPP_201, HAL_PLUG_CCS2);
		allow("ContractValidationOffline", "true");
		allow("AllowOfflineTxForUnknownId", may ? "true" : "false");
		rig->refuse = true;
		rig_close(rig, 0, STR("gone"));
		rig_plug(rig, 1, 30);
		rig_run(rig, 30000);
		assert_int_equal(outlet()->tx != 0, may);
		if (!may)
			assert_string_equal(car()->why, "FAILED");
		close_bench();
	}
}

/* ---- who comes first ---- */

/* A card that was there first pays, whatever contract the car has. */
static void test_card_first(void **state)
{
	struct rig *rig = &bench.rig;

	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	rig_tap(rig, 1, "CARD-1");
	next("Authorize");
	rig_answer(rig, bench.frame, good);
	rig_plug(rig, 1, 30);
	next("TransactionEvent");
	assert_string_equal(rig_part(bench.frame, "3.idToken.idToken"), "CARD-1");
	rig_answer(rig, bench.frame, good);
	next("NotifyEVChargingNeeds");
	rig_answer(rig, bench.frame, "{\"status\":\"Rejected\"}");
	rig_run(rig, 20000);
	assert_int_equal(talk()->phase, HLC_LOOP);
	assert_true(talk()->contract.proven);
	close_bench();
}

/* A contract is better than an address. */
static void test_autocharge(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	allow("AutoChargeEnabled", "true");
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	close_bench();
}

/* Which word of the certificates the server gets. */
static void test_told(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2); /* no responder is named: the chain */
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
	assert_true(str_eq(long_part("3.certificate"), bench.chain));
	assert_null(strstr(bench.frame, "HashData"));
	close_bench();
	open_good(OCPP_201, HAL_PLUG_CCS2); /* ... which it may not have: the number alone */
	allow("CentralContractValidationAllowed", "false");
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
	assert_null(strstr(bench.frame, "certificate"));
	assert_null(strstr(bench.frame, "HashData"));
	close_bench();
}

/* The eMAID with its separators, in small letters, without its check digit: one contract. */
static void test_emaid(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	contract_of("zz-LEY-C12345678-x", -1, 365);
	assert_false(sim_ev_give(car(), &(struct sim_ev_papers){.key = bench.key,
						.chain = bench.chain,
						.roots = bench.v2g.root,
						.now_us = PAPERS_NOW}));
	contract_of("ZZLEYC12345678", -1, 365);
	give_contract();
	snprintf(car()->contract->emaid, 16, "zzleyc12345678x");
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	close_bench();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_alternating),
		cmocka_unit_test(test_central),
		cmocka_unit_test(test_bad_papers),
		cmocka_unit_test(test_server_refuses),
		cmocka_unit_test(test_no_slander),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_not_offered),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_card_first),
		cmocka_unit_test(test_autocharge),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_emaid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
