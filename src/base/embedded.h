/* embedded.h - files built into a program by tools/embed_files.c. */
#pragma once
#include <stddef.h>

struct embedded {
	const char *name; /* path below the embedded folder: "templates/landing.html" */
	const char *bytes;
	size_t len;
	const char *gzip; /* the same compressed, or NULL when that is no shorter */
	size_t gzip_len;
};
