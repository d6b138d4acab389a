/* test_power.c - profiles sent by hand to a pile of a site with a limit: none may allow more than
 * what is kept for its outlet, in whatever words it is said, nor hide what the site tells later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "api_world.h"
#include "app/api_power.h"
#include "app/priority.h"
#include "app/smart.h"
#include "base/limits.h"
#include "domain/power.h"
#include "store/pile.h"
#include "store/power.h"
#include "store/session.h"

#define SHARE_MA 10000
#define OFFLINE_MA 6000

/* A site of 63 A whose one car has 10 A of it, and was told so. */
static void limited(struct world *w, void **state, const char *protocol)
{
	struct connector connector = {
		.pile_id = w->pile, .no = 1, .status = STR("Charging"), .status_us = WORLD_NOW};
	struct outlet_power *outlets;
	struct order order;
	struct answer answer;
	size_t len;

	world_open(w, state);
	order = world_order(w);
	world_pay(w, order.id);
	world_start(w, order.id);
	connector.pile_id = w->pile;
	assert_int_equal(store_pile_online(w->test->db, w->pile, WORLD_NOW, str_from(protocol)), 0);
	assert_int_equal(store_connector_status(w->test->db, &connector), 0);
	world_as(w, "admin");
	answer = world_ask(w, "PUT",
		str_dup_z(&w->arena,
			str_format(&w->arena, "/v1/sites/%lld/power", (long long)w->site)),
		"{\"limit_ma\":[63000,63000,63000],\"offline_ma\":6000}");
	assert_int_equal(answer.status, 200);
	assert_int_equal(store_outlet_powers(w->test->db, &w->arena, w->site, &outlets, &len), 0);
	assert_int_equal(len, 1);
	outlets[0].share_ma = outlets[0].told_ma = outlets[0].may_ma = SHARE_MA;
	outlets[0].default_ma = OFFLINE_MA;
	outlets[0].asked_id = outlets[0].default_asked_id = 0;
	assert_int_equal(store_outlet_power_put(w->test->db, &outlets[0]), 0);
}

static struct outlet_power outlet_of(struct world *w)
{
	struct outlet_power *outlets;
	size_t len;

	assert_int_equal(store_outlet_powers(w->test->db, &w->arena, w->site, &outlets, &len), 0);
	return outlets[0];
}

/* May it be sent as a raw call? */
static bool sent(struct world *w, const char *action, const char *payload)
{
	struct api_call call = {.ctx = world_ctx(w)};
	int result = power_guard(&call, w->pile, str_from(action), str_from(payload));

	if (result != 0 && result != P_SITE_LIMIT)
		print_error("%s: %d\n", payload, result);
	assert_true(result == 0 || result == P_SITE_LIMIT);
	return result == 0;
}

#define TX_16(level, unit, period) \
	"{\"connectorId\":1,\"csChargingProfiles\":{\"chargingProfileId\":7,\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"" unit \
	"\",\"chargingSchedulePeriod\":[{\"startPeriod\":0," period "}]}}}"
#define START_16(limit) \
	"{\"idTag\":\"CARD1\",\"chargingProfile\":{\"chargingProfileId\":7,\"stackLevel\":1," \
	"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[" \
	"{\"startPeriod\":0,\"limit\":" limit "}]}}}"

static void test_by_hand_16(void **state)
{
	struct outlet_power outlet;
	struct world w;

	limited(&w, state, "ocpp1.6");
	assert_false(sent(&w, "SetChargingProfile", TX_16("1", "A", "\"limit\":10.1")));
	assert_int_equal(outlet_of(&w).told_ma, SHARE_MA);
	/* above ours it would stay when the share falls */
	assert_false(sent(&w, "SetChargingProfile", TX_16("2", "A", "\"limit\":8")));
	/* nobody knows that the car draws from three phases: 3.6 kW may be 15.7 A of one */
	assert_false(sent(&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":3600")));
	assert_false(sent(
		&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":3600,\"numberPhases\":3")));
	/* a start has as much as any start may take */
	assert_false(sent(&w, "RemoteStartTransaction", START_16("6.1")));
	assert_true(sent(&w, "RemoteStartTransaction", START_16("6")));
	assert_true(sent(&w, "RemoteStartTransaction", "{\"idTag\":\"CARD1\"}"));
	assert_true(sent(&w, "SetChargingProfile", TX_16("1", "W", "\"limit\":2300")));
	assert_true(sent(&w, "SetChargingProfile", TX_16("1", "A", "\"limit\":10")));
	outlet = outlet_of(&w);
	assert_int_equal(outlet.told_ma, -1);
	assert_int_equal(power_may_ma(&outlet, WORLD_NOW), 32000); /* counted whole */
	world_close(&w);
}

