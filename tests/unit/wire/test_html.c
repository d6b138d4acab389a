/* test_html.c - templates: escaping first, then everything else. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "wire/html.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

static struct str load(void *context, struct str name)
{
	(void)context;
	if (str_is(name, "head"))
		return STR("<h1>{{title}}</h1>\n");
	if (str_is(name, "loop"))
		return STR("{{>loop}}");
	if (str_is(name, "open"))
		return STR("{{#a}}");
	return STR_NULL;
}

static struct str find(void *context, struct str key)
{
	(void)context;
	if (str_is(key, "hello"))
		return STR("Hello <{name}> & {nobody} {n} {bad name} {");
	if (str_is(key, "state.charging"))
		return STR("Charging");
	if (str_is(key, "empty"))
		return STR("");
	return STR_NULL;
}

static const struct html_loader loader = {.load = load};
static const struct html_texts texts = {.find = find};

static struct str page(const char *text, const struct html_value *value)
{
	const struct html_template *template;
	struct html_error error;
	struct buf buf;
	int outcome = html_parse(str_from(text), &loader, &arena, &template, &error);

	if (outcome != 0)
		fail_msg("%s: %d at %.*s", text, outcome, STR_FMT(error.where));
	buf_init(&buf, &arena, 100000);
	assert_int_equal(html_render(template, value, &texts, &buf), 0);
	return buf.ptr != NULL ? buf_str(&buf) : STR("");
}

static void check(const char *text, const struct html_value *value, const char *wanted)
{
	struct str got = page(text, value);

	if (!str_is(got, wanted))
		fail_msg("%s gives %.*s", text, STR_FMT(got));
}

static struct html_value *sample(void)
{
	struct html_value *value = html_new(&arena);
	struct html_value *list, *object;

	html_set_str(value, "title", STR("A <b>\"&'"));
	html_set_safe(value, "markup", STR("<i>x</i>"));
	html_set_int(value, "n", -42);
	html_set_int(value, "zero", 0);
	html_set_bool(value, "yes", true);
	html_set_bool(value, "no", false);
	html_set_str(value, "empty", STR(""));
	html_set_str(value, "name", STR("M<1>"));
	html_set_str(value, "state", STR("charging"));
	object = html_set_object(value, "site");
	html_set_str(object, "name", STR("Lakeside"));
	html_set_str(html_set_object(object, "inner"), "deep", STR("d"));
	list = html_set_list(value, "rows");
	for (int i = 1; i <= 3; i++)
		html_set_int(html_add(list), "no", i);
	html_set_list(value, "none");
	list = html_set_list(value, "words");
	html_add_str(list, STR("a<"));
	html_add_str(list, STR("b"));
	return value;
}

static void escaping(void **state)
{
	struct html_value *value = sample();

	(void)state;
	check("{{title}}", value, "A &lt;b&gt;&quot;&amp;&#39;");
	check("{{{title}}}", value, "A &lt;b&gt;&quot;&amp;&#39;");
	check("{{markup}}", value, "&lt;i&gt;x&lt;/i&gt;");
	check("{{{markup}}}", value, "<i>x</i>");
	check("{{{ markup }}}", value, "<i>x</i>");
	check("{{n}}{{yes}}{{no}}{{zero}}", value, "-42truefalse0");
	check("{{absent}}{{site}}{{rows}}", value, "");
}

static void sections(void **state)
{
	struct html_value *value = sample();

	(void)state;
	check("{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{^no}}N{{/no}}{{^yes}}Y{{/yes}}", value, "yN");
	check("{{#empty}}x{{/empty}}{{#zero}}x{{/zero}}{{#absent}}x{{/absent}}{{#n}}n{{/n}}", value,
		"n");
	check("{{#rows}}{{no}}{{n}},{{/rows}}", value, "1-42,2-42,3-42,");
	check("{{#none}}x{{/none}}{{^none}}-{{/none}}{{^rows}}x{{/rows}}", value, "-");
	check("{{#words}}[{{.}}]{{/words}}", value, "[a&lt;][b]");
	check("{{#site}}{{name}} {{title}}{{#inner}}{{deep}}{{name}}{{/inner}}{{/site}}", value,
		"Lakeside A &lt;b&gt;&quot;&amp;&#39;dLakeside");
	check("{{site.name}} {{site.inner.deep}} {{site.absent.x}} {{name.x}}", value,
		"Lakeside d  ");
	check("{{#rows}}{{#rows}}{{no}}{{/rows}};{{/rows}}", value, "123;123;123;");
	check("{{#name}}{{name}}{{/name}}", value, "M&lt;1&gt;");
}

static void catalogue(void **state)
{
	struct html_value *value = sample();

	(void)state;
	check("{{t.hello}}", value, "Hello &lt;M&lt;1&gt;&gt; &amp; {nobody} -42 {bad name} {");
	check("{{t.state.$state}}", value, "Charging");
	check("{{t.state.$absent}}", value, "state.");
	check("{{t.not.there}}|{{t.empty}}|", value, "not.there||");
}

static void lines_of_tags_vanish(void **state)
{
	struct html_value *value = sample();

	(void)state;
	check("a\n  {{#yes}}\nb\n  {{/yes}}  \nc\n", value, "a\nb\nc\n");
	check("a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc", value, "a\r\nb\r\nc");
	check("{{#rows}}\n{{no}}\n{{/rows}}\n", value, "1\n2\n3\n");
	check("x {{#yes}}\ny\n{{/yes}} z\n", value, "x \ny\n z\n");
	check("{{! comment with {{ odd } }}\nx", value, "x");
	check("a {{!c}} b", value, "a  b");
	check("{{>head}}\nrest", value, "<h1>A &lt;b&gt;&quot;&amp;&#39;</h1>\nrest");
	check("{{n}}\n", value, "-42\n");
}

static int outcome_of(const char *text, int *ret_line)
{
	const struct html_template *template;
	struct html_error error = {0};
	int outcome = html_parse(str_from(text), &loader, &arena, &template, &error);

	*ret_line = error.line;
	return outcome;
}

static void mistakes_are_found_when_parsing(void **state)
{
	int line;

	(void)state;
	assert_int_equal(outcome_of("a\nb {{x", &line), HTML_E_TAG);
	assert_int_equal(line, 2);
	assert_int_equal(outcome_of("{{x}", &line), HTML_E_TAG);
	assert_int_equal(outcome_of("{{{x}}", &line), HTML_E_TAG);
	assert_int_equal(outcome_of("{{}}", &line), HTML_E_NAME);
	assert_int_equal(outcome_of("{{ a b }}", &line), HTML_E_NAME);
	assert_int_equal(outcome_of("{{<x}}", &line), HTML_E_NAME);
	assert_int_equal(outcome_of("{{#}}{{/}}", &line), HTML_E_NAME);
	assert_int_equal(outcome_of("\n\n{{#a}}", &line), HTML_E_SECTION);
	assert_int_equal(outcome_of("{{/a}}", &line), HTML_E_SECTION);
	assert_int_equal(outcome_of("{{#a}}\n{{#b}}{{/a}}{{/b}}", &line), HTML_E_SECTION);
	assert_int_equal(line, 2);
	assert_int_equal(outcome_of("{{>nope}}", &line), HTML_E_PARTIAL);
	assert_int_equal(outcome_of("{{>loop}}", &line), HTML_E_PARTIAL);
	assert_int_equal(outcome_of("{{>open}}{{/a}}", &line), HTML_E_SECTION);
	assert_int_equal(
		outcome_of(
			"{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}"
			"{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}",
			&line),
		HTML_E_SECTION);
	assert_int_equal(html_parse(STR("{{>head}}"), NULL, &arena,
				 &(const struct html_template *){NULL}, NULL),
		HTML_E_PARTIAL);
}

static void count_key(void *context, struct str key)
{
	size_t *count = context;

	assert_true(str_is(key, "a") || str_is(key, "b.$c"));
	++*count;
}

static void keys_can_be_listed(void **state)
{
	const struct html_template *template;
	size_t count = 0;

	(void)state;
	assert_int_equal(html_parse(STR("{{t.a}}{{#x}}{{{t.b.$c}}}{{/x}}{{y}}"), NULL, &arena,
				 &template, NULL),
		0);
	html_visit_texts(template, count_key, &count);
	assert_int_equal(count, 2);
}

static void bounds(void **state)
{
	const struct html_template *template;
	struct html_value *value;
	struct arena small;
	struct buf buf;

	(void)state;
	assert_int_equal(html_parse(STR("0123456789"), NULL, &arena, &template, NULL), 0);
	buf_init(&buf, &arena, 5);
	assert_true(html_render(template, sample(), NULL, &buf) < 0);
	arena_init(&small, 300);
	value = html_new(&small);
	for (int i = 0; i < 100; i++) {
		html_set_int(value, "x", i);
		html_add_str(html_set_list(html_set_object(value, "o"), "l"), STR("y"));
	}
	assert_true(small.failed);
	assert_true(html_parse(STR("{{x}}"), NULL, &small, &template, NULL) < 0);
	arena_fini(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escaping),
		cmocka_unit_test(sections),
		cmocka_unit_test(catalogue),
		cmocka_unit_test(lines_of_tags_vanish),
		cmocka_unit_test(mistakes_are_found_when_parsing),
		cmocka_unit_test(keys_can_be_listed),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
