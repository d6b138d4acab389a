/* command.c - the commands that look at the database or change it beside a running server: people,
 * piles, orders. */
#include "server/command.h"
#include "app/auth.h"
#include "app/devices.h"
#include "app/verify.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "domain/money.h"
#include "net/net.h"
#include "server/direct.h"
#include "server/seed.h"
#include "server/server.h"
#include "store/lists.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/site.h"
#include "store/staff.h"
#include "wire/json.h"
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define TIME_MAX 40
#define LIST_MAX 10000
#define PASSWORD_MIN 10
#define PASSWORD_MAX 200

struct work {
	struct command *command;
	struct app_config *app;
	struct buf out;
	struct str hash;
	bool broken; /* verify */
};

/* --- all of them --- */

static int failed(void)
{
	fprintf(stderr, "leyden: %s\n", fault_text());
	return EXIT_FAILED;
}

static int missing(const char *what, struct str name)
{
	fprintf(stderr, "leyden: %s: %.*s\n", what, STR_FMT(name));
	return EXIT_MISSING;
}

static int wrong_use(const char *use)
{
	fprintf(stderr, "usage: leyden %s\n", use);
	return EXIT_USAGE;
}

/* Who only reads must not begin a new house by a mistyped --data. */
static bool has_data(struct command *command, enum direct_mode mode)
{
	struct str data = command->config->data;
	const char *name = str_dup_z(command->arena, data);

	if (mode == DIRECT_WRITE ? server_make_directory(data, command->arena)
				 : access(name, X_OK) == 0)
		return true;
	fprintf(stderr, "leyden: no data directory %s (--data)\n", name);
	return false;
}

/* Opens the database, runs `run` in one transaction and prints what it wrote. An outcome of `run`
 * is an exit code. */
static int perform(struct command *command, enum direct_mode mode,
	int (*run)(struct ctx *ctx, void *arg), struct work *work)
{
	struct app_config app = {0};
	struct direct *direct;
	int result;

	work->command = command;
	work->app = &app;
	buf_init(&work->out, command->arena, 16 * 1024 * 1024);
	if (!has_data(command, mode))
		return EXIT_FAILED;
	if (server_read_key(command->config->data, command->arena, &app.server_key) < 0)
		return failed();
	server_fill_app(command->config, command->arena, (uint16_t)command->config->port, &app);
	if (direct_open(command->config, &app, mode, &direct) < 0)
		return failed();
	result = direct_run(direct, run, work);
	if (result == 0)
		fwrite(work->out.ptr != NULL ? work->out.ptr : "", 1, work->out.len, stdout);
	direct_close(direct);
	return result < 0 ? failed() : result;
}

/* --- check --- */

static int nothing(struct ctx *ctx, void *arg)
{
	(void)ctx;
	(void)arg;
	return 0;
}

int command_check(struct command *command)
{
	const struct config *config = command->config;
	struct tls_server *tls = NULL;
	struct work work = {0};
	struct str secret;
	int code;

	if (!server_make_directory(config->data, command->arena)) {
		fprintf(stderr, "leyden: the data directory %.*s cannot be made\n",
			STR_FMT(config->data));
		return EXIT_FAILED;
	}
	if (config->tls_cert.len > 0) {
		if (server_make_tls(config, command->arena, &tls) < 0)
			return failed();
		tls_server_free(tls);
	}
	if (config->sandbox_url.len > 0 &&
		server_read_file(config->sandbox_key_file, command->arena, &secret) < 0)
		return failed();
	code = perform(command, DIRECT_WRITE, nothing, &work);
	if (code == EXIT_OK)
		printf(command->json ? "{\"ok\":true,\"database\":\"%.*s\"}\n"
				     : "settings and database are fine: %.*s\n",
			STR_FMT(config->db_url));
	return code;
}

/* --- people --- */

/* One line from stdin; asks for it without echo on a terminal. */
static bool read_password(struct arena *arena, struct str *ret_password)
{
	char line[PASSWORD_MAX + 2];
	struct termios shown, hidden;
	bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0, got;

	if (terminal) {
		fputs("password: ", stderr);
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
	}
	got = fgets(line, sizeof(line), stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSANOW, &shown);
		fputc('\n', stderr);
	}
	if (!got)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	*ret_password = str_dup(arena, str_from(line));
	explicit_bzero(line, sizeof(line));
	return true;
}

