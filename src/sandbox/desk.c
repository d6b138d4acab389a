/* desk.c - routes of the sandbox channel and its notifications. Everything but the sending runs on
 * the loop's thread. */
#include "sandbox/desk.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "net/caller.h"
#include "pay/pay.h"
#include "pay/seal.h"
#include "sandbox/admin_wire.h"
#include "sandbox/cashier.h"
#include "wire/record.h"

#define REQUEST_ARENA (1024 * 1024)
#define PAGE_MAX (64 * 1024)
#define TICK_MS 20
#define NOTIFY_TIMEOUT_MS 5000
#define NONCES 1024
#define URL_MAX 256

FIELD_ROWS(sandbox_faults, SANDBOX_FAULTS_FIELDS)
FIELD_ENUM_DEFINE(sandbox_button, BUTTON, SANDBOX_BUTTON_LIST)
FIELD_ROWS(sandbox_press, SANDBOX_PRESS_FIELDS)

struct desk {
	struct desk_config config;
	struct book book;
	struct rng rng;
	struct caller *caller;
	char nonces[NONCES][65]; /* of the last requests: the same one twice is a replay */
	size_t next_nonce;
	char public_url[URL_MAX];
	struct tell *tells; /* under way */
};
/* A notification on its way. */
struct tell {
	struct tell *next;
	struct call call;
	struct arena arena;
	struct desk *desk;
	char number[sizeof(((struct operation *)0)->number)];
	bool accepted;
};

static int64_t now(void)
{
	return clock_now_us(&clock_system);
}

static bool nonce_seen(struct desk *desk, struct str nonce)
{
	for (size_t i = 0; i < NONCES; i++)
		if (str_is(nonce, desk->nonces[i]))
			return true;
	memcpy(desk->nonces[desk->next_nonce], nonce.ptr, nonce.len);
	desk->nonces[desk->next_nonce][nonce.len] = '\0';
	desk->next_nonce = (desk->next_nonce + 1) % NONCES;
	return false;
}

static void reply(
	struct conn *conn, int status, struct str type, struct str headers, struct str body)
{
	struct http_answer answer = {
		.status = status, .content_type = type, .extra_headers = headers, .body = body};

	http_reply(conn, &answer);
}

static void reply_signed(
	struct desk *desk, struct conn *conn, struct arena *arena, int status, struct str body)
{
	struct str seal = seal_headers(desk->config.channel_secret,
		str_format(arena, "answer %d", status), body, now(), &desk->rng, arena);

	reply(conn, status, STR("application/json"), seal, body);
}

static void reply_error(struct desk *desk, struct conn *conn, struct arena *arena, int status,
	struct str number, const char *word)
{
	struct sandbox_error error = {.number = number, .error = str_from(word)};
	struct buf buf;

	buf_init(&buf, arena, PAGE_MAX);
	if (record_encode(&sandbox_error_record, &error, &buf, NULL) == 0)
		reply_signed(desk, conn, arena, status, buf_str(&buf));
	else
		reply(conn, 500, STR("text/plain"), STR(""), STR("cannot answer\n"));
}

/* The state of an operation as the channel words it. */
static struct str state_body(struct desk *desk, const struct operation *op, struct arena *arena)
{
	struct sandbox_state state = {.merchant = str_from(op->merchant),
		.number = str_from(op->number),
		.state = (int)op->state,
		.reference = str_from(op->reference),
		.amount_minor = op->amount_minor,
		.currency = str_from(op->currency),
		.has_error = op->error[0] != '\0',
		.error = str_from(op->error)};
	struct buf buf;

	if (op->state == SANDBOX_WAITING && op->kind <= SANDBOX_KIND_PREAUTH) {
		state.has_pay_url = true;
		state.pay_url = str_format(arena, "%s/cashier/%s", desk->public_url, op->reference);
	}
	if (desk->book.faults.wrong_amount > 0) {
		desk->book.faults.wrong_amount--;
		state.amount_minor++;
	}
	buf_init(&buf, arena, PAGE_MAX);
	return record_encode(&sandbox_state_record, &state, &buf, NULL) == 0 ? buf_str(&buf)
									     : STR("{}");
}

/* Answers an honest request, unless it was told to misbehave. */
static void reply_state(
	struct desk *desk, struct conn *conn, struct arena *arena, const struct operation *op)
{
	struct faults *faults = &desk->book.faults;

