/* test_ocpp2_tariff.c - money at the pile in OCPP 2.1: tariffs that are kept, refused, changed
 * under a running charge and cleared, and the cost of a charge by the shared pricing function. */
#include "rig_talk2.h"

#define TARIFF(id, prices) \
	"{\"tariffId\":\"" id "\",\"currency\":\"EUR\",\"energy\":{\"prices\":[" prices "]}}"

static void set(struct rig *rig, const char *evse, const char *tariff, const char *status)
{
	char text[2048], frame[4096];

	snprintf(text, sizeof(text), "{\"evseId\":%s,\"tariff\":%s}", evse, tariff);
	ask(rig, "SetDefaultTariff", text, frame);
	assert_string_equal(rig_part(frame, "2.status"), status);
}

/* Time passes, and the server answers each message with this. */
static void live(struct rig *rig, int seconds, const char *payload)
{
	char frame[4096];

	for (int i = 0; i < seconds; i++) {
		rig_run(rig, 1000);
		while (rig_take(rig, frame)) {
			rig_answer(rig, frame, payload);
			rig_run(rig, 100);
		}
	}
}

static void end(struct rig *rig, char frame[4096])
{
	rig_tap(rig, 1, "CARD-1");
	do {
		rig_expect(rig, "TransactionEvent", frame);
		rig_answer(rig, frame, "{}");
	} while (strcmp(rig_part(frame, "3.eventType"), "Ended") != 0);
}

