/* mutation.c - a pile that sends every message of its version with every single-field mutation, to
 * the whole server in one process while a charge runs: each must get the right CALLERROR, nothing
 * may crash, and nothing may change that orders and money are made of, column by column. At the end
 * the charge ends as if nothing had been. usage: mutation 1.6|2.0.1|2.1
 *
 * A message is written from its field table with all its fields; every place where one thing can be
 * wrong counts up, and the place whose turn it is writes it wrong. */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/charging.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/station.h"
#include "stage.h"
#include "store/pile.h"
#include "store/site.h"
#include "store/tariff.h"
#include "wire/json.h"
#include "wire/ocpp.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp2/action.h"

#define LONGEST_MUTATION 40000 /* longer texts than this are not overfilled */
#define NESTED 200             /* deeper than any text may be */
#define LINK 1
#define NOW_US (INT64_C(1772416800) * 1000000)

struct mutation {
	struct buf *buf;
	long turn;  /* the place that writes itself wrong, -1 none */
	long place; /* places passed so far */
	enum ocpp_code expect;
	char what[192];
};
static struct str answer; /* what the server answered last */
static struct str asked;  /* ... and what it asked */
static struct arena said;
static long sent, wrong;

/* Is it this place's turn? Then this is the code that must come back. */
static bool turn(struct mutation *mutation, const char *what, const char *name, enum ocpp_code code)
{
	if (mutation->place++ != mutation->turn)
		return false;
	mutation->expect = code;
	snprintf(mutation->what, sizeof(mutation->what), "%s: %s", name, what);
	return true;
}

static void put_record(struct mutation *mutation, const struct record *record);

static void put_text(struct buf *buf, size_t len)
{
	buf_put_char(buf, '"');
	for (size_t i = 0; i < len; i++)
		buf_put_char(buf, 'a');
	buf_put_char(buf, '"');
}

static void put_word(struct mutation *mutation, const struct field *field)
{
	if (turn(mutation, "unknown word", field->name, OCPP_CODE_PROPERTY))
		buf_put_str(mutation->buf, STR("\"no-such-word\""));
	else
		buf_format(mutation->buf, "\"%s\"", field->names->names[0].text);
}

static void put_number(struct mutation *mutation, const struct field *field)
{
	int64_t value = field->min > 1 ? field->min : field->max < 1 ? field->max : 1;

	if (field->kind == FIELD_INT && field->min > INT64_MIN &&
		turn(mutation, "too small", field->name, OCPP_CODE_PROPERTY))
		buf_put_i64(mutation->buf, field->min - 1);
	else if (turn(mutation, "too large", field->name, OCPP_CODE_PROPERTY))
		buf_put_str(mutation->buf, STR("99999999999999999999"));
	else if (field->kind != FIELD_DEC &&
		 turn(mutation, "a fraction", field->name, OCPP_CODE_TYPE))
		buf_put_str(mutation->buf, STR("1.5"));
	else if (field->kind == FIELD_DEC)
		buf_put_i64(mutation->buf, field->max == 0 ? -1 : 1);
	else
		buf_put_i64(mutation->buf, value);
}

/* Texts that are no texts: half a character, half a pair, the end of a C string, a raw line end. */
static bool put_bad_text(struct mutation *mutation, const struct field *field)
{
	static const struct {
		const char *what, *text;
	} bad[] = {{"half a character", "\"\xe4\xbd\""}, {"half a pair", "\"\\ud83d\""},
		{"a zero", "\"\\u0000\""}, {"a raw line end", "\"a\nb\""},
		{"a long form", "\"\xc0\xaf\""}, {"no such escape", "\"\\x41\""}};
	size_t at = (size_t)mutation->place % (sizeof(bad) / sizeof(bad[0]));

	if (!turn(mutation, bad[at].what, field->name, OCPP_CODE_FRAMEWORK))
		return false;
	buf_put_str(mutation->buf, str_from(bad[at].text));
	return true;
}

