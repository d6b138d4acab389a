/* ledger.h - accounts and transfers <-> rows. Transfers are only ever added; counters are their
 * running sums, so that a limit is checked without reading history, and `leyden verify` recomputes
 * them. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/ledger.h"
#include "store/store.h"

/* Opens the account described by tenant_id, kind, owner_id, name and currency, or finds the one
 * opened before. `id` is used only when it is new; flags follow from the kind. *ret_id is the
 * account's id. */
int store_ledger_account(
	struct db *db, const struct account *wish, int64_t now_us, int64_t *ret_id);
/* An account with its counters summed over all lanes; texts in the arena. STORE_E_MISSING. */
int store_ledger_account_get(
	struct db *db, struct arena *arena, int64_t id, struct account *ret_account);

struct ledger_receipt {
	int64_t id;    /* of the stored transfer: an earlier one when this key was posted before */
	bool repeated; /* the key was there already with the same content: nothing changed now */
	const char *field; /* LEDGER_E_CONFLICT: the first field that differs */
};
/* Posts one transfer: same key and content gives the same answer for ever, other content is
 * LEDGER_E_CONFLICT, a key once refused is always refused with the same outcome. `shard` chooses
 * the counters of busy accounts. Outcomes: enum ledger_outcome. *ret_receipt may be NULL. */
int store_ledger_post(struct db *db, struct arena *arena, int shard,
	const struct transfer *transfer, struct ledger_receipt *ret_receipt);

/* A stored transfer; *ret_resolver (may be NULL) is the transfer that resolved it when it is a
 * hold, else 0. */
int store_ledger_transfer_get(struct db *db, struct arena *arena, int64_t id,
	struct transfer *ret_transfer, int64_t *ret_resolver);
int store_ledger_transfer_by_key(
	struct db *db, struct arena *arena, struct str key, struct transfer *ret_transfer);

struct transfer_list {
	struct transfer *rows;
	int64_t *resolvers; /* per row: what resolved it, 0 open or no hold */
	size_t len;
	int64_t next; /* cursor of the next page, 0 at the end */
};
enum transfer_side { TRANSFERS_OF_ORDER = 0, TRANSFERS_OF_DEBIT = 1, TRANSFERS_OF_CREDIT = 2 };
/* Transfers of an order, or of one side of an account, oldest first, with ids above `after`. */
int store_ledger_transfers(struct db *db, struct arena *arena, enum transfer_side side, int64_t id,
	int64_t after, size_t most, struct transfer_list *ret_list);
/* Ids of open holds whose expiry has come, oldest first; at most `most` into ret_ids. */
int store_ledger_due_holds(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_count);
