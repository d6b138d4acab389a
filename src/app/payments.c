/* payments.c - attempts to move money through channels: begun once, sent once, asked about until
 * known, and applied any number of times with one effect.
 *
 * The row is durable before anything is sent, and so is the courier's mark that it is being sent.
 * An answer that does not come leaves the row to be asked about: after 5 s, 15 s, 1 min, 5 min, 1
 * h, then daily. A driver who does not pay within 15 minutes finds the cashier closed. */
#include "app/payments.h"

#include <stdio.h>

#include "app/books.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/member.h"
#include "store/payment.h"

#define CASHIER_OPEN_US (15 * US_PER_MIN)
#define CALL_LASTS_US \
	(60 * US_PER_S) /* a call that was marked and left no answer is looked at again */
#define RESEND_MOST 8   /* refusals of a refund or release before a person must look */
#define WORD_MAX 64
#define REF_MAX 128
#define URL_MAX 1024
#define PAYMENTS_OF_ORDER_MAX 64
#define PROOF_BYTES 16
#define PROOF_TEXT_MAX 256

static const int64_t schedule_us[] = {
	5 * US_PER_S, 15 * US_PER_S, US_PER_MIN, 5 * US_PER_MIN, US_PER_HOUR, US_PER_DAY};
/* After we closed an attempt by our own clock. */
static const int64_t afterwards_us[] = {5 * US_PER_MIN, US_PER_HOUR, US_PER_DAY};
#define AFTERWARDS_LEN ((int64_t)(sizeof(afterwards_us) / sizeof(afterwards_us[0])))
#define SCHEDULE_LEN ((int64_t)(sizeof(schedule_us) / sizeof(schedule_us[0])))

/* When to ask next, by how often it was asked. */
static int64_t next_time(const struct ctx *ctx, const struct payment *payment)
{
	int64_t step = payment->attempts - 1;

	if (step >= SCHEDULE_LEN)
		step = SCHEDULE_LEN - 1;
	return ctx->now_us + schedule_us[step < 0 ? 0 : step];
}

/* Kinds that bring money to us; the others follow one of these. */
static bool brings_money(enum payment_kind kind)
{
	return kind == PAYMENT_PAY || kind == PAYMENT_PREAUTH;
}

/* A word from outside, made harmless for logs and pages: letters, digits, dots, dashes and
 * underlines. */
static struct str clean_word(struct ctx *ctx, struct str word)
{
	struct buf buf;

