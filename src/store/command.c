/* command.c - commands to piles as rows. */
#include "store/command.h"

#include "base/fault.h"
#include "base/limits.h"
#include "store/row.h"

static const struct column command_columns[] = {
	COL_I64(struct command, id),
	COL_I64(struct command, tenant_id),
	COL_I64(struct command, pile_id),
	COL_I64(struct command, order_id),
	COL_I64(struct command, user_id),
	COL_STR(struct command, action),
	COL_STR(struct command, payload),
	COL_STR(struct command, state),
	COL_STR(struct command, answer),
	COL_STR(struct command, error),
	COL_I64(struct command, latency_us),
	COL_I64(struct command, created_us),
	COL_I64(struct command, expires_us),
	COL_I64(struct command, done_us),
	COL_I64(struct command, ask),
	COL_I64(struct command, about_id),
	COL_STR(struct command, protocol),
	COL_STR(struct command, sealed),
};

int store_command_waiting(struct db *db, int64_t pile_id, int64_t *ret_count)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_WAITING);

	stmt_bind_i64(stmt, 1, pile_id);
	return row_number(stmt, 0, ret_count);
}

int store_command_add(struct db *db, const struct command *command)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_ADD);

	stmt_bind_i64(stmt, 1, command->id);
	stmt_bind_i64(stmt, 2, command->tenant_id);
	stmt_bind_i64(stmt, 3, command->pile_id);
	stmt_bind_i64(stmt, 4, command->order_id);
	stmt_bind_i64(stmt, 5, command->user_id);
	stmt_bind_str(stmt, 6, command->action);
	stmt_bind_str(stmt, 7, command->payload);
	stmt_bind_i64(stmt, 8, command->created_us);
	stmt_bind_i64(stmt, 9, command->expires_us);
	stmt_bind_i64(stmt, 10, command->ask);
	stmt_bind_i64(stmt, 11, command->about_id);
	stmt_bind_str(stmt, 12, command->protocol.ptr ? command->protocol : STR(""));
	stmt_bind_str(stmt, 13, command->sealed.ptr ? command->sealed : STR(""));
	TRY(stmt_run(stmt, NULL));
	return 0;
}

int store_command_get(struct db *db, struct arena *arena, int64_t id, struct command *ret_command)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_BY_ID);

	stmt_bind_i64(stmt, 1, id);
	return row_one(stmt, COLUMNS(command_columns), arena, ret_command);
}

static int read_list(struct stmt *stmt, struct arena *arena, size_t most,
	struct command **ret_commands, size_t *ret_len)
{
	struct command *commands = ARENA_ARRAY(arena, struct command, most);
	size_t len = 0;
	int row;

	if (!commands)
		return FAULT(FAULT_NOMEM, "commands");
	while ((row = stmt_step(stmt)) == 1) {
		if (len < most)
			row_read(stmt, 0, COLUMNS(command_columns), arena, &commands[len++]);
	}
	TRY(row);
	*ret_commands = commands;
	*ret_len = len;
	return 0;
}

int store_command_open(struct db *db, struct arena *arena, int64_t pile_id, int64_t now_us,
	struct command **ret_commands, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_OPEN);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, now_us);
	stmt_bind_i64(stmt, 3, LIMIT_QUEUED_CALLS);
	return read_list(stmt, arena, LIMIT_QUEUED_CALLS, ret_commands, ret_len);
}

int store_command_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct command **ret_commands, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_DUE);

	stmt_bind_i64(stmt, 1, now_us);
	stmt_bind_i64(stmt, 2, (int64_t)most);
	return read_list(stmt, arena, most, ret_commands, ret_len);
}

int store_command_done(struct db *db, const struct command *command)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_DONE);
	int64_t changed = 0;

	stmt_bind_i64(stmt, 1, command->id);
	stmt_bind_str(stmt, 2, command->state);
	stmt_bind_str(stmt, 3, command->answer.ptr ? command->answer : STR(""));
	stmt_bind_str(stmt, 4, command->error.ptr ? command->error : STR(""));
	stmt_bind_i64(stmt, 5, command->latency_us);
	stmt_bind_i64(stmt, 6, command->done_us);
	TRY(stmt_run(stmt, &changed));
	return changed == 1 ? 0 : STORE_E_STALE;
}

int store_command_of_order(
	struct db *db, int64_t pile_id, int64_t order_id, struct str action, int64_t *ret_id)
{
	struct stmt *stmt = stmt_of(db, SQL_COMMAND_OF_ORDER);

	stmt_bind_i64(stmt, 1, pile_id);
	stmt_bind_i64(stmt, 2, order_id);
	stmt_bind_str(stmt, 3, action);
	return row_number(stmt, 0, ret_id);
}
