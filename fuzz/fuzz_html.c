/* fuzz_html.c - any bytes as a template, and as a value in one. */
#include "base/fault.h"
#include "fuzz.h"
#include "wire/html.h"

static struct str bytes;

static struct str load(void *context, struct str name)
{
	(void)context;
	return name.len == 1 ? str_slice(bytes, bytes.len / 2, bytes.len) : STR_NULL;
}

static struct str find(void *context, struct str key)
{
	(void)context;
	return key.len % 2 == 0 ? bytes : STR_NULL;
}

static void skip_key(void *context, struct str key)
{
	(void)context;
	(void)key;
}

/* A value in a page never opens a tag or leaves an attribute. */
static void check_escaping(struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, 8 << 20);
	html_escape(&buf, bytes);
	ASSERT(!buf.failed);
	for (size_t i = 0; i < buf.len; i++)
		ASSERT(buf.ptr[i] != '<' && buf.ptr[i] != '>' && buf.ptr[i] != '"' &&
			buf.ptr[i] != '\'');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct html_loader loader = {.load = load};
	static const struct html_texts texts = {.find = find};
	const struct html_template *page;
	struct html_error error;
	struct arena arena;
	int outcome;

	bytes = (struct str){(const char *)data, size};
	arena_init(&arena, 64 << 20);
	check_escaping(&arena);
	outcome = html_parse(bytes, &loader, &arena, &page, &error);
	if (outcome == 0) {
		struct html_value *value = html_new(&arena), *list;
		struct buf buf;

		html_set_str(value, "a", bytes);
		html_set_safe(value, "b", bytes);
		html_set_str(html_set_object(value, "c"), "a", STR("x"));
		list = html_set_list(value, "d");
		html_set_int(html_add(list), "a", 1);
		html_add_str(list, bytes);
		buf_init(&buf, &arena, 1 << 20);
		html_render(page, value, &texts, &buf);
		html_visit_texts(page, skip_key, NULL);
	} else {
		ASSERT(outcome > 0 || arena.failed);
	}
	arena_fini(&arena);
	return 0;
}
