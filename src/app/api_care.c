/* api_care.c - lists of cards, reservations and logs of piles on the outside face. */
#include "app/api_care.h"
#include "app/locallists.h"
#include "app/reservations.h"
#include "app/uploads.h"
#include "store/firmware.h"
#include "store/pile.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

FIELD_ROWS(api_local_list, API_LOCAL_LIST_FIELDS)
FIELD_ROWS(api_reserve, API_RESERVE_FIELDS)
FIELD_ROWS(api_log, API_LOG_FIELDS)
FIELD_ROWS(api_firmware, API_FIRMWARE_FIELDS)
FIELD_ROWS(api_campaign, API_CAMPAIGN_FIELDS)
FIELD_ROWS(api_wanted, API_WANTED_FIELDS)
FIELD_ROWS(api_setup, API_SETUP_FIELDS)

int care_audit(
	struct api_call *call, const char *action, const char *kind, int64_t id, struct str detail)
{
	return auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "%s:%lld", kind, (long long)id), detail);
}

int care_answer(
	struct api_call *call, const struct api_list *list, enum sql_id sql, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, list, sql, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, list, row);
	return reply_json(call, status);
}

static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

/* --- lists of cards --- */

static const struct api_column local_list_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"wanted", SHOW_FLAG, NULL},
	{"state", SHOW_TEXT, NULL},
	{"version", SHOW_NUMBER, NULL},
	{"cards", SHOW_NUMBER, NULL},
	{"left_out", SHOW_NUMBER, NULL},
	{"failures", SHOW_NUMBER, NULL},
	{"error", SHOW_TEXT, NULL},
	{"synced", SHOW_TIME, NULL},
	{"behind", SHOW_NUMBER, NULL},
};

static int local_lists_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(call, &list_local_lists, SQL_LIST_LOCAL_LISTS, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_local_lists = {"local-lists", local_list_columns,
	COUNT(local_list_columns), -1, -1, false, local_lists_read, NULL};

/* A pile that was never wanted to have a list is told as one that has none. */
int local_list_get(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = care_answer(call, &list_local_lists, SQL_LIST_LOCAL_LIST_ONE, pile.id, 200);
	if (result != P_NOT_FOUND)
		return result;
	reply_begin(call);
	out_id(&call->out, "id", pile.id);
	out_text(&call->out, "pile_code", pile.code);
	out_text(&call->out, "pile", pile.name);
	out_flag(&call->out, "online", pile.online);
	out_flag(&call->out, "wanted", false);
	out_word(&call->out, "state", "none");
	out_number(&call->out, "version", 0);
	out_number(&call->out, "cards", 0);
	out_number(&call->out, "left_out", 0);
	out_number(&call->out, "failures", 0);
	out_word(&call->out, "error", "");
	out_null(&call->out, "synced");
	out_number(&call->out, "behind", 0);
	return reply_json(call, 200);
}

int local_list_put(struct api_call *call)
{
	const struct api_local_list *body = call->body;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = locallists_want(call->ctx, call->who.tenant_id, id, body->wanted);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	TRY(care_audit(call, "pile.local_list", "pile", id, call->request->body));
	return care_answer(call, &list_local_lists, SQL_LIST_LOCAL_LIST_ONE, id, 200);
}

int local_list_renew(struct api_call *call)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = locallists_renew(call->ctx, call->who.tenant_id, id);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	TRY(care_audit(call, "pile.local_list_renew", "pile", id, STR("{}")));
	return care_answer(call, &list_local_lists, SQL_LIST_LOCAL_LIST_ONE, id, 202);
}

/* --- reservations --- */

static const char *word_reservation(int64_t value)
{
	return value >= RESERVATION_ASKED && value <= RESERVATION_REFUSED
		       ? reservation_state_name((enum reservation_state)value)
		       : "";
}

static const struct api_column reservation_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"connector", SHOW_NUMBER, NULL},
	{"state", SHOW_WORD, word_reservation},
	{"reason", SHOW_TEXT, NULL},
	{"id_tag", SHOW_TEXT, NULL},
	{"member_id", SHOW_ID, NULL},
	{"member", SHOW_TEXT, NULL},
	{"staff_id", SHOW_ID, NULL},
	{"staff", SHOW_TEXT, NULL},
	{"order_id", SHOW_ID, NULL},
	{"created", SHOW_TIME, NULL},
	{"until", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
	{"number", SHOW_NUMBER, NULL},
};