/* What is on its way when somebody clears all does not count as told when its answer comes: the
 * pile forgets it a moment later. */
static void test_cleared_behind(void **state)
{
	struct outlet_power outlet;
	struct world w;

	limited(&w, state, "ocpp1.6");
	outlet = outlet_of(&w);
	outlet.default_ma = -1; /* refused, say */
	outlet.asked_id = outlet.default_asked_id = 77;
	outlet.sent_ma = 8000;
	assert_int_equal(store_outlet_power_put(w.test->db, &outlet), 0);
	assert_true(sent(&w, "ClearChargingProfile", "{}"));
	outlet = outlet_of(&w);
	assert_int_equal(outlet.told_ma, -1);
	assert_int_equal(outlet.asked_id, 0);
	assert_int_equal(outlet.default_asked_id, 0);
	assert_int_equal(power_may_ma(&outlet, WORLD_NOW), 32000);
	world_close(&w);
}

#define SET_21(purpose, level, period) \
	"{\"evseId\":1,\"chargingProfile\":{\"id\":7,\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"" purpose "\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\"," \
	"\"chargingSchedulePeriod\":[{\"startPeriod\":0" period "}]}]}}"

static void test_by_hand_21(void **state)
{
	struct world w;

	limited(&w, state, "ocpp2.1");
	test_db_exec(w.test, "UPDATE connector SET evse = 1, outlet = 1");
	assert_true(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", ",\"limit\":10")));
	assert_false(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", ",\"limit\":11")));
	assert_false(sent(&w, "SetChargingProfile",
		SET_21("TxProfile", "1", ",\"limit\":10,\"limit_L2\":11")));
	assert_false(sent(&w, "SetChargingProfile",
		SET_21("TxProfile", "1",
			",\"operationMode\":\"CentralSetpoint\",\"setpoint\":11")));
	assert_false(sent(&w, "SetChargingProfile", SET_21("TxProfile", "1", "")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("PriorityCharging", "1", ",\"limit\":6")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("LocalGeneration", "1", ",\"limit\":6")));
	assert_false(
		sent(&w, "SetChargingProfile", SET_21("TxDefaultProfile", "0", ",\"limit\":6.1")));
	assert_true(
		sent(&w, "SetChargingProfile", SET_21("TxDefaultProfile", "0", ",\"limit\":6")));
	assert_true(sent(&w, "SetChargingProfile",
		SET_21("ChargingStationExternalConstraints", "9", ",\"limit\":32")));
	assert_false(sent(&w, "UpdateDynamicSchedule",
		"{\"chargingProfileId\":1001,\"scheduleUpdate\":{\"limit\":32}}"));
	world_close(&w);
}

/* --- large sites, circuits, signals --- */

static const char *site_path(struct world *w, const char *rest)
{
	return str_dup_z(
		&w->arena, str_format(&w->arena, "/v1/sites/%lld%s", (long long)w->site, rest));
}

/* So many piles more at the site, each with one outlet that charges. */
static void crowd(struct world *w, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		struct pile pile = {.id = 500000 + i,
			.tenant_id = WORLD_TENANT,
			.site_id = w->site,
			.code = str_format(&w->arena, "L-%04lld", (long long)i),
			.name = str_format(&w->arena, "L-%04lld", (long long)i),
			.state = PILE_APPROVED,
			.version = 1};
		struct connector plate = {
			.pile_id = pile.id, .no = 1, .plug = STR("Type 2"), .max_w = 22000};
		struct session session = {.id = 600000 + i,
			.tenant_id = WORLD_TENANT,
			.pile_id = pile.id,
			.connector_no = 1,
			.transaction_id = 1 + i,
			.start_us = WORLD_NOW,
			.power_w = -1,
			.voltage_mv = -1,
			.current_ma = -1,
			.soc_pct = -1,
			.open = true,
			.start_key = str_format(&w->arena, "k%lld", (long long)i),
			.version = 1};

		assert_int_equal(store_pile_add(w->test->db, &pile), 0);
		assert_int_equal(store_connector_plate(w->test->db, &plate), 0);
		assert_int_equal(
			store_pile_online(w->test->db, pile.id, WORLD_NOW, STR("ocpp1.6")), 0);
		assert_int_equal(store_session_add(w->test->db, &session), 0);
	}
}

