/* api_stations.c - sites and piles: what they are, and who may charge at them. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/devices.h"
#include "app/enrol.h"
#include "app/tariffs.h"
#include "base/crypt.h"
#include "base/keyprint.h"
#include "domain/money.h"
#include "store/pile.h"
#include "store/site.h"
#include "store/tariff.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define PASSWORD_BYTES 15 /* 20 characters: what OCPP 1.6 security allows and nobody guesses */
#define REFUSALS_SHOWN 20
#define SUCCESS_DAYS 30
#define LATITUDE_MOST_E7 900000000 /* 90 degrees; of longitude twice as much */

static struct str subject(struct api_call *call, const char *kind, int64_t id)
{
	return str_format(call->ctx->arena, "%s:%lld", kind, (long long)id);
}

/* A tariff series of this tenant, or none at all. */
static int series_ok(struct api_call *call, int64_t series_id)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(series_id), NUMBER(1)};
	struct list_rows rows;

	if (series_id == 0)
		return 0;
	TRY(list_query(call, &list_tariffs, SQL_LIST_TARIFF_SERIES, args, 3, 1, &rows));
	return rows.rows_len ? 0 : call_field(call, "tariff_series_id", "reference");
}

/* --- sites --- */

static int load_site(struct api_call *call, int64_t id, struct site *ret_site)
{
	int result = store_site_get(call->ctx->db, call->ctx->arena, id, ret_site);

	TRY(result);
	return result == 0 && ret_site->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

static int answer_site(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_sites, SQL_LIST_SITE_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_sites, row);
	TRY(list_sites.more(call, row));
	return reply_json(call, status);
}

int site_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_site(call, id, 200) : P_NOT_FOUND;
}

/* Both or neither: half a position is none. */
static void site_place(struct api_call *call, const struct api_site *body, struct site *site)
{
	struct str latitude = str_trim(body->latitude), longitude = str_trim(body->longitude);

	if (!body->has_latitude && !body->has_longitude)
		return;
	site->has_position = latitude.len > 0 || longitude.len > 0;
	site->latitude_e7 = site->longitude_e7 = 0;
	if (!site->has_position)
		return;
	if (!str_to_fixed(latitude, 7, false, &site->latitude_e7))
		call_field(call, "latitude", latitude.len ? "format" : "missing");
	else if (site->latitude_e7 < -LATITUDE_MOST_E7 || site->latitude_e7 > LATITUDE_MOST_E7)
		call_field(call, "latitude", "bounds");
	if (!str_to_fixed(longitude, 7, false, &site->longitude_e7))
		call_field(call, "longitude", longitude.len ? "format" : "missing");
	else if (site->longitude_e7 < -2 * LATITUDE_MOST_E7 ||
		 site->longitude_e7 > 2 * LATITUDE_MOST_E7)
		call_field(call, "longitude", "bounds");
}

/* Puts what the body says into the site; every wrong field is told at once. */
static int site_apply(struct api_call *call, const struct api_site *body, struct site *site)
{
	if (body->has_name)
		site->name = str_trim(body->name);
	if (body->has_address)
		site->address = str_trim(body->address);
	if (body->has_zone)
		site->zone = body->zone;
	if (body->has_helpline)
		site->helpline = str_trim(body->helpline);
	if (body->has_timing)
		site->timing = body->timing;
	if (body->has_default_limit)
		site->default_limit_minor = body->default_limit.minor;
	if (body->has_tariff_series_id)
		site->tariff_series_id = body->tariff_series_id;
	if (body->has_reserve_min)
		site->reserve_min = body->reserve_min;
	site_place(call, body, site);
	if (site->name.len == 0)
		call_field(call, "name", "missing");
	if (!zone_exists(site->zone))
		call_field(call, "zone", "zone");
	if (currency_digits(site->currency) < 0)
		call_field(call, "currency", "currency");
	if (!str_is(site->timing, "prepay") && !str_is(site->timing, "hold"))
		call_field(call, "timing", "enum");
	TRY(series_ok(call, site->tariff_series_id));
	return call->fields_len ? P_FIELDS : 0;
}

