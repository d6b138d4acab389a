/* audit.c - a second set of books. It reads every new transfer and every new step of an order
 * behind the server's back, replays them by its own simple rules, and compares; it prices energy by
 * its own arithmetic; and it remembers what the server promised to the piles.
 *
 * After every step: all new transfers and the accounts they touch, all orders that moved or whose
 * pile talked, all transactions that were answered. Now and then and at the end: everything, and
 * the server's own verification. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "app/verify.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/ledger.h"
#include "domain/money.h"
#include "domain/session.h"
#include "sim.h"

#define NANO_PER_MINOR INT64_C(10000000) /* both currencies have two digits */
#define KEPT_PROMISES 4096

struct book { /* of one account */
	int64_t id, flags, kind, owner;
	int64_t debits_pending, debits_posted, credits_pending, credits_posted;
	bool touched;
};
struct hold {
	int64_t debit, credit, amount;
	bool resolved;
};
struct track { /* what was seen of an order */
	int64_t id;
	enum order_state state;
	bool touched;
};
struct sim_audit {
	struct map books, holds, tracks, tariffs, numbers;
	int64_t last_transfer, last_event, last_order;
	struct book *touched_books[SIM_TOUCHED];
	struct track *touched_orders[SIM_TOUCHED];
	size_t books_len, orders_len;
	struct sim_charge *promises[KEPT_PROMISES]; /* the newest */
	uint64_t promises_len;
	struct sim_charge *fresh[SIM_TOUCHED]; /* answered in this step */
	size_t fresh_len;
};

void audit_open(struct sim *sim)
{
	struct sim_audit *audit = mem_alloc(sizeof(*audit));

	map_init(&audit->books);
	map_init(&audit->holds);
	map_init(&audit->tracks);
	map_init(&audit->tariffs);
	map_init(&audit->numbers);
	sim->audit = audit;
}

void audit_close(struct sim *sim)
{
	map_fini(&sim->audit->books);
	map_fini(&sim->audit->holds);
	map_fini(&sim->audit->tracks);
	map_fini(&sim->audit->tariffs);
	map_fini(&sim->audit->numbers);
	mem_free(sim->audit);
}

void audit_tariff(struct sim *sim, int64_t id, const struct tariff *tariff)
{
	struct tariff *copy = ARENA_NEW(&sim->life, struct tariff);

	ASSERT(copy);
	*copy = *tariff;
	map_put_i64(&sim->audit->tariffs, id, copy);
}

/* --- transfers --- */

static void touch_order(struct sim *sim, int64_t id)
{
	struct sim_audit *audit = sim->audit;
	struct track *track = map_get_i64(&audit->tracks, id);

	if (id == 0)
		return;
	if (!track) {
		track = ARENA_NEW(&sim->life, struct track);
		ASSERT(track);
		track->id = id;
		map_put_i64(&audit->tracks, id, track);
	}
	if (track->touched || audit->orders_len == SIM_TOUCHED)
		return;
	track->touched = true;
	audit->touched_orders[audit->orders_len++] = track;
}

static struct book *book_of(struct sim *sim, int64_t id)
{
	struct sim_audit *audit = sim->audit;
	struct book *book = map_get_i64(&audit->books, id);
	int64_t columns[ASK_COLUMNS];

	if (!book) {
		if (!ask_row(sim->ask, "SELECT flags, kind, owner_id FROM account WHERE id = $1",
			    &id, 1, columns))
			sim_die(sim, "a transfer with account %" PRId64 ", which is not there", id);
		book = ARENA_NEW(&sim->life, struct book);
		ASSERT(book);
		*book = (struct book){
			.id = id, .flags = columns[0], .kind = columns[1], .owner = columns[2]};
		map_put_i64(&audit->books, id, book);
	}
	if (!book->touched) {
		ASSERT(audit->books_len < SIM_TOUCHED);
		book->touched = true;
		audit->touched_books[audit->books_len++] = book;
	}
	return book;
}

