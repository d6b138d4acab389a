/* command_ca.c - `leyden ca`: the small authority of a local installation. What it signs stands in
 * the same table as what piles ask for over the protocol, so one list shows all and one revocation
 * list speaks of all. */
#include "app/certificates.h"
#include "base/clock.h"
#include "base/fault.h"
#include "server/authority.h"
#include "server/command.h"
#include "server/direct.h"
#include "server/server.h"
#include "store/lists.h"
#include "store/pile.h"
#include "wire/json.h"
#include <stdio.h>
#include <string.h>

#define LIST_MOST 10000
#define OUT_BYTES (16 * 1024 * 1024)

struct ca_work {
	struct command *command;
	struct buf out;
	bool quiet;                /* nothing to standard output */
	struct str code, csr, key; /* of the pile, its request, its key when we made it */
};

static int failed(void)
{
	fprintf(stderr, "leyden: %s\n", fault_text());
	return EXIT_FAILED;
}

static int say(int code, const char *what, struct str name)
{
	fprintf(stderr, "leyden: %s: %.*s\n", what, STR_FMT(name));
	return code;
}

/* One transaction with our own authority at hand; prints what `run` wrote. */
static int perform(struct command *command, enum direct_mode mode,
	int (*run)(struct ctx *ctx, void *arg), struct ca_work *work)
{
	struct app_config app = {0};
	const struct config *config = command->config;
	struct direct *direct;
	int result;

	work->command = command;
	buf_init(&work->out, command->arena, OUT_BYTES);
	if (!authority_exists(command->arena, config->data))
		return say(EXIT_MISSING, "there is no authority yet (leyden ca init) in",
			config->data);
	if (server_read_key(config->data, command->arena, &app.server_key) < 0)
		return failed();
	server_fill_app(config, command->arena, (uint16_t)config->port, &app);
	if (server_fill_authorities(config, command->arena, &app) < 0 ||
		direct_open(config, &app, mode, &direct) < 0)
		return failed();
	result = direct_run(direct, run, work);
	if (result == 0 && !work->quiet)
		fwrite(work->out.ptr != NULL ? work->out.ptr : "", 1, work->out.len, stdout);
	direct_close(direct);
	return result < 0 ? failed() : result;
}

/* --- the authority itself --- */

static int ca_init(struct command *command)
{
	struct str organisation =
		command->name.len > 0 ? command->name : command->config->organisation;

	if (organisation.len > X509_NAME_MAX || str_utf8_len(organisation) < 0)
		return say(EXIT_USAGE, "the name is too long", organisation);
	if (!server_make_directory(command->config->data, command->arena))
		return say(EXIT_FAILED, "cannot make the directory", command->config->data);
	if (authority_exists(command->arena, command->config->data))
		return say(EXIT_MISSING, "there is an authority already in", command->config->data);
	if (authority_init(command->arena, command->config->data, organisation,
		    clock_now_us(&clock_system)) < 0)
		return failed();
	printf("made %.*s/ca: root, authority for devices, empty revocation list\n"
	       "A running server uses it after its next start.\n"
	       "Keep a copy of root.key in a safe place; the server never needs it.\n",
		STR_FMT(command->config->data));
	return EXIT_OK;
}

static int ca_server(struct command *command)
{
	const struct config *config = command->config;
	int outcome;

	if (!authority_exists(command->arena, config->data))
		return say(EXIT_MISSING, "there is no authority yet (leyden ca init) in",
			config->data);
	outcome = authority_server(command->arena, config->data, config->organisation,
		command->words[1], clock_now_us(&clock_system));
	if (outcome < 0)
		return failed();
	if (outcome > 0)
		return say(EXIT_USAGE, "names and addresses are wanted, not", command->words[1]);
	printf("tls_cert = %.*s\ntls_key = %.*s\n",
		STR_FMT(authority_path(command->arena, config->data, AUTHORITY_SERVER)),
		STR_FMT(authority_path(command->arena, config->data, AUTHORITY_SERVER_KEY)));
	return EXIT_OK;
}

