/* reservation.c - reservations as rows. */
#include "store/reservation.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column reservation_columns[] = {
	COL_I64(struct reservation, id),
	COL_I64(struct reservation, tenant_id),
	COL_I64(struct reservation, pile_id),
	COL_I64(struct reservation, connector_no),
	COL_I64(struct reservation, number),
	COL_INT(struct reservation, state),
	COL_STR(struct reservation, reason),
	COL_STR(struct reservation, token),
	COL_STR(struct reservation, id_tag),
	COL_STR(struct reservation, parent),
	COL_I64(struct reservation, member_id),
	COL_I64(struct reservation, user_id),
	COL_STR(struct reservation, remote),
	COL_I64(struct reservation, order_id),
	COL_I64(struct reservation, created_us),
	COL_I64(struct reservation, until_us),
	COL_I64(struct reservation, done_us),
	COL_I64(struct reservation, version),
};

int store_reservation_add(struct db *db, const struct reservation *reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_ADD);
	int result;

	row_bind(stmt, 1, COLUMNS(reservation_columns), reservation);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STORE_E_UNIQUE : 0;
}

int store_reservation_put(struct db *db, struct reservation *reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_PUT);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, reservation->id);
	stmt_bind_i64(stmt, 2, (int64_t)reservation->state);
	stmt_bind_str(stmt, 3, reservation->reason.ptr ? reservation->reason : STR(""));
	stmt_bind_i64(stmt, 4, reservation->order_id);
	stmt_bind_i64(stmt, 5, reservation->done_us);
	stmt_bind_i64(stmt, 6, reservation->version);
	TRY(stmt_run(stmt, &changed));
	if (changed != 1)
		return STORE_E_STALE;
	reservation->version++;
	return 0;
}

int store_reservation_get(
	struct db *db, struct arena *arena, int64_t id, struct reservation *ret_reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_GET);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(reservation_columns), arena, ret_reservation);
}

int store_reservation_by_token(
	struct db *db, struct arena *arena, struct str token, struct reservation *ret_reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_BY_TOKEN);

	stmt_bind_str(stmt, 1, token);
	return row_one(stmt, COLUMNS(reservation_columns), arena, ret_reservation);
}

int store_reservation_by_number(struct db *db, struct arena *arena, int64_t pile_id, int64_t number,
	struct reservation *ret_reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_BY_NUMBER);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, number);
	return row_one(stmt, COLUMNS(reservation_columns), arena, ret_reservation);
}

int store_reservation_on(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct reservation *ret_reservation)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_ON);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, connector_no);
	return row_one(stmt, COLUMNS(reservation_columns), arena, ret_reservation);
}

int store_reservation_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct reservation **ret_reservations, size_t *ret_len)
{
	struct reservation *list = ARENA_ARRAY(arena, struct reservation, most);
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_DUE);
	size_t len = 0;
	int row;

	if (!list)
		return FAULT(FAULT_NOMEM, "reservations");
	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(reservation_columns), arena, &list[len++]);
	}
	TRY(row);
	*ret_reservations = list;
	*ret_len = len;
	return 0;
}

int store_reservation_held_by(
	struct db *db, int64_t tenant_id, struct str remote, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_HELD_BY);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, remote);
	return row_number(stmt, 0, ret_count);
}

int store_reservation_asked_from(
	struct db *db, int64_t tenant_id, struct str remote, int64_t since_us, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_RESERVATION_ASKED_FROM);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, remote);
	stmt_bind_i64(stmt, 3, since_us);
	return row_number(stmt, 0, ret_count);
}
