/* verify.c - the nightly suspicion: nothing that is stored twice is believed once. */
#include "app/verify.h"

#include "app/billing.h"
#include "base/fault.h"
#include "store/order.h"
#include "store/tariff.h"

#define WALK_ROWS 200
#define WALK_ARENA (8 * 1024 * 1024)

/* A check is one statement, or a walk over rows that need a rule to be judged. */
struct verify_rule {
	const char *name, *about, *what; /* what: the kind of row whose id is told */
	enum sql_id sql;
	int (*walk)(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first);
};
static int walk_bills(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first);
static int walk_tariffs(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first);

static const struct verify_rule rules[] = {
	{"sums", "all debits equal all credits, posted and pending", "account", SQL_VERIFY_SUMS,
		NULL},
	{"transfers", "each transfer joins two accounts of one operator and one currency",
		"transfer", SQL_VERIFY_TRANSFERS, NULL},
	{"balances", "every stored counter is the sum of its transfers", "account",
		SQL_VERIFY_BALANCES, NULL},
	{"limits", "no wallet, card or order spent more than it had, holds counted", "account",
		SQL_VERIFY_LIMITS, NULL},
	{"holds", "each resolution fits its hold and came in time", "transfer", SQL_VERIFY_HOLDS,
		NULL},
	{"watched", "exactly the open holds with an expiry are watched", "transfer",
		SQL_VERIFY_WATCHED, NULL},
	{"orders_zero", "the account of every finished order is at zero", "order",
		SQL_VERIFY_ORDERS_ZERO, NULL},
	{"orders_holds", "no finished order holds money", "order", SQL_VERIFY_ORDERS_HOLDS, NULL},
	{"orders_fees", "the amounts of an order are its fee transfers, its credit what was bought",
		"order", SQL_VERIFY_ORDERS_FEES, NULL},
	{"bills", "every bill is its energy at its frozen price", "order", SQL_COUNT, walk_bills},
	{"energy", "the energy of a transaction is the sum of its half hours", "session",
		SQL_VERIFY_ENERGY, NULL},
	{"exported",
		"what cars gave back and is paid for is the sum of its half hours, and no more "
		"than was recorded",
		"session", SQL_VERIFY_EXPORTED, NULL},
	{"payments", "channel accounts moved exactly what payments say", "payment",
		SQL_VERIFY_PAYMENTS, NULL},
	{"channels", "nothing moved at a channel without a payment", "transfer",
		SQL_VERIFY_CHANNELS, NULL},
	{"refunds", "captured and refunded stay within what was paid", "payment",
		SQL_VERIFY_REFUNDS, NULL},
	{"cards", "each commercial card has a balance of its own, spent by its own charges alone",
		"card", SQL_VERIFY_CARDS, NULL},
	{"surplus", "what was taken too much stands on its account until it went where it says",
		"order", SQL_VERIFY_SURPLUS, NULL},
	{"attempts", "no order has two open attempts to pay", "order", SQL_VERIFY_ATTEMPTS, NULL},
	{"tariffs", "the text of every tariff is what was hashed", "tariff", SQL_COUNT,
		walk_tariffs},
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static int count_bad(
	struct ctx *ctx, enum sql_id sql, int64_t tenant_id, int64_t *bad, int64_t *first)
{
	struct stmt *stmt = stmt_of(ctx->db, sql);
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	row = stmt_step(stmt);
	TRY(row);
	*bad = stmt_i64(stmt, 0);
	*first = stmt_i64(stmt, 1);
	stmt_reset(stmt);
	return 0;
}

static void note_bad(int64_t id, int64_t *bad, int64_t *first)
{
	if ((*bad)++ == 0)
		*first = id;
}

static bool same_bill(const struct order *order, const struct bill *bill)
{
	return order->energy_dwh == bill->energy_dwh && order->energy_minor == bill->energy_minor &&
	       order->service_minor == bill->service_minor &&
	       order->idle_minor == bill->idle_minor && order->total_minor == bill->total_minor &&
	       order->credit_minor == bill->credit_minor;
}

/* Prices one order again. A row that cannot be priced is what we are looking for, so that one fault
 * is an answer. */
static int check_bill(struct ctx *ctx, const struct order *order, bool *ret_good)
{
	struct bill bill;
	int result = billing_compute(ctx, order, &bill);

	if (result == FAULT_CORRUPT) {
		fault_clear();
		*ret_good = false;
		return 0;
	}
	TRY(result);
	*ret_good = same_bill(order, &bill);
	return 0;
}

/* One page of billed orders from `after` on, in the arena. */
static int read_orders(
	struct ctx *ctx, int64_t tenant_id, int64_t after, struct order *orders, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_VERIFY_BILLED);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, after);
	stmt_bind_i64(stmt, 3, WALK_ROWS);
	while ((row = stmt_step(stmt)) == 1)
		store_order_read(stmt, 0, ctx->arena, &orders[len++]);
	TRY(row);
	*ret_len = len;
	return 0;
}

