/* test_carry.c - files to and from web servers that behave, and that do not. */
#include "rig_talk.h"
#include "pile/carry.h"
#include "web.h"

static char dir[] = "/tmp/leyden-carry-XXXXXX";
static char path[128];

static struct carry_end carry(struct web *web, int mode, int64_t most)
{
	char url[128];
	struct carry_wish wish = {.url = {url, 0}, .path = path, .most = most, .still_s = 1};
	struct carry_end end;
	struct carry *carry;

	web->mode = mode;
	wish.url.len = (size_t)snprintf(url, sizeof(url), "http://127.0.0.1:%d/f", web->port);
	carry = carry_start(&wish);
	assert_non_null(carry);
	while (!carry_ended(carry, &end))
		usleep(2000);
	carry_free(carry);
	return end;
}

static void test_servers(void **state)
{
	struct web web;
	struct carry_end end;
	uint8_t digest[SHA256_LEN];

	(void)state;
	web_start(&web, "hello", 5);
	end = carry(&web, WEB_GOOD, 0);
	assert_true(end.good);
	assert_int_equal(end.bytes, 5);
	sha256("hello", 5, digest);
	assert_memory_equal(digest, end.sha256, SHA256_LEN);
	assert_int_equal(access(path, F_OK), 0);
	assert_false(carry(&web, WEB_MISSING, 0).good);
	assert_int_not_equal(access(path, F_OK), 0); /* nothing is left lying about */
	assert_false(carry(&web, WEB_SHORT, 0).good);
	assert_false(carry(&web, WEB_ELSEWHERE, 0).good);
	end = carry(&web, WEB_GOOD, 4);
	assert_false(end.good); /* announced larger than allowed */
	end = carry(&web, WEB_ENDLESS, 1 << 20);
	assert_false(end.good);
	assert_string_equal(end.error, "too large");
	assert_int_not_equal(access(path, F_OK), 0);
	assert_false(carry(&web, WEB_SILENT, 0).good);
	web_stop(&web);
}

static void test_addresses(void **state)
{
	static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense",
		"http://127.0.0.1:1/nobody", "http://[::1", ""};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct carry_wish wish = {.url = str_from(urls[i]), .path = path};
		struct carry_end end;
		struct carry *carry = carry_start(&wish);

		assert_non_null(carry);
		while (!carry_ended(carry, &end))
			usleep(2000);
		assert_false(end.good);
		carry_free(carry);
	}
}

/* A transfer is given up at once, whatever the server does. */
static void test_given_up(void **state)
{
	struct web web;
	char url[64];
	struct carry_wish wish = {.url = {url, 0}, .path = path};

	(void)state;
	web_start(&web, "x", 1);
	for (int mode = WEB_ENDLESS; mode <= WEB_SILENT; mode++) {
		web.mode = mode;
		wish.url.len = (size_t)snprintf(url, sizeof(url), "http://127.0.0.1:%d/", web.port);
		struct carry *carry = carry_start(&wish);
		usleep(50000);
		carry_free(carry);
		assert_int_not_equal(access(path, F_OK), 0);
	}
	web_stop(&web);
}

static void test_sends(void **state)
{
	struct web web;
	char url[64];
	struct carry_wish wish = {.url = {url, 0}, .body = STR("what a pile says")};
	struct carry_end end;
	struct carry *carry;

	(void)state;
	web_start(&web, "", 0);
	wish.url.len = (size_t)snprintf(url, sizeof(url), "http://127.0.0.1:%d/up", web.port);
	carry = carry_start(&wish);
	while (!carry_ended(carry, &end))
		usleep(2000);
	carry_free(carry);
	assert_true(end.good);
	assert_true(str_starts((struct str){web.got, web.got_len}, STR("PUT /up ")));
	assert_non_null(strstr(web.got, "\r\n\r\nwhat a pile says"));
	web_stop(&web);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_sends),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/file", dir);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(dir);
	return failed;
}
