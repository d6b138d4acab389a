/* firmware.h - updates of the pile's own program: fetched, proved, put in place when nobody
 * charges, and taken back when the new one does not come up.
 *
 *   wish (on the disk) -> its time -> file comes, apart from charging -> signature -> its time, and
 * nobody charges -> installed -> reboot -> accepted by the server: done | not the new program: the
 * old one goes on
 *
 * Power that goes on the way begins again with the fetching: a file that lay about is not
 * trusted. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/crypt.h"
#include "base/str.h"

struct pile;
struct carry;

#define FIRMWARE_URL_MAX 2048
#define FIRMWARE_PEM_MAX 5500
#define FIRMWARE_SIGNATURE_MAX 800
#define FIRMWARE_VERSION_MAX 50
#define FIRMWARE_STATUSES 16

/* In the words of the signed update; the older message knows some of them. */
enum firmware_status {
	FIRMWARE_IDLE = 1,
	FIRMWARE_DOWNLOAD_SCHEDULED,
	FIRMWARE_DOWNLOADING,
	FIRMWARE_DOWNLOADED,
	FIRMWARE_DOWNLOAD_FAILED,
	FIRMWARE_SIGNATURE_VERIFIED,
	FIRMWARE_INVALID_SIGNATURE,
	FIRMWARE_INSTALL_SCHEDULED,
	FIRMWARE_INSTALLING,
	FIRMWARE_INSTALL_REBOOTING,
	FIRMWARE_INSTALLED,
	FIRMWARE_INSTALLATION_FAILED,
};

struct firmware_wish {
	bool is_signed;
	bool plain; /* asked with the older message, which knows no number */
	int64_t number;
	int64_t fetch_us, install_us; /* not before; 0 at once */
	int64_t tries;                /* after the first */
	int64_t pause_s;
	char url[FIRMWARE_URL_MAX + 1];
	char certificate[FIRMWARE_PEM_MAX + 1];     /* PEM of the maker */
	char signature[FIRMWARE_SIGNATURE_MAX + 1]; /* base64 */
};

enum firmware_step {
	FIRMWARE_NOTHING = 0,
	FIRMWARE_WAITS, /* for its time, or for the next try */
	FIRMWARE_FETCHES,
	FIRMWARE_READY,    /* proved; waits for its time and for a pile that nobody uses */
	FIRMWARE_INSTALLS, /* the maker's command runs */
	FIRMWARE_REBOOTS,
	FIRMWARE_TRIAL, /* the new program runs and is not accepted yet */
};
struct firmware {
	enum firmware_step step;
	struct firmware_wish *wish;  /* NULL: none */
	enum firmware_status status; /* the newest one */
	struct carry *carry;
	int child;                              /* the maker's command */
	bool restart;                           /* the program itself is to start again */
	int64_t next_us;                        /* monotonic */
	char version[FIRMWARE_VERSION_MAX + 1]; /* that runs, "" as built */
	struct {
		enum firmware_status status;
		bool plain;
		int64_t number;
	} told[FIRMWARE_STATUSES]; /* to be told, oldest first */
	size_t told_len;
};

enum firmware_outcome {
	FIRMWARE_E_REPLACED = 1, /* taken; the one before was given up */
	FIRMWARE_E_REFUSED,      /* no address, or one is being installed */
	FIRMWARE_E_CERTIFICATE,  /* not of a maker that this pile knows */
};

/* Takes up what was under way. The spool, the shelf and the events are open. */
void firmware_open(struct pile *pile);
void firmware_close(struct pile *pile);
/* A new wish. 0, an outcome, or a fault; durable after 0 and FIRMWARE_E_REPLACED. */
int firmware_update(struct pile *pile, const struct firmware_wish *wish);
/* With each step. */
void firmware_step(struct pile *pile);
/* The server accepted the boot: a program on trial has proved itself. */
void firmware_accepted(struct pile *pile);
/* Says how it stands, again. */
void firmware_tell(struct pile *pile, bool plain);
