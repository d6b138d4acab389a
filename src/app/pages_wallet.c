/* pages_wallet.c - balances behind unguessable links: a member's wallet with its cards, and a
 * commercial card with money of its own. Both show what is there, what was spent, what is open, and
 * take a top-up. */
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/charging.h"
#include "app/pages.h"
#include "app/pages_vehicle.h"
#include "app/payments.h"
#include "domain/ledger.h"
#include "domain/money.h"
#include "store/dashboard.h"
#include "store/ledger.h"
#include "store/member.h"
#include "store/order.h"

#define WALLET_MOVES 50
#define WALLET_TOKEN_MAX 64
#define WALLET_OPEN 20 /* unpaid orders shown at once */

static const int64_t amounts[] = {5000, 10000, 20000};

/* What such a page is about. */
struct purse {
	int64_t tenant_id, member_id, account_id;
	bool is_card;
	struct token card; /* is_card */
	struct str name, path;
};

static int find_member(struct api_call *call, struct member *ret_member)
{
	int result;

	if (call->params[0].len > WALLET_TOKEN_MAX)
		return P_NOT_FOUND;
	result = store_member_by_wallet(
		call->ctx->db, call->ctx->arena, call->params[0], ret_member);
	TRY(result);
	return result == 0 ? 0 : P_NOT_FOUND;
}

static int find_wallet(struct api_call *call, struct purse *ret_purse)
{
	struct member member;
	int result = find_member(call, &member);

	if (result != 0)
		return result;
	*ret_purse = (struct purse){.tenant_id = member.tenant_id,
		.member_id = member.id,
		.account_id = member.account_id,
		.name = member.name,
		.path = str_format(call->ctx->arena, "/w/%.*s", STR_FMT(call->params[0]))};
	return 0;
}

static int find_card(struct api_call *call, struct purse *ret_purse)
{
	struct purse purse = {.is_card = true,
		.path = str_format(call->ctx->arena, "/k/%.*s", STR_FMT(call->params[0]))};
	int result;

	if (call->params[0].len > WALLET_TOKEN_MAX)
		return P_NOT_FOUND;
	result = store_member_tag_by_link(
		call->ctx->db, call->ctx->arena, call->params[0], &purse.card);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	purse.tenant_id = purse.card.tenant_id;
	purse.member_id = purse.card.member_id;
	purse.account_id = purse.card.account_id;
	purse.name = purse.card.id_tag;
	*ret_purse = purse;
	return 0;
}

/* The cards of a member; a commercial one with what is on it, and its page. */
static int put_cards(struct api_call *call, struct html_value *view, const struct purse *purse)
{
	const struct list_arg args[] = {{purse->tenant_id, STR_NULL}, {purse->member_id, STR_NULL},
		{LIMIT_LIST_PAGE, STR_NULL}};
	struct html_value *list = html_set_list(html_set_object(view, "own"), "cards");
	struct arena *arena = call->ctx->arena;
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_TAGS_MEMBER, args, 3, "isssiisiisiiis",
		LIMIT_LIST_PAGE, arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);
		struct html_value *card = html_add(list);
		struct str link = row[13].text;

		html_set_str(card, "tag", row[1].text);
		html_set_bool(card, "blocked", str_is(row[2].text, "blocked"));
		html_set_str(card, "href",
			link.len ? str_format(arena, "/k/%.*s", STR_FMT(link)) : STR(""));
		html_set_str(card, "money",
			link.len ? format_money(arena, call->lang, row[11].number, row[9].text)
				 : STR(""));
	}
	return 0;
}

/* What a move was for, in a word of the catalogue: wallet.<word>. */
static const char *move_word(int64_t kind, int64_t code, bool debit)
{
	if (kind == TRANSFER_PENDING)
		return "hold";
	if (kind == TRANSFER_VOID || kind == TRANSFER_EXPIRE)
		return "release";
	switch ((enum transfer_code)code) {
	case TRANSFER_TOPUP:
		return "topup";
	case TRANSFER_REFUND:
		return debit ? "charge" : "refund";
	case TRANSFER_FEED_IN:
		return "feed_in";
	case TRANSFER_CORRECTION:
		return "correction";
	default:
		return debit ? "charge" : "bonus";
	}
}

