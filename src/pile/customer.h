/* customer.h - what the pile keeps of one customer, told as lines of text, and forgotten where that
 * may be. A customer is a card, or the group several cards share (the only name beside a card's
 * number that ever reaches a pile).
 *
 *   remembered card   what the server said of it before       forgotten
 *   server's list     an entry the server put there           kept: SendLocalList changes it
 *   reservation       a place kept for the card               kept until it ends or is cancelled
 *   transaction       running, or not yet told to the server  kept for the books, then gone by
 *                                                             itself
 *
 * A forgotten card also leaves the journal's history: the journal is rewritten. */
#pragma once
#include "base/str.h"
#include "pile/pile.h"

struct customer {
	char name[HAL_TAG_MAX + 1]; /* of a card, or of a group */
	bool group;                 /* the name may be a group's */
};

/* Appends a line for each thing kept; a sentence when there is nothing. */
void customer_report(const struct pile *pile, const struct customer *customer, struct buf *ret);
/* Forgets what may be forgotten, and appends what went and what stays. 0 or a fault. */
int customer_clear(struct pile *pile, const struct customer *customer, struct buf *ret);