	if (faults->answer_500 > 0) {
		faults->answer_500--;
		reply(conn, 500, STR("text/plain"), STR(""), STR("down\n"));
	} else if (faults->no_answer > 0) {
		/* The asker's own time limit must end this. */
		faults->no_answer--;
	} else {
		reply_signed(desk, conn, arena, 200, state_body(desk, op, arena));
	}
}

static struct str raw_headers(const struct http_head *head, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, LIMIT_HTTP_HEAD_BYTES * 2);
	for (size_t i = 0; i < head->headers_len; i++)
		buf_format(&buf, "%.*s: %.*s\r\n", STR_FMT(head->headers[i].name),
			STR_FMT(head->headers[i].value));
	return buf_str(&buf);
}

/* Is this request from the merchant, fresh, and not a replay? Answers it when not. */
static bool verify(struct desk *desk, struct conn *conn, struct arena *arena,
	const struct http_head *head, struct str body)
{
	struct str subject =
		str_format(arena, "%.*s %.*s", STR_FMT(head->method), STR_FMT(head->target));
	struct str nonce;
	int result = seal_check(desk->config.merchant_key, subject, raw_headers(head, arena), body,
		now(), arena, &nonce);

	if (result == 0 && !nonce_seen(desk, nonce))
		return true;
	reply_error(desk, conn, arena, 401, STR(""),
		result == 0             ? "replayed"
		: result == PAY_E_STALE ? "stale"
					: "signature");
	return false;
}

static void on_payment(struct desk *desk, struct conn *conn, struct arena *arena, struct str body)
{
	static const struct {
		int status;
		const char *word;
	} refusals[] = {
		[BOOK_E_NOT_FOUND] = {422, "no_such_payment"},
		[BOOK_E_REUSED] = {409, "number_reused"},
		[BOOK_E_STATE] = {422, "wrong_state"},
		[BOOK_E_AMOUNT] = {422, "more_than_left"},
	};
	struct sandbox_request request;
	struct operation *op;
	int result;

	if (record_decode(&sandbox_request_record, body, RECORD_STRICT, arena, &request, NULL) !=
		0) {
		reply_error(desk, conn, arena, 400, STR(""), "bad_request");
		return;
	}
	result = book_request(&desk->book, &request, now(), &op);
	if (result != 0)
		reply_error(desk, conn, arena, refusals[result].status, request.number,
			refusals[result].word);
	else
		reply_state(desk, conn, arena, op);
}

static void on_query(struct desk *desk, struct conn *conn, struct arena *arena, struct str number)
{
	struct operation *op = book_find(&desk->book, number, now());

	if (op != NULL)
		reply_state(desk, conn, arena, op);
	else
		reply_error(desk, conn, arena, 404,
			number.len <= SANDBOX_NUMBER_MAX ? number : STR(""), "not_found");
}

