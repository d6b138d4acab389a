/* test_public.c - what drivers see: the landing page, an order from wish to receipt, keys,
 * notifications, streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/charging.h"
#include "app/payments.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "store/journal.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/pile.h"
#include "wire/json.h"

#define OPEN_BODY "{\"pile\":\"LAKE-07\",\"connector\":1,\"limit\":{\"minor\":10000}}"

static bool header_has(struct answer answer, const char *needle)
{
	return memmem(answer.headers.ptr, answer.headers.len, needle, strlen(needle)) != NULL;
}

/* Opens an order over the API; the browser keeps what it is given. */
static struct str open_order(struct world *w)
{
	struct answer answer = world_post(w, "/v1/public/orders", OPEN_BODY, 201);
	struct str token = str_dup(&w->arena, world_text(w, answer, "token"));

	w->owner_key = str_dup(&w->arena, world_text(w, answer, "owner_key"));
	return token;
}

static const char *path_of(struct world *w, const char *before, struct str token, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "%s%.*s%s", before, STR_FMT(token), after));
}

static int64_t id_of(struct world *w, struct str token)
{
	struct order order;

	assert_int_equal(store_order_by_token(w->test->db, &w->arena, token, &order), 0);
	return order.id;
}

/* --- piles --- */

static void test_pile_view(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	answer = world_get(&w, "/v1/public/piles/LAKE-07");
	assert_int_equal(answer.status, 200);
	assert_true(str_is(world_text(&w, answer, "name"), "A-07 <b>"));
	assert_true(str_is(world_text(&w, answer, "connectors.0.state"), "plugged"));
	assert_true(str_is(world_text(&w, answer, "price_now.total"), "1.52000"));
	assert_true(str_is(world_text(&w, answer, "next_price.at"), "2026-11-19T13:00:00Z"));
	assert_true(str_is(world_text(&w, answer, "next_price.total"), "1.10000"));
	assert_true(str_is(world_text(&w, answer, "tariff.slots.47.total"), "1.10000"));
	assert_int_equal(world_get(&w, "/v1/public/piles/NEW-1").status, 404); /* not approved */
	assert_int_equal(world_get(&w, "/v1/public/piles/%00").status, 404);
	assert_int_equal(world_get(&w, "/v1/public/piles/lake-07").status, 404);
	world_close(&w);
}

static void test_landing(void **state)
{
	struct world w;
	struct answer answer;
	size_t plain;

	world_open(&w, state);
	w.accept = STR("text/html");
	answer = world_get(&w, "/p/LAKE-07");
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "A-07 &lt;b&gt;"));
	assert_false(world_has(answer, "<b>A-07 <b>"));
	assert_false(world_has(answer, "<Shore>"));
	assert_true(world_has(answer, "1.52"));
	assert_true(world_has(answer, "21:00"));
	assert_true(world_has(answer, "action=\"/p/LAKE-07/start\""));
	/* the inline style is exactly what its hash in the policy says */
	assert_true(header_has(answer, "style-src 'self' 'sha256-"));
	plain = answer.body.len;
	w.accept_encoding = STR("br, gzip");
	answer = world_get(&w, "/p/LAKE-07");
	assert_true(header_has(answer, "Content-Encoding: gzip\r\n"));
	assert_true(answer.body.len < plain && answer.body.len < 30 * 1024);
	w.accept_encoding = STR_NULL;
	w.accept_language = STR("de-DE");
	answer = world_get(&w, "/p/LAKE-07/1");
	assert_true(world_has(answer, "<html lang=\"de\">"));
	assert_true(world_has(answer, "1,52"));
	assert_true(header_has(answer, "Content-Language: de\r\n"));
	answer = world_get(&w, "/p/LAKE-07?lang=zh-CN");
	assert_true(world_has(answer, "<html lang=\"zh-CN\">"));
	assert_true(header_has(answer, "Set-Cookie: lang=zh-CN;"));
	assert_int_equal(world_get(&w, "/p/LAKE-07/9").status, 404);
	assert_int_equal(world_get(&w, "/p/LAKE-07/x").status, 404);
	assert_int_equal(world_get(&w, "/p/NEW-1").status, 404);
	world_close(&w);
}