	buf_init(&buf, ctx->arena, WORD_MAX);
	for (size_t i = 0; i < word.len && i < WORD_MAX; i++) {
		char c = word.ptr[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';

		buf_put_char(&buf, fine ? c : '_');
	}
	return buf_str(&buf);
}

static int tell_courier(struct ctx *ctx)
{
	return effects_add(ctx->effects, EFFECT_COURIER) != NULL
		       ? 0
		       : FAULT(FAULT_NOMEM, "no room for an effect");
}

static bool channel_known(const struct ctx *ctx, struct str channel)
{
	for (size_t i = 0; i < ctx->config->channels_len; i++)
		if (str_eq(ctx->config->channels[i], channel))
			return true;
	return false;
}

/* Would this refund exceed what is left of the payment it refers to? */
static int check_refund(struct ctx *ctx, const struct payment *wish)
{
	struct payment parent, *payments;
	int64_t back = wish->amount_minor;
	size_t count;
	int result = store_payment_get(ctx->db, ctx->arena, wish->parent_id, &parent);

	TRY(result);
	if (result != 0 || parent.tenant_id != wish->tenant_id || parent.kind != PAYMENT_PAY ||
		!str_eq(parent.currency, wish->currency))
		return PAYMENTS_E_AMOUNT;
	if (parent.order_id == 0)
		return back == parent.amount_minor ? 0 : PAYMENTS_E_AMOUNT;
	TRY(store_payment_of_order(
		ctx->db, ctx->arena, parent.order_id, PAYMENTS_OF_ORDER_MAX, &payments, &count));
	for (size_t i = 0; i < count; i++)
		if (payments[i].kind == PAYMENT_REFUND && payments[i].parent_id == parent.id &&
			payments[i].state != PAYMENT_FAILED)
			back += payments[i].amount_minor;
	return back <= parent.amount_minor ? 0 : PAYMENTS_E_AMOUNT;
}

static int check_wish(struct ctx *ctx, const struct payment *wish)
{
	int64_t open = 0;

	if (wish->amount_minor < 1 || wish->amount_minor > MONEY_MAX)
		return PAYMENTS_E_AMOUNT;
	if (brings_money(wish->kind) && !channel_known(ctx, wish->channel))
		return PAYMENTS_E_CHANNEL;
	if (wish->kind == PAYMENT_REFUND)
		return check_refund(ctx, wish);
	if (wish->kind == PAYMENT_PREAUTH && wish->order_id == 0)
		return PAYMENTS_E_UNKNOWN;
	if (!brings_money(wish->kind) || wish->order_id == 0)
		return 0;
	TRY(store_payment_open_count(ctx->db, wish->order_id, &open));
	return open == 0 ? 0 : PAYMENTS_E_OPEN;
}

int payments_begin(struct ctx *ctx, const struct payment *wish, struct payment *ret_payment)
{
	struct payment payment = {.id = CTX_ID(ctx),
		.tenant_id = wish->tenant_id,
		.order_id = wish->order_id,
		.member_id = wish->member_id,
		.tag_id = wish->tag_id,
		.parent_id = wish->parent_id,
		.kind = wish->kind,
		.state = PAYMENT_CREATED,
		.channel = wish->channel,
		.key = wish->key,
		.amount_minor = wish->amount_minor,
		.currency = wish->currency,
		.next_us = ctx->now_us,
		.created_us = ctx->now_us,
		.version = 1};
	int result;

	if (payment.key.len > 0) {
		result = store_payment_by_key(ctx->db, ctx->arena, payment.key, ret_payment);
		if (result != STORE_E_MISSING)
			return result;
	} else {
		payment.key = str_format(ctx->arena, "P%lld", (long long)payment.id);
	}
	result = check_wish(ctx, &payment);
	if (result != 0)
		return result;
	result = store_payment_add(ctx->db, &payment);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUSY, "the key of a payment was taken meanwhile");
	TRY(tell_courier(ctx));
	*ret_payment = payment;
	return 0;
}

int payments_topup(struct ctx *ctx, int64_t tenant_id, int64_t member_id, struct str channel,
	int64_t amount_minor, struct payment *ret_payment)
{
	struct payment wish = {.tenant_id = tenant_id,
		.member_id = member_id,
		.kind = PAYMENT_PAY,
		.channel = channel,
		.amount_minor = amount_minor};
	struct account wallet;
	struct member member;
	int result = store_member_get(ctx->db, ctx->arena, member_id, &member);

	TRY(result);
	if (result != 0 || member.tenant_id != tenant_id)
		return PAYMENTS_E_UNKNOWN;
	result = store_ledger_account_get(ctx->db, ctx->arena, member.account_id, &wallet);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a member without a wallet");
	wish.currency = wallet.currency;
	return payments_begin(ctx, &wish, ret_payment);
}

int payments_topup_card(struct ctx *ctx, const struct token *card, struct str channel,
	int64_t amount_minor, struct payment *ret_payment)
{
	struct payment wish = {.tenant_id = card->tenant_id,
		.member_id = card->member_id,
		.tag_id = card->id,
		.kind = PAYMENT_PAY,
		.channel = channel,
		.amount_minor = amount_minor};
	struct account account;
	int result;

	if (card->kind != CARD_COMMERCIAL)
		return PAYMENTS_E_UNKNOWN;
	result = store_ledger_account_get(ctx->db, ctx->arena, card->account_id, &account);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a commercial card without an account");
	wish.currency = account.currency;
	return payments_begin(ctx, &wish, ret_payment);
}

