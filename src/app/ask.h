/* ask.h - what the conversations ask of a pile. An ask becomes a stored command in the words of the
 * house (app/ocpp.h), which the desk of the pile's protocol says in its own words; that desk brings
 * the answer back here (ask_answered) when command.ask is set, and the conversation that asked
 * hears it by the kind of the ask. */
#pragma once
#include "app/ctx.h"

struct profile; /* domain/profile.h */
struct tariff;  /* domain/tariff.h */

/* Stored with the command: numbers never change. */
enum ask_kind {
	ASK_NONE = 0,
	ASK_LIST_VERSION = 1, /* -> locallists_answered */
	ASK_LIST_SEND = 2,
	ASK_RESERVE = 3, /* -> reservations_answered */
	ASK_RESERVE_CANCEL = 4,
	ASK_FIRMWARE = 5, /* -> updates_answered */
	ASK_LOG = 6,      /* -> uploads_answered */
	ASK_SETTING = 7,  /* change one; -> setups_answered */
	ASK_SETTINGS = 8, /* tell all */
	ASK_REPORT = 9,   /* send again what `name` says: "boot", "status", "meter", "heartbeat",
			     "firmware", "log", "certificate" */
	ASK_PROFILE = 20, /* a limit; -> smart_answered */
	ASK_PROFILE_CLEAR = 21, /* ours of a connector are forgotten */
	/* Only OCPP 2 has words for those from here on: prices (ocpp2_tariff.c; ->
	   tariffs_answered) ... */
	ASK_TARIFF_LIST = 30,
	ASK_TARIFF_SET = 31,
	ASK_TARIFF_CLEAR = 32,
	ASK_TARIFF_CHANGE = 33,
	ASK_TARIFF_TEXT = 34,
	ASK_WEB_PAYMENT = 35, /* tell: somebody pays in the browser; nobody waits for the answer */
	ASK_WEB_CODE = 36,    /* a code on the screen that changes; -> webcodes_answered */
	/* ... and the rest (ocpp2_ask.c). */
	ASK_DISPLAY_SHOW = 40, /* -> displays_answered */
	ASK_DISPLAY_CLEAR = 41,
	ASK_PUBLISH = 42, /* -> publications_answered */
	ASK_PUBLISH_END = 43,
	ASK_PROFILE_OWN = 44,  /* a profile that only 2.1 has words for; -> smart_answered */
	ASK_PROFILE_TAKE = 45, /* the one with this number is forgotten; -> smart_rush_answered */
	ASK_DYNAMIC = 46,      /* a dynamic one's limit changes; -> smart_answered */
	ASK_RUSH = 47,         /* priority on or off; -> smart_rush_answered */
};
enum ask_outcome {
	ASK_E_UNSUPPORTED = 1, /* the words of the house have no such thing */
	ASK_E_FULL = 2,        /* too many commands wait for it */
	ASK_E_UNKNOWN = 3,     /* no such pile */
};
enum ask_card { ASK_CARD_GOOD = 1, ASK_CARD_BLOCKED = 2, ASK_CARD_GONE = 3 };
struct ask_entry { /* of a list of cards */
	struct str id_tag, parent;
	enum ask_card card;
	int64_t expires_us; /* 0 never */
};
/* Which members count depends on the kind; texts and entries are borrowed. */
struct ask {
	enum ask_kind kind;
	int64_t pile_id, user_id;
	int64_t about_id;     /* the asker's own row; comes back with the answer */
	int64_t valid_us;     /* 0: 60 s */
	int64_t number;       /* LIST_SEND: version after it; RESERVE*: the reservation's number;
				 FIRMWARE, LOG: number of the request; WEB_CODE: equipment, 0 the
				 pile; RUSH: our number of the transaction; PROFILE_TAKE */
	int64_t connector_no; /* RESERVE: 0 any; REPORT: 0 the pile; WEB_PAYMENT */
	int64_t from_us;      /* LOG: oldest entry, 0 all; FIRMWARE: not fetched before */
	int64_t until_us;     /* LOG: newest entry, 0 all; RESERVE: expiry */
	int64_t timeout_s;    /* WEB_PAYMENT: how long the payment may take; WEB_CODE: how long a
				 code is shown */
	struct str id_tag, parent;         /* RESERVE */
	struct str url;                    /* FIRMWARE, LOG; WEB_CODE: template, secret as value */
	struct str certificate, signature; /* FIRMWARE: both for a signed update, else empty */
	bool security_log;                 /* LOG: the security log instead of diagnostics */
	bool full; /* LIST_SEND: replaces the whole list; WEB_CODE, RUSH: on */
	const struct ask_entry *entries;
	size_t entries_len;
	/* SETTING; REPORT: name; PUBLISH*: the file's MD5 as value; TARIFF_CHANGE: name of the
	 * transaction; TARIFF_CLEAR: ids, one a line; TARIFF_TEXT: value */
	struct str name, value;
	const struct tariff *tariff;   /* TARIFF_SET, TARIFF_CHANGE */
	const struct profile *profile; /* PROFILE*, DYNAMIC; its transaction by our number */
	const struct display *display; /* DISPLAY_SHOW */
};
/* Stores the command (devices_command). */
int ask_pile(struct ctx *ctx, const struct ask *ask, int64_t *ret_command_id);

enum ask_verdict {
	ASK_ACCEPTED = 1,
	ASK_REJECTED,
	ASK_FAILED,
	ASK_OCCUPIED,
	ASK_FAULTED,
	ASK_UNAVAILABLE,
	ASK_UNSUPPORTED,
	ASK_MISMATCH,    /* of a list's version */
	ASK_REBOOT,      /* accepted, takes effect after a restart */
	ASK_CERTIFICATE, /* invalid or revoked */
	ASK_MISSING,     /* the pile knows no such thing */
	ASK_LOST,        /* no answer: `error` says why ("timeout", "expired", "CALLERROR:...") */
};
struct ask_answer {
	enum ask_kind kind;
	int64_t pile_id, about_id;
	enum ask_verdict verdict;
	int64_t number;   /* LIST_VERSION: the pile's version, below 0: it keeps no lists */
	struct str text;  /* LOG: name of the file; SETTING: the setting's name; TARIFF_LIST: ids,
			     one a line; DISPLAY*, PUBLISH*, TARIFF_*: the pile's word */
	struct str error; /* LOST */
};
/* Stable word of a verdict. */
const char *ask_verdict_name(enum ask_verdict verdict);
/* A command ended without an answer ("expired" ...): whoever asked hears it. */
struct command;
int ask_lost(struct ctx *ctx, const struct command *command, struct str error);
/* For the front desks: the pile's answer on its way to whoever asked. */
int ask_answered(struct ctx *ctx, const struct ask_answer *answer);