/* What all its outlets have by now. */
struct sum {
	int64_t outlets, given, share_ma, told;
};

static struct sum sum_of(struct world *w)
{
	struct outlet_power *outlets;
	struct sum sum = {0};
	struct arena arena;
	size_t len;

	arena_init(&arena, LIMIT_SITE_ARENA);
	assert_int_equal(store_outlet_powers(w->test->db, &arena, w->site, &outlets, &len), 0);
	sum.outlets = (int64_t)len;
	for (size_t i = 0; i < len; i++) {
		sum.given += outlets[i].state == SHARE_GIVEN;
		sum.share_ma += outlets[i].share_ma;
		sum.told += outlets[i].default_asked_id != 0;
		sum.told += outlets[i].asked_id != 0;
	}
	arena_fini(&arena);
	return sum;
}

static int64_t since_us(clock_t begin)
{
	return (int64_t)(clock() - begin) * 1000000 / CLOCKS_PER_SEC;
}

/* Other hours of the day come 24 times a day; each car hears its whole day, and nothing anew as
 * long as it is the same. */
static void hours_of_a_large_site(struct world *w)
{
	struct outlet_power *outlets;
	struct site_power power;
	struct ctx *ctx;
	struct buf hours;
	struct plan plan;
	int64_t revision;
	clock_t begin;
	size_t len;

	test_db_exec(w->test, "UPDATE pile SET periods = 24");
	assert_int_equal(store_site_power_get(w->test->db, &w->arena, w->site, &power), 0);
	buf_init(&hours, &w->arena, 1024);
	for (int slot = 0; slot < POWER_SLOTS; slot++)
		buf_format(&hours, "%s%d", slot > 0 ? "," : "", slot / 2 % 2 ? 100 : 40 + slot);
	power.hours = buf_str(&hours);
	revision = power.revision;
	assert_int_equal(store_site_power_put(w->test->db, &power), 0);
	assert_int_equal(power.revision, revision + 1);
	test_db_exec(w->test,
		"UPDATE outlet_power SET told_ma = sent_ma, may_ma = sent_ma, "
		"asked_id = 0, sent_ma = -1, default_ma = 6000, default_asked_id = 0");
	begin = clock();
	ctx = world_ctx(w);
	assert_int_equal(smart_site(ctx, w->site), 0);
	print_message("a round that tells 300 days: %lld us\n", (long long)since_us(begin));
	assert_int_equal(store_outlet_powers(w->test->db, &w->arena, w->site, &outlets, &len), 0);
	for (size_t i = 0; i < len; i++) {
		assert_true(outlets[i].asked_id != 0);
		assert_true(plan_read(outlets[i].sent_plan, &plan));
		assert_true(plan.len >= 16);
	}
	test_db_exec(w->test, "UPDATE outlet_power SET told_ma = sent_ma, may_ma = sent_ma, "
			      "told_plan = sent_plan, may_plan = sent_plan, sent_plan = '', "
			      "asked_id = 0, sent_ma = -1");
	begin = clock();
	assert_int_equal(smart_site(world_ctx(w), w->site), 0);
	print_message("a round of 300 days told: %lld us\n", (long long)since_us(begin));
	assert_int_equal(sum_of(w).told, 0);
}

/* Three hundred cars at one site: each has its share, none is forgotten beyond some number. */
static void test_large_site(void **state)
{
	struct answer answer;
	struct world w;
	struct sum sum;
	clock_t begin;

	world_open(&w, state);
	test_db_exec(w.test, "UPDATE pile SET site_id = 0");
	crowd(&w, 300);
	world_as(&w, "admin");
	answer = world_ask(&w, "PUT", site_path(&w, "/power"),
		"{\"limit_ma\":[15000000,3600000,3600000],\"offline_ma\":6000}");
	assert_int_equal(answer.status, 422);
	answer = world_ask(&w, "PUT", site_path(&w, "/power"),
		"{\"limit_ma\":[3600000,3600000,3600000],\"offline_ma\":6000}");
	assert_int_equal(answer.status, 200);
	assert_int_equal(world_int(&w, answer, "outlets_all"), 300);
	/* two hundred a page */
	assert_true(world_has(answer, "L-0199"));
	assert_false(world_has(answer, "L-0200"));
	answer = world_get(&w, site_path(&w, "/power?from=200"));
	assert_true(world_has(answer, "L-0200"));
	assert_true(world_has(answer, "L-0299"));
	assert_false(world_has(answer, "L-0199"));
	sum = sum_of(&w);
	assert_int_equal(sum.outlets, 300);
	assert_int_equal(sum.given, 300);
	assert_int_equal(sum.share_ma, 3600000);
	begin = clock();
	assert_int_equal(smart_site(world_ctx(&w), w.site), 0);
	print_message("a round of 300 outlets: %lld us\n", (long long)since_us(begin));
	hours_of_a_large_site(&w);
	world_close(&w);
}