/* Moves newest first; a hold that was resolved is told by what resolved it. */
static int put_history(struct api_call *call, struct html_value *view, const struct purse *purse)
{
	int64_t account_id = purse->account_id;
	const struct list_arg args[] = {
		{account_id, STR_NULL}, {INT64_MAX, STR_NULL}, {2 * WALLET_MOVES, STR_NULL}};
	struct html_value *history = html_set_list(view, "history");
	struct arena *arena = call->ctx->arena;
	struct list_rows rows;
	struct str zone;
	size_t shown = 0;

	TRY(store_dashboard_zone(call->ctx->db, purse->tenant_id, arena, &zone));
	TRY(store_list(call->ctx->db, SQL_READ_WALLET_MOVES, args, 3, "iiiiisisi", 2 * WALLET_MOVES,
		arena, &rows));
	for (size_t i = 0; i < rows.rows_len && shown < WALLET_MOVES; i++) {
		const struct list_cell *row = list_row(&rows, i);
		bool debit = row[3].number == account_id;
		int64_t signed_minor = debit ? -row[4].number : row[4].number;
		struct html_value *item;

		if (row[1].number == TRANSFER_PENDING && row[8].number != 0)
			continue;
		if (row[1].number == TRANSFER_VOID || row[1].number == TRANSFER_EXPIRE)
			continue; /* reserved and released again: nothing moved */
		item = html_add(history);
		html_set_str(item, "at", format_date(arena, call->lang, zone, row[6].number));
		html_set_str(item, "text",
			pages_text(call, "wallet.", move_word(row[1].number, row[2].number, debit),
				""));
		html_set_str(
			item, "amount", format_money(arena, call->lang, signed_minor, row[5].text));
		html_set_str(item, "sign", debit ? STR("minus") : STR("plus"));
		html_set_str(item, "link",
			row[7].text.len ? str_format(arena, "/o/%.*s", STR_FMT(row[7].text))
					: STR(""));
		shown++;
	}
	return 0;
}

static void put_topup(struct api_call *call, struct html_value *view, const struct purse *purse,
	struct str currency)
{
	struct html_value *topup, *list;
	struct arena *arena = call->ctx->arena;

	if (call->ctx->config->channels_len == 0)
		return;
	topup = html_set_object(view, "topup");
	html_set_str(topup, "action", str_format(arena, "%.*s/topup", STR_FMT(purse->path)));
	html_set_str(topup, "channel", call->ctx->config->channels[0]);
	list = html_set_list(topup, "amounts");
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		struct html_value *item = html_add(list);

		html_set_int(item, "minor", amounts[i]);
		html_set_str(item, "text", format_money(arena, call->lang, amounts[i], currency));
		html_set_bool(item, "checked", i == 1);
	}
}

/* Orders that wait for money, oldest first: paid from here when there is enough, else on their own
 * page. */
static int put_open(struct api_call *call, struct html_value *view, const struct purse *purse,
	int64_t available_minor)
{
	const struct list_arg of_member[] = {{purse->member_id, STR_NULL}, {WALLET_OPEN, STR_NULL}};
	const struct list_arg of_card[] = {
		{purse->tenant_id, STR_NULL}, {0, purse->card.id_tag}, {WALLET_OPEN, STR_NULL}};
	struct html_value *list = html_set_list(view, "open");
	struct arena *arena = call->ctx->arena;
	struct list_rows rows;

	TRY(store_list(call->ctx->db,
		purse->is_card ? SQL_READ_CARD_UNPAID : SQL_READ_WALLET_UNPAID,
		purse->is_card ? of_card : of_member, purse->is_card ? 3 : 2, "sisssi", WALLET_OPEN,
		arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);
		struct html_value *item = html_add(list);

		html_set_str(item, "token", row[0].text);
		html_set_str(item, "amount",
			format_money(arena, call->lang, row[1].number, row[2].text));
		html_set_str(item, "pile", row[3].text);
		html_set_str(
			item, "at", format_date(arena, call->lang, row[4].text, row[5].number));
		html_set_str(item, "href", str_format(arena, "/o/%.*s", STR_FMT(row[0].text)));
		html_set_str(item, "action",
			row[1].number <= available_minor
				? str_format(arena, "%.*s/pay", STR_FMT(purse->path))
				: STR(""));
	}
	return 0;
}

static int render(struct api_call *call, const struct purse *purse, const char *notice, int status)
{
	struct arena *arena = call->ctx->arena;
	struct html_value *view = pages_view(call);
	struct account account;
	int result = store_ledger_account_get(call->ctx->db, arena, purse->account_id, &account);

	TRY(result);
	if (result > 0 || !view)
		return FAULT(FAULT_CORRUPT, "%.*s has no account", STR_FMT(purse->path));
	html_set_str(view, "title",
		pages_text(call, "page.", purse->is_card ? "commercial_card" : "wallet", ""));
	html_set_str(html_set_object(view, "member"), "name", purse->name);
	html_set_bool(view, "blocked",
		purse->is_card && token_check(&purse->card, call->ctx->now_us) != 0);
	html_set_str(view, "balance",
		format_money(arena, call->lang, account_balance(&account), account.currency));
	html_set_str(view, "available",
		format_money(arena, call->lang, account_available(&account), account.currency));
	html_set_str(view, "held",
		account.debits_pending
			? format_money(arena, call->lang, account.debits_pending, account.currency)
			: STR(""));
	TRY(put_open(call, view, purse, account_available(&account)));
	put_topup(call, view, purse, account.currency);
	if (!purse->is_card) {
		TRY(put_cards(call, view, purse));
		TRY(pages_vehicles(call, view, purse->tenant_id, purse->member_id));
	}
	TRY(put_history(call, view, purse));
	if (notice)
		html_set_str(view, "notice", pages_text(call, "", notice, ""));
	return pages_render(call, status, "wallet", view);
}

