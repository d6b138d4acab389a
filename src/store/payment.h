/* payment.h - payment attempts <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/payment.h"
#include "store/store.h"

/* Adds an attempt. STORE_E_UNIQUE when its key is taken (nothing changed). */
int store_payment_add(struct db *db, const struct payment *payment);
int store_payment_get(struct db *db, struct arena *arena, int64_t id, struct payment *ret_payment);
int store_payment_by_key(
	struct db *db, struct arena *arena, struct str key, struct payment *ret_payment);
/* Stores what changes (state, references, times) if nobody stored meanwhile, and raises
 * payment->version. STORE_E_STALE. */
int store_payment_put(struct db *db, struct payment *payment);
/* The payments of an order, oldest first. */
int store_payment_of_order(struct db *db, struct arena *arena, int64_t order_id, size_t most,
	struct payment **ret_payments, size_t *ret_count);
/* Attempts to get money for this order that are neither paid nor over. */
int store_payment_open_count(struct db *db, int64_t order_id, int64_t *ret_count);
/* Payments whose next step is due, longest due first. */
int store_payment_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct payment **ret_payments, size_t *ret_count);