static void on_cashier(struct desk *desk, struct conn *conn, struct arena *arena,
	const struct http_head *head, struct str body)
{
	struct str reference = str_slice(head->path, sizeof("/cashier/") - 1, head->path.len);
	struct operation *op = book_at_cashier(&desk->book, reference, now());
	struct str action = http_param(arena, body, "action");
	struct buf page;

	if (str_is(head->method, "POST") && op != NULL && action.ptr != NULL) {
		if (str_is(action, "pay") || str_is(action, "decline"))
			book_pay(&desk->book, op, str_is(action, "pay"), now());
		reply(conn, 303, STR("text/plain"),
			op->return_url[0] != '\0'
				? str_format(arena, "Location: %s\r\n", op->return_url)
				: str_format(arena, "Location: /cashier/%s\r\n", op->reference),
			STR(""));
		return;
	}
	buf_init(&page, arena, PAGE_MAX);
	cashier_page(&page, op,
		cashier_language(http_param(arena, head->query, "lang"),
			http_header(head, "accept-language")));
	reply(conn, op != NULL ? 200 : 404, STR("text/html; charset=utf-8"),
		STR("Cache-Control: no-store\r\n"
		    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"),
		buf_str(&page));
}

static void set_fault(bool has, int64_t value, int64_t *ret)
{
	if (has)
		*ret = value;
}

static bool set_faults(struct desk *desk, struct arena *arena, struct str body)
{
	struct faults *to = &desk->book.faults;
	struct sandbox_faults from;

	if (record_decode(&sandbox_faults_record, body, RECORD_STRICT, arena, &from, NULL) != 0)
		return false;
	set_fault(from.has_lose_notify, from.lose_notify, &to->lose_notify);
	set_fault(from.has_duplicate_notify, from.duplicate_notify, &to->duplicate_notify);
	set_fault(from.has_forge_notify, from.forge_notify, &to->forge_notify);
	set_fault(from.has_delay_notify_ms, from.delay_notify_ms, &to->delay_notify_ms);
	set_fault(from.has_answer_500, from.answer_500, &to->answer_500);
	set_fault(from.has_no_answer, from.no_answer, &to->no_answer);
	set_fault(from.has_wrong_amount, from.wrong_amount, &to->wrong_amount);
	set_fault(from.has_refund_pending_ms, from.refund_pending_ms, &to->refund_pending_ms);
	if (from.has_automatic)
		to->automatic = from.automatic;
	return true;
}

static bool press(struct desk *desk, struct arena *arena, struct str body)
{
	struct sandbox_press wish;
	struct operation *op;

	if (record_decode(&sandbox_press_record, body, RECORD_STRICT, arena, &wish, NULL) != 0)
		return false;
	op = book_find(&desk->book, wish.number, now());
	return op != NULL && book_pay(&desk->book, op, wish.action == BUTTON_PAY, now()) == 0;
}

static void on_admin(struct desk *desk, struct conn *conn, struct arena *arena,
	const struct http_head *head, struct str body)
{
	struct str remote = conn_remote(conn);
	struct str number = str_slice(head->path, sizeof("/admin/payments/") - 1, head->path.len);
	struct operation *op;
	bool done = false;

	if (!str_starts(remote, STR("127.")) && !str_starts(remote, STR("[::1]"))) {
		reply(conn, 403, STR("text/plain"), STR(""), STR("loopback only\n"));
		return;
	}
	if (str_is(head->method, "GET") && str_starts(head->path, STR("/admin/payments/"))) {
		op = book_find(&desk->book, number, now());
		reply(conn, op != NULL ? 200 : 404, STR("application/json"), STR(""),
			op != NULL ? state_body(desk, op, arena) : STR("{}"));
		return;
	}
	if (str_is(head->method, "POST") && str_is(head->path, "/admin/faults"))
		done = set_faults(desk, arena, body);
	else if (str_is(head->method, "POST") && str_is(head->path, "/admin/pay"))
		done = press(desk, arena, body);
	reply(conn, done ? 200 : 400, STR("application/json"), STR(""),
		done ? STR("{\"ok\":true}") : STR("{\"ok\":false}"));
}

static void route(struct desk *desk, struct conn *conn, struct arena *arena,
	const struct http_head *head, struct str body)
{
	static const char query[] = "/v1/payments/";
	bool post = str_is(head->method, "POST"), get = str_is(head->method, "GET");

	if (str_starts(head->path, STR("/cashier/")) && (post || get)) {
		on_cashier(desk, conn, arena, head, body);
	} else if (str_starts(head->path, STR("/admin/"))) {
		on_admin(desk, conn, arena, head, body);
	} else if (post && str_is(head->path, "/v1/payments")) {
		if (verify(desk, conn, arena, head, body))
			on_payment(desk, conn, arena, body);
	} else if (get && str_starts(head->path, str_from(query))) {
		if (verify(desk, conn, arena, head, body))
			on_query(desk, conn, arena,
				str_slice(head->path, sizeof(query) - 1, head->path.len));
	} else if (get && str_is(head->path, "/")) {
		struct buf page;

		buf_init(&page, arena, PAGE_MAX);
		cashier_index(&page);
		reply(conn, 200, STR("text/html; charset=utf-8"), STR(""), buf_str(&page));
	} else {
		reply(conn, 404, STR("text/plain"), STR(""), STR("not here\n"));
	}
}

static void on_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	struct arena arena;

	arena_init(&arena, REQUEST_ARENA);
	route(context, conn, &arena, head, body);
	arena_fini(&arena);
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	(void)context;
	(void)conn;
	(void)text;
}