static void resolve(struct sim *sim, enum transfer_kind kind, int64_t pending, int64_t amount)
{
	struct hold *hold = map_get_i64(&sim->audit->holds, pending);
	struct book *debit, *credit;

	if (!hold || hold->resolved)
		sim_die(sim, "hold %" PRId64 " resolved twice, or never there", pending);
	if (amount > hold->amount || (kind != TRANSFER_POST && amount != hold->amount))
		sim_die(sim, "hold %" PRId64 " of %" PRId64 " resolved with %" PRId64, pending,
			hold->amount, amount);
	debit = book_of(sim, hold->debit);
	credit = book_of(sim, hold->credit);
	hold->resolved = true;
	debit->debits_pending -= hold->amount;
	credit->credits_pending -= hold->amount;
	if (kind == TRANSFER_POST) {
		debit->debits_posted += amount;
		credit->credits_posted += amount;
	}
}

static void place(struct sim *sim, const int64_t *columns)
{
	struct book *debit = book_of(sim, columns[2]), *credit = book_of(sim, columns[3]);
	int64_t amount = columns[4];
	struct hold *hold;

	if (columns[1] == TRANSFER_POSTED) {
		debit->debits_posted += amount;
		credit->credits_posted += amount;
		return;
	}
	hold = ARENA_NEW(&sim->life, struct hold);
	ASSERT(hold);
	*hold = (struct hold){.debit = columns[2], .credit = columns[3], .amount = amount};
	map_put_i64(&sim->audit->holds, columns[0], hold);
	debit->debits_pending += amount;
	credit->credits_pending += amount;
}

static void take_transfer(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct sim *sim = context;
	enum transfer_kind kind = (enum transfer_kind)columns[1];

	sim->audit->last_transfer = columns[0];
	if (columns[4] < 1)
		sim_die(sim, "transfer %" PRId64 " moves %" PRId64, columns[0], columns[4]);
	touch_order(sim, columns[6]);
	if (kind == TRANSFER_POSTED || kind == TRANSFER_PENDING)
		place(sim, columns);
	else
		resolve(sim, kind, columns[5], columns[4]);
}

static void check_book(struct sim *sim, const struct book *book)
{
	int64_t found[ASK_COLUMNS] = {0};

	ask_row(sim->ask,
		"SELECT SUM(debits_pending), SUM(debits_posted), SUM(credits_pending), "
		"SUM(credits_posted) FROM balance WHERE account_id = $1",
		&book->id, 1, found);
	if (found[0] != book->debits_pending || found[1] != book->debits_posted ||
		found[2] != book->credits_pending || found[3] != book->credits_posted)
		sim_die(sim, "the counters of account %" PRId64 " are not its transfers", book->id);
	if ((book->flags & ACCOUNT_NO_OVERDRAFT) &&
		book->debits_posted + book->debits_pending > book->credits_posted)
		sim_die(sim, "account %" PRId64 " is overdrawn", book->id);
}

/* --- orders --- */

struct seen { /* an order as it stands */
	struct sim *sim;
	int64_t id, state, session, tariff, energy, energy_fee, service_fee, idle_fee, total, paid,
		refund, idle_from, idle_until, source, account, idle_past;
};

static int64_t round_up(__int128 nano)
{
	return (int64_t)((nano + NANO_PER_MINOR / 2) / NANO_PER_MINOR);
}

struct sums {
	const struct tariff *tariff;
	__int128 energy, service;
	int64_t dwh;
};

static void take_usage(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct sums *sums = context;

	sums->dwh += columns[1];
	sums->energy += (__int128)columns[1] * sums->tariff->energy_e5[columns[0]];
	sums->service += (__int128)columns[1] * sums->tariff->service_e5[columns[0]];
}

