/* spool.h - what a pile must not forget, kept in its journal: transactions, the transaction
 * messages the server has not answered yet (in order), the meters' registers, and small notes
 * (configuration, card cache, availability).
 *
 *   start --> [START][SAMPLE]...[STOP] --> answered one by one from the head, each answer
 * journalled (DONE)
 *                |
 *                the answer brings the server's number of the transaction (CONFIRM), which later
 * messages carry
 *
 * The transaction's own number is ours and never changes; the server's is a second column that may
 * come late, also after a restart. A message is kept until it was answered, so it is sent at least
 * once; its journal number makes a stable message id, so that a repeated one can be recognised. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/map.h"
#include "base/str.h"
#include "pile/hal/hal.h"
#include "pile/journal.h"
#include "pile/mode.h"

#define SPOOL_ENTRIES_MAX 20000 /* beyond it samples are dropped, never starts or stops */
#define SPOOL_RESERVE_BYTES \
	(256 * 1024) /* a transaction starts only with this much room on the disk */
#define SPOOL_NOTE_MAX 1536

struct rng;

enum spool_kind {
	SPOOL_START = 1,
	SPOOL_SAMPLE,
	SPOOL_STOP,
	SPOOL_STATE, /* what 2.x is told between start and stop and 1.6 is not */
};

/* Why a transaction began (OCPP 2.x triggerReason). */
enum start_cause { START_AUTHORIZED = 0, START_PLUGGED, START_REMOTE };
/* What a SPOOL_STATE tells. */
enum state_cause {
	STATE_CHANGED = 0,
	STATE_DEAUTHORIZED,
	STATE_LIMIT,
	STATE_TARIFF,
	STATE_FAULT, /* a protection suspended it */
	STATE_RATE,  /* more or less power, by heat or grid */
	STATE_CAUSES,
};
/* What kind of token began or ended a transaction (OCPP 2.x IdTokenEnum), in the order of the names
 * in ocpp2.c. */
enum token_kind {
	TOKEN_CARD = 0, /* ISO14443 */
	TOKEN_CENTRAL,
	TOKEN_EMAID,
	TOKEN_CARD_15693,
	TOKEN_KEY_CODE,
	TOKEN_LOCAL,
	TOKEN_MAC,
	TOKEN_NONE, /* nobody was asked for one */
	TOKEN_KINDS,
};

/* Why a sample was taken (OCPP ReadingContext), in the order of the names in ocpp16.c. */
enum spool_context {
	SPOOL_PERIODIC = 0,
	SPOOL_CLOCK,
	SPOOL_BEGIN,
	SPOOL_END,
	SPOOL_TRIGGER,
	SPOOL_INTERRUPT_BEGIN,
	SPOOL_INTERRUPT_END,
};

/* Why a transaction ended (OCPP Reason), in the order of the names in ocpp16.c. */
enum stop_reason {
	STOP_LOCAL = 0,
	STOP_REMOTE,
	STOP_EV_DISCONNECTED,
	STOP_DEAUTHORIZED,
	STOP_EMERGENCY,
	STOP_HARD_RESET,
	STOP_SOFT_RESET,
	STOP_POWER_LOSS,
	STOP_REBOOT,
	STOP_UNLOCK,
	STOP_OTHER,
	STOP_ENERGY_LIMIT,
	STOP_TIME_LIMIT,
	STOP_COST_LIMIT,
	STOP_SOC_LIMIT,
	STOP_GROUND_FAULT,
	STOP_OVERCURRENT,
	STOP_MASTER, /* a card of the group that ends any charge */
	STOP_REASONS,
};

/* How things stood at the moment of a message; all zero says nothing of them. */
struct spool_facts {
	uint8_t state;             /* enum evse_state */
	uint8_t cause;             /* of starts: enum start_cause */
	uint8_t token;             /* enum token_kind of the entry's tag */
	bool offline;              /* the server could not be told at once */
	bool remote;               /* a start the server asked for ... */
	int32_t remote_id;         /* ... under this number */
	struct mode_choice choice; /* of starts: how the car is charged */
	bool exports;              /* energy may flow back at this outlet: */
	int64_t export_dwh;        /* the register of that */
};

struct spool_entry {
	uint64_t seq;
	int64_t tx;
	int64_t at_us;
	int64_t register_dwh;
	struct hal_meter meter; /* samples only */
	int32_t temperature_mc; /* samples only */
	int32_t reservation;    /* starts only; -1 none */
	int32_t number;         /* within its transaction: 0, 1, 2 ... */
	uint8_t kind, connector;
	uint8_t why; /* enum spool_context, stop_reason or state_cause */
	struct spool_facts facts;
	char tag[HAL_TAG_MAX + 1]; /* starts; stops by a card */
};

/* The server knows a transaction by our name for it (2.x), not by a number of its own. */
#define SPOOL_OWN_NAME (-1)

