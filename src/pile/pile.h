/* pile.h - one charging pile: its outlets, their transactions and what the server is to be told. It
 * turns what happens at an outlet (evse.h) into transactions (spool.h) and wishes; client.h carries
 * the wishes to the server and brings its orders back. Nothing here waits, sends or reads a clock
 * of its own.
 *
 * A charge:  claim (card, remote order) -> [asking the server] -> granted -> car plugged ->
 * transaction journalled
 *            -> energy -> stop asked -> contactor open -> stop journalled. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/clock.h"
#include "base/limits.h"
#include "base/rng.h"
#include "pile/access.h"
#include "pile/attest.h"
#include "pile/autocharge.h"
#include "pile/board.h"
#include "pile/care.h"
#include "pile/certs.h"
#include "pile/contract.h"
#include "pile/events.h"
#include "pile/der.h"
#include "pile/evse.h"
#include "pile/firmware.h"
#include "pile/keys.h"
#include "pile/link.h"
#include "pile/locallist.h"
#include "pile/logs.h"
#include "pile/network.h"
#include "pile/reserve.h"
#include "pile/secc.h"
#include "pile/shelf.h"
#include "pile/profiles.h"
#include "pile/spool.h"
#include "pile/price.h"
#include "pile/voice.h"
#include "wire/ocpp.h"

enum claim_state {
	CLAIM_NONE = 0,
	CLAIM_ASKING,  /* the server is to say whether this card may charge */
	CLAIM_GRANTED, /* it may; the car is expected until claim_until_us */
};

/* What the display tells beside the state; a word for the page's texts. */
enum outlet_notice {
	NOTICE_NONE = 0,
	NOTICE_ASKING,       /* the card is being checked */
	NOTICE_REFUSED,      /* the card may not charge */
	NOTICE_OFFLINE_CARD, /* no network, and the card is not known here */
	NOTICE_PLUG_IN,      /* all is well, the cable is missing */
	NOTICE_TIMEOUT,      /* nobody plugged in */
	NOTICE_OTHER_CARD,   /* another card started this charge */
	NOTICE_STORAGE,      /* the journal cannot take a new transaction */
	NOTICE_PLUG,         /* this plug cannot be served here */
	NOTICE_RESERVED,     /* the outlet is kept for somebody else */
	NOTICE_PAYING,       /* ... who pays for it on the web */
	NOTICE_RECOGNISING,  /* the car is asked who it is */
	NOTICE_NO_VEHICLE,   /* it did not say, or cannot be known now: scan or tap */
	NOTICE_NO_CREDIT,    /* the car may not charge by itself: scan or tap */
	NOTICE_CONTRACT,     /* the car's contract is being checked */
	NOTICE_NO_CONTRACT,  /* ... and cannot pay here: scan or tap */
};

/* Less power so that it does not get too hot: a warning, not a fault. */
enum easing {
	EASING_NONE = 0,
	EASING_CABINET,
	EASING_CONNECTOR,
	EASING_COOLING, /* was too hot: the cooling step */
	EASINGS,
};

struct stop_wish {
	bool owed;
	enum stop_reason reason;
	char tag[HAL_TAG_MAX + 1];
	int64_t since_us;
};