static void put_str(struct mutation *mutation, const struct field *field)
{
	if (put_bad_text(mutation, field))
		return;
	put_text(mutation->buf,
		field->max < LONGEST_MUTATION &&
				turn(mutation, "too long", field->name, OCPP_CODE_PROPERTY)
			? (size_t)field->max + 1
			: 1);
}

static void put_element(struct mutation *mutation, const struct field *field)
{
	switch (field->kind) {
	case FIELD_LIST:
		put_record(mutation, field->record);
		break;
	case FIELD_STRS:
		put_str(mutation, field);
		break;
	case FIELD_WORDS:
		put_word(mutation, field);
		break;
	default:
		put_number(mutation, field);
	}
}

static void put_list(struct mutation *mutation, const struct field *field)
{
	struct buf *buf = mutation->buf;
	size_t count = 1;

	if (field->count_min > 0 && turn(mutation, "empty", field->name, OCPP_CODE_OCCURRENCE))
		count = 0;
	else if (field->count_max <= 16 &&
		 turn(mutation, "too many", field->name, OCPP_CODE_OCCURRENCE))
		count = field->count_max + 1;
	buf_put_char(buf, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(buf, ',');
		put_element(mutation, field);
	}
	buf_put_char(buf, ']');
}

static void put_value(struct mutation *mutation, const struct field *field)
{
	switch (field->kind) {
	case FIELD_STR:
		put_str(mutation, field);
		break;
	case FIELD_INT:
	case FIELD_DEC:
		put_number(mutation, field);
		break;
	case FIELD_BOOL:
		buf_put_str(mutation->buf, STR("true"));
		break;
	case FIELD_TIME:
		if (turn(mutation, "no time", field->name, OCPP_CODE_PROPERTY))
			buf_put_str(mutation->buf, STR("\"yesterday\""));
		else
			buf_put_str(mutation->buf, STR("\"2026-03-02T02:00:00Z\""));
		break;
	case FIELD_ENUM:
	case FIELD_WORD:
		put_word(mutation, field);
		break;
	case FIELD_OBJ:
		put_record(mutation, field->record);
		break;
	case FIELD_RAW:
		buf_put_str(mutation->buf, STR("\"anything\""));
		break;
	default:
		put_list(mutation, field);
	}
}

/* One member with its comma, or without when it is left out. */
static void put_member(struct mutation *mutation, const struct field *field, bool *comma)
{
	bool required = field->presence == FIELD_REQ || field->presence == FIELD_MUST;
	bool text = field->kind == FIELD_STR || field->kind == FIELD_TIME ||
		    field->kind == FIELD_ENUM || field->kind == FIELD_WORD;
	struct buf *buf = mutation->buf;

	if (required && turn(mutation, "left out", field->name, OCPP_CODE_OCCURRENCE))
		return;
	if (*comma)
		buf_put_char(buf, ',');
	*comma = true;
	buf_format(buf, "\"%s\":", field->name);
	if (field->kind == FIELD_RAW) {
		put_value(mutation, field);
	} else if (turn(mutation, "of another type", field->name, OCPP_CODE_TYPE)) {
		buf_put_str(buf, text ? STR("7") : STR("\"text\""));
	} else if (turn(mutation, "null", field->name, OCPP_CODE_TYPE)) {
		buf_put_str(buf, STR("null"));
	} else if (turn(mutation, "nested without end", field->name, OCPP_CODE_FRAMEWORK)) {
		for (int i = 0; i < NESTED; i++)
			buf_put_str(buf, i < NESTED / 2 ? STR("[") : STR("]"));
	} else {
		size_t from = buf->len, len;

		put_value(mutation, field);
		len = buf->len - from;
		if (turn(mutation, "twice", field->name, OCPP_CODE_FRAMEWORK)) {
			char *copy = strndup(buf->ptr + from, len);

			buf_format(buf, ",\"%s\":%s", field->name, copy);
			free(copy);
		}
	}
}

static void put_record(struct mutation *mutation, const struct record *record)
{
	bool comma = false;

	buf_put_char(mutation->buf, '{');
	for (size_t i = 0; i < record->fields_len; i++)
		put_member(mutation, &record->fields[i], &comma);
	if (!record->open && turn(mutation, "unknown field", record->name, OCPP_CODE_FORMATION))
		buf_put_str(mutation->buf, comma ? STR(",\"bogus\":1") : STR("\"bogus\":1"));
	buf_put_char(mutation->buf, '}');
}

