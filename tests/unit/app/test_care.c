/* test_care.c - the care of piles over the outside face: raw calls and the help for them, wanted
 * settings, campaigns, reservations, security. What is wrong with a body is said by its field, and
 * nothing half done stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/api_ocpp.h"
#include "app/updates.h"
#include "base/clock.h"
#include "store/command.h"
#include "store/firmware.h"
#include "store/pile.h"
#include "wire/json.h"

#define MOST 100 /* of anything that is walked by index */

static const char *path_of(struct world *w, const char *before, int64_t id, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "%s%lld%s", before, (long long)id, after));
}

static const char *pile_path(struct world *w, const char *after)
{
	return path_of(w, "/v1/piles/", w->pile, after);
}

static void speak(struct world *w, const char *protocol)
{
	struct connector connector = {
		.pile_id = w->pile, .no = 1, .status = STR("Available"), .status_us = WORLD_NOW};

	assert_int_equal(store_pile_online(w->test->db, w->pile, WORLD_NOW, str_from(protocol)), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
}

static bool type_is(struct world *w, struct answer answer, const char *word)
{
	struct str type = world_text(w, answer, "type");

	return str_starts(type, STR("urn:leyden:error:")) &&
	       str_is(str_slice(type, 17, type.len), word);
}

static void wrong_field(struct world *w, struct answer answer, const char *field)
{
	struct str fields = json_get(answer.body, "fields", &w->job);
	char quoted[100];

	snprintf(quoted, sizeof(quoted), "{\"%s\":", field);
	if (!str_starts(fields, str_from(quoted)))
		print_error("%s is not wrong in %.*s\n", field, STR_FMT(answer.body));
	assert_true(str_starts(fields, str_from(quoted)));
}

/* --- raw calls --- */

/* Every payload to begin from is one that may be sent. */
static void samples_of(struct world *w, const char *protocol, size_t least)
{
	size_t count = 0;

	for (size_t i = 0; i < MOST; i++) {
		struct record_error error = {.path = ""};
		const struct record *record;
		struct str action, sample;
		struct answer answer;
		char path[120];
		void *value;

		snprintf(path, sizeof(path), "/v1/ocpp/actions?version=%s", protocol);
		answer = world_get(w, path);
		assert_int_equal(answer.status, 200);
		snprintf(path, sizeof(path), "items.%zu.action", i);
		if (!json_get_str(answer.body, path, &w->arena, &action))
			break;
		action = str_dup(&w->arena, action);
		snprintf(path, sizeof(path), "/v1/ocpp/actions/%.*s?version=%s", STR_FMT(action),
			protocol);
		answer = world_get(w, path);
		assert_int_equal(answer.status, 200);
		record = ocpp_call_record(ocpp_version_of(str_from(protocol)), action);
		assert_non_null(record);
		sample = json_get(answer.body, "template", &w->job);
		value = arena_alloc(&w->job, record->size);
		if (ocpp_payload(record, sample, &w->job, value, &error) != 0)
			print_error(
				"%.*s: %s in %.*s\n", STR_FMT(action), error.path, STR_FMT(sample));
		assert_int_equal(ocpp_payload(record, sample, &w->job, value, &error), 0);
		assert_true(record->fields_len == 0 || world_has(answer, "\"required\":"));
		count++;
	}
	assert_true(count >= least);
}

static void test_samples(void **state)
{
	struct world w;

	world_open(&w, state);
	world_as(&w, "installer");
	samples_of(&w, "ocpp1.6", 24);
	samples_of(&w, "ocpp2.0.1", 37);
	samples_of(&w, "ocpp2.1", 50);
	assert_int_equal(world_get(&w, "/v1/ocpp/actions?version=ocpp3").status, 404);
	assert_int_equal(world_get(&w, "/v1/ocpp/actions/Heartbeat").status, 404);
	assert_int_equal(
		world_get(&w, "/v1/ocpp/actions/SetDefaultTariff?version=ocpp2.0.1").status, 404);
	world_as(&w, "finance");
	assert_int_equal(world_get(&w, "/v1/ocpp/actions").status, 403);
	world_close(&w);
}

/* Ends the newest command of the pile with an answer, as its desk does. */
static void answer_last(struct world *w, const char *answer_text)
{
	struct command *commands, done = {.state = STR("answered"), .done_us = WORLD_NOW};
	size_t len;

	assert_int_equal(
		store_command_open(w->test->db, &w->arena, w->pile, WORLD_NOW, &commands, &len), 0);
	assert_true(len > 0);
	done.id = commands[len - 1].id;
	done.answer = str_from(answer_text);
	done.latency_us = 1500;
	assert_int_equal(store_command_done(w->test->db, &done), 0);
}

static void test_raw(void **state)
{
	const char *path;
	struct answer answer;
	struct world w;

	world_open(&w, state);
	world_as(&w, "installer");
	path = pile_path(&w, "/ocpp/GetVariables");
	world_post(&w, path, "{}", 409); /* its pile speaks 1.6 */
	speak(&w, "ocpp2.0.1");
	wrong_field(&w, world_post(&w, path, "{}", 422), "getVariableData");
	wrong_field(&w,
		world_post(&w, path,
			"{\"getVariableData\":[{\"component\":{\"name\":5},\"variable\":{\"name\":"
			"\"v\"}}]}",
			422),
		"getVariableData[0].component.name");
	wrong_field(&w, world_post(&w, path, "{\"getVariables\":1}", 422), "getVariables");
	world_post(&w, path, "{", 400);
	world_post(&w, path, "[]", 400);
	/* The question waits for the pile, for 45 seconds; its number leads to the answer. */
	w.ctx.now_us += 46 * INT64_C(1000000);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_true(type_is(
		&w, world_post(&w, pile_path(&w, "/ocpp/ClearCache"), "", 409), "pile_offline"));
	world_as(&w, "operator");
	speak(&w, "ocpp2.0.1");
	answer = world_post(&w, pile_path(&w, "/inventory"), "{\"criterion\":\"Active\"}", 202);
	answer_last(&w, "{\"status\":\"Accepted\"}");
	answer = world_get(&w, pile_path(&w, "/commands"));
	assert_true(str_is(world_text(&w, answer, "items.0.action"), "GetReport"));
	assert_true(str_is(world_text(&w, answer, "items.0.answer.status"), "Accepted"));
	assert_true(str_is(world_text(&w, answer, "items.0.staff"), "operator"));
	world_as(&w, "auditor");
	answer = world_get(&w, "/v1/audit");
	assert_true(str_is(world_text(&w, answer, "items.0.detail.action"), "GetReport"));
	world_post(&w, path, "{}", 403);
	world_close(&w);
}

/* What only OCPP 2 has words for is refused for others, before anything is stored. */
static void test_other_version(void **state)
{
	static const struct {
		const char *path, *body;
	} cases[] = {
		{"/inventory", "{\"criterion\":\"Problem\"}"},
		{"/monitors/read", ""},
		{"/monitors/base", "{\"base\":\"All\"}"},
		{"/monitors/level", "{\"severity\":3}"},
		{"/monitors", "{\"component\":\"c\",\"variable\":\"v\",\"kind\":\"Delta\","
			      "\"value\":\"1\",\"severity\":4}"},
		{"/customer", "{\"id_tag\":\"CARD1\"}"},
		{"/network",
			"{\"slot\":1,\"url\":\"ws://x\",\"profile\":1,\"interface\":\"Wired0\"}"},
		{"/transactions/ask", ""},
		{"/displays/read", ""},
		{"/displays", "{\"content\":\"Hello\"}"},
		{"/profiles/read", "{}"},
		{"/controls",
			"{\"kind\":\"LimitMaxDischarge\",\"default\":true,\"percent\":\"50\"}"},
		{"/controls/clear", "{\"default\":true}"},
		{"/controls/read", "{}"},
		{"/afrr", "{\"signal\":1}"},
		{"/streams/read", ""},
		{"/streams/3", "{\"every_s\":5}"},
		{"/battery-swap", "{\"id_tag\":\"CARD1\"}"},
	};
	struct world w;

	world_open(&w, state);
	world_as(&w, "operator");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		speak(&w, "ocpp1.6");
		assert_true(type_is(&w,
			world_post(&w, pile_path(&w, cases[i].path), cases[i].body, 409),
			"version"));
		speak(&w, "ocpp2.1");
		assert_true(
			world_ask(&w, "POST", pile_path(&w, cases[i].path), cases[i].body).status <
			300);
	}
	assert_true(world_has(world_get(&w, pile_path(&w, "/notices")), "\"items\":[]"));
	assert_true(world_has(world_get(&w, pile_path(&w, "/reports")), "\"items\":[]"));
	assert_int_equal(world_get(&w, pile_path(&w, "/reports/NotifyReport/x")).status, 404);
	world_close(&w);
}

