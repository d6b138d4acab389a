/* record_error.h - building the path of an offending field; shared by record.c and record_out.c. */
#pragma once
#include "wire/record.h"

/* Starts an error at this place; returns `kind`. */
int record_error_set(struct record_error *error, enum record_outcome kind);
/* The way out adds the steps in reverse: a field's name, or an index. They return `outcome`, and
 * only add when it is > 0. */
int record_error_field(struct record_error *error, int outcome, struct str name);
int record_error_index(struct record_error *error, int outcome, size_t index);
