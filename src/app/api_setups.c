/* api_setups.c - wanted settings of piles on the outside face: what is wanted, what is, what was
 * pushed. */
#include "app/api_care.h"
#include "app/setups.h"
#include "base/mask.h"
#include "store/pile.h"
#include "store/setup.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DRIFT_ROWS 2000 /* settings times piles in one report */

static const struct api_column setup_columns[] = {
	{"id", SHOW_ID, NULL},
	{"name", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"revision", SHOW_NUMBER, NULL},
	{"values", SHOW_NUMBER, NULL},
	{"piles", SHOW_NUMBER, NULL},
};

static int setups_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id ? page->cursor.id : INT64_MAX), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_setups, SQL_LIST_SETUPS, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_setups = {
	"setups", setup_columns, COUNT(setup_columns), -1, -1, false, setups_read, NULL};

static int put_values(struct api_call *call, int64_t id)
{
	const struct list_arg args[] = {NUMBER(id), NUMBER(LIMIT_SETUP_VALUES)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_SETUP_VALUES, args, COUNT(args), "ss",
		LIMIT_SETUP_VALUES, call->ctx->arena, &rows));
	out_list(&call->out, "wanted");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		out_text(&call->out, "name", list_row(&rows, i)[0].text);
		out_text(&call->out, "value", list_row(&rows, i)[1].text);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

/* same, different, readonly (different, and it cannot be changed), unknown (never reported) */
static const char *drift_word(const struct list_cell *row)
{
	if (row[6].number == 0)
		return "unknown";
	if (str_eq(row[5].text, row[7].text))
		return "same";
	return row[8].number ? "readonly" : "different";
}

static int put_drift(struct api_call *call, int64_t id)
{
	const struct list_arg args[] = {NUMBER(id), NUMBER(0), NUMBER(DRIFT_ROWS)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_SETUP_DRIFT, args, COUNT(args), "ississisiisi",
		DRIFT_ROWS, call->ctx->arena, &rows));
	out_list(&call->out, "drift");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_id(&call->out, "pile_id", row[0].number);
		out_text(&call->out, "pile_code", row[1].text);
		out_text(&call->out, "pile", row[2].text);
		out_flag(&call->out, "online", row[3].number != 0);
		out_text(&call->out, "name", row[4].text);
		out_text(&call->out, "wanted", row[5].text);
		out_text(&call->out, "actual", row[6].number ? row[7].text : STR_NULL);
		out_word(&call->out, "state", drift_word(row));
		out_time(&call->out, "reported", row[9].number);
		out_text(&call->out, "pushed", row[10].text);
		out_time(&call->out, "pushed_at", row[11].number);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	out_flag(&call->out, "more", rows.rows_len == DRIFT_ROWS);
	return 0;
}

static int put_piles(struct api_call *call, int64_t id)
{
	const struct list_arg args[] = {NUMBER(id), NUMBER(LIMIT_CAMPAIGN_PILES)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_SETUP_PILES, args, COUNT(args), "issi",
		LIMIT_CAMPAIGN_PILES, call->ctx->arena, &rows));
	out_list(&call->out, "members");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		out_id(&call->out, "pile_id", list_row(&rows, i)[0].number);
		out_text(&call->out, "pile_code", list_row(&rows, i)[1].text);
		out_text(&call->out, "pile", list_row(&rows, i)[2].text);
		out_flag(&call->out, "online", list_row(&rows, i)[3].number != 0);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int answer_setup(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_setups, SQL_LIST_SETUP_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_setups, row);
	TRY(put_values(call, id));
	TRY(put_piles(call, id));
	TRY(put_drift(call, id));
	return reply_json(call, status);
}

int setup_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_setup(call, id, 200) : P_NOT_FOUND;
}

static int load(struct api_call *call, struct setup *ret_setup)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_setup_get(call->ctx->db, call->ctx->arena, id, ret_setup);
	TRY(result);
	return result == 0 && ret_setup->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

static bool named_before(const struct api_setup *body, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (str_eq_nocase(
			    str_trim(body->values[i].name), str_trim(body->values[index].name)))
			return true;
	}
	return false;
}

