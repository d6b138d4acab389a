/* cashier.h - the page on which a payer says yes or no, in the payer's language. */
#pragma once
#include "base/str.h"
#include "sandbox/book.h"

/* The language to use: ?lang= first, then Accept-Language, else English. */
enum cashier_language { CASHIER_ZH = 0, CASHIER_EN = 1, CASHIER_DE = 2 };
enum cashier_language cashier_language(struct str wish, struct str accept);
/* Writes the whole page of an operation; NULL: there is no such payment. */
void cashier_page(
	struct buf *buf, const struct operation *operation, enum cashier_language language);
/* Writes the start page: what this program is. */
void cashier_index(struct buf *buf);
