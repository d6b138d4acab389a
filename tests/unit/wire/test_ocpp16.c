/* test_ocpp16.c - every message of OCPP 1.6 and its security extension: a valid one of each, and
 * every way to spoil a field, which must give its kind of error at its place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "base/arena.h"
#include "wire/ocpp.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/trigger.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 24);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

#define METER \
	"[{\"timestamp\":\"2026-11-20T14:02:11.5Z\",\"sampledValue\":[{\"value\":\"12.5\"}," \
	"{\"value\":\"-1\",\"context\":\"Interruption.Begin\",\"format\":\"SignedData\"," \
	"\"measurand\":\"Energy.Reactive.Import.Interval\",\"phase\":\"L3-L1\"," \
	"\"location\":\"Inlet\",\"unit\":\"kvarh\"}]}," \
	"{\"timestamp\":\"2026-11-20T14:02:12Z\",\"sampledValue\":[{\"value\":\"40\"," \
	"\"measurand\":\"Temperature\",\"unit\":\"Celcius\"}]}]"
#define PROFILE \
	"{\"chargingProfileId\":1,\"transactionId\":2,\"stackLevel\":0," \
	"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Recurring\"," \
	"\"recurrencyKind\":\"Daily\",\"validFrom\":\"2026-11-20T00:00:00Z\"," \
	"\"validTo\":\"2026-11-21T00:00:00Z\",\"chargingSchedule\":{\"duration\":86400," \
	"\"startSchedule\":\"2026-11-20T00:00:00Z\",\"chargingRateUnit\":\"A\"," \
	"\"chargingSchedulePeriod\":[{\"startPeriod\":0,\"limit\":16.1,\"numberPhases\":3}," \
	"{\"startPeriod\":3600,\"limit\":8}],\"minChargingRate\":6.0}}"

struct sample {
	const char *action;
	bool conf;
	const char *text;
};
static const struct sample samples[] = {
	{"Authorize", false, "{\"idTag\":\"04A1B2C3D4E5F6078899\"}"},
	{"Authorize", true, "{\"idTagInfo\":{\"status\":\"Accepted\"}}"},
	{"Authorize", true,
		"{\"idTagInfo\":{\"status\":\"ConcurrentTx\",\"expiryDate\":\"2026-11-20T00:00:"
		"00Z\","
		"\"parentIdTag\":\"FLEET\"}}"},
	{"BootNotification", false,
		"{\"chargePointVendor\":\"Leyden\",\"chargePointModel\":\"Pile 2\"}"},
	{"BootNotification", false,
		"{\"chargePointVendor\":\"Leyden\",\"chargePointModel\":\"Pile 2\","
		"\"chargePointSerialNumber\":\"1234567890123456789012345\","
		"\"chargeBoxSerialNumber\":\"1\",\"firmwareVersion\":\"0.1.0\",\"iccid\":\"8\","
		"\"imsi\":\"9\",\"meterType\":\"M\",\"meterSerialNumber\":\"S\"}"},
	{"BootNotification", true,
		"{\"status\":\"Pending\",\"currentTime\":\"2026-11-20T00:00:00Z\",\"interval\":"
		"300}"},
	{"ChangeAvailability", false, "{\"connectorId\":0,\"type\":\"Inoperative\"}"},
	{"ChangeAvailability", true, "{\"status\":\"Scheduled\"}"},
	{"ChangeConfiguration", false, "{\"key\":\"HeartbeatInterval\",\"value\":\"300\"}"},
	{"ChangeConfiguration", true, "{\"status\":\"RebootRequired\"}"},
	{"ClearCache", false, "{}"},
	{"ClearCache", true, "{\"status\":\"Accepted\"}"},
	{"DataTransfer", false, "{\"vendorId\":\"org.example\"}"},
	{"DataTransfer", false,
		"{\"vendorId\":\"org.example\",\"messageId\":\"m\",\"data\":\"{\\\"a\\\":1}\"}"},
	{"DataTransfer", true, "{\"status\":\"UnknownVendorId\",\"data\":\"\"}"},
	{"GetConfiguration", false, "{}"},
	{"GetConfiguration", false, "{\"key\":[\"HeartbeatInterval\",\"Other\"]}"},
	{"GetConfiguration", true, "{}"},
	{"GetConfiguration", true,
		"{\"configurationKey\":[{\"key\":\"a\",\"readonly\":true},"
		"{\"key\":\"b\",\"readonly\":false,\"value\":\"\"}],\"unknownKey\":[\"c\"]}"},
	{"Heartbeat", false, "{}"},
	{"Heartbeat", true, "{\"currentTime\":\"2026-11-20T00:00:00.123Z\"}"},
	{"MeterValues", false, "{\"connectorId\":0,\"meterValue\":" METER "}"},
	{"MeterValues", false, "{\"connectorId\":1,\"transactionId\":-1,\"meterValue\":" METER "}"},
	{"MeterValues", false, "{\"connectorId\":1,\"meterValue\":[]}"},
	{"MeterValues", false,
		"{\"connectorId\":1,\"meterValue\":[{\"timestamp\":\"2026-11-20T00:00:00Z\","
		"\"sampledValue\":[]}]}"},
	{"MeterValues", true, "{}"},
	{"RemoteStartTransaction", false, "{\"idTag\":\"A\"}"},
	{"RemoteStartTransaction", false,
		"{\"connectorId\":1,\"idTag\":\"A\",\"chargingProfile\":" PROFILE "}"},
	{"RemoteStartTransaction", true, "{\"status\":\"Rejected\"}"},
	{"RemoteStopTransaction", false, "{\"transactionId\":17}"},
	{"RemoteStopTransaction", true, "{\"status\":\"Accepted\"}"},
	{"Reset", false, "{\"type\":\"Soft\"}"},
	{"Reset", true, "{\"status\":\"Accepted\"}"},
	{"StartTransaction", false,
		"{\"connectorId\":1,\"idTag\":\"A\",\"meterStart\":1200,"
		"\"timestamp\":\"2026-11-20T00:00:00Z\"}"},
	{"StartTransaction", false,
		"{\"connectorId\":0,\"idTag\":\"\",\"meterStart\":-5,"
		"\"timestamp\":\"2026-11-20T00:00:00Z\",\"reservationId\":4}"},
	{"StartTransaction", true, "{\"idTagInfo\":{\"status\":\"Invalid\"},\"transactionId\":0}"},
	{"StatusNotification", false,
		"{\"connectorId\":0,\"errorCode\":\"NoError\",\"status\":\"Available\"}"},
	{"StatusNotification", false,
		"{\"connectorId\":2,\"errorCode\":\"EVCommunicationError\",\"status\":"
		"\"SuspendedEVSE\","
		"\"timestamp\":\"2026-11-20T00:00:00Z\",\"info\":\"i\",\"vendorId\":\"v\","
		"\"vendorErrorCode\":\"e\"}"},
	{"StatusNotification", true, "{}"},
	{"StopTransaction", false,
		"{\"transactionId\":0,\"meterStop\":1300,\"timestamp\":\"2026-11-20T00:00:00Z\"}"},
	{"StopTransaction", false,
		"{\"transactionId\":1,\"idTag\":\"A\",\"meterStop\":1300,"
		"\"timestamp\":\"2026-11-20T00:00:00Z\",\"reason\":\"EVDisconnected\","
		"\"transactionData\":" METER "}"},
	{"StopTransaction", true, "{}"},
	{"StopTransaction", true, "{\"idTagInfo\":{\"status\":\"Blocked\"}}"},
	{"TriggerMessage", false, "{\"requestedMessage\":\"MeterValues\",\"connectorId\":1}"},
	{"TriggerMessage", true, "{\"status\":\"NotImplemented\"}"},
	{"UnlockConnector", false, "{\"connectorId\":1}"},
	{"UnlockConnector", true, "{\"status\":\"UnlockFailed\"}"},
	{"CancelReservation", false, "{\"reservationId\":7}"},
	{"CancelReservation", true, "{\"status\":\"Rejected\"}"},
	{"CertificateSigned", false, "{\"certificateChain\":\"-----BEGIN CERTIFICATE-----\"}"},
	{"CertificateSigned", true, "{\"status\":\"Accepted\"}"},
	{"ClearChargingProfile", false, "{}"},
	{"ClearChargingProfile", false,
		"{\"id\":1,\"connectorId\":0,\"chargingProfilePurpose\":\"TxDefaultProfile\","
		"\"stackLevel\":2}"},
	{"ClearChargingProfile", true, "{\"status\":\"Unknown\"}"},
	{"DeleteCertificate", false,
		"{\"certificateHashData\":{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":"
		"\"ab01\",\"issuerKeyHash\":\"cd02\",\"serialNumber\":\"7f\"}}"},
	{"DeleteCertificate", true, "{\"status\":\"NotFound\"}"},
	{"DiagnosticsStatusNotification", false, "{\"status\":\"UploadFailed\"}"},
	{"DiagnosticsStatusNotification", true, "{}"},
	{"ExtendedTriggerMessage", false, "{\"requestedMessage\":\"SignChargePointCertificate\"}"},
	{"ExtendedTriggerMessage", false,
		"{\"requestedMessage\":\"StatusNotification\",\"connectorId\":1}"},
	{"ExtendedTriggerMessage", true, "{\"status\":\"NotImplemented\"}"},
	{"FirmwareStatusNotification", false, "{\"status\":\"InstallationFailed\"}"},
	{"FirmwareStatusNotification", true, "{}"},
	{"GetCompositeSchedule", false,
		"{\"connectorId\":1,\"duration\":3600,\"chargingRateUnit\":\"W\"}"},
	{"GetCompositeSchedule", true, "{\"status\":\"Rejected\"}"},
	{"GetCompositeSchedule", true,
		"{\"status\":\"Accepted\",\"connectorId\":1,\"scheduleStart\":\"2026-11-20T00:00:"
		"00Z\",\"chargingSchedule\":{\"duration\":3600,\"chargingRateUnit\":\"W\","
		"\"chargingSchedulePeriod\":[{\"startPeriod\":0,\"limit\":11000.5}]}}"},
	{"GetDiagnostics", false,
		"{\"location\":\"https://example.org/"
		"up\",\"retries\":3,\"retryInterval\":60,\"startTime\":\"2026-11-20T00:00:00Z\","
		"\"stopTime\":\"2026-11-20T00:00:00Z\"}"},
	{"GetDiagnostics", true, "{}"},
	{"GetDiagnostics", true, "{\"fileName\":\"log.gz\"}"},
	{"GetInstalledCertificateIds", false,
		"{\"certificateType\":\"CentralSystemRootCertificate\"}"},
	{"GetInstalledCertificateIds", true, "{\"status\":\"NotFound\"}"},
	{"GetInstalledCertificateIds", true,
		"{\"certificateHashData\":[{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":"
		"\"ab01\",\"issuerKeyHash\":\"cd02\",\"serialNumber\":\"7f\"}],\"status\":"
		"\"Accepted\"}"},
	{"GetLocalListVersion", false, "{}"},
	{"GetLocalListVersion", true, "{\"listVersion\":-1}"},
	{"GetLog", false,
		"{\"log\":{\"remoteLocation\":\"https://example.org/"
		"up\",\"oldestTimestamp\":\"2026-11-20T00:00:00Z\",\"latestTimestamp\":\"2026-11-"
		"20T00:00:00Z\"},\"logType\":\"SecurityLog\",\"requestId\":9,\"retries\":1,"
		"\"retryInterval\":5}"},
	{"GetLog", true, "{\"status\":\"AcceptedCanceled\",\"filename\":\"a.log\"}"},
	{"InstallCertificate", false,
		"{\"certificateType\":\"ManufacturerRootCertificate\",\"certificate\":\"-----"
		"BEGIN\"}"},
	{"InstallCertificate", true, "{\"status\":\"Failed\"}"},
	{"LogStatusNotification", false, "{\"status\":\"PermissionDenied\",\"requestId\":9}"},
	{"LogStatusNotification", true, "{}"},
	{"ReserveNow", false,
		"{\"connectorId\":0,\"expiryDate\":\"2026-11-20T00:00:00Z\",\"idTag\":\"04A1\","
		"\"parentIdTag\":\"FLEET\",\"reservationId\":7}"},
	{"ReserveNow", true, "{\"status\":\"Occupied\"}"},
	{"SecurityEventNotification", false,
		"{\"type\":\"TamperDetectionActivated\",\"timestamp\":\"2026-11-20T00:00:00Z\","
		"\"techInfo\":\"door\"}"},
	{"SecurityEventNotification", true, "{}"},
	{"SendLocalList", false, "{\"listVersion\":2,\"updateType\":\"Full\"}"},
	{"SendLocalList", false,
		"{\"listVersion\":3,\"localAuthorizationList\":[{\"idTag\":\"04A1\",\"idTagInfo\":{"
		"\"status\":\"Blocked\"}},{\"idTag\":\"04A2\"}],\"updateType\":\"Differential\"}"},
	{"SendLocalList", true, "{\"status\":\"VersionMismatch\"}"},
	{"SetChargingProfile", false, "{\"connectorId\":1,\"csChargingProfiles\":" PROFILE "}"},
	{"SetChargingProfile", true, "{\"status\":\"NotSupported\"}"},
	{"SignCertificate", false, "{\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----\"}"},
	{"SignCertificate", true, "{\"status\":\"Accepted\"}"},
	{"SignedFirmwareStatusNotification", false,
		"{\"status\":\"InvalidSignature\",\"requestId\":4}"},
	{"SignedFirmwareStatusNotification", true, "{}"},
	{"SignedUpdateFirmware", false,
		"{\"retries\":2,\"retryInterval\":30,\"requestId\":4,\"firmware\":{\"location\":"
		"\"https://example.org/"
		"f\",\"retrieveDateTime\":\"2026-11-20T00:00:00Z\",\"installDateTime\":\"2026-11-"
		"20T00:00:00Z\",\"signingCertificate\":\"-----BEGIN\",\"signature\":\"c2ln\"}}"},
	{"SignedUpdateFirmware", true, "{\"status\":\"InvalidCertificate\"}"},
	{"UpdateFirmware", false,
		"{\"location\":\"https://example.org/"
		"f\",\"retries\":2,\"retrieveDate\":\"2026-11-20T00:00:00Z\",\"retryInterval\":"
		"30}"},
	{"UpdateFirmware", true, "{}"},
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static const struct record *record_of(const struct sample *sample)
{
	const struct ocpp16_action *action = ocpp16_action_find(str_from(sample->action));

	assert_non_null(action);
	return sample->conf ? action->conf : action->req;
}

/* Texts that are not written as they were read: the misspelt unit, and needless zeros. */
static bool written_differently(const char *text)
{
	return strstr(text, "Celcius") != NULL || strstr(text, ".0}") != NULL ||
	       strstr(text, ".5Z") != NULL;
}