/* All of the body before anything is stored: names once, piles of this operator. */
static int check(struct api_call *call, const struct api_setup *body, int64_t *piles)
{
	struct pile pile;

	if (str_trim(body->name).len == 0)
		call_field(call, "name", "missing");
	for (size_t i = 0; i < body->values_len; i++) {
		if (str_trim(body->values[i].name).len == 0 || named_before(body, i))
			return call_field(call, "values", "format");
		/* wanted settings are shown to everybody; a password is rotated instead */
		if (mask_is_secret(str_trim(body->values[i].name)))
			return call_field(call, "values", "fixed");
	}
	for (size_t i = 0; i < body->piles_len; i++) {
		int result = STORE_E_MISSING;

		if (str_to_i64(body->piles[i], &piles[i]))
			result = store_pile_get(call->ctx->db, call->ctx->arena, piles[i], &pile);
		TRY(result);
		if (result != 0 || pile.tenant_id != call->who.tenant_id)
			return call_field(call, "piles", "reference");
	}
	return call->fields_len ? P_FIELDS : 0;
}

/* Values and piles as the body has them. */
static int fill(
	struct api_call *call, const struct api_setup *body, const int64_t *piles, int64_t id)
{
	struct db *db = call->ctx->db;

	TRY(store_setup_values_clear(db, id));
	for (size_t i = 0; i < body->values_len; i++)
		TRY(store_setup_value_add(
			db, id, str_trim(body->values[i].name), body->values[i].value));
	if (!body->has_piles)
		return 0;
	TRY(store_setup_piles_clear(db, id));
	for (size_t i = 0; i < body->piles_len; i++)
		TRY(store_setup_pile_put(db, id, piles[i]));
	return 0;
}

int setup_add(struct api_call *call)
{
	const struct api_setup *body = call->body;
	struct setup setup = {.tenant_id = call->who.tenant_id,
		.name = str_trim(body->name),
		.created_us = call->ctx->now_us,
		.revision = 1};
	int64_t *piles = ARENA_ARRAY(call->ctx->arena, int64_t, body->piles_len + 1);
	int result = piles ? check(call, body, piles) : FAULT(FAULT_NOMEM, "piles");

	if (result != 0)
		return result;
	setup.id = CTX_ID(call->ctx);
	TRY(store_setup_add(call->ctx->db, &setup));
	TRY(fill(call, body, piles, setup.id));
	TRY(care_audit(call, "setup.add", "setup", setup.id, STR("{}")));
	return answer_setup(call, setup.id, 201);
}

int setup_change(struct api_call *call)
{
	const struct api_setup *body = call->body;
	int64_t *piles = ARENA_ARRAY(call->ctx->arena, int64_t, body->piles_len + 1);
	struct setup setup;
	int result = load(call, &setup);

	if (result != 0)
		return result;
	if (body->has_revision && body->revision != setup.revision)
		return P_CONFLICT;
	result = piles ? check(call, body, piles) : FAULT(FAULT_NOMEM, "piles");
	if (result != 0)
		return result;
	setup.name = str_trim(body->name);
	result = store_setup_put(call->ctx->db, &setup);
	TRY(result);
	if (result != 0)
		return P_CONFLICT;
	TRY(fill(call, body, piles, setup.id));
	TRY(care_audit(call, "setup.change", "setup", setup.id, STR("{}")));
	return answer_setup(call, setup.id, 200);
}

int setup_delete(struct api_call *call)
{
	struct setup setup;
	int result = load(call, &setup);

	if (result != 0)
		return result;
	TRY(store_setup_delete(call->ctx->db, setup.id));
	TRY(care_audit(call, "setup.delete", "setup", setup.id, STR("{}")));
	return reply_empty(call, 200);
}

/* Pushes what differs to every pile of it that is here; how many settings were sent, and to how
 * many piles nothing could be. */
int setup_push(struct api_call *call)
{
	struct list_rows rows;
	struct setup setup;
	int64_t sent = 0, away = 0;
	int result = load(call, &setup);
	const struct list_arg args[] = {
		NUMBER(result == 0 ? setup.id : 0), NUMBER(LIMIT_CAMPAIGN_PILES)};

	if (result != 0)
		return result;
	TRY(store_list(call->ctx->db, SQL_LIST_SETUP_PILES, args, COUNT(args), "i",
		LIMIT_CAMPAIGN_PILES, call->ctx->arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		int64_t one = 0;

		result = setups_push(call->ctx, call->who.tenant_id, list_row(&rows, i)[0].number,
			call->who.staff_id, &one);
		TRY(result);
		sent += one;
		away += result != 0;
	}
	TRY(care_audit(call, "setup.push", "setup", setup.id, STR("{}")));
	reply_begin(call);
	out_number(&call->out, "sent", sent);
	out_number(&call->out, "away", away);
	return reply_json(call, 202);
}