/* Where a top-up that was just begun here is paid; empty while the channel has not said. */
static int find_topup(struct api_call *call, const struct purse *purse, struct str *ret_url)
{
	const struct list_arg args[] = {{call_query_id(call, "payment"), STR_NULL},
		{purse->member_id, STR_NULL}, {purse->card.id, STR_NULL}};
	struct list_rows rows;

	TRY(store_list(
		call->ctx->db, SQL_READ_TOPUP_WAITING, args, 3, "s", 1, call->ctx->arena, &rows));
	*ret_url = rows.rows_len ? list_row(&rows, 0)->text : STR("");
	return 0;
}

/* The catalogue's key of what is told after a form; NULL for any other word. */
static const char *notice_key(struct str word)
{
	static const char *const keys[] = {"wallet.notice.paid", "wallet.notice.settled",
		"wallet.notice.car_agreed", "wallet.notice.car_present",
		"wallet.notice.car_removed", "wallet.notice.car_amount", "wallet.notice.car_state",
		"wallet.notice.car_added", "wallet.notice.car_taken", "wallet.notice.car_format"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_is(word, keys[i] + sizeof("wallet.notice.") - 1))
			return keys[i];
	return NULL;
}

static int show(struct api_call *call, const struct purse *purse)
{
	struct str notice = call_query(call, "notice"), url;

	if (str_is(notice,
		    "wait")) { /* just asked to top up: on to the cashier as soon as it is known */
		TRY(find_topup(call, purse, &url));
		if (url.len)
			return reply_redirect(call, url);
		reply_header(call, "Refresh: 1");
		return render(call, purse, "wallet.notice.wait", 200);
	}
	return render(call, purse, notice_key(notice), 200);
}

int page_wallet(struct api_call *call)
{
	struct purse purse;
	int result = find_wallet(call, &purse);

	return result != 0 ? result : show(call, &purse);
}

int page_card(struct api_call *call)
{
	struct purse purse;
	int result = find_card(call, &purse);

	return result != 0 ? result : show(call, &purse);
}

static int settled(struct api_call *call, const struct purse *purse)
{
	return reply_redirect(
		call, str_format(call->ctx->arena, "%.*s?notice=settled", STR_FMT(purse->path)));
}

/* An open order is paid from the wallet: whole or not at all. */
int page_wallet_pay(struct api_call *call)
{
	struct str token = http_param(call->ctx->arena, call->request->body, "order");
	struct purse purse;
	struct order order;
	int result = find_wallet(call, &purse);

	if (result != 0)
		return result;
	result = token.len <= WALLET_TOKEN_MAX
			 ? store_order_by_token(call->ctx->db, call->ctx->arena, token, &order)
			 : P_NOT_FOUND;
	TRY(result);
	if (result > 0)
		return P_NOT_FOUND;
	result = charging_pay_wallet(call->ctx, order.id, purse.member_id, &order);
	TRY(result);
	if (result == CHARGING_E_FOREIGN)
		return P_NOT_FOUND;
	if (result > 0)
		return render(call, &purse,
			result == CHARGING_E_FUNDS ? "problem.funds" : "problem.state", 409);
	return settled(call, &purse);
}

/* What a card has not paid is deducted as when it is swiped: oldest first, each order whole. */
int page_card_pay(struct api_call *call)
{
	struct purse purse;
	int64_t left;
	int result = find_card(call, &purse);

	if (result != 0)
		return result;
	TRY(charging_deduct_card(call->ctx, &purse.card));
	TRY(store_order_card_unpaid(call->ctx->db, purse.tenant_id, purse.card.id_tag, &left));
	return left ? render(call, &purse, "problem.funds", 409) : settled(call, &purse);
}

static int topup(struct api_call *call, const struct purse *purse)
{
	struct str amount = http_param(call->ctx->arena, call->request->body, "amount");
	struct str channel = http_param(call->ctx->arena, call->request->body, "channel");
	struct payment payment;
	int64_t minor = 0;
	int result;

	if (!str_to_i64(amount, &minor) || minor < 100 || minor > 10000000)
		return render(call, purse, "problem.amount", 422);
	if (channel.len == 0 && call->ctx->config->channels_len)
		channel = call->ctx->config->channels[0];
	result = purse->is_card
			 ? payments_topup_card(call->ctx, &purse->card, channel, minor, &payment)
			 : payments_topup(call->ctx, purse->tenant_id, purse->member_id, channel,
				   minor, &payment);
	TRY(result);
	if (result > 0)
		return render(call, purse,
			result == PAYMENTS_E_AMOUNT ? "problem.amount" : "problem.channel", 409);
	return reply_redirect(call, str_format(call->ctx->arena, "%.*s?notice=wait&payment=%lld",
					    STR_FMT(purse->path), (long long)payment.id));
}

int page_wallet_topup(struct api_call *call)
{
	struct purse purse;
	int result = find_wallet(call, &purse);

	return result != 0 ? result : topup(call, &purse);
}

int page_card_topup(struct api_call *call)
{
	struct purse purse;
	int result = find_card(call, &purse);

	return result != 0 ? result : topup(call, &purse);
}
