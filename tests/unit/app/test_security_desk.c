/* test_security_desk.c - the operators' look at safety: the server's own certificates and lists,
 * what piles said, which certificates end, what needs attention and how much of it; and where a
 * site is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/certificates.h"
#include "app/uploads.h"
#include "base/clock.h"
#include "base/x509.h"
#include "store/alarm.h"
#include "store/pile.h"

/* A small authority, a certificate for the port below it, and a revocation list. */
struct papers {
	struct str root_key, root, port, list;
};

static struct str issue(struct world *w, enum x509_kind kind, const char *name, struct str ca,
	struct str ca_key, struct str key, int64_t days)
{
	struct x509_name subject = {.common_name = str_from(name), .organisation = STR("Lakeside")};
	struct x509_issue what = {.kind = kind,
		.ca = ca,
		.key = ca_key,
		.subject = subject,
		.hosts = STR("localhost"),
		.from_us = WORLD_NOW - US_PER_DAY,
		.until_us = WORLD_NOW + days * US_PER_DAY};
	struct str pem;

	if (kind != X509_ROOT)
		assert_int_equal(x509_csr_new(&w->arena, key, &subject, &what.csr), 0);
	w->rng.fill(&w->rng, what.serial, sizeof(what.serial));
	assert_int_equal(x509_issue(&w->arena, &what, &pem), 0);
	return pem;
}

static struct papers make_papers(struct world *w, int64_t port_days)
{
	struct papers papers;
	struct x509_crl crl = {.number = 1,
		.now_us = WORLD_NOW - US_PER_HOUR,
		.until_us = WORLD_NOW + 7 * US_PER_DAY};
	struct str key;

	assert_int_equal(x509_key_new(&w->arena, &papers.root_key), 0);
	assert_int_equal(x509_key_new(&w->arena, &key), 0);
	papers.root = issue(
		w, X509_ROOT, "Lakeside Root", STR_NULL, papers.root_key, papers.root_key, 3650);
	papers.port =
		issue(w, X509_SERVER, "localhost", papers.root, papers.root_key, key, port_days);
	crl.ca = papers.root;
	crl.key = papers.root_key;
	assert_int_equal(x509_crl_new(&w->arena, &crl, &papers.list), 0);
	return papers;
}

/* The server's files as this test lays them out. */
struct files {
	struct str text[APP_TRUST_REVOKED + 1];
	bool broken[APP_TRUST_REVOKED + 1];
};

static bool read_file(
	const void *context, enum app_trust_file file, struct arena *arena, struct str *ret_pem)
{
	const struct files *files = context;

	(void)arena;
	*ret_pem = files->text[file];
	return !files->broken[file];
}

static void test_trust(void **state)
{
	struct files files = {0};
	struct world w;
	struct papers papers;
	struct answer answer;

	world_open(&w, state);
	papers = make_papers(&w, 29);
	assert_int_equal(world_get(&w, "/v1/trust").status, 401);
	world_as(&w, "auditor");
	/* nothing there: nothing shown, nothing wrong */
	answer = world_get(&w, "/v1/trust");
	assert_int_equal(answer.status, 200);
	assert_true(world_has(
		answer, "\"certificates\":[],\"lists\":[],\"fetched\":[],\"unreadable\":[]"));
	files.text[APP_TRUST_SHOWN] = papers.port;
	files.text[APP_TRUST_BELIEVED] = papers.root;
	files.text[APP_TRUST_REVOKED] = papers.list;
	w.config.hooks.trust_file = read_file;
	w.config.hooks.trust_context = &files;
	w.config.security.ca_chain = papers.root;
	w.config.security.ca_key = papers.root_key;
	answer = world_get(&w, "/v1/trust");
	assert_true(str_is(world_text(&w, answer, "certificates.0.role"), "shown"));
	assert_true(str_is(world_text(&w, answer, "certificates.0.name"), "localhost"));
	assert_true(str_is(world_text(&w, answer, "certificates.0.issuer"), "Lakeside Root"));
	assert_true(str_is(world_text(&w, answer, "certificates.0.until"), "2026-12-18T12:00:00Z"));
	/* the authority that signs is believed too, and told of once */
	assert_true(str_is(world_text(&w, answer, "certificates.1.role"), "signs"));
	assert_false(world_has(answer, "\"role\":\"believed\""));
	assert_true(str_is(world_text(&w, answer, "lists.0.issuer"), "Lakeside Root"));
	assert_int_equal(world_int(&w, answer, "lists.0.revoked"), 0);
	assert_false(world_has(answer, "PRIVATE KEY"));
	/* two lists in one file; then rubbish behind them, and a file that is gone */
	files.text[APP_TRUST_REVOKED] =
		str_format(&w.arena, "%.*s\n%.*s", STR_FMT(papers.list), STR_FMT(papers.list));
	assert_true(str_is(
		world_text(&w, world_get(&w, "/v1/trust"), "lists.1.issuer"), "Lakeside Root"));
	files.text[APP_TRUST_REVOKED] = STR("rubbish");
	files.text[APP_TRUST_BELIEVED] = STR("-----BEGIN CERTIFICATE-----\nAAAA\n");
	files.broken[APP_TRUST_SHOWN] = true;
	answer = world_get(&w, "/v1/trust");
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "\"unreadable\":[\"shown\",\"believed\",\"lists\"]"));
	assert_true(str_is(world_text(&w, answer, "certificates.0.role"), "signs"));
	world_close(&w);
}

