/* model.c - the device model, reports in parts and notices as rows. */
#include "store/model.h"

#include "base/fault.h"
#include "store/row.h"

#define KEY_COLUMNS(type) \
	COL_STR(type, key.component), COL_STR(type, key.component_instance), \
		COL_I64(type, key.evse), COL_I64(type, key.outlet), COL_STR(type, key.variable), \
		COL_STR(type, key.variable_instance)

/* As in statement variable_put. */
static const struct column variable_columns[] = {
	COL_I64(struct pile_variable, pile_id),
	KEY_COLUMNS(struct pile_variable),
	COL_STR(struct pile_variable, attribute),
	COL_STR(struct pile_variable, value),
	COL_BOOL(struct pile_variable, has_value),
	COL_STR(struct pile_variable, mutability),
	COL_STR(struct pile_variable, data_type),
	COL_STR(struct pile_variable, unit),
	COL_STR(struct pile_variable, least),
	COL_STR(struct pile_variable, most),
	COL_STR(struct pile_variable, choices),
	COL_BOOL(struct pile_variable, monitored),
	COL_I64(struct pile_variable, at_us),
};
/* As in statement variable_value. */
static const struct column value_columns[] = {
	COL_I64(struct pile_variable, pile_id),
	KEY_COLUMNS(struct pile_variable),
	COL_STR(struct pile_variable, attribute),
	COL_STR(struct pile_variable, value),
	COL_I64(struct pile_variable, at_us),
};
/* As in statement monitor_put. */
static const struct column monitor_columns[] = {
	COL_I64(struct pile_monitor, pile_id),
	COL_I64(struct pile_monitor, monitor_id),
	KEY_COLUMNS(struct pile_monitor),
	COL_STR(struct pile_monitor, kind),
	COL_STR(struct pile_monitor, value),
	COL_I64(struct pile_monitor, severity),
	COL_BOOL(struct pile_monitor, during_charge),
	COL_I64(struct pile_monitor, at_us),
};
/* As in statements report_get, report_put and report_silent. */
static const struct column report_columns[] = {
	COL_I64(struct pile_report, pile_id),
	COL_STR(struct pile_report, kind),
	COL_I64(struct pile_report, request_id),
	COL_STR(struct pile_report, state),
	COL_STR(struct pile_report, reason),
	COL_I64(struct pile_report, parts),
	COL_I64(struct pile_report, bytes),
	COL_I64(struct pile_report, last_seq),
	COL_I64(struct pile_report, begun_us),
	COL_I64(struct pile_report, at_us),
};
/* As in statement notice_add. */
static const struct column notice_columns[] = {
	COL_I64(struct pile_notice, id),
	COL_I64(struct pile_notice, tenant_id),
	COL_I64(struct pile_notice, pile_id),
	COL_I64(struct pile_notice, at_us),
	COL_STR(struct pile_notice, kind),
	COL_I64(struct pile_notice, connector_no),
	COL_STR(struct pile_notice, body),
};

static int put(
	struct db *db, enum sql_id id, const struct column *columns, size_t len, const void *value)
{
	struct stmt *stmt = stmt_of(db, id);

	row_bind(stmt, 1, columns, len, value);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

/* Runs a statement that only wants up to three numbers. */
static int run_numbers(struct db *db, enum sql_id id, int64_t first, int64_t second)
{
	struct stmt *stmt = stmt_of(db, id);

	stmt_bind_i64(stmt, 1, first);
	stmt_bind_i64(stmt, 2, second);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

static int count(struct db *db, enum sql_id id, int64_t pile_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, id);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_number(stmt, 0, ret_count);
}

int store_variable_put(struct db *db, const struct pile_variable *variable)
{
	return put(db, SQL_VARIABLE_PUT, COLUMNS(variable_columns), variable);
}

int store_variable_value(struct db *db, const struct pile_variable *variable)
{
	return put(db, SQL_VARIABLE_VALUE, COLUMNS(value_columns), variable);
}

int store_variable_off(struct db *db, int64_t pile_id, struct str component, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_VARIABLE_OFF);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, component);
	return row_number(stmt, 0, ret_count);
}

