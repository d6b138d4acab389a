/* token.h - RFID tags and other idTags as values: their one spelling and whether they are good. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

#define TOKEN_MAX 36    /* characters of a card: an idToken of OCPP 2.0.1 */
#define TOKEN_MAX_16 20 /* an idTag of 1.6 */

/* Whose money a card spends. */
enum card_kind {
	CARD_PERSONAL = 0,   /* its member's wallet */
	CARD_COMMERCIAL = 1, /* its own balance: filled beforehand, deducted after the charge */
};
struct token {
	int64_t id, tenant_id, member_id;
	struct str id_tag; /* upper case */
	struct str state;  /* "active" or "blocked" */
	struct str parent;
	int64_t expires_us; /* 0 never */
	int64_t created_us;
	bool member_blocked;
	int64_t wallet_account_id;
	enum card_kind kind;
	int64_t account_id; /* commercial: its own; 0 else */
	struct str link;    /* commercial: unguessable, of its page */
};
enum token_outcome {
	TOKEN_E_BLOCKED = 1,
	TOKEN_E_EXPIRED = 2,
};
/* OCPP compares tags without case, so one spelling is stored and looked up; a contract's number
 * (eMAID) may be written with or without its dashes, so those go. In the arena. */
struct str token_normal(struct arena *arena, struct str id_tag);
/* A contract's number as capitals and digits alone, in the arena. */
struct str token_emaid(struct arena *arena, struct str text);
/* Are the two one contract's? The check digit at the end may be left out on either side. */
bool token_same_emaid(struct arena *arena, struct str a, struct str b);
/* The account that pays for a charge with it. */
int64_t token_account(const struct token *token);
/* "personal" or "commercial"; false for any other word. */
bool card_kind_parse(struct str word, enum card_kind *ret_kind);
const char *card_kind_name(enum card_kind kind);
int token_check(const struct token *token, int64_t now_us);

/* The idTag under which a remote start is recognised when it comes back: "LY" and 18 characters of
 * base32, 90 bits. `bytes` are 18 random ones (each gives 5 bits). */
#define TOKEN_START_LEN 20
struct str token_start(struct arena *arena, const uint8_t bytes[18]);
/* Has this tag the shape of token_start? (Then it is looked up among orders, never among cards.) */
bool token_is_start(struct str id_tag);
