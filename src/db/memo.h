/* memo.h - what a connection remembers of rows that never change once they are there: tariff
 * versions, the accounts of the house. Reading and checking them again for every reading of a meter
 * costs more than all rules together. Everything is forgotten when a transaction, or a part of one,
 * is undone, because the row may have been born in it. */
#pragma once
#include "db/db.h"

/* The value kept under a key, or NULL; lives until the connection's next statement that may undo
 * (copy what has to last). `kind` keeps the keys of different nouns apart. */
const void *db_recall(struct db *db, char kind, struct str key);
/* Keeps a copy of `size` bytes. Beyond a bound everything older is forgotten first. */
void db_remember(struct db *db, char kind, struct str key, const void *value, size_t size);