int site_add(struct api_call *call)
{
	const struct api_site *body = call->body;
	struct site site = {
		.id = CTX_ID(call->ctx),
		.tenant_id = call->who.tenant_id,
		.address = STR(""),
		.helpline = STR(""),
		.zone = STR(""),
		.currency = body->has_currency ? body->currency : call->who.currency,
		.timing = STR("prepay"),
		.default_limit_minor = 10000,
		.created_us = call->ctx->now_us,
		.version = 1,
	};
	int result = site_apply(call, body, &site);

	if (result != 0)
		return result;
	TRY(store_site_add(call->ctx->db, &site));
	TRY(auth_audit(call->ctx, &call->who, "site.add", subject(call, "site", site.id),
		call->request->body));
	return answer_site(call, site.id, 201);
}

int site_patch(struct api_call *call)
{
	const struct api_site *body = call->body;
	struct site site;
	int64_t id;
	int result = call_id(call, 0, &id) ? load_site(call, id, &site) : P_NOT_FOUND;

	if (result != 0)
		return result;
	if (body->has_currency && !str_eq(body->currency, site.currency))
		return call_field(call, "currency", "fixed");
	if (body->has_version && body->version != site.version)
		return P_CONFLICT;
	result = site_apply(call, body, &site);
	if (result != 0)
		return result;
	result = store_site_put(call->ctx->db, &site);
	TRY(result);
	if (result > 0)
		return P_CONFLICT;
	TRY(tariffs_changed(call->ctx, call->who.tenant_id));
	TRY(auth_audit(call->ctx, &call->who, "site.change", subject(call, "site", id),
		call->request->body));
	return answer_site(call, id, 200);
}

/* --- piles --- */

/* What is typed into a charger: the address of its front door. */
static struct str pile_url(struct api_call *call, struct str code)
{
	struct str base = call->ctx->config->public_url;
	bool tls = str_starts(base, STR("https://"));

	return str_format(call->ctx->arena, "%s%.*s/ocpp/%.*s", tls ? "wss://" : "ws://",
		STR_FMT(str_slice(base, tls ? 8 : 7, base.len)), STR_FMT(code));
}

static int put_settings(struct api_call *call, int64_t pile_id)
{
	const struct list_arg arg = NUMBER(pile_id);
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_PILE_SETTINGS, &arg, 1, "ssii", 500,
		call->ctx->arena, &rows));
	out_list(&call->out, "settings");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_text(&call->out, "key", row[0].text);
		out_text(&call->out, "value", row[1].text);
		out_flag(&call->out, "readonly", row[2].number != 0);
		out_time(&call->out, "at", row[3].number);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int put_refusals(struct api_call *call, struct str code)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(INT64_MAX), NUMBER(REFUSALS_SHOWN), {0, code}};
	struct list_rows rows;

	TRY(list_query(
		call, &list_refusals, SQL_LIST_REFUSALS_PILE, args, 4, REFUSALS_SHOWN, &rows));
	out_list(&call->out, "refusals");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		list_row_write(call, &list_refusals, list_row(&rows, i));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

/* Starts of the last 30 days and how many of them came to a charge. */
static int put_success(struct api_call *call, int64_t pile_id)
{
	const struct list_arg args[] = {
		NUMBER(pile_id), NUMBER(id_first(call->ctx->now_us - SUCCESS_DAYS * US_PER_DAY))};
	struct list_rows rows;

	TRY(store_list(
		call->ctx->db, SQL_LIST_PILE_SUCCESS, args, 2, "ii", 1, call->ctx->arena, &rows));
	out_object(&call->out, "success");
	out_number(&call->out, "charged", list_row(&rows, 0)[0].number);
	out_number(&call->out, "started", list_row(&rows, 0)[1].number);
	out_number(&call->out, "days", SUCCESS_DAYS);
	out_end(&call->out);
	return 0;
}