/* --- wanted settings --- */

static void test_setups(void **state)
{
	struct answer answer;
	struct world w;
	int64_t id;

	world_open(&w, state);
	speak(&w, "ocpp1.6");
	world_as(&w, "operator");
	wrong_field(&w, world_post(&w, "/v1/setups", "{\"values\":[]}", 422), "name");
	wrong_field(
		&w, world_post(&w, "/v1/setups", "{\"name\":\" \",\"values\":[]}", 422), "name");
	wrong_field(&w,
		world_post(&w, "/v1/setups",
			"{\"name\":\"S\",\"values\":[{\"name\":\"A\",\"value\":\"1\"},"
			"{\"name\":\"a\",\"value\":\"2\"}]}",
			422),
		"values");
	wrong_field(&w,
		world_post(
			&w, "/v1/setups", "{\"name\":\"S\",\"values\":[],\"piles\":[\"5\"]}", 422),
		"piles");
	/* Nothing of all that was kept. */
	assert_true(world_has(world_get(&w, "/v1/setups"), "\"items\":[]"));
	answer = world_post(&w, "/v1/setups",
		str_dup_z(&w.arena, str_format(&w.arena,
					    "{\"name\":\"S\",\"values\":[{\"name\":"
					    "\"HeartbeatInterval\",\"value\":"
					    "\"60\"}],\"piles\":[\"%lld\"]}",
					    (long long)w.pile)),
		201);
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	assert_true(str_is(world_text(&w, answer, "drift.0.state"), "unknown"));
	answer = world_post(&w, path_of(&w, "/v1/setups/", id, "/push"), "", 202);
	assert_int_equal(world_int(&w, answer, "sent"), 1);
	answer = world_get(&w, path_of(&w, "/v1/setups/", id, ""));
	assert_true(str_is(world_text(&w, answer, "drift.0.pushed"), "sent"));
	/* Told another value by the pile, then the wanted one. */
	assert_int_equal(store_pile_setting(w.test->db, w.pile, STR("HeartbeatInterval"),
				 STR("300"), false, WORLD_NOW),
		0);
	answer = world_get(&w, path_of(&w, "/v1/setups/", id, ""));
	assert_true(str_is(world_text(&w, answer, "drift.0.state"), "different"));
	assert_int_equal(store_pile_setting(w.test->db, w.pile, STR("HeartbeatInterval"), STR("60"),
				 false, WORLD_NOW),
		0);
	answer = world_post(&w, path_of(&w, "/v1/setups/", id, "/push"), "", 202);
	assert_int_equal(world_int(&w, answer, "sent"), 0);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	answer = world_post(&w, path_of(&w, "/v1/setups/", id, "/push"), "", 202);
	assert_int_equal(world_int(&w, answer, "away"), 1);
	/* Two people at once: the second one's revision is old. */
	assert_int_equal(world_ask(&w, "PUT", path_of(&w, "/v1/setups/", id, ""),
				 "{\"name\":\"T\",\"values\":[],\"revision\":1}")
				 .status,
		200);
	assert_int_equal(world_ask(&w, "PUT", path_of(&w, "/v1/setups/", id, ""),
				 "{\"name\":\"U\",\"values\":[],\"revision\":1}")
				 .status,
		409);
	world_as(&w, "other");
	assert_int_equal(world_get(&w, path_of(&w, "/v1/setups/", id, "")).status, 404);
	world_post(&w, path_of(&w, "/v1/setups/", id, "/push"), "", 404);
	world_as(&w, "operator");
	assert_int_equal(
		world_ask(&w, "DELETE", path_of(&w, "/v1/setups/", id, ""), NULL).status, 200);
	assert_int_equal(world_get(&w, path_of(&w, "/v1/setups/", id, "")).status, 404);
	world_close(&w);
}

