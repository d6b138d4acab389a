/* api_trust.c - what this server shows of itself and whom it believes, how each of its piles proves
 * who it is, and what piles said about their own safety, at the operators' desk. */
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/trust.h"
#include "base/fault.h"
#include "store/outside.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define TEXT(value) ((struct list_arg){0, (value)})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the server itself --- */

static void put_certificate(struct out *out, const struct trust_certificate *one)
{
	const struct x509_facts *facts = &one->facts;

	out_object(out, NULL);
	out_word(out, "role", trust_word(one->role));
	out_text(out, "name", facts->subject.common_name);
	out_text(out, "organisation", facts->subject.organisation);
	out_text(out, "issuer", facts->issuer.common_name);
	out_text(out, "key", facts->key);
	out_text(out, "serial", facts->serial);
	out_text(out, "fingerprint", facts->fingerprint);
	out_flag(out, "authority", facts->authority);
	out_flag(out, "self_signed", facts->self_signed);
	out_time(out, "from", facts->from_us);
	out_time(out, "until", facts->until_us);
	out_end(out);
}

static void put_lists(struct out *out, const struct trust_lists *lists)
{
	out_list(out, "lists");
	for (size_t i = 0; i < lists->len; i++) {
		out_object(out, NULL);
		out_text(out, "issuer", lists->lists[i].issuer.common_name);
		out_time(out, "from", lists->lists[i].from_us);
		out_time(out, "until", lists->lists[i].until_us);
		out_number(out, "revoked", (int64_t)lists->lists[i].revoked);
		out_end(out);
	}
	out_list_end(out);
}

/* Fetched from where questions named: when it was read, and what the last look brought. */
static int put_fetched(struct api_call *call)
{
	struct fetched_list *lists =
		ARENA_ARRAY(call->ctx->arena, struct fetched_list, STORE_LISTS_MOST);
	struct out *out = &call->out;
	size_t len;

	if (!lists)
		return FAULT(FAULT_NOMEM, "lists");
	TRY(store_list_recent(call->ctx->db, call->ctx->arena, lists, &len));
	out_list(out, "fetched");
	for (size_t i = 0; i < len; i++) {
		out_object(out, NULL);
		out_text(out, "url", lists[i].url);
		out_text(out, "state", lists[i].state);
		out_text(out, "issuer", lists[i].issuer);
		out_number(out, "revoked", lists[i].revoked);
		out_time(out, "until", lists[i].until_us);
		out_time(out, "read", lists[i].read_us);
		out_time(out, "at", lists[i].at_us);
		out_end(out);
	}
	out_list_end(out);
	return 0;
}

int trust_get(struct api_call *call)
{
	const struct app_security *security = &call->ctx->config->security;
	struct trust *trust = ARENA_NEW(call->ctx->arena, struct trust);
	struct trust_lists *lists = ARENA_NEW(call->ctx->arena, struct trust_lists);

	if (!trust || !lists)
		return FAULT(FAULT_NOMEM, "certificates");
	TRY(trust_read(call->ctx, trust));
	TRY(trust_read_lists(call->ctx, lists));
	reply_begin(call);
	out_flag(&call->out, "tls", security->tls);
	out_flag(&call->out, "own", security->ca_key.len > 0);
	out_flag(&call->out, "by_hand", security->sign_by_hand);
	out_number(&call->out, "least_profile", security->least_profile);
	out_number(&call->out, "renew_days", security->renew_days);
	out_text(&call->out, "organisation", security->organisation);
	out_list(&call->out, "certificates");
	for (size_t i = 0; i < trust->len; i++)
		put_certificate(&call->out, &trust->certificates[i]);
	out_list_end(&call->out);
	put_lists(&call->out, lists);
	TRY(put_fetched(call));
	out_list(&call->out, "unreadable");
	for (enum trust_role role = TRUST_SHOWN; role <= TRUST_CONTRACT; role++)
		if (trust->unreadable[role])
			out_word(&call->out, NULL, trust_word(role));
	if (lists->unreadable)
		out_word(&call->out, NULL, "lists");
	out_list_end(&call->out);
	return reply_json(call, 200);
}

/* --- piles --- */

static const struct api_column pile_columns[] = {
	{"id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"name", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"protocol", SHOW_TEXT, NULL},
	{"profile", SHOW_NUMBER, NULL},
	{"least", SHOW_NUMBER, NULL},
	{"transport", SHOW_TEXT, NULL},
	{"serial", SHOW_TEXT, NULL},
	{"until", SHOW_TIME, NULL},
	{"anchors", SHOW_NUMBER, NULL},
	{"anchors_at", SHOW_TIME, NULL},
};

static int piles_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(page->cursor.id), NUMBER((int64_t)page->most)};

	return list_query(call, &list_pile_security, SQL_LIST_PILE_SECURITY, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_pile_security = {
	.name = "pile-security",
	.columns = pile_columns,
	.columns_len = COUNT(pile_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.oldest_first = true,
	.read = piles_read,
};

/* --- events --- */

static const struct api_column event_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"at", SHOW_TIME, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"info", SHOW_TEXT, NULL},
	{"critical", SHOW_FLAG, NULL},
	{"rank", SHOW_HIDDEN_TEXT, NULL},
};
#define EVENT_RANK 8

/* The grave ones first, and among equals the newest: a page begins below the last line's rank and
 * number. */
static int events_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str kind = call_query(call, "kind");
	int64_t pile_id = call_query_id(call, "pile");
	const struct api_list *list = &list_security_events;
	struct list_arg args[] = {NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id ? page->cursor.id : INT64_MAX), NUMBER((int64_t)page->most),
		NUMBER(page->cursor.id == 0 || str_is(page->cursor.name, "1")), NUMBER(pile_id),
		TEXT(kind)};

	if (pile_id)
		return list_query(call, list, SQL_LIST_SECURITY_EVENTS_PILE, args, COUNT(args),
			page->most, ret_rows);
	if (kind.len == 0)
		return list_query(
			call, list, SQL_LIST_SECURITY_EVENTS, args, 4, page->most, ret_rows);
	args[3] = TEXT(kind);
	return list_query(call, list, SQL_LIST_SECURITY_EVENTS_KIND, args, 4, page->most, ret_rows);
}

const struct api_list list_security_events = {
	.name = "security-events",
	.columns = event_columns,
	.columns_len = COUNT(event_columns),
	.currency_column = -1,
	.cursor_name = EVENT_RANK,
	.read = events_read,
};
