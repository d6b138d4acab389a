/* api_words.h - the stable words the outside face uses for numbers kept in tables. */
#pragma once
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/* "" for a number that has no word. */
const char *word_order_state(int64_t value);
const char *word_pile_state(int64_t value);
const char *word_starter(int64_t value);
const char *word_timing(int64_t value);
const char *word_source(int64_t value);
const char *word_card_kind(int64_t value);
const char *word_payment_kind(int64_t value);
const char *word_payment_state(int64_t value);
const char *word_account_kind(int64_t value);
const char *word_transfer_kind(int64_t value);
const char *word_transfer_code(int64_t value);
/* The number of a word by one of the functions above (1..31), or 0. */
int64_t word_number(const char *(*words)(int64_t), struct str word);
/* Names of session flags, comma separated; "" for none. */
struct str word_session_flags(struct arena *arena, int64_t flags);