/* Energy at the frozen price, by our own arithmetic. */
static void check_price(struct sim *sim, const struct seen *seen)
{
	struct sums sums = {.tariff = map_get_i64(&sim->audit->tariffs, seen->tariff)};

	if (!sums.tariff)
		sim_die(sim, "order %" PRId64 " has a tariff nobody made", seen->id);
	ask_rows(sim->ask, "SELECT slot, energy_dwh FROM session_usage WHERE session_id = $1",
		&seen->session, 1, take_usage, &sums);
	if (seen->energy != sums.dwh)
		sim_die(sim, "order %" PRId64 " says %" PRId64 " dWh, its half hours %" PRId64,
			seen->id, seen->energy, sums.dwh);
	if (seen->energy_fee != round_up(sums.energy) ||
		seen->service_fee != round_up(sums.service))
		sim_die(sim,
			"order %" PRId64 ": %" PRId64 "+%" PRId64 " asked, %" PRId64 "+%" PRId64
			" right",
			seen->id, seen->energy_fee, seen->service_fee, round_up(sums.energy),
			round_up(sums.service));
}

static void check_idle(struct sim *sim, const struct seen *seen)
{
	const struct tariff *tariff = map_get_i64(&sim->audit->tariffs, seen->tariff);
	int64_t us = seen->idle_past, seconds, fee;

	if (seen->idle_from != 0 && seen->idle_until > seen->idle_from)
		us += seen->idle_until - seen->idle_from;
	seconds = us / US_PER_S - tariff->idle_grace_s;
	seconds = seconds > 0 ? seconds : 0;
	/* 1e-5 a minute, by the second: 1e4 nano / 60 */
	fee = (int64_t)(((__int128)tariff->idle_e5 * seconds * 10000 + 30 * NANO_PER_MINOR) /
			(60 * NANO_PER_MINOR));
	fee = fee < tariff->idle_cap_minor ? fee : tariff->idle_cap_minor;
	if (seen->idle_fee != fee)
		sim_die(sim,
			"order %" PRId64 ": idle fee %" PRId64 " from %" PRId64 " to %" PRId64
			" in state %" PRId64 ", right is %" PRId64,
			seen->id, seen->idle_fee, seen->idle_from, seen->idle_until, seen->state,
			fee);
}

static void check_billed(struct sim *sim, const struct seen *seen)
{
	int64_t fees[ASK_COLUMNS] = {0};

	check_price(sim, seen);
	check_idle(sim, seen);
	ask_row(sim->ask,
		"SELECT SUM(CASE WHEN code = 4 THEN amount_minor ELSE 0 END), "
		"SUM(CASE WHEN code = 5 THEN amount_minor ELSE 0 END), "
		"SUM(CASE WHEN code = 6 THEN amount_minor ELSE 0 END) "
		"FROM transfer WHERE order_id = $1 AND order_id <> 0 AND kind = 1",
		&seen->id, 1, fees);
	if (fees[0] != seen->energy_fee || fees[1] != seen->service_fee ||
		fees[2] != seen->idle_fee ||
		seen->total != seen->energy_fee + seen->service_fee + seen->idle_fee)
		sim_die(sim, "order %" PRId64 ": receipt and ledger differ", seen->id);
	if (seen->state == ORDER_SETTLED && seen->source != SOURCE_HOUSE &&
		seen->paid - seen->refund != seen->total)
		sim_die(sim, "order %" PRId64 ": paid %" PRId64 " back %" PRId64 " for %" PRId64,
			seen->id, seen->paid, seen->refund, seen->total);
}

/* The account of an order that is over holds nothing, and nothing is held for it. */
static void check_zero(struct sim *sim, const struct seen *seen)
{
	const struct book *book = map_get_i64(&sim->audit->books, seen->account);

	if (book && (book->debits_posted != book->credits_posted || book->debits_pending != 0 ||
			    book->credits_pending != 0))
		sim_die(sim, "order %" PRId64 " is over, but its account holds money", seen->id);
}

static void check_seen(struct sim *sim, const struct seen *seen)
{
	int64_t sessions = ask_number(sim->ask,
		"SELECT COUNT(*) FROM session WHERE order_id = $1 AND order_id <> 0", seen->id);
	bool billed = seen->state == ORDER_SETTLED || seen->state == ORDER_UNPAID ||
		      seen->state == ORDER_WRITTEN_OFF;

	if (sessions != (seen->session != 0))
		sim_die(sim, "order %" PRId64 " has %" PRId64 " transactions", seen->id, sessions);
	if (order_is_running((enum order_state)seen->state))
		check_price(sim, seen);
	if (billed)
		check_billed(sim, seen);
	if (seen->state == ORDER_FAILED || seen->state == ORDER_CANCELLED)
		if (seen->total != 0 || seen->session != 0 || seen->paid != seen->refund)
			sim_die(sim, "order %" PRId64 " never ran, but cost something", seen->id);
	if (billed || order_is_final((enum order_state)seen->state))
		check_zero(sim, seen);
}

