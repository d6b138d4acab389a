/* pg.h - a private PostgreSQL for tests: its own cluster in a temporary directory, reached by a
 * unix socket alone, fsync off. One per test program, started at first use and removed when the
 * program ends, however it ends. */
#pragma once
#include <stddef.h>

/* Starts the cluster (once) and gives a URL of its superuser; prints why and aborts when that
 * fails. */
const char *pg_url(void);
/* Writes a URL whose tables live in a fresh schema of their own. */
void pg_url_fresh(char *ret_url, size_t size);
/* As a crash: the server stops at once, without goodbye; and runs again on the same data. */
void pg_stop(void);
void pg_start(void);
