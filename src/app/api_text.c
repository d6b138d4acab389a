/* api_text.c - the catalogues, read once from web/i18n (again for each request while files come
 * from disk), and the choice of a request's language. */
#include "app/api_text.h"
#include <pthread.h>
#include "app/api_files.h"
#include "base/map.h"
#include "wire/json.h"

#define TEXT_ARENA (1024 * 1024)

const char *const text_langs[TEXT_LANGS] = {"zh-CN", "en", "de"};
#define TEXT_ENGLISH 1

/* Immutable once read: written under `once` only, or by a single-threaded debug server with files
 * from disk. */
static struct catalogue {
	struct arena arena;
	struct map texts; /* key -> struct str */
} catalogues[TEXT_LANGS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_catalogue(struct catalogue *catalogue, const char *lang)
{
	struct str name, text, key, value;
	struct json json;

	arena_fini(&catalogue->arena);
	map_fini(&catalogue->texts);
	arena_init(&catalogue->arena, TEXT_ARENA);
	map_init(&catalogue->texts);
	name = str_format(&catalogue->arena, "i18n/%s.json", lang);
	text = files_get(name, &catalogue->arena);
	json_init(&json, text, &catalogue->arena);
	if (!json_object(&json))
		return;
	while (json_next_key(&json, &key) && json_str(&json, &value)) {
		struct str *kept = ARENA_NEW(&catalogue->arena, struct str);

		if (!kept)
			return;
		*kept = value;
		map_put(&catalogue->texts, key, kept);
	}
}

static void read_all(void)
{
	for (size_t i = 0; i < TEXT_LANGS; i++)
		read_catalogue(&catalogues[i], text_langs[i]);
}

static size_t lang_index(struct str lang)
{
	for (size_t i = 0; i < TEXT_LANGS; i++) {
		if (str_is(lang, text_langs[i]))
			return i;
	}
	return TEXT_ENGLISH;
}

struct str text_get(struct str lang, struct str key)
{
	const struct str *text;

	pthread_once(&once, read_all);
	text = map_get(&catalogues[lang_index(lang)].texts, key);
	return text ? *text : STR_NULL;
}

struct str text_join(struct str lang, struct arena *arena, const char *first, struct str second,
	const char *last, const char *fallback)
{
	struct str key = str_format(arena, "%s%.*s%s", first, STR_FMT(second), last);
	struct str text = key.ptr ? text_get(lang, key) : STR_NULL;

	if (!text.ptr && fallback)
		text = text_get(lang, str_from(fallback));
	return text;
}

/* "de-AT", "ZH_hans", "en": by the language alone. STR_NULL when it is none of ours. */
static struct str known(struct str tag)
{
	for (size_t i = 0; i < TEXT_LANGS; i++) {
		struct str ours = str_slice(str_from(text_langs[i]), 0, 2);

		if (tag.len >= 2 && str_eq_nocase(str_slice(tag, 0, 2), ours) &&
			(tag.len == 2 || tag.ptr[2] == '-' || tag.ptr[2] == '_'))
			return str_from(text_langs[i]);
	}
	return STR_NULL;
}

struct str text_lang_known(struct str lang)
{
	struct str tag = known(lang);

	return tag.ptr ? tag : str_from(text_langs[TEXT_ENGLISH]);
}

/* The weight of one Accept-Language element in thousandths; 1000 without a q. */
static int64_t weight(struct str params)
{
	struct str q = str_trim(params);
	int64_t value = 1000;

	if (q.len > 2 && (q.ptr[0] == 'q' || q.ptr[0] == 'Q') && q.ptr[1] == '=' &&
		!str_to_fixed(str_slice(q, 2, q.len), 3, false, &value))
		return 0;
	return value;
}

static struct str accepted(struct str header)
{
	struct str best = STR_NULL;
	int64_t best_weight = 0;

	while (header.len) {
		struct str element = str_cut(&header, ','), tag;
		int64_t q;

		tag = known(str_trim(str_cut(&element, ';')));
		q = weight(element);
		if (tag.ptr && q > best_weight) {
			best = tag;
			best_weight = q;
		}
	}
	return best;
}

struct str text_lang(const struct http_head *head, struct str query, struct arena *arena)
{
	struct str lang = known(http_param(arena, query, "lang"));

	if (!lang.ptr && head)
		lang = known(http_cookie(head, "lang"));
	if (!lang.ptr && head)
		lang = accepted(http_header(head, "Accept-Language"));
	return lang.ptr ? lang : str_from(text_langs[TEXT_ENGLISH]);
}