static void check_order(struct sim *sim, struct track *track)
{
	int64_t c[ASK_COLUMNS] = {0};
	struct seen seen;

	if (!ask_row(sim->ask,
		    "SELECT state, session_id, tariff_id, energy_dwh, energy_minor, service_minor, "
		    "idle_minor, total_minor, paid_minor, refund_minor, idle_from_us, "
		    "idle_until_us, source, account_id, idle_past_us FROM orders WHERE id = $1",
		    &track->id, 1, c))
		sim_die(sim, "order %" PRId64 " is not there any more", track->id);
	seen = (struct seen){sim, track->id, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8],
		c[9], c[10], c[11], c[12], c[13], c[14]};
	/* the settlement of a debt writes no step of its own */
	if ((int64_t)track->state != seen.state && track->state != 0 &&
		!order_can(track->state, (enum order_state)seen.state))
		sim_die(sim, "order %" PRId64 " went from %s to %s", seen.id,
			order_state_name(track->state),
			order_state_name((enum order_state)seen.state));
	track->state = (enum order_state)seen.state;
	check_seen(sim, &seen);
}

/* A step of an order: only along the table. The first one that is told may be any on the way to
 * charging. */
static void take_event(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct sim *sim = context;
	enum order_state to = (enum order_state)columns[2];
	struct track *track;

	sim->audit->last_event = columns[0];
	touch_order(sim, columns[1]);
	track = map_get_i64(&sim->audit->tracks, columns[1]);
	if (columns[2] == 0)
		return;
	if (track->state != 0 && track->state != to && !order_can(track->state, to))
		sim_die(sim, "order %" PRId64 " went from %s to %s", columns[1],
			order_state_name(track->state), order_state_name(to));
	if (track->state == 0 && to > ORDER_CHARGING && to != ORDER_CANCELLED)
		sim_die(sim, "order %" PRId64 " began as %s", columns[1], order_state_name(to));
	track->state = to;
}

static void take_order(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct sim *sim = context;

	sim->audit->last_order = columns[0];
	sim->stats.orders++;
	touch_order(sim, columns[0]);
}

static void take_running(void *context, const int64_t columns[ASK_COLUMNS])
{
	touch_order(context, columns[0]);
}

/* --- what piles were promised --- */

void audit_started(struct sim *sim, struct sim_charge *charge, int64_t number)
{
	struct sim_audit *audit = sim->audit;
	const struct sim_pile *pile = &sim->piles[charge->pile];
	struct sim_charge *other;

	charge->number = number;
	if (audit->fresh_len < SIM_TOUCHED)
		audit->fresh[audit->fresh_len++] = charge;
	if (charge->start_answered)
		return;
	audit->promises[audit->promises_len++ % KEPT_PROMISES] = charge;
	/* numbers are the pile's own: two charges never share one */
	other = map_put(&audit->numbers,
		str_format(&sim->arena, "%d:%" PRId64, charge->pile, number), charge);
	if (other && other != charge && pile->temper == SIM_HONEST)
		sim_die(sim, "%s: two charges have the number %" PRId64 ": %s and %s", pile->code,
			number, other->tag, charge->tag);
}

bool audit_moved(struct sim *sim, const struct sim_charge *charge)
{
	const int64_t keys[] = {sim->piles[charge->pile].id, charge->number};
	int64_t c[ASK_COLUMNS] = {0};

	return ask_row(sim->ask,
		       "SELECT open, meter_start_dwh, meter_stop_dwh FROM session WHERE pile_id = "
		       "$1 "
		       "AND transaction_id = $2",
		       keys, 2, c) &&
	       (c[0] != 0 || (c[1] > 0 && c[2] > c[1]));
}

