/* test_ocpp2_care.c - lists, reservations, profiles, certificates and security events of a whole
 * pile in OCPP 2.x. */
#include "rig_talk2.h"

static void test_list_and_version(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	assert_true(keys_set(&rig.pile.keys, &rig.pile.spool, STR("LocalAuthListEnabled"),
			    STR("true")) >= 0);
	ask(&rig, "SendLocalList",
		"{\"versionNumber\":5,\"updateType\":\"Full\",\"localAuthorizationList\":["
		"{\"idToken\":{\"idToken\":\"GOOD\",\"type\":\"ISO14443\"},\"idTokenInfo\":{"
		"\"status\":\"Accepted\"}},"
		"{\"idToken\":{\"idToken\":\"POOR\",\"type\":\"ISO14443\"},\"idTokenInfo\":{"
		"\"status\":\"NoCredit\"}}]}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "GetLocalListVersion", "{}", frame);
	assert_string_equal(rig_part(frame, "2.versionNumber"), "5");
	ask(&rig, "SendLocalList", "{\"versionNumber\":5,\"updateType\":\"Differential\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "VersionMismatch");
	/* the list counts where nobody can be asked */
	rig_close(&rig, 1000, STR("cut"));
	rig.refuse = true;
	rig_plug(&rig, 1, 30);
	rig_tap(&rig, 1, "POOR");
	rig_run(&rig, 1000);
	assert_null(spool_tx_running(&rig.pile.spool, 1));
	rig_tap(&rig, 1, "GOOD");
	rig_run(&rig, 1000);
	assert_non_null(spool_tx_running(&rig.pile.spool, 1));
	rig_end(&rig);
}

static void test_reservation_is_told_when_it_ends(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "ReserveNow",
		"{\"id\":9,\"expiryDateTime\":\"2027-01-15T08:02:00Z\",\"idToken\":{\"idToken\":"
		"\"MINE\",\"type\":\"ISO14443\"},\"evseId\":1}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 500);
	rig_expect(&rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Reserved");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "ReserveNow",
		"{\"id\":10,\"expiryDateTime\":\"2027-01-15T08:02:00Z\",\"idToken\":{\"idToken\":"
		"\"X\",\"type\":\"ISO14443\"},\"evseId\":7}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_run(&rig, 121000);
	answer_all(&rig, "StatusNotification", "{}");
	rig_expect(&rig, "ReservationStatusUpdate", frame);
	assert_string_equal(rig_part(frame, "3.reservationId"), "9");
	assert_string_equal(rig_part(frame, "3.reservationUpdateStatus"), "Expired");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "CancelReservation", "{\"reservationId\":9}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig_end(&rig);
}

#define PROFILE(id, purpose, more) \
	"{\"id\":" id ",\"stackLevel\":0,\"chargingProfilePurpose\":\"" purpose \
	"\",\"chargingProfileKind\":\"Relative\"," more \
	"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[" \
	"{\"startPeriod\":0,\"limit\":10}]}]}"

static void test_profiles(void **state)
{
	struct rig rig;
	char frame[4096], name[64];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "SetChargingProfile",
		"{\"evseId\":1,\"chargingProfile\":" PROFILE("4", "TxDefaultProfile", "") "}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "SetChargingProfile",
		"{\"evseId\":1,\"chargingProfile\":" PROFILE(
			"5", "TxProfile", "\"transactionId\":\"nobody's\",") "}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	charge(&rig, name);
	rig_run(&rig, 20000);
	assert_in_range(rig.sims[0].current_ma, 1, 10000);
	answer_all(&rig, "TransactionEvent", "{}");
	ask(&rig, "GetCompositeSchedule", "{\"duration\":600,\"evseId\":1}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_string_equal(rig_part(frame, "2.schedule.chargingSchedulePeriod.0.limit"), "10");
	ask(&rig, "GetChargingProfiles", "{\"requestId\":3,\"chargingProfile\":{}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(&rig, 200);
	rig_expect(&rig, "ReportChargingProfiles", frame);
	assert_string_equal(rig_part(frame, "3.chargingProfile.0.id"), "4");
	assert_string_equal(rig_part(frame, "3.evseId"), "1");
	rig_answer(&rig, frame, "{}");
	ask(&rig, "ClearChargingProfile", "{\"chargingProfileId\":4}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	ask(&rig, "ClearChargingProfile", "{\"chargingProfileId\":4}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Unknown");
	ask(&rig, "GetChargingProfiles", "{\"requestId\":3,\"chargingProfile\":{}}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "NoProfiles");
	rig_end(&rig);
}

/* A remote start brings the profile of its transaction; it ends with it. */
static void test_profile_of_a_start(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"WEB\",\"type\":\"Central\"},\"remoteStartId\":1,"
		"\"evseId\":1,\"chargingProfile\":" PROFILE("6", "TxDefaultProfile", "") "}",
		frame);
	assert_string_equal(rig_part(frame, "2.statusInfo.reasonCode"), "InvalidProfile");
	ask(&rig, "RequestStartTransaction",
		"{\"idToken\":{\"idToken\":\"WEB\",\"type\":\"Central\"},\"remoteStartId\":1,"
		"\"evseId\":1,\"chargingProfile\":" PROFILE("7", "TxProfile", "") "}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_plug(&rig, 1, 30);
	rig_run(&rig, 20000);
	assert_int_equal(rig.pile.profiles.len, 1);
	assert_int_equal(rig.pile.profiles.list[0].transaction_id, 1);
	assert_in_range(rig.sims[0].current_ma, 1, 10000);
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 2000);
	assert_int_equal(rig.pile.profiles.len, 0);
	rig_end(&rig);
}

static void test_certificates_and_events(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	ask(&rig, "InstallCertificate",
		"{\"certificateType\":\"CSMSRootCertificate\",\"certificate\":\"no such thing\"}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	ask(&rig, "GetInstalledCertificateIds", "{}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "NotFound");
	ask(&rig, "DeleteCertificate",
		"{\"certificateHashData\":{\"hashAlgorithm\":\"SHA256\",\"issuerNameHash\":\"00\","
		"\"issuerKeyHash\":\"00\",\"serialNumber\":\"1\"}}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "NotFound");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"SignChargingStationCertificate\"}",
		frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_expect(&rig, "SignCertificate", frame);
	assert_string_equal(rig_part(frame, "3.certificateType"), "ChargingStationCertificate");
	assert_memory_equal(rig_part(frame, "3.csr"), "-----BEGIN", 10);
	rig_answer(&rig, frame, "{\"status\":\"Accepted\"}");
	ask(&rig, "CertificateSigned", "{\"certificateChain\":\"nothing\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Rejected");
	rig.pile.config.events = true;
	events_add(&rig.pile, "TamperDetectionActivated", "door");
	events_add(&rig.pile, "InvalidCentralSystemCertificate", "old");
	rig_run(&rig, 500);
	rig_expect(&rig, "SecurityEventNotification", frame);
	assert_string_equal(rig_part(frame, "3.type"), "TamperDetectionActivated");
	assert_string_equal(rig_part(frame, "3.techInfo"), "door");
	rig_answer(&rig, frame, "{}");
	rig_expect(&rig, "SecurityEventNotification", frame);
	assert_string_equal(rig_part(frame, "3.type"), "InvalidCsmsCertificate");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_and_version),
		cmocka_unit_test(test_reservation_is_told_when_it_ends),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_profile_of_a_start),
		cmocka_unit_test(test_certificates_and_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
