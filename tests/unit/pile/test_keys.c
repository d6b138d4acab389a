/* test_keys.c - configuration keys by type, bounds and access, kept over restarts; and the card
 * cache. */
#include "rig.h"
#include "pile/tags.h"
#include "wire/ocpp16/enums.h"

#define SET(name, value) keys_set(&rig.pile.keys, &rig.pile.spool, STR(name), STR(value))

static void test_types_and_bounds(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	assert_int_equal(SET("HeartbeatInterval", "30"), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("heartbeatinterval", " 31 "), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(rig.pile.keys.values[KEY_HEARTBEAT_INTERVAL], 31);
	assert_int_equal(SET("HeartbeatInterval", "0"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("HeartbeatInterval", "1e3"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("HeartbeatInterval", ""), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("NumberOfConnectors", "3"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("NoSuchKey", "3"), OCPP16_CONFIGURATION_STATUS_NOT_SUPPORTED);
	assert_int_equal(SET("LocalPreAuthorize", "TRUE"), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("LocalPreAuthorize", "yes"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("MeterValuesSampledData", "SoC, Voltage"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("MeterValuesSampledData", "SoC,Nonsense"),
		OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(
		SET("MeterValuesSampledData", "RPM"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("StopTxnSampledData", "SoC"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("AuthorizationKey", "short"), OCPP16_CONFIGURATION_STATUS_REJECTED);
	assert_int_equal(SET("AuthorizationKey", "0123456789abcdef0123"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	rig_end(&rig);
}

static void test_kept_over_restart_and_read_back(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	assert_int_equal(SET("MeterValuesSampledData", ""), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("ConnectionTimeOut", "77"), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(SET("AuthorizationKey", "0123456789abcdef0123"),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	rig_kill(&rig);
	rig_open(&rig);
	assert_int_equal(rig.pile.keys.values[KEY_CONNECTION_TIMEOUT], 77);
	assert_int_equal(rig.pile.keys.values[KEY_SAMPLED_DATA], 0);
	assert_true(str_is(access_password(&rig.pile, STR("first")), "0123456789abcdef0123"));
	rig_online(&rig);
	rig_say(&rig, "[2,\"g\",\"GetConfiguration\",{}]");
	assert_true(rig_take(&rig, frame));
	assert_non_null(strstr(frame, "{\"key\":\"ConnectionTimeOut\",\"readonly\":false,"
				      "\"value\":\"77\"}"));
	assert_non_null(strstr(frame, "{\"key\":\"NumberOfConnectors\",\"readonly\":true,"
				      "\"value\":\"2\"}"));
	assert_null(strstr(frame, "0123456789abcdef0123")); /* write-only */
	rig_say(&rig, "[2,\"g\",\"GetConfiguration\",{\"key\":[\"Nope\",\"ConnectionTimeOut\"]}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.unknownKey.0"), "Nope");
	assert_string_equal(rig_part(frame, "2.configurationKey.0.value"), "77");
	/* a new key means a new connection, with it */
	rig_say(&rig, "[2,\"k\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":"
		      "\"zyxwvutsrqponmlkjihg\"}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 300);
	assert_false(rig.pile.link.accepted);
	rig_end(&rig);
}

static void test_every_default_is_valid(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	for (int id = 0; id < KEYS; id++) {
		const struct key_row *row = key_row((enum key_id)id);
		assert_int_equal(key_find(str_from(row->name)), id);
		if (row->readonly || row->kind == KEY_KIND_SECRET)
			continue;
		assert_int_equal(keys_set(&rig.pile.keys, &rig.pile.spool, str_from(row->name),
					 str_from(row->initial)),
			OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	}
	rig_end(&rig);
}

static void test_card_cache(void **state)
{
	struct rig rig;
	struct tag_verdict verdict = {.status = OCPP16_AUTHORIZATION_STATUS_ACCEPTED,
		.expiry_us = 1000,
		.parent = "GROUP"};
	struct tag_verdict got;
	char tag[16];

	(void)state;
	rig_start(&rig);
	assert_false(tags_get(&rig.pile.spool, "A", 1, &got));
	assert_int_equal(tags_put(&rig.pile.spool, "A", &verdict), 0);
	assert_true(tags_get(&rig.pile.spool, "A", 999, &got));
	assert_int_equal(got.status, OCPP16_AUTHORIZATION_STATUS_ACCEPTED);
	assert_string_equal(got.parent, "GROUP");
	assert_true(tags_get(&rig.pile.spool, "A", 1000, &got));
	assert_int_equal(got.status, OCPP16_AUTHORIZATION_STATUS_EXPIRED);
	verdict.expiry_us = INT64_MAX;
	assert_int_equal(tags_put(&rig.pile.spool, "A", &verdict), 0);
	assert_int_equal(tags_put(&rig.pile.spool, "B", &verdict), 0);
	assert_true(pile_cards_same(&rig.pile, "A", "B"));
	assert_false(pile_cards_same(&rig.pile, "A", "C"));
	for (int i = 0; i < TAGS_MAX + 20; i++) {
		snprintf(tag, sizeof(tag), "T%d", i);
		assert_int_equal(tags_put(&rig.pile.spool, tag, &verdict), 0);
	}
	assert_true(rig.pile.spool.notes.count <= TAGS_MAX + 5);
	assert_int_equal(tags_clear(&rig.pile.spool), 0);
	assert_false(tags_get(&rig.pile.spool, "T5", 1, &got));
	rig_end(&rig);
}

static int set_evse_id(struct rig *rig, const char *value)
{
	return pile_set_key(&rig->pile, STR("ISO15118Ctrlr.EvseId"), str_from(value));
}

/* Outlets have names of their own for cars, there after a restart; what is no such name is refused.
 */
static void test_evse_ids(void **state)
{
	static const char *const good[] = {"DE*LEY*E1", "DELEYE45B78C", "CN*8A0*EX*1*2", ","};
	static const char *const bad[] = {"DE", "DE*LEY", "DE*LEY*E", "DE*LEY*E*1", "de*ley*e1",
		"DE*LE*E123", "DE*LEY*X123", "DE*LEY*E1*", "DE*LEY*E1 2", "D1*LEY*E12",
		"DE*LEY*E12345678901234567890X"};
	struct rig rig;

	(void)state;
	rig_start(&rig);
	assert_string_equal(rig.pile.outlets[1].evse.name, "ZZ*000*E2");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set_evse_id(&rig, bad[i]), OCPP16_CONFIGURATION_STATUS_REJECTED);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(set_evse_id(&rig, good[i]), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_string_equal(rig.pile.outlets[1].evse.name, "ZZ*000*E2");
	assert_int_equal(set_evse_id(&rig, "DE*LEY*E45B"), OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_string_equal(rig.pile.outlets[0].evse.name, "DE*LEY*E45B*1");
	rig_kill(&rig);
	rig_open(&rig);
	assert_string_equal(rig.pile.outlets[1].evse.name, "DE*LEY*E45B*2");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_and_bounds),
		cmocka_unit_test(test_kept_over_restart_and_read_back),
		cmocka_unit_test(test_every_default_is_valid),
		cmocka_unit_test(test_card_cache),
		cmocka_unit_test(test_evse_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