void audit_stopped(struct sim *sim, struct sim_charge *charge)
{
	charge->stop_answered = true;
	if (sim->audit->fresh_len < SIM_TOUCHED)
		sim->audit->fresh[sim->audit->fresh_len++] = charge;
}

static void check_charge(struct sim *sim, const struct sim_charge *charge)
{
	const struct sim_pile *pile = &sim->piles[charge->pile];
	const int64_t keys[] = {pile->id, charge->number};
	int64_t c[ASK_COLUMNS] = {0};
	int64_t dwh = (charge->stop_wh - charge->start_wh) * 10;

	if (charge->number == 0)
		return;
	if (!ask_row(sim->ask,
		    "SELECT open, energy_dwh, flags, order_id FROM session WHERE pile_id = $1 AND "
		    "transaction_id = $2",
		    keys, 2, c))
		sim_die(sim, "%s was told number %" PRId64 ", which is not there", pile->code,
			charge->number);
	touch_order(sim, c[3]);
	if (!charge->stop_answered || !charge->known)
		return;
	if (c[0] != 0)
		sim_die(sim, "%s: transaction %" PRId64 " was stopped and is open", pile->code,
			charge->number);
	/* What an honest pile counted is what is billed, unless we closed it before. */
	if (pile->temper == SIM_HONEST && !(c[2] & SESSION_CLOSED_BY_US) && c[1] != dwh)
		sim_die(sim,
			"%s: transaction %" PRId64 " has %" PRId64 " dWh of %" PRId64
			", flags %" PRId64,
			pile->code, charge->number, c[1], dwh, c[2]);
}

/* --- looking --- */

static const char new_transfers[] =
	"SELECT id, kind, debit_account, credit_account, amount_minor, pending_id, order_id "
	"FROM transfer WHERE id > $1 ORDER BY id";
static const char new_events[] =
	"SELECT id, order_id, CASE WHEN kind <> 'state' THEN 0 WHEN word = 'created' THEN 1 "
	"WHEN word = 'authorised' THEN 2 WHEN word = 'starting' THEN 3 WHEN word = 'charging' "
	"THEN 4 WHEN word = 'suspended' THEN 5 WHEN word = 'stopping' THEN 6 WHEN word = 'ended' "
	"THEN 7 WHEN word = 'settled' THEN 8 WHEN word = 'failed' THEN 9 WHEN word = 'cancelled' "
	"THEN 10 WHEN word = 'unpaid' THEN 11 WHEN word = 'written_off' THEN 12 END "
	"FROM order_event WHERE id > $1 ORDER BY id";

static void check_touched(struct sim *sim)
{
	struct sim_audit *audit = sim->audit;

	for (size_t i = 0; i < audit->books_len; i++) {
		check_book(sim, audit->touched_books[i]);
		audit->touched_books[i]->touched = false;
	}
	for (size_t i = 0; i < audit->orders_len; i++) {
		check_order(sim, audit->touched_orders[i]);
		audit->touched_orders[i]->touched = false;
	}
	audit->books_len = audit->orders_len = audit->fresh_len = 0;
}

void audit_step(struct sim *sim)
{
	struct sim_audit *audit = sim->audit;

	ask_rows(sim->ask, new_transfers, &audit->last_transfer, 1, take_transfer, sim);
	ask_rows(sim->ask, new_events, &audit->last_event, 1, take_event, sim);
	ask_rows(sim->ask, "SELECT id FROM orders WHERE id > $1 ORDER BY id", &audit->last_order, 1,
		take_order, sim);
	for (size_t i = 0; i < audit->fresh_len; i++)
		check_charge(sim, audit->fresh[i]);
	check_touched(sim);
}

static int verify(struct ctx *ctx, void *arg)
{
	struct sim *sim = arg;
	struct verify_check *checks;
	size_t len;

	TRY(verify_run(ctx, 0, &checks, &len));
	for (size_t i = 0; i < len; i++)
		if (!checks[i].ok)
			sim_die(sim, "verify: %s: %.*s", checks[i].name, STR_FMT(checks[i].detail));
	return 0;
}