/* The account that a payment's money belongs to: the member's wallet or the card for a top-up, else
 * the order's own. */
static int money_account(struct ctx *ctx, const struct payment *payment, int64_t *ret_id)
{
	struct member member;
	struct token card;
	int result;

	if (payment->order_id != 0)
		return books_account(ctx, payment->tenant_id, ACCOUNT_ORDER, payment->order_id,
			STR(""), payment->currency, ret_id);
	if (payment->tag_id != 0) {
		result = store_member_tag_get(ctx->db, ctx->arena, payment->tag_id, &card);
		TRY(result);
		if (result != 0 || card.account_id == 0)
			return FAULT(FAULT_CORRUPT, "a payment for no card");
		*ret_id = card.account_id;
		return 0;
	}
	result = store_member_get(ctx->db, ctx->arena, payment->member_id, &member);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a payment of nobody");
	*ret_id = member.account_id;
	return 0;
}

/* Money from the channel to where it belongs, once per payment. */
static int post_in(struct ctx *ctx, const struct payment *payment, enum transfer_code code)
{
	struct transfer in = {.key = books_key(ctx, "payment", payment->id, "in"),
		.tenant_id = payment->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = code,
		.amount_minor = payment->amount_minor,
		.currency = payment->currency,
		.order_id = payment->order_id,
		.payment_id = payment->id};

	TRY(books_account(ctx, payment->tenant_id, ACCOUNT_CHANNEL, 0, payment->channel,
		payment->currency, &in.debit_account));
	TRY(money_account(ctx, payment, &in.credit_account));
	return books_must_post(ctx, in, NULL);
}

/* And back, under the number of the refund. */
static int post_out(struct ctx *ctx, const struct payment *payment, const struct payment *back)
{
	struct transfer out = {.key = books_key(ctx, "payment", payment->id, "refund"),
		.tenant_id = payment->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_REFUND,
		.amount_minor = payment->amount_minor,
		.currency = payment->currency,
		.order_id = payment->order_id,
		.payment_id = back->id};

	TRY(money_account(ctx, payment, &out.debit_account));
	TRY(books_account(ctx, payment->tenant_id, ACCOUNT_CHANNEL, 0, payment->channel,
		payment->currency, &out.credit_account));
	return books_must_post(ctx, out, NULL);
}

/* A driver paid after we had given the attempt up: the money goes back by itself, and the books
 * show both ways. */
static int return_late(struct ctx *ctx, const struct payment *payment)
{
	bool paid = payment->kind == PAYMENT_PAY;
	struct payment back, wish = {.tenant_id = payment->tenant_id,
				     .order_id = payment->order_id,
				     .member_id = payment->member_id,
				     .tag_id = payment->tag_id,
				     .parent_id = payment->id,
				     .kind = paid ? PAYMENT_REFUND : PAYMENT_RELEASE,
				     .channel = payment->channel,
				     .amount_minor = payment->amount_minor,
				     .currency = payment->currency,
				     .key = str_format(ctx->arena, "%c%lld", paid ? 'R' : 'V',
					     (long long)payment->id)};
	int result = store_payment_by_key(ctx->db, ctx->arena, wish.key, &back);

	if (result != STORE_E_MISSING)
		return result;
	result = payments_begin(ctx, &wish, &back);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "late money cannot go back: outcome %d", result);
	if (paid) {
		TRY(post_in(
			ctx, payment, payment->order_id != 0 ? TRANSFER_PREPAY : TRANSFER_TOPUP));
		TRY(post_out(ctx, payment, &back));
	}
	TRY(books_note(
		ctx, payment->order_id, "late_success", payment->amount_minor, payment->currency));
	return books_alarm(ctx, payment->tenant_id, "payment_late", "payment", payment->id,
		STR("paid_after_close"));
}

/* The channel was asked once more about an attempt that we closed: ask again later, or be content.
 * Silence is no answer and does not count. */