static void valid_messages_survive_a_round_trip(void **state)
{
	bool seen[2][64] = {{false}};

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct record *record = record_of(&samples[i]);
		void *first = arena_alloc(&arena, record->size);
		struct record_error error = {.path = ""};
		struct buf buf, again;
		int outcome = record_decode(
			record, str_from(samples[i].text), RECORD_STRICT, &arena, first, &error);

		if (outcome != 0)
			fail_msg("%s: %d at %s", samples[i].text, outcome, error.path);
		buf_init(&buf, &arena, 4096);
		assert_int_equal(record_encode(record, first, &buf, &error), 0);
		if (!written_differently(samples[i].text) &&
			!str_is(buf_str(&buf), samples[i].text))
			fail_msg("%s became %.*s", samples[i].text, STR_FMT(buf_str(&buf)));
		assert_int_equal(
			record_decode(record, buf_str(&buf), RECORD_STRICT, &arena, first, &error),
			0);
		buf_init(&again, &arena, 4096);
		assert_int_equal(record_encode(record, first, &again, &error), 0);
		assert_true(str_eq(buf_str(&buf), buf_str(&again)));
		seen[samples[i].conf]
		    [ocpp16_action_find(str_from(samples[i].action)) - ocpp16_actions] = true;
		arena_reset(&arena);
	}
	for (size_t i = 0; i < ocpp16_actions_len; i++)
		assert_true(seen[0][i] && seen[1][i]);
}