static int walk_orders_page(
	struct ctx *ctx, int64_t tenant_id, int64_t *after, int64_t *bad, int64_t *first)
{
	struct order *orders = ARENA_ARRAY(ctx->arena, struct order, WALK_ROWS);
	size_t len = 0;

	if (orders == NULL)
		return FAULT(FAULT_NOMEM, "no room for %d orders", WALK_ROWS);
	TRY(read_orders(ctx, tenant_id, *after, orders, &len));
	for (size_t i = 0; i < len; i++) {
		bool good = false;

		TRY(check_bill(ctx, &orders[i], &good));
		if (!good)
			note_bad(orders[i].id, bad, first);
		*after = orders[i].id;
	}
	return len == WALK_ROWS;
}

static int read_tariff_ids(
	struct ctx *ctx, int64_t tenant_id, int64_t after, int64_t *ids, size_t *ret_len)
{
	struct stmt *stmt = stmt_of(ctx->db, SQL_VERIFY_TARIFFS);
	size_t len = 0;
	int row;

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_i64(stmt, 2, after);
	stmt_bind_i64(stmt, 3, WALK_ROWS);
	while ((row = stmt_step(stmt)) == 1)
		ids[len++] = stmt_i64(stmt, 0);
	TRY(row);
	*ret_len = len;
	return 0;
}

static int walk_tariffs_page(
	struct ctx *ctx, int64_t tenant_id, int64_t *after, int64_t *bad, int64_t *first)
{
	int64_t ids[WALK_ROWS];
	size_t len = 0;

	TRY(read_tariff_ids(ctx, tenant_id, *after, ids, &len));
	for (size_t i = 0; i < len; i++) {
		struct tariff tariff;
		int result = store_tariff_read(ctx->db, ctx->arena, ids[i], &tariff);

		if (result == FAULT_CORRUPT) {
			fault_clear();
			note_bad(ids[i], bad, first);
		} else {
			TRY(result);
		}
		*after = ids[i];
	}
	return len == WALK_ROWS;
}

/* Page after page, each in an arena of its own, so that a million rows need no more memory than one
 * page. */
static int walk(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first,
	int (*page)(struct ctx *, int64_t, int64_t *, int64_t *, int64_t *))
{
	struct ctx mine = *ctx;
	struct arena arena;
	int64_t after = 0;
	int more;

	arena_init(&arena, WALK_ARENA);
	mine.arena = &arena;
	do {
		more = page(&mine, tenant_id, &after, bad, first);
		arena_reset(&arena);
	} while (more == 1);
	arena_fini(&arena);
	return more;
}

static int walk_bills(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first)
{
	return walk(ctx, tenant_id, bad, first, walk_orders_page);
}

static int walk_tariffs(struct ctx *ctx, int64_t tenant_id, int64_t *bad, int64_t *first)
{
	return walk(ctx, tenant_id, bad, first, walk_tariffs_page);
}

static int run_rule(struct ctx *ctx, const struct verify_rule *rule, int64_t tenant_id,
	struct verify_check *ret_check)
{
	int64_t bad = 0, first = 0;

	if (rule->walk != NULL)
		TRY(rule->walk(ctx, tenant_id, &bad, &first));
	else
		TRY(count_bad(ctx, rule->sql, tenant_id, &bad, &first));
	*ret_check = (struct verify_check){.name = rule->name,
		.about = rule->about,
		.ok = bad == 0,
		.bad = bad,
		.detail = STR("")};
	if (bad != 0)
		ret_check->detail = str_format(ctx->arena, "%lld wrong, first %s %lld",
			(long long)bad, rule->what, (long long)first);
	return 0;
}

int verify_run(
	struct ctx *ctx, int64_t tenant_id, struct verify_check **ret_checks, size_t *ret_len)
{
	struct verify_check *checks = ARENA_ARRAY(ctx->arena, struct verify_check, RULES);

	if (checks == NULL)
		return FAULT(FAULT_NOMEM, "no room for checks");
	for (size_t i = 0; i < RULES; i++)
		TRY(run_rule(ctx, &rules[i], tenant_id, &checks[i]));
	*ret_checks = checks;
	*ret_len = RULES;
	return 0;
}

bool verify_ok(const struct verify_check *checks, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!checks[i].ok)
			return false;
	return true;
}
