/* test_ocpp2_care.c - lists, reservations, profiles, certificates, security events, updates and
 * files of a whole pile in OCPP 2.x. */
#include "papers.h"
#include "rig_talk2.h"
#include "web.h"

static char dir[] = "/tmp/leyden-care2-XXXXXX";

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

/* Runs until the next call of this action came (real time passes for the thread), answering all
 * others. */
static void await(struct rig *rig, const char *action, char frame[4096])
{
	static const char booted[] = "{\"status\":\"Accepted\",\"currentTime\":"
				     "\"2027-01-15T08:00:01Z\",\"interval\":86400}";

	for (int turn = 0; turn < 2000; turn++) {
		while (rig_take(rig, frame)) {
			if (frame[1] != '2')
				continue;
			rig_answer(rig, frame,
				strcmp(rig_part(frame, "2"), "BootNotification") == 0 ? booted
										      : "{}");
			if (strcmp(rig_part(frame, "2"), action) == 0)
				return;
		}
		rig_run(rig, 100);
		usleep(1000);
	}
	fail_msg("%s never came", action);
}

static void expect_told(struct rig *rig, const char *action, const char *status, const char *number)
{
	char frame[4096];

	await(rig, action, frame);
	assert_string_equal(rig_part(frame, "3.status"), status);
	assert_string_equal(rig_part(frame, "3.requestId"), number);
}

static void expect_firmware(struct rig *rig, const char *status)
{
	expect_told(rig, "FirmwareStatusNotification", status, "5");
}

static const char image[] = "LEYDEN-FIRMWARE 2.0\nand more\n";

static const char *update(
	struct rig *rig, int port, struct str certificate, struct str signature, const char *more)
{
	char before[512], after[1400];

	snprintf(before, sizeof(before),
		"\"requestId\":5,\"retries\":1,\"retryInterval\":1,\"firmware\":{\"location\":"
		"\"http://127.0.0.1:%d/f\",\"retrieveDateTime\":\"2027-01-15T07:00:00Z\"%s%s",
		port, more, certificate.len ? ",\"signingCertificate\":\"" : "");
	snprintf(after, sizeof(after), "%s%s%.*s%s}", certificate.len ? "\"" : "",
		signature.len ? ",\"signature\":\"" : "", STR_FMT(signature),
		signature.len ? "\"" : "");
	return papers_call(rig, "UpdateFirmware", before, certificate, after);
}

static void test_signed_update(void **state)
{
	struct rig rig;
	struct papers papers;
	struct web web;
	struct str key, maker, signature;

	(void)state;
	papers_open(&papers);
	web_start(&web, image, strlen(image));
	key = papers_key(&papers);
	maker = papers_issue(
		&papers, X509_DEVICE, papers_csr(&papers, key, "Maker"), "Maker", -1, 100);
	signature = papers_sign(&papers, key, image);
	online(&rig, OCPP_201);
	rig.pile.config.dir = rig.dir = dir;
	/* nobody is known as a maker yet; a signature alone proves nothing either */
	assert_string_equal(update(&rig, web.port, maker, signature, ""), "InvalidCertificate");
	assert_int_equal(shelf_put(&rig.shelf, "roots.maker", papers.sub), 0);
	assert_string_equal(update(&rig, web.port, STR(""), signature, ""), "InvalidCertificate");
	/* a good maker, but not of this file */
	assert_string_equal(
		update(&rig, web.port, maker, papers_sign(&papers, key, "other"), ""), "Accepted");
	expect_firmware(&rig, "Downloading");
	expect_firmware(&rig, "Downloaded");
	expect_firmware(&rig, "InvalidSignature");
	assert_string_equal(update(&rig, web.port, maker, signature, ""), "Accepted");
	expect_firmware(&rig, "Downloading");
	expect_firmware(&rig, "Downloaded");
	expect_firmware(&rig, "SignatureVerified");
	expect_firmware(&rig, "Installing");
	expect_firmware(&rig, "InstallRebooting");
	for (int i = 0; i < 200 && rig.pile.reset == RESET_NONE; i++)
		rig_run(&rig, 100);
	rig_kill(&rig);
	rig_open(&rig);
	assert_true(str_is(rig.pile.config.firmware, "2.0"));
	expect_firmware(&rig, "Installed");
	rig_end(&rig);
	web_stop(&web);
	papers_close(&papers);
}

