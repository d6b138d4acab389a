/* test_firmware.c - updates of the pile: in order, only what is proved, never under a charge, and
 * back when the new one does not come up. Logs on their way out, too. */
#include "papers.h"
#include "web.h"

static char dir[] = "/tmp/leyden-firmware-XXXXXX";

struct bench {
	struct rig rig;
	struct papers papers;
	struct web web;
	struct str maker, key; /* who signs */
};

static void bench_open(struct bench *bench, const char *image)
{
	struct rig *rig = &bench->rig;

	rig_start(rig);
	rig_kill(rig);
	rig->events = true;
	rig->dir = dir;
	rig_open(rig);
	rig_online(rig);
	papers_open(&bench->papers);
	bench->key = papers_key(&bench->papers);
	bench->maker = papers_issue(&bench->papers, X509_DEVICE,
		papers_csr(&bench->papers, bench->key, "Maker"), "Maker", -1, 100);
	web_start(&bench->web, image, strlen(image));
	/* the signer stands below an authority that the root signed: the root alone is known */
	assert_int_equal(shelf_put(&rig->shelf, "roots.maker", bench->papers.sub), 0);
}

static void bench_close(struct bench *bench)
{
	rig_end(&bench->rig);
	papers_close(&bench->papers);
	web_stop(&bench->web);
}

static const char *update(
	struct bench *bench, struct str certificate, struct str signature, const char *install)
{
	char before[512], after[1400];

	snprintf(before, sizeof(before),
		"\"requestId\":5,\"retries\":1,\"retryInterval\":1,\"firmware\":{\"location\":"
		"\"http://127.0.0.1:%d/f\",\"retrieveDateTime\":\"2027-01-15T07:00:00Z\"%s%s%s,"
		"\"signingCertificate\":\"",
		bench->web.port, install ? ",\"installDateTime\":\"" : "", install ? install : "",
		install ? "\"" : "");
	snprintf(after, sizeof(after), "\",\"signature\":\"%.*s\"}", STR_FMT(signature));
	return papers_call(&bench->rig, "SignedUpdateFirmware", before, certificate, after);
}

/* Runs until the next call of this action came (real time passes for the thread), answering all
 * others; its status. */
static const char *next(struct bench *bench, const char *action)
{
	static char frame[4096];

	for (int turn = 0; turn < 2000; turn++) {
		while (rig_take(&bench->rig, frame)) {
			if (frame[1] != '2')
				continue;
			rig_answer(&bench->rig, frame, "{}");
			if (strcmp(rig_part(frame, "2"), action) == 0)
				return rig_part(frame, "3.status");
		}
		rig_run(&bench->rig, 100);
		usleep(1000);
	}
	return "nothing";
}

static const char *status(struct bench *bench)
{
	return next(bench, "SignedFirmwareStatusNotification");
}

static void reboot(struct bench *bench)
{
	for (int i = 0; i < 200 && bench->rig.pile.reset == RESET_NONE; i++)
		rig_run(&bench->rig, 100);
	assert_int_equal(bench->rig.pile.reset, RESET_SOFT);
	rig_kill(&bench->rig);
	rig_open(&bench->rig);
}

static const char image[] = "LEYDEN-FIRMWARE 2.0\nand more\n";

static void test_signed_in_order(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, image);
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image), NULL),
		"Accepted");
	assert_string_equal(status(&bench), "Downloading");
	assert_string_equal(status(&bench), "Downloaded");
	assert_string_equal(status(&bench), "SignatureVerified");
	assert_string_equal(status(&bench), "Installing");
	assert_string_equal(status(&bench), "InstallRebooting");
	reboot(&bench);
	assert_true(str_is(bench.rig.pile.config.firmware, "2.0"));
	rig_online(&bench.rig);
	assert_string_equal(status(&bench), "Installed");
	rig_kill(&bench.rig);
	rig_open(&bench.rig);
	assert_true(str_is(bench.rig.pile.config.firmware, "2.0"));
	assert_int_equal(bench.rig.pile.firmware.step, FIRMWARE_NOTHING);
	bench_close(&bench);
}

static void test_not_up_goes_back(void **state)
{
	static const char broken[] = "LEYDEN-FIRMWARE 3.0 broken\n";
	struct bench bench;

	(void)state;
	bench_open(&bench, broken);
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, broken), NULL),
		"Accepted");
	while (strcmp(status(&bench), "InstallRebooting") != 0)
		;
	reboot(&bench);
	assert_true(str_is(bench.rig.pile.config.firmware, "test"));
	rig_online(&bench.rig);
	assert_string_equal(status(&bench), "InstallationFailed");
	bench_close(&bench);
}