static int after_close(struct ctx *ctx, struct payment *payment, const struct payment_news *news)
{
	bool answered = news->state != PAYMENT_UNKNOWN || str_is(news->error, PAYMENT_NOT_FOUND);
	bool certain = payment_is_final(news->state);

	if (payment->state != PAYMENT_CLOSED || payment->next_us == 0)
		return 0;
	if (!answered && payment->attempts > 0)
		payment->attempts--;
	if (certain || payment->attempts >= AFTERWARDS_LEN)
		payment->next_us = 0;
	else
		payment->next_us = ctx->now_us + afterwards_us[payment->attempts];
	return store_payment_put(ctx->db, payment) == 0
		       ? 0
		       : FAULT(FAULT_BUSY, "a payment changed under our hands");
}

/* News about a payment that is over. Its end stays; a success after another end is handled apart.
 */
static int apply_after_end(
	struct ctx *ctx, struct payment *payment, const struct payment_news *news)
{
	TRY(after_close(ctx, payment, news));
	if (news->state != PAYMENT_SUCCEEDED && payment->state != PAYMENT_SUCCEEDED)
		return 0;
	if (news->state == payment->state || !payment_is_final(news->state))
		return 0;
	if (payment->state != PAYMENT_SUCCEEDED && brings_money(payment->kind))
		return return_late(ctx, payment);
	return books_alarm(ctx, payment->tenant_id, "payment_contradiction", "payment", payment->id,
		payment->state == PAYMENT_SUCCEEDED ? STR("failed_after_success")
						    : STR("success_after_failure"));
}

/* A capture that failed for good: what the driver used is owed now, the channel owes us nothing. */
static int uncaptured(struct ctx *ctx, const struct payment *payment)
{
	struct transfer owed = {.key = books_key(ctx, "payment", payment->id, "uncaptured"),
		.tenant_id = payment->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_DEBT,
		.amount_minor = payment->amount_minor,
		.currency = payment->currency,
		.order_id = payment->order_id,
		.payment_id = payment->id};

	TRY(books_account(ctx, payment->tenant_id, ACCOUNT_UNPAID, 0, STR(""), payment->currency,
		&owed.debit_account));
	TRY(books_account(ctx, payment->tenant_id, ACCOUNT_CHANNEL, 0, payment->channel,
		payment->currency, &owed.credit_account));
	return books_must_post(ctx, owed, NULL);
}

/* What an end means beyond the payment itself. Orders are told by the caller (charging_payment). */
static int finish(struct ctx *ctx, const struct payment *payment)
{
	static const char *const words[][3] = {
		[PAYMENT_PAY] = {"payment_succeeded", "payment_failed", "payment_closed"},
		[PAYMENT_PREAUTH] = {"preauth_succeeded", "preauth_failed", "preauth_closed"},
		[PAYMENT_CAPTURE] = {"capture_done", "capture_failed", "capture_failed"},
		[PAYMENT_RELEASE] = {"release_done", "release_failed", "release_failed"},
		[PAYMENT_REFUND] = {"refund_done", "refund_failed", "refund_failed"},
	};
	bool succeeded = payment->state == PAYMENT_SUCCEEDED;

	/* Money that arrived is noted where it is received (billing_received). */
	if (!succeeded || !brings_money(payment->kind))
		TRY(books_note(ctx, payment->order_id,
			words[payment->kind][payment->state - PAYMENT_SUCCEEDED],
			payment->amount_minor, payment->currency));
	if (succeeded && payment->order_id == 0 && payment->kind == PAYMENT_PAY)
		return post_in(ctx, payment, TRANSFER_TOPUP);
	if (succeeded || brings_money(payment->kind))
		return 0;
	if (payment->kind == PAYMENT_CAPTURE)
		TRY(uncaptured(ctx, payment));
	return books_alarm(ctx, payment->tenant_id, words[payment->kind][1], "payment", payment->id,
		payment->error.len > 0 ? payment->error : STR("refused"));
}

/* Takes over what the channel tells beside the state. A refusal that will be tried again says so in
 * its word. */
