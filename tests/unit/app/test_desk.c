/* test_desk.c - what operators do: sites, piles, commands, orders, tariffs, members, money, the
 * record, lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "base/clock.h"
#include "domain/station.h"
#include "store/alarm.h"
#include "store/journal.h"
#include "store/member.h"
#include "store/pile.h"
#include "wire/json.h"

static const char *path_of(struct world *w, const char *before, int64_t id, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "%s%lld%s", before, (long long)id, after));
}

static struct str raw(struct world *w, struct answer answer, const char *path)
{
	return json_get(answer.body, path, &w->job);
}

static bool type_is(struct world *w, struct answer answer, const char *word)
{
	struct str type = world_text(w, answer, "type");

	return str_starts(type, STR("urn:leyden:error:")) &&
	       str_is(str_slice(type, 17, type.len), word);
}

static struct answer audit(struct world *w)
{
	world_as(w, "auditor");
	return world_get(w, "/v1/audit");
}

static void test_sites(void **state)
{
	struct world w;
	struct answer answer;
	const char *path;
	int64_t id;

	world_open(&w, state);
	world_as(&w, "operator");
	answer = world_post(&w, "/v1/sites",
		"{\"name\":\"Harbour\",\"zone\":\"Nowhere/At\",\"timing\":\"later\"}", 422);
	assert_true(
		raw(&w, answer, "fields.zone").len > 0 && raw(&w, answer, "fields.timing").len > 0);
	world_post(&w, "/v1/sites",
		"{\"name\":\"Harbour\",\"zone\":\"UTC\",\"tariff_series_id\":\"999\"}", 422);
	answer = world_post(&w, "/v1/sites",
		"{\"name\":\"Harbour\",\"zone\":\"Europe/Berlin\",\"currency\":\"EUR\"}", 201);
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	path = path_of(&w, "/v1/sites/", id, "");
	answer = world_ask(&w, "PATCH", path, "{\"name\":\"Port\",\"version\":1}");
	assert_int_equal(answer.status, 200);
	assert_true(str_is(world_text(&w, answer, "name"), "Port"));
	assert_int_equal(world_int(&w, answer, "version"), 2);
	assert_int_equal(
		world_ask(&w, "PATCH", path, "{\"name\":\"Late\",\"version\":1}").status, 409);
	assert_int_equal(world_ask(&w, "PATCH", path, "{\"currency\":\"CNY\"}").status, 422);
	answer = world_get(&w, "/v1/sites");
	assert_true(str_is(world_text(&w, answer, "items.0.name"), "Lakeside"));
	assert_int_equal(world_int(&w, answer, "items.0.piles"), 1);
	assert_true(str_is(world_text(&w, answer, "items.1.name"), "Port"));
	assert_int_equal(world_get(&w, "/v1/sites/abc").status, 404);
	assert_int_equal(world_get(&w, "/v1/sites/-1").status, 404);
	assert_int_equal(world_get(&w, "/v1/sites/99999999999999999999").status, 404);
	answer = audit(&w);
	assert_true(str_is(world_text(&w, answer, "items.0.action"), "site.change"));
	world_close(&w);
}

static void test_new_pile(void **state)
{
	struct world w;
	struct answer answer;
	struct pile pile;
	char body[200];
	int64_t id;

	world_open(&w, state);
	world_as(&w, "installer");
	snprintf(body, sizeof(body),
		"{\"code\":\"LAKE-08\",\"name\":\"A-08\",\"site_id\":\"%lld\"}", (long long)w.site);
	answer = world_post(&w, "/v1/piles", body, 201);
	assert_true(world_text(&w, answer, "password").len >= 16);
	assert_true(str_is(world_text(&w, answer, "url"), "ws://localhost:8080/ocpp/LAKE-08"));
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	assert_true(type_is(&w, world_post(&w, "/v1/piles", body, 409), "name_taken"));
	snprintf(body, sizeof(body), "{\"code\":\"a/b\",\"site_id\":\"%lld\"}", (long long)w.site);
	world_post(&w, "/v1/piles", body, 422);
	world_post(&w, "/v1/piles", "{\"code\":\"OK\",\"site_id\":\"5\"}", 422);
	assert_int_equal(store_pile_get(w.test->db, &w.arena, id, &pile), 0);
	assert_int_equal(pile.secret_hash.len, 64);
	answer = world_get(&w, path_of(&w, "/v1/piles/", id, ""));
	assert_int_equal(raw(&w, answer, "password").len, 0);
	assert_false(world_has(answer, "secret"));
	answer = world_post(&w, path_of(&w, "/v1/piles/", id, "/password"), "", 200);
	assert_true(world_text(&w, answer, "password").len >= 16);
	answer = world_ask(&w, "PATCH", path_of(&w, "/v1/piles/", id, ""), "{\"name\":\"A-09\"}");
	assert_true(str_is(world_text(&w, answer, "name"), "A-09"));
	world_close(&w);
}

static void test_approve(void **state)
{
	struct world w;
	struct answer answer;
	char body[100];
	const char *approve;

	world_open(&w, state);
	world_as(&w, "operator");
	answer = world_get(&w, "/v1/attention");
	assert_true(world_has(answer, "\"kind\":\"pending\""));
	approve = path_of(&w, "/v1/piles/", w.pile_waiting, "/approve");
	world_post(&w, approve, "", 422); /* it has no site yet */
	world_post(&w, approve, "{\"site_id\":\"5\"}", 422);
	snprintf(body, sizeof(body), "{\"site_id\":\"%lld\",\"name\":\"B-01\"}", (long long)w.site);
	answer = world_post(&w, approve, body, 200);
	assert_true(str_is(world_text(&w, answer, "state"), "approved"));
	assert_true(str_is(world_text(&w, answer, "name"), "B-01"));
	world_post(&w, approve, body, 409);
	answer = world_post(&w, path_of(&w, "/v1/piles/", w.pile_waiting, "/reject"), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "rejected"));
	world_close(&w);
}