/* Where a transaction ends by itself; -1 not. */
struct spool_limit {
	int64_t cost_e5; /* in 1/100000 of the tariff's currency */
	int64_t energy_dwh, seconds, soc_percent;
};

struct spool_tx {
	int64_t id;
	int64_t server_id; /* valid when confirmed; or SPOOL_OWN_NAME */
	int64_t started_us, start_dwh;
	int64_t last_us, last_dwh; /* the newest thing known about it */
	struct spool_limit limit;
	int32_t next_number; /* of its next message */
	uint8_t connector;
	uint8_t token; /* enum token_kind of the tag */
	struct mode_choice choice;
	bool confirmed; /* the server answered the start */
	bool refused;   /* ... and does not accept the card */
	bool abandoned; /* the server refused the start message itself for good */
	bool stopped;   /* a stop is in the journal */
	char tag[HAL_TAG_MAX + 1];
};

struct spool_register {
	int64_t register_dwh, raw_dwh, at_us;
};

struct spool {
	struct journal journal;
	uint64_t next_seq;
	int64_t next_tx;
	struct spool_entry *entries; /* ring */
	size_t head, count, cap;
	struct spool_tx *txs;
	size_t txs_len, txs_cap;
	struct spool_register *registers; /* by connector - 1 */
	size_t registers_len;
	struct map notes; /* key -> struct spool_note */
	size_t notes_bytes;
	uint64_t dropped_samples;
};

/* `connectors` outlets. 0 or a fault; spool_close is owed only after 0. */
int spool_open(struct spool *spool, const struct disk *disk, size_t connectors, struct rng *rng,
	struct journal_recovery *ret_recovery);
void spool_close(struct spool *spool);

enum spool_outcome { SPOOL_E_FULL = 1 /* no room for a new transaction on the disk */ };

/* Is there no room for another transaction? What is kept free lets the running ones end. */
bool spool_full(const struct spool *spool);
/* Opens a transaction: durable on return, or it does not exist. `facts` here and below may be NULL.
 */
int spool_start(struct spool *spool, uint8_t connector, const char *tag, int64_t register_dwh,
	int64_t at_us, int32_t reservation, const struct spool_facts *facts, int64_t *ret_tx);
int spool_sample(struct spool *spool, int64_t tx, enum spool_context context, int64_t at_us,
	int64_t register_dwh, const struct hal_meter *meter, int32_t temperature_mc,
	const struct spool_facts *facts);
int spool_state(struct spool *spool, int64_t tx, enum state_cause cause, int64_t at_us,
	int64_t register_dwh, const struct spool_facts *facts);
/* Ends a transaction once: a second stop of the same one does nothing. `tag` "" when no card ended
 * it. */
int spool_stop(struct spool *spool, int64_t tx, const char *tag, int64_t register_dwh,
	int64_t at_us, enum stop_reason reason, const struct spool_facts *facts);
/* The server answered the start: its number, and whether it accepts the card. */
int spool_confirm(struct spool *spool, int64_t tx, int64_t server_id, bool accepted);
/* The server will never take the start: the transaction's other messages are not sent. */
int spool_abandon(struct spool *spool, int64_t tx);

/* The transaction's limits, kept with it. */
int spool_limit(struct spool *spool, int64_t tx, const struct spool_limit *limit);

/* The oldest unanswered message, NULL when none; spool_done after its answer. */
const struct spool_entry *spool_head(const struct spool *spool);
int spool_done(struct spool *spool);
/* The unanswered message of this kind of a transaction, NULL when there is none. */
const struct spool_entry *spool_entry_of(
	const struct spool *spool, int64_t tx, enum spool_kind kind);
/* The newest time anything in the spool carries; 0 when it holds none. */
int64_t spool_newest_us(const struct spool *spool);
/* Is the start of this transaction still waiting for its answer? */
bool spool_start_waits(const struct spool *spool, int64_t tx);

/* NULL when there is none. Valid until the next change. */
struct spool_tx *spool_tx(const struct spool *spool, int64_t tx);
struct spool_tx *spool_tx_running(const struct spool *spool, uint8_t connector);
struct spool_tx *spool_tx_of_server(const struct spool *spool, int64_t server_id);

/* Notes down a register; durable when `sync`. */
int spool_register(struct spool *spool, uint8_t connector, int64_t register_dwh, int64_t raw_dwh,
	int64_t at_us, bool sync);

/* Rewrites the journal without its history: what was forgotten is on the disk no more. */
int spool_rewrite(struct spool *spool);

/* Small texts by key; an empty value removes the note. */
int spool_note(struct spool *spool, struct str key, struct str value);
struct str spool_note_get(const struct spool *spool, struct str key);
/* Walks all notes: start with *cursor = 0; false at the end. Do not change notes while walking. */
bool spool_note_next(
	const struct spool *spool, size_t *cursor, struct str *ret_key, struct str *ret_value);