/* One that starts but never gets through to the server goes back after a few boots. */
static void test_never_accepted_goes_back(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, image);
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image), NULL),
		"Accepted");
	while (strcmp(status(&bench), "InstallRebooting") != 0)
		;
	reboot(&bench);
	for (int i = 0; i < 2; i++) {
		assert_true(str_is(bench.rig.pile.config.firmware, "2.0"));
		rig_kill(&bench.rig);
		rig_open(&bench.rig);
	}
	rig_kill(&bench.rig);
	rig_open(&bench.rig);
	assert_true(str_is(bench.rig.pile.config.firmware, "test"));
	bench_close(&bench);
}

static void test_only_what_is_proved(void **state)
{
	struct bench bench;
	struct str foreign;
	struct papers other;

	(void)state;
	bench_open(&bench, image);
	papers_open(&other);
	foreign = papers_issue(
		&other, X509_DEVICE, papers_csr(&other, bench.key, "Maker"), "Maker", -1, 9);
	assert_string_equal(
		update(&bench, foreign, papers_sign(&bench.papers, bench.key, image), NULL),
		"InvalidCertificate");
	assert_string_equal(
		update(&bench, STR("nonsense"), STR("AA=="), NULL), "InvalidCertificate");
	assert_string_equal(
		update(&bench, bench.papers.root, STR("AA=="), NULL), "InvalidCertificate");
	assert_string_equal(
		update(&bench,
			papers_issue(&bench.papers, X509_DEVICE,
				papers_csr(&bench.papers, bench.key, "Maker"), "Maker", -9, -1),
			STR("AA=="), NULL),
		"InvalidCertificate");
	const struct str wrong[] = {papers_sign(&bench.papers, bench.key, "other bytes"),
		papers_sign(&bench.papers, bench.papers.root_key, image), STR("AAAA"),
		STR("not base64!"), STR("")};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_string_equal(update(&bench, bench.maker, wrong[i], NULL), "Accepted");
		assert_string_equal(status(&bench), "Downloading");
		assert_string_equal(status(&bench), "Downloaded");
		assert_string_equal(status(&bench), "InvalidSignature");
	}
	assert_int_equal(bench.rig.pile.firmware.step, FIRMWARE_NOTHING);
	assert_true(str_is(bench.rig.pile.config.firmware, "test"));
	papers_close(&other);
	bench_close(&bench);
}

static void test_bad_servers_and_retries(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, image);
	bench.web.mode = WEB_MISSING;
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image), NULL),
		"Accepted");
	assert_string_equal(status(&bench), "Downloading");
	assert_string_equal(status(&bench), "Downloading"); /* once more */
	assert_string_equal(status(&bench), "DownloadFailed");
	assert_int_equal(bench.web.hits, 2);
	/* a server that never ends does not stop anything else: a new wish takes its place */
	bench.web.mode = WEB_SILENT;
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image), NULL),
		"Accepted");
	assert_string_equal(status(&bench), "Downloading");
	charge_by_card(&bench.rig);
	bench.web.mode = WEB_SHORT;
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image), NULL),
		"AcceptedCanceled");
	assert_string_equal(status(&bench), "Downloading");
	assert_string_equal(status(&bench), "Downloading");
	assert_string_equal(status(&bench), "DownloadFailed");
	bench_close(&bench);
}

/* Under a charge nothing is installed; power that goes meanwhile begins again with the fetching. */
static void test_waits_for_the_charge_and_its_time(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, image);
	charge_by_card(&bench.rig);
	assert_string_equal(
		update(&bench, bench.maker, papers_sign(&bench.papers, bench.key, image),
			"2027-01-15T08:20:00Z"),
		"Accepted");
	while (strcmp(status(&bench), "InstallScheduled") != 0)
		;
	rig_run(&bench.rig, 30000);
	assert_int_equal(bench.rig.pile.firmware.step, FIRMWARE_READY);
	rig_kill(&bench.rig); /* the charge ends with it */
	rig_open(&bench.rig);
	assert_int_equal(bench.rig.pile.firmware.step, FIRMWARE_WAITS);
	sim_unplug(&bench.rig.sims[0]);
	bench.rig.clock.at_us += 1200 * US_PER_S;
	rig_run(&bench.rig, 300);
	rig_expect(&bench.rig, "BootNotification", (char[4096]){0});
	rig_kill(&bench.rig);
	rig_open(&bench.rig);
	rig_run(&bench.rig, 300);
	for (int i = 0; i < 500 && bench.rig.pile.reset == RESET_NONE; i++) {
		rig_run(&bench.rig, 100);
		rig_forget_frames(&bench.rig);
		usleep(2000);
	}
	reboot(&bench);
	assert_true(str_is(bench.rig.pile.config.firmware, "2.0"));
	bench_close(&bench);
}