static void test_actions(void **state)
{
	static const struct {
		const char *action, *body, *ocpp, *payload;
	} cases[] = {
		{"unlock", "{}", "UnlockConnector", "{\"connectorId\":1}"},
		{"reset", "{\"type\":\"Hard\"}", "Reset", "{\"type\":\"Hard\"}"},
		{"availability", "{\"connector\":1,\"type\":\"Inoperative\"}", "ChangeAvailability",
			"{\"connectorId\":1,\"type\":\"Inoperative\"}"},
		{"clear-cache", "", "ClearCache", "{}"},
		{"trigger", "{\"message\":\"StatusNotification\",\"connector\":1}",
			"TriggerMessage",
			"{\"requestedMessage\":\"StatusNotification\",\"connectorId\":1}"},
		{"get-configuration", "{\"keys\":[\"HeartbeatInterval\"]}", "GetConfiguration",
			"{\"key\":[\"HeartbeatInterval\"]}"},
		{"change-configuration", "{\"key\":\"A\",\"value\":\"\\\"1\"}",
			"ChangeConfiguration", "{\"key\":\"A\",\"value\":\"\\\"1\"}"},
		{"data-transfer", "{\"vendor_id\":\"V\",\"data\":\"x\"}", "DataTransfer",
			"{\"vendorId\":\"V\",\"data\":\"x\"}"},
		{"emergency", "{}", "DataTransfer",
			"{\"vendorId\":\"leyden\",\"messageId\":\"emergency\","
			"\"data\":\"{\\\"on\\\":true}\"}"},
		{"emergency-release", "{\"connector\":1}", "DataTransfer",
			"{\"vendorId\":\"leyden\",\"messageId\":\"emergency\","
			"\"data\":\"{\\\"on\\\":false,\\\"connector\\\":1}\"}"},
	};
	struct world w;
	struct answer answer;

	world_open(&w, state);
	world_as(&w, "operator");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char after[100];
		int64_t id;

		snprintf(after, sizeof(after), "/actions/%s", cases[i].action);
		answer = world_post(
			&w, path_of(&w, "/v1/piles/", w.pile, after), cases[i].body, 202);
		assert_true(str_to_i64(world_text(&w, answer, "command_id"), &id));
		answer = world_get(&w, path_of(&w, "/v1/commands/", id, ""));
		assert_true(str_is(world_text(&w, answer, "action"), cases[i].ocpp));
		assert_true(str_is(world_text(&w, answer, "state"), "queued"));
		assert_true(str_is(raw(&w, answer, "payload"), cases[i].payload));
	}
	world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/reset"), "{\"type\":\"Gentle\"}",
		422);
	world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/trigger"), "", 400);
	world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/stop"), "{}", 409);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_true(type_is(&w,
		world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/unlock"), "", 409),
		"pile_offline"));
	answer = audit(&w);
	assert_true(str_is(world_text(&w, answer, "items.0.detail.action"), "DataTransfer"));
	assert_int_equal(world_int(&w, world_get(&w, "/v1/audit/check"), "rows"), 10);
	world_close(&w);
}