static int64_t count_of(struct world *w, struct answer answer, const char *kind)
{
	for (int i = 0; i < 10; i++) {
		char path[40];

		snprintf(path, sizeof(path), "attention.%d.kind", i);
		if (!str_is(world_text(w, answer, path), kind))
			continue;
		snprintf(path, sizeof(path), "attention.%d.count", i);
		return world_int(w, answer, path);
	}
	return -1;
}

static int64_t add_certificate(struct world *w, int64_t pile, const char *state, int64_t days)
{
	struct certificate certificate = {.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.pile_id = pile,
		.kind = STR("pile"),
		.state = str_from(state),
		.common_name = STR("LAKE-07"),
		.until_us = WORLD_NOW + days * US_PER_DAY,
		.created_us = WORLD_NOW};

	assert_int_equal(store_certificate_add(w->test->db, &certificate), 0);
	assert_int_equal(store_certificate_put(w->test->db, &certificate), 0);
	return certificate.id;
}

static void test_ending(void **state)
{
	struct files files = {0};
	struct world w;
	struct papers papers;
	struct answer answer;

	world_open(&w, state);
	papers = make_papers(&w, 31);
	files.text[APP_TRUST_SHOWN] = papers.port;
	w.config.hooks.trust_file = read_file;
	w.config.hooks.trust_context = &files;
	world_as(&w, "operator");
	add_certificate(&w, w.pile, "active", 31);
	add_certificate(&w, w.pile, "replaced", 3);
	assert_false(world_has(world_get(&w, "/v1/attention"), "\"kind\":\"trust\""));
	assert_false(world_has(world_get(&w, "/v1/attention"), "\"kind\":\"certificate\""));
	/* one day less than thirty */
	papers = make_papers(&w, 29);
	files.text[APP_TRUST_SHOWN] = papers.port;
	add_certificate(&w, w.pile, "active", 29);
	answer = world_get(&w, "/v1/attention?kind=trust");
	assert_true(str_is(world_text(&w, answer, "items.0.subject"), "localhost"));
	assert_true(str_is(world_text(&w, answer, "items.0.word"), "shown"));
	assert_true(str_is(world_text(&w, answer, "items.0.at"), "2026-12-18T12:00:00Z"));
	answer = world_get(&w, "/v1/attention?kind=certificate");
	assert_true(str_is(world_text(&w, answer, "items.0.subject"), "A-07 <b>"));
	assert_non_null(strstr(world_text(&w, answer, "items.0.link").ptr, "/connect"));
	assert_false(world_has(answer, "2026-11-22") || world_has(answer, "2026-12-20"));
	answer = world_get(&w, "/v1/counts");
	assert_int_equal(count_of(&w, answer, "trust"), 1);
	assert_int_equal(count_of(&w, answer, "certificate"), 1);
	world_as(&w, "other");
	assert_false(world_has(world_get(&w, "/v1/attention"), "\"kind\":\"certificate\""));
	world_close(&w);
}

/* --- the list and its numbers --- */

static void raise_alarms(struct world *w, int count)
{
	for (int i = 0; i < count; i++) {
		char subject[40];
		struct alarm alarm = {.id = CTX_ID(&w->ctx),
			.tenant_id = WORLD_TENANT,
			.at_us = WORLD_NOW,
			.kind = STR("problem"),
			.detail = STR("{\"text\":\"=1+1\"}")};

		snprintf(subject, sizeof(subject), "order:%d", i + 1);
		alarm.subject = str_from(subject);
		assert_int_equal(store_alarm_raise(w->test->db, &alarm, false), 0);
	}
}

