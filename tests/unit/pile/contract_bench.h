/* contract_bench.h - a pile on a bench with certificates of both worlds that Plug & Charge has: the
 * cars' (V2G), and of who makes contracts (MO); and a car with a contract. */
#pragma once
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

static inline struct str joined(struct str a, struct str b)
{
	return str_format(&bench.mo.arena, "%.*s%.*s", STR_FMT(a), STR_FMT(b));
}

static inline struct str contract_of(const char *emaid, int from, int until)
{
	bench.key = papers_key(&bench.mo);
	bench.chain = joined(papers_issue(&bench.mo, X509_DEVICE,
				     papers_csr(&bench.mo, bench.key, emaid), emaid, from, until),
		bench.mo.sub);
	return bench.chain;
}

/* The next call of this kind; what else the pile says meanwhile is answered. */
static inline void next(const char *action)
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

static inline struct str unescaped(const char *text)
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
static inline struct str long_part(const char *path)
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
static inline void get_certificate(int until)
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

static inline void allow(const char *key, const char *value)
{
	assert_int_equal(pile_set_key(&bench.rig.pile, str_from(key), str_from(value)), 1);
}

static inline void open_bench(enum ocpp_version version, enum hal_plug plug)
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

static inline void close_bench(void)
{
	rig_forget_frames(&bench.rig);
	rig_end(&bench.rig);
	papers_close(&bench.v2g);
	papers_close(&bench.mo);
}

static inline void trust_mo(void)
{
	assert_string_equal(papers_call(&bench.rig, "InstallCertificate",
				    "\"certificateType\":\"MORootCertificate\",\"certificate\":\"",
				    bench.mo.root, "\""),
		"Accepted");
}

static inline struct sim_ev *car(void)
{
	return bench.rig.sims[0].ev;
}

static inline void give_contract(void)
{
	assert_true(sim_ev_give(car(), &(struct sim_ev_papers){.key = bench.key,
					       .chain = bench.chain,
					       .roots = bench.v2g.root,
					       .now_us = PAPERS_NOW}));
}

/* A pile that knows both worlds, and a car with a good contract. */
static inline void open_good(enum ocpp_version version, enum hal_plug plug)
{
	open_bench(version, plug);
	trust_mo();
	get_certificate(90);
	contract_of(EMAID, -1, 365);
	give_contract();
}

static inline struct outlet *outlet(void)
{
	return &bench.rig.pile.outlets[0];
}

static inline struct hlc *talk(void)
{
	return &outlet()->evse.cable.hlc;
}

static const char good[] = "{\"idTokenInfo\":{\"status\":\"Accepted\"}}";

/* The server is asked for the eMAID and says yes; the charge is its own, and runs. */
static inline void charges(const char *answer)
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
	next("NotifyEVChargingNeeds");
	rig_answer(rig, bench.frame, "{\"status\":\"Rejected\"}");
	rig_run(rig, 20000);
	assert_int_equal(outlet()->evse.state, EVSE_CHARGING);
	assert_int_equal(talk()->phase, HLC_LOOP);
	assert_true(cable_closed(&outlet()->evse.cable));
	assert_true(rig->sims[0].current_ma > 0);
}

static inline void gives_up(const char *why)
{
	for (int i = 0; i < 200 && !car()->why[0]; i++)
		rig_run(&bench.rig, 100);
	assert_string_equal(car()->why, why);
}
