/* test_webcodes.c - codes on screens that change with the time: the pile is told address and secret
 * and the secret is seen nowhere, a code opens the page once and in its time, and where it is
 * required nobody starts without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/webcodes.h"
#include "base/box.h"
#include "base/clock.h"
#include "base/totp.h"
#include "store/command.h"
#include "store/order.h"
#include "store/pile.h"
#include "wire/json.h"

#define OPEN_BODY "{\"pile\":\"LAKE-07\",\"connector\":1,\"limit\":{\"minor\":10000}}"

static const char *pile_path(struct world *w, const char *after)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "/v1/piles/%lld%s", (long long)w->pile, after));
}

static bool type_is(struct world *w, struct answer answer, const char *word)
{
	struct str type = world_text(w, answer, "type");

	return str_starts(type, STR("urn:leyden:error:")) &&
	       str_is(str_slice(type, 17, type.len), word);
}

static struct webcode screen(struct world *w)
{
	struct webcode code;

	assert_int_equal(store_webcode_at(w->test->db, &w->arena, w->pile, 1, &code), 0);
	return code;
}

/* The pile is there, speaks 2.1, and its device model has a screen for outlet 1. */
static void begin(struct world *w, void **state)
{
	struct connector connector = {.no = 1, .status = STR("Available"), .status_us = WORLD_NOW};

	world_open(w, state);
	connector.pile_id = w->pile;
	assert_int_equal(store_pile_online(w->test->db, w->pile, WORLD_NOW, STR("ocpp2.1")), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
	assert_int_equal(webcodes_seen(world_ctx(w), w->pile, 1, false), 0);
	assert_int_equal(webcodes_tick(world_ctx(w)), 0);
	assert_true(str_is(screen(w).state, "none")); /* nobody asked for it: it is left alone */
}

/* What the pile is told by the next beat; *ret_secret is what only it reads. */
static struct command told(struct world *w, struct str *ret_secret)
{
	struct command *commands;
	struct str payload, path = STR("setVariableData.4.attributeValue");
	size_t len;

	assert_int_equal(webcodes_tick(world_ctx(w)), 0);
	assert_int_equal(
		store_command_open(w->test->db, &w->arena, w->pile, w->ctx.now_us, &commands, &len),
		0);
	assert_true(len > 0);
	assert_true(str_is(commands[len - 1].action, "SetVariables"));
	*ret_secret = STR_NULL;
	if (commands[len - 1].sealed.len > 0) {
		assert_true(box_open(&w->arena, w->config.server_key, STR("command"),
			commands[len - 1].sealed, &payload));
		assert_true(json_get_str(payload, path.ptr, &w->arena, ret_secret));
	}
	return commands[len - 1];
}

static void taken(struct world *w, const struct command *command, enum ask_verdict verdict)
{
	struct ask_answer answer = {.kind = ASK_WEB_CODE,
		.pile_id = w->pile,
		.about_id = command->about_id,
		.verdict = verdict,
		.text = STR("URLTemplate: Rejected")};

	assert_int_equal(ask_answered(world_ctx(w), &answer), 0);
}

/* Switched on, told, taken. The secret. */
static struct str ready(struct world *w, const char *mode)
{
	char body[40];
	struct command command;
	struct str secret;

	snprintf(body, sizeof(body), "{\"mode\":\"%s\"}", mode);
	world_as(w, "admin");
	assert_int_equal(world_ask(w, "PUT", pile_path(w, "/web-code"), body).status, 200);
	world_as(w, NULL);
	command = told(w, &secret);
	taken(w, &command, ASK_ACCEPTED);
	assert_true(str_is(screen(w).state, "current"));
	return secret;
}

static struct answer show(struct world *w, struct str secret, int64_t off, const char *after)
{
	char code[TOTP_LEN_MAX + 1];

	totp_write(secret, totp_step(w->ctx.now_us, WEBCODES_VALID_S) + off, WEBCODES_LEN, code);
	return world_get(
		w, str_dup_z(&w->arena, str_format(&w->arena, "/p/LAKE-07/1/%s%s", code, after)));
}

/* The browser keeps the cookie it is given. */
static void keep_cookie(struct world *w, struct answer answer)
{
	const char *at = memmem(answer.headers.ptr, answer.headers.len, "scan=", 5);
	size_t len = 0;

	assert_non_null(at);
	while (at[len] != ';')
		len++;
	w->cookie = str_dup(&w->arena, (struct str){at, len});
}

static void test_the_secret_is_seen_nowhere(void **state)
{
	struct command command;
	struct world w;
	struct str secret, again, value;
	char path[64];

	begin(&w, state);
	world_as(&w, "admin");
	assert_true(type_is(&w,
		world_ask(&w, "PUT", pile_path(&w, "/web-code"), "{\"mode\":\"x\"}"), "fields"));
	assert_int_equal(
		world_ask(&w, "PUT", pile_path(&w, "/web-code"), "{\"mode\":\"offered\"}").status,
		200);
	command = told(&w, &secret);
	assert_int_equal(secret.len, 32);
	assert_null(memmem(command.payload.ptr, command.payload.len, secret.ptr, secret.len));
	for (int i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "setVariableData.%d.component.evse.id", i);
		assert_true(str_is(json_get(command.payload, path, &w.arena), "1"));
	}
	assert_true(json_get_str(
		command.payload, "setVariableData.0.attributeValue", &w.arena, &value));
	assert_true(memmem(value.ptr, value.len, "/p/{chargingstationid}/{evse}/{totp}/{version}",
			    46) != NULL);
	assert_true(
		json_get_str(command.payload, "setVariableData.5.variable.name", &w.arena, &value));
	assert_true(str_is(value, "Enabled")); /* the switch comes last */
	/* refused: the reason is kept, and it is tried again later with the same secret */
	taken(&w, &command, ASK_REJECTED);
	assert_true(str_is(screen(&w).state, "failed"));
	assert_true(world_has(
		world_get(&w, pile_path(&w, "/web-code")), "\"error\":\"URLTemplate: Rejected\""));
	w.ctx.now_us += 61 * US_PER_S;
	command = told(&w, &again);
	assert_true(str_eq(secret, again));
	taken(&w, &command, ASK_ACCEPTED);
	/* a new one is another one */
	assert_int_equal(world_ask(&w, "POST", pile_path(&w, "/web-code/renew"), NULL).status, 202);
	command = told(&w, &again);
	assert_false(str_eq(secret, again));
	/* ... and while the pile has not said that it has it, codes of either are right */
	world_as(&w, NULL);
	assert_int_equal(show(&w, secret, 0, "/v1").status, 303);
	assert_int_equal(show(&w, again, 1, "/v1").status, 303);
	taken(&w, &command, ASK_ACCEPTED);
	assert_int_equal(show(&w, secret, -1, "/v1").status, 410);
	world_close(&w);
}