/* What everybody is shown is no place for a password. */
static void test_setup_secret(void **state)
{
	struct world w;

	world_open(&w, state);
	world_as(&w, "operator");
	wrong_field(&w,
		world_post(&w, "/v1/setups",
			"{\"name\":\"S\",\"values\":[{\"name\":\"authorizationKey\","
			"\"value\":\"a-long-secret-word\"}]}",
			422),
		"values");
	world_close(&w);
}

/* --- firmware and campaigns --- */

/* A file whose bytes are here. */
static int64_t add_file(struct world *w)
{
	struct answer answer =
		world_post(w, "/v1/firmware", "{\"name\":\"Release\",\"version\":\"2.0\"}", 201);
	struct firmware firmware;
	int64_t id;

	assert_true(str_to_i64(world_text(w, answer, "id"), &id));
	assert_true(str_starts(world_text(w, answer, "upload"), STR("http://localhost:8080/up/")));
	wrong_field(w,
		world_post(w, "/v1/campaigns",
			str_dup_z(&w->arena,
				str_format(&w->arena, "{\"name\":\"C\",\"firmware_id\":\"%lld\"}",
					(long long)id)),
			422),
		"firmware_id"); /* still empty */
	assert_int_equal(store_firmware_get(w->test->db, &w->arena, id, &firmware), 0);
	firmware.state = STR("ready");
	firmware.bytes = 10;
	assert_int_equal(store_firmware_put(w->test->db, &firmware), 0);
	return id;
}

