/* test_contract.c - Plug & Charge at the pile, from the plug to the bill's first line: a car with a
 * contract talks inside TLS, is known by its certificates and its signature, and the server hears
 * its eMAID; what is wrong with a contract is told in the standard's words, and a card pays then.
 */
#include "papers.h"
#include "rig_talk2.h"
#include "pile/exi_sign.h"
#include "pile/tunnel.h"

#define EMAID "ZZLEYC12345678X"

static const uint8_t mac[6] = {0x02, 0x7d, 0xfa, 0x01, 0x02, 0x03};

static struct {
	struct rig rig;
	struct papers v2g, mo; /* the cars' world, and who makes contracts */
	struct str key, chain; /* of the contract */
	char frame[4096];
} bench;

static struct str joined(struct str a, struct str b)
{
	return str_format(&bench.mo.arena, "%.*s%.*s", STR_FMT(a), STR_FMT(b));
}

static struct str contract_of(const char *emaid, int from, int until)
{
	bench.key = papers_key(&bench.mo);
	bench.chain = joined(papers_issue(&bench.mo, X509_DEVICE,
				     papers_csr(&bench.mo, bench.key, emaid), emaid, from, until),
		bench.mo.sub);
	return bench.chain;
}

/* The next call of this kind; what else the pile says meanwhile is answered. */
static void next(const char *action)
{
	struct rig *rig = &bench.rig;

	for (int i = 0; i < 900; i++) {
		bool other = answer_all(rig, "StatusNotification", "{}") > 0 ||
			     answer_all(rig, "NotifyEvent", "{}") > 0 ||
			     answer_all(rig, "DataTransfer", "{\"status\":\"Accepted\"}") > 0 ||
			     answer_all(rig, "SecurityEventNotification", "{}") > 0;
		if (!other && rig->frames_len > 0)
			break;
		rig_run(rig, 100);
	}
	rig_expect(rig, action, bench.frame);
}

static struct str unescaped(const char *text)
{
	struct buf out;

	buf_init(&out, &bench.v2g.arena, strlen(text) + 1);
	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'n') {
			buf_put_char(&out, '\n');
			text++;
		} else {
			buf_put_char(&out, *text);
		}
	}
	return buf_str(&out);
}

/* A member of the answer as long as it is. */
static struct str long_part(const char *path)
{
	struct arena arena;
	struct str found, text;

	arena_init(&arena, 1 << 20);
	found = json_get(str_from(bench.frame), path, &arena);
	text = found.len < 2
		       ? STR("")
		       : unescaped(str_dup_z(&bench.v2g.arena, str_slice(found, 1, found.len - 1)));
	arena_fini(&arena);
	return text;
}

/* The pile asks for its certificate towards cars, and gets one. */
static void get_certificate(int until)
{
	struct x509_issue issue = {.kind = X509_SERVER,
		.ca = bench.v2g.sub,
		.key = bench.v2g.sub_key,
		.subject = {.common_name = STR("SECC1"), .domain = STR("CPO")},
		.hosts = STR("secc"),
		.from_us = PAPERS_NOW - US_PER_DAY,
		.until_us = PAPERS_NOW + until * US_PER_DAY};
	struct x509_csr facts;
	struct str leaf = STR_NULL;

	rig_say(&bench.rig, "[2,\"t\",\"TriggerMessage\",{\"requestedMessage\":"
			    "\"SignV2GCertificate\"}]");
	assert_true(rig_take(&bench.rig, bench.frame));
	assert_string_equal(rig_part(bench.frame, "2.status"), "Accepted");
	next("SignCertificate");
	assert_string_equal(rig_part(bench.frame, "3.certificateType"), "V2GCertificate");
	issue.csr = long_part("3.csr");
	assert_int_equal(x509_csr_read(&bench.v2g.arena, issue.csr, &facts), 0);
	assert_true(str_is(facts.subject.common_name, "SECC1"));
	rig_answer(&bench.rig, bench.frame, "{\"status\":\"Accepted\"}");
	memset(issue.serial, ++bench.v2g.serial, sizeof(issue.serial));
	assert_int_equal(x509_issue(&bench.v2g.arena, &issue, &leaf), 0);
	assert_string_equal(
		papers_call(&bench.rig, "CertificateSigned",
			"\"certificateType\":\"V2GCertificate\",\"certificateChain\":\"",
			str_format(&bench.v2g.arena, "%.*s%.*s", STR_FMT(leaf),
				STR_FMT(bench.v2g.sub)),
			"\""),
		"Accepted");
	assert_non_null(bench.rig.pile.secc.paper);
}