static void on_closed(void *context, struct conn *conn, int code)
{
	(void)context;
	(void)conn;
	(void)code;
}

static void on_refused(void *context, const struct net_refusal *refusal)
{
	(void)context;
	LOG_DEBUG("connection refused", "remote=%.*s reason=\"%.*s\"", STR_FMT(refusal->remote),
		STR_FMT(refusal->detail));
}

struct net_handler desk_handler(struct desk *desk)
{
	return (struct net_handler){.request = on_request,
		.message = on_message,
		.closed = on_closed,
		.refused = on_refused,
		.context = desk};
}

static void tell_free(struct tell *tell)
{
	struct tell **at = &tell->desk->tells;

	while (*at != tell)
		at = &(*at)->next;
	*at = tell->next;
	arena_fini(&tell->arena);
	mem_free(tell);
}

/* Back on the loop: the merchant confirmed or not. */
static void tell_finish(void *arg)
{
	struct tell *tell = arg;
	struct book *book = &tell->desk->book;
	struct operation *op = book_find(book, str_from(tell->number), now());

	if (op != NULL)
		book_told(book, op, tell->accepted, now());
	tell_free(tell);
}

static void tell_done(struct call *call)
{
	struct tell *tell = call->data;
	struct str body = call->answer_body;
	struct str code = STR("");

	tell->accepted = call->status == 200 && json_get_str(body, "code", &tell->arena, &code) &&
			 str_is(code, "OK");
	loop_post(tell->desk->config.loop, tell_finish, tell);
}

/* Tells a merchant the outcome; a forged one is signed with a key nobody knows. */
static void tell_send(struct desk *desk, const struct operation *op)
{
	struct tell *tell = mem_alloc(sizeof(*tell));
	struct str secret = desk->config.channel_secret;
	struct str seal;

	arena_init(&tell->arena, REQUEST_ARENA);
	tell->desk = desk;
	tell->next = desk->tells;
	desk->tells = tell;
	memcpy(tell->number, op->number, sizeof(tell->number));
	tell->call.body = state_body(desk, op, &tell->arena);
	if (desk->book.faults.forge_notify > 0) {
		desk->book.faults.forge_notify--;
		secret = STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
	}
	seal = seal_headers(
		secret, STR("notify"), tell->call.body, now(), &desk->rng, &tell->arena);
	tell->call.headers =
		str_format(&tell->arena, "Content-Type: application/json\r\n%.*s", STR_FMT(seal));
	tell->call.method = STR("POST");
	tell->call.url = str_dup(&tell->arena, str_from(op->notify_url));
	tell->call.timeout_ms = NOTIFY_TIMEOUT_MS;
	tell->call.done = tell_done;
	tell->call.data = tell;
	caller_submit(desk->caller, &tell->call);
}

static void on_tick(void *arg)
{
	struct desk *desk = arg;
	struct operation *op;

	while ((op = book_due(&desk->book, now())) != NULL)
		tell_send(desk, op);
}

int desk_new(const struct desk_config *config, struct desk **ret_desk)
{
	struct desk *desk = mem_alloc(sizeof(*desk));
	struct caller_config caller = {.most = 32};
	int result;

	desk->config = *config;
	if (config->seed != 0)
		rng_init_seeded(&desk->rng, config->seed);
	else
		rng_init_system(&desk->rng);
	book_init(&desk->book, &desk->rng, config->retry_ms * US_PER_MS);
	desk->book.faults.automatic = config->automatic;
	result = caller_new(&caller, &desk->caller);
	if (result == 0)
		result = loop_every(config->loop, TICK_MS, on_tick, desk);
	if (result != 0) {
		desk_free(desk);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_desk = desk;
	return 0;
}

void desk_set_public_url(struct desk *desk, struct str url)
{
	snprintf(desk->public_url, sizeof(desk->public_url), "%.*s", STR_FMT(url));
}

void desk_stop(struct desk *desk)
{
	if (desk != NULL && desk->caller != NULL)
		caller_stop(desk->caller);
}

void desk_free(struct desk *desk)
{
	if (desk == NULL)
		return;
	caller_free(desk->caller);
	/* Answers that came after the loop's end were never looked at. */
	while (desk->tells != NULL)
		tell_free(desk->tells);
	book_fini(&desk->book);
	mem_free(desk);
}