/* --- the server --- */

static void on_send(void *context, uint64_t link, struct str text)
{
	(void)context;
	(void)link;
	*(str_starts(text, STR("[2,")) ? &asked : &answer) = str_dup(&said, text);
}

static void on_close(void *context, uint64_t link, int code)
{
	(void)context;
	printf("# link %llu closed: %d\n", (unsigned long long)link, code);
	wrong++;
}

static void on_verdict(void *context, uint64_t link, int status, struct str protocol)
{
	(void)context;
	(void)link;
	(void)protocol;
	if (status != 101)
		wrong++;
}

static struct pile pile = {.code = STR("M-1"), .name = STR("M-1"), .state = PILE_APPROVED};

static int furnish(struct ctx *ctx, void *arg)
{
	struct tariff tariff = {.name = STR("Price"), .currency = STR("EUR")};
	struct site site = {.id = CTX_ID(ctx),
		.tenant_id = CTX_ID(ctx),
		.name = STR("Lakeside"),
		.zone = STR("UTC"),
		.currency = STR("EUR"),
		.timing = STR("prepay"),
		.created_us = ctx->now_us};

	(void)arg;
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++)
		tariff.energy_e5[i] = 50000;
	tariff.tenant_id = site.tenant_id;
	TRY(store_tenant_add(ctx->db, site.tenant_id, STR("Operator"), site.currency, ctx->now_us));
	TRY(store_tariff_add(
		ctx->db, ctx->arena, CTX_ID(ctx), ctx->now_us, 0, ctx->now_us, &tariff));
	site.tariff_series_id = tariff.series_id;
	TRY(store_site_add(ctx->db, &site));
	pile.id = CTX_ID(ctx);
	pile.tenant_id = site.tenant_id;
	pile.site_id = site.id;
	pile.created_us = ctx->now_us;
	TRY(store_pile_add(ctx->db, &pile));
	return store_connector_plate(ctx->db,
		&(struct connector){
			.pile_id = pile.id, .no = 1, .plug = STR("Type 2"), .max_w = 22000});
}

/* --- what must not change --- */

/* Every column of every row of one table, into the hash of all. */
static void hash_table(sqlite3 *raw, const char *table, uint8_t hash[SHA256_LEN])
{
	sqlite3_stmt *stmt = NULL;
	char query[96];

	snprintf(query, sizeof(query), "SELECT * FROM %s ORDER BY id", table);
	ASSERT(sqlite3_prepare_v2(raw, query, -1, &stmt, NULL) == SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		struct buf buf;

		buf_init(&buf, NULL, 1 << 20);
		buf_put(&buf, hash, SHA256_LEN);
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			const void *bytes = sqlite3_column_blob(stmt, i);

			buf_put(&buf, bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, i));
			buf_put_char(&buf, '|');
		}
		sha256(buf.ptr, buf.len, hash);
		buf_fini(&buf);
	}
	sqlite3_finalize(stmt);
}

