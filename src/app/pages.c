/* pages.c - rendering templates: parsed once (again for each page while files come from disk),
 * filled with the values every page has. */
#include "app/pages.h"
#include <pthread.h>
#include "app/api_files.h"
#include "app/api_handlers.h"
#include "app/nearby.h"
#include "base/crypt.h"
#include "base/map.h"
#include "wire/json.h"

#define PAGES_ARENA (4 * 1024 * 1024)
#define PAGE_MAX (512 * 1024)
#define MANIFEST_MAX 256
#define LANG_COOKIE_S (365 * 24 * 3600)

static struct {
	struct arena arena;
	struct map templates; /* name -> template */
	struct str style_hash;
} kept;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* --- files --- */

static struct str load_partial(void *context, struct str name)
{
	struct arena *arena = context;

	return files_get(str_format(arena, "templates/%.*s.html", STR_FMT(name)), arena);
}

static const struct html_template *parse(struct str name, struct arena *arena)
{
	const struct html_loader loader = {load_partial, arena};
	const struct html_template *page = NULL;
	struct str text = load_partial(arena, name);
	struct html_error error;

	return text.ptr && html_parse(text, &loader, arena, &page, &error) == 0 ? page : NULL;
}

/* The name a bundle has in dist/ by its plain name; STR_NULL when it was not built. */
static struct str bundle(struct str plain, struct arena *arena)
{
	struct str text = files_get(STR("dist/manifest.json"), arena), name = STR_NULL, key, value;
	struct json json;

	if (!text.ptr)
		return STR_NULL;
	json_init(&json, text, arena);
	if (!json_object(&json))
		return STR_NULL;
	while (json_next_key(&json, &key) && json_str(&json, &value)) {
		if (str_eq(key, plain))
			name = value;
	}
	return name;
}

static struct str page_css(struct arena *arena)
{
	struct str name = bundle(STR("page.css"), arena);
	struct str css = name.ptr ? files_get(str_format(arena, "dist/%.*s", STR_FMT(name)), arena)
				  : STR_NULL;

	return css.ptr ? css : STR("");
}

static struct str style_hash(struct arena *arena)
{
	struct str css = page_css(arena);
	uint8_t digest[SHA256_LEN];
	struct buf text;

	buf_init(&text, arena, 80);
	buf_put_str(&text, STR("'sha256-"));
	sha256(css.ptr, css.len, digest);
	base64_write(&text, digest, sizeof(digest));
	buf_put_char(&text, '\'');
	return buf_str(&text);
}

static void keep_all(void)
{
	static const char *const names[] = {"start", "landing", "order", "receipt", "wallet",
		"console", "error", "offline", "code", "settle", "scan", "offline_bad",
		"code_again", "reserve", "reservation"};

	arena_init(&kept.arena, PAGES_ARENA);
	map_init(&kept.templates);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct html_template *page = parse(str_from(names[i]), &kept.arena);

		if (page)
			map_put(&kept.templates, str_from(names[i]), (void *)(uintptr_t)page);
	}
	kept.style_hash = style_hash(&kept.arena);
}

static const struct html_template *find_template(const char *name, struct arena *arena)
{
	if (files_live())
		return parse(str_from(name), arena);
	pthread_once(&once, keep_all);
	return map_get(&kept.templates, str_from(name));
}

struct str pages_style_hash(struct arena *arena)
{
	if (files_live())
		return style_hash(arena);
	pthread_once(&once, keep_all);
	return kept.style_hash;
}

/* --- the values every page has --- */

struct branch { /* an object of the asset tree by its dotted path */
	struct str path;
	struct html_value *object;
};
struct branches {
	struct branch at[MANIFEST_MAX];
	size_t len;
};

static struct html_value *branch_of(struct branches *branches, struct html_value *parent,
	struct str path, struct str name, struct arena *arena)
{
	char *text;

