/* session.h - physical transactions, their surroundings and their energy <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/order.h"
#include "domain/session.h"
#include "domain/tariff.h"
#include "store/pile.h"
#include "store/store.h"

/* A transaction with its order and its place, read in one look. */
struct scene {
	struct session session;
	struct order order; /* id 0: none */
	struct place place;
};
/* STORE_E_MISSING; texts in the arena. */
int store_session_get(struct db *db, struct arena *arena, int64_t id, struct session *ret_session);
/* The session with this start key; id 0 when there is none. */
int store_session_by_start_key(
	struct db *db, struct arena *arena, struct str key, struct session *ret_session);
/* Did a transaction of this pile with this tag end at session->start_us with this register? */
int store_session_stopped(struct db *db, const struct session *session, bool *ret_found);
int store_scene_by_transaction(struct db *db, struct arena *arena, int64_t pile_id,
	int64_t transaction_id, struct scene *ret_scene);
int store_scene_get(
	struct db *db, struct arena *arena, int64_t session_id, struct scene *ret_scene);
/* The newest open transaction of a connector. */
int store_scene_open(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct scene *ret_scene);
/* The open transaction a message without a number means: the oldest with this tag, else (no tag
 * matches, or none given) the only open one of the pile. */
int store_scene_unnamed(struct db *db, struct arena *arena, int64_t pile_id, struct str id_tag,
	struct scene *ret_scene);

/* STORE_E_UNIQUE: the start key or the transaction number is taken. */
int store_session_add(struct db *db, const struct session *session);
/* FAULT_BUSY when it changed since it was read. */
int store_session_put(struct db *db, struct session *session);
/* Another key for a session whose own one is taken over by a younger start. */
int store_session_rekey(struct db *db, int64_t id, struct str start_key);
/* A stop that waited for its start gets the start's facts (key, connector, order, start, registers,
 * energy, flags). */
int store_session_take(struct db *db, const struct session *session);
/* Adds a change to the session's half hours. */
int store_session_usage_add(struct db *db, int64_t session_id, const struct session_change *change);
/* All half hours, oldest first. */
int store_session_usage(struct db *db, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len);
/* The same of another table of half hours (store/exported.c). */
int store_usage_add(
	struct db *db, enum sql_id sql, int64_t session_id, const struct session_change *change);
int store_usage(struct db *db, enum sql_id sql, struct arena *arena, int64_t session_id,
	struct usage **ret_usage, size_t *ret_len);
