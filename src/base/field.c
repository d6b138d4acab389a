/* field.c - names of enumerations (the rest of field.h is data). */
#include "base/field.h"
#include <string.h>

int field_enum_value(const struct field_names *names, struct str text)
{
	for (size_t i = 0; i < names->with_aliases; i++) {
		const struct field_name *name = &names->names[i];

		if (name->len == text.len && memcmp(name->text, text.ptr, text.len) == 0)
			return name->value;
	}
	return 0;
}

struct str field_enum_name(const struct field_names *names, int value)
{
	const struct field_name *name;

	if (value < 1 || (size_t)value > names->count)
		return STR("");
	name = &names->names[value - 1];
	return (struct str){name->text, name->len};
}