	for (size_t i = 0; i < branches->len; i++) {
		if (str_eq(branches->at[i].path, path))
			return branches->at[i].object;
	}
	text = str_dup_z(arena, name);
	if (branches->len == MANIFEST_MAX || !text)
		return NULL;
	branches->at[branches->len] = (struct branch){path, html_set_object(parent, text)};
	return branches->at[branches->len++].object;
}

/* "driver.en.js" becomes asset -> driver -> en -> js; the page's language is also there as LANG. */
static void put_asset(struct branches *branches, struct html_value *assets, struct str key,
	struct str href, struct str lang, struct arena *arena)
{
	struct html_value *object = assets;
	struct str rest = key, part = str_cut(&rest, '.');
	char *name;

	while (rest.len && object) {
		size_t path_len = (size_t)(part.ptr + part.len - key.ptr);
		struct str path = {key.ptr, path_len};

		if (str_eq(part, lang)) {
			path = str_format(arena, "%.*s!", STR_FMT(path));
			part = STR("LANG");
		}
		object = branch_of(branches, object, path, part, arena);
		part = str_cut(&rest, '.');
	}
	name = str_dup_z(arena, part);
	if (object && name)
		html_set_str(object, name, href);
}

static void put_assets(struct html_value *view, struct str lang, struct arena *arena)
{
	struct str text = files_get(STR("dist/manifest.json"), arena), key, value;
	struct html_value *assets = html_set_object(view, "asset");
	struct branches *branches = ARENA_NEW(arena, struct branches);
	struct html_value *inlined = html_set_object(html_set_object(view, "inline"), "page");
	struct json json;

	html_set_safe(inlined, "css", page_css(arena));
	if (!text.ptr || !branches)
		return;
	json_init(&json, text, arena);
	if (!json_object(&json))
		return;
	while (json_next_key(&json, &key) && json_str(&json, &value))
		put_asset(branches, assets, key, str_format(arena, "/assets/%.*s", STR_FMT(value)),
			lang, arena);
}

static void put_langs(struct html_value *view, const struct api_call *call)
{
	static const char *const names[TEXT_LANGS] = {
		"\xE4\xB8\xAD\xE6\x96\x87", "English", "Deutsch"};
	struct html_value *langs = html_set_list(view, "langs");
	struct str path = call->request ? call->request->path : STR("/");

	for (size_t i = 0; i < TEXT_LANGS; i++) {
		struct html_value *item = html_add(langs);

		html_set_str(item, "code", str_from(text_langs[i]));
		html_set_str(item, "name", str_from(names[i]));
		html_set_bool(item, "current", str_is(call->lang, text_langs[i]));
		html_set_str(item, "href",
			str_format(call->ctx->arena, "%.*s?lang=%s", STR_FMT(path), text_langs[i]));
	}
}

struct html_value *pages_view(struct api_call *call)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *view = html_new(arena);

	if (!view)
		return NULL;
	html_set_str(view, "lang", call->lang);
	html_set_str(view, "brand", pages_text(call, "brand", "", ""));
	put_langs(view, call);
	put_assets(view, call->lang, arena);
	return view;
}

struct html_value *pages_place(
	struct html_value *view, const struct reads_place *place, struct arena *arena)
{
	struct html_value *pile = html_set_object(view, "pile");

	html_set_str(pile, "code", place->code);
	html_set_str(pile, "name", place->name);
	html_set_str(pile, "site", place->site);
	html_set_str(pile, "address", place->address);
	if (place->helpline.len) {
		html_set_str(view, "helpline", place->helpline);
		html_set_str(view, "helpline_tel", format_tel(arena, place->helpline));
	}
	return pile;
}

struct str pages_text(
	const struct api_call *call, const char *first, const char *word, const char *last)
{
	struct str text =
		text_join(call->lang, call->ctx->arena, first, str_from(word), last, NULL);

	return text.ptr ? text : str_from(word);
}

void pages_nearby(
	struct api_call *call, struct html_value *view, const struct nearby *nearby, size_t len)
{
	struct html_value *list = html_set_list(view, "nearby");
	struct arena *arena = call->ctx->arena;

