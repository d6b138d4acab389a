/* sim_ev.h - the car's side of the charging cable in the simulated car: it shouts (SLAC), asks
 * where to connect (SDP) and talks (DIN 70121, ISO 15118-2), with the same codecs as the pile; with
 * a contract of its own it does so inside TLS, and pays by it (sim_ev_contract.c). What
 * real cars do wrong it does when it is told to (enum sim_ev_trick). Between it and the pile stands
 * a modem, which is played here as well. */
#pragma once
#include "base/rng.h"
#include "pile/exi.h"
#include "pile/needs.h"
#include "pile/hal/hal.h"
#include "pile/slac.h"
#include "pile/v2gtp.h"

#define EV_QUEUE 8
#define EV_ROOM 1200

enum sim_ev_phase {
	EV_ASLEEP = 0, /* until the signal says "talk to me" */
	EV_ASKING,     /* CM_SLAC_PARM.REQ */
	EV_SHOUTING,
	EV_WAITING,  /* for how loud it was */
	EV_MATCHING, /* CM_SLAC_MATCH.REQ */
	EV_JOINING,  /* the network comes up */
	EV_SEEKING,  /* SDP */
	EV_TALKING,
	EV_DONE, /* nothing more until the signal goes and comes again */
};

/* The next request of a talk. */
enum sim_ev_say {
	EV_SAY_HELLO = 0,
	EV_SAY_SETUP,
	EV_SAY_SERVICES,
	EV_SAY_SELECT,
	EV_SAY_INSTALL, /* a contract, as the next two only where it pays by one */
	EV_SAY_DETAILS,
	EV_SAY_AUTHORISE,
	EV_SAY_PARAMETERS,
	EV_SAY_CABLE,
	EV_SAY_PRECHARGE,
	EV_SAY_START,
	EV_SAY_LOOP,
	EV_SAY_RECEIPT, /* between two of the loop */
	EV_SAY_STOP,
	EV_SAY_WELDING,
	EV_SAY_END,
};

enum sim_ev_trick {
	EV_HONEST = 0,
	EV_MUTE,     /* stops talking in the loop, and leaves the connection open */
	EV_HANG_UP,  /* breaks off in the loop */
	EV_SEQUENCE, /* wants current before it said who it is */
	EV_GARBAGE,  /* sends bytes that are no message */
	EV_STRANGER, /* another session's number */
	EV_CONTRACT, /* wants to pay by contract, though nobody offered it */
	EV_FORGED,   /* signs with another key than its contract's */
	EV_ALTERED,  /* another challenge than it was given */
	EV_REPLAY,   /* the challenge of its first talk, signed well, in every later one */
	EV_UNSIGNED,
	EV_TRICKS,
};

enum sim_ev_speaks { EV_DIN = 1, EV_ISO2 = 2 };

struct sim_ev_world {
	int32_t duty_permille;
	bool plugged, wants;
	bool direct;            /* what hangs at the other end */
	int32_t now_mv, max_mv; /* of the battery */
	int32_t max_ma;
	int32_t inlet_mv;
	int32_t soc_percent;
	int64_t capacity_dwh;
};

/* What a car has that pays by contract: texts in PEM, borrowed for the call. */
struct sim_ev_papers {
	struct str key, chain;   /* of the contract; empty: it has none yet */
	struct str oem_key, oem; /* the certificate it was built with: to get a contract by */
	struct str roots;        /* whom it believes that it is a pile (V2G) */
	int64_t now_us;          /* its clock */
};
struct tunnel;
struct tunnel_paper;
#define EV_CONTRACT_ROOM 12288
struct sim_ev_contract {
	struct arena arena; /* the texts */
	struct str key, chain, oem_key, oem;
	char emaid[16];
	struct tunnel_paper *paper;
	struct tunnel *tunnel; /* while it talks */
	bool offered, pays;    /* in this talk */
	bool has_old;
	uint8_t challenge[16], old[16];
	int64_t reading; /* of the meter, as told last */
	uint32_t receipts;
	uint8_t in[EV_CONTRACT_ROOM];
};