static void test_older_message(void **state)
{
	struct bench bench;
	char text[256];

	(void)state;
	bench_open(&bench, image);
	snprintf(text, sizeof(text),
		"\"location\":\"http://127.0.0.1:%d/f\",\"retrieveDate\":"
		"\"2027-01-15T07:00:00Z\"",
		bench.web.port);
	papers_call(&bench.rig, "UpdateFirmware", text, STR(""), "");
	assert_string_equal(next(&bench, "FirmwareStatusNotification"), "Downloading");
	assert_string_equal(next(&bench, "FirmwareStatusNotification"), "Downloaded");
	assert_string_equal(next(&bench, "FirmwareStatusNotification"), "Installing");
	reboot(&bench);
	rig_online(&bench.rig);
	assert_string_equal(next(&bench, "FirmwareStatusNotification"), "Installed");
	assert_string_equal(
		papers_call(&bench.rig, "TriggerMessage",
			"\"requestedMessage\":\"FirmwareStatusNotification\"", STR(""), ""),
		"Accepted");
	assert_string_equal(next(&bench, "FirmwareStatusNotification"), "Idle");
	bench_close(&bench);
}

static void test_logs_go_out(void **state)
{
	struct bench bench;
	char text[256];

	(void)state;
	bench_open(&bench, "");
	events_add(&bench.rig.pile, "TamperDetectionActivated", "door");
	snprintf(text, sizeof(text),
		"\"log\":{\"remoteLocation\":\"http://127.0.0.1:%d/up\"},"
		"\"logType\":\"SecurityLog\",\"requestId\":77,\"retries\":1,\"retryInterval\":1",
		bench.web.port);
	assert_string_equal(papers_call(&bench.rig, "GetLog", text, STR(""), ""), "Accepted");
	assert_string_equal(next(&bench, "LogStatusNotification"), "Uploading");
	assert_string_equal(next(&bench, "LogStatusNotification"), "Uploaded");
	assert_non_null(strstr(bench.web.got, "TamperDetectionActivated door"));
	assert_null(strstr(bench.web.got, "key HeartbeatInterval"));
	bench.web.mode = WEB_MISSING;
	assert_string_equal(papers_call(&bench.rig, "GetLog", text, STR(""), ""), "Accepted");
	assert_string_equal(next(&bench, "LogStatusNotification"), "Uploading");
	assert_string_equal(next(&bench, "LogStatusNotification"), "PermissionDenied");
	bench.web.mode = WEB_GOOD;
	assert_string_equal(
		papers_set(&bench.rig, "AuthorizationKey", "secret-secret-secret"), "Accepted");
	rig_run(&bench.rig, 500);
	rig_forget_frames(&bench.rig);
	rig_kill(&bench.rig);
	rig_open(&bench.rig);
	rig_online(&bench.rig);
	snprintf(text, sizeof(text), "\"location\":\"http://127.0.0.1:%d/up\"", bench.web.port);
	papers_call(&bench.rig, "GetDiagnostics", text, STR(""), "");
	rig_run(&bench.rig, 300);
	for (int i = 0; i < 2000 && bench.rig.pile.logs.busy; i++) {
		rig_run(&bench.rig, 100);
		rig_forget_frames(&bench.rig);
		usleep(1000);
	}
	assert_non_null(strstr(bench.web.got, "key HeartbeatInterval = "));
	assert_null(strstr(bench.web.got, "secret-secret"));
	assert_string_equal(
		papers_call(&bench.rig, "GetLog",
			"\"log\":{\"remoteLocation\":"
			"\"ftp://127.0.0.1/up\"},\"logType\":\"SecurityLog\",\"requestId\":78",
			STR(""), ""),
		"Rejected");
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_in_order),
		cmocka_unit_test(test_not_up_goes_back),
		cmocka_unit_test(test_never_accepted_goes_back),
		cmocka_unit_test(test_only_what_is_proved),
		cmocka_unit_test(test_bad_servers_and_retries),
		cmocka_unit_test(test_waits_for_the_charge_and_its_time),
		cmocka_unit_test(test_older_message),
		cmocka_unit_test(test_logs_go_out),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
