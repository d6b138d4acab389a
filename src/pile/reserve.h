/* reserve.h - reservations: an outlet, or any one of them, kept for a card until a time. They are
 * notes of the spool ("reserve:<id>") and so survive a restart. One ends when its card starts a
 * charge, when it is cancelled, when its time is over, and when its outlet (or the whole pile)
 * fails or is taken out of use. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/limits.h"
#include "pile/hal/hal.h"

struct pile;
struct outlet;

#define RESERVE_MAX LIMIT_CONNECTORS

struct reservation {
	int64_t id;        /* the server's number, 0 or more */
	uint8_t connector; /* 0: any */
	char tag[HAL_TAG_MAX + 1];
	char parent[HAL_TAG_MAX + 1]; /* group that may use it too, "" none */
	int64_t until_us;
};

/* A reservation that ended without being used or cancelled; OCPP 2 tells the server. */
struct reserve_end {
	int64_t id;
	bool expired; /* else its outlet failed or was taken out of use */
};
struct reserve {
	struct reservation list[RESERVE_MAX];
	size_t len;
	struct reserve_end ends[RESERVE_MAX]; /* oldest first; the oldest is dropped when full */
	size_t ends_len;
};

enum reserve_outcome {
	RESERVE_E_REJECTED = 1, /* no such outlet, over already, too many */
	RESERVE_E_OCCUPIED,
	RESERVE_E_UNAVAILABLE,
	RESERVE_E_FAULTED,
};

/* Takes up the reservations of before. The spool and the outlets are open. */
void reserve_open(struct pile *pile);
/* Ends what is over. With each step of the pile. */
void reserve_step(struct pile *pile);
/* Keeps a place; one with the same id is replaced. Durable after 0; else an outcome or a fault, and
 * nothing changed. */
int reserve_now(struct pile *pile, const struct reservation *wish);
/* False when there is no such reservation, or its end could not be kept. */
bool reserve_cancel(struct pile *pile, int64_t id);
/* The reservation of this one outlet, NULL when there is none. */
const struct reservation *reserve_at(const struct pile *pile, const struct outlet *outlet);
/* The oldest end not yet told; false when there is none. */
bool reserve_ended(struct pile *pile, struct reserve_end *ret);

enum reserve_right {
	RESERVE_FREE = 0, /* nobody's place */
	RESERVE_OWN,      /* the card's own reservation, or its group's */
	RESERVE_ASK,      /* it depends on the card's group, which is not known */
	RESERVE_OTHERS,
};
/* May this card charge at the outlet? `parent` "": its group is not known. */
enum reserve_right reserve_right(
	const struct pile *pile, const struct outlet *outlet, const char *tag, const char *parent);
/* The id of the reservation that a start of this card uses, -1 none. */
int32_t reserve_of(
	const struct pile *pile, const struct outlet *outlet, const char *tag, const char *parent);
/* Its charge has begun, and that is on the disk. */
void reserve_used(struct pile *pile, int64_t id);
