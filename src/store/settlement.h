/* settlement.h - what payment terminals at piles took <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct settlement {
	int64_t id, tenant_id, pile_id;
	struct str reference; /* of the payment service */
	struct str name;      /* the pile's transaction, empty: none was named */
	struct str status;    /* in the standard's words */
	int64_t amount_e5;    /* 1/100000 of the currency's unit */
	int64_t settled_us;   /* the terminal's time */
	int64_t order_id, payment_id;
	struct str state;  /* app/terminal.h */
	struct str reason; /* stable word */
	int64_t due_us;    /* 0: nothing waits */
	int64_t at_us;
	struct str body; /* JSON */
};
/* STORE_E_MISSING; texts in the arena. */
int store_settlement_get(struct db *db, struct arena *arena, int64_t pile_id, struct str reference,
	struct str name, struct settlement *ret);
int store_settlement_add(struct db *db, const struct settlement *settlement);
/* Order, payment, state, reason and due time. */
int store_settlement_put(struct db *db, const struct settlement *settlement);
int store_settlement_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct settlement **ret, size_t *ret_len);