static int reservations_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(call_query_id(call, "pile")),
		NUMBER(str_is(call_query(call, "state"), "open"))};

	return list_query(call, &list_reservations, SQL_LIST_RESERVATIONS, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_reservations = {"reservations", reservation_columns,
	COUNT(reservation_columns), -1, -1, false, reservations_read, NULL};

static int problem_of_reservation(struct api_call *call, int outcome)
{
	switch (outcome) {
	case RESERVATIONS_E_OFFLINE:
		return P_PILE_OFFLINE;
	case RESERVATIONS_E_CONNECTOR:
		return P_CONNECTOR;
	case RESERVATIONS_E_TAKEN:
	case RESERVATIONS_E_MANY:
	case RESERVATIONS_E_RATE:
		return P_BUSY;
	case RESERVATIONS_E_TIME:
		return call_field(call, "minutes", "bounds");
	case RESERVATIONS_E_TAG:
		return call_field(call, "id_tag", "reference");
	case RESERVATIONS_E_STATE:
		return P_STATE;
	default:
		return P_NOT_FOUND;
	}
}

int reservation_add(struct api_call *call)
{
	const struct api_reserve *body = call->body;
	struct reservation_wish wish = {.tenant_id = call->who.tenant_id,
		.connector_no = body->has_connector ? body->connector : 1,
		.id_tag = body->has_id_tag ? str_trim(body->id_tag) : STR_NULL,
		.until_us = call->ctx->now_us + body->minutes * US_PER_MIN,
		.user_id = call->who.staff_id};
	struct reservation reservation;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	wish.pile_id = pile.id;
	result = reservations_open(call->ctx, &wish, &reservation);
	TRY(result);
	if (result != 0)
		return problem_of_reservation(call, result);
	TRY(care_audit(call, "reservation.add", "reservation", reservation.id, STR("{}")));
	return care_answer(call, &list_reservations, SQL_LIST_RESERVATION_ONE, reservation.id, 201);
}

int reservation_cancel(struct api_call *call)
{
	struct reservation reservation;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = reservations_cancel(call->ctx, call->who.tenant_id, id, STR_NULL, &reservation);
	TRY(result);
	if (result != 0)
		return problem_of_reservation(call, result);
	TRY(care_audit(call, "reservation.cancel", "reservation", id, STR("{}")));
	return care_answer(call, &list_reservations, SQL_LIST_RESERVATION_ONE, id, 200);
}

/* --- logs --- */

static const struct api_column upload_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"state", SHOW_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"file_name", SHOW_TEXT, NULL},
	{"bytes", SHOW_NUMBER, NULL},
	{"created", SHOW_TIME, NULL},
	{"until", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
	{"staff", SHOW_TEXT, NULL},
};

static int uploads_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(call_query_id(call, "pile"))};

	return list_query(
		call, &list_uploads, SQL_LIST_UPLOADS, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_uploads = {
	"logs", upload_columns, COUNT(upload_columns), -1, -1, false, uploads_read, NULL};

int log_ask(struct api_call *call)
{
	const struct api_log *body = call->body;
	struct upload_wish wish = {.tenant_id = call->who.tenant_id,
		.user_id = call->who.staff_id,
		.security = body->has_security && body->security,
		.from_us = body->has_from ? body->from_us : 0,
		.until_us = body->has_to ? body->to_us : 0};
	struct upload upload;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	wish.pile_id = pile.id;
	result = uploads_ask(call->ctx, &wish, &upload);
	TRY(result);
	if (result != 0)
		return result == UPLOADS_E_FULL ? P_QUEUE_FULL : P_STATE;
	TRY(care_audit(call, "pile.log", "pile", pile.id, STR("{}")));
	return care_answer(call, &list_uploads, SQL_LIST_UPLOAD_ONE, upload.id, 202);
}

int log_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id)
		       ? care_answer(call, &list_uploads, SQL_LIST_UPLOAD_ONE, id, 200)
		       : P_NOT_FOUND;
}

/* A file's name as a header may carry it. */
static struct str safe_name(struct api_call *call, struct str name, const char *otherwise)
{
	char *copy;

	if (name.len == 0 || name.len > 100)
		return str_from(otherwise);
	copy = arena_copy(call->ctx->arena, name.ptr, name.len);
	if (!copy)
		return str_from(otherwise);
	for (size_t i = 0; i < name.len; i++) {
		char c = copy[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_' || c == '.'))
			copy[i] = '_';
	}
	return (struct str){copy, name.len};
}

/* What the pile sent: never shown by a browser, always kept as a file. */
int log_file(struct api_call *call)
{
	struct upload upload;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_upload_get(call->ctx->db, call->ctx->arena, id, &upload);
	TRY(result);
	if (result != 0 || upload.tenant_id != call->who.tenant_id ||
		!str_is(upload.state, "received"))
		return P_NOT_FOUND;
	reply_header(call, "Content-Disposition: attachment; filename=\"%.*s\"",
		STR_FMT(safe_name(call, upload.file_name, "log")));
	call->response->status = 200;
	call->response->content_type = STR("application/octet-stream");
	call->response->file = upload.token;
	return 0;
}

/* Firmware for whoever knows its address: piles sign in nowhere else. */
int firmware_file(struct api_call *call)
{
	struct firmware firmware;
	int result = store_firmware_by_token(
		call->ctx->db, call->ctx->arena, call->params[0], &firmware);

	TRY(result);
	if (result != 0 || !str_is(firmware.state, "ready"))
		return P_NOT_FOUND;
	call->response->status = 200;
	call->response->content_type = STR("application/octet-stream");
	call->response->file = firmware.token;
	return 0;
}
