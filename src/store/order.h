/* order.h - orders and their timeline <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/order.h"
#include "store/row.h"
#include "store/store.h"

/* Texts in the arena. STORE_E_MISSING. */
int store_order_get(struct db *db, struct arena *arena, int64_t id, struct order *ret_order);
int store_order_by_token(
	struct db *db, struct arena *arena, struct str token, struct order *ret_order);
int store_order_by_start_tag(
	struct db *db, struct arena *arena, struct str start_tag, struct order *ret_order);
/* The order that holds a connector or still stands on it: starting .. ended. STORE_E_MISSING. */
int store_order_on_connector(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t connector_no, struct order *ret_order);
/* Does an order with secured money hold the connector (*ret_id its id, else 0)? */
int store_order_busy(struct db *db, int64_t pile_id, int64_t connector_no, int64_t *ret_id);
/* The running order of a tag, else 0. */
int store_order_of_tag(struct db *db, int64_t tenant_id, struct str id_tag, int64_t *ret_id);
/* The oldest order that a commercial card has not paid, else 0. */
int store_order_card_unpaid(struct db *db, int64_t tenant_id, struct str id_tag, int64_t *ret_id);

int store_order_add(struct db *db, const struct order *order);
/* Stores what may change in an order's life and counts its version up. FAULT_BUSY when another job
 * changed it since it was read: the lane runs this job again. */
int store_order_put(struct db *db, struct order *order);
/* The same for live amounts and the deadline only. */
int store_order_put_live(struct db *db, struct order *order);
/* Orders whose deadline has come, most urgent first. */
int store_order_due(
	struct db *db, int64_t now_us, size_t most, int64_t *ret_ids, size_t *ret_count);

/* The newest charge that runs and is paid from this member's wallet. STORE_E_MISSING. */
int store_order_of_wallet(
	struct db *db, struct arena *arena, int64_t member_id, struct order *ret_order);

struct order_event {
	int64_t id, order_id, at_us;
	struct str kind;   /* "state", "payment", "command", "meter", "staff", "warning" */
	struct str word;   /* stable word, translated by the pages */
	struct str detail; /* JSON object or empty */
	int64_t user_id;
};
int store_order_event(struct db *db, const struct order_event *event);
/* The timeline from `after` on, oldest first. */
int store_order_events(struct db *db, struct arena *arena, int64_t order_id, int64_t after,
	size_t most, struct order_event **ret_events, size_t *ret_len);

/* Reads an order from columns first.. of a row shaped like order_full (store/session). */
void store_order_read(struct stmt *stmt, int first, struct arena *arena, struct order *ret_order);
int store_order_columns(void);
