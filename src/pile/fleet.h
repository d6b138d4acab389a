/* fleet.h - many piles in one process: each with its simulated hardware, its directory, its
 * connection, all stepped by one timer on one loop. No thread, no timer and no socket per pile
 * beyond its own connection. */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/limits.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/rng.h"
#include "net/net.h"
#include "pile/hal/linux.h"
#include "pile/hal/sim.h"
#include "pile/offline.h"
#include "pile/pile.h"
#include "pile/visitor.h"

#define FLEET_PILES_MAX 20000
#define FLEET_TICK_MS 100
#define FLEET_BUS_MS 10
#define FLEET_SOURCE_MV 750000 /* of a simulated direct current source */

struct fleet_config {
	const char *server;     /* "ws://127.0.0.1:8080/ocpp"; the pile's name is appended; NULL: no
				   server */
	const char *public_url; /* "http://127.0.0.1:8080": before /p/{pile} in the QR code */
	bool has_place;         /* the piles know where they stand: it is in their offline codes */
	int64_t latitude_e5, longitude_e5; /* 1/100000 of a degree */
	const char *data;                  /* directory, NULL: memory only */
	const char *ca_file;
	const char
		*install; /* command that puts an update of the program in place, NULL simulated */
	struct str tags;  /* cards of the simulated drivers, comma separated */
	size_t outlets;
	int32_t speed; /* the cars' batteries fill so many times as fast as the meter says */
	int32_t max_ma;
	uint8_t phases;
	enum hal_plug plug;         /* of simulated outlets; HAL_PLUG_NONE: IEC type 2 */
	bool line;                  /* alternating current outlets have a modem, too */
	const char *outside;        /* interface beyond which the first outlet's car stands */
	int auto_percent;           /* of the piles that get simulated drivers */
	bool resume;                /* transactions go on after a power loss */
	bool autocharge;            /* the car as the key (autocharge.h) */
	enum sign_kind sign;        /* of the key that signs meter readings; 0: nothing is signed */
	enum sign_kind offline_key; /* of a new pile's own key for offline codes */
	bool tpm;                   /* that key lives in the TPM */
	const char *hardware[LIMIT_CONNECTORS]; /* settings of real outlets, one a file */
	size_t hardware_len;                    /* 0: simulated */
};

struct fleet;
struct unit {
	struct pile pile;
	struct offline codes; /* charging without network */
	struct fleet *fleet;
	char *name;
	enum ocpp_version versions[PILE_VERSIONS]; /* offered, best first */
	struct str password;
	char dir[400];         /* of its files, "" in memory */
	struct shelf shelf;    /* small files beside the journal; of memory without a directory */
	struct signer *signer; /* of the meter's readings; NULL: none */
	struct sim *sims;      /* one an outlet; untouched when the hardware is real */
	struct linux_outlet **real; /* one an outlet; NULL: simulated */
	struct sim_world *worlds;
	struct visitor *visitors; /* simulated drivers, one an outlet */
	struct conn *conn;        /* to the server */
	bool connecting;
	bool offline; /* the network is cut (control) */
	int64_t stepped_us;
	bool opened; /* the controller ran before: this is a reset */
	int64_t reset_until_us;
	bool power_cut;   /* the mains went: it begins anew with what its journal has */
	uint64_t viewers; /* displays that watch */
};

struct fleet {
	struct fleet_config config;
	const struct clock *clock;
	struct rng rng;
	struct loop *loop;
	struct unit **units;
	size_t units_len, units_cap;
	struct map by_name;
	struct map passwords; /* name -> struct password, "*" for all others */
	struct arena scratch;
	struct buf anchors; /* of ca_file, PEM */
	struct display *display;
	struct control *control;
	const volatile sig_atomic_t *stop;
};

int fleet_init(struct fleet *fleet, const struct fleet_config *config, const struct clock *clock);
void fleet_fini(struct fleet *fleet);
/* Lines "NAME:PASSWORD", or one line without a colon for all piles. 0 or a fault. */
int fleet_passwords(struct fleet *fleet, const char *path);
/* Adds the piles of a name or pattern: "A-{01..50}" or "A-07", which offer these versions, best
 * first. 0 or a fault. */
int fleet_add(struct fleet *fleet, const char *pattern, const enum ocpp_version *versions);
/* Runs until *stop is set (by a signal handler) or loop_stop. 0 or a fault. */
int fleet_run(struct fleet *fleet, const volatile sig_atomic_t *stop);
struct unit *fleet_find(const struct fleet *fleet, struct str name);
/* Cuts or restores a pile's network. */
void fleet_offline(struct unit *unit, bool offline);