static int ask_password(struct command *command, struct work *work)
{
	struct str password;
	struct rng rng;
	uint8_t salt[16];

	if (!read_password(command->arena, &password) || password.len < PASSWORD_MIN ||
		password.len > PASSWORD_MAX || str_utf8_len(password) < 0) {
		fprintf(stderr,
			"leyden: a password of %d to %d characters is wanted on standard input\n",
			PASSWORD_MIN, PASSWORD_MAX);
		return EXIT_USAGE;
	}
	rng_init_system(&rng);
	rng.fill(&rng, salt, sizeof(salt));
	if (password_hash(command->arena, password, salt, &work->hash) < 0)
		return failed();
	return EXIT_OK;
}

static struct str lower(struct arena *arena, struct str text)
{
	char *copy = str_dup_z(arena, text);

	for (char *c = copy; c != NULL && *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	return str_from(copy);
}

static bool is_role(struct str role)
{
	static const char *const roles[] = {"admin", "operator", "finance", "auditor", "installer"};

	for (size_t i = 0; i < 5; i++)
		if (str_is(role, roles[i]))
			return true;
	return false;
}

static int user_add(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct command *command = work->command;
	struct staff staff = {.id = CTX_ID(ctx),
		.login = lower(ctx->arena, command->words[1]),
		.name = command->name.len > 0 ? command->name : command->words[1],
		.role = command->role.len > 0 ? command->role : STR("operator"),
		.password_hash = work->hash,
		.created_us = ctx->now_us};
	int outcome;

	TRY(seed_operator(ctx, &staff.tenant_id, NULL));
	outcome = store_staff_add(ctx->db, &staff);
	TRY(outcome);
	if (outcome == STAFF_E_TAKEN)
		return missing("this login exists already", staff.login);
	buf_format(&work->out, "added %.*s as %.*s\n", STR_FMT(staff.login), STR_FMT(staff.role));
	return EXIT_OK;
}

static int user_password(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct str login = lower(ctx->arena, work->command->words[1]);
	struct staff staff;
	int outcome = store_staff_by_login(ctx->db, login, ctx->arena, &staff);

	TRY(outcome);
	if (outcome == STAFF_E_NONE)
		return missing("no such login", login);
	TRY(store_staff_password(ctx->db, staff.id, work->hash));
	TRY(auth_unlock(ctx->db, ctx->arena, login));
	buf_format(&work->out, "new password for %.*s\n", STR_FMT(login));
	return EXIT_OK;
}

static void put_cell(
	struct json_out *json, const char *name, char kind, const struct list_cell *cell)
{
	if (kind == 'i')
		json_put_int(json, name, cell->number);
	else
		json_put_str(json, name, cell->text);
}

/* Rows of a statement, as a JSON list or as columns. */
static void put_rows(struct work *work, const struct list_rows *rows, const char *const *names,
	const char *kinds)
{
	struct json_out json;

	if (work->command->json) {
		json_out_init(&json, &work->out);
		json_open_array(&json, NULL);
	}
	for (size_t i = 0; i < rows->rows_len; i++) {
		const struct list_cell *cells = list_row(rows, i);

		if (work->command->json)
			json_open_object(&json, NULL);
		for (size_t k = 0; k < rows->columns; k++) {
			if (work->command->json) {
				put_cell(&json, names[k], kinds[k], &cells[k]);
				continue;
			}
			if (kinds[k] == 'i')
				buf_put_i64(&work->out, cells[k].number);
			else
				buf_put_str(&work->out, cells[k].text);
			buf_put_char(&work->out, k + 1 < rows->columns ? '\t' : '\n');
		}
		if (work->command->json)
			json_close_object(&json);
	}
	if (work->command->json) {
		json_close_array(&json);
		buf_put_char(&work->out, '\n');
	}
}

static int user_list(struct ctx *ctx, void *arg)
{
	static const char *const names[] = {"login", "name", "role", "disabled"};
	struct list_rows rows;

	TRY(store_list(ctx->db, SQL_STAFF_LIST, NULL, 0, "sssi", LIST_MAX, ctx->arena, &rows));
	put_rows(arg, &rows, names, "sssi");
	return EXIT_OK;
}

int command_user(struct command *command)
{
	struct work work = {0};
	struct str verb = command->words[0];
	int code;

	if (str_is(verb, "list") && command->words_len == 1)
		return perform(command, DIRECT_READ, user_list, &work);
	if (command->words_len != 2 || (!str_is(verb, "add") && !str_is(verb, "password")) ||
		(command->role.len > 0 && !is_role(command->role)))
		return wrong_use("user add LOGIN [--name NAME] [--role "
				 "admin|operator|finance|auditor|installer]\n"
				 "       leyden user password LOGIN\n       leyden user list");
	code = ask_password(command, &work);
	if (code != EXIT_OK)
		return code;
	return perform(
		command, DIRECT_WRITE, str_is(verb, "add") ? user_add : user_password, &work);
}

/* --- piles --- */

static int pile_add(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct command *command = work->command;
	struct str code = command->words[1], secret = rng_token(ctx->rng, ctx->arena, 15);
	struct pile pile = {.id = CTX_ID(ctx),
		.code = code,
		.name = command->name.len > 0 ? command->name : code,
		.state = PILE_APPROVED,
		.created_us = ctx->now_us,
		.version = 1};
	int outcome;

	TRY(seed_operator(ctx, &pile.tenant_id, &pile.site_id));
	pile.secret_hash = pile_secret_hash(ctx->arena, ctx->config->server_key, code, secret);
	outcome = store_pile_add(ctx->db, &pile);
	TRY(outcome);
	if (outcome == STORE_E_UNIQUE)
		return missing("this pile exists already", code);
	buf_format(&work->out,
		command->json ? "{\"code\":\"%.*s\",\"password\":\"%.*s\"}\n"
			      : "pile %.*s\npassword (shown once): %.*s\n",
		STR_FMT(code), STR_FMT(secret));
	return EXIT_OK;
}

static int pile_approve(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct str code = work->command->words[1];
	struct pile pile;
	int64_t tenant_id, site_id;
	int outcome = store_pile_by_code(ctx->db, ctx->arena, code, &pile);

	TRY(outcome);
	if (outcome == STORE_E_MISSING)
		return missing("no such pile", code);
	TRY(seed_operator(ctx, &tenant_id, &site_id));
	if (work->command->site.len > 0 && !str_to_i64(work->command->site, &site_id))
		return missing("no such site", work->command->site);
	outcome = devices_approve(ctx, pile.tenant_id, pile.id, pile.site_id != 0 ? 0 : site_id, 0);
	TRY(outcome);
	if (outcome != 0)
		return missing("this pile cannot be approved", code);
	buf_format(&work->out, "approved %.*s\n", STR_FMT(code));
	return EXIT_OK;
}

static int pile_list(struct ctx *ctx, void *arg)
{
	static const char *const names[] = {
		"code", "name", "state", "online", "vendor", "model", "firmware"};
	struct list_rows rows;

	TRY(store_list(ctx->db, SQL_PILE_LIST, NULL, 0, "ssiisss", LIST_MAX, ctx->arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		struct list_cell *state = &rows.cells[i * rows.columns + 2];

		state->text = str_from(pile_state_name((enum pile_state)state->number));
	}
	put_rows(arg, &rows, names, "sssisss");
	return EXIT_OK;
}

static int pile_refused(struct ctx *ctx, void *arg)
{
	static const char *const names[] = {"at", "code", "operator", "remote", "reason", "detail"};
	struct list_rows rows;

	TRY(store_list(ctx->db, SQL_REFUSAL_ALL, NULL, 0, "isssss", LIST_MAX, ctx->arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		struct list_cell *at = &rows.cells[i * rows.columns];
		struct buf text;

		buf_init(&text, ctx->arena, TIME_MAX);
		time_write(&text, at->number, false);
		at->text = buf_str(&text);
	}
	put_rows(arg, &rows, names, "ssssss");
	return EXIT_OK;
}

int command_pile(struct command *command)
{
	struct work work = {0};
	struct str verb = command->words[0];

	if (str_is(verb, "list") && command->words_len == 1)
		return perform(command, DIRECT_READ, pile_list, &work);
	if (str_is(verb, "refused") && command->words_len == 1)
		return perform(command, DIRECT_READ, pile_refused, &work);
	if (command->words_len != 2 || (!str_is(verb, "add") && !str_is(verb, "approve")) ||
		!station_code_ok(command->words[1]))
		return wrong_use(
			"pile add CODE [--name NAME]\n       leyden pile approve CODE [--site ID]\n"
			"       leyden pile list\n       leyden pile refused");
	return perform(command, DIRECT_WRITE, str_is(verb, "add") ? pile_add : pile_approve, &work);
}

/* --- orders --- */

static void put_time(struct buf *out, const char *name, int64_t at_us)
{
	if (at_us == 0)
		return;
	buf_format(out, "%-12s", name);
	time_write(out, at_us, true);
	buf_put_char(out, '\n');
}

static void put_amount(struct buf *out, const char *name, int64_t minor, struct str currency)
{
	buf_format(out, "%-12s", name);
	money_write(out, minor, currency);
	buf_format(out, " %.*s\n", STR_FMT(currency));
}

static void put_order(struct buf *out, const struct order *order)
{
	buf_format(out, "order       %lld\ntoken       %.*s\nstate       %s\n",
		(long long)order->id, STR_FMT(order->token), order_state_name(order->state));
	if (order->reason.len > 0)
		buf_format(out, "reason      %.*s\n", STR_FMT(order->reason));
	buf_format(out, "pile        %lld connector %lld\n", (long long)order->pile_id,
		(long long)order->connector_no);
	buf_put_str(out, STR("energy      "));
	buf_put_fixed(out, order->energy_dwh, 4);
	buf_put_str(out, STR(" kWh\n"));
	put_amount(out, "energy fee", order->energy_minor, order->currency);
	put_amount(out, "service fee", order->service_minor, order->currency);
	put_amount(out, "idle fee", order->idle_minor, order->currency);
	put_amount(out, "total", order->total_minor, order->currency);
	if (order->credit_minor > 0)
		put_amount(out, "given back", order->credit_minor, order->currency);
	put_amount(out, "paid", order->paid_minor, order->currency);
	put_amount(out, "refund", order->refund_minor, order->currency);
	put_time(out, "created", order->created_us);
	put_time(out, "started", order->started_us);
	put_time(out, "stopped", order->stopped_us);
	put_time(out, "settled", order->settled_us);
}

static void put_order_json(struct buf *out, const struct order *order)
{
	struct json_out json;

	json_out_init(&json, out);
	json_open_object(&json, NULL);
	json_put_id(&json, "id", order->id);
	json_put_str(&json, "token", order->token);
	json_put_str(&json, "state", str_from(order_state_name(order->state)));
	json_put_str(&json, "reason", order->reason);
	json_put_id(&json, "pile_id", order->pile_id);
	json_put_int(&json, "connector", order->connector_no);
	json_put_fixed_text(&json, "energy_wh", order->energy_dwh, 1);
	json_put_str(&json, "currency", order->currency);
	json_put_int(&json, "energy_minor", order->energy_minor);
	json_put_int(&json, "service_minor", order->service_minor);
	json_put_int(&json, "idle_minor", order->idle_minor);
	json_put_int(&json, "total_minor", order->total_minor);
	json_put_int(&json, "credit_minor", order->credit_minor);
	json_put_int(&json, "paid_minor", order->paid_minor);
	json_put_int(&json, "refund_minor", order->refund_minor);
	json_put_int(&json, "version", order->version);
	json_close_object(&json);
	buf_put_char(out, '\n');
}

static int order_show(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct str name = work->command->words[1];
	struct order *order = ARENA_NEW(ctx->arena, struct order);
	int64_t id;
	int outcome = STORE_E_MISSING;

	if (order == NULL)
		return FAULT(FAULT_NOMEM, "arena");
	if (str_to_i64(name, &id))
		outcome = store_order_get(ctx->db, ctx->arena, id, order);
	TRY(outcome);
	if (outcome == STORE_E_MISSING)
		outcome = store_order_by_token(ctx->db, ctx->arena, name, order);
	TRY(outcome);
	if (outcome == STORE_E_MISSING)
		return missing("no such order", name);
	if (work->command->json)
		put_order_json(&work->out, order);
	else
		put_order(&work->out, order);
	return EXIT_OK;
}

int command_order(struct command *command)
{
	struct work work = {0};

	if (!str_is(command->words[0], "show") || command->words_len != 2)
		return wrong_use("order show ID|TOKEN [--json]");
	return perform(command, DIRECT_READ, order_show, &work);
}

/* --- the books --- */

static void put_checks(struct work *work, const struct verify_check *checks, size_t len)
{
	struct json_out json;

	if (!work->command->json) {
		for (size_t i = 0; i < len; i++)
			buf_format(&work->out, "%-6s %-20s %s%s%.*s\n",
				checks[i].ok ? "ok" : "BROKEN", checks[i].name, checks[i].about,
				checks[i].ok ? "" : ": ", STR_FMT(checks[i].detail));
		return;
	}
	json_out_init(&json, &work->out);
	json_open_object(&json, NULL);
	json_put_bool(&json, "ok", verify_ok(checks, len));
	json_open_array(&json, "checks");
	for (size_t i = 0; i < len; i++) {
		json_open_object(&json, NULL);
		json_put_str(&json, "name", str_from(checks[i].name));
		json_put_bool(&json, "ok", checks[i].ok);
		json_put_int(&json, "bad", checks[i].bad);
		json_put_str(&json, "detail", checks[i].detail);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
	buf_put_char(&work->out, '\n');
}

static int verify(struct ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct verify_check *checks;
	size_t len;

	TRY(verify_run(ctx, 0, &checks, &len));
	put_checks(work, checks, len);
	work->broken = !verify_ok(checks, len);
	return EXIT_OK;
}

int command_verify(struct command *command)
{
	struct work work = {0};
	int code = perform(command, DIRECT_READ, verify, &work);

	return code == EXIT_OK && work.broken ? EXIT_BROKEN : code;
}