/* Requests for a certificate that wait, with what the pile's screen shows of their keys. */
static int put_requests(struct api_call *call, int64_t pile_id)
{
	char print[KEYPRINT_LEN + 1];
	struct certificate *list;
	size_t len;

	TRY(store_certificate_requests(
		call->ctx->db, call->ctx->arena, pile_id, ENROL_REQUESTS, &list, &len));
	out_list(&call->out, "requests");
	for (size_t i = 0; i < len; i++) {
		(void)keyprint_of(list[i].key_hash, print);
		out_object(&call->out, NULL);
		out_id(&call->out, "id", list[i].id);
		out_word(&call->out, "key", print);
		out_time(&call->out, "created", list[i].created_us);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int answer_pile(struct api_call *call, int64_t id, struct str password, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_piles, SQL_LIST_PILE_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_piles, row);
	TRY(list_piles.more(call, row));
	out_text(&call->out, "url", pile_url(call, row[1].text));
	out_text(&call->out, "page",
		str_format(call->ctx->arena, "%.*s/p/%.*s", STR_FMT(call->ctx->config->public_url),
			STR_FMT(row[1].text)));
	TRY(put_settings(call, id));
	TRY(put_refusals(call, row[1].text));
	TRY(put_success(call, id));
	TRY(put_requests(call, id));
	if (password.len)
		out_text(&call->out, "password", password);
	return reply_json(call, status);
}

int pile_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_pile(call, id, STR_NULL, 200) : P_NOT_FOUND;
}

static int site_of_body(struct api_call *call, int64_t site_id)
{
	struct site site;
	int result = load_site(call, site_id, &site);

	TRY(result);
	return result > 0 ? call_field(call, "site_id", "reference") : 0;
}

/* What OCPP takes for a password, and what any pile's settings can hold. */
static bool good_password(struct str password)
{
	for (size_t i = 0; i < password.len; i++)
		if (password.ptr[i] <= ' ' || password.ptr[i] >= 127)
			return false;
	return password.len >= 16;
}

/* The chosen one, or one of our own; only its hash is kept. */
static int new_password(struct api_call *call, struct str code, struct str chosen,
	struct pile *pile, struct str *ret_password)
{
	struct ctx *ctx = call->ctx;

	if (chosen.len > 0 && !good_password(chosen))
		return call_field(call, "password", "format");
	*ret_password = chosen.len > 0 ? chosen : rng_token(ctx->rng, ctx->arena, PASSWORD_BYTES);
	pile->secret_hash =
		pile_secret_hash(ctx->arena, ctx->config->server_key, code, *ret_password);
	if (!ret_password->ptr || !pile->secret_hash.ptr)
		return FAULT(FAULT_NOMEM, "password");
	return 0;
}

int pile_add(struct api_call *call)
{
	const struct api_pile *body = call->body;
	struct pile pile = {
		.id = CTX_ID(call->ctx),
		.tenant_id = call->who.tenant_id,
		.site_id = body->site_id,
		.code = body->code,
		.name = body->has_name && str_trim(body->name).len ? str_trim(body->name)
								   : body->code,
		.state = PILE_APPROVED,
		.tariff_series_id = body->tariff_series_id,
		.created_us = call->ctx->now_us,
		.version = 1,
	};
	struct str password;
	int result;

	if (!body->has_code || !station_code_ok(body->code))
		return call_field(call, "code", body->has_code ? "code" : "missing");
	result = site_of_body(call, body->site_id);
	if (result == 0)
		result = series_ok(call, body->tariff_series_id);
	if (result != 0)
		return result;
	result = new_password(call, pile.code, body->password, &pile, &password);
	if (result != 0)
		return result;
	result = store_pile_add(call->ctx->db, &pile);
	TRY(result);
	if (result > 0)
		return P_NAME_TAKEN;
	TRY(auth_audit(call->ctx, &call->who, "pile.add", subject(call, "pile", pile.id),
		str_format(call->ctx->arena, "{\"code\":\"%.*s\"}", STR_FMT(pile.code))));
	return answer_pile(call, pile.id, password, 201);
}