static void take_details(
	struct ctx *ctx, const struct payment_news *news, bool again, struct payment *payment)
{
	if (news->channel_ref.len > 0 && news->channel_ref.len <= REF_MAX &&
		payment->channel_ref.len == 0)
		payment->channel_ref = str_dup(ctx->arena, news->channel_ref);
	if (news->pay_url.len > 0 && news->pay_url.len <= URL_MAX &&
		(str_starts(news->pay_url, STR("https://")) ||
			str_starts(news->pay_url, STR("http://"))))
		payment->pay_url = str_dup(ctx->arena, news->pay_url);
	payment->error = clean_word(ctx, news->error);
	if (again)
		payment->error = str_format(ctx->arena, "refused.%.*s", STR_FMT(payment->error));
}

/* What becomes of the payment by this news: mostly what the channel says, but a driver has 15
 * minutes, giving money back is tried again before it counts as failed, and no news is never taken
 * for an end. */
static enum payment_state next_state(
	const struct ctx *ctx, const struct payment *payment, const struct payment_news *news)
{
	bool late =
		brings_money(payment->kind) && ctx->now_us >= payment->created_us + CASHIER_OPEN_US;
	bool unseen = str_eq(news->error, STR(PAYMENT_NOT_FOUND));

	if (news->state == PAYMENT_SUCCEEDED)
		return PAYMENT_SUCCEEDED;
	if (news->state == PAYMENT_FAILED || news->state == PAYMENT_CLOSED)
		return !brings_money(payment->kind) && payment->attempts < RESEND_MOST
			       ? PAYMENT_UNKNOWN
			       : news->state;
	if (late && (news->state == PAYMENT_WAITING || unseen))
		return PAYMENT_CLOSED;
	if (news->state == PAYMENT_WAITING)
		return PAYMENT_WAITING;
	return payment->state == PAYMENT_WAITING && !late && !unseen ? PAYMENT_WAITING
								     : PAYMENT_UNKNOWN;
}

/* When the courier looks at it again; 0: never. */
static void set_next(
	const struct ctx *ctx, struct payment *payment, const struct payment_news *news)
{
	int64_t closes_us = payment->created_us + CASHIER_OPEN_US;

	payment->next_us = 0;
	if (payment->state == PAYMENT_CLOSED && news->state != PAYMENT_CLOSED) {
		payment->attempts = 0;
		payment->next_us = ctx->now_us + afterwards_us[0];
	}
	if (payment_is_final(payment->state))
		return;
	payment->next_us = next_time(ctx, payment);
	if (payment->state == PAYMENT_WAITING && brings_money(payment->kind) &&
		payment->next_us > closes_us)
		payment->next_us = closes_us;
}

static int apply_before_end(struct ctx *ctx, const struct payment_news *news,
	struct payment *payment, bool *ret_changed)
{
	enum payment_state to = next_state(ctx, payment, news);
	enum payment_state from = payment->state;
	bool url = payment->pay_url.len == 0 && news->pay_url.len > 0;