static void test_a_code_counts_once_and_in_its_time(void **state)
{
	struct answer answer;
	struct str secret;
	struct world w;

	begin(&w, state);
	answer = world_get(&w, "/p/LAKE-07/1/0123456789/v1");
	assert_int_equal(answer.status, 410); /* not switched on */
	assert_true(world_has(answer, "data-word=\"none\""));
	secret = ready(&w, "offered");
	assert_true(world_has(show(&w, secret, -2, "/v1"), "data-word=\"old\""));
	assert_true(world_has(show(&w, secret, 2, "/v1"), "data-word=\"old\""));
	assert_true(world_has(show(&w, secret, 0, "/v2"), "data-word=\"version\""));
	answer = show(&w, secret, 0, "/v1");
	assert_int_equal(answer.status, 303);
	assert_true(memmem(answer.headers.ptr, answer.headers.len, "/p/LAKE-07/1\r\n", 14) != NULL);
	assert_true(memmem(answer.headers.ptr, answer.headers.len, "HttpOnly", 8) != NULL);
	keep_cookie(&w, answer);
	/* the same browser may look again, and its page knows where it stands */
	assert_int_equal(show(&w, secret, 0, "/v1").status, 303);
	assert_true(world_has(world_get(&w, "/p/LAKE-07/1"), "id=\"bound\""));
	/* another one came too late */
	w.cookie = STR_NULL;
	answer = show(&w, secret, 0, "/v1");
	assert_int_equal(answer.status, 410);
	assert_true(world_has(answer, "data-word=\"used\""));
	assert_false(world_has(world_get(&w, "/p/LAKE-07/1"), "id=\"bound\""));
	/* no such outlet, no such pile, no number */
	assert_int_equal(world_get(&w, "/p/LAKE-07/0/0123456789/v1").status, 404);
	assert_int_equal(world_get(&w, "/p/LAKE-07/x/0123456789/v1").status, 404);
	assert_int_equal(world_get(&w, "/p/NOBODY/1/0123456789/v1").status, 404);
	world_close(&w);
}