static void test_operator_start(void **state)
{
	struct world w;
	struct answer answer;
	int64_t id;

	world_open(&w, state);
	world_as(&w, "operator");
	world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/start"), "{\"member_id\":\"5\"}",
		422);
	answer = world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/start"), "", 202);
	assert_true(str_to_i64(world_text(&w, answer, "order_id"), &id));
	assert_true(type_is(&w,
		world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/start"), "", 409),
		"busy"));
	world_start(&w, id);
	answer = world_get(&w, path_of(&w, "/v1/orders/", id, ""));
	assert_true(str_is(world_text(&w, answer, "order.starter"), "operator"));
	assert_true(str_is(world_text(&w, answer, "view.state"), "charging"));
	answer = world_post(&w, path_of(&w, "/v1/piles/", w.pile, "/actions/stop"), "{}", 202);
	assert_true(str_is(world_text(&w, answer, "state"), "stopping"));
	world_stop(&w, id, 20000);
	answer = world_get(&w, path_of(&w, "/v1/orders/", id, ""));
	assert_true(str_is(world_text(&w, answer, "view.state"), "settled"));
	assert_true(raw(&w, answer, "transfers.0").len > 0);
	world_close(&w);
}

static void test_orders(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;
	char target[200];

	world_open(&w, state);
	order = world_order(&w);
	world_as(&w, "finance");
	answer = world_get(&w, "/v1/orders?state=created");
	assert_true(str_is(world_text(&w, answer, "items.0.pile"), "A-07 <b>"));
	assert_int_equal(world_get(&w, "/v1/orders?state=flying").status, 400);
	assert_int_equal(world_get(&w, "/v1/orders?from=yesterday").status, 400);
	assert_true(world_has(world_get(&w, "/v1/orders?state=settled"), "\"items\":[]"));
	snprintf(target, sizeof(target), "/v1/orders?pile=%lld&state=created", (long long)w.pile);
	assert_true(world_has(world_get(&w, target), "\"state\":\"created\""));
	snprintf(target, sizeof(target), "/v1/orders?q=%lld", (long long)order.id);
	assert_true(world_has(world_get(&w, target), "\"state\":\"created\""));
	snprintf(target, sizeof(target), "/v1/orders?q=%.*s", STR_FMT(order.token));
	assert_true(world_has(world_get(&w, target), "\"state\":\"created\""));
	snprintf(target, sizeof(target), "/v1/orders?q=%.*s", STR_FMT(order.start_tag));
	assert_true(world_has(world_get(&w, target), "\"state\":\"created\""));
	assert_true(world_has(world_get(&w, "/v1/orders?q=LAKE-07"), "\"state\":\"created\""));
	assert_true(world_has(world_get(&w, "/v1/orders?q=nothing"), "\"items\":[]"));
	assert_true(world_has(
		world_get(&w, "/v1/orders?from=2026-11-19T11:59:59Z&to=2026-11-19T12:00:01Z"),
		"created"));
	assert_true(world_has(world_get(&w, "/v1/orders?to=2026-11-19T11:59:59Z"), "\"items\":[]"));
	assert_int_equal(world_get(&w, path_of(&w, "/v1/orders/", order.id, "")).status, 200);
	world_as(&w, "installer");
	assert_int_equal(world_get(&w, "/v1/orders").status, 403);
	world_close(&w);
}