static int ca_export(struct command *command)
{
	static const struct {
		const char *word;
		enum authority_file file;
	} rows[] = {
		{"root", AUTHORITY_ROOT}, {"device", AUTHORITY_DEVICE}, {"chain", AUTHORITY_CHAIN}};
	struct str text;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_is(command->words[1], rows[i].word))
			continue;
		if (server_read_file(
			    authority_path(command->arena, command->config->data, rows[i].file),
			    command->arena, &text) < 0)
			return failed();
		printf("%.*s\n", STR_FMT(text));
		return EXIT_OK;
	}
	return say(EXIT_USAGE, "export root, device or chain, not", command->words[1]);
}

/* --- certificates of piles --- */

static int issue(struct ctx *ctx, void *arg)
{
	struct ca_work *work = arg;
	struct certificate certificate;
	struct pile pile;
	int64_t id;
	int outcome = store_pile_by_code(ctx->db, ctx->arena, work->code, &pile);

	TRY(outcome);
	if (outcome == STORE_E_MISSING)
		return say(EXIT_MISSING, "no such pile", work->code);
	outcome = certificates_issue(ctx, pile.id, work->csr, &id);
	TRY(outcome);
	if (outcome != 0)
		return say(EXIT_FAILED, "not signed", str_from(certificates_word(outcome)));
	TRY(store_certificate_get(ctx->db, ctx->arena, id, &certificate));
	if (work->key.len > 0)
		buf_put_str(&work->out, work->key);
	buf_put_str(&work->out, certificate.chain);
	return EXIT_OK;
}

/* Key and certificate on standard output: for a pile that cannot make its own key. */
static int ca_issue(struct command *command)
{
	struct ca_work work = {.code = command->words[1]};
	struct x509_name subject = {
		.common_name = work.code, .organisation = command->config->organisation};

	if (!station_code_ok(work.code))
		return say(EXIT_USAGE, "not a pile's identity", work.code);
	if (x509_key_new(command->arena, &work.key) < 0 ||
		x509_csr_new(command->arena, work.key, &subject, &work.csr) < 0)
		return failed();
	return perform(command, DIRECT_WRITE, issue, &work);
}

static int ca_sign(struct command *command)
{
	struct ca_work work = {.code = command->words[1]};

	if (server_read_file(command->words[2], command->arena, &work.csr) < 0)
		return failed();
	return perform(command, DIRECT_WRITE, issue, &work);
}

static int revoke(struct ctx *ctx, void *arg)
{
	struct ca_work *work = arg;
	struct str name = work->command->words[1];
	struct list_arg args[] = {{0, name}};
	struct certificate certificate;
	struct list_rows rows;
	int64_t id;
	int outcome;

	/* By serial first: one of digits only may look like a number. */
	TRY(store_list(ctx->db, SQL_CERTIFICATE_SERIAL, args, 1, "i", 1, ctx->arena, &rows));
	if (rows.rows_len > 0)
		id = list_row(&rows, 0)[0].number;
	else if (!str_to_i64(name, &id))
		return say(EXIT_MISSING, "no such certificate", name);
	outcome = store_certificate_get(ctx->db, ctx->arena, id, &certificate);
	TRY(outcome);
	if (outcome == STORE_E_MISSING)
		return say(EXIT_MISSING, "no such certificate", name);
	outcome = certificates_revoke(ctx, certificate.tenant_id, id, STR("command line"));
	TRY(outcome);
	if (outcome != 0)
		return say(EXIT_FAILED, "not revoked", str_from(certificates_word(outcome)));
	buf_format(&work->out, "revoked %.*s of %.*s\n", STR_FMT(certificate.serial),
		STR_FMT(certificate.common_name));
	return EXIT_OK;
}

