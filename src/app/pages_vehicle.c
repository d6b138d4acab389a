/* pages_vehicle.c - cars as keys behind a wallet's link: what its driver is asked, may cap, stand
 * by or forget. Of an address only the end is shown: the link may be seen by others. */
#include "app/pages_vehicle.h"

#include "app/api_lists.h"
#include "app/api_vehicles.h"
#include "app/pages.h"
#include "app/vehicles.h"
#include "domain/money.h"
#include "store/dashboard.h"
#include "store/ledger.h"
#include "store/member.h"

#define TAIL 4 /* characters of an address that are shown */
#define WALLET_TOKEN_MAX 64
#define AMOUNT_TEXT_MAX 14

/* A cap as its field shows it, without the currency; empty: none. */
static struct str cap_text(struct arena *arena, int64_t minor, struct str currency)
{
	struct buf text;

	if (minor == 0)
		return STR("");
	buf_init(&text, arena, 24);
	buf_put_fixed(&text, minor, currency_digits(currency));
	return buf_str(&text);
}

enum {
	CAR_ID,
	CAR_VID,
	CAR_STATE,
	CAR_MEMBER,
	CAR_MEMBER_NAME,
	CAR_CHARGE,
	CAR_DAY,
	CAR_CURRENCY,
	CAR_KIND,
	CAR_SECOND,
	CAR_LEARNED,
	CAR_ALARM,
	CAR_SEEN,
	CAR_PILE_ID,
	CAR_PILE
};

static void put_car(
	struct api_call *call, struct html_value *car, const struct list_cell *row, struct str zone)
{
	struct arena *arena = call->ctx->arena;
	struct str vid = row[CAR_VID].text;
	enum vid_state state = (enum vid_state)row[CAR_STATE].number;

	html_set_str(car, "id", str_format(arena, "%lld", (long long)row[CAR_ID].number));
	html_set_str(car, "tail", str_slice(vid, vid.len - TAIL, vid.len));
	html_set_str(car, "state", pages_text(call, "page.car_", vid_state_name(state), ""));
	html_set_str(car, "seen",
		row[CAR_SEEN].number ? format_date(arena, call->lang, zone, row[CAR_SEEN].number)
				     : STR(""));
	html_set_str(car, "pile", row[CAR_PILE].text);
	html_set_bool(car, "asks", state == VID_SUSPENDED);
	html_set_bool(car, "active", state == VID_ACTIVE);
	html_set_bool(car, "blocked", state == VID_BLOCKED);
	html_set_bool(car, "alarm", row[CAR_ALARM].number != 0);
	html_set_str(
		car, "charge", cap_text(arena, row[CAR_CHARGE].number, row[CAR_CURRENCY].text));
	html_set_str(car, "day", cap_text(arena, row[CAR_DAY].number, row[CAR_CURRENCY].text));
	html_set_str(car, "currency", row[CAR_CURRENCY].text);
}

int pages_vehicles(
	struct api_call *call, struct html_value *view, int64_t tenant_id, int64_t member_id)
{
	const struct list_arg args[] = {{tenant_id, STR_NULL}, {INT64_MAX, STR_NULL},
		{VEHICLES_OF_MEMBER, STR_NULL}, {member_id, STR_NULL}};
	struct ctx *ctx = call->ctx;
	struct html_value *cars, *list;
	struct vid_policy policy;
	struct list_rows rows;
	struct str zone;

	TRY(store_vehicle_policy(ctx->db, tenant_id, &policy));
	TRY(list_query(call, &list_vehicles, SQL_LIST_VEHICLES_MEMBER, args,
		sizeof(args) / sizeof(args[0]), VEHICLES_OF_MEMBER, &rows));
	if (rows.rows_len == 0 && policy.mode == VID_OFF)
		return 0;
	TRY(store_dashboard_zone(ctx->db, tenant_id, ctx->arena, &zone));
	cars = html_set_object(view, "cars");
	html_set_str(cars, "action",
		str_format(ctx->arena, "/w/%.*s/vehicle", STR_FMT(call->params[0])));
	html_set_bool(cars, "open", policy.mode != VID_OFF);
	list = html_set_list(cars, "list");
	for (size_t i = 0; i < rows.rows_len; i++)
		put_car(call, html_add(list), list_row(&rows, i), zone);
	return 0;
}