/* The largest site there may be, and one more. */
static void test_largest_site(void **state)
{
	struct site_power power;
	struct answer answer;
	struct world w;
	clock_t begin;

	world_open(&w, state);
	test_db_exec(w.test, "UPDATE pile SET site_id = 0");
	crowd(&w, STORE_OUTLETS_MOST);
	world_as(&w, "admin");
	begin = clock();
	answer = world_ask(&w, "PUT", site_path(&w, "/power"),
		"{\"limit_ma\":[4000000,4000000,4000000],\"offline_ma\":6000}");
	print_message("a first round of %d outlets, %d profiles sent: %lld us\n",
		STORE_OUTLETS_MOST, SMART_TELL_MOST, (long long)since_us(begin));
	assert_int_equal(answer.status, 200);
	assert_int_equal(sum_of(&w).told, SMART_TELL_MOST);
	begin = clock();
	assert_int_equal(smart_site(world_ctx(&w), w.site), 0);
	print_message("a second: %lld us\n", (long long)since_us(begin));
	assert_int_equal(sum_of(&w).told, 2 * SMART_TELL_MOST);
	assert_int_equal(store_site_power_get(w.test->db, &w.arena, w.site, &power), 0);
	assert_int_equal(power.over_us, 0);
	/* one too many: refused, and where it came about behind our back an overload for ever */
	assert_int_equal(store_connector_plate(w.test->db,
				 &(struct connector){.pile_id = 500000, .no = 2, .plug = STR("")}),
		0);
	assert_int_equal(sum_of(&w).outlets, STORE_OUTLETS_MOST + 1);
	answer = world_ask(&w, "PUT", site_path(&w, "/power"),
		"{\"limit_ma\":[4000000,4000000,4000000],\"revision\":2}");
	assert_int_equal(answer.status, 409);
	assert_true(world_has(answer, "site_large"));
	assert_int_equal(smart_site(world_ctx(&w), w.site), 0);
	assert_int_equal(store_site_power_get(w.test->db, &w.arena, w.site, &power), 0);
	assert_true(power.over_us != 0);
	world_close(&w);
}

static void test_circuits(void **state)
{
	const char *path;
	struct answer answer;
	struct world w;
	int64_t id;

	limited(&w, state, "ocpp1.6");
	world_post(&w, site_path(&w, "/circuits"),
		"{\"name\":\" \",\"limit_ma\":[16000,16000,16000]}", 422);
	world_post(&w, site_path(&w, "/circuits"),
		"{\"name\":\"Garage\",\"limit_ma\":[5000,16000,16000]}", 422);
	world_post(
		&w, site_path(&w, "/circuits"), "{\"name\":\"Garage\",\"limit_ma\":[16000]}", 422);
	answer = world_post(&w, site_path(&w, "/circuits"),
		"{\"name\":\" Garage \",\"limit_ma\":[16000,16000,16000]}", 201);
	assert_true(str_is(world_text(&w, answer, "circuits.0.name"), "Garage"));
	assert_true(str_to_i64(world_text(&w, answer, "circuits.0.id"), &id));
	assert_int_equal(world_int(&w, answer, "circuits.0.outlets"), 0);
	path = str_dup_z(&w.arena, str_format(&w.arena, "/v1/circuits/%lld", (long long)id));
	/* its pile goes in; the circuit shows what it draws */
	answer = world_post(&w,
		str_dup_z(&w.arena, str_format(&w.arena, "/v1/circuits/%lld/piles", (long long)id)),
		str_dup_z(&w.arena,
			str_format(&w.arena, "{\"pile_ids\":[\"%lld\"]}", (long long)w.pile)),
		200);
	assert_int_equal(world_int(&w, answer, "circuits.0.outlets"), 1);
	assert_int_equal(outlet_of(&w).circuit_id, id);
	assert_int_equal(outlet_of(&w).share_ma, 16000);
	/* changed by what was read; not by what was not */
	answer = world_ask(&w, "PATCH", path,
		"{\"name\":\"Garage\",\"limit_ma\":[12000,12000,12000],\"revision\":7}");
	assert_int_equal(answer.status, 409);
	answer = world_ask(&w, "PATCH", path,
		"{\"name\":\"Garage\",\"limit_ma\":[12000,12000,12000],\"revision\":1}");
	assert_int_equal(answer.status, 200);
	assert_int_equal(world_int(&w, answer, "circuits.0.revision"), 2);
	assert_int_equal(outlet_of(&w).share_ma, 12000);
	/* a pile of nobody, of another site */
	world_post(&w,
		str_dup_z(&w.arena, str_format(&w.arena, "/v1/circuits/%lld/piles", (long long)id)),
		"{\"pile_ids\":[\"99\"]}", 404);
	crowd(&w, 1);
	test_db_exec(w.test, "UPDATE pile SET site_id = site_id + 1 WHERE id = 500000");
	world_post(&w,
		str_dup_z(&w.arena, str_format(&w.arena, "/v1/circuits/%lld/piles", (long long)id)),
		"{\"pile_ids\":[\"500000\"]}", 404);
	answer = world_ask(&w, "DELETE", path, "");
	assert_int_equal(answer.status, 200);
	assert_int_equal(outlet_of(&w).circuit_id, 0);
	assert_true(outlet_of(&w).share_ma > 16000);
	assert_int_equal(world_ask(&w, "DELETE", path, "").status, 404);
	world_close(&w);
}