/* Writes a full valid text for a record, with one thing spoilt: the `want`-th of all that can be.
 */
struct spoiler {
	struct buf *buf;
	int want, at;
	int outcome;     /* what the spoilt text must give */
	char place[200]; /* where */
};

/* Is it this one's turn? Then the expectation is noted. */
static bool spoil(struct spoiler *spoiler, int outcome, const char *path)
{
	if (spoiler->at++ != spoiler->want)
		return false;
	spoiler->outcome = outcome;
	snprintf(spoiler->place, sizeof(spoiler->place), "%s", path);
	return true;
}

static void put_object(struct spoiler *spoiler, const struct record *record, const char *path);

static void put_text(struct spoiler *spoiler, int64_t max, const char *path)
{
	if (spoil(spoiler, RECORD_E_TYPE, path))
		buf_put_str(spoiler->buf, STR("12"));
	else if (spoil(spoiler, RECORD_E_TYPE, path))
		buf_put_str(spoiler->buf, STR("null"));
	else if (max < 600 && spoil(spoiler, RECORD_E_LENGTH, path))
		buf_format(spoiler->buf, "\"%0*d\"", (int)max + 1, 1);
	else
		buf_format(spoiler->buf, "\"%0*d\"", max < 600 ? (int)max : 600, 1);
}

