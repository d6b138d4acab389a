/* cards.c - new cards, and money onto those that hold some (see cards.h). */
#include "app/cards.h"

#include "app/books.h"
#include "app/locallists.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/member.h"

#define CARD_LINK_BYTES 16

int cards_add(struct ctx *ctx, struct str currency, struct token *card)
{
	int result;

	if (card->kind == CARD_COMMERCIAL) {
		card->link = rng_token(ctx->rng, ctx->arena, CARD_LINK_BYTES);
		if (!card->link.ptr)
			return FAULT(FAULT_NOMEM, "link of a card");
		/* the number may be taken: an account without a card must not stay behind */
		result = store_member_tag_find(
			ctx->db, ctx->arena, card->tenant_id, card->id_tag, &(struct token){0});
		TRY(result);
		if (result == 0)
			return CARDS_E_TAKEN;
		TRY(books_account(ctx, card->tenant_id, ACCOUNT_CARD, card->id, STR(""), currency,
			&card->account_id));
	}
	result = store_member_tag_add(ctx->db, card);
	TRY(result);
	if (result > 0 && card->kind == CARD_COMMERCIAL)
		return FAULT(FAULT_BUSY, "the number of a card was taken meanwhile");
	if (result > 0)
		return CARDS_E_TAKEN;
	return locallists_cards_changed(ctx, card->tenant_id);
}

int cards_fill(struct ctx *ctx, const struct token *card, int64_t amount_minor)
{
	struct transfer in = {.key = books_key(ctx, "till", CTX_ID(ctx), "card"),
		.tenant_id = card->tenant_id,
		.kind = TRANSFER_POSTED,
		.code = TRANSFER_TOPUP,
		.credit_account = card->account_id,
		.amount_minor = amount_minor};
	struct account account;
	int result;

	if (card->kind != CARD_COMMERCIAL)
		return CARDS_E_KIND;
	if (amount_minor < 1 || amount_minor > MONEY_MAX)
		return CARDS_E_AMOUNT;
	result = store_ledger_account_get(ctx->db, ctx->arena, card->account_id, &account);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_CORRUPT, "a commercial card without an account");
	in.currency = account.currency;
	TRY(books_account(ctx, card->tenant_id, ACCOUNT_TILL, 0, STR(""), account.currency,
		&in.debit_account));
	return books_must_post(ctx, in, NULL);
}