static void test_guessing_is_slowed_down(void **state)
{
	struct str secret;
	struct world w;

	begin(&w, state);
	secret = ready(&w, "offered");
	w.remote = STR("203.0.113.9:1000");
	for (int i = 0; i < 10; i++)
		assert_int_equal(world_get(&w, "/p/LAKE-07/1/0000000000/v1").status, 410);
	w.remote = STR("203.0.113.9:2000"); /* the port does not count */
	assert_int_equal(show(&w, secret, 0, "/v1").status, 429);
	w.remote = STR("203.0.113.10:1000");
	assert_int_equal(show(&w, secret, 0, "/v1").status, 303);
	w.ctx.now_us += 61 * US_PER_S;
	w.remote = STR("203.0.113.9:3000");
	assert_int_equal(show(&w, secret, 0, "/v1").status, 303);
	world_close(&w);
}

static void test_required_means_no_start_without(void **state)
{
	struct answer answer;
	struct order order;
	struct str secret;
	struct world w;

	begin(&w, state);
	secret = ready(&w, "required");
	answer = world_get(&w, "/p/LAKE-07/1");
	assert_true(world_has(answer, "id=\"scan-first\""));
	assert_false(world_has(answer, "id=\"go\""));
	answer = world_ask(&w, "POST", "/v1/public/orders", OPEN_BODY);
	assert_int_equal(answer.status, 403);
	assert_true(type_is(&w, answer, "scan"));
	/* the driver chose 5 kWh, ten minutes and 50 yuan at the pile: no more is sold */
	answer = show(&w, secret, 0, "/v1?maxenergy=5000&maxtime=600&maxcost=50.00");
	assert_int_equal(answer.status, 303);
	keep_cookie(&w, answer);
	assert_true(world_has(world_get(&w, "/p/LAKE-07/1"), "id=\"go\""));
	/* fifteen minutes later it is no proof any more */
	w.ctx.now_us += (WEBCODES_TICKET_S + 1) * US_PER_S;
	assert_true(type_is(&w, world_ask(&w, "POST", "/v1/public/orders", OPEN_BODY), "scan"));
	w.ctx.now_us -= (WEBCODES_TICKET_S + 1) * US_PER_S;
	answer = world_post(&w, "/v1/public/orders", OPEN_BODY, 201);
	assert_int_equal(
		store_order_by_token(w.test->db, &w.arena, world_text(&w, answer, "token"), &order),
		0);
	assert_int_equal(order.limit_minor, 5000);
	assert_int_equal(order.limit_dwh, 50000);
	assert_int_equal(order.limit_s, 600);
	world_close(&w);
}

static void test_off_again(void **state)
{
	struct command command;
	struct str secret;
	struct world w;

	begin(&w, state);
	secret = ready(&w, "required");
	/* found switched off: told again */
	assert_int_equal(webcodes_seen(world_ctx(&w), w.pile, 1, false), 0);
	assert_true(str_is(screen(&w).state, "waiting"));
	command = told(&w, &secret);
	taken(&w, &command, ASK_ACCEPTED);
	world_as(&w, "admin");
	assert_int_equal(
		world_ask(&w, "PUT", pile_path(&w, "/web-code"), "{\"mode\":\"off\"}").status, 200);
	command = told(&w, &secret);
	assert_true(str_is(command.payload,
		"{\"setVariableData\":[{\"attributeValue\":\"false\",\"component\":{\"name\":"
		"\"WebPaymentsCtrlr\",\"evse\":{\"id\":1}},\"variable\":{\"name\":\"Enabled\"}}]"
		"}"));
	taken(&w, &command, ASK_ACCEPTED);
	assert_true(str_is(screen(&w).state, "none"));
	/* no answer: later again, and an alarm at the third time */
	assert_int_equal(
		world_ask(&w, "PUT", pile_path(&w, "/web-code"), "{\"mode\":\"offered\"}").status,
		200);
	for (int i = 0; i < 3; i++) {
		told(&w, &secret);
		w.ctx.now_us += 91 * US_PER_S;
		assert_int_equal(webcodes_tick(world_ctx(&w)), 0);
		assert_true(str_is(screen(&w).state, "failed"));
		w.ctx.now_us += 10 * US_PER_MIN;
	}
	assert_true(world_has(world_get(&w, "/v1/alarms"), "\"web_code\""));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_the_secret_is_seen_nowhere),
		ON_BOTH_ENGINES(test_a_code_counts_once_and_in_its_time),
		ON_BOTH_ENGINES(test_guessing_is_slowed_down),
		ON_BOTH_ENGINES(test_required_means_no_start_without),
		ON_BOTH_ENGINES(test_off_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
