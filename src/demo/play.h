/* play.h - one complete charge, played by a stranger: scan, price, pay, plug, charge, stop,
 * receipt. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct play {
	char server[96];  /* "http://127.0.0.1:8080" */
	char piles[96];   /* the piles' own pages and simulator: "http://127.0.0.1:9100" */
	const char *pile; /* code of the pile to charge at */
	char token[64];   /* of the order, once it exists */
	bool color;
	volatile const bool *stop; /* set when the person wants to leave */
};

/* Waits until the pile is connected to the platform and free; false after `wait_s`. */
bool play_ready(const struct play *play, int wait_s);
/* Makes the charge and prints each step; false with the reason on stderr. */
bool play_charge(struct play *play);
/* Cuts the network of another pile, for the tour: false when it does not answer. */
bool play_cut(const struct play *play, const char *pile);
/* Prints the receipt of the order. */
bool play_receipt(const struct play *play);
/* A QR code of half blocks on the terminal, with a quiet zone; nothing when the text is too long.
 */
void play_qr(const char *text, bool color);