/* The list as of now, to standard output; the server's own copy is written too. */
static int crl(struct ctx *ctx, void *arg)
{
	struct ca_work *work = arg;
	struct str pem;
	int outcome = certificates_crl(ctx, &pem);

	TRY(outcome);
	if (outcome != 0)
		return say(EXIT_FAILED, "no list", str_from(certificates_word(outcome)));
	TRY(authority_write(ctx->arena,
		authority_path(ctx->arena, work->command->config->data, AUTHORITY_CRL), pem,
		false));
	buf_put_str(&work->out, pem);
	return EXIT_OK;
}

static void put_row(struct ca_work *work, const struct list_cell *row)
{
	struct json_out json;
	struct str until =
		row[5].number != 0 ? time_text(work->command->arena, row[5].number) : STR("");

	if (!work->command->json) {
		buf_format(&work->out, "%lld\t%.*s\t%.*s\t%.*s\t%.*s\t%.*s\n",
			(long long)row[0].number, STR_FMT(row[1].text), STR_FMT(row[2].text),
			STR_FMT(row[3].text), STR_FMT(row[4].text), STR_FMT(until));
		return;
	}
	json_out_init(&json, &work->out);
	json_open_object(&json, NULL);
	json_put_id(&json, "id", row[0].number);
	json_put_str(&json, "name", row[1].text);
	json_put_str(&json, "kind", row[2].text);
	json_put_str(&json, "state", row[3].text);
	json_put_str(&json, "serial", row[4].text);
	json_put_str(&json, "until", until);
	json_close_object(&json);
}

static int list(struct ctx *ctx, void *arg)
{
	struct ca_work *work = arg;
	struct list_rows rows;

	TRY(store_list(
		ctx->db, SQL_CERTIFICATE_LIST, NULL, 0, "issssi", LIST_MOST, ctx->arena, &rows));
	if (work->command->json)
		buf_put_char(&work->out, '[');
	for (size_t i = 0; i < rows.rows_len; i++) {
		if (work->command->json && i > 0)
			buf_put_char(&work->out, ',');
		put_row(work, list_row(&rows, i));
	}
	if (work->command->json)
		buf_put_str(&work->out, STR("]\n"));
	return EXIT_OK;
}

static int ca_revoke(struct command *command)
{
	struct ca_work work = {0}, again = {.quiet = true};
	int code = perform(command, DIRECT_WRITE, revoke, &work);

	/* The list is written at once, also where no server runs. */
	return code == EXIT_OK ? perform(command, DIRECT_READ, crl, &again) : code;
}

static int ca_list(struct command *command)
{
	struct ca_work work = {0};

	return perform(command, DIRECT_READ, list, &work);
}

static int ca_crl(struct command *command)
{
	struct ca_work work = {0};

	return perform(command, DIRECT_READ, crl, &work);
}

struct ca_row {
	const char *verb;
	size_t words;
	int (*run)(struct command *command);
};

int command_ca(struct command *command)
{
	static const struct ca_row rows[] = {{"init", 1, ca_init}, {"server", 2, ca_server},
		{"issue", 2, ca_issue}, {"sign", 3, ca_sign}, {"revoke", 2, ca_revoke},
		{"list", 1, ca_list}, {"export", 2, ca_export}, {"crl", 1, ca_crl}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(command->words[0], rows[i].verb) && command->words_len == rows[i].words)
			return rows[i].run(command);
	fprintf(stderr,
		"usage: leyden ca init [--name ORGANISATION]  make the authority in DATA/ca\n"
		"       leyden ca server HOSTS             certificate for our own port\n"
		"       leyden ca issue CODE               new key and certificate of a pile\n"
		"       leyden ca sign CODE FILE           certificate from a pile's request\n"
		"       leyden ca revoke NUMBER|SERIAL     and write the revocation list\n"
		"       leyden ca list                     all certificates\n"
		"       leyden ca export root|device|chain certificates of the authority\n"
		"       leyden ca crl                      write and print the revocation list\n");
	return EXIT_USAGE;
}
