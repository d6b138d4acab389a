/* logs.h - files for the server: diagnostics (what the pile is and how it stands) or the security
 * log, sent to the address it named; tried again as often as it said. One at a time: a new wish
 * takes the place of the old one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct pile;
struct carry;

#define LOGS_URL_MAX 2048
#define LOGS_BYTES_MAX (256 * 1024)
#define LOGS_STATUSES 8

/* In the words of OCPP's LogStatus. */
enum logs_status {
	LOGS_IDLE = 1,
	LOGS_UPLOADING,
	LOGS_UPLOADED,
	LOGS_FAILED,
	LOGS_REFUSED, /* PermissionDenied: the server does not want it */
};
struct logs_wish {
	bool security; /* else diagnostics */
	bool plain;    /* asked with the older message, which knows no number */
	int64_t number;
	char url[LOGS_URL_MAX + 1];
	int64_t from_us, until_us; /* of the entries, 0 all */
	int64_t tries;             /* after the first */
	int64_t pause_s;
};
struct logs {
	bool busy;
	struct logs_wish wish;
	struct carry *carry;
	int64_t next_us; /* of the next try; monotonic */
	char name[64];
	struct {
		enum logs_status status;
		bool plain;
		int64_t number;
	} told[LOGS_STATUSES]; /* to be told, oldest first */
	size_t told_len;
};

enum logs_outcome {
	LOGS_E_REPLACED = 1, /* taken; the one before was given up */
	LOGS_E_REFUSED,      /* no address this pile can send to */
};
/* Begins to send; the name of the file is pile->logs.name afterwards. */
int logs_send(struct pile *pile, const struct logs_wish *wish);
/* With each step. */
void logs_step(struct pile *pile);
void logs_close(struct pile *pile);
/* Says how it stands, again. */
void logs_tell(struct pile *pile, bool plain);