static void books_now(const struct stage *stage, uint8_t ret[SHA256_LEN])
{
	static const char *const tables[] = {
		"orders", "session", "payment", "transfer", "reservation"};
	char path[512];
	sqlite3 *raw = NULL;

	memset(ret, 0, SHA256_LEN);
	snprintf(path, sizeof(path), "%s/leyden.db", stage->dir);
	ASSERT(sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		hash_table(raw, tables[i], ret);
	sqlite3_close(raw);
}

/* Says one message; what came back, taken apart. */
static void say(struct stage *stage, enum ocpp_version version, const char *action,
	struct str payload, struct ocpp_message *ret_back)
{
	struct arena arena;
	struct buf frame;

	arena_init(&arena, 4 << 20);
	buf_init(&frame, &arena, 2 << 20);
	buf_format(&frame, "[2,\"m%ld\",\"%s\",%.*s]", ++sent, action, STR_FMT(payload));
	arena_reset(&said);
	answer = STR_NULL;
	gateway_text(stage->gateway, LINK, buf_str(&frame));
	if (stage_pump(stage) != 0)
		wrong++;
	memset(ret_back, 0, sizeof(*ret_back));
	if (answer.len > 0)
		ocpp_parse_in(version, answer, &said, ret_back);
	arena_fini(&arena);
}

/* One message with all its mutations. */
static void mutate(struct stage *stage, enum ocpp_version version, const char *action,
	const struct record *record)
{
	uint8_t before[SHA256_LEN], after[SHA256_LEN];
	struct ocpp_message back;
	struct buf buf;

	books_now(stage, before);
	for (long turn_at = 0;; turn_at++) {
		struct mutation mutation = {.buf = &buf, .turn = turn_at};
		struct str code;

		buf_init(&buf, NULL, 1 << 20);
		put_record(&mutation, record);
		if (mutation.place <= turn_at) {
			buf_fini(&buf);
			break;
		}
		say(stage, version, action, buf_str(&buf), &back);
		code = ocpp_code_name(mutation.expect, version);
		if (back.kind != OCPP_ERROR || !str_eq(back.code, code)) {
			printf("# %s, %s: expected %.*s, got %.*s\n", action, mutation.what,
				STR_FMT(code), STR_FMT(answer));
			wrong++;
		}
		buf_fini(&buf);
	}
	books_now(stage, after);
	if (memcmp(before, after, SHA256_LEN) != 0) {
		printf("# %s: orders or money changed\n", action);
		wrong++;
	}
}

/* The message without any mutation is taken. */
static void whole(struct stage *stage, enum ocpp_version version, const char *action,
	const struct record *record)
{
	struct mutation mutation = {.turn = -1};
	struct ocpp_message back;
	struct buf buf;

	buf_init(&buf, NULL, 1 << 20);
	mutation.buf = &buf;
	put_record(&mutation, record);
	say(stage, version, action, buf_str(&buf), &back);
	if (back.kind != OCPP_RESULT) {
		printf("# %s, whole: %.*s\n", action, STR_FMT(answer));
		wrong++;
	}
	buf_fini(&buf);
}

static void each_action(struct stage *stage, enum ocpp_version version,
	void (*run)(struct stage *, enum ocpp_version, const char *, const struct record *))
{
	for (size_t i = 0; version == OCPP_16 && i < ocpp16_actions_len; i++) {
		if (ocpp16_actions[i].from_station)
			run(stage, version, ocpp16_actions[i].name, ocpp16_actions[i].req);
	}
	for (size_t i = 0; version != OCPP_16 && i < ocpp2_actions_len; i++) {
		const struct ocpp2_action *action = &ocpp2_actions[i];

		if (action->from_station && ocpp2_action_req(version, action) != NULL &&
			ocpp2_action_conf(version, action) != NULL)
			run(stage, version, action->name, ocpp2_action_req(version, action));
	}
}

/* --- the charge that runs meanwhile --- */

__attribute__((format(printf, 5, 6))) static void tell(struct stage *stage,
	enum ocpp_version version, const char *action, struct ocpp_message *ret, const char *format,
	...)
{
	char text[600];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say(stage, version, action, str_from(text), ret);
	if (ret->kind != OCPP_RESULT) {
		printf("# %s: %.*s\n", action, STR_FMT(answer));
		wrong++;
	}
}

static int do_open(struct ctx *ctx, void *arg)
{
	struct order order;

	(void)arg;
	return charging_open(ctx,
		&(struct open_cmd){.starter = STARTER_OPERATOR,
			.pile_id = pile.id,
			.connector_no = 1,
			.timing = TIMING_HOLD,
			.source = SOURCE_HOUSE,
			.language = STR("en")},
		&order);
}

/* The operator starts one from afar; the pile does as it is told. The transaction's number in 1.6.
 */
static int64_t start(struct stage *stage, enum ocpp_version version)
{
	struct ocpp_message call, back;
	struct str tag = STR_NULL;
	char kept[40]; /* beyond the next message */
	int64_t number = 0;
	bool old = version == OCPP_16;

	tell(stage, version, "BootNotification", &back, "%s",
		old ? "{\"chargePointVendor\":\"M\",\"chargePointModel\":\"M\"}"
		    : "{\"reason\":\"PowerUp\",\"chargingStation\":{\"vendorName\":\"M\","
		      "\"model\":\"M\"}}");
	if (stage_act(stage, LANE_WRITE, do_open, NULL) != 0 || stage_pump(stage) != 0 ||
		ocpp_parse_in(version, asked, &said, &call) != 0 ||
		!json_get_str(call.payload, old ? "idTag" : "idToken.idToken", &said, &tag)) {
		printf("# no order was opened: %s\n", fault_text());
		wrong++;
		return 0;
	}
	snprintf(kept, sizeof(kept), "%.*s", STR_FMT(tag));
	if (old) {
		tell(stage, version, "StartTransaction", &back,
			"{\"connectorId\":1,\"idTag\":\"%s\",\"meterStart\":0,\"timestamp\":"
			"\"2026-03-02T02:00:00Z\"}",
			kept);
		json_get_int(back.payload, "transactionId", &said, &number);
	} else {
		tell(stage, version, "TransactionEvent", &back,
			"{\"eventType\":\"Started\",\"timestamp\":\"2026-03-02T02:00:00Z\","
			"\"triggerReason\":\"RemoteStart\",\"seqNo\":0,\"evse\":{\"id\":1,"
			"\"connectorId\":1},\"transactionInfo\":{\"transactionId\":\"running\"},"
			"\"idToken\":{\"idToken\":\"%s\",\"type\":\"Central\"}}",
			kept);
	}
	return number;
}

/* ... and ends it: now the books do change. */
static void end(struct stage *stage, enum ocpp_version version, int64_t number)
{
	uint8_t before[SHA256_LEN], after[SHA256_LEN];
	struct ocpp_message back;

	books_now(stage, before);
	if (version == OCPP_16)
		tell(stage, version, "StopTransaction", &back,
			"{\"transactionId\":%lld,\"meterStop\":1000,\"timestamp\":"
			"\"2026-03-02T02:00:00Z\"}",
			(long long)number);
	else
		tell(stage, version, "TransactionEvent", &back,
			"{\"eventType\":\"Ended\",\"timestamp\":\"2026-03-02T02:00:00Z\","
			"\"triggerReason\":\"EVDeparted\",\"seqNo\":1,\"transactionInfo\":"
			"{\"transactionId\":\"running\"}}");
	books_now(stage, after);
	if (memcmp(before, after, SHA256_LEN) == 0) {
		printf("# the end of the charge changed nothing: nothing was compared\n");
		wrong++;
	}
}

int main(int argc, char **argv)
{
	struct stage stage = {.ops = {on_send, on_close, on_verdict, NULL, NULL}, .seed = 1};
	enum ocpp_version version = OCPP_16;
	char protocol[16];
	int64_t number;

	snprintf(protocol, sizeof(protocol), "ocpp%s", argc > 1 ? argv[1] : "1.6");
	version = ocpp_version_of(str_from(protocol));
	ASSERT(version != 0);
	arena_init(&said, 4 << 20);
	stage_prepare(&stage, DB_SQLITE);
	stage.clock.at_us = NOW_US;
	if (stage_open(&stage) != 0 || stage_act(&stage, LANE_WRITE, furnish, NULL) != 0) {
		printf("# the server does not start: %s\n", fault_text());
		return 1;
	}
	gateway_hello(stage.gateway, LINK,
		&(struct gateway_caller){.code = STR("M-1"),
			.protocols = str_from(protocol),
			.remote = STR("here")});
	stage_pump(&stage);
	number = start(&stage, version);
	each_action(&stage, version, mutate);
	end(&stage, version, number);
	each_action(&stage, version, whole);
	printf("1..1\n%s 1 - %s: %ld messages, %ld wrong answers\n", wrong == 0 ? "ok" : "not ok",
		protocol, sent, wrong);
	stage_close(&stage);
	stage_remove(&stage);
	arena_fini(&said);
	return wrong == 0 ? 0 : 1;
}
