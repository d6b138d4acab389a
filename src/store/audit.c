/* audit.c - the audit chain. A link is the SHA-256 of the previous link and the row's fields, each
 * with its length in front so that no two rows read the same. audit_head keeps the newest link:
 * rows cut from the end are noticed, and two writers of one tenant cannot both follow the same row.
 */
#include "store/audit.h"
#include "base/crypt.h"
#include "base/fault.h"

#define AUDIT_TEXT_MAX (64 * 1024)

static void put_field(struct buf *buf, struct str text)
{
	buf_put_i64(buf, (int64_t)text.len);
	buf_put_char(buf, ':');
	buf_put_str(buf, text);
}

static struct str audit_link(const struct audit *audit, struct str before, struct arena *arena)
{
	struct buf text, hex;
	uint8_t digest[SHA256_LEN];

	buf_init(&text, arena, AUDIT_TEXT_MAX);
	put_field(&text, before);
	buf_format(&text, "%lld:%lld:%lld:%lld:", (long long)audit->id, (long long)audit->tenant_id,
		(long long)audit->staff_id, (long long)audit->at_us);
	put_field(&text, audit->action);
	put_field(&text, audit->subject);
	put_field(&text, audit->detail);
	if (text.failed)
		return STR_NULL;
	sha256(text.ptr, text.len, digest);
	buf_init(&hex, arena, 2 * SHA256_LEN + 1);
	hex_write(&hex, digest, sizeof(digest));
	return buf_str(&hex);
}

static int head_get(struct db *db, int64_t tenant_id, struct arena *arena, struct str *ret_hash,
	int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_AUDIT_HEAD);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	row = stmt_step(stmt);
	TRY(row);
	*ret_hash = row == 1 ? stmt_dup(stmt, 0, arena) : STR("");
	*ret_count = row == 1 ? stmt_i64(stmt, 1) : 0;
	if (row == 1)
		stmt_reset(stmt);
	return 0;
}

static int head_move(struct db *db, int64_t tenant_id, struct str from, struct str to)
{
	struct stmt *stmt = stmt_of(db, from.len ? SQL_AUDIT_HEAD_MOVE : SQL_AUDIT_HEAD_ADD);
	int64_t changed = 0;
	int result;

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, to);
	if (from.len)
		stmt_bind_str(stmt, 3, from);
	result = stmt_run(stmt, &changed);
	TRY(result);
	if (result == DB_E_UNIQUE || changed != 1)
		return FAULT(FAULT_BUSY, "audit chain moved on");
	return 0;
}

int store_audit_add(struct db *db, const struct audit *audit, struct arena *arena)
{
	struct stmt *stmt;
	struct str before, link;
	int64_t count;

	TRY(head_get(db, audit->tenant_id, arena, &before, &count));
	link = audit_link(audit, before, arena);
	if (!link.ptr)
		return FAULT(FAULT_NOMEM, "audit row too large");
	TRY(head_move(db, audit->tenant_id, before, link));
	stmt = stmt_of(db, SQL_AUDIT_ADD);
	stmt_bind_i64(stmt, 1, audit->id);
	stmt_bind_i64(stmt, 2, audit->tenant_id);
	stmt_bind_i64(stmt, 3, audit->staff_id);
	stmt_bind_i64(stmt, 4, audit->at_us);
	stmt_bind_str(stmt, 5, audit->action);
	stmt_bind_str(stmt, 6, audit->subject);
	stmt_bind_str(stmt, 7, audit->detail);
	stmt_bind_str(stmt, 8, link);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

/* One row of the walk; its texts and the link live in `arena`. */
static bool audit_row_ok(struct stmt *stmt, int64_t tenant_id, struct str before,
	struct arena *arena, struct str *ret_link, int64_t *ret_id)
{
	struct audit audit = {
		.id = stmt_i64(stmt, 0),
		.tenant_id = tenant_id,
		.staff_id = stmt_i64(stmt, 1),
		.at_us = stmt_i64(stmt, 2),
		.action = stmt_str(stmt, 3),
		.subject = stmt_str(stmt, 4),
		.detail = stmt_str(stmt, 5),
	};

	*ret_id = audit.id;
	*ret_link = audit_link(&audit, before, arena);
	return ret_link->ptr && str_eq(*ret_link, stmt_str(stmt, 6));
}

int store_audit_check(struct db *db, int64_t tenant_id, struct arena *arena, int64_t *ret_rows,
	int64_t *ret_bad_id)
{
	char last[2 * SHA256_LEN];
	struct str before = STR(""), head, link;
	struct stmt *stmt;
	struct arena work;
	int64_t count, rows = 0, id = 0;
	bool ok = true;
	int row;

	TRY(head_get(db, tenant_id, arena, &head, &count));
	stmt = stmt_of(db, SQL_AUDIT_WALK);
	stmt_bind_i64(stmt, 1, tenant_id);
	arena_init(&work, 4 * AUDIT_TEXT_MAX);
	while (ok && (row = stmt_step(stmt)) == 1) {
		arena_reset(&work);
		ok = audit_row_ok(stmt, tenant_id, before, &work, &link, &id);
		if (!ok)
			break;
		for (size_t i = 0; i < link.len && i < sizeof(last); i++)
			last[i] = link.ptr[i];
		before = (struct str){last, link.len};
		rows++;
	}
	arena_fini(&work);
	if (!ok)
		stmt_reset(stmt);
	else
		TRY(row);
	*ret_rows = rows;
	*ret_bad_id = ok ? 0 : id;
	return ok && rows == count && str_eq(before, head) ? 0 : AUDIT_E_BROKEN;
}
