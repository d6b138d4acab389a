/* vault.h - files kept beside the database: firmware for piles, logs from piles. They are called by
 * the random token of their address and lie in DATA/files. Everything about them that must be true
 * stands in the database; a file nobody knows is harmless. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

struct vault;
/* FAULT_IO when the directory cannot be made. */
int vault_new(struct str data, struct vault **ret_vault);
void vault_free(struct vault *vault);
/* Opens a file to read; *ret_bytes its length. -1 when there is none. */
int vault_read(const struct vault *vault, struct str token, int64_t *ret_bytes);
/* Opens a new file under a passing name; -1 and errno. Owned by the caller. */
int vault_begin(const struct vault *vault, struct str token);
/* Makes it durable under its own name and closes it; or, not `kept`, forgets it. False when that
 * failed. */
bool vault_end(const struct vault *vault, struct str token, int fd, bool kept);
/* Removes a file; it may be gone already. Any thread. */
void vault_forget(const struct vault *vault, struct str token);