static void test_timeline(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;
	struct frame frame = {.tenant_id = WORLD_TENANT,
		.from_pile = true,
		.connector_no = 1,
		.message_id = STR("1"),
		.action = STR("StartTransaction"),
		.request = STR("{\"connectorId\":1}"),
		.answer = STR("not json"),
		.error = STR(""),
		.latency_us = 31000};
	int64_t last = 0;
	bool seen_frame = false, seen_payment = false, seen_transfer = false, seen_command = false;

	world_open(&w, state);
	order = world_order(&w);
	world_pay(&w, order.id);
	world_start(&w, order.id);
	frame.id = CTX_ID(&w.ctx);
	frame.pile_id = w.pile;
	frame.order_id = order.id;
	frame.at_us = w.ctx.now_us;
	assert_int_equal(store_frame_add(w.journal, &frame, &w.arena), 0);
	world_stop(&w, order.id, 30000);
	world_as(&w, "operator");
	answer = world_get(&w, path_of(&w, "/v1/orders/", order.id, "/timeline"));
	assert_int_equal(answer.status, 200);
	for (int i = 0;; i++) {
		struct str item, kind, at;
		char path[32];
		int64_t at_us;

		snprintf(path, sizeof(path), "items.%d", i);
		item = raw(&w, answer, path);
		if (!item.len)
			break;
		assert_true(json_get_str(item, "kind", &w.job, &kind));
		assert_true(json_get_str(item, "at", &w.job, &at));
		assert_true(time_parse(at, &at_us, NULL));
		assert_true(at_us >= last);
		last = at_us;
		seen_frame = seen_frame || str_is(kind, "frame");
		seen_payment = seen_payment || str_is(kind, "payment");
		seen_transfer = seen_transfer || str_is(kind, "transfer");
		seen_command = seen_command || str_is(kind, "command");
	}
	assert_true(seen_frame && seen_payment && seen_transfer && seen_command);
	answer = world_get(&w, path_of(&w, "/v1/piles/", w.pile, "/frames"));
	assert_true(str_is(world_text(&w, answer, "items.0.direction"), "in"));
	assert_true(str_is(raw(&w, answer, "items.0.answer"),
		"null")); /* what is no JSON is not passed on as such */
	assert_true(world_has(world_get(&w, path_of(&w, "/v1/piles/", w.pile, "/frames?error=1")),
		"\"items\":[]"));
	assert_true(
		world_has(world_get(&w, path_of(&w, "/v1/piles/", w.pile, "/frames?format=csv")),
			"StartTransaction"));
	world_close(&w);
}

static void test_close_order(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;

	world_open(&w, state);
	order = world_order(&w);
	world_pay(&w, order.id);
	world_start(&w, order.id);
	world_as(&w, "operator");
	world_post(&w, path_of(&w, "/v1/orders/", order.id, "/close"), "{\"reason\":\" \"}", 422);
	answer = world_post(&w, path_of(&w, "/v1/orders/", order.id, "/close"),
		"{\"reason\":\"The pile is gone\"}", 200);
	assert_true(str_is(world_text(&w, answer, "view.state"), "settled"));
	world_post(
		&w, path_of(&w, "/v1/orders/", order.id, "/close"), "{\"reason\":\"again\"}", 409);
	world_post(&w, path_of(&w, "/v1/orders/", order.id, "/stop"), "", 409);
	world_as(&w, "finance");
	world_post(&w, path_of(&w, "/v1/orders/", order.id, "/write-off"), "{}", 409);
	answer = audit(&w);
	assert_true(str_is(world_text(&w, answer, "items.0.detail.reason"), "The pile is gone"));
	world_close(&w);
}

