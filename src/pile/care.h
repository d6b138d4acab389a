/* care.h - what a pile says beside charging: security events, certificate requests, how an update
 * or an upload goes. It comes after everything about transactions, one call at a time, and waits a
 * minute after a refusal. The words are the rows' of each version. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/link.h"
#include "wire/ocpp.h"

struct pile;

struct care {
	int64_t retry_us; /* after a refusal, not before; monotonic */
};

/* The kind of call that is due and that this connection's version knows; CALL_NONE when none. */
enum call_kind care_next(const struct pile *pile);
/* A status of an update or a file was heard. */
void care_told(struct pile *pile, enum call_kind kind);
/* It was refused, or could not be made. */
void care_failed(struct pile *pile, enum call_kind kind, enum ocpp_code code);
/* The boot was accepted. */
void care_accepted(struct pile *pile);
/* The connection ended, or came to nothing (`http_status` of a refusal). */
void care_lost(struct pile *pile, bool was_accepted, int http_status, struct str why);
/* With each step of the pile. */
void care_step(struct pile *pile);