static void test_landing_states(void **state)
{
	struct connector connector = {
		.no = 1, .status = STR("Faulted"), .status_us = WORLD_NOW + 1};
	struct world w;

	world_open(&w, state);
	w.accept = STR("text/html");
	connector.pile_id = w.pile;
	assert_int_equal(store_connector_status(w.test->db, &connector), 0);
	assert_true(world_has(world_get(&w, "/p/LAKE-07"), "s-fault"));
	assert_false(world_has(world_get(&w, "/p/LAKE-07"), "<form"));
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_true(world_has(world_get(&w, "/p/LAKE-07"), "s-offline"));
	world_close(&w);
}

static void test_start_form(void **state)
{
	struct world w;
	struct answer answer;
	char body[200];

	world_open(&w, state);
	w.accept = STR("text/html");
	w.content_type = STR("application/x-www-form-urlencoded");
	answer = world_post(&w, "/p/LAKE-07/start", "connector=1&amount=5000&match=no", 422);
	assert_true(world_has(answer, "role=\"alert\""));
	world_post(&w, "/p/LAKE-07/start", "connector=1&amount=50x0&match=yes", 422);
	world_post(&w, "/p/LAKE-07/start", "connector=1&amount=5000&match=yes&timing=credit", 422);
	world_post(
		&w, "/p/LAKE-07/start", "connector=1&amount=5000&match=yes&tariff_hash=0000", 409);
	world_post(
		&w, "/p/LAKE-07/start", "connector=1&amount=5000&match=yes&channel=nowhere", 409);
	world_post(&w, "/p/NEW-1/start", "connector=1&amount=5000&match=yes", 404);
	snprintf(body, sizeof(body),
		"connector=1&amount=5000&match=yes&timing=prepay&channel=sandbox&tariff_hash=%.*s",
		STR_FMT(w.tariff_hash));
	w.origin = STR("https://evil.example");
	world_post(&w, "/p/LAKE-07/start", body, 403);
	/* what browsers send from a page without a referrer, and from another site's frame */
	w.origin = STR("null");
	w.fetch_site = STR("cross-site");
	world_post(&w, "/p/LAKE-07/start", body, 403);
	w.fetch_site = STR("same-origin");
	answer = world_post(&w, "/p/LAKE-07/start", body, 303);
	assert_true(header_has(answer, "Location: /o/"));
	assert_true(header_has(answer, "Set-Cookie: ok_"));
	assert_true(header_has(answer, "HttpOnly; SameSite=Lax"));
	world_close(&w);
}

/* --- an order from wish to receipt --- */

static void test_open_refusals(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	answer = world_post(&w, "/v1/public/orders", "{\"pile\":\"NOPE\"}", 404);
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:pile_unknown"));
	world_post(&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\",\"timing\":\"credit\"}", 422);
	world_post(&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\",\"connector\":0}", 422);
	world_post(&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\",\"source\":\"house\"}", 422);
	world_post(&w, "/v1/public/orders",
		"{\"pile\":\"LAKE-07\",\"limit\":{\"minor\":999999999999}}", 422);
	answer = world_post(
		&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\",\"tariff_hash\":\"00\"}", 409);
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:price_changed"));
	answer = world_post(
		&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\",\"channel\":\"gold\"}", 409);
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:channel"));
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	answer = world_post(&w, "/v1/public/orders", OPEN_BODY, 409);
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:pile_offline"));
	world_close(&w);
}

static int64_t money(struct world *w, struct answer answer, const char *path)
{
	return world_int(w, answer, str_dup_z(&w->arena, str_format(&w->arena, "%s.minor", path)));
}

/* The bill adds up: lines to fees, fees to the total, paid to captured and refund. */
static void assert_adds_up(struct world *w, struct answer answer)
{
	int64_t energy = 0, service = 0, minor;

	for (int i = 0;; i++) {
		char path[64];

		snprintf(path, sizeof(path), "bill.lines.%d.energy.minor", i);
		if (!json_get_int(answer.body, path, &w->job, &minor))
			break;
		energy += minor;
		snprintf(path, sizeof(path), "bill.lines.%d.service", i);
		service += money(w, answer, path);
	}
	assert_int_equal(energy, money(w, answer, "bill.energy"));
	assert_int_equal(service, money(w, answer, "bill.service"));
	assert_int_equal(
		energy + service + money(w, answer, "bill.idle"), money(w, answer, "bill.total"));
	assert_int_equal(money(w, answer, "money.paid"),
		money(w, answer, "money.captured") + money(w, answer, "money.refund"));
	assert_int_equal(money(w, answer, "money.captured"), money(w, answer, "bill.total"));
}