/* Priority is given by name, not to guests, and not to whom the operator has blocked. */
static void test_priority_is_given(void **state)
{
	struct order order = {.state = ORDER_CHARGING};
	struct world w;
	bool may = true;

	world_open(&w, state);
	assert_int_equal(priority_may(world_ctx(&w), &order, &may), 0);
	assert_false(may);
	order.member_id = w.member;
	assert_int_equal(priority_may(world_ctx(&w), &order, &may), 0);
	assert_false(may);
	test_db_exec(w.test, "UPDATE member SET priority = 1");
	assert_int_equal(priority_may(world_ctx(&w), &order, &may), 0);
	assert_true(may);
	test_db_exec(w.test, "UPDATE member SET blocked = 1");
	assert_int_equal(priority_may(world_ctx(&w), &order, &may), 0);
	assert_false(may);
	world_close(&w);
}

static void test_signals(void **state)
{
	struct answer answer;
	struct world w;
	int64_t id;

	limited(&w, state, "ocpp1.6");
	world_post(&w, site_path(&w, "/signals"), "{\"until\":\"2026-11-19T13:00:00Z\"}", 422);
	world_post(&w, site_path(&w, "/signals"),
		"{\"percent\":50,\"until\":\"2026-11-19T11:00:00Z\"}", 422);
	world_post(&w, site_path(&w, "/signals"),
		"{\"percent\":101,\"until\":\"2026-11-19T13:00:00Z\"}", 422);
	answer = world_post(&w, site_path(&w, "/signals"),
		"{\"percent\":20,\"until\":\"2026-11-19T13:00:00Z\",\"note\":\"Grid\"}", 201);
	assert_int_equal(world_int(&w, answer, "percent"), 20);
	assert_true(str_is(world_text(&w, answer, "signals.0.note"), "Grid"));
	assert_int_equal(outlet_of(&w).share_ma, 12600);
	assert_true(str_to_i64(world_text(&w, answer, "signals.0.id"), &id));
	answer = world_ask(&w, "DELETE",
		str_dup_z(&w.arena, str_format(&w.arena, "/v1/signals/%lld", (long long)id)), "");
	assert_int_equal(answer.status, 200);
	assert_true(outlet_of(&w).share_ma > 12600);
	/* a site without limit keeps nothing */
	world_ask(&w, "DELETE", site_path(&w, "/power"), "");
	answer = world_post(&w, site_path(&w, "/signals"),
		"{\"percent\":20,\"until\":\"2026-11-19T13:00:00Z\"}", 409);
	assert_true(world_has(answer, "site_free"));
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_by_hand_16),
		ON_BOTH_ENGINES(test_cleared_behind),
		ON_BOTH_ENGINES(test_by_hand_21),
		ON_BOTH_ENGINES(test_large_site),
		/* thousands of rows one by one: PostgreSQL would take its time for nothing new */
		ON_ENGINE(test_largest_site, "SQLite", test_on_sqlite),
		ON_BOTH_ENGINES(test_circuits),
		ON_BOTH_ENGINES(test_priority_is_given),
		ON_BOTH_ENGINES(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
