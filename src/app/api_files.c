/* api_files.c - the files built into the program. Names are looked up exactly, never joined to a
 * path from outside: the disk is only read in debug builds, and only for names without "..". */
#include "app/api_files.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/embedded.h"

#define FILES_DISK_MAX (4 * 1024 * 1024)

extern const struct embedded web_files[];

static const struct embedded *find(struct str name)
{
	for (const struct embedded *file = web_files; file->name; file++) {
		if (str_is(name, file->name))
			return file;
	}
	return NULL;
}

#ifndef NDEBUG
static const char *disk(void)
{
	return getenv("LEYDEN_WEB_DIR");
}

static struct str read_disk(const char *folder, struct str name, struct arena *arena)
{
	struct str path = str_format(arena, "%s/%.*s%c", folder, STR_FMT(name), '\0');
	FILE *file;
	struct buf text;
	char chunk[4096];
	size_t len;

	for (size_t i = 0; i + 1 < name.len; i++) {
		if (name.ptr[i] == '.' && name.ptr[i + 1] == '.')
			return STR_NULL;
	}
	file = path.ptr ? fopen(path.ptr, "rb") : NULL;
	if (!file)
		return STR_NULL;
	buf_init(&text, arena, FILES_DISK_MAX);
	while ((len = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(&text, chunk, len);
	fclose(file);
	return text.failed ? STR_NULL : buf_str(&text);
}
#else
static const char *disk(void)
{
	return NULL;
}

static struct str read_disk(const char *folder, struct str name, struct arena *arena)
{
	(void)folder;
	(void)name;
	(void)arena;
	return STR_NULL;
}
#endif

bool files_live(void)
{
	return disk() != NULL;
}

struct str files_get(struct str name, struct arena *arena)
{
	const struct embedded *file;

	if (files_live())
		return read_disk(disk(), name, arena);
	file = find(name);
	return file ? (struct str){file->bytes, file->len} : STR_NULL;
}

struct str files_gzip(struct str name)
{
	const struct embedded *file = files_live() ? NULL : find(name);

	return file && file->gzip ? (struct str){file->gzip, file->gzip_len} : STR_NULL;
}

const char *files_type(struct str name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
		{".js", "text/javascript; charset=utf-8"},
		{".css", "text/css; charset=utf-8"},
		{".json", "application/json"},
		{".svg", "image/svg+xml"},
		{".png", "image/png"},
		{".woff2", "font/woff2"},
		{".wasm", "application/wasm"},
		{".html", "text/html; charset=utf-8"},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t len = strlen(types[i].end);

		if (name.len > len &&
			str_is(str_slice(name, name.len - len, name.len), types[i].end))
			return types[i].type;
	}
	return "application/octet-stream";
}
