/* cards.h - commercial cards: made with a balance of their own, filled at the operator's desk.
 * Filling through a payment channel is payments.h, spending is charging.h. */
#pragma once
#include "app/ctx.h"
#include "domain/token.h"

enum cards_outcome {
	CARDS_E_TAKEN = 1, /* this operator has a card with this number */
	CARDS_E_KIND = 2,  /* a personal card has no balance */
	CARDS_E_AMOUNT = 3,
};
/* Stores a new card; its number must be normal (token_normal). A commercial one gets an account in
 * `currency` and the link of its page, both filled in. */
int cards_add(struct ctx *ctx, struct str currency, struct token *card);
/* Money taken at the desk goes onto a commercial card. */
int cards_fill(struct ctx *ctx, const struct token *card, int64_t amount_minor);