int pile_patch(struct api_call *call)
{
	const struct api_pile *body = call->body;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (body->has_version && body->version != pile.version)
		return P_CONFLICT;
	if (body->has_code && !str_eq(body->code, pile.code))
		return call_field(call, "code", "fixed");
	if (body->has_name)
		pile.name = str_trim(body->name);
	if (pile.name.len == 0)
		return call_field(call, "name", "missing");
	if (body->has_site_id) {
		pile.site_id = body->site_id;
		result = site_of_body(call, pile.site_id);
	}
	if (result == 0 && body->has_tariff_series_id) {
		pile.tariff_series_id = body->tariff_series_id;
		result = series_ok(call, pile.tariff_series_id);
	}
	if (result != 0)
		return result;
	TRY(store_pile_put(call->ctx->db, &pile));
	TRY(tariffs_changed(call->ctx, call->who.tenant_id));
	TRY(auth_audit(call->ctx, &call->who, "pile.change", subject(call, "pile", pile.id),
		call->request->body));
	return answer_pile(call, pile.id, STR_NULL, 200);
}

int pile_approve(struct api_call *call)
{
	const struct api_approve *body = call->body;
	int64_t request_id;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (pile.state != PILE_PENDING && pile.state != PILE_REJECTED)
		return P_STATE;
	result = enrol_match(
		call->ctx, pile.id, body->has_key ? str_trim(body->key) : STR(""), &request_id);
	TRY(result);
	if (result > 0)
		return call_field(call, "key", result == ENROL_E_MISSING ? "missing" : "key");
	if (body->site_id || pile.site_id == 0) {
		result = site_of_body(call, body->site_id);
		if (result != 0)
			return result;
	}
	if (body->has_name && str_trim(body->name).len) {
		pile.name = str_trim(body->name);
		TRY(store_pile_put(call->ctx->db, &pile));
	}
	result = devices_approve(
		call->ctx, call->who.tenant_id, pile.id, body->site_id, call->who.staff_id);
	TRY(result);
	if (result > 0)
		return P_STATE;
	TRY(enrol_approved(call->ctx, &pile, request_id));
	TRY(auth_audit(
		call->ctx, &call->who, "pile.approve", subject(call, "pile", pile.id), STR("{}")));
	return answer_pile(call, pile.id, STR_NULL, 200);
}

int pile_hold(struct api_call *call)
{
	const struct api_hold *body = call->body;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (pile.state != PILE_APPROVED && pile.state != PILE_PENDING)
		return P_STATE;
	result = devices_hold(call->ctx, call->who.tenant_id, pile.id,
		body->has_refuse && body->refuse, call->who.staff_id);
	TRY(result);
	if (result != 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_STATE;
	TRY(auth_audit(
		call->ctx, &call->who, "pile.hold", subject(call, "pile", pile.id), STR("{}")));
	return answer_pile(call, pile.id, STR_NULL, 200);
}

int pile_reject(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = devices_reject(call->ctx, call->who.tenant_id, pile.id, call->who.staff_id);
	TRY(result);
	if (result > 0)
		return P_STATE;
	TRY(auth_audit(
		call->ctx, &call->who, "pile.reject", subject(call, "pile", pile.id), STR("{}")));
	return answer_pile(call, pile.id, STR_NULL, 200);
}

/* A fresh password, shown this once. The pile stays connected until it is told the new one. */
int pile_password(struct api_call *call)
{
	const struct api_password *body = call->body;
	struct pile pile;
	struct str password;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = new_password(call, pile.code, body->password, &pile, &password);
	if (result != 0)
		return result;
	TRY(store_pile_put(call->ctx->db, &pile));
	TRY(auth_audit(
		call->ctx, &call->who, "pile.password", subject(call, "pile", pile.id), STR("{}")));
	return answer_pile(call, pile.id, password, 200);
}
