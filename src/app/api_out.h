/* api_out.h - writing the JSON of answers: wire's writer with the outside face's own kinds (ids as
 * text, times, money, energy, prices). `name` is NULL inside lists. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "wire/json.h"

struct out {
	struct buf text;
	struct json_out json;
	struct arena *arena;
};
void out_init(struct out *out, struct arena *arena);
struct str out_str(const struct out *out);
bool out_failed(const struct out *out);
void out_object(struct out *out, const char *name);
void out_end(struct out *out); /* of an object */
void out_list(struct out *out, const char *name);
void out_list_end(struct out *out);
void out_text(struct out *out, const char *name, struct str value); /* NULL pointer gives null */
void out_word(struct out *out, const char *name, const char *value);
void out_number(struct out *out, const char *name, int64_t value);
void out_flag(struct out *out, const char *name, bool value);
void out_null(struct out *out, const char *name);
void out_id(struct out *out, const char *name, int64_t id);      /* decimal text; 0 gives null */
void out_time(struct out *out, const char *name, int64_t at_us); /* RFC 3339 UTC; 0 gives null */
void out_money(struct out *out, const char *name, int64_t minor, struct str currency);
void out_energy(struct out *out, const char *name, int64_t dwh);  /* Wh with one decimal, text */
void out_price(struct out *out, const char *name, int64_t e5);    /* text with five decimals */
void out_milli(struct out *out, const char *name, int64_t milli); /* 398000 mV -> "398.0" */
/* JSON text from a table, as it is; null when it is empty or no valid JSON. */
void out_raw(struct out *out, const char *name, struct str json);
/* A member with a name that is no constant. */
void out_named(struct out *out, struct str name, struct str value);
