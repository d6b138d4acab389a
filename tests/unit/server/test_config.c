/* test_config.c - settings: defaults, precedence, and what a bad file, flag or environment is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "server/config.h"

struct fixture {
	struct arena arena;
	struct buf errors;
	struct config config;
};

static int setup(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));

	arena_init(&f->arena, 1024 * 1024);
	buf_init(&f->errors, &f->arena, 8192);
	config_init(&f->config, &f->arena);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_fini(&f->arena);
	mem_free(f);
	return 0;
}

static bool said(struct fixture *f, const char *what)
{
	return memmem(f->errors.ptr, f->errors.len, what, strlen(what)) != NULL;
}

static int read_text(struct fixture *f, const char *text)
{
	return config_read(&f->config, str_from(text), "test.ini", &f->errors);
}

static void defaults_are_complete(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_finish(&f->config, &f->errors), 0);
	assert_int_equal(f->config.port, 8080);
	assert_true(str_is(f->config.db_url, "sqlite:leyden-data/leyden.db"));
	assert_int_equal(f->config.unknown_piles, 1);
	assert_true(f->config.tariff_required);
}

static void a_file_sets_values(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_text(f, "; comment\n[server]\nport = 9000\ndata=/tmp/x y\n\n[piles]\n"
				      "unknown_piles = Accept\n[log]\nlog_json = on\n"),
		0);
	assert_int_equal(f->config.port, 9000);
	assert_true(str_is(f->config.data, "/tmp/x y"));
	assert_int_equal(f->config.unknown_piles, 2);
	assert_true(f->config.log_json);
}

static void later_sources_win(void **state)
{
	struct fixture *f = *state;
	char home[] = "HOME=/", port[] = "LEYDEN_PORT=9001", web[] = "LEYDEN_WEB_DIR=web";
	char *environment[] = {home, port, web, NULL};

	assert_int_equal(read_text(f, "[server]\nport = 9000\n"), 0);
	assert_int_equal(config_environment(&f->config, environment, &f->errors), 0);
	assert_int_equal(f->config.port, 9001);
	assert_int_equal(config_set(&f->config, STR("port"), STR("9002"), "flag", &f->errors), 0);
	assert_int_equal(f->config.port, 9002);
}

static void unknown_names_are_corrected(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_text(f, "[server]\nprot = 1\n"), CONFIG_E_BAD);
	assert_true(said(f, "did you mean \"port\""));
	assert_int_equal(config_set(&f->config, STR("log-levle"), STR("info"), "flag", &f->errors),
		CONFIG_E_BAD);
	assert_true(said(f, "did you mean \"log_level\""));
	assert_true(said(f, "test.ini: "));
}

static void bad_values_are_named(void **state)
{
	static const char *const texts[] = {"[server]\nport = 70000\n", "[server]\nport = -1\n",
		"[server]\nport = 80x\n", "[server]\nport =\n", "[log]\nlog_level = loud\n",
		"[log]\nlog_json = maybe\n", "[money]\ncurrency = EURO\n", "[server]\ndata =\n",
		"[server]\nport = 99999999999999999999\n", "[piles]\nport = 80\n",
		"[server]\nport = 80\nport = 81\n", "[server\nport = 80\n", "[server]\nport\n",
		"[server]\nport = 80\n  90\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct fixture *f = *state;

		config_init(&f->config, &f->arena);
		buf_clear(&f->errors);
		if (read_text(f, texts[i]) != CONFIG_E_BAD)
			fail_msg("accepted: %s", texts[i]);
		assert_true(f->errors.len > 0);
	}
}

static void hostile_files_are_refused(void **state)
{
	struct fixture *f = *state;
	char large[300];
	struct str nul = {"[server]\nport = 1\0", 18};

	memset(large, 'a', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(read_text(f, large), CONFIG_E_BAD);
	assert_int_equal(config_read(&f->config, nul, "test.ini", &f->errors), CONFIG_E_BAD);
	assert_int_equal(read_text(f, "[server]\ndata = \xff\n"), CONFIG_E_BAD);
	assert_int_equal(read_text(f, ""), 0);
}

static void what_belongs_together_is_checked(void **state)
{
	static const char *const texts[] = {"[server]\ntls_cert = a.pem\n",
		"[server]\ntls_client_ca = a.pem\n", "[database]\ndb_url = mysql://x\n",
		"[database]\ndb_url = postgresql://me:secret@h/db\n",
		"[database]\ndb_writers = 2\n", "[server]\npublic_url = example.com\n",
		"[server]\npublic_url = http://example.com/\n",
		"[sandbox]\nsandbox_url = http://127.0.0.1:1\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct fixture *f = *state;

		config_init(&f->config, &f->arena);
		buf_clear(&f->errors);
		assert_int_equal(read_text(f, texts[i]), 0);
		if (config_finish(&f->config, &f->errors) != CONFIG_E_BAD)
			fail_msg("accepted: %s", texts[i]);
		assert_false(said(f, "secret"));
	}
}

/* The sample, uncommented, must read back to the defaults. */
static void the_sample_reads_back(void **state)
{
	struct fixture *f = *state;
	struct buf sample, plain;

	buf_init(&sample, &f->arena, 65536);
	buf_init(&plain, &f->arena, 65536);
	config_sample(&sample);
	assert_false(sample.failed);
	for (struct str rest = buf_str(&sample); rest.len > 0;) {
		struct str line = str_cut(&rest, '\n');

		if (line.len > 1 && line.ptr[0] == ';' && line.ptr[1] != ' ')
			line = str_slice(line, 1, line.len);
		buf_put_str(&plain, line);
		buf_put_char(&plain, '\n');
	}
	assert_int_equal(config_read(&f->config, buf_str(&plain), "sample", &f->errors), 0);
	assert_int_equal(f->config.port, 8080);
	assert_true(f->config.tariff_required);
	buf_clear(&sample);
	config_help(&sample);
	config_manual(&sample);
	config_show(&f->config, &sample);
	assert_false(sample.failed);
	assert_non_null(memmem(sample.ptr, sample.len, "LEYDEN_METRICS_PORT", 19));
	assert_non_null(memmem(sample.ptr, sample.len, "unknown_piles = hold", 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(defaults_are_complete, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_sets_values, setup, teardown),
		cmocka_unit_test_setup_teardown(later_sources_win, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_names_are_corrected, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_values_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_files_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_belongs_together_is_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(the_sample_reads_back, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
