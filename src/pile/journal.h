/* journal.h - an append-only log of records that survives power loss at any byte.
 *
 *   file   = head, record, record ...
 *   head   = "LEYDENJ1" (8), identity (8, random, for ever), chain start (32)
 *   record = length of the payload (4, little endian), payload, link (32)
 *   link   = SHA-256(previous link, length, payload); the first record's previous link is the
 * head's chain start
 *
 * A record counts once journal_append(..., sync) returned 0. At opening, reading stops at the first
 * record whose link does not hold: what stands behind it was never acknowledged (a torn write) and
 * is cut off. More than one record's worth of unreadable bytes is damage, not a torn write; then
 * the whole file is kept aside before it is cut. journal_rewrite puts a shorter content in the
 * place of the old one, continuing the chain. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/crypt.h"
#include "base/str.h"
#include "pile/disk.h"

#define JOURNAL_HEAD_BYTES 48
#define JOURNAL_RECORD_MAX 4096 /* bytes of payload */
#define JOURNAL_FRAME_BYTES 36  /* beside the payload */

struct rng;

struct journal {
	struct disk disk;
	uint64_t identity;
	uint8_t link[SHA256_LEN]; /* of the last record */
	int64_t length;           /* bytes that count */
	uint64_t records;
	bool dirty_tail; /* a failed write may have left bytes behind `length` */
};

struct journal_recovery {
	bool fresh;        /* there was no journal */
	int64_t cut_bytes; /* torn or damaged tail */
	bool damaged;      /* more than a torn write can explain; the file was kept aside */
};

/* Opens (or creates) the journal and hands every record to `visit` in order; the journal owns the
 * disk from now on, also when this fails. A fault of `visit` ends the opening. */
int journal_open(struct journal *journal, const struct disk *disk, struct rng *rng,
	struct journal_recovery *ret_recovery, int (*visit)(void *context, struct str payload),
	void *context);
void journal_close(struct journal *journal);
/* Appends one record. With `sync` it is durable on return. On a fault nothing was appended. */
int journal_append(struct journal *journal, struct str payload, bool sync);

/* A new content in the making: begin, add each record, then journal_rewrite. */
struct journal_image {
	struct buf bytes;
	uint8_t link[SHA256_LEN];
	uint64_t records;
};
void journal_image_begin(const struct journal *journal, struct journal_image *image);
void journal_image_add(struct journal_image *image, struct str payload);
/* Replaces the file's content; frees the image in every case. */
int journal_rewrite(struct journal *journal, struct journal_image *image);
