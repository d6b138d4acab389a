/* offline.h - charging while there is no network: the pile shows who it is with a fresh nonce,
 * reads the start code a driver's phone shows, charges within its limits, and shows what it charged
 * until that is settled. The transaction itself is pile.h's like any other and waits in the spool.
 *
 *   IDLE --start code--> CLAIMED --transaction--> RUNNING --its stop--> IDLE, settlement shown
 *     ^                     | nobody plugged in: a settlement of nothing
 *     '---------------------'
 *
 * What must survive a power cut stands in one note of the journal per outlet, written before the
 * claim: the last order (so that no code starts twice), the settlement's number, the start code,
 * the registers at each change of price. A code is never trusted for less than: signed by a key of
 * the platform, for this pile and outlet, for a nonce shown here within ten minutes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/sign.h"
#include "base/str.h"
#include "domain/offline.h"
#include "pile/pile.h"
#include "wire/cose.h"

#define OFFLINE_TRUST_MAX 8
#define OFFLINE_TEXT_MAX 600
#define OFFLINE_CODE_ROOM 320 /* a start code's text and its end */
#define OFFLINE_AGAIN_US (60 * US_PER_S)
#define OFFLINE_KID_MAX 32

enum offline_phase { OFFLINE_IDLE = 0, OFFLINE_CLAIMED, OFFLINE_RUNNING };

struct offline_outlet {
	struct outlet *outlet;
	enum offline_phase phase;
	/* nonces */
	int64_t nonce, nonce_us;   /* shown since, monotonic */
	int64_t before, before_us; /* the one shown before it */
	/* the order that is charged, or was last */
	int64_t last_order_id;
	int64_t serial;
	char code[OFFLINE_CODE_ROOM]; /* its start code's text */
	char tag[HAL_TAG_MAX + 1];
	struct offline_start start; /* texts and lists of it are not kept: see tariff */
	struct tariff tariff;
	char currency[4]; /* of the tariff */
	int64_t begin_s, register_dwh, run_from_dwh, next_edge_s;
	int64_t runs_dwh[OFFLINE_RUNS_MAX];
	size_t runs_len;
	enum offline_end end; /* 0: not ended yet */
	int64_t full_since_us, priced_us;
	/* what the screen shows */
	char ident[OFFLINE_TEXT_MAX];
	int64_t ident_us;
	enum offline_state ident_state;
	int64_t drawing_s; /* the time in the identification that is being signed, 0 none */
	char settlement[OFFLINE_TEXT_MAX];
	int64_t settling_us, settling_since_us; /* the end in the settlement that is being signed;
						   and since when, monotonic; 0 none */
	int64_t settlement_until_us;            /* wall clock */
	const char *refusal; /* word of the last code that was no good, NULL none */
	int64_t refusal_until_us;
};

#define OFFLINE_PROOF_MAX 256 /* OFFLINE_CODE_BYTES_MAX */
struct signer;
struct offline {
	struct pile *pile;
	const char *base; /* "https://host": what the addresses in the codes begin with */
	bool has_place;   /* it knows where it stands, and says so in what it shows */
	int64_t latitude_e5, longitude_e5;
	struct sign_secret secret; /* of the journal; unused where a TPM signs */
	struct cose_hand hand;     /* by which our codes are signed */
	struct sign_key public;
	enum sign_kind kind; /* of a key that is made here */
	/* The key after this one, vouched for by this one: in use once the server believes it. */
	bool has_next, next_in_tpm;
	struct sign_secret next_secret; /* unused where a TPM has it */
	struct sign_key next;
	struct {
		struct signer *own; /* of the codes alone; NULL: the meter's, or none */
		bool renewing;      /* another one is made, and waits to be believed */
		uint8_t proof[OFFLINE_PROOF_MAX];
		size_t proof_len; /* the present key's word for `next`, 0 not yet */
	} tpm;
	struct {
		struct str kid;
		uint8_t kid_bytes[OFFLINE_KID_MAX];
		struct sign_key key;
	} trust[OFFLINE_TRUST_MAX];
	size_t trust_len;
	bool told;        /* the server has our key and gave us its own, on this connection */
	int64_t again_us; /* a key that could not be put in use is tried again then; 0: none */
	struct arena scratch;
	struct offline_outlet *outlets;
	size_t outlets_len;
};

