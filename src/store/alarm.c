/* alarm.c - alarms as rows. */
#include "store/alarm.h"
#include "base/fault.h"

static int is_open(struct db *db, const struct alarm *alarm)
{
	struct stmt *stmt = stmt_of(db, SQL_ALARM_OPEN_SAME);
	int row;

	stmt_bind_i64(stmt, 1, alarm->tenant_id);
	stmt_bind_str(stmt, 2, alarm->kind);
	stmt_bind_str(stmt, 3, alarm->subject);
	row = stmt_step(stmt);
	if (row == 1)
		stmt_reset(stmt);
	return row;
}

int store_alarm_raise(struct db *db, const struct alarm *alarm, bool once)
{
	struct stmt *stmt;

	if (once) {
		int open = is_open(db, alarm);

		TRY(open);
		if (open == 1)
			return 0;
	}
	stmt = stmt_of(db, SQL_ALARM_ADD);
	stmt_bind_i64(stmt, 1, alarm->id);
	stmt_bind_i64(stmt, 2, alarm->tenant_id);
	stmt_bind_i64(stmt, 3, alarm->at_us);
	stmt_bind_str(stmt, 4, alarm->kind);
	stmt_bind_str(stmt, 5, alarm->subject);
	stmt_bind_str(stmt, 6, alarm->detail);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_alarm_close(
	struct db *db, int64_t tenant_id, int64_t alarm_id, int64_t staff_id, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_ALARM_CLOSE);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, alarm_id);
	stmt_bind_i64(stmt, 2, tenant_id);
	stmt_bind_i64(stmt, 3, now_us);
	stmt_bind_i64(stmt, 4, staff_id);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : ALARM_E_NONE;
}