static void test_numbers(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	raise_alarms(&w, 60);
	assert_int_equal(world_get(&w, "/v1/counts").status, 401);
	world_as(&w, "installer");
	answer = world_get(&w, "/v1/counts");
	assert_int_equal(count_of(&w, answer, "alarm"), 60);
	assert_int_equal(count_of(&w, answer, "pending"), 1);
	assert_int_equal(world_int(&w, answer, "piles.online"), 1);
	assert_int_equal(world_int(&w, answer, "piles.pending"), 1);
	assert_int_equal(world_int(&w, answer, "piles.all"), 2);
	assert_int_equal(count_of(&w, world_get(&w, "/v1/dashboard"), "alarm"), 60);
	/* the list shows the first fifty of a kind, by pages too, and none twice */
	answer = world_get(&w, "/v1/attention?kind=alarm&limit=30");
	assert_true(str_is(world_text(&w, answer, "items.29.subject"), "order:30"));
	answer = world_get(
		&w, str_dup_z(&w.arena,
			    str_format(&w.arena, "/v1/attention?kind=alarm&limit=30&cursor=%.*s",
				    STR_FMT(world_text(&w, answer, "next")))));
	assert_true(str_is(world_text(&w, answer, "items.0.subject"), "order:31"));
	assert_true(str_is(world_text(&w, answer, "items.19.subject"), "order:50"));
	assert_true(world_has(answer, "\"next\":null"));
	assert_int_equal(world_get(&w, "/v1/attention?kind=nonsense").status, 400);
	answer = world_get(&w, "/v1/attention?format=csv");
	assert_true(str_starts(answer.type, STR("text/csv")));
	assert_true(world_has(answer, "id,kind,subject,number,at,word,detail,link,currency\r\n"));
	assert_true(world_has(answer, "alarm,order:7,0,2026-11-19T12:00:00Z,problem,"));
	world_as(&w, "other");
	answer = world_get(&w, "/v1/counts");
	assert_true(world_has(answer, "\"attention\":[]"));
	assert_int_equal(world_int(&w, answer, "piles.all"), 0);
	world_close(&w);
}

/* --- what piles said --- */

static void say(struct world *w, int64_t pile, const char *kind)
{
	assert_int_equal(
		certificates_event(world_ctx(w), pile, str_from(kind), WORLD_NOW, STR("in words")),
		0);
}

static void test_events(void **state)
{
	struct world w;
	struct answer answer;
	char path[120];

	world_open(&w, state);
	say(&w, w.pile, "TamperDetectionActivated");
	say(&w, w.pile, "FirmwareUpdated");
	say(&w, w.pile_waiting, "InvalidMessages");
	say(&w, w.pile, "SettingSystemTime");
	world_as(&w, "operator");
	answer = world_get(&w, "/v1/security-events");
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "InvalidMessages"));
	assert_true(str_is(world_text(&w, answer, "items.1.kind"), "TamperDetectionActivated"));
	assert_true(str_is(world_text(&w, answer, "items.2.kind"), "SettingSystemTime"));
	assert_true(str_is(world_text(&w, answer, "items.3.kind"), "FirmwareUpdated"));
	/* page by page the same order, across the border between grave and not */
	for (int i = 0; i < 4; i++) {
		static const char *const kinds[] = {"InvalidMessages", "TamperDetectionActivated",
			"SettingSystemTime", "FirmwareUpdated"};

		answer = world_get(&w, i == 0 ? "/v1/security-events?limit=1" : path);
		assert_true(str_is(world_text(&w, answer, "items.0.kind"), kinds[i]));
		if (i < 3)
			snprintf(path, sizeof(path), "/v1/security-events?limit=1&cursor=%.*s",
				STR_FMT(world_text(&w, answer, "next")));
	}
	assert_true(world_has(answer, "\"next\":null"));
	snprintf(path, sizeof(path), "/v1/security-events?pile=%lld", (long long)w.pile);
	answer = world_get(&w, path);
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "TamperDetectionActivated"));
	assert_false(world_has(answer, "InvalidMessages"));
	snprintf(path, sizeof(path), "/v1/security-events?pile=%lld&kind=FirmwareUpdated",
		(long long)w.pile);
	answer = world_get(&w, path);
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "FirmwareUpdated"));
	assert_false(world_has(answer, "TamperDetectionActivated"));
	answer = world_get(&w, "/v1/security-events?kind=InvalidMessages");
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "InvalidMessages"));
	assert_false(world_has(answer, "FirmwareUpdated"));
	assert_true(world_has(
		world_get(&w, "/v1/security-events?kind=%27OR%201%3D1--"), "\"items\":[]"));
	world_as(&w, "other");
	assert_true(world_has(world_get(&w, "/v1/security-events"), "\"items\":[]"));
	assert_true(world_has(
		world_get(&w, "/v1/security-events?kind=InvalidMessages"), "\"items\":[]"));
	snprintf(path, sizeof(path), "/v1/security-events?pile=%lld", (long long)w.pile);
	assert_true(world_has(world_get(&w, path), "\"items\":[]"));
	world_close(&w);
}

