/* customer.c - what is kept of one customer (see customer.h). */
#include "pile/customer.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/tags.h"
#include "wire/ocpp16/enums.h"

#define CUSTOMER_ARENA (16 * 1024)

/* ---- whose is it? ---- */

static bool customer_is(const struct customer *customer, const char *tag, const char *parent)
{
	return strcasecmp(customer->name, tag) == 0 ||
	       (customer->group && parent[0] && strcasecmp(customer->name, parent) == 0);
}

/* A card of which only the number is at hand: its group is what is known of it here. */
static bool customer_has(const struct pile *pile, const struct customer *customer, const char *tag)
{
	struct tag_verdict verdict = {.status = 0};

	return tag[0] && customer_is(customer, tag,
				 pile_card_known(pile, tag, &verdict) ? verdict.parent : "");
}

/* ---- lines ---- */

static void line_time(struct buf *ret, const char *before, int64_t at_us)
{
	buf_put_str(ret, str_from(before));
	time_write(ret, at_us - at_us % US_PER_S, false);
}

static void line_verdict(struct buf *ret, const char *tag, const struct tag_verdict *verdict)
{
	buf_format(ret, "card %s, %.*s", tag,
		STR_FMT(field_enum_name(&ocpp16_authorization_status_names, verdict->status)));
	if (verdict->parent[0])
		buf_format(ret, ", group %s", verdict->parent);
	if (verdict->expiry_us != INT64_MAX)
		line_time(ret, ", until ", verdict->expiry_us);
	buf_put_char(ret, '\n');
}

static size_t report_remembered(
	const struct pile *pile, const struct customer *customer, struct buf *ret)
{
	struct tag_verdict verdict;
	char tag[HAL_TAG_MAX + 1];
	size_t cursor = 0, count = 0;

	while (tags_next(&pile->spool, &cursor, tag, &verdict)) {
		if (!customer_is(customer, tag, verdict.parent))
			continue;
		count++;
		buf_put_str(ret, STR("remembered: "));
		line_verdict(ret, tag, &verdict);
	}
	return count;
}

static size_t report_listed(
	const struct pile *pile, const struct customer *customer, struct buf *ret)
{
	struct tag_verdict verdict;
	const char *tag;
	size_t cursor = 0, count = 0;

	while ((tag = locallist_next(&pile->list, &cursor, &verdict))) {
		if (!customer_is(customer, tag, verdict.parent))
			continue;
		count++;
		buf_format(ret, "in the server's list %lld: ", (long long)pile->list.version);
		line_verdict(ret, tag, &verdict);
	}
	return count;
}

static size_t report_reserved(
	const struct pile *pile, const struct customer *customer, struct buf *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < pile->reserve.len; i++) {
		const struct reservation *kept = &pile->reserve.list[i];
		if (!customer_is(customer, kept->tag, kept->parent))
			continue;
		count++;
		buf_format(ret, "reservation %lld: card %s, ", (long long)kept->id, kept->tag);
		if (kept->connector)
			buf_format(ret, "outlet %d", kept->connector);
		else
			buf_put_str(ret, STR("any outlet"));
		line_time(ret, ", until ", kept->until_us);
		buf_put_char(ret, '\n');
	}
	return count;
}

static size_t report_charges(
	const struct pile *pile, const struct customer *customer, struct buf *ret)
{
	size_t count = 0;
	struct arena arena;

	arena_init(&arena, CUSTOMER_ARENA);
	for (size_t i = 0; i < pile->spool.txs_len; i++) {
		const struct spool_tx *tx = &pile->spool.txs[i];
		if (!customer_has(pile, customer, tx->tag))
			continue;
		count++;
		buf_format(ret, "transaction %.*s: card %s, outlet %d",
			STR_FMT(ocpp2_name(pile, tx->id, &arena)), tx->tag, tx->connector);
		line_time(ret, ", from ", tx->started_us);
		buf_put_str(ret, STR(", "));
		buf_put_fixed(ret, tx->last_dwh - tx->start_dwh, 4);
		buf_format(ret, " kWh, %s\n", tx->stopped ? "not yet told" : "running");
	}
	arena_fini(&arena);
	return count;
}

void customer_report(const struct pile *pile, const struct customer *customer, struct buf *ret)
{
	size_t count = report_remembered(pile, customer, ret);

	count += report_listed(pile, customer, ret);
	count += report_reserved(pile, customer, ret);
	count += report_charges(pile, customer, ret);
	if (count == 0)
		buf_put_str(ret, STR("nothing is kept here of this customer\n"));
}

/* ---- forgetting ---- */

static int clear_remembered(struct pile *pile, const struct customer *customer, size_t *ret_count)
{
	struct tag_verdict verdict;
	char tag[HAL_TAG_MAX + 1];
	size_t cursor = 0;

	*ret_count = 0;
	while (tags_next(&pile->spool, &cursor, tag, &verdict)) {
		if (!customer_is(customer, tag, verdict.parent))
			continue;
		TRY(tags_drop(&pile->spool, tag));
		(*ret_count)++;
		cursor = 0; /* the walk does not survive a change */
	}
	return *ret_count ? spool_rewrite(&pile->spool) : 0;
}

static void clear_kept(struct buf *ret, size_t count, const char *what, const char *why)
{
	if (count > 0)
		buf_format(ret, "kept: %zu %s, %s\n", count, what, why);
}

int customer_clear(struct pile *pile, const struct customer *customer, struct buf *ret)
{
	struct buf unsaid;
	size_t listed, reserved, charges, gone;

	/* counted first: a charge is known by its card's group, which the memory of the card has */
	buf_init(&unsaid, NULL, LIMIT_FRAME_BYTES);
	listed = report_listed(pile, customer, &unsaid);
	reserved = report_reserved(pile, customer, &unsaid);
	charges = report_charges(pile, customer, &unsaid);
	buf_fini(&unsaid);
	TRY(clear_remembered(pile, customer, &gone));
	buf_format(ret, "forgotten: %zu remembered cards\n", gone);
	clear_kept(ret, listed, "entries of the server's list", "which SendLocalList changes");
	clear_kept(ret, reserved, "reservations", "until they end or are cancelled");
	clear_kept(ret, charges, "transactions", "for the books, until the server has them");
	return 0;
}
