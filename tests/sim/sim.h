/* sim.h - what the files of the network simulator share: piles and cars, drivers, one payment
 * channel, the server on its stage, and what must be true. Everything is decided by one seed.
 *
 * network.c  life: what happens next, crashes, the calm at the end, the test itself
 * pile.c     piles and cars: late, twice, out of order, with odd clocks and meters
 * pile_talk.c what piles say and hear; pile_words.c the words of OCPP 1.6J and 2.x for it
 * people.c   drivers, members and operators; the courier and the channel
 * audit.c    a second set of books, kept from the outside and compared after every step */
#pragma once
#include "ask.h"
#include "base/crypt.h"
#include "base/map.h"
#include "base/rng.h"
#include "channel.h"
#include "domain/order.h"
#include "domain/tariff.h"
#include "stage.h"
#include "wire/ocpp.h"

#define SIM_PILES 240
#define SIM_CONNECTORS 2
#define SIM_SITES 2
#define SIM_MEMBERS 48 /* of each site's operator */
#define SIM_SPOOL 96
#define SIM_REPLIES 8
#define SIM_TOUCHED 512
#define SIM_LINKS 1024 /* a link's number modulo this is its pile */
#define SIM_WISHES 4096

/* How a pile errs, all its life. */
enum sim_temper {
	SIM_HONEST = 0,   /* late and repeated, but true */
	SIM_CLOCK = 1,    /* its clock is wrong */
	SIM_METER = 2,    /* its register falls, jumps, stands */
	SIM_CARELESS = 3, /* forgets, reorders, drops messages */
};
enum sim_message_kind {
	SIM_BOOT = 1,
	SIM_STATUS = 2,
	SIM_AUTHORIZE = 3,
	SIM_START = 4,
	SIM_READING = 5,
	SIM_STOP = 6,
	SIM_ODD = 7, /* anything; whatever is answered is fine */
};
/* A charge as it happens at the pile, whether or not the server ever hears of it. */
struct sim_charge {
	int pile, connector;
	char tag[24];
	int64_t start_us, stop_us; /* by the pile's clock */
	int64_t start_wh, stop_wh; /* as the pile tells it */
	char reason[20];
	int64_t number;    /* given by the server; 0: not answered yet */
	int64_t name, seq; /* in 2.x: the pile's own name for it, and the events told so far */
	int64_t stop_seq;
	bool known;          /* the pile heard the number */
	bool start_answered; /* the server answered, heard or not */
	bool stop_answered;
	bool forgotten; /* the pile lost it */
};
struct sim_message {
	enum sim_message_kind kind;
	struct sim_charge *charge;
	int connector;
	int64_t at_us, wh, watt;
	int64_t seq;   /* of an event of 2.x */
	bool named;    /* sent with the number of its transaction */
	char word[24]; /* STATUS, AUTHORIZE's tag */
	char *text;    /* ODD: action and payload, owned */
};
struct sim_connector {
	bool plugged, faulted;
	struct sim_charge *charge; /* running */
	struct sim_charge *last;   /* the one before */
	int64_t begun_s;           /* one start a second, at most */
	int64_t dwh, rest;         /* true register; rest in W x us */
	int64_t watt;
	char wish[24]; /* accepted remote start that waits for a plug */
	int64_t wish_until_us;
};
struct sim_reply {
	char id[40];
	const char *payload;
};
struct sim_pile {
	int at, site;
	int64_t id;
	char code[12];
	enum ocpp_version version;
	enum sim_temper temper;
	int64_t clock_off_us;
	uint64_t link, old_link; /* 0: none */
	bool up;                 /* the handshake was accepted */
	bool deaf;               /* what comes now is lost: the link is about to break */
	bool waiting;            /* the first of the spool was sent and is not answered */
	char call_id[24];
	uint64_t ids;
	struct sim_message spool[SIM_SPOOL];
	size_t spool_len;
	struct sim_reply replies[SIM_REPLIES];
	size_t replies_len;
	struct sim_connector connectors[SIM_CONNECTORS];
	int64_t charges; /* begun here */
	int64_t names;   /* of transactions in 2.x; kept over a reboot */
};
/* What a driver asked for over the web. */
struct sim_wish {
	char key[24]; /* its Idempotency-Key */
	char body[256];
	char token[40], owner[40]; /* when answered */
	bool answered;
};
struct sim_site {
	int64_t tenant, id, series;
	const char *currency, *zone;
	struct tariff tariff; /* the newest */
	char hash[80];
	int64_t members[SIM_MEMBERS], cards[SIM_MEMBERS]; /* every fourth card is commercial */
};
struct sim_audit;
struct sim {
	struct stage stage;
	struct ask *ask;
	struct arena arena; /* of one step */
	struct arena life;  /* of the run */
	struct rng rng;
	struct channel channel;
	struct sim_pile piles[SIM_PILES];
	size_t piles_len;
	struct sim_site sites[SIM_SITES];
	struct sim_wish wishes[SIM_WISHES]; /* the newest ones */
	uint64_t wishes_made;
	int64_t wishes_opened; /* different orders the web was told of */
	struct sim_audit *audit;
	uint64_t links;
	int trouble_pct; /* how often something goes wrong */
	int64_t full_until_us;
	bool calm;
	uint8_t log[SHA256_LEN];
	uint64_t step;
	struct {
		uint64_t frames, answers, crashes, restarts, lost, requests, repeats, orders, late,
			refused;
	} stats;
};

