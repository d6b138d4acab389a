/* book.c - the sandbox channel's rules: what may follow what, and when the merchant is told. */
#include "sandbox/book.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

#define EXPIRES_S 900
#define REFERENCE_BYTES 16

/* Pauses between notifications, as multiples of the first. */
static const int64_t pauses[] = {1, 1, 2, 12, 40, 80, 80, 80, 120, 240};
#define TRIES_MOST ((int64_t)(sizeof(pauses) / sizeof(pauses[0])))

void book_init(struct book *book, struct rng *rng, int64_t retry_us)
{
	memset(book, 0, sizeof(*book));
	map_init(&book->by_number);
	map_init(&book->by_reference);
	book->rng = rng;
	book->retry_us = retry_us;
}

void book_fini(struct book *book)
{
	for (size_t i = 0; i < BOOK_MOST; i++)
		mem_free(book->ring[i]);
	map_fini(&book->by_number);
	map_fini(&book->by_reference);
}

static void copy(char *to, size_t size, struct str text)
{
	size_t len = text.len < size ? text.len : size - 1;

	memcpy(to, len > 0 ? text.ptr : "", len);
	to[len] = '\0';
}

static bool later_step(enum sandbox_kind kind)
{
	return kind != SANDBOX_KIND_PAY && kind != SANDBOX_KIND_PREAUTH;
}

/* A place for a new operation; the oldest one makes room. */
static struct operation *book_place(struct book *book)
{
	struct operation *old = book->ring[book->next];
	struct operation *new = mem_alloc(sizeof(*new));

	if (old != NULL) {
		map_del(&book->by_number, str_from(old->number));
		map_del(&book->by_reference, str_from(old->reference));
		mem_free(old);
	}
	book->ring[book->next] = new;
	book->next = (book->next + 1) % BOOK_MOST;
	return new;
}

static void fill(struct book *book, const struct sandbox_request *request, int64_t now_us,
	struct operation *op)
{
	int64_t expires_s = request->has_expires_s ? request->expires_s : EXPIRES_S;
	struct arena arena;

	arena_init(&arena, 4096);
	copy(op->number, sizeof(op->number), request->number);
	copy(op->parent, sizeof(op->parent), request->has_parent ? request->parent : STR(""));
	copy(op->merchant, sizeof(op->merchant), request->merchant);
	copy(op->subject, sizeof(op->subject), request->has_subject ? request->subject : STR(""));
	copy(op->currency, sizeof(op->currency), request->currency);
	copy(op->notify_url, sizeof(op->notify_url),
		request->has_notify_url ? request->notify_url : STR(""));
	copy(op->return_url, sizeof(op->return_url),
		request->has_return_url ? request->return_url : STR(""));
	copy(op->reference, sizeof(op->reference), rng_token(book->rng, &arena, REFERENCE_BYTES));
	arena_fini(&arena);
	op->kind = (enum sandbox_kind)request->kind;
	op->state = SANDBOX_WAITING;
	op->amount_minor = request->amount_minor;
	op->created_us = now_us;
	op->expires_us = now_us + expires_s * US_PER_S;
	map_put(&book->by_number, str_from(op->number), op);
	map_put(&book->by_reference, str_from(op->reference), op);
}

/* The end of an operation; the merchant is told unless the answer to his request says it already.
 */
static void finish(struct book *book, struct operation *op, enum sandbox_status state, bool tell,
	int64_t now_us)
{
	op->state = state;
	if (tell && op->notify_url[0] != '\0')
		op->notify_us = now_us + book->faults.delay_notify_ms * US_PER_MS;
}

static void refresh(struct book *book, struct operation *op, int64_t now_us)
{
	if (op->state != SANDBOX_WAITING)
		return;
	if (op->succeeds_us != 0 && now_us >= op->succeeds_us)
		finish(book, op, SANDBOX_SUCCEEDED, true, now_us);
	else if (op->succeeds_us == 0 && now_us >= op->expires_us)
		finish(book, op, SANDBOX_CLOSED, false, now_us);
}

struct operation *book_find(struct book *book, struct str number, int64_t now_us)
{
	struct operation *op = map_get(&book->by_number, number);

	if (op != NULL)
		refresh(book, op, now_us);
	return op;
}

struct operation *book_at_cashier(struct book *book, struct str reference, int64_t now_us)
{
	struct operation *op = map_get(&book->by_reference, reference);