static const char *campaign_body(struct world *w, int64_t file, const char *rest)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "{\"name\":\"C\",\"firmware_id\":\"%lld\"%s}",
				   (long long)file, rest));
}

static void test_campaigns(void **state)
{
	struct answer answer;
	struct world w;
	int64_t file, id;

	world_open(&w, state);
	speak(&w, "ocpp1.6");
	world_as(&w, "operator");
	wrong_field(&w, world_post(&w, "/v1/firmware", "{\"version\":\"2\"}", 422), "name");
	wrong_field(&w,
		world_post(&w, "/v1/firmware",
			"{\"name\":\"F\",\"version\":\"2\",\"signature\":\"c2ln\"}", 422),
		"certificate");
	file = add_file(&w);
	wrong_field(&w,
		world_post(&w, "/v1/campaigns", campaign_body(&w, file, ",\"waves\":[50,10]"), 422),
		"waves");
	wrong_field(&w,
		world_post(&w, "/v1/campaigns", campaign_body(&w, file, ",\"waves\":[50]"), 422),
		"waves");
	wrong_field(&w,
		world_post(&w, "/v1/campaigns", campaign_body(&w, file, ",\"piles\":[\"x\"]"), 422),
		"piles");
	wrong_field(&w,
		world_post(&w, "/v1/campaigns", campaign_body(&w, file, ",\"piles\":[\"5\"]"), 422),
		"piles");
	wrong_field(&w,
		world_post(&w, "/v1/campaigns", campaign_body(&w, file, ",\"fail_pct\":101"), 422),
		"fail_pct");
	assert_true(world_has(world_get(&w, "/v1/campaigns"), "\"items\":[]"));
	answer = world_post(&w, "/v1/campaigns", campaign_body(&w, file, ""), 201);
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	assert_true(str_is(world_text(&w, answer, "state"), "running"));
	assert_int_equal(world_int(&w, answer, "piles"), 1);
	answer = world_get(&w, path_of(&w, "/v1/campaigns/", id, "/piles"));
	assert_true(str_is(world_text(&w, answer, "items.0.pile_code"), "LAKE-07"));
	answer = world_post(&w, path_of(&w, "/v1/campaigns/", id, "/pause"), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "paused"));
	world_post(&w, path_of(&w, "/v1/campaigns/", id, "/resume"), "", 200);
	world_post(&w, path_of(&w, "/v1/campaigns/", id, "/rollback"), "", 409); /* nothing yet */
	world_post(&w, path_of(&w, "/v1/campaigns/", id, "/cancel"), "", 200);
	world_post(&w, path_of(&w, "/v1/campaigns/", id, "/resume"), "", 409);
	world_as(&w, "other");
	world_post(&w, path_of(&w, "/v1/campaigns/", id, "/pause"), "", 404);
	assert_true(world_has(
		world_get(&w, path_of(&w, "/v1/campaigns/", id, "/piles")), "\"items\":[]"));
	assert_int_equal(
		world_ask(&w, "DELETE", path_of(&w, "/v1/firmware/", file, ""), NULL).status, 404);
	world_as(&w, "auditor");
	world_post(&w, "/v1/campaigns", "{}", 403);
	world_close(&w);
}

/* Piles that are away wait, but nobody waits for them: those that are here are told, however many
 * stand before them. */