/* --- tariffs --- */

static const char *tariff_body(struct world *w, const char *slot, const char *more)
{
	struct buf text;

	buf_init(&text, &w->arena, 16384);
	buf_put_str(&text, STR("{\"name\":\"New\",\"slots\":["));
	for (int i = 0; i < 48; i++)
		buf_format(&text, "%s%s", i ? "," : "", slot);
	buf_format(&text,
		"],\"idle\":{\"price_per_min\":\"0.5\",\"grace_s\":900,\"cap\":null},\"vat_bp\":"
		"1300%s}",
		more);
	buf_put_char(&text, '\0');
	return text.ptr;
}

static void test_tariffs(void **state)
{
	const char *good = "{\"energy\":\"1.10000\",\"service\":\"0.40\"}";
	struct world w;
	struct answer answer;
	char series[64];

	world_open(&w, state);
	world_as(&w, "finance");
	world_post(&w, "/v1/tariffs", "{\"name\":\"X\",\"slots\":[]}", 422);
	answer = world_post(&w, "/v1/tariffs",
		tariff_body(&w, "{\"energy\":\"-1\",\"service\":\"0\"}", ""), 422);
	assert_true(world_has(answer, "slots[0].energy"));
	world_post(&w, "/v1/tariffs", tariff_body(&w, "{\"energy\":1,\"service\":\"0\"}", ""), 422);
	world_post(&w, "/v1/tariffs",
		tariff_body(&w, good, ",\"valid_from\":\"2020-01-01T00:00:00Z\""), 422);
	world_post(&w, "/v1/tariffs", tariff_body(&w, good, ",\"series_id\":\"5\""), 422);
	answer = world_post(&w, "/v1/tariffs", tariff_body(&w, good, ""), 201);
	assert_true(str_is(world_text(&w, answer, "slots.5.total"), "1.50000"));
	snprintf(series, sizeof(series), ",\"series_id\":\"%lld\"", (long long)w.series);
	answer = world_post(&w, "/v1/tariffs", tariff_body(&w, good, series), 201);
	assert_int_equal(world_int(&w, answer, "version"), 2);
	assert_int_equal(world_int(&w, answer, "piles"), 1);
	assert_true(raw(&w, answer, "history.1").len > 0);
	answer = world_get(&w, "/v1/tariffs");
	assert_true(str_is(world_text(&w, answer, "items.0.slots.0.total"), "1.50000"));
	assert_true(raw(&w, answer, "items.1").len > 0 && raw(&w, answer, "items.2").len == 0);
	/* the driver sees the new price at once, the old version stays what it was */
	answer = world_get(&w, "/v1/public/piles/LAKE-07");
	assert_true(str_is(world_text(&w, answer, "price_now.total"), "1.50000"));
	world_close(&w);
}

static void test_simulate(void **state)
{
	struct world w;
	struct answer answer;
	char body[300];

	world_open(&w, state);
	world_as(&w, "auditor");
	answer = world_get(&w, "/v1/tariffs");
	snprintf(body, sizeof(body),
		"{\"tariff_id\":\"%.*s\",\"start\":\"2026-11-19T12:45:00Z\",\"energy_wh\":30000,"
		"\"power_w\":60000}",
		STR_FMT(world_text(&w, answer, "items.0.id")));
	answer = world_post(&w, "/v1/tariffs/simulate", body, 200);
	/* 15 kWh at 1.52 until 21:00, 15 kWh at 1.10 after */
	assert_true(str_is(world_text(&w, answer, "lines.0.energy_wh"), "15000.0"));
	assert_int_equal(world_int(&w, answer, "total.minor"), 2280 + 1650);
	assert_int_equal(world_int(&w, answer, "vat_bp"), 1300);
	world_post(&w, "/v1/tariffs/simulate",
		"{\"start\":\"2026-11-19T12:45:00Z\",\"energy_wh\":1,\"power_w\":100}", 422);
	world_close(&w);
}