static void put_number(struct spoiler *spoiler, const struct field *field, const char *path)
{
	bool integer = field->kind == FIELD_INT;

	if (spoil(spoiler, RECORD_E_TYPE, path))
		buf_put_str(spoiler->buf, STR("\"1\""));
	else if (integer && spoil(spoiler, RECORD_E_TYPE, path))
		buf_put_str(spoiler->buf, STR("1.5"));
	else if (spoil(spoiler, RECORD_E_BOUNDS, path))
		buf_format(spoiler->buf, "%lld", (long long)field->max + 1);
	else if (spoil(spoiler, RECORD_E_BOUNDS, path))
		buf_format(spoiler->buf, "%lld", (long long)field->min - 1);
	else
		buf_put_str(spoiler->buf, STR("1"));
}

static void put_enum(struct spoiler *spoiler, const struct field *field, const char *path)
{
	if (spoil(spoiler, RECORD_E_ENUM, path))
		buf_put_str(spoiler->buf, STR("\"Nonsense\""));
	else if (spoil(spoiler, RECORD_E_ENUM, path))
		buf_put_str(spoiler->buf, STR("\"\""));
	else if (spoil(spoiler, RECORD_E_TYPE, path))
		buf_put_str(spoiler->buf, STR("1"));
	else
		buf_format(spoiler->buf, "\"%s\"", field->names->names[0].text);
}