static void allow(const char *key, const char *value)
{
	assert_int_equal(pile_set_key(&bench.rig.pile, str_from(key), str_from(value)), 1);
}

static void open_bench(enum ocpp_version version, enum hal_plug plug)
{
	struct rig *rig = &bench.rig;

	memset(&bench, 0, sizeof(bench));
	papers_open(&bench.v2g);
	papers_open(&bench.mo);
	rig->direct = plug;
	rig->line = true;
	rig_start_with(rig, version);
	sim_ev_name(rig->sims[0].ev, mac);
	rig->sims[0].car_phases = 1;
	rig_expect(rig, "BootNotification", bench.frame);
	rig_answer(rig, bench.frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	rig_run(rig, 3000);
	answer_all(rig, "StatusNotification", "{}");
	allow("ISO15118PnCEnabled", "true");
	allow("ISO15118Ctrlr.SeccId", "SECC1");
}

static void close_bench(void)
{
	rig_forget_frames(&bench.rig);
	rig_end(&bench.rig);
	papers_close(&bench.v2g);
	papers_close(&bench.mo);
}

static void trust_mo(void)
{
	assert_string_equal(papers_call(&bench.rig, "InstallCertificate",
				    "\"certificateType\":\"MORootCertificate\",\"certificate\":\"",
				    bench.mo.root, "\""),
		"Accepted");
}

static struct sim_ev *car(void)
{
	return bench.rig.sims[0].ev;
}

static void give_contract(void)
{
	assert_true(sim_ev_give(car(), &(struct sim_ev_papers){.key = bench.key,
					       .chain = bench.chain,
					       .roots = bench.v2g.root,
					       .now_us = PAPERS_NOW}));
}

/* A pile that knows both worlds, and a car with a good contract. */
static void open_good(enum ocpp_version version, enum hal_plug plug)
{
	open_bench(version, plug);
	trust_mo();
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
}

static struct outlet *outlet(void)
{
	return &bench.rig.pile.outlets[0];
}

static struct hlc *talk(void)
{
	return &outlet()->evse.cable.hlc;
}

static const char good[] = "{\"idTokenInfo\":{\"status\":\"Accepted\"}}";

/* The server is asked for the eMAID and says yes; the charge is its own, and runs. */
static void charges(const char *answer)
{
	struct rig *rig = &bench.rig;

	next("Authorize");
	assert_string_equal(rig_part(bench.frame, "3.idToken.idToken"), EMAID);
	assert_string_equal(rig_part(bench.frame, "3.idToken.type"), "eMAID");
	assert_true(talk()->contract.proven);
	assert_int_equal(talk()->phase, HLC_AUTHORISE);
	assert_false(rig->sims[0].contactor_closed);
	rig_answer(rig, bench.frame, answer);
	next("TransactionEvent");
	assert_string_equal(rig_part(bench.frame, "3.eventType"), "Started");
	assert_string_equal(rig_part(bench.frame, "3.idToken.idToken"), EMAID);
	assert_string_equal(rig_part(bench.frame, "3.idToken.type"), "eMAID");
	rig_answer(rig, bench.frame, good);
	rig_run(rig, 20000);
	assert_int_equal(outlet()->evse.state, EVSE_CHARGING);
	assert_int_equal(talk()->phase, HLC_LOOP);
	assert_true(cable_closed(&outlet()->evse.cable));
	assert_true(rig->sims[0].current_ma > 0);
}

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

/* Without a root of ours the server gets the chain; it is believed only when it judged that. */
static void test_central(void **state)
{
	(void)state;
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
	assert_true(str_eq(long_part("3.certificate"), bench.chain));
	rig_answer(&bench.rig, bench.frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\"},\"certificateStatus\":\"Accepted\"}");
	next("TransactionEvent");
	close_bench();

	open_bench(OCPP_201, HAL_PLUG_CCS2);
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
	rig_plug(&bench.rig, 1, 30);
	next("Authorize");
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

static void gives_up(const char *why)
{
	for (int i = 0; i < 200 && !car()->why[0]; i++)
		rig_run(&bench.rig, 100);
	assert_string_equal(car()->why, why);
}

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

/* ---- the certificate towards cars ---- */

static void test_certificate(void **state)
{
	struct rig *rig = &bench.rig;
	char delete[512];

	(void)state;
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	ask(rig, "GetInstalledCertificateIds", "{\"certificateType\":[\"V2GCertificateChain\"]}",
		bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "NotFound");
	/* by itself, where it may */
	allow("ISO15118Ctrlr.V2GCertificateInstallationEnabled", "true");
	next("SignCertificate");
	assert_string_equal(rig_part(bench.frame, "3.certificateType"), "V2GCertificate");
	rig_answer(rig, bench.frame, "{\"status\":\"Rejected\"}");
	rig_run(rig, 10000);
	assert_int_equal(rig->frames_len, 0); /* not again at once */
	get_certificate(90);
	assert_string_equal(papers_call(rig, "InstallCertificate",
				    "\"certificateType\":\"V2GRootCertificate\",\"certificate\":\"",
				    bench.v2g.root, "\""),
		"Accepted");
	/* it lasts over a restart */
	rig_kill(rig);
	rig_open(rig);
	assert_non_null(rig->pile.secc.paper);
	rig_expect(rig, "BootNotification", bench.frame);
	rig_answer(rig, bench.frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	rig_run(rig, 2000);
	answer_all(rig, "StatusNotification", "{}");
	ask(rig, "GetInstalledCertificateIds", "{\"certificateType\":[\"V2GCertificateChain\"]}",
		bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "Accepted");
	assert_string_equal(rig_part(bench.frame, "2.certificateHashDataChain.0.certificateType"),
		"V2GCertificateChain");
	assert_true(strlen(rig_part(bench.frame, "2.certificateHashDataChain.0."
						 "childCertificateHashData.0.serialNumber")) > 0);
	snprintf(delete, sizeof(delete),
		"{\"certificateHashData\":{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":\"%s\","
		"\"issuerKeyHash\":\"%s\",\"serialNumber\":\"%s\"}}",
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.issuerNameHash"),
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.issuerKeyHash"),
		rig_part(bench.frame,
			"2.certificateHashDataChain.0.certificateHashData.serialNumber"));
	ask(rig, "DeleteCertificate", delete, bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "Accepted");
	assert_null(rig->pile.secc.paper);
	ask(rig, "DeleteCertificate", delete, bench.frame);
	assert_string_equal(rig_part(bench.frame, "2.status"), "NotFound");
	close_bench();
}

static const char *offered(struct str chain)
{
	return papers_call(&bench.rig, "CertificateSigned",
		"\"certificateType\":\"V2GCertificate\",\"certificateChain\":\"", chain, "\"");
}

static void test_bad_certificate(void **state)
{
	struct str key;

	(void)state;
	open_bench(OCPP_201, HAL_PLUG_CCS2);
	key = papers_key(&bench.v2g);
	/* nothing was asked for */
	assert_string_equal(offered(papers_issue(&bench.v2g, X509_DEVICE,
				    papers_csr(&bench.v2g, key, "X"), "X", -1, 9)),
		"Rejected");
	secc_wish(&bench.rig.pile);
	next("SignCertificate");
	rig_answer(&bench.rig, bench.frame, "{\"status\":\"Accepted\"}");
	/* another key's; an authority; what is none; one that has ended */
	assert_string_equal(offered(papers_issue(&bench.v2g, X509_DEVICE,
				    papers_csr(&bench.v2g, key, "X"), "X", -1, 9)),
		"Rejected");
	assert_string_equal(offered(bench.v2g.sub), "Rejected");
	assert_string_equal(offered(STR("no certificate")), "Rejected");
	assert_string_equal(
		offered(papers_issue(&bench.v2g, X509_DEVICE, long_part("3.csr"), "SECC1", -9, -1)),
		"Rejected");
	/* authorities that did not sign it */
	assert_string_equal(offered(joined(papers_issue(&bench.v2g, X509_DEVICE, long_part("3.csr"),
						   "SECC1", -1, 9),
				    bench.mo.sub)),
		"Rejected");
	assert_null(bench.rig.pile.secc.paper);
	close_bench();
}

/* ---- receipts ---- */

static void test_receipts(void **state)
{
	(void)state;
	open_good(OCPP_201, HAL_PLUG_CCS2);
	allow("ISO15118Ctrlr.RequestMeteringReceipt", "true");
	rig_plug(&bench.rig, 1, 30);
	charges(good);
	assert_int_equal(talk()->contract.receipt.count, 1);
	for (int i = 0; i < 6; i++) {
		rig_run(&bench.rig, 60000);
		rig_forget_frames(&bench.rig);
		bench.rig.pile.link.call.kind = CALL_NONE;
	}
	assert_int_equal(talk()->contract.receipt.count, 2);
	assert_int_equal(car()->contract->receipts, 2);
	car()->trick = EV_FORGED;
	for (int i = 0; i < 400 && !car()->why[0]; i++) {
		rig_run(&bench.rig, 1000);
		rig_forget_frames(&bench.rig);
		bench.rig.pile.link.call.kind = CALL_NONE;
	}
	assert_string_equal(car()->why, "FAILED_MeteringSignatureNotValid");
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
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_bad_certificate),
		cmocka_unit_test(test_receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