struct sim_ev {
	bool on;      /* the outlet has a modem, and this car uses it */
	bool outside; /* only found here: the rest is said by a car that is none of ours */
	/* who it says it is: the same everywhere in an honest car */
	uint8_t mac[SLAC_MAC], match[SLAC_MAC], address[SLAC_MAC];
	uint8_t evccid[8];
	size_t evccid_len;
	unsigned speaks; /* enum sim_ev_speaks */
	enum sim_ev_trick trick;

	enum sim_ev_phase phase;
	enum sim_ev_say say;
	int64_t ticks_us, since_us, said_us;
	int64_t asks_us; /* since when it asks the same */
	int tries, sounds;
	bool waits; /* for the answer to the last request */
	uint8_t run[8], pile[SLAC_MAC], key[16];
	bool keyed; /* the modem has the pile's key: */
	uint8_t network[16];
	const struct exi_schema *schema;
	uint8_t session[8];
	bool direct;     /* as the pile offered it */
	bool closed;     /* its own contactors */
	bool asks;       /* state C */
	int32_t told_ma; /* alternating: how much it may take */
	bool stops;      /* the pile asked it to */
	/* it leaves so many seconds from its word on, and wants so much until then: it asks for a
	 * schedule, and says that it will draw all of it; 0: it says neither */
	int64_t departs_s, wants_wh;
	struct needs_schedule schedule;   /* what it was offered last */
	struct sim_ev_contract *contract; /* NULL: it has none, and speaks in clear */
	char why[40];                     /* the code that ended the talk; "" it ended well */
	struct sim_ev_world world;
	struct hal_packet out[EV_QUEUE]; /* for the pile */
	size_t out_len, len;
	uint8_t in[EV_ROOM];
};

/* Gives it a contract, or a way to get one; with neither it has none any more. False when the
 * papers cannot be used. */
bool sim_ev_give(struct sim_ev *ev, const struct sim_ev_papers *papers);
/* A car that does not speak until `on`. */
void sim_ev_init(struct sim_ev *ev);
/* NULL is fine. */
void sim_ev_fini(struct sim_ev *ev);
/* The same MAC everywhere. */
void sim_ev_name(struct sim_ev *ev, const uint8_t mac[SLAC_MAC]);
/* As a script says it: the address everywhere, but in IPv6 where another one is given. */
void sim_ev_vehicle(struct sim_ev *ev, const struct vehicle *vehicle);
/* What the pile sends: to the modem, to the car. */
void sim_ev_take(struct sim_ev *ev, const struct hal_packet *packet);
void sim_ev_step(struct sim_ev *ev, const struct sim_ev_world *world, int64_t dt_us);
bool sim_ev_next(struct sim_ev *ev, struct hal_packet *ret);
/* Names of what it may do wrong; EV_TRICKS when there is none of that name. */
enum sim_ev_trick sim_ev_trick_find(struct str word);
/* "din", "iso2", "din,iso2": 0 when it is none of these. Of two ISO 15118-2 is preferred. */
unsigned sim_ev_speaks_find(struct str text);
const char *sim_ev_word(enum sim_ev_phase phase);

/* The request a car says next, and what it makes of the answer (sim_ev_talk.c). */
void sim_ev_request(struct sim_ev *ev, struct exi_doc *doc);
void sim_ev_answer(struct sim_ev *ev, const uint8_t *bytes, size_t len);
/* What a contract puts into it, and takes from the answer (sim_ev_contract.c). */
bool sim_ev_pays(const struct sim_ev *ev);
void sim_ev_contract_fill(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request);
void sim_ev_contract_sign(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *header,
	const struct exi_node *request);
void sim_ev_contract_offered(struct sim_ev *ev, const struct exi_node *answer);
/* False: an answer it cannot use. */
bool sim_ev_contract_take(struct sim_ev *ev, const struct exi_node *answer);
/* What it says first of a contract. */
enum sim_ev_say sim_ev_contract_first(const struct sim_ev *ev);
