/* ctx.h - what a conversation is given: one transaction, one arena, a clock reading, randomness;
 * and the list in which it leaves what shall happen once its facts are durable. A conversation
 * never waits and never calls outside. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/id.h"
#include "base/rng.h"
#include "base/sign.h"
#include "base/str.h"
#include "db/db.h"

/* What the world is told after COMMIT. Nothing here is needed for correctness: a lost effect is
 * found again from its table (commands, outbox) at the next tick. */
enum effect_kind {
	EFFECT_COMMAND = 1, /* send the stored command `id` to pile `pile_id` */
	EFFECT_EVENT = 2,   /* something about `topic` changed: live streams look again */
	EFFECT_COURIER = 3, /* outbox has work */
	EFFECT_DROP = 4,    /* close the socket of pile `pile_id` */
	EFFECT_FORGET = 5,  /* the kept file called `name` is not needed any more */
};
struct effect {
	struct effect *next;
	enum effect_kind kind;
	int64_t id;
	int64_t pile_id;
	int64_t tenant_id;
	struct str topic; /* EVENT: "order:<token>", "pile:<code>", "tenant:<id>"; COMMAND: the
			     protocol it is worded in */
	struct str name;  /* EVENT: event name; COMMAND: OCPP action */
	struct str
		payload; /* EVENT: JSON object (may be empty); COMMAND: the call's JSON payload */
	int64_t expires_us; /* COMMAND: not sent after this time */
};
/* One row for the journal: a frame pair or a meter sample; written by the journal lane beside the
 * commit. */
struct journal_row {
	struct journal_row *next;
	bool sample;
	int64_t pile_id;
	int64_t tenant_id;
	int64_t at_us;
	int64_t order_id;   /* 0 when none */
	int64_t session_id; /* samples */
	int64_t connector_no;
	bool from_pile;
	struct str action; /* frames */
	struct str message_id;
	struct str request; /* JSON payload of the call; samples: packed bytes (domain/session) */
	struct str answer;  /* JSON payload or error frame */
	struct str error;   /* CALLERROR code, "timeout", "offline"; empty when fine */
	int64_t latency_us;
	struct str
		repeats; /* the same message again: [["id",at_us,latency_us],...]; empty: never */
};
struct effects {
	struct effect *head, **tail;
	struct journal_row *rows, **rows_tail;
	struct arena *arena;
};
void effects_init(struct effects *effects, struct arena *arena);
/* Never NULL. When the arena is full the entry is lost and arena->failed set: the job then ends
 * with a fault. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind);
struct journal_row *effects_add_row(struct effects *effects);

enum app_trust_file {
	APP_TRUST_SHOWN = 1,       /* certificate of the port, with its chain */
	APP_TRUST_SHOWN_OTHER = 2, /* its second one, of another kind of key */
	APP_TRUST_BELIEVED = 3,    /* authorities of piles' certificates */
	APP_TRUST_REVOKED = 4,     /* revocation lists of those */
};
struct payment_news; /* app/payments.h */
/* What the server lends the front desks, so that app needs nothing of pay. Functions may be NULL:
 * not available. */
struct app_hooks {
	/* Verifies the notification of a payment channel (signature, window, format) and reads it;
	 * pure, any lane. *ret_accepted and *ret_refused are the bodies that channel wants to see.
	 * 0, or > 0 when it must be refused. */
	int (*notify_verify)(void *context, struct str channel, struct str headers, struct str body,
		int64_t now_us, struct arena *arena, struct payment_news *ret_news,
		struct str *ret_accepted, struct str *ret_refused);
	void *context;
	/* One of the server's files of certificates as it lies now (PEM, empty when the settings
	 * name none); false when it cannot be read. Any lane. */
	bool (*trust_file)(const void *context, enum app_trust_file file, struct arena *arena,
		struct str *ret_pem);
	const void *trust_context;
};
#define APP_CHANNELS_MAX 8

/* Security of piles (app/security.h, app/certificates.h). */
struct app_security {
	struct str organisation; /* O of every certificate; empty: not looked at */
	int64_t least_profile;   /* what every pile must at least come with */
	int64_t raise_profile;   /* what a pile is raised to once it has its certificate, 0: nothing
				  */
	bool tls;                /* piles can reach us through TLS */
	bool sign_by_hand;       /* an operator approves each request */
	int64_t device_days;     /* life of a certificate */
	int64_t renew_days;      /* before its end the pile is asked for a successor */
	/* Our own authority (PEM): its certificate with the root behind it, its key. Empty: none.
	 */
	struct str ca_chain, ca_key;
	/* Authorities whose certificates piles may show (PEM). */
	struct str anchors;
	/* Roots of contracts of vehicles (V2G, MO), and lists of what they revoked (PEM). */
	struct str contract_roots, contract_crls;
};

/* Charging at piles without network: keys that sign start codes, newest first, and how much is
 * risked on a pile nobody hears of. */
#define APP_OFFLINE_KEYS_MAX 8
struct app_offline {
	struct app_offline_key {
		struct str kid;
		struct sign_secret secret;
		struct sign_key public;
	} keys[APP_OFFLINE_KEYS_MAX];
	size_t keys_len;
	int64_t max_minor;        /* most money of one order; 0: this way is not offered */
	int64_t credit_max_minor; /* most that may be charged first and paid after; 0: never */
	int64_t valid_s;          /* how long a start code may start */
	int64_t lasts_s;          /* longest charge */
	int64_t wait_us;          /* an order nobody heard of for so long gives its money back */
};

/* Whom piles may make us ask outside; empty: nobody (app/inquiry.h). */
struct app_outside {
	struct str ocsp_hosts;        /* responders of other authorities, divided by commas */
	struct str crl_hosts;         /* where lists of revoked certificates are fetched, so too */
	struct str contract_pool_url; /* certificates of contracts (ISO 15118) */
	struct str vat_url;           /* registry of VAT numbers */
};

/* Settings the conversations need, read from the configuration at boot. */
struct app_config {
	struct str public_url;    /* "http://localhost:8080", no slash at the end */
	struct str server_key;    /* secret for keyed hashes */
	int unknown_piles;        /* enum unknown_policy of app/devices.h */
	int64_t start_timeout_us; /* remote start without current: money goes back (60 s) */
	int64_t heartbeat_s;      /* interval told to piles */
	int64_t boot_again_s;   /* ... whose boot is not accepted: when to try again; 0: as above */
	int64_t sample_s;       /* MeterValueSampleInterval told to piles */
	int64_t journal_months; /* whole months of messages kept beside the running one; 0: all */
	bool tariff_required;   /* refuse a start at a pile without a tariff */
	bool cards_at_once;     /* one card may charge at several outlets at the same time */
	struct str default_currency;
	struct str channels[APP_CHANNELS_MAX]; /* names of the payment channels configured; the
						  first is the default */
	size_t channels_len;
	int64_t keep_uploads_us; /* logs piles sent are kept so long; 0: for ever */
	bool demo;               /* demo data: the start page lists the piles */
	struct app_security security;
	struct app_hooks hooks;
	struct app_offline offline;
	struct app_outside outside;
};
struct ctx {
	struct db *db; /* inside a transaction */
	struct db *
		journal[2]; /* read lanes: this and last month's journal, NULL when there is none */
	struct arena *arena;
	struct effects *effects;
	struct rng *rng;
	struct id_maker *ids;
	const struct app_config *config;
	int64_t now_us;
	int ledger_shard; /* which counters of busy accounts this lane adds to */
};
#define CTX_ID(ctx) id_next((ctx)->ids, (ctx)->now_us)