/* Takes up what the journal knows. `base` is borrowed, NULL: no codes are shown. `kind` is that of
 * a new key. 0 or a fault; offline_close is owed after 0. */
int offline_open(struct offline *offline, struct pile *pile, const char *base, enum sign_kind kind);
void offline_close(struct offline *offline);
/* After each pile_step. */
void offline_step(struct offline *offline);

/* A text the camera or scanner read at this pile. NULL when it started (or, shown again, ended) a
 * charge; else the word of the refusal: "form", "key", "forged", "busy", "out", or a word of
 * domain/offline.h. */
const char *offline_show(struct offline *offline, struct str text);
/* The text of the QR code this outlet's screen shows: settlement, identification, or STR_NULL when
 * neither makes sense (the pile has network, or knows no key of the platform). */
struct str offline_shown(struct offline *offline, size_t index);
/* "settlement", "ident" or "". */
const char *offline_showing(struct offline *offline, size_t index);

/* Makes a new key of our own, in the TPM where that holds the present one, which comes into use
 * once the server believes it. False when it cannot be made, or nothing can be written. */
bool offline_renew(struct offline *offline);
/* The exchange of keys: our offer for the server, and its answer. After a change it is held once
 * more, so that the server knows what the pile has. */
struct str offline_offer(struct offline *offline, struct arena *arena);
bool offline_answered(struct offline *offline, struct str answer, struct arena *arena);

/* --- inside --- */

/* Second generation module (offline_settle.c): signs and keeps what was charged. */
void offline_settle(
	struct offline *offline, struct offline_outlet *at, int64_t end_us, int64_t register_dwh);
/* Would the settlement still fit its QR code (version 10) with another run of energy? */
bool offline_fits(struct offline *offline, const struct offline_outlet *at);
/* Signs a code of ours; its text in the scratch arena. SIGNER_E_LATER: the TPM is at work, ask
 * again with the same value. Any other result but 0: that failed. */
int offline_make(struct offline *offline, int kind, const struct cose_hand *hand,
	const struct record *record, const void *value, struct str *ret_text);
/* Our key and the platform's, from the journal; a key of `kind` is made when there is none
 * (offline_keys.c). */
int offline_keys_open(struct offline *offline, enum sign_kind kind);
/* The present key's word for the next one; STR_NULL when it cannot be given, or not yet. */
struct str offline_vouch(struct offline *offline, struct arena *arena);
/* Keys in the TPM (offline_tpm.c). Each answers with the one that signs from now on: the meter's
 * before the first renewal, and where another one cannot be had. */
struct signer *offline_tpm_open(struct offline *offline);
/* Makes the next one; offline->has_next tells whether there is one. */
struct signer *offline_tpm_renew(struct offline *offline);
/* The server believes it; offline->has_next stays when it could not be taken into use. */
struct signer *offline_tpm_use_next(struct offline *offline);
void offline_tpm_step(struct offline *offline);
void offline_tpm_close(struct offline *offline);
/* The journal's note of one outlet (offline_note.c). */
int offline_note_write(struct offline *offline, const struct offline_outlet *at);
bool offline_note_read(struct offline *offline, struct offline_outlet *at);
/* Keeps the prices of at->start, while its lists are there. False when they make no day. */
bool offline_price(struct offline_outlet *at);
/* Reads a start code; 0 and *ret_start (views into the scratch arena), or a word. */
const char *offline_read(struct offline *offline, struct str text, struct offline_start *ret_start,
	char ret_tag[HAL_TAG_MAX + 1]);