static void test_piles(void **state)
{
	struct anchor anchors[] = {{STR("csms"), STR("SHA256"), STR("aa"), STR("bb"), STR("01")},
		{STR("csms"), STR("SHA256"), STR("cc"), STR("dd"), STR("02")}};
	struct security security = {.least = 2, .seen = 3, .transport = STR("TLSv1.3")};
	struct world w;
	struct answer answer;

	world_open(&w, state);
	security.pile_id = w.pile;
	security.until_us = WORLD_NOW + US_PER_DAY;
	assert_int_equal(store_security_put(w.test->db, &security), 0);
	assert_int_equal(
		store_anchors_put(w.test->db, w.pile, STR("csms"), anchors, 2, WORLD_NOW), 0);
	add_certificate(&w, w.pile, "requested", 0);
	world_as(&w, "auditor");
	answer = world_get(&w, "/v1/security/piles");
	assert_true(str_is(world_text(&w, answer, "items.0.code"), "LAKE-07"));
	assert_int_equal(world_int(&w, answer, "items.0.profile"), 3);
	assert_int_equal(world_int(&w, answer, "items.0.anchors"), 2);
	assert_true(str_is(world_text(&w, answer, "items.0.until"), "2026-11-20T12:00:00Z"));
	assert_false(world_has(answer, "LAKE-99"));
	answer = world_get(&w, "/v1/certificates?state=requested");
	assert_true(str_is(world_text(&w, answer, "items.0.state"), "requested"));
	assert_true(world_has(world_get(&w, "/v1/certificates?state=active"), "\"items\":[]"));
	assert_int_equal(world_get(&w, "/v1/certificates?state=active&pile=1").status, 400);
	world_as(&w, "other");
	assert_true(world_has(world_get(&w, "/v1/security/piles"), "\"items\":[]"));
	assert_true(world_has(world_get(&w, "/v1/certificates?state=requested"), "\"items\":[]"));
	world_close(&w);
}

/* --- where a site is --- */

static struct answer place(struct world *w, const char *body)
{
	char path[60];

	snprintf(path, sizeof(path), "/v1/sites/%lld", (long long)w->site);
	return world_ask(w, "PATCH", path, body);
}