/* --- members --- */

static void test_members(void **state)
{
	struct world w;
	struct answer answer;
	int64_t id, tag;

	world_open(&w, state);
	world_as(&w, "operator");
	world_post(&w, "/v1/members", "{\"name\":\" \"}", 422);
	answer = world_post(&w, "/v1/members", "{\"name\":\"=cmd()\",\"phone\":\"1\"}", 201);
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	assert_int_equal(world_int(&w, answer, "balance.minor"), 0);
	assert_true(
		str_starts(world_text(&w, answer, "wallet_url"), STR("http://localhost:8080/w/")));
	answer = world_post(
		&w, path_of(&w, "/v1/members/", id, "/tags"), "{\"id_tag\":\"ab 12\"}", 422);
	answer = world_post(
		&w, path_of(&w, "/v1/members/", id, "/tags"), "{\"id_tag\":\"ab12\"}", 201);
	assert_true(str_is(world_text(&w, answer, "id_tag"), "AB12"));
	assert_true(str_to_i64(world_text(&w, answer, "id"), &tag));
	assert_true(type_is(&w,
		world_post(&w, path_of(&w, "/v1/members/", id, "/tags"), "{\"id_tag\":\"card1\"}",
			409),
		"name_taken"));
	answer = world_post(&w, path_of(&w, "/v1/tags/", tag, "/block"), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "blocked"));
	answer = world_post(&w, path_of(&w, "/v1/tags/", tag, "/unblock"), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "active"));
	assert_true(world_has(world_get(&w, "/v1/tags?q=b1"), "AB12"));
	assert_false(world_has(world_get(&w, "/v1/tags?q=b1"), "CARD1"));
	assert_true(world_has(world_get(&w, "/v1/tags?q=MEMBER"), "CARD1"));
	assert_true(world_has(world_get(&w, "/v1/members?q=mem"), "Member 1"));
	assert_true(world_has(
		world_get(&w, "/v1/members?q=%25"), "\"items\":[]")); /* a sign, not a wildcard */
	world_as(&w, "auditor");
	assert_true(world_has(world_get(&w, "/v1/members"), "\"wallet_url\":null"));
	answer = world_get(&w, "/v1/members?format=csv");
	assert_true(str_starts(answer.body, STR("\xEF\xBB\xBFid,name,phone")));
	assert_true(world_has(answer, ",'=cmd(),"));
	world_close(&w);
}

/* --- money, alarms, dashboard --- */

static void test_money_lists(void **state)
{
	struct world w;
	struct answer answer;
	struct order order;
	char target[100];

	world_open(&w, state);
	order = world_order(&w);
	world_pay(&w, order.id);
	world_start(&w, order.id);
	world_stop(&w, order.id, 100000);
	world_as(&w, "finance");
	answer = world_get(&w, "/v1/ledger/accounts");
	assert_true(world_has(answer, "\"kind\":\"energy\""));
	assert_false(world_has(answer, "\"kind\":\"wallet\""));
	answer = world_get(&w, "/v1/ledger/accounts?kind=wallet");
	assert_true(str_is(world_text(&w, answer, "items.0.owner"), "Member 1"));
	assert_int_equal(world_get(&w, "/v1/ledger/accounts?kind=gold").status, 400);
	answer = world_get(&w, "/v1/ledger/accounts?kind=order");
	assert_int_equal(world_int(&w, answer, "items.0.balance.minor"), 0);
	snprintf(target, sizeof(target), "/v1/ledger/transfers?account=%.*s",
		STR_FMT(world_text(&w, answer, "items.0.id")));
	answer = world_get(&w, target);
	assert_true(raw(&w, answer, "items.2").len > 0);
	snprintf(target, sizeof(target), "/v1/ledger/transfers?order=%lld&limit=1",
		(long long)order.id);
	answer = world_get(&w, target);
	assert_true(world_text(&w, answer, "next").len > 0);
	answer = world_get(&w, "/v1/payments?state=succeeded");
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "pay"));
	answer = world_get(&w, "/v1/ledger/check");
	assert_true(str_is(raw(&w, answer, "ok"), "true"));
	assert_true(world_text(&w, answer, "checks.0.name").len > 0);
	answer = world_get(&w, "/v1/dashboard");
	assert_int_equal(world_int(&w, answer, "today.orders"), 1);
	assert_int_equal(world_int(&w, answer, "today.revenue.minor"), 1520);
	assert_int_equal(world_int(&w, answer, "hours.23.revenue.minor"), 1520);
	assert_int_equal(world_int(&w, answer, "piles.online"), 1);
	assert_true(str_is(world_text(&w, answer, "recent.0.state"), "settled"));
	world_close(&w);
}