struct outlet {
	struct hal hal;
	struct evse evse;
	uint8_t number; /* 1.. */
	int64_t tx;     /* the running transaction, 0 none */
	enum claim_state claim;
	char claim_tag[HAL_TAG_MAX + 1];
	char claim_parent[HAL_TAG_MAX + 1]; /* the card's group, "" not known */
	int64_t claim_until_us;
	bool claim_remote;
	bool claim_plugged; /* the car was there before the word that it may charge */
	struct {
		uint8_t token;     /* enum token_kind of claim_tag */
		bool numbered;     /* the server asked for it ... */
		int32_t remote_id; /* ... under this number */
	} claim_from;
	struct profile *start_profile; /* of the transaction that is to begin, NULL none; ours */
	int64_t paying_until_us; /* monotonic: somebody pays for it on the web (web.h), 0 nobody */
	bool resuming;           /* a transaction of before the power loss waits for its car */
	bool inoperative_wish;   /* ChangeAvailability, when the outlet is free */
	bool checkpointed;
	bool told; /* the server knows (or will know) the next three */
	uint8_t told_state, told_fault, told_easing;
	int64_t eased_us[EASINGS]; /* monotonic: when each was the reason last, 0 it is over */
	struct {
		bool owed;       /* the power changed for a reason of our own since it was told */
		uint8_t reason;  /* enum strategy_reason as seen last */
		int32_t told_ma; /* what was on offer when it was told last */
		int64_t next_us; /* not told before, monotonic */
	} rate;
	struct stop_wish stop;
	enum outlet_notice notice;
	int64_t notice_until_us;
	bool priority;        /* of the running charge: profiles.h */
	int64_t priority_due; /* the charge whose priority the server is to be told, 0 none */
	struct needs_told needs;
	bool allows_back;      /* the running charge may give energy back: the server said so */
	uint8_t told_charging; /* enum evse_state the journal's last message of the transaction has
				*/
	int64_t next_sample_us, next_checkpoint_us; /* monotonic */
	int64_t next_aligned_us;                    /* wall clock */
	struct {
		int64_t tx, energy_dwh, seconds;
		bool valid;
	} last_charge;      /* for the display after the end */
	char cost[32];      /* text for the display, "" unknown */
	int64_t cost_e5;    /* the running transaction's, as far as known; -1 not */
	int64_t cost_at_us; /* when it was told, wall clock */
	struct price price;
	struct cost_run *account; /* what the charge costs by our own account, NULL none; ours */
	int64_t next_cost_us;     /* monotonic */
	struct voice voice;
	struct autocharge autocharge;
	struct contract contract;
	struct {
		int64_t since_us; /* monotonic */
		int32_t from_percent;
	} pace; /* of the battery since the energy began to flow */
};

#define PILE_STATUS_QUEUE 16
struct status_note {
	uint8_t connector;
	uint8_t state; /* enum evse_state */
	uint8_t fault; /* enum protect_kind, PROTECT_KINDS none */
	int64_t tx;    /* running then */
	int64_t at_us;
	uint8_t easing;     /* enum easing: a warning, where there is no fault */
	bool list_conflict; /* the server's word about a card differs from its own list */
};

/* Something about the pile that 2.x is told as an event: a protection or an easing that came or
 * went, or a variable that reached what a monitor watches for. */
#define PILE_ALERTS 32
struct pile_alert {
	int64_t at_us, tx;
	uint8_t connector; /* 0: the pile itself */
	uint8_t protect;   /* enum protect_kind; PROTECT_KINDS: an easing's or a monitor's */
	uint8_t easing;    /* enum easing; EASING_NONE: a monitor's */
	bool cleared;
	int32_t monitor;
	char value[32];
};

/* An answer of 2.x in many parts, told piece by piece. */
#define PILE_REPORTS 4
#define REPORT_WORDS 34 /* the variables of LIMIT_CONNECTORS outlets, and the pile's own */
struct pile_report {
	uint8_t kind; /* enum call_kind */
	int32_t request_id;
	int64_t at_us;
	int32_t next, part;            /* first row of the next part, and its number */
	uint64_t wanted[REPORT_WORDS]; /* rows by bit; what they are depends on the kind */
	char *text;                    /* or a text, of which `next` is the first byte; ours */
	size_t text_len;
};