static void test_position(void **state)
{
	static const char *const bad[] = {"{\"latitude\":\"31.2\"}", "{\"longitude\":\"121.4\"}",
		"{\"latitude\":\"90.0000001\",\"longitude\":\"0\"}",
		"{\"latitude\":\"0\",\"longitude\":\"-180.5\"}",
		"{\"latitude\":\"31,2\",\"longitude\":\"121\"}",
		"{\"latitude\":\"1e1\",\"longitude\":\"1\"}",
		"{\"latitude\":\"31.12345678\",\"longitude\":\"1\"}",
		"{\"latitude\":\"north\",\"longitude\":\"east\"}",
		"{\"latitude\":31.2,\"longitude\":121.4}",
		"{\"latitude\":\"31.2000000000000\",\"longitude\":\"1\"}"};
	struct world w;
	struct answer answer;

	world_open(&w, state);
	world_as(&w, "installer");
	answer = place(&w, "{\"name\":\"Lakeside\"}");
	assert_true(world_has(answer, "\"latitude\":null,\"longitude\":null"));
	answer = place(&w, "{\"latitude\":\" 31.2304 \",\"longitude\":\"-121.4737001\"}");
	assert_int_equal(answer.status, 200);
	assert_true(str_is(world_text(&w, answer, "latitude"), "31.2304000"));
	assert_true(str_is(world_text(&w, answer, "longitude"), "-121.4737001"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(place(&w, bad[i]).status, 422);
	/* what was refused changed nothing, and another change leaves it where it is */
	answer = place(&w, "{\"address\":\"2 Shore Road\"}");
	assert_true(str_is(world_text(&w, answer, "latitude"), "31.2304000"));
	assert_true(str_is(
		world_text(&w, world_get(&w, "/v1/sites"), "items.0.longitude"), "-121.4737001"));
	answer = place(&w, "{\"latitude\":\"\",\"longitude\":\"\"}");
	assert_true(world_has(answer, "\"latitude\":null,\"longitude\":null"));
	world_as(&w, "auditor");
	assert_int_equal(place(&w, "{\"latitude\":\"1\",\"longitude\":\"1\"}").status, 403);
	world_as(&w, "other");
	assert_int_equal(place(&w, "{\"latitude\":\"1\",\"longitude\":\"1\"}").status, 404);
	world_close(&w);
}

/* --- what comes in from outside: sizes, wrong names, other operators, tricks with paths --- */

/* A body with one text of this length. */
static const char *long_body(struct world *w, const char *before, size_t len, const char *after)
{
	struct buf text;

	buf_init(&text, &w->arena, len + 400);
	buf_put_str(&text, str_from(before));
	for (size_t i = 0; i < len; i++)
		buf_put_char(&text, 'A');
	buf_put_str(&text, str_from(after));
	return str_dup_z(&w->arena, buf_str(&text));
}

static void test_certificate_bounds(void **state)
{
	struct world w;
	char path[80];
	int64_t id;

	world_open(&w, state);
	id = add_certificate(&w, w.pile, "requested", 0);
	snprintf(path, sizeof(path), "/v1/certificates/%lld/import", (long long)id);
	world_as(&w, "installer");
	world_post(&w, path, "{}", 422);
	world_post(&w, path, "{\"chain\":\"\"}", 422);
	world_post(&w, path, "{\"chain\":\"../../ca/root.key\"}", 422);
	world_post(&w, path, "{\"chain\":\"x\",\"key\":\"y\"}", 422);
	world_post(&w, path, long_body(&w, "{\"chain\":\"", 16000, "\"}"), 422);
	world_post(&w, path, long_body(&w, "{\"chain\":\"", 16001, "\"}"), 422);
	world_post(&w, "/v1/certificates/0/import", "{\"chain\":\"x\"}", 404);
	world_post(&w, "/v1/certificates/..%2f1/import", "{\"chain\":\"x\"}", 404);
	world_as(&w, "other");
	world_post(&w, path, "{\"chain\":\"x\"}", 404);
	world_as(&w, "auditor");
	world_post(&w, path, "{\"chain\":\"x\"}", 403);
	assert_true(str_is(
		world_text(&w, world_get(&w, "/v1/certificates"), "items.0.state"), "requested"));
	world_close(&w);
}

static void test_depot_bounds(void **state)
{
	static const char *const tricks[] = {"/fw/..%2f..%2fserver.key", "/fw/%2e%2e", "/fw/x",
		"/fw/a%00b", "/v1/logs/..%2f1/file", "/v1/logs/1/file", "/v1/firmware/-1"};
	struct world w;
	struct upload upload;
	struct answer answer;
	const char *file;

	world_open(&w, state);
	world_as(&w, "installer");
	world_post(&w, "/v1/firmware", "{\"version\":\"1\"}", 422);
	world_post(&w, "/v1/firmware", long_body(&w, "{\"version\":\"1\",\"name\":\"", 101, "\"}"),
		422);
	world_post(&w, "/v1/firmware", long_body(&w, "{\"name\":\"n\",\"version\":\"", 51, "\"}"),
		422);
	answer = world_post(&w, "/v1/firmware", "{\"name\":\"../../etc\",\"version\":\"1\"}", 201);
	file = str_dup_z(&w.arena,
		str_format(&w.arena, "/v1/firmware/%.*s", STR_FMT(world_text(&w, answer, "id"))));
	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		int status = world_get(&w, tricks[i]).status;

		if (status != 404 && status != 400)
			print_error("%s: %d\n", tricks[i], status);
		assert_true(status == 404 || status == 400);
	}
	world_as(&w, "other");
	assert_int_equal(world_get(&w, file).status, 404);
	assert_int_equal(world_ask(&w, "DELETE", file, "").status, 404);
	world_as(&w, "auditor");
	assert_int_equal(world_ask(&w, "DELETE", file, "").status, 403);
	/* the door of uploads takes no token that was never given out */
	assert_int_equal(uploads_begin(world_ctx(&w), STR(""), &upload), UPLOADS_E_UNKNOWN);
	assert_int_equal(
		uploads_begin(world_ctx(&w), STR("../server.key"), &upload), UPLOADS_E_UNKNOWN);
	assert_int_equal(
		uploads_begin(world_ctx(&w), STR("' OR ''='"), &upload), UPLOADS_E_UNKNOWN);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_trust),
		ON_BOTH_ENGINES(test_ending),
		ON_BOTH_ENGINES(test_numbers),
		ON_BOTH_ENGINES(test_events),
		ON_BOTH_ENGINES(test_piles),
		ON_BOTH_ENGINES(test_position),
		ON_BOTH_ENGINES(test_certificate_bounds),
		ON_BOTH_ENGINES(test_depot_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