int store_variable_on(
	struct db *db, int64_t pile_id, struct str component, struct str variable, bool *ret_on)
{
	struct stmt *stmt = stmt_of(db, SQL_VARIABLE_ON);
	int row;

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, component);
	stmt_bind_str(stmt, 3, variable);
	row = stmt_step(stmt);
	TRY(row);
	*ret_on = row == 1 && stmt_i64(stmt, 0) > 0;
	stmt_reset(stmt);
	return 0;
}

int store_variable_count(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	return count(db, SQL_VARIABLE_COUNT, pile_id, ret_count);
}

int store_variable_forget(struct db *db, int64_t pile_id, int64_t before_us)
{
	return run_numbers(db, SQL_VARIABLE_FORGET, pile_id, before_us);
}

int store_monitor_put(struct db *db, const struct pile_monitor *monitor)
{
	return put(db, SQL_MONITOR_PUT, COLUMNS(monitor_columns), monitor);
}

int store_monitor_count(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	return count(db, SQL_MONITOR_COUNT, pile_id, ret_count);
}

int store_monitor_forget(struct db *db, int64_t pile_id, int64_t monitor_id)
{
	return run_numbers(db, SQL_MONITOR_FORGET, pile_id, monitor_id);
}

int store_monitor_forget_old(struct db *db, int64_t pile_id, int64_t before_us)
{
	return run_numbers(db, SQL_MONITOR_FORGET_OLD, pile_id, before_us);
}

static void bind_report(struct stmt *stmt, int64_t pile_id, struct str kind, int64_t request_id)
{
	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_str(stmt, 2, kind);
	stmt_bind_i64(stmt, 3, request_id);
}

int store_report_get(struct db *db, struct arena *arena, int64_t pile_id, struct str kind,
	int64_t request_id, struct pile_report *ret_report)
{
	struct stmt *stmt = stmt_of(db, SQL_REPORT_GET);

	bind_report(stmt, pile_id, kind, request_id);
	return row_one(stmt, COLUMNS(report_columns), arena, ret_report);
}

int store_report_put(struct db *db, const struct pile_report *report)
{
	struct stmt *stmt;

	TRY(put(db, SQL_REPORT_PUT, COLUMNS(report_columns), report));
	if (str_is(report->state, "open"))
		return 0;
	stmt = stmt_of(db, SQL_REPORT_TRIM);
	stmt_bind_i64(stmt, 1, report->pile_id);
	TRY(stmt_run(stmt, NULL));
	stmt = stmt_of(db, SQL_REPORT_PARTS_TRIM);
	stmt_bind_i64(stmt, 1, report->pile_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_report_part(struct db *db, const struct pile_report *report, int64_t seq, struct str body,
	bool *ret_new)
{
	struct stmt *stmt = stmt_of(db, SQL_REPORT_PART_ADD);
	int64_t changed = 0;

	bind_report(stmt, report->pile_id, report->kind, report->request_id);
	stmt_bind_i64(stmt, 4, seq);
	stmt_bind_str(stmt, 5, body.ptr ? body : STR(""));
	TRY(stmt_run(stmt, &changed));
	*ret_new = changed == 1;
	return 0;
}

int store_report_drop_parts(struct db *db, const struct pile_report *report)
{
	struct stmt *stmt = stmt_of(db, SQL_REPORT_PARTS_DROP);

	bind_report(stmt, report->pile_id, report->kind, report->request_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_report_open_count(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	return count(db, SQL_REPORT_OPEN_COUNT, pile_id, ret_count);
}

int store_report_silent(struct db *db, struct arena *arena, int64_t before_us,
	struct pile_report *ret_reports, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_REPORT_SILENT);
	int row;

	*ret_len = 0;
	stmt_bind_i64(stmt, 1, before_us);
	while ((row = stmt_step(stmt)) == 1) {
		if (*ret_len < STORE_REPORTS_MOST)
			row_read(stmt, 0, COLUMNS(report_columns), arena,
				&ret_reports[(*ret_len)++]);
	}
	TRY(row);
	return 0;
}

int store_notice_add(struct db *db, const struct pile_notice *notice)
{
	struct stmt *stmt;

	TRY(put(db, SQL_NOTICE_ADD, COLUMNS(notice_columns), notice));
	stmt = stmt_of(db, SQL_NOTICE_TRIM);
	stmt_bind_i64(stmt, 1, notice->pile_id);
	TRY(stmt_run(stmt, NULL));
	return 0;
}
