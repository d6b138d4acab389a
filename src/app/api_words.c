/* api_words.c - the stable words of the outside face. */
#include "app/api_words.h"
#include "domain/ledger.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/session.h"
#include "domain/token.h"

#define WORDS_MAX 31

static const char *pick(const char *const *words, size_t len, int64_t value)
{
	return value > 0 && (uint64_t)value < len && words[value] ? words[value] : "";
}
#define PICK(words, value) pick((words), sizeof(words) / sizeof((words)[0]), (value))

const char *word_order_state(int64_t value)
{
	return value >= ORDER_CREATED && value <= ORDER_WRITTEN_OFF
		       ? order_state_name((enum order_state)value)
		       : "";
}

const char *word_pile_state(int64_t value)
{
	static const char *const words[] = {NULL, "pending", "approved", "rejected", "retired"};

	return PICK(words, value);
}

const char *word_starter(int64_t value)
{
	static const char *const words[] = {
		NULL, "web", "rfid", "operator", "offline", "contract", "vehicle"};

	return PICK(words, value);
}

const char *word_timing(int64_t value)
{
	static const char *const words[] = {NULL, "prepay", "hold", "credit"};

	return PICK(words, value);
}

const char *word_source(int64_t value)
{
	static const char *const words[] = {NULL, "channel", "wallet", "house", "card"};

	return PICK(words, value);
}

const char *word_card_kind(int64_t value)
{
	return card_kind_name((enum card_kind)value);
}

const char *word_payment_kind(int64_t value)
{
	return value >= PAYMENT_PAY && value <= PAYMENT_REFUND
		       ? payment_kind_name((enum payment_kind)value)
		       : "";
}

const char *word_payment_state(int64_t value)
{
	return value >= PAYMENT_CREATED && value <= PAYMENT_CLOSED
		       ? payment_state_name((enum payment_state)value)
		       : "";
}

const char *word_account_kind(int64_t value)
{
	static const char *const words[] = {NULL, "wallet", "order", "channel", "energy", "service",
		"idle", "house", "unpaid", "bonus", "card", "till", "surplus"};

	return PICK(words, value);
}

const char *word_transfer_kind(int64_t value)
{
	static const char *const words[] = {NULL, "posted", "pending", "post", "void", "expire"};

	return PICK(words, value);
}

const char *word_transfer_code(int64_t value)
{
	static const char *const words[] = {NULL, "topup", "prepay", "hold", "energy", "service",
		"idle", "refund", "debt", "house", "correction"};

	return PICK(words, value);
}

int64_t word_number(const char *(*words)(int64_t), struct str word)
{
	for (int64_t value = 1; word.len && value <= WORDS_MAX; value++) {
		if (str_is(word, words(value)))
			return value;
	}
	return 0;
}

struct str word_session_flags(struct arena *arena, int64_t flags)
{
	static const struct {
		int64_t flag;
		const char *name;
	} names[] = {
		{SESSION_BACKWARDS, "backwards"},
		{SESSION_JUMP, "jump"},
		{SESSION_CLOCK, "clock"},
		{SESSION_ESTIMATED, "estimated"},
		{SESSION_STOP_FIRST, "stop_first"},
		{SESSION_RESET, "reset"},
		{SESSION_NO_ORDER, "no_order"},
	};
	struct buf text;

	buf_init(&text, arena, 256);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].flag)
			buf_format(&text, "%s%s", text.len ? "," : "", names[i].name);
	}
	return text.len ? buf_str(&text) : STR("");
}
