/* staff.c - the people who sign in, as rows. */
#include "store/staff.h"
#include "base/fault.h"

int store_staff_by_login(
	struct db *db, struct str login, struct arena *arena, struct staff *ret_staff)
{
	struct stmt *stmt = stmt_of(db, SQL_STAFF_BY_LOGIN);
	int row;

	stmt_bind_str(stmt, 1, login);
	row = stmt_step(stmt);
	TRY(row);
	if (row == 0)
		return STAFF_E_NONE;
	*ret_staff = (struct staff){
		.id = stmt_i64(stmt, 0),
		.tenant_id = stmt_i64(stmt, 1),
		.login = stmt_dup(stmt, 2, arena),
		.name = stmt_dup(stmt, 3, arena),
		.role = stmt_dup(stmt, 4, arena),
		.password_hash = stmt_dup(stmt, 5, arena),
		.language = stmt_dup(stmt, 6, arena),
		.disabled = stmt_i64(stmt, 7) != 0,
	};
	stmt_reset(stmt);
	return 0;
}

int store_staff_add(struct db *db, const struct staff *staff)
{
	struct stmt *stmt = stmt_of(db, SQL_STAFF_ADD);
	int result;

	stmt_bind_i64(stmt, 1, staff->id);
	stmt_bind_i64(stmt, 2, staff->tenant_id);
	stmt_bind_str(stmt, 3, staff->login);
	stmt_bind_str(stmt, 4, staff->name);
	stmt_bind_str(stmt, 5, staff->role);
	stmt_bind_str(stmt, 6, staff->password_hash);
	stmt_bind_str(stmt, 7, staff->language.ptr ? staff->language : STR(""));
	stmt_bind_i64(stmt, 8, staff->created_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	return result == DB_E_UNIQUE ? STAFF_E_TAKEN : 0;
}

int store_staff_password(struct db *db, int64_t staff_id, struct str password_hash)
{
	struct stmt *stmt = stmt_of(db, SQL_STAFF_PASSWORD);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, staff_id);
	stmt_bind_str(stmt, 2, password_hash);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STAFF_E_NONE;
}