static void test_alarms(void **state)
{
	struct alarm alarm = {.id = 5,
		.tenant_id = WORLD_TENANT,
		.at_us = WORLD_NOW,
		.kind = STR("mismatch"),
		.subject = STR("payment:5"),
		.detail = STR("{\"why\":\"amount\"}")};
	struct world w;
	struct answer answer;

	world_open(&w, state);
	assert_int_equal(store_alarm_raise(w.test->db, &alarm, true), 0);
	alarm.id = 6;
	assert_int_equal(store_alarm_raise(w.test->db, &alarm, true), 0); /* open already */
	world_as(&w, "operator");
	answer = world_get(&w, "/v1/attention");
	assert_true(world_has(answer, "\"word\":\"mismatch\",\"detail\":{\"why\":\"amount\"}"));
	world_post(&w, "/v1/alarms/5/close", "", 200);
	world_post(&w, "/v1/alarms/5/close", "", 404);
	world_post(&w, "/v1/alarms/6/close", "", 404);
	assert_true(world_has(world_get(&w, "/v1/alarms"), "\"items\":[]"));
	assert_true(
		world_has(world_get(&w, "/v1/alarms?state=all"), "\"closed_name\":\"operator\""));
	world_close(&w);
}

static void test_audit_chain(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	world_as(&w, "admin");
	for (int i = 0; i < 5; i++)
		world_post(&w, "/v1/members", "{\"name\":\"M\"}", 201);
	answer = world_get(&w, "/v1/audit/check");
	assert_true(world_has(answer, "\"ok\":true,\"rows\":5"));
	test_db_exec(w.test, "UPDATE audit SET detail = '{\"x\":1}' WHERE id = (SELECT MAX(id) "
			     "FROM audit WHERE id < "
			     "(SELECT MAX(id) FROM audit))");
	answer = world_get(&w, "/v1/audit/check");
	assert_true(world_has(answer, "\"ok\":false"));
	test_db_exec(w.test, "UPDATE audit SET detail = '{}'");
	assert_true(world_has(world_get(&w, "/v1/audit/check"), "\"ok\":true"));
	test_db_exec(w.test, "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)");
	assert_true(world_has(world_get(&w, "/v1/audit/check"), "\"ok\":false"));
	world_close(&w);
}

/* --- pages of a list --- */

