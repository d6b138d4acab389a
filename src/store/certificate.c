/* certificate.c - certificates of piles, installed anchors, security events and profiles as rows.
 */
#include "store/certificate.h"

#include "base/fault.h"
#include "store/row.h"

static const struct column certificate_columns[] = {
	COL_I64(struct certificate, id),
	COL_I64(struct certificate, tenant_id),
	COL_I64(struct certificate, pile_id),
	COL_STR(struct certificate, kind),
	COL_STR(struct certificate, state),
	COL_STR(struct certificate, common_name),
	COL_STR(struct certificate, organisation),
	COL_STR(struct certificate, key_name),
	COL_STR(struct certificate, key_hash),
	COL_STR(struct certificate, serial),
	COL_STR(struct certificate, fingerprint),
	COL_STR(struct certificate, csr),
	COL_STR(struct certificate, chain),
	COL_STR(struct certificate, reason),
	COL_I64(struct certificate, request_id),
	COL_I64(struct certificate, command_id),
	COL_BOOL(struct certificate, local),
	COL_I64(struct certificate, from_us),
	COL_I64(struct certificate, until_us),
	COL_I64(struct certificate, asked_us),
	COL_I64(struct certificate, created_us),
	COL_I64(struct certificate, done_us),
};
static const struct column change_columns[] = {
	COL_I64(struct certificate, id),
	COL_STR(struct certificate, state),
	COL_STR(struct certificate, serial),
	COL_STR(struct certificate, fingerprint),
	COL_STR(struct certificate, chain),
	COL_STR(struct certificate, reason),
	COL_I64(struct certificate, command_id),
	COL_BOOL(struct certificate, local),
	COL_I64(struct certificate, from_us),
	COL_I64(struct certificate, until_us),
	COL_I64(struct certificate, asked_us),
	COL_I64(struct certificate, done_us),
	COL_STR(struct certificate, common_name),
	COL_STR(struct certificate, organisation),
};
static const struct column anchor_columns[] = {
	COL_STR(struct anchor, algorithm),
	COL_STR(struct anchor, name_hash),
	COL_STR(struct anchor, key_hash),
	COL_STR(struct anchor, serial),
};
static const struct column event_columns[] = {
	COL_I64(struct security_event, id),
	COL_I64(struct security_event, tenant_id),
	COL_I64(struct security_event, pile_id),
	COL_I64(struct security_event, at_us),
	COL_STR(struct security_event, kind),
	COL_STR(struct security_event, info),
	COL_BOOL(struct security_event, critical),
};
static const struct column security_columns[] = {
	COL_I64(struct security, pile_id),
	COL_I64(struct security, least),
	COL_I64(struct security, seen),
	COL_I64(struct security, seen_us),
	COL_I64(struct security, wanted),
	COL_I64(struct security, wanted_us),
	COL_STR(struct security, wanted_state),
	COL_I64(struct security, wanted_command),
	COL_STR(struct security, next_hash),
	COL_I64(struct security, next_us),
	COL_I64(struct security, next_command),
	COL_I64(struct security, rotated_us),
	COL_STR(struct security, transport),
	COL_STR(struct security, serial),
	COL_I64(struct security, until_us),
};

/* --- certificates --- */

int store_certificate_add(struct db *db, const struct certificate *certificate)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_ADD);

	row_bind(stmt, 1, COLUMNS(certificate_columns), certificate);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_certificate_put(struct db *db, const struct certificate *certificate)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_PUT);

	row_bind(stmt, 1, COLUMNS(change_columns), certificate);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_certificate_get(
	struct db *db, struct arena *arena, int64_t id, struct certificate *ret_certificate)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(certificate_columns), arena, ret_certificate);
}

int store_certificate_by_command(
	struct db *db, struct arena *arena, int64_t command_id, struct certificate *ret_certificate)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_BY_COMMAND);

	stmt_bind_i64(stmt, 1, command_id);
	return row_one(stmt, COLUMNS(certificate_columns), arena, ret_certificate);
}

int store_certificate_by_serial(struct db *db, struct arena *arena, struct str serial,
	int64_t pile_id, struct certificate *ret_certificate)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_BY_SERIAL);

	stmt_bind_str(stmt, 1, serial);
	stmt_bind_i64(stmt, 2, pile_id);
	return row_one(stmt, COLUMNS(certificate_columns), arena, ret_certificate);
}

int store_certificate_requests(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct certificate **ret_certificates, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_REQUESTS);
	struct certificate *list = ARENA_ARRAY(arena, struct certificate, most);
	size_t len = 0;
	int row = 0;

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for requests");
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while (len < most && (row = stmt_step(stmt)) == 1)
		row_read(stmt, 0, COLUMNS(certificate_columns), arena, &list[len++]);
	TRY(row);
	if (row == 1)
		stmt_reset(stmt);
	*ret_certificates = list;
	*ret_len = len;
	return 0;
}

