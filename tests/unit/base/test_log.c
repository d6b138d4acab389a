/* test_log.c - lines as they reach stderr. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"

/* Runs one logging call with stderr going to a file; gives what was written. */
static char written[16384];
#define CAPTURE(call) \
	do { \
		FILE *file = tmpfile(); \
		int saved = dup(STDERR_FILENO); \
		size_t got; \
		dup2(fileno(file), STDERR_FILENO); \
		call; \
		dup2(saved, STDERR_FILENO); \
		close(saved); \
		rewind(file); \
		got = fread(written, 1, sizeof(written) - 1, file); \
		written[got] = '\0'; \
		fclose(file); \
	} while (0)

static void logfmt(void **state)
{
	(void)state;
	log_setup(LOG_LEVEL_INFO, false);
	CAPTURE(LOG_INFO("pile connected", "pile=%s try=%d", log_quote(STR("A b")), 2));
	assert_ptr_equal(strstr(written, "time=20"), written);
	assert_non_null(
		strstr(written, "Z level=info event=\"pile connected\" pile=\"A b\" try=2\n"));
	CAPTURE(LOG_DEBUG("dropped", "x=%d", 1));
	assert_string_equal(written, "");
}

static void json_lines(void **state)
{
	(void)state;
	log_setup(LOG_LEVEL_DEBUG, true);
	CAPTURE(LOG_WARN("odd", "text=%s n=%d word", log_quote(STR("a \"b\"\n")), 5));
	assert_non_null(
		strstr(written, "\"level\":\"warn\",\"event\":\"odd\",\"text\":\"a \\\"b\\\"\\n\""
				",\"n\":\"5\",\"text\":\"word\"}\n"));
}

static void hostile_text_stays_on_one_line(void **state)
{
	char *newline;

	(void)state;
	log_setup(LOG_LEVEL_DEBUG, false);
	CAPTURE(LOG_ERROR("bad", "a=%s", "x\ntime=forged\x1b[0m"));
	newline = strchr(written, '\n');
	assert_non_null(newline);
	assert_int_equal(newline[1], '\0');
	assert_null(strchr(written, 0x1b));
	CAPTURE(LOG_ERROR("long", "a=%5000s", "x"));
	assert_int_equal(written[strlen(written) - 1], '\n');
	assert_true(strlen(written) < 4096);
	log_setup(LOG_LEVEL_DEBUG, true);
	CAPTURE(LOG_ERROR("long", "a=%5000s", "x"));
	assert_string_equal(written + strlen(written) - 2, "}\n");
}

static void quoting(void **state)
{
	char many[500];

	(void)state;
	assert_string_equal(log_quote(STR("plain-1.2:3/x")), "plain-1.2:3/x");
	assert_string_equal(log_quote(STR("")), "\"\"");
	assert_string_equal(log_quote(STR("a=b")), "\"a=b\"");
	assert_string_equal(log_quote(STR("a\\b")), "\"a\\\\b\"");
	memset(many, 1, sizeof(many));
	assert_true(strlen(log_quote((struct str){many, sizeof(many)})) <= 200 * 6 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logfmt),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(hostile_text_stays_on_one_line),
		cmocka_unit_test(quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