/* --- what its driver wants --- */

static struct str form(const struct api_call *call, const char *name)
{
	return str_trim(http_param(call->ctx->arena, call->request->body, name));
}

/* An amount as people write it, with a point or a comma; empty is none. False when it is none. */
static bool form_amount(
	const struct api_call *call, const char *name, struct str currency, int64_t *ret_minor)
{
	struct str text = form(call, name);
	char room[AMOUNT_TEXT_MAX];

	*ret_minor = 0;
	if (text.len == 0)
		return true;
	if (text.len > sizeof(room))
		return false;
	for (size_t i = 0; i < text.len; i++)
		room[i] = text.ptr[i] == ',' ? '.' : text.ptr[i];
	return str_to_fixed(
		       (struct str){room, text.len}, currency_digits(currency), false, ret_minor) &&
	       *ret_minor >= 0;
}

static int agree(struct api_call *call, const struct member *member, int64_t id)
{
	struct account account;
	int64_t charge, day;

	TRY(store_ledger_account_get(
		call->ctx->db, call->ctx->arena, member->account_id, &account));
	if (!form_amount(call, "charge", account.currency, &charge) ||
		!form_amount(call, "day", account.currency, &day))
		return VEHICLES_E_AMOUNT;
	return vehicles_agree(call->ctx, member->id, id, charge, day);
}

/* A driver types an address: it is shown again, and agreed to, like one that was seen. */
static int type_in(struct api_call *call, const struct member *member)
{
	struct vid_policy policy;
	int64_t id;
	int result;

	TRY(store_vehicle_policy(call->ctx->db, member->tenant_id, &policy));
	if (policy.mode == VID_OFF)
		return VEHICLES_E_STATE;
	result = vehicles_add(call->ctx, member->tenant_id, member->id, form(call, "mac"), &id);
	return result;
}

static int carry_out(struct api_call *call, const struct member *member, const char **ret_notice)
{
	struct str what = form(call, "do");
	int64_t id = 0;

	(void)str_to_i64(form(call, "car"), &id);
	if (str_is(what, "agree")) {
		*ret_notice = "car_agreed";
		return agree(call, member, id);
	}
	if (str_is(what, "add")) {
		*ret_notice = "car_added";
		return type_in(call, member);
	}
	if (str_is(what, "present")) {
		*ret_notice = "car_present";
		return vehicles_present(call->ctx, member->id, id);
	}
	*ret_notice = "car_removed";
	return str_is(what, "remove") ? vehicles_remove(call->ctx, member->id, id)
				      : VEHICLES_E_NONE;
}

int page_wallet_vehicle(struct api_call *call)
{
	const char *notice;
	struct member member;
	int result;

	if (call->params[0].len > WALLET_TOKEN_MAX)
		return P_NOT_FOUND;
	result = store_member_by_wallet(call->ctx->db, call->ctx->arena, call->params[0], &member);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	result = carry_out(call, &member, &notice);
	TRY(result);
	if (result == VEHICLES_E_NONE)
		return P_NOT_FOUND;
	if (result != 0)
		notice = result == VEHICLES_E_AMOUNT   ? "car_amount"
			 : result == VEHICLES_E_TAKEN  ? "car_taken"
			 : result == VEHICLES_E_FORMAT ? "car_format"
						       : "car_state";
	return reply_redirect(call, str_format(call->ctx->arena, "/w/%.*s?notice=%s",
					    STR_FMT(call->params[0]), notice));
}
