/* ask.h - the simulator's own view of the database: plain SQL over a connection that no code under
 * test has touched, on either engine. All columns and parameters are integers. Anything that goes
 * wrong ends the program. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "stage.h"

#define ASK_COLUMNS 16

struct ask;
struct ask *ask_open(const struct stage *stage);
void ask_close(struct ask *ask);
/* The first row, NULLs as 0; false when there is none. `sql` is a literal: its address names the
 * prepared statement. Parameters are $1, $2 ... */
bool ask_row(struct ask *ask, const char *sql, const int64_t *params, int params_len,
	int64_t ret_columns[ASK_COLUMNS]);
/* Every row, in order. */
void ask_rows(struct ask *ask, const char *sql, const int64_t *params, int params_len,
	void (*take)(void *context, const int64_t columns[ASK_COLUMNS]), void *context);
/* One number; 0 when there is no row. */
int64_t ask_number(struct ask *ask, const char *sql, int64_t param);