static void test_tariffs_are_kept_or_refused(void **state)
{
	static const struct {
		const char *tariff, *status;
	} cases[] = {
		{TARIFF("a", "{\"priceKwh\":0.5}"), "Accepted"},
		{TARIFF("a", "{\"priceKwh\":-0.5}"), "Rejected"},
		/* half the day has no price */
		{TARIFF("a", "{\"priceKwh\":0.5,\"conditions\":{\"startTimeOfDay\":\"00:00\","
			     "\"endTimeOfDay\":\"12:00\"}}"),
			"ConditionNotSupported"},
		{TARIFF("a", "{\"priceKwh\":0.5,\"conditions\":{\"startTimeOfDay\":\"22:00\","
			     "\"endTimeOfDay\":\"06:30\"}},{\"priceKwh\":0.7}"),
			"Accepted"},
		{TARIFF("a", "{\"priceKwh\":0.5,\"conditions\":{\"startTimeOfDay\":\"22:10\"}},"
			     "{\"priceKwh\":0.7}"),
			"ConditionNotSupported"},
		{TARIFF("a", "{\"priceKwh\":0.5,\"conditions\":{\"maxEnergy\":5}}"),
			"ConditionNotSupported"},
		{"{\"tariffId\":\"f\",\"currency\":\"EUR\",\"fixedFee\":{\"prices\":[{"
		 "\"priceFixed\":1}]}}",
			"ConditionNotSupported"},
	};
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	ask(&rig, "GetTariffs", "{\"evseId\":0}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "NoTariff");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		set(&rig, "0", cases[i].tariff, cases[i].status);
	set(&rig, "9", TARIFF("a", "{\"priceKwh\":0.5}"), "Rejected");
	set(&rig, "2", TARIFF("b", "{\"priceKwh\":0.9}"), "Accepted");
	assert_int_equal(cost_tariff_of(&rig.pile, 1)->tariff.energy_e5[44], 50000);
	assert_int_equal(cost_tariff_of(&rig.pile, 1)->tariff.energy_e5[12], 50000);
	assert_int_equal(cost_tariff_of(&rig.pile, 1)->tariff.energy_e5[13], 70000);
	assert_string_equal(cost_tariff_of(&rig.pile, 2)->name, "b");
	ask(&rig, "GetTariffs", "{\"evseId\":0}", frame);
	assert_string_equal(rig_part(frame, "2.tariffAssignments.0.tariffId"), "a");
	assert_string_equal(rig_part(frame, "2.tariffAssignments.1.evseIds.0"), "2");
	ask(&rig, "ClearTariffs", "{\"tariffIds\":[\"a\",\"x\"]}", frame);
	assert_string_equal(rig_part(frame, "2.clearTariffsResult.0.status"), "Accepted");
	assert_string_equal(rig_part(frame, "2.clearTariffsResult.1.status"), "NoTariff");
	assert_null(cost_tariff_of(&rig.pile, 1));
	ask(&rig, "ClearTariffs", "{}", frame);
	assert_string_equal(rig_part(frame, "2.clearTariffsResult.0.status"), "Accepted");
	assert_null(cost_tariff_of(&rig.pile, 2));
	rig_end(&rig);
}

static void test_cost_of_a_charge(void **state)
{
	struct rig rig;
	char frame[4096], name[64], text[512];
	int64_t energy_dwh, cost_e5;

	(void)state;
	online(&rig, OCPP_21);
	set(&rig, "0", TARIFF("flat", "{\"priceKwh\":5}"), "Accepted");
	charge(&rig, name);
	live(&rig, 300, "{\"totalCost\":9999}");
	assert_true(rig.pile.outlets[0].cost_e5 > 0);
	assert_non_null(strstr(rig.pile.outlets[0].cost, "EUR"));
	assert_true(rig.pile.outlets[0].cost_e5 < 9999 * 100000LL); /* its own account counts */
	snprintf(text, sizeof(text),
		"{\"transactionId\":\"%s\",\"tariff\":{\"tariffId\":\"c\",\"currency\":\"CNY\","
		"\"energy\":{\"prices\":[{\"priceKwh\":1}]}}}",
		name);
	ask(&rig, "ChangeTransactionTariff", text, frame);
	assert_string_equal(rig_part(frame, "2.status"), "NoCurrencyChange");
	ask(&rig, "ChangeTransactionTariff",
		"{\"transactionId\":\"no-such\",\"tariff\":" TARIFF("c", "{\"priceKwh\":1}") "}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "TxNotFound");
	rig.pile.link.offset_us += 7200 * US_PER_S; /* a clock that is set is no time that passed */
	end(&rig, frame);
	assert_in_range(
		strtol(rig_part(frame, "3.costDetails.totalUsage.chargingTime"), NULL, 10) +
			strtol(rig_part(frame, "3.costDetails.totalUsage.idleTime"), NULL, 10),
		300, 1000);
	energy_dwh = strtol(rig_part(frame, "3.meterValue.1.sampledValue.0.value"), NULL, 10) * 10;
	cost_e5 = (int64_t)(strtod(rig_part(frame, "3.costDetails.totalCost.total.inclTax"), NULL) *
			    100000);
	/* 5 EUR a kWh: half a cent a watt-hour, rounded to cents */
	assert_in_range(cost_e5, (unsigned long)(energy_dwh * 50 - 1000),
		(unsigned long)(energy_dwh * 50 + 1500));
	assert_string_equal(rig_part(frame, "3.costDetails.totalCost.currency"), "EUR");
	assert_string_equal(rig_part(frame, "3.transactionInfo.tariffId"), "flat");
	rig_end(&rig);
}

/* From the change on the new price counts, and not before. */
static void test_tariff_changes_in_the_charge(void **state)
{
	struct rig rig;
	char frame[4096], name[64], text[512];
	int64_t before_e5;

	(void)state;
	online(&rig, OCPP_21);
	set(&rig, "1", TARIFF("dear", "{\"priceKwh\":5}"), "Accepted");
	charge(&rig, name);
	live(&rig, 200, "{}");
	before_e5 = rig.pile.outlets[0].cost_e5;
	assert_true(before_e5 > 0);
	snprintf(text, sizeof(text), "{\"transactionId\":\"%s\",\"tariff\":%s}", name,
		TARIFF("free", "{\"priceKwh\":0}"));
	ask(&rig, "ChangeTransactionTariff", text, frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	expect_event(&rig, "Updated", "TariffChanged", frame);
	rig_answer(&rig, frame, "{}");
	live(&rig, 200, "{}");
	assert_in_range(rig.pile.outlets[0].cost_e5, (unsigned long)before_e5,
		(unsigned long)before_e5 + 15000);
	end(&rig, frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.tariffId"), "free");
	rig_end(&rig);
}

/* What was paid for ends the charge by the pile's own account, without a word of the server. */
static void test_cost_limit_by_own_account(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	set(&rig, "0", TARIFF("flat", "{\"priceKwh\":5}"), "Accepted");
	rig_plug(&rig, 1, 30);
	answer_all(&rig, "StatusNotification", "{}");
	rig_tap(&rig, 1, "CARD-1");
	rig_expect(&rig, "Authorize", frame);
	rig_answer(&rig, frame, authorized);
	expect_event(&rig, "Started", "Authorized", frame);
	rig_answer(&rig, frame,
		"{\"idTokenInfo\":{\"status\":\"Accepted\"},\"transactionLimit\":{\"maxCost\":1}}");
	for (int i = 0; i < 600 && strcmp(rig_part(frame, "3.eventType"), "Ended") != 0; i++) {
		rig_run(&rig, 1000);
		if (rig_take(&rig, frame))
			rig_answer(&rig, frame, "{}");
	}
	assert_string_equal(rig_part(frame, "3.triggerReason"), "CostLimitReached");
	assert_in_range(
		strtod(rig_part(frame, "3.costDetails.totalCost.total.inclTax"), NULL) * 100, 100,
		130);
	rig_end(&rig);
}

/* 2.0.1 has no words for cost details. */
static void test_older_version_is_told_no_cost(void **state)
{
	struct cost_tariff tariff = {.name = "flat", .currency = "EUR"};
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	tariff.tariff.currency = STR("EUR");
	tariff.tariff.energy_e5[0] = 1;
	assert_int_equal(cost_set(&rig.pile, 0, &tariff), 0);
	charge(&rig, name);
	rig_run(&rig, 5000);
	end(&rig, frame);
	assert_string_equal(rig_part(frame, "3.costDetails"), "");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tariffs_are_kept_or_refused),
		cmocka_unit_test(test_cost_of_a_charge),
		cmocka_unit_test(test_tariff_changes_in_the_charge),
		cmocka_unit_test(test_cost_limit_by_own_account),
		cmocka_unit_test(test_older_version_is_told_no_cost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
