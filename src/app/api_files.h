/* api_files.h - the templates, texts and bundles built into the program; read from LEYDEN_WEB_DIR
 * in debug builds. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

/* The content of "templates/landing.html", "i18n/en.json", "dist/page-AB12.css"; STR_NULL when
 * there is none. Lives for ever, or in the arena when read from disk. */
struct str files_get(struct str name, struct arena *arena);
/* The same, gzip-compressed; STR_NULL when it is not shorter that way (or comes from disk). */
struct str files_gzip(struct str name);
/* True when files come from disk and may change any time: nothing made of them is kept. */
bool files_live(void);
/* Media type by the end of a file's name. */
const char *files_type(struct str name);
