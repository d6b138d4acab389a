/* call.h - HTTP calls of the demo, made like any stranger's script would: libcurl and the public
 * interface. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

struct call {
	const char *method; /* "GET", "POST" */
	const char *url;
	struct str body;        /* JSON or a form, by `type` */
	const char *type;       /* content type of the body; NULL: application/json */
	const char *headers[4]; /* further lines, NULL ended */
};
struct answer {
	int status; /* 0: nobody answered */
	struct str body;
};
/* Waits at most ten seconds. The body lives in the arena. */
struct answer call_make(struct arena *arena, const struct call *call);
/* GET of a URL. */
struct answer call_get(struct arena *arena, const char *url);