/* --- network.c --- */
_Noreturn void sim_die(const struct sim *sim, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Everything that comes out of the server goes into the log's hash. */
void sim_log(struct sim *sim, const char *what, struct str text);
bool sim_chance(struct sim *sim, int percent);
int64_t sim_below(struct sim *sim, int64_t below);
/* A fault that was not sent by us is a bug: 0 and outcomes pass, faults are only fine in trouble.
 */
int sim_act(struct sim *sim, int (*run)(struct ctx *ctx, void *arg), void *arg);
void sim_pump(struct sim *sim);
/* Is something broken right now, or was in this step? Then the server may fail to do things. */
bool sim_in_trouble(const struct sim *sim);

/* --- pile.c, pile_talk.c --- */
void piles_send(void *context, uint64_t link, struct str text);
void piles_close(void *context, uint64_t link, int code);
void piles_verdict(void *context, uint64_t link, int status, struct str protocol);
/* All are switched on. */
void piles_boot(struct sim *sim);
/* Time passed: registers turn. */
void piles_turn(struct sim *sim, int64_t us);
/* One thing happens at a random pile. */
void piles_act(struct sim *sim);
/* Every pile that can says the next thing it has to say; false when there was nothing to say. */
bool piles_talk(struct sim *sim, int percent);
/* Answers what the server asked. */
bool piles_reply(struct sim *sim);
/* The server went away: all links are gone. */
void piles_cut(struct sim *sim);
/* Everything is reconnected, stopped and unplugged, and stays so. */
void piles_calm(struct sim *sim);
/* Begins a charge with a card or a wish's tag; false when the connector cannot. */
bool pile_begin(struct sim *sim, struct sim_pile *pile, int connector, const char *tag);
/* A charge ends here, if one runs. */
void pile_end(struct sim *sim, struct sim_pile *pile, int connector, const char *reason);
/* Its link breaks. */
void pile_cut(struct sim *sim, struct sim_pile *pile);
void pile_status(struct sim *sim, struct sim_pile *pile, int connector, const char *status);

/* --- pile_words.c --- */
/* Appends action and payload of a message in the words of its pile's version. */
void words_call(struct buf *buf, const struct sim_pile *pile, const struct sim_message *message);

/* --- people.c --- */
void people_found(struct sim *sim);
void people_act(struct sim *sim);
/* Operators end what careless piles have forgotten. */
void people_force(struct sim *sim);
/* One visit of the courier; false when nothing is due. */
bool people_courier(struct sim *sim);
bool people_notify(struct sim *sim);

/* --- audit.c --- */
void audit_open(struct sim *sim);
void audit_close(struct sim *sim);
/* A tariff exists from now on. */
void audit_tariff(struct sim *sim, int64_t id, const struct tariff *tariff);
/* The server answered this start or stop: it must be there, for ever. */
void audit_started(struct sim *sim, struct sim_charge *charge, int64_t number);
/* Is the transaction this charge was answered with open, or did its register move? */
bool audit_moved(struct sim *sim, const struct sim_charge *charge);
void audit_stopped(struct sim *sim, struct sim_charge *charge);
/* Looks at all that changed since the last time. */
void audit_step(struct sim *sim);
/* Looks at everything: the server's own verification and all our memories. */
void audit_all(struct sim *sim);
/* At the end of a calm: nothing is open, and both sides' money agrees. */
void audit_end(struct sim *sim);
