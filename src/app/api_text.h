/* api_text.h - the catalogue of texts in three languages (web/i18n). */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "wire/http.h"

#define TEXT_LANGS 3
extern const char *const text_langs[TEXT_LANGS]; /* "zh-CN", "en", "de" */

/* The language of a request: cookie `lang`, then ?lang=, then Accept-Language with its weights,
 * else English. */
struct str text_lang(const struct http_head *head, struct str query, struct arena *arena);
/* One of text_langs for any text, English when it is none. */
struct str text_lang_known(struct str lang);
/* The text of a key; STR_NULL when the catalogue has none. */
struct str text_get(struct str lang, struct str key);
/* The text of "<first><second>", or of `fallback` (may be NULL) when there is none. */
struct str text_join(struct str lang, struct arena *arena, const char *first, struct str second,
	const char *last, const char *fallback);