static void test_update_with_its_times(void **state)
{
	struct rig rig;
	struct web web;
	char frame[4096];

	(void)state;
	web_start(&web, image, strlen(image));
	online(&rig, OCPP_21);
	/* a pile with nowhere to keep the file */
	assert_string_equal(update(&rig, web.port, STR(""), STR(""), ""), "Rejected");
	rig.pile.config.dir = rig.dir = dir;
	assert_string_equal(update(&rig, web.port, STR(""), STR(""),
				    ",\"installDateTime\":\"2027-01-15T20:00:00Z\""),
		"Accepted");
	expect_firmware(&rig, "Downloading");
	expect_firmware(&rig, "Downloaded");
	expect_firmware(&rig, "InstallScheduled");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"FirmwareStatusNotification\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	expect_firmware(&rig, "InstallScheduled");
	assert_string_equal(update(&rig, web.port, STR(""), STR(""), ""), "AcceptedCanceled");
	expect_firmware(&rig, "Downloading");
	expect_firmware(&rig, "Downloaded");
	expect_firmware(&rig, "Installing");
	expect_firmware(&rig, "InstallRebooting");
	rig_end(&rig);
	web_stop(&web);
}

/* What was asked for in the oldest words of 1.6 is told in these, without a number, and keeps
 * nothing else waiting. */
static void test_update_of_another_language(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	firmware_tell(&rig.pile, true);
	logs_tell(&rig.pile, true);
	expect_told(&rig, "FirmwareStatusNotification", "Idle", "");
	expect_told(&rig, "LogStatusNotification", "Idle", "");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"FirmwareStatusNotification\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	expect_told(&rig, "FirmwareStatusNotification", "Idle", "");
	rig_end(&rig);
}

static const char *get_log(struct rig *rig, const char *type, const char *scheme, int port)
{
	static char frame[4096];
	char text[512];

	snprintf(text, sizeof(text),
		"{\"log\":{\"remoteLocation\":\"%s://127.0.0.1:%d/up\"},\"logType\":\"%s\","
		"\"requestId\":77,\"retries\":0}",
		scheme, port, type);
	rig_forget_frames(rig);
	ask(rig, "GetLog", text, frame);
	return frame;
}

static void test_logs_go_out(void **state)
{
	struct rig rig;
	struct web web;
	const char *answer;
	char frame[4096];

	(void)state;
	web_start(&web, "", 0);
	online(&rig, OCPP_21);
	rig.pile.config.events = true;
	events_add(&rig.pile, "TamperDetectionActivated", "door");
	answer = get_log(&rig, "SecurityLog", "http", web.port);
	assert_string_equal(rig_part(answer, "2.status"), "Accepted");
	assert_memory_equal(rig_part(answer, "2.filename"), "RIG-1-security-", 15);
	expect_told(&rig, "LogStatusNotification", "Uploading", "77");
	expect_told(&rig, "LogStatusNotification", "Uploaded", "77");
	assert_non_null(strstr(web.got, "TamperDetectionActivated door"));
	assert_null(strstr(web.got, "key HeartbeatInterval"));
	answer = get_log(&rig, "DiagnosticsLog", "http", web.port);
	assert_string_equal(rig_part(answer, "2.status"), "Accepted");
	expect_told(&rig, "LogStatusNotification", "Uploading", "77");
	expect_told(&rig, "LogStatusNotification", "Uploaded", "77");
	assert_non_null(strstr(web.got, "key HeartbeatInterval = "));
	web.mode = WEB_MISSING;
	(void)get_log(&rig, "SecurityLog", "http", web.port);
	expect_told(&rig, "LogStatusNotification", "Uploading", "77");
	expect_told(&rig, "LogStatusNotification", "PermissionDenied", "77");
	answer = get_log(&rig, "SecurityLog", "ftp", web.port);
	assert_string_equal(rig_part(answer, "2.status"), "Rejected");
	assert_string_equal(rig_part(answer, "2.filename"), "");
	answer = get_log(&rig, "DataCollectorLog", "http", web.port);
	assert_string_equal(rig_part(answer, "2.status"), "Rejected");
	ask(&rig, "TriggerMessage", "{\"requestedMessage\":\"LogStatusNotification\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	expect_told(&rig, "LogStatusNotification", "Idle", "");
	rig_end(&rig);
	web_stop(&web);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_and_version),
		cmocka_unit_test(test_reservation_is_told_when_it_ends),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_profile_of_a_start),
		cmocka_unit_test(test_certificates_and_events),
		cmocka_unit_test(test_signed_update),
		cmocka_unit_test(test_update_with_its_times),
		cmocka_unit_test(test_update_of_another_language),
		cmocka_unit_test(test_logs_go_out),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