int store_certificate_waiting(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_WAITING);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_number(stmt, 0, ret_count);
}

int store_certificate_under_way(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_UNDER_WAY);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_number(stmt, 0, ret_count);
}

int store_certificate_ready(struct db *db, int64_t pile_id, int64_t now_us, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_READY);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, now_us);
	return row_number(stmt, 0, ret_count);
}

int store_certificate_supersede(struct db *db, int64_t pile_id, struct str kind, const char *state,
	int64_t but, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_SUPERSEDE);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, kind);
	stmt_bind_str(stmt, 3, str_from(state));
	stmt_bind_i64(stmt, 4, now_us);
	stmt_bind_i64(stmt, 5, but);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_certificate_due(struct db *db, struct arena *arena, int64_t until_us, int64_t asked_us,
	size_t most, struct certificate **ret_certificates, size_t *ret_len)
{
	struct certificate *rows = ARENA_ARRAY(arena, struct certificate, most);
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_DUE);
	size_t len = 0;
	int row;

	if (!rows)
		return FAULT(FAULT_NOMEM, "certificates");
	stmt_bind_i64(stmt, 1, until_us);
	stmt_bind_i64(stmt, 2, asked_us);
	stmt_bind_i64(stmt, 3, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(certificate_columns), arena, &rows[len++]);
	}
	TRY(row);
	*ret_certificates = rows;
	*ret_len = len;
	return 0;
}

/* --- what is revoked --- */

int store_certificate_revoked(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct revoked **ret_revoked, size_t *ret_len)
{
	struct revoked *rows = ARENA_ARRAY(arena, struct revoked, most);
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_REVOKED);
	size_t len = 0;
	int row;

	if (!rows)
		return FAULT(FAULT_NOMEM, "revoked certificates");
	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len == most)
			continue;
		rows[len].serial = stmt_dup(stmt, 0, arena);
		rows[len++].at_us = stmt_i64(stmt, 1);
	}
	TRY(row);
	*ret_revoked = rows;
	*ret_len = len;
	return 0;
}

int store_certificate_revoked_mark(struct db *db, int64_t *ret_count, int64_t *ret_last_us)
{
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_REVOKED_MARK);
	int row = stmt_step(stmt);

	TRY(row);
	*ret_count = row == 1 ? stmt_i64(stmt, 0) : 0;
	*ret_last_us = row == 1 ? stmt_i64(stmt, 1) : 0;
	stmt_reset(stmt);
	return 0;
}

int store_certificate_revoked_online(struct db *db, struct arena *arena, int64_t since_us,
	size_t most, int64_t **ret_piles, size_t *ret_len)
{
	int64_t *piles = ARENA_ARRAY(arena, int64_t, most);
	struct stmt *stmt = stmt_of(db, SQL_CERTIFICATE_REVOKED_ONLINE);
	size_t len = 0;
	int row;

	if (!piles)
		return FAULT(FAULT_NOMEM, "revoked piles");
	stmt_bind_i64(stmt, 1, since_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			piles[len++] = stmt_i64(stmt, 0);
	}
	TRY(row);
	*ret_piles = piles;
	*ret_len = len;
	return 0;
}

/* --- what is installed, what happened --- */

static int put_anchor(struct db *db, int64_t pile_id, struct str kind, const struct anchor *anchor,
	int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_ANCHOR_PUT);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, kind);
	row_bind(stmt, 3, COLUMNS(anchor_columns), anchor);
	stmt_bind_i64(stmt, 7, now_us);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_anchors_put(struct db *db, int64_t pile_id, struct str kind, const struct anchor *anchors,
	size_t len, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_ANCHOR_CLEAR);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, kind);
	TRY(stmt_run(stmt, NULL));
	for (size_t i = 0; i < len; i++)
		TRY(put_anchor(db, pile_id, kind, &anchors[i], now_us));
	return 0;
}

int store_security_event_add(struct db *db, const struct security_event *event)
{
	struct stmt *stmt = stmt_of(db, SQL_SECURITY_EVENT_ADD);

	row_bind(stmt, 1, COLUMNS(event_columns), event);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

/* --- profiles --- */

int store_security_get(
	struct db *db, struct arena *arena, int64_t pile_id, struct security *ret_security)
{
	struct stmt *stmt = stmt_of(db, SQL_SECURITY_GET);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_security = (struct security){.pile_id = pile_id};
	if (row == 1)
		row_read(stmt, 0, COLUMNS(security_columns), arena, ret_security);
	stmt_reset(stmt);
	return 0;
}

int store_security_put(struct db *db, const struct security *security)
{
	struct stmt *stmt = stmt_of(db, SQL_SECURITY_PUT);

	row_bind(stmt, 1, COLUMNS(security_columns), security);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