static void put_array(struct spoiler *spoiler, const struct field *field, const char *path)
{
	char element[220];

	if (spoil(spoiler, RECORD_E_TYPE, path)) {
		buf_put_str(spoiler->buf, STR("{}"));
		return;
	}
	if (field->count_min > 0 && spoil(spoiler, RECORD_E_COUNT, path)) {
		buf_put_str(spoiler->buf, STR("[]"));
		return;
	}
	snprintf(element, sizeof(element), "%s[1]", path);
	buf_put_char(spoiler->buf, '[');
	if (field->kind == FIELD_STRS) {
		buf_put_str(spoiler->buf, STR("\"a\","));
		put_text(spoiler, field->max, element);
	} else {
		struct spoiler good = {.buf = spoiler->buf, .want = -1};

		put_object(&good, field->record, "");
		buf_put_char(spoiler->buf, ',');
		put_object(spoiler, field->record, element);
	}
	buf_put_char(spoiler->buf, ']');
}

static void put_value(struct spoiler *spoiler, const struct field *field, const char *path)
{
	switch (field->kind) {
	case FIELD_STR:
		put_text(spoiler, field->max, path);
		break;
	case FIELD_INT:
	case FIELD_DEC:
		put_number(spoiler, field, path);
		break;
	case FIELD_BOOL:
		buf_put_str(spoiler->buf,
			spoil(spoiler, RECORD_E_TYPE, path) ? STR("\"true\"") : STR("true"));
		break;
	case FIELD_TIME:
		buf_put_str(spoiler->buf, spoil(spoiler, RECORD_E_FORMAT, path)
						  ? STR("\"2026-13-01T00:00:00Z\"")
						  : STR("\"2026-11-20T00:00:00Z\""));
		break;
	case FIELD_ENUM:
		put_enum(spoiler, field, path);
		break;
	case FIELD_OBJ:
		if (spoil(spoiler, RECORD_E_TYPE, path))
			buf_put_str(spoiler->buf, STR("[]"));
		else
			put_object(spoiler, field->record, path);
		break;
	default:
		put_array(spoiler, field, path);
		break;
	}
}