void audit_all(struct sim *sim)
{
	struct sim_audit *audit = sim->audit;
	uint64_t kept = audit->promises_len < KEPT_PROMISES ? audit->promises_len : KEPT_PROMISES;

	audit_step(sim);
	for (uint64_t i = 0; i < kept; i++) {
		check_charge(sim, audit->promises[i]);
		check_touched(sim);
	}
	ask_rows(sim->ask,
		"SELECT id FROM orders WHERE state < 8 AND id > $1 ORDER BY id DESC LIMIT 400",
		&(int64_t){0}, 1, take_running, sim);
	check_touched(sim);
	if (stage_act(&sim->stage, LANE_READ, verify, sim) != 0)
		sim_die(sim, "the verification did not run: %s", fault_text());
}

/* --- the end --- */

/* For whoever looks for the reason. */
static void show_open(void *context, const int64_t c[ASK_COLUMNS])
{
	(void)context;
	fprintf(stderr,
		"  order %" PRId64 " %s pile %" PRId64 " connector %" PRId64 " session %" PRId64
		" idle from %" PRId64 " deadline %" PRId64 " starter %" PRId64
		" session open %" PRId64 " flags %" PRId64 " number %" PRId64 "\n",
		c[0], order_state_name((enum order_state)c[1]), c[2], c[3], c[4], c[5], c[6], c[7],
		c[8], c[9], c[10]);
}

static void none(struct sim *sim, const char *sql, const char *what)
{
	int64_t found = ask_number(sim->ask, sql, 0);

	if (found != 0)
		sim_die(sim, "after the calm %" PRId64 " %s", found, what);
}

void audit_end(struct sim *sim)
{
	int64_t taken;

	audit_all(sim);
	ask_rows(sim->ask,
		"SELECT o.id, o.state, o.pile_id, o.connector_no, o.session_id, o.idle_from_us, "
		"o.deadline_us, o.starter, s.open, s.flags, s.transaction_id FROM orders o LEFT "
		"JOIN "
		"session s ON s.id = o.session_id WHERE o.state < 8 AND o.id > $1",
		&(int64_t){0}, 1, show_open, NULL);
	none(sim, "SELECT COUNT(*) FROM orders WHERE id > $1 AND state < 8", "orders are open");
	none(sim, "SELECT COUNT(*) FROM payment WHERE id > $1 AND (next_us <> 0 OR state < 5)",
		"payments are open");
	none(sim,
		"SELECT COUNT(*) FROM transfer h WHERE h.id > $1 AND h.kind = 2 AND NOT EXISTS "
		"(SELECT 1 FROM transfer r WHERE r.pending_id = h.id)",
		"holds are open");
	taken = ask_number(sim->ask,
		"SELECT SUM(b.debits_posted - b.credits_posted) FROM balance b JOIN account a ON "
		"a.id = b.account_id WHERE a.kind = 3 AND a.id > $1",
		0);
	if (taken != sim->channel.taken_minor)
		sim_die(sim, "the channel took %" PRId64 ", our books say %" PRId64,
			sim->channel.taken_minor, taken);
	for (size_t i = 0; i < sim->piles_len; i++) {
		const struct sim_pile *pile = &sim->piles[i];
		int64_t sessions = ask_number(
			sim->ask, "SELECT COUNT(*) FROM session WHERE pile_id = $1", pile->id);

		if (pile->temper == SIM_HONEST && sessions != pile->charges)
			sim_die(sim, "%s charged %" PRId64 " times, %" PRId64 " are known",
				pile->code, pile->charges, sessions);
	}
	/* every wish that was answered, and at most one order for each */
	taken = ask_number(
		sim->ask, "SELECT COUNT(*) FROM orders WHERE starter = 1 AND id > $1", 0);
	if (taken < sim->wishes_opened || taken > (int64_t)sim->wishes_made)
		sim_die(sim, "%" PRId64 " orders of the web for %" PRIu64 " wishes", taken,
			sim->wishes_made);
}