static void test_life(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;
	const char *view;
	int64_t id;

	world_open(&w, state);
	token = open_order(&w);
	id = id_of(&w, token);
	view = path_of(&w, "/v1/public/orders/", token, "");
	answer = world_get(&w, view);
	assert_true(str_is(world_text(&w, answer, "state"), "created"));
	assert_true(world_has(answer, "\"owner\":true"));
	assert_true(world_has(answer, "{\"name\":\"paid\",\"at\":null}"));
	assert_false(world_has(answer, "owner_key"));
	world_pay(&w, id);
	answer = world_get(&w, view);
	assert_true(str_is(world_text(&w, answer, "state"), "starting"));
	assert_true(str_is(world_text(&w, answer, "steps.0.at"), "2026-11-19T12:00:00Z"));
	assert_true(str_is(world_text(&w, answer, "start_deadline"), "2026-11-19T12:01:00Z"));
	world_start(&w, id);
	answer = world_get(&w, view);
	assert_true(str_is(world_text(&w, answer, "state"), "charging"));
	w.owner_key = STR("somebody-else");
	assert_true(world_has(world_get(&w, view), "\"owner\":false"));
	world_post(&w, path_of(&w, "/v1/public/orders/", token, "/stop"), "", 403);
	world_stop(&w, id, 100000);
	answer = world_get(&w, view);
	assert_true(str_is(world_text(&w, answer, "state"), "settled"));
	assert_true(str_is(world_text(&w, answer, "energy_wh"), "10000.0"));
	assert_adds_up(&w, answer);
	assert_true(str_is(
		world_text(&w, answer, "bill.tariff_hash"), str_dup_z(&w.arena, w.tariff_hash)));
	assert_true(money(&w, answer, "money.refund") > 0);
	assert_true(str_is(world_text(&w, answer, "money.refund_state"), "sent"));
	world_close(&w);
}

/* Half full after 20 minutes of 10 percent: full 100 minutes after the last reading. */
static void test_estimates(void **state)
{
	struct reading reading = {.energy_dwh = 1000000,
		.power_w = 30000,
		.voltage_mv = 398000,
		.current_ma = 75400,
		.soc_pct = 40};
	struct sample sample = {.connector_no = 1};
	uint8_t packed[SESSION_PACKED_MAX];
	struct order order;
	struct world w;
	struct str token;
	struct answer answer;

	world_open(&w, state);
	token = open_order(&w);
	order = world_load(&w, id_of(&w, token));
	world_pay(&w, order.id);
	world_start(&w, order.id);
	order = world_load(&w, order.id);
	w.ctx.now_us += 60 * US_PER_S;
	sample.at_us = reading.at_us = w.ctx.now_us;
	sample.session_id = order.session_id;
	sample.pile_id = order.pile_id;
	sample.packed = (struct str){(char *)packed, session_pack(&reading, packed)};
	assert_int_equal(store_sample_add(w.journal, &sample), 0);
	w.ctx.now_us += 20 * 60 * US_PER_S;
	reading.at_us = w.ctx.now_us;
	reading.energy_dwh += 100000;
	reading.soc_pct = 50;
	assert_int_equal(
		charging_metered(world_ctx(&w), order.pile_id, 1, 0, &reading, 1, NULL), 0);
	answer = world_get(&w, path_of(&w, "/v1/public/orders/", token, ""));
	assert_int_equal(world_int(&w, answer, "power_w"), 30000);
	assert_true(str_is(world_text(&w, answer, "voltage_v"), "398.0"));
	assert_true(str_is(world_text(&w, answer, "current_a"), "75.4"));
	assert_true(str_is(world_text(&w, answer, "full_at"), "2026-11-19T14:01:00Z"));
	assert_true(str_is(world_text(&w, answer, "data_at"), "2026-11-19T12:21:00Z"));
	assert_true(world_text(&w, answer, "limit_at").len > 0);
	world_close(&w);
}

