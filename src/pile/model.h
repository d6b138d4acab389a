/* model.h - the pile as components and variables, OCPP 2.x's way to name what 1.6 calls keys, and
 * what can be read of the running pile: one row each. A row's value is a key's (keys.h), a fixed
 * text, or read now. Rows of an outlet stand once for each outlet. Keys that have no name in the
 * standard are variables of the component "LeydenCtrlr", so every key can be reached. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "pile/pile.h"

enum model_data {
	MODEL_STRING = 0,
	MODEL_DECIMAL,
	MODEL_INTEGER,
	MODEL_TIME,
	MODEL_BOOL,
	MODEL_OPTION,  /* one of `list` */
	MODEL_MEMBERS, /* any of `list` */
	MODEL_SEQUENCE,
};
enum model_access { MODEL_READ = 0, MODEL_WRITE, MODEL_READ_WRITE };

/* One variable of this pile. */
struct model_variable {
	size_t index; /* below model_count(), the same for the pile's life */
	const char *component, *component_instance, *variable, *instance; /* instances "" none */
	int64_t slot;   /* of a server, where the component is one */
	int64_t evse;   /* 0: the pile's own */
	bool connector; /* the component is connector 1 of the evse */
	enum model_data data;
	enum model_access access;
	const char *unit, *list; /* "" none */
	int64_t most;            /* bound of what is counted or given, 0 none */
	enum key_id key;         /* KEYS: none */
	bool numeric;            /* can be watched against thresholds */
	const struct model_row *row;
};

size_t model_count(const struct pile *pile);
bool model_at(const struct pile *pile, size_t index, struct model_variable *ret);
/* The value as text; STR_NULL when there is none, or it is only written. */
struct str model_value(
	const struct pile *pile, const struct model_variable *variable, struct arena *arena);
/* The same as a number of thousandths; false when it is none now. */
bool model_number(
	const struct pile *pile, const struct model_variable *variable, int64_t *ret_milli);

/* How a name is meant: empty or 0 stand for "none". */
struct model_name {
	struct str component, component_instance, variable, instance;
	int64_t evse;
	bool connector;
};
enum model_found { MODEL_FOUND = 0, MODEL_NO_COMPONENT, MODEL_NO_VARIABLE };
enum model_found model_find(
	const struct pile *pile, const struct model_name *name, struct model_variable *ret);
