/* inquiry.h - what a front desk wants asked outside before it can answer a pile: one HTTP request.
 * The desk leaves it in its reply; it is done after the commit and outside of any transaction, and
 * the desk is called once more with what came back. Meanwhile the pile may say other things and is
 * told its commands. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define INQUIRY_TIMEOUT_MS 8000 /* piles wait for 30 s as a rule */

struct inquiry {
	struct str method, url;
	struct str headers; /* lines ended by CRLF */
	struct str body;
	bool guarded; /* the address came from outside: never one of a private network */
};
struct inquiry_answer {
	int status;      /* of HTTP; 0: no answer */
	struct str body; /* bounded; any bytes */
	const char *why; /* status 0: for the log */
};
/* Who does inquiries. Both on the gateway's thread; `done` is called exactly once, the answer lives
 * until it returns. */
struct inquiry_runner {
	void (*run)(void *context, const struct inquiry *inquiry,
		void (*done)(void *arg, const struct inquiry_answer *answer), void *arg);
	void *context;
};

/* May a pile make us ask there? `hosts` are names the settings allow, divided by commas; "*" allows
 * every other one at a public address (*ret_guarded). Only http and https, no user in the address.
 */
bool inquiry_allowed(struct str hosts, struct str url, bool *ret_guarded);