	/* A notification may overtake the answer, even the mark that we are sending. */
	if (from == PAYMENT_CREATED && payment_move(payment, PAYMENT_SENT, ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "a created payment cannot be sent");
	take_details(ctx, news, payment_is_final(news->state) && !payment_is_final(to), payment);
	if (to != payment->state && payment_move(payment, to, ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "payment cannot go from %s to %s",
			payment_state_name(payment->state), payment_state_name(to));
	if (from != PAYMENT_WAITING && to == PAYMENT_WAITING)
		payment->attempts = 0;
	set_next(ctx, payment, news);
	if (store_payment_put(ctx->db, payment) != 0)
		return FAULT(FAULT_BUSY, "a payment changed under our hands");
	*ret_changed = to != from || url;
	if (payment_is_final(to))
		return finish(ctx, payment);
	if (to != from && to == PAYMENT_UNKNOWN)
		return books_note(ctx, payment->order_id, "payment_unknown", payment->amount_minor,
			payment->currency);
	return 0;
}

/* Is this about another payment than ours? Money is only believed when every detail agrees. */
static bool differs(const struct payment *payment, const struct payment_news *news)
{
	if (news->state != PAYMENT_SUCCEEDED)
		return false;
	return news->amount_minor != payment->amount_minor ||
	       !str_eq(news->currency, payment->currency) ||
	       (payment->channel_ref.len > 0 && news->channel_ref.len > 0 &&
		       !str_eq(payment->channel_ref, news->channel_ref));
}

int payments_apply(struct ctx *ctx, const struct payment_news *news, struct payment *ret_payment,
	bool *ret_changed)
{
	struct payment payment;
	int result = store_payment_by_key(ctx->db, ctx->arena, news->key, &payment);

	TRY(result);
	if (result != 0)
		return PAYMENTS_E_UNKNOWN;
	*ret_changed = false;
	if (differs(&payment, news)) {
		TRY(books_note(ctx, payment.order_id, "payment_mismatch", news->amount_minor,
			payment.currency));
		TRY(books_alarm(ctx, payment.tenant_id, "payment_mismatch", "payment", payment.id,
			STR("amount_currency_or_number")));
		*ret_payment = payment;
		return PAYMENTS_E_MISMATCH;
	}
	if (payment_is_final(payment.state))
		TRY(apply_after_end(ctx, &payment, news));
	else
		TRY(apply_before_end(ctx, news, &payment, ret_changed));
	*ret_payment = payment;
	return 0;
}

int payments_due(struct ctx *ctx, size_t most, struct payment **ret_payments, size_t *ret_count)
{
	return store_payment_due(ctx->db, ctx->arena, ctx->now_us, most, ret_payments, ret_count);
}

int payments_claim(struct ctx *ctx, int64_t payment_id, struct payment *ret_payment,
	struct payment *ret_parent, bool *ret_query)
{
	struct payment payment, parent = {.id = 0};
	int result = store_payment_get(ctx->db, ctx->arena, payment_id, &payment);

	TRY(result);
	if (result != 0 || payment.next_us == 0 || payment.next_us > ctx->now_us)
		return PAYMENTS_E_UNKNOWN;
	if (payment.parent_id != 0)
		TRY(store_payment_get(ctx->db, ctx->arena, payment.parent_id, &parent));
	*ret_query = !payment_wants_send(&payment);
	if (payment.state == PAYMENT_CREATED &&
		payment_move(&payment, PAYMENT_SENT, ctx->now_us) != 0)
		return FAULT(FAULT_BUG, "a created payment cannot be sent");
	payment.attempts++;
	payment.next_us = ctx->now_us + CALL_LASTS_US;
	if (store_payment_put(ctx->db, &payment) != 0)
		return FAULT(FAULT_BUSY, "a payment changed under our hands");
	*ret_payment = payment;
	*ret_parent = parent;
	return 0;
}

static void return_proof(const struct app_config *app, struct str key, uint8_t ret[SHA256_LEN])
{
	char text[PROOF_TEXT_MAX];
	int len = snprintf(text, sizeof(text), "payment return %.*s", STR_FMT(key));

	hmac_sha256(app->server_key,
		(struct str){text, (size_t)len < sizeof(text) ? (size_t)len : 0}, ret);
}

struct str payments_return_url(const struct app_config *app, struct str key, struct arena *arena)
{
	uint8_t proof[SHA256_LEN];
	struct buf buf;

	return_proof(app, key, proof);
	buf_init(&buf, arena, URL_MAX);
	buf_format(&buf, "%.*s/back/%.*s?proof=", STR_FMT(app->public_url), STR_FMT(key));
	hex_write(&buf, proof, PROOF_BYTES);
	return buf.failed ? STR("") : buf_str(&buf);
}

bool payments_return_ok(const struct app_config *app, struct str key, struct str proof)
{
	uint8_t want[SHA256_LEN], got[PROOF_BYTES];

	return_proof(app, key, want);
	return key.len < PROOF_TEXT_MAX / 2 && hex_read(proof, got, sizeof(got)) &&
	       crypt_equal(want, got, sizeof(got));
}