static void test_order_pages(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;
	const char *page;
	int64_t id;

	world_open(&w, state);
	token = open_order(&w);
	id = id_of(&w, token);
	page = path_of(&w, "/o/", token, "");
	w.accept = STR("text/html");
	answer = world_get(&w, page);
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "<script type=\"application/json\" id=\"order\">{\"token\""));
	assert_true(world_has(answer, "\\u003cb>"));
	assert_false(world_has(answer, "A-07 <b>"));
	world_pay(&w, id);
	world_start(&w, id);
	answer = world_get(&w, page);
	assert_true(world_has(answer, "/stop\""));
	w.owner_key = STR_NULL;
	assert_false(world_has(world_get(&w, page), "/stop\""));
	world_post(&w, path_of(&w, "/o/", token, "/stop"), "", 403);
	world_stop(&w, id, 100000);
	answer = world_get(&w, path_of(&w, "/o/", token, "/receipt"));
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "15.20")); /* 10 kWh at 1.52 */
	assert_true(world_has(answer, "84.80")); /* back */
	w.accept_language = STR("de");
	answer = world_get(&w, path_of(&w, "/o/", token, "/receipt"));
	assert_true(world_has(answer, "15,20"));
	world_close(&w);
}

static void test_stop_by_owner(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;
	const char *stop;
	int64_t id;

	world_open(&w, state);
	token = open_order(&w);
	id = id_of(&w, token);
	world_pay(&w, id);
	world_start(&w, id);
	stop = path_of(&w, "/v1/public/orders/", token, "/stop");
	answer = world_post(&w, stop, "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "stopping"));
	world_post(&w, stop, "", 200); /* again is harmless */
	world_stop(&w, id, 50000);
	world_post(&w, stop, "", 200);
	/* by the cookie as well as by the header */
	w.cookie = str_format(&w.arena, "ok_%.*s=%.*s", STR_FMT(token), STR_FMT(w.owner_key));
	w.owner_key = STR_NULL;
	answer = world_get(&w, path_of(&w, "/v1/public/orders/", token, ""));
	assert_true(world_has(answer, "\"owner\":true"));
	world_close(&w);
}

static void test_retry(void **state)
{
	struct world w;
	struct answer answer;
	struct str token, key;
	const char *retry;

	world_open(&w, state);
	token = open_order(&w);
	retry = path_of(&w, "/v1/public/orders/", token, "/retry");
	world_post(&w, retry, "", 409); /* not failed */
	world_post(&w, path_of(&w, "/v1/public/orders/", token, "/stop"), "", 200);
	key = w.owner_key;
	w.owner_key = STR_NULL;
	world_post(&w, retry, "", 403);
	w.owner_key = key;
	answer = world_post(&w, retry, "", 201);
	assert_false(str_eq(world_text(&w, answer, "token"), token));
	assert_true(world_text(&w, answer, "owner_key").len > 0);
	world_close(&w);
}

static void test_problem_report(void **state)
{
	struct world w;
	struct answer answer;
	struct str token;
	const char *report;

	world_open(&w, state);
	token = open_order(&w);
	report = path_of(&w, "/v1/public/orders/", token, "/problem");
	world_post(&w, report, "{\"text\":\"  \"}", 422);
	world_post(&w, report, "{\"text\":\"It smells <b>\\u0007\"}", 202);
	world_post(&w, report, "{\"text\":\"again\"}", 202);
	world_as(&w, "auditor");
	answer = world_get(&w, "/v1/alarms");
	assert_true(str_is(world_text(&w, answer, "items.0.kind"), "problem"));
	assert_true(str_is(world_text(&w, answer, "items.0.detail.text"), "It smells <b>\a"));
	assert_int_equal(json_get(answer.body, "items.1", &w.job).len, 0);
	world_close(&w);
}

/* --- keys --- */

static int64_t count_orders(struct world *w)
{
	struct answer answer;
	int64_t count = 0;

	world_as(w, "admin");
	answer = world_get(w, "/v1/orders");
	while (json_get(answer.body,
		str_dup_z(&w->arena, str_format(&w->arena, "items.%lld", (long long)count)),
		&w->job)
			.len)
		count++;
	return count;
}

static void test_idempotency(void **state)
{
	struct world w;
	struct answer answer;
	struct str first, headers;

	world_open(&w, state);
	w.idempotency = STR("0123456789abcdef");
	answer = world_post(&w, "/v1/public/orders", OPEN_BODY, 201);
	first = str_dup(&w.arena, answer.body);
	headers = str_dup(&w.arena, answer.headers);
	assert_true(str_starts(headers, STR("Set-Cookie: ok_")));
	answer = world_post(&w, "/v1/public/orders", OPEN_BODY, 201);
	assert_true(str_eq(answer.body, first));
	assert_true(header_has(answer, "Idempotency-Replayed: true"));
	assert_true(header_has(answer, "Set-Cookie: ok_"));
	answer = world_post(&w, "/v1/public/orders", "{\"pile\":\"LAKE-07\"}", 409);
	assert_true(str_is(world_text(&w, answer, "type"), "urn:leyden:error:idempotency"));
	w.idempotency = STR("short");
	world_post(&w, "/v1/public/orders", OPEN_BODY, 422);
	/* a refusal is not remembered */
	w.idempotency = STR("fedcba9876543210");
	world_post(&w, "/v1/public/orders", "{\"pile\":\"NOPE\"}", 404);
	world_post(&w, "/v1/public/orders", OPEN_BODY, 201);
	assert_int_equal(count_orders(&w), 2);
	world_close(&w);
}

/* --- notifications --- */

static struct payment_news told;
static int verify_result;

static int fake_verify(void *context, struct str channel, struct str headers, struct str body,
	int64_t now_us, struct arena *arena, struct payment_news *ret_news,
	struct str *ret_accepted, struct str *ret_refused)
{
	(void)context;
	(void)now_us;
	(void)arena;
	assert_true(str_is(channel, "sandbox"));
	assert_true(headers.len > 0);
	assert_true(str_is(body, "<xml>raw</xml>"));
	*ret_accepted = STR("yes");
	*ret_refused = STR("no");
	*ret_news = told;
	return verify_result;
}

static void test_notify(void **state)
{
	const char *path = "/v1/channels/sandbox/notify";
	struct payment *payments;
	struct world w;
	struct str token;
	struct answer answer;
	size_t count;

	world_open(&w, state);
	token = open_order(&w);
	assert_int_equal(store_payment_of_order(
				 w.test->db, &w.arena, id_of(&w, token), 5, &payments, &count),
		0);
	told = (struct payment_news){.key = payments[0].key,
		.state = PAYMENT_SUCCEEDED,
		.channel_ref = STR("r"),
		.currency = STR("CNY"),
		.amount_minor = 10000};
	w.content_type = STR("text/xml");
	world_post(&w, path, "<xml>raw</xml>", 404); /* nobody verifies: no door */
	w.config.hooks.notify_verify = fake_verify;
	verify_result = 1;
	answer = world_post(&w, path, "<xml>raw</xml>", 401);
	assert_true(str_is(answer.body, "no"));
	verify_result = 0;
	told.amount_minor = 1;
	world_post(&w, path, "<xml>raw</xml>", 409);
	answer = world_get(&w, path_of(&w, "/v1/public/orders/", token, ""));
	assert_true(str_is(world_text(&w, answer, "state"), "created"));
	told.amount_minor = 10000;
	answer = world_post(&w, path, "<xml>raw</xml>", 200);
	assert_true(str_is(answer.body, "yes"));
	world_post(&w, path, "<xml>raw</xml>", 200);
	answer = world_get(&w, path_of(&w, "/v1/public/orders/", token, ""));
	assert_true(str_is(world_text(&w, answer, "state"), "starting"));
	told.key = STR("nobody");
	world_post(&w, path, "<xml>raw</xml>", 404);
	world_post(&w, "/v1/channels/other/notify", "<xml>raw</xml>", 404);
	world_close(&w);
}

/* --- streams --- */

static void test_streams(void **state)
{
	struct world w;
	struct answer answer;
	struct str token, data;

	world_open(&w, state);
	token = open_order(&w);
	answer = world_get(&w, path_of(&w, "/events?order=", token, ""));
	assert_int_equal(answer.status, 200);
	assert_true(str_eq(answer.topic, str_format(&w.arena, "order:%.*s", STR_FMT(token))));
	assert_true(world_has(answer, "\"state\":\"created\""));
	assert_false(world_has(answer, "\"owner\""));
	assert_int_equal(world_get(&w, "/events?order=nothing").status, 404);
	assert_int_equal(world_get(&w, "/events").status, 404);
	assert_int_equal(world_get(&w, "/events/console").status, 401);
	assert_int_equal(
		api_event(world_ctx(&w), str_format(&w.arena, "order:%.*s", STR_FMT(token)),
			STR("order"), STR("{}"), &data),
		0);
	assert_true(json_valid(data, &w.job));
	assert_int_equal(api_event(world_ctx(&w), STR("tenant:1000"), STR("pile"),
				 STR("{\"id\":\"5\"}"), &data),
		0);
	assert_true(str_is(data, "{\"id\":\"5\"}"));
	assert_int_equal(
		api_event(world_ctx(&w), STR("tenant:1000"), STR("secret"), STR("{}"), &data), 0);
	assert_int_equal(data.len, 0);
	world_as(&w, "auditor");
	answer = world_get(&w, "/events/console");
	assert_true(str_is(answer.topic, "tenant:1000"));
	assert_int_equal(answer.log.len, 0);
	answer = world_get(&w, path_of(&w, "/events/console?log=",
				       str_format(&w.arena, "%lld", (long long)w.pile), ""));
	assert_true(str_eq(answer.log, str_format(&w.arena, "log:%lld", (long long)w.pile)));
	assert_int_equal(world_get(&w, "/events/console?log=1").status, 404);
	assert_int_equal(world_get(&w, "/events/console?log=x").status, 404);
	assert_int_equal(
		api_event(world_ctx(&w), STR("log:5"), STR("frame"), STR("{\"id\":\"5\"}"), &data),
		0);
	assert_true(str_is(data, "{\"id\":\"5\"}"));
	assert_int_equal(
		api_event(world_ctx(&w), STR("log:5"), STR("pile"), STR("{\"id\":\"5\"}"), &data),
		0);
	assert_int_equal(data.len, 0);
	world_close(&w);
}

/* --- wallet, start page --- */

static void test_wallet(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	w.accept = STR("text/html");
	answer = world_get(&w, "/w/wallet-token-of-the-test");
	assert_int_equal(answer.status, 200);
	assert_true(world_has(answer, "Member 1") && world_has(answer, "CARD1"));
	assert_int_equal(world_get(&w, "/w/wrong").status, 404);
	w.content_type = STR("application/x-www-form-urlencoded");
	world_post(&w, "/w/wallet-token-of-the-test/topup", "amount=5", 422);
	world_post(&w, "/w/wallet-token-of-the-test/topup", "amount=5000&channel=gold", 409);
	answer = world_post(
		&w, "/w/wallet-token-of-the-test/topup", "amount=5000&channel=sandbox", 303);
	assert_true(
		header_has(answer, "Location: /w/wallet-token-of-the-test?notice=wait&payment="));
	world_close(&w);
}

static void test_start_page(void **state)
{
	struct world w;
	struct answer answer;

	world_open(&w, state);
	w.accept = STR("text/html");
	answer = world_get(&w, "/");
	assert_true(world_has(answer, "href=\"/p/LAKE-07\""));
	assert_false(world_has(answer, "NEW-1"));
	w.config.demo = false;
	assert_false(world_has(world_get(&w, "/"), "LAKE-07"));
	assert_int_equal(world_get(&w, "/console").status, 200);
	assert_int_equal(world_get(&w, "/console/orders/5").status, 200);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_pile_view),
		ON_BOTH_ENGINES(test_landing),
		ON_BOTH_ENGINES(test_landing_states),
		ON_BOTH_ENGINES(test_start_form),
		ON_BOTH_ENGINES(test_open_refusals),
		ON_BOTH_ENGINES(test_life),
		ON_BOTH_ENGINES(test_estimates),
		ON_BOTH_ENGINES(test_order_pages),
		ON_BOTH_ENGINES(test_stop_by_owner),
		ON_BOTH_ENGINES(test_retry),
		ON_BOTH_ENGINES(test_problem_report),
		ON_BOTH_ENGINES(test_idempotency),
		ON_BOTH_ENGINES(test_notify),
		ON_BOTH_ENGINES(test_streams),
		ON_BOTH_ENGINES(test_wallet),
		ON_BOTH_ENGINES(test_start_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
