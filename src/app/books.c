/* books.c - accounts, postings, notes and alarms as the money conversations need them. */
#include "app/books.h"

#include "base/fault.h"
#include "store/alarm.h"
#include "store/order.h"

int books_account(struct ctx *ctx, int64_t tenant_id, enum account_kind kind, int64_t owner_id,
	struct str name, struct str currency, int64_t *ret_id)
{
	struct account wish = {.id = CTX_ID(ctx),
		.tenant_id = tenant_id,
		.kind = kind,
		.owner_id = owner_id,
		.name = name,
		.currency = currency};

	return store_ledger_account(ctx->db, &wish, ctx->now_us, ret_id);
}

struct str books_key(struct ctx *ctx, const char *what, int64_t id, const char *step)
{
	return str_format(ctx->arena, "%s:%lld:%s", what, (long long)id, step);
}

int books_post(struct ctx *ctx, struct transfer wish, struct ledger_receipt *ret_receipt)
{
	wish.id = CTX_ID(ctx);
	wish.at_us = ctx->now_us;
	return store_ledger_post(ctx->db, ctx->arena, ctx->ledger_shard, &wish, ret_receipt);
}

int books_must_post(struct ctx *ctx, struct transfer wish, bool *ret_repeated)
{
	struct ledger_receipt receipt;
	int result = books_post(ctx, wish, &receipt);

	TRY(result);
	if (result > 0)
		return FAULT(FAULT_CORRUPT, "posting %.*s refused: outcome %d", STR_FMT(wish.key),
			result);
	if (ret_repeated != NULL)
		*ret_repeated = receipt.repeated;
	return 0;
}

int books_note(struct ctx *ctx, int64_t order_id, const char *word, int64_t amount_minor,
	struct str currency)
{
	struct order_event event = {.id = CTX_ID(ctx),
		.order_id = order_id,
		.at_us = ctx->now_us,
		.kind = STR("payment"),
		.word = str_from(word)};

	if (order_id == 0)
		return 0;
	event.detail = str_format(ctx->arena, "{\"amount\":{\"minor\":%lld,\"currency\":\"%.*s\"}}",
		(long long)amount_minor, STR_FMT(currency));
	TRY(store_order_event(ctx->db, &event));
	return 0;
}

int books_alarm(struct ctx *ctx, int64_t tenant_id, const char *kind, const char *what, int64_t id,
	struct str why)
{
	struct alarm alarm = {.id = CTX_ID(ctx),
		.tenant_id = tenant_id,
		.at_us = ctx->now_us,
		.kind = str_from(kind),
		.subject = str_format(ctx->arena, "%s:%lld", what, (long long)id),
		.detail = str_format(ctx->arena, "{\"why\":\"%.*s\"}", STR_FMT(why))};
	struct effect *effect;

	TRY(store_alarm_raise(ctx->db, &alarm, true));
	effect = effects_add(ctx->effects, EFFECT_EVENT);
	if (effect == NULL)
		return FAULT(FAULT_NOMEM, "no room for an effect");
	effect->tenant_id = tenant_id;
	effect->topic = str_format(ctx->arena, "tenant:%lld", (long long)tenant_id);
	effect->name = STR("alarm");
	effect->payload = str_format(ctx->arena, "{\"id\":\"%lld\"}", (long long)alarm.id);
	return 0;
}
