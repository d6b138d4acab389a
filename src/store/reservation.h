/* reservation.h - reservations <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/reservation.h"
#include "store/store.h"

/* STORE_E_UNIQUE: the pile has that number already, or the token is taken. */
int store_reservation_add(struct db *db, const struct reservation *reservation);
/* State, reason, order and end; raises the version. STORE_E_STALE. */
int store_reservation_put(struct db *db, struct reservation *reservation);
int store_reservation_get(
	struct db *db, struct arena *arena, int64_t id, struct reservation *ret_reservation);
int store_reservation_by_token(
	struct db *db, struct arena *arena, struct str token, struct reservation *ret_reservation);
int store_reservation_by_number(struct db *db, struct arena *arena, int64_t pile_id, int64_t number,
	struct reservation *ret_reservation);
/* The open one of a connector. STORE_E_MISSING. */
int store_reservation_on(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct reservation *ret_reservation);
/* Open ones past their time, at most `most`. */
int store_reservation_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct reservation **ret_reservations, size_t *ret_len);
/* How many open ones were asked for from an address. */
int store_reservation_held_by(
	struct db *db, int64_t tenant_id, struct str remote, int64_t *ret_count);
/* How many were asked for from an address since, whatever became of them. */
int store_reservation_asked_from(
	struct db *db, int64_t tenant_id, struct str remote, int64_t since_us, int64_t *ret_count);