static void put_object(struct spoiler *spoiler, const struct record *record, const char *path)
{
	const char *dot = path[0] != '\0' ? "." : "";
	char place[220];
	bool comma = false;

	buf_put_char(spoiler->buf, '{');
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];

		snprintf(place, sizeof(place), "%s%s%s", path, dot, field->name);
		if (field->presence == FIELD_REQ && spoil(spoiler, RECORD_E_MISSING, place))
			continue;
		buf_format(spoiler->buf, "%s\"%s\":", comma ? "," : "", field->name);
		comma = true;
		put_value(spoiler, field, place);
		if (spoil(spoiler, RECORD_E_JSON, place))
			buf_format(spoiler->buf, ",\"%s\":1", field->name);
	}
	snprintf(place, sizeof(place), "%s%sextra", path, dot);
	if (spoil(spoiler, RECORD_E_UNKNOWN, place))
		buf_format(spoiler->buf, "%s\"extra\":1", comma ? "," : "");
	buf_put_char(spoiler->buf, '}');
}

/* How many spoilt texts a record got; each was refused as it should. */
static int spoil_all(const struct record *record)
{
	for (int want = -1;; want++) {
		struct record_error error = {.path = ""};
		struct buf buf;
		struct spoiler spoiler = {.buf = &buf, .want = want};
		int outcome;

		arena_reset(&arena);
		buf_init(&buf, &arena, 1 << 20);
		put_object(&spoiler, record, "");
		outcome = record_decode(record, buf_str(&buf), RECORD_STRICT, &arena,
			arena_alloc(&arena, record->size), &error);
		if (outcome != spoiler.outcome || strcmp(error.path, spoiler.place) != 0)
			fail_msg("%s: %.*s gives %d at '%s', not %d at '%s'", record->name,
				STR_FMT(buf_str(&buf)), outcome, error.path, spoiler.outcome,
				spoiler.place);
		if (want >= 0 && spoiler.outcome == 0)
			return want;
	}
}

static void every_spoilt_field_is_found(void **state)
{
	int total = 0;

	(void)state;
	for (size_t i = 0; i < ocpp16_actions_len; i++) {
		int req = spoil_all(ocpp16_actions[i].req),
		    conf = spoil_all(ocpp16_actions[i].conf);

		assert_true(req > 0 && conf > 0);
		total += req + conf;
	}
	assert_true(total > 900);
}

static void all_names_both_ways(void **state)
{
	(void)state;
	assert_int_equal(field_enum_value(&ocpp16_unit_of_measure_names, STR("Celcius")),
		OCPP16_UNIT_OF_MEASURE_CELSIUS);
	assert_true(str_is(
		field_enum_name(&ocpp16_unit_of_measure_names, OCPP16_UNIT_OF_MEASURE_CELSIUS),
		"Celsius"));
	assert_int_equal(ocpp16_measurand_names.count, 22);
	assert_int_equal(ocpp16_phase_names.count, 10);
	assert_int_equal(ocpp16_unit_of_measure_names.count, 16);
	assert_int_equal(ocpp16_charge_point_error_code_names.count, 16);
	assert_int_equal(ocpp16_charge_point_status_names.count, 9);
	assert_int_equal(ocpp16_reason_names.count, 11);
	for (size_t i = 0; i < ocpp16_measurand_names.count; i++) {
		int value = (int)i + 1;

		assert_int_equal(field_enum_value(&ocpp16_measurand_names,
					 field_enum_name(&ocpp16_measurand_names, value)),
			value);
	}
}

static void catalogue(void **state)
{
	(void)state;
	assert_int_equal(ocpp16_actions_len, 39);
	assert_null(ocpp16_action_find(STR("heartbeat")));
	assert_null(ocpp16_action_find(STR("")));
	assert_null(ocpp16_action_find(STR("Nonsense")));
	assert_true(ocpp16_action_find(STR("ReserveNow"))->from_server);
	assert_true(ocpp16_action_find(STR("SignCertificate"))->from_station);
	assert_true(ocpp16_action_find(STR("DataTransfer"))->from_station);
	assert_true(ocpp16_action_find(STR("DataTransfer"))->from_server);
	assert_false(ocpp16_action_find(STR("Reset"))->from_station);
	assert_false(ocpp16_action_find(STR("Authorize"))->from_server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_messages_survive_a_round_trip),
		cmocka_unit_test(every_spoilt_field_is_found),
		cmocka_unit_test(all_names_both_ways),
		cmocka_unit_test(catalogue),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