#define PILE_VERSIONS 3
struct pile_config {
	enum ocpp_version versions[PILE_VERSIONS]; /* offered, best first; 0 ends the list */
	struct str name, vendor, model, serial, firmware;
	size_t outlets;
	struct signer *signer; /* of the meter's records, borrowed; NULL: nothing is signed */
	int64_t profile;       /* security profile that the server's address stands for */
	bool has_password;     /* there is one beside AuthorizationKey */
	struct str server;     /* the installer's address, empty none */
	struct str anchors;    /* PEM of the installer's authorities, empty none */
	bool tpm;              /* keys of certificates are made in the TPM */
	bool events;           /* security events are kept and told */
	const char *dir;       /* for files that come; NULL: no updates here */
	const char *ca_file;   /* anchors of the web servers of files, NULL the system's */
	const char *install;   /* command that puts an update in place; NULL: simulated */
	struct shelf *shelf;   /* small files, borrowed; NULL: in memory, gone with the pile */
};

struct pile {
	struct pile_config config; /* views into memory that outlives the pile */
	const struct clock *clock;
	struct rng *rng;
	struct spool spool;
	struct keys keys;
	struct attest attest;
	struct shelf own_shelf, *shelf;
	struct locallist list;
	struct reserve reserve;
	struct board board;
	struct network network;
	struct events events;
	struct certs certs;
	struct secc secc;
	struct access access;
	struct care care;
	struct logs logs;
	struct firmware firmware;
	struct profiles profiles;
	uint8_t needs_asked_for; /* the outlet whose car's needs were told last */
	struct der der;
	struct outlet *outlets;
	size_t outlets_len;
	int64_t ticks_us, now_us;                       /* of the current step */
	struct status_note statuses[PILE_STATUS_QUEUE]; /* oldest first */
	size_t statuses_len;
	struct pile_alert alerts[PILE_ALERTS]; /* oldest first */
	size_t alerts_len;
	struct monitors *monitors;
	struct pile_stream *streams; /* STREAMS_MAX of them, NULL until the first one (stream.h) */
	struct {
		struct cost_tariff *list; /* of every outlet (0) and of each; cost.h */
		size_t len;
	} tariffs;
	struct pile_report reports[PILE_REPORTS]; /* oldest first */
	size_t reports_len;
	uint32_t alerts_told;    /* since the controller began: the next one's number */
	uint32_t alert_failures; /* refusals of the oldest */
	int64_t alert_retry_us;  /* monotonic: not before */
	struct link link;
	bool inoperative;        /* connector 0 */
	bool full;               /* the disk takes no new transaction: the outlets are closed */
	int64_t next_room_us;    /* when the disk is looked at again */
	int64_t next_foresee_us; /* when what was learned is kept again */
	uint64_t triggered_status, triggered_meter; /* bits by connector, asked by the server */
	struct offline *offline; /* charging without network (offline.h), NULL: not here */
	enum { RESET_NONE = 0, RESET_SOFT, RESET_HARD } reset;
	bool reset_wish; /* a reset for when nothing charges any more */
};

/* The register of energy given back, as a note of the journal (export.c). */
void export_load(struct pile *pile, struct outlet *outlet);
void export_keep(struct pile *pile, const struct outlet *outlet);
/* Opens the pile on its disk: outlets from `hals` (config.outlets of them, copied), transactions of
 * before taken up. `pile` is the caller's memory; pile_close is owed after 0. Takes the disk in
 * every case. */
int pile_open(struct pile *pile, const struct pile_config *config, const struct hal *hals,
	const struct disk *disk, const struct clock *clock, struct rng *rng);
void pile_close(struct pile *pile);
/* One step of all outlets: hardware, transactions, samples. 5 to 20 times a second. */
void pile_step(struct pile *pile);

/* NULL when there is no such outlet. */
struct outlet *pile_outlet(struct pile *pile, int64_t number);
/* A card at the outlet: starts, or stops what it started. */
void pile_card(struct pile *pile, struct outlet *outlet, const char *tag);
/* A car that said who it is: asks for it, or decides by what is known here. The claim is NONE
 * afterwards when it cannot be. */