	html_set_bool(view, "any_nearby", len > 0);
	for (size_t i = 0; i < len; i++) {
		const struct nearby *near = &nearby[i];
		struct html_value *item = html_add(list);

		html_set_str(item, "href",
			str_format(arena, "/p/%.*s/%lld", STR_FMT(near->place.code),
				(long long)near->connector_no));
		html_set_str(item, "name", near->place.name);
		html_set_int(item, "no", near->connector_no);
		html_set_str(item, "where",
			near->distance_m < 0
				? pages_text(call, "page.", "same_site", "")
				: str_format(arena, "%.*s · %.*s", STR_FMT(near->place.site),
					  STR_FMT(format_distance(
						  arena, call->lang, near->distance_m))));
		html_set_str(item, "plug",
			near->max_w
				? str_format(arena, "%.*s · %lld\xC2\xA0kW", STR_FMT(near->plug),
					  (long long)((near->max_w + 500) / 1000))
				: near->plug);
		html_set_str(item, "price",
			format_price(arena, call->lang, near->price.total_e5, near->currency));
	}
}

/* --- rendering --- */

static struct str find_text(void *context, struct str key)
{
	const struct api_call *call = context;

	return text_get(call->lang, key);
}

static struct str render(struct api_call *call, const char *name, const struct html_value *view)
{
	const struct html_template *page = find_template(name, call->ctx->arena);
	const struct html_texts texts = {find_text, call};
	struct buf html;

	if (!page || !view)
		return STR_NULL;
	buf_init(&html, call->ctx->arena, PAGE_MAX);
	if (html_render(page, view, &texts, &html) != 0)
		return STR_NULL;
	return buf_str(&html);
}

int pages_render(struct api_call *call, int status, const char *name, struct html_value *view)
{
	struct str html = render(call, name, view);
	struct str wished = call_query(call, "lang");

	if (!html.ptr)
		return FAULT(FAULT_BUG, "page %s does not render", name);
	if (wished.len && str_eq(wished, call->lang))
		reply_header(call, "Set-Cookie: lang=%.*s; Path=/; Max-Age=%d; SameSite=Lax",
			STR_FMT(call->lang), LANG_COOKIE_S);
	return reply_html(call, status, html);
}

struct str pages_error(struct api_call *call, int status, const char *word)
{
	struct html_value *view = pages_view(call);
	struct str key = str_from(word), title, detail;
	struct arena *arena = call->ctx->arena;

	if (!view)
		return STR_NULL;
	title = text_join(call->lang, arena, "error.", key, ".title", "error.internal.title");
	detail = text_join(call->lang, arena, "error.", key, ".detail", "error.internal.detail");
	html_set_int(view, "status", status);
	html_set_str(view, "title", title.ptr ? title : key);
	html_set_str(view, "detail", detail.ptr ? detail : STR(""));
	if (status == 429 || status >= 500)
		html_set_str(view, "back", call->request ? call->request->path : STR("/"));
	return render(call, "error", view);
}

/* --- pages without much of their own --- */

static int put_demo_piles(struct api_call *call, struct html_value *view)
{
	struct html_value *piles = html_set_list(view, "piles");
	struct stmt *stmt = stmt_of(call->ctx->db, SQL_READ_DEMO_PILES);
	struct arena *arena = call->ctx->arena;
	int row;

	while ((row = stmt_step(stmt)) == 1) {
		struct html_value *item = html_add(piles);

		html_set_str(
			item, "href", str_format(arena, "/p/%.*s", STR_FMT(stmt_str(stmt, 0))));
		html_set_str(item, "name", stmt_dup(stmt, 1, arena));
		html_set_str(item, "site", stmt_dup(stmt, 2, arena));
	}
	return row;
}

int page_start(struct api_call *call)
{
	struct html_value *view = pages_view(call);

	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	if (call->ctx->config->demo)
		TRY(put_demo_piles(call, view));
	html_set_str(view, "console_href", STR("/console"));
	return pages_render(call, 200, "start", view);
}

int page_console(struct api_call *call)
{
	return pages_render(call, 200, "console", pages_view(call));
}