	if (op == NULL || later_step(op->kind))
		return NULL;
	refresh(book, op, now_us);
	return op;
}

static bool same_request(const struct operation *op, const struct sandbox_request *request)
{
	return op->kind == (enum sandbox_kind)request->kind &&
	       op->amount_minor == request->amount_minor &&
	       str_is(request->currency, op->currency) && str_is(request->merchant, op->merchant) &&
	       str_is(request->has_parent ? request->parent : STR(""), op->parent);
}

/* May this step follow that payment? Captures once; refunds until nothing is left. */
static int check_step(const struct operation *parent, const struct sandbox_request *request)
{
	enum sandbox_kind kind = (enum sandbox_kind)request->kind;
	bool refund = kind == SANDBOX_KIND_REFUND;

	if (parent == NULL || !str_is(request->merchant, parent->merchant))
		return BOOK_E_NOT_FOUND;
	if (parent->kind != (refund ? SANDBOX_KIND_PAY : SANDBOX_KIND_PREAUTH) ||
		parent->state != SANDBOX_SUCCEEDED || !str_is(request->currency, parent->currency))
		return BOOK_E_STATE;
	if (!refund && parent->used_minor != 0)
		return BOOK_E_STATE;
	if (request->amount_minor > parent->amount_minor - parent->used_minor)
		return BOOK_E_AMOUNT;
	return 0;
}

int book_request(struct book *book, const struct sandbox_request *request, int64_t now_us,
	struct operation **ret_operation)
{
	struct operation *op = book_find(book, request->number, now_us), *parent = NULL;
	enum sandbox_kind kind = (enum sandbox_kind)request->kind;
	int result;

	if (op != NULL) {
		*ret_operation = op;
		return same_request(op, request) ? 0 : BOOK_E_REUSED;
	}
	if (later_step(kind)) {
		parent = request->has_parent ? book_find(book, request->parent, now_us) : NULL;
		result = check_step(parent, request);
		if (result != 0)
			return result;
		parent->used_minor +=
			kind == SANDBOX_KIND_REFUND ? request->amount_minor : parent->amount_minor;
	}
	op = book_place(book);
	fill(book, request, now_us, op);
	if (kind == SANDBOX_KIND_REFUND && book->faults.refund_pending_ms > 0)
		op->succeeds_us = now_us + book->faults.refund_pending_ms * US_PER_MS;
	else if (later_step(kind))
		finish(book, op, SANDBOX_SUCCEEDED, false, now_us);
	else if (book->faults.automatic)
		finish(book, op, SANDBOX_SUCCEEDED, true, now_us);
	*ret_operation = op;
	return 0;
}

int book_pay(struct book *book, struct operation *op, bool pay, int64_t now_us)
{
	if (later_step(op->kind) || op->state != SANDBOX_WAITING)
		return BOOK_E_STATE;
	if (!pay)
		copy(op->error, sizeof(op->error), STR("declined"));
	finish(book, op, pay ? SANDBOX_SUCCEEDED : SANDBOX_FAILED, true, now_us);
	return 0;
}

/* True when this one is to be mistreated in the way counted by *left. */
static bool spend(int64_t *left)
{
	if (*left <= 0)
		return false;
	(*left)--;
	return true;
}

struct operation *book_due(struct book *book, int64_t now_us)
{
	for (size_t i = 0; i < BOOK_MOST; i++) {
		struct operation *op = book->ring[i];

		if (op == NULL)
			continue;
		refresh(book, op, now_us);
		if (op->notify_us == 0 || op->notify_us > now_us || op->telling)
			continue;
		if (spend(&book->faults.lose_notify)) {
			book_told(book, op, false, now_us);
			continue;
		}
		if (op->notify_tries == 0 && spend(&book->faults.duplicate_notify))
			op->copies = 2;
		op->telling = true;
		return op;
	}
	return NULL;
}

void book_told(struct book *book, struct operation *op, bool accepted, int64_t now_us)
{
	op->telling = false;
	if (accepted && op->copies > 0) {
		op->copies--;
		op->notify_us = now_us;
	} else if (accepted || op->notify_tries >= TRIES_MOST) {
		op->notify_us = 0;
	} else {
		op->notify_us = now_us + pauses[op->notify_tries++] * book->retry_us;
	}
}