void pile_vehicle(struct pile *pile, struct outlet *outlet, const char *tag);
/* A car whose contract (the eMAID is its tag) was proven to be its own: the same. */
void pile_contract(struct pile *pile, struct outlet *outlet, const char *tag);
/* An order to start from afar: 0 any free outlet. The outlet it is for, NULL when it is refused. */
struct outlet *pile_remote_start(struct pile *pile, int64_t connector, const char *tag);
/* A claim that needs nobody's word any more: a checked start code. False when the outlet is taken.
 */
bool pile_claim(struct pile *pile, struct outlet *outlet, const char *tag);
/* False when no such transaction runs here. */
bool pile_remote_stop(struct pile *pile, int64_t server_tx);
/* What the pile knows of a card by itself: the server's list first, then what it said before. */
bool pile_card_known(const struct pile *pile, const char *tag, struct tag_verdict *ret);
/* Are the two cards the same, or of one group as far as known? */
bool pile_cards_same(const struct pile *pile, const char *a, const char *b);
/* The server said this of a card: remembered where it may be, and for the outlet that asks. */
void pile_card_told(struct pile *pile, const char *tag, const struct tag_verdict *verdict);
/* The outlet where the transaction of our own number runs, NULL when it does not. */
struct outlet *pile_outlet_of(struct pile *pile, int64_t tx);
/* The server's word about the card an outlet asks for. `known` false: no word could be had. */
void pile_authorized(struct pile *pile, struct outlet *outlet, bool known, int status);
/* Sets a key, keeps it, and lets it take effect at once where something runs by it. Returns an enum
 * ocpp16_configuration_status value, or a fault. */
int pile_set_key(struct pile *pile, struct str name, struct str value);
/* Ends the outlet's transaction, if one runs, as soon as the contactor is open. */
void pile_stop(struct pile *pile, struct outlet *outlet, enum stop_reason reason, const char *tag);

/* Emergency stop from afar, of one outlet or (0) of all, and its release. It lasts over restarts
 * until it is released. False when there is no such outlet. */
bool pile_emergency(struct pile *pile, int64_t connector, bool on);

enum pile_available { PILE_NOW = 0, PILE_LATER, PILE_REFUSED };
enum pile_available pile_operate(struct pile *pile, int64_t connector, bool operative);

enum pile_unlock { PILE_UNLOCKED = 0, PILE_UNLOCK_FAILED, PILE_UNLOCK_UNKNOWN };
enum pile_unlock pile_unlock(struct pile *pile, int64_t connector);
/* Ends everything with the reset's reason; pile->reset is acted upon by the owner once pile_quiet.
 */
void pile_reset(struct pile *pile, bool hard);
/* Takes a sample of the running transaction into the spool, if one runs. */
void pile_sample(struct pile *pile, struct outlet *outlet, enum spool_context context);
/* Bits by connector: that one, or (0) every outlet, with the pile itself as bit 0 when `whole`. */
uint64_t pile_connectors(const struct pile *pile, int64_t connector, bool whole);
/* The oldest event was told. */
void pile_alert_done(struct pile *pile);
/* ... or refused, for good (`never`) or this once: then it is told again, some times. */
void pile_alert_refused(struct pile *pile, bool never);
/* Queues an event for a server of 2.x; its time is now. Without connection only what is serious
 * enough waits; when too many wait, the least serious goes. */
void pile_alert(struct pile *pile, const struct pile_alert *event);
/* No transaction runs and no stop is owed. */
bool pile_quiet(const struct pile *pile);
/* The status the server knows of a connector: queued for sending. Connector 0 is the pile. */
void pile_report(struct pile *pile, uint8_t connector);
/* The list and the server's word differ: the server is told so. */
void pile_report_conflict(struct pile *pile);
void pile_notice(struct pile *pile, struct outlet *outlet, enum outlet_notice notice);
/* Connection up again: the present status of everything takes the place of what was queued. */
void pile_report_all(struct pile *pile);
