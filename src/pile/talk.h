/* talk.h - what a pile and its server say to each other, by protocol version: tables of rows and
 * the one place that decodes, checks and encodes by them. client.c knows when something is said and
 * takes the outcome; the rows of a version know its words.
 *
 *   talk_16 (ocpp16.c)      what is said: kind of call -> action -> fill the request, hear the
 * answer what is answered: action of the server -> handler
 *
 * The house's own words are those of OCPP 1.6 (statuses of cards, keys, measurands), as on the
 * server: another version's rows translate. A new message of the server is a row in one of the
 * lists of `orders`; a new call of the pile is an enum call_kind and a row in `says`. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"
#include "wire/ocpp.h"
#include "wire/record.h"

/* What a call is about; which members count depends on its kind. */
struct talk_about {
	uint8_t connector;
	char tag[HAL_TAG_MAX + 1];
	const struct status_note *status;
	const struct spool_entry *entry;
};

/* What an answer told, in the house's words. */
struct talk_heard {
	int boot; /* enum ocpp16_registration_status */
	int64_t interval_s;
	int64_t time_us; /* the server's clock, 0 when not told */
	int tag_status;  /* enum ocpp16_authorization_status, 0 when not told */
};

/* One message at work, of either direction. */
struct talk {
	struct pile *pile;
	struct arena *arena;
	enum ocpp_version version;
	const struct talk_about *about; /* of a call of ours */
	enum ocpp_code code;            /* a handler refuses a call with this ... */
	struct str text;                /* ... and this sentence */
};

#define TALK_UNSAID 1000 /* this version says nothing here: the call is left out */

/* A call of the pile. `say` fills the zeroed request of the action: 0, TALK_UNSAID or a fault.
 * `hear` takes the checked answer and remembers what it tells; false when that could not be kept,
 * and then the message counts as not answered. NULL: nothing in it matters. */
struct talk_say {
	enum call_kind kind;
	const char *action;
	int (*say)(struct talk *talk, void *req);
	bool (*hear)(struct talk *talk, const void *conf, struct talk_heard *ret);
};
struct talk_says {
	const struct talk_say *rows;
	size_t len;
};

/* A call of the server. The handler gets its checked request and fills the zeroed answer. 0, or a
 * fault (answered as InternalError); talk->code refuses it instead. */
struct talk_order {
	const char *action;
	int (*handle)(struct talk *talk, const void *in, void *out);
};
struct talk_orders {
	const struct talk_order *rows;
	size_t len;
};
#define TALK_ROWS(rows) \
	{ \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

/* A version: lists end with NULL. */
struct talk_version {
	enum ocpp_version version;
	const struct talk_says *const *says;
	const struct talk_orders *const *orders;
	/* The records of an action; false when the version does not know it. */
	bool (*records)(
		struct str action, const struct record **ret_req, const struct record **ret_conf);
};
/* NULL for a version this pile does not speak. */
const struct talk_version *talk_version(enum ocpp_version version);
/* The versions a pile offers, in its order of preference, as a subprotocol list. */
struct str talk_offer(const struct pile *pile, struct arena *arena);

/* Can this version say that at all? */
bool talk_knows(const struct talk_version *version, enum call_kind kind);
/* Appends the whole call frame. 0, RECORD_E_* or a fault. */
int talk_call(struct pile *pile, enum call_kind kind, const struct talk_about *about, struct str id,
	struct arena *scratch, struct buf *frame);
/* Takes the answer to the outstanding call: checks it, remembers what it says. False when it is no
 * valid answer, or could not be kept; then nothing changed. */
bool talk_answer(
	struct pile *pile, struct str payload, struct arena *scratch, struct talk_heard *ret);
/* Carries out one call of the server and appends the answer's payload; 0, or the code that refuses
 * it with a sentence in *ret_text. */
enum ocpp_code talk_take(struct pile *pile, struct str action, struct str payload,
	struct arena *scratch, struct buf *ret_payload, struct str *ret_text);

/* For rows: a text into a tag of ours, cut to its length. */
void talk_tag(char ret[HAL_TAG_MAX + 1], struct str tag);
/* ... and any text into an array of `size` bytes. */
void talk_text(char *ret, size_t size, struct str text);
