/* attest.h - the pile's own word for what it measured: each transaction's readings, signed once at
 * the begin and once at the end with the pile's key, as lines of the Open Charge Metering Format.
 *
 *   counter journalled with the transaction it is for -> signed -> line journalled -> told with the
 *   stop -> forgotten with the transaction
 *
 * A counter is on the disk before anything is signed under it, together with what it is for: after
 * a power loss the same record gets the same counter, and no counter ever stands for two records.
 * That makes a gap in the counters a lost record and a repeated counter a copy. The stop of a
 * transaction waits for its signature, so none leaves unsigned because a TPM is slow. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/signer.h"
#include "base/str.h"

struct pile;

struct attest {
	struct signer *signer;         /* borrowed; NULL: nothing is signed */
	uint64_t counter;              /* the newest one given out */
	int64_t job_tx;                /* what it was given out for, 0 nothing */
	char job_why;                  /* 'B' or 'E' */
	uint64_t seen_seq, seen_count; /* of the spool at the last look without work left */
	bool idle;
	int64_t retry_us; /* after a failure, not before */
	uint32_t failures;
};

/* Takes up the counter of before. The spool is open. */
void attest_open(struct pile *pile, struct signer *signer);
/* Signs what is due, at most one record a step. */
void attest_step(struct pile *pile);
/* May the stop of this transaction be told: its records are there, or can never be? */
bool attest_ready(const struct pile *pile, int64_t tx);
/* The signed line of a transaction, why 'B' or 'E'; STR_NULL when there is none. Valid until the
 * next change of the spool. */
struct str attest_line(const struct pile *pile, int64_t tx, char why);
/* The public key as text, STR_NULL without a signer. */
struct str attest_key(const struct pile *pile, struct arena *arena);
