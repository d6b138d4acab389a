/* record_error.c - what was wrong with a record, and where, in words. */
#include "wire/record_error.h"
#include <stdio.h>
#include <string.h>

#define NAME_MAX_SHOWN 48

int record_error_set(struct record_error *error, enum record_outcome kind)
{
	*error = (struct record_error){.kind = kind};
	return (int)kind;
}

/* Puts `step` before the path; a path that grows too long loses its end. */
static void prepend(struct record_error *error, struct str step)
{
	size_t old = strlen(error->path);

	if (step.len >= RECORD_PATH_MAX)
		return;
	if (old > RECORD_PATH_MAX - 1 - step.len)
		old = RECORD_PATH_MAX - 1 - step.len;
	memmove(error->path + step.len, error->path, old);
	memcpy(error->path, step.ptr, step.len);
	error->path[step.len + old] = '\0';
}

int record_error_field(struct record_error *error, int outcome, struct str name)
{
	if (outcome <= 0)
		return outcome;
	if (error->path[0] != '\0' && error->path[0] != '[')
		prepend(error, STR("."));
	prepend(error, str_utf8_cut(name, NAME_MAX_SHOWN));
	return outcome;
}

int record_error_index(struct record_error *error, int outcome, size_t index)
{
	char text[32];
	int len;

	if (outcome <= 0)
		return outcome;
	len = snprintf(text, sizeof(text), "[%zu]", index);
	if (error->path[0] != '\0' && error->path[0] != '[')
		prepend(error, STR("."));
	prepend(error, (struct str){text, (size_t)len});
	return outcome;
}

static const char *kind_text(const struct record_error *error)
{
	switch (error->kind) {
	case RECORD_E_JSON:
		return json_error_text(error->json);
	case RECORD_E_OBJECT:
		return "is no object";
	case RECORD_E_UNKNOWN:
		return "is not a field of this message";
	case RECORD_E_TYPE:
		return "has the wrong type";
	case RECORD_E_MISSING:
		return "is missing";
	case RECORD_E_LENGTH:
		return "is too long";
	case RECORD_E_ENUM:
		return "is none of the allowed words";
	case RECORD_E_BOUNDS:
		return "is out of bounds";
	case RECORD_E_COUNT:
		return "has too few or too many elements";
	case RECORD_E_FORMAT:
		return "is not in the right form";
	default:
		return "is right";
	}
}

struct str record_error_text(const struct record_error *error, struct arena *arena)
{
	if (error->path[0] == '\0')
		return str_format(arena, "the whole %s", kind_text(error));
	return str_format(arena, "%s: %s", error->path, kind_text(error));
}