static void test_cursor(void **state)
{
	struct world w;
	struct answer answer;
	struct str next;
	char target[300];
	int64_t last = INT64_MAX, id, seen = 0;

	world_open(&w, state);
	for (int i = 0; i < 23; i++) {
		w.ctx.now_us += US_PER_S;
		world_order(&w);
	}
	world_as(&w, "operator");
	snprintf(target, sizeof(target), "/v1/orders?limit=5");
	for (;;) {
		answer = world_get(&w, target);
		assert_int_equal(answer.status, 200);
		for (int i = 0; i < 5; i++) {
			char path[32];
			struct str text;

			snprintf(path, sizeof(path), "items.%d.id", i);
			if (!json_get_str(answer.body, path, &w.job, &text))
				break;
			assert_true(str_to_i64(text, &id) && id < last);
			last = id;
			seen++;
		}
		if (str_is(raw(&w, answer, "next"), "null"))
			break;
		next = world_text(&w, answer, "next");
		snprintf(target, sizeof(target), "/v1/orders?limit=5&cursor=%.*s", STR_FMT(next));
	}
	assert_int_equal(seen, 23);
	assert_int_equal(world_get(&w, "/v1/orders?cursor=abc").status, 400);
	assert_int_equal(world_get(&w, "/v1/orders?cursor=5.%21").status, 400);
	assert_int_equal(world_get(&w, "/v1/orders?limit=0").status, 400);
	assert_int_equal(world_get(&w, "/v1/orders?limit=201").status, 400);
	assert_int_equal(world_get(&w, "/v1/orders?format=pdf").status, 400);
	world_close(&w);
}

/* Names that are equal, empty after trimming, or hold signs must not lose or repeat a row. */
static void test_cursor_by_name(void **state)
{
	static const char *const names[] = {"A", "A", "A", "a.b", "\xE4\xB8\xAD", "Z", "A"};
	struct world w;
	struct answer answer;
	char target[300] = "/v1/members?limit=2";
	int seen = 0;

	world_open(&w, state);
	world_as(&w, "operator");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char body[64];

		snprintf(body, sizeof(body), "{\"name\":\"%s\"}", names[i]);
		world_post(&w, "/v1/members", body, 201);
	}
	for (int pages = 0; pages < 10; pages++) {
		answer = world_get(&w, target);
		assert_int_equal(answer.status, 200);
		seen += raw(&w, answer, "items.0").len > 0;
		seen += raw(&w, answer, "items.1").len > 0;
		if (str_is(raw(&w, answer, "next"), "null"))
			break;
		snprintf(target, sizeof(target), "/v1/members?limit=2&cursor=%.*s",
			STR_FMT(world_text(&w, answer, "next")));
	}
	assert_int_equal(seen, 8);
	world_close(&w);
}

static void test_csv(void **state)
{
	struct world w;
	struct answer answer;
	size_t lines = 0;

	world_open(&w, state);
	for (int i = 0; i < 230; i++) { /* more than a page */
		w.ctx.now_us += US_PER_S;
		world_order(&w);
	}
	world_as(&w, "finance");
	w.accept = STR("text/csv");
	answer = world_get(&w, "/v1/orders");
	assert_true(str_starts(answer.type, STR("text/csv")));
	for (size_t i = 0; i < answer.body.len; i++)
		lines += answer.body.ptr[i] == '\n';
	assert_int_equal(lines, 231);
	assert_true(world_has(answer, ",A-07 <b>,"));
	assert_non_null(
		memmem(answer.headers.ptr, answer.headers.len, "filename=\"orders.csv\"", 21));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_sites),
		ON_BOTH_ENGINES(test_new_pile),
		ON_BOTH_ENGINES(test_approve),
		ON_BOTH_ENGINES(test_actions),
		ON_BOTH_ENGINES(test_operator_start),
		ON_BOTH_ENGINES(test_orders),
		ON_BOTH_ENGINES(test_timeline),
		ON_BOTH_ENGINES(test_close_order),
		ON_BOTH_ENGINES(test_tariffs),
		ON_BOTH_ENGINES(test_simulate),
		ON_BOTH_ENGINES(test_members),
		ON_BOTH_ENGINES(test_money_lists),
		ON_BOTH_ENGINES(test_alarms),
		ON_BOTH_ENGINES(test_audit_chain),
		ON_BOTH_ENGINES(test_cursor),
		ON_BOTH_ENGINES(test_cursor_by_name),
		ON_BOTH_ENGINES(test_csv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
