/* api_out.c - the kinds of values the outside face writes, on top of wire's JSON writer. */
#include "app/api_out.h"
#include "base/limits.h"

void out_init(struct out *out, struct arena *arena)
{
	out->arena = arena;
	buf_init(&out->text, arena, LIMIT_JOB_ARENA);
	json_out_init(&out->json, &out->text);
}

struct str out_str(const struct out *out)
{
	return buf_str(&out->text);
}

bool out_failed(const struct out *out)
{
	return out->text.failed;
}

void out_object(struct out *out, const char *name)
{
	json_open_object(&out->json, name);
}

void out_end(struct out *out)
{
	json_close_object(&out->json);
}

void out_list(struct out *out, const char *name)
{
	json_open_array(&out->json, name);
}

void out_list_end(struct out *out)
{
	json_close_array(&out->json);
}

void out_text(struct out *out, const char *name, struct str value)
{
	if (value.ptr)
		json_put_str(&out->json, name, value);
	else
		json_put_null(&out->json, name);
}

void out_word(struct out *out, const char *name, const char *value)
{
	json_put_str(&out->json, name, str_from(value));
}

void out_number(struct out *out, const char *name, int64_t value)
{
	json_put_int(&out->json, name, value);
}

void out_flag(struct out *out, const char *name, bool value)
{
	json_put_bool(&out->json, name, value);
}

void out_null(struct out *out, const char *name)
{
	json_put_null(&out->json, name);
}

void out_id(struct out *out, const char *name, int64_t id)
{
	if (id)
		json_put_id(&out->json, name, id);
	else
		json_put_null(&out->json, name);
}

void out_time(struct out *out, const char *name, int64_t at_us)
{
	if (at_us)
		json_put_time(&out->json, name, at_us);
	else
		json_put_null(&out->json, name);
}

void out_money(struct out *out, const char *name, int64_t minor, struct str currency)
{
	json_open_object(&out->json, name);
	json_put_int(&out->json, "minor", minor);
	json_put_str(&out->json, "currency", currency);
	json_close_object(&out->json);
}

void out_energy(struct out *out, const char *name, int64_t dwh)
{
	json_put_fixed_text(&out->json, name, dwh, 1);
}

void out_price(struct out *out, const char *name, int64_t e5)
{
	json_put_fixed_text(&out->json, name, e5, 5);
}

void out_milli(struct out *out, const char *name, int64_t milli)
{
	/* to the tenth, half away from zero: what a display shows */
	json_put_fixed_text(&out->json, name, (milli + (milli < 0 ? -50 : 50)) / 100, 1);
}

void out_raw(struct out *out, const char *name, struct str json)
{
	if (json.len && json_valid(json, out->arena))
		json_put_raw(&out->json, name, json);
	else
		json_put_null(&out->json, name);
}

void out_named(struct out *out, struct str name, struct str value)
{
	json_put_key(&out->json, name);
	json_put_str(&out->json, NULL, value);
}