static void test_campaign_absent(void **state)
{
	struct pile pile = {.tenant_id = WORLD_TENANT,
		.state = PILE_APPROVED,
		.created_us = 1,
		.version = 1,
		.firmware = STR("1")};
	struct campaign_pile update, *skipped;
	struct world w;
	int64_t file;
	size_t len;

	world_open(&w, state);
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	for (int i = 0; i < 70; i++) {
		pile.id = id_next(&w.ids, WORLD_NOW);
		pile.site_id = w.site;
		pile.code = pile.name = str_format(&w.arena, "AWAY-%d", i);
		assert_int_equal(store_pile_add(w.test->db, &pile), 0);
	}
	assert_int_equal(store_pile_online(w.test->db, pile.id, WORLD_NOW, STR("ocpp1.6")), 0);
	world_as(&w, "operator");
	file = add_file(&w);
	world_post(&w, "/v1/campaigns",
		campaign_body(&w, file, ",\"waves\":[100],\"fail_pct\":100"), 201);
	assert_int_equal(updates_tick(world_ctx(&w)), 0);
	assert_int_equal(store_campaign_pile_open(w.test->db, &w.arena, pile.id, &update), 0);
	assert_int_equal(update.state, UPDATE_ASKED);
	/* after a week those away are given up, a few at a time */
	w.ctx.now_us += 7 * US_PER_DAY + 1;
	for (int i = 0; i < 3; i++)
		assert_int_equal(updates_tick(world_ctx(&w)), 0);
	assert_int_equal(store_campaign_piles(w.test->db, &w.arena, update.campaign_id,
				 UPDATE_SKIPPED, MOST, &skipped, &len),
		0);
	assert_int_equal(len, 70);
	world_close(&w);
}

/* --- reservations --- */

static void test_reservations(void **state)
{
	struct answer answer;
	const char *path;
	struct world w;
	int64_t id;

	world_open(&w, state);
	world_as(&w, "operator");
	path = pile_path(&w, "/reservations");
	assert_true(type_is(&w, world_post(&w, path, "{\"minutes\":15}", 409),
		"connector")); /* a car is there */
	speak(&w, "ocpp1.6");
	wrong_field(&w, world_post(&w, path, "{}", 422), "minutes");
	wrong_field(&w, world_post(&w, path, "{\"minutes\":0}", 422), "minutes");
	wrong_field(&w, world_post(&w, path, "{\"minutes\":1441}", 422), "minutes");
	wrong_field(
		&w, world_post(&w, path, "{\"minutes\":15,\"id_tag\":\"NOBODY\"}", 422), "id_tag");
	wrong_field(&w, world_post(&w, path, "{\"minutes\":15,\"connector\":0}", 422), "connector");
	answer = world_post(&w, path, "{\"minutes\":15,\"id_tag\":\"card1\"}", 201);
	assert_true(str_to_i64(world_text(&w, answer, "id"), &id));
	assert_true(str_is(world_text(&w, answer, "state"), "asked"));
	assert_true(str_is(world_text(&w, answer, "member"), "Member 1"));
	assert_true(type_is(&w, world_post(&w, path, "{\"minutes\":15}", 409), "busy"));
	world_as(&w, "other");
	world_post(&w, path_of(&w, "/v1/reservations/", id, "/cancel"), "", 404);
	world_as(&w, "operator");
	answer = world_post(&w, path_of(&w, "/v1/reservations/", id, "/cancel"), "", 200);
	assert_true(str_is(world_text(&w, answer, "state"), "cancelling"));
	assert_int_equal(store_pile_offline(w.test->db, w.pile, WORLD_NOW), 0);
	assert_true(type_is(&w, world_post(&w, path, "{\"minutes\":15}", 409), "pile_offline"));
	world_as(&w, "finance");
	world_post(&w, path, "{\"minutes\":15}", 403);
	world_close(&w);
}

/* Names alone are for every reader: of both directions, of all versions, each once. */
static void test_messages(void **state)
{
	static const char *const names[] = {"MeterValues", "RemoteStartTransaction",
		"TransactionEvent", "SetDefaultTariff", "Heartbeat"};
	struct world w;
	struct answer answer;

	world_open(&w, state);
	assert_int_equal(world_get(&w, "/v1/ocpp/messages").status, 401);
	world_as(&w, "auditor");
	answer = world_get(&w, "/v1/ocpp/messages");
	assert_int_equal(answer.status, 200);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char quoted[60];
		size_t len = (size_t)snprintf(quoted, sizeof(quoted), "\"%s\"", names[i]);
		const char *end = answer.body.ptr + answer.body.len;
		const char *at = memmem(answer.body.ptr, answer.body.len, quoted, len);

		assert_non_null(at);
		assert_null(memmem(at + 1, (size_t)(end - at - 1), quoted, len));
	}
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_messages),
		ON_BOTH_ENGINES(test_setups),
		ON_BOTH_ENGINES(test_setup_secret),
		ON_BOTH_ENGINES(test_campaigns),
		ON_BOTH_ENGINES(test_campaign_absent),
		ON_BOTH_ENGINES(test_reservations),
		ON_BOTH_ENGINES(test_samples),
		ON_BOTH_ENGINES(test_raw),
		ON_BOTH_ENGINES(test_other_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
