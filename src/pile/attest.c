/* attest.c - signing a transaction's readings (promises in attest.h). */
#include "pile/attest.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"
#include "wire/ocmf.h"

#define ATTEST_ARENA (64 * 1024)
#define ATTEST_RETRY_US (5 * US_PER_S)
#define ATTEST_FAILURES 12 /* so many in a row: the key is gone, stops go without it */
#define ATTEST_PREFIX "ocmf:"
#define ATTEST_JOB STR("attest")

static struct str attest_note(char room[40], int64_t tx, char why)
{
	int len = snprintf(room, 40, ATTEST_PREFIX "%lld:%c", (long long)tx, why);

	return (struct str){room, (size_t)len};
}

/* "<counter> <transaction> <why>" */
static bool attest_read_job(struct attest *attest, struct str text)
{
	struct str rest = text, counter = str_cut(&rest, ' '), tx = str_cut(&rest, ' ');
	int64_t number;

	if (!str_to_i64(counter, &number) || number < 0 || rest.len != 1 ||
		!str_to_i64(tx, &attest->job_tx))
		return false;
	attest->counter = (uint64_t)number;
	attest->job_why = rest.ptr[0];
	return true;
}

void attest_open(struct pile *pile, struct signer *signer)
{
	struct str noted = spool_note_get(&pile->spool, ATTEST_JOB);

	memset(&pile->attest, 0, sizeof(pile->attest));
	pile->attest.signer = signer;
	if (noted.len && !attest_read_job(&pile->attest, noted))
		LOG_ERROR("counter of records unreadable", "pile=%.*s", STR_FMT(pile->config.name));
}

struct str attest_line(const struct pile *pile, int64_t tx, char why)
{
	char room[40];

	return spool_note_get(&pile->spool, attest_note(room, tx, why));
}

struct str attest_key(const struct pile *pile, struct arena *arena)
{
	struct sign_key key;

	if (!pile->attest.signer)
		return STR_NULL;
	key = signer_key(pile->attest.signer);
	return ocmf_key_text(arena, &key);
}

bool attest_ready(const struct pile *pile, int64_t tx)
{
	const struct attest *attest = &pile->attest;

	return !attest->signer || attest->failures >= ATTEST_FAILURES ||
	       attest_line(pile, tx, 'E').len > 0;
}

/* ---- one record ---- */

static void attest_add(struct ocmf *ocmf, const struct ocmf_reading *like, bool back, char why,
	int64_t at_us, int64_t register_dwh)
{
	struct ocmf_reading *reading = &ocmf->readings[ocmf->readings_len++];

	*reading = *like;
	reading->back = back;
	reading->why = why;
	reading->at_us = at_us;
	reading->register_dwh = register_dwh;
}

/* The register of what was given back, as the record of the beginning signed it: the start may be
 * told and gone from the journal by the end. -1: none was. */
static int64_t attest_back_start(const struct pile *pile, int64_t tx, char why, struct arena *arena)
{
	const struct spool_entry *start = spool_entry_of(&pile->spool, tx, SPOOL_START);
	const struct ocmf_reading *first;
	struct ocmf begun;

	if (why == 'B' || attest_line(pile, tx, 'B').len == 0)
		return start && start->facts.exports ? start->facts.export_dwh : -1;
	if (ocmf_read(arena, attest_line(pile, tx, 'B'), &begun) != 0)
		return -1;
	first = ocmf_first(&begun, true);
	return first ? first->register_dwh : -1;
}

static struct str attest_payload(
	const struct pile *pile, const struct spool_tx *tx, char why, struct arena *arena)
{
	const struct spool_entry *stop = spool_entry_of(&pile->spool, tx->id, SPOOL_STOP);
	/* the time is the server's when it has told it, else only what our own clock believes */
	char time_status = pile->link.clock_told ? 'S' : 'U';
	char choice[MODE_TEXT_MAX + 1];
	struct ocmf ocmf = {.gateway = pile->config.model,
		.gateway_serial = pile->config.name,
		.gateway_version = pile->config.firmware,
		.meter_vendor = pile->config.vendor,
		.meter_serial = pile->config.serial,
		.counter = pile->attest.counter,
		.identified = tx->tag[0] != 0,
		.tag = str_from(tx->tag),
		.point = str_format(arena, "%.*s*%d", STR_FMT(pile->config.name), tx->connector)};
	const struct ocmf_reading like = {.time_status = time_status};
	int64_t back_dwh = attest_back_start(pile, tx->id, why, arena);

	mode_choice_text(&tx->choice, choice);
	ocmf.choice = str_dup(arena, str_from(choice));
	attest_add(&ocmf, &like, false, 'B', tx->started_us, tx->start_dwh);
	if (back_dwh >= 0)
		attest_add(&ocmf, &like, true, 'B', tx->started_us, back_dwh);
	if (why != 'E' || !stop)
		return ocmf_payload(arena, &ocmf);
	attest_add(&ocmf, &like, false, 'E', stop->at_us, stop->register_dwh);
	if (back_dwh >= 0 && stop->facts.exports)
		attest_add(&ocmf, &like, true, 'E', stop->at_us, stop->facts.export_dwh);
	return ocmf_payload(arena, &ocmf);
}

/* Gives out a counter, unless the record had one before the power went. */
static int attest_count(struct pile *pile, int64_t tx, char why, struct arena *arena)
{
	struct attest *attest = &pile->attest;
	uint64_t counter = attest->counter + 1;

	if (attest->job_tx == tx && attest->job_why == why)
		return 0;
	TRY(spool_note(&pile->spool, ATTEST_JOB,
		str_format(
			arena, "%llu %lld %c", (unsigned long long)counter, (long long)tx, why)));
	attest->counter = counter;
	attest->job_tx = tx;
	attest->job_why = why;
	return 0;
}

static void attest_failed(struct pile *pile, int64_t tx, const char *what)
{
	struct attest *attest = &pile->attest;

	attest->failures++;
	attest->retry_us = pile->ticks_us + ATTEST_RETRY_US;
	LOG_WARN("record not signed", "pile=%.*s tx=%lld why=\"%s\" failures=%u",
		STR_FMT(pile->config.name), (long long)tx, what, attest->failures);
}

static void attest_sign(struct pile *pile, const struct spool_tx *tx, char why)
{
	uint8_t signature[SIGN_LEN];
	struct arena arena;
	struct str payload, line;
	char room[40];
	int result;

	arena_init(&arena, ATTEST_ARENA);
	if (attest_count(pile, tx->id, why, &arena) < 0) {
		attest_failed(pile, tx->id, fault_text());
		arena_fini(&arena);
		return;
	}
	payload = attest_payload(pile, tx, why, &arena);
	result = payload.len ? signer_sign(pile->attest.signer, payload, signature)
			     : SIGNER_E_FAILED;
	if (result == 0) {
		line = ocmf_line(&arena, payload, signer_key(pile->attest.signer).kind, signature);
		if (line.len == 0 || line.len > SPOOL_NOTE_MAX ||
			spool_note(&pile->spool, attest_note(room, tx->id, why), line) < 0)
			attest_failed(pile, tx->id, "no room for the record");
		else
			pile->attest.failures = 0;
	} else if (result != SIGNER_E_LATER) {
		attest_failed(pile, tx->id, "no signature");
	}
	arena_fini(&arena);
}

/* ---- what is due ---- */

static bool attest_due(const struct pile *pile, const struct spool_tx *tx, char *ret_why)
{
	if (tx->abandoned)
		return false;
	if (attest_line(pile, tx->id, 'B').len == 0)
		*ret_why = 'B';
	else if (tx->stopped && attest_line(pile, tx->id, 'E').len == 0)
		*ret_why = 'E';
	else
		return false;
	return true;
}

/* Records of transactions that are over and told. Returns true when there was one. */
static bool attest_forget_one(struct pile *pile)
{
	struct str key, value, number;
	size_t cursor = 0;
	int64_t tx;

	while (spool_note_next(&pile->spool, &cursor, &key, &value)) {
		if (!str_starts(key, STR(ATTEST_PREFIX)))
			continue;
		number = str_slice(key, strlen(ATTEST_PREFIX), key.len);
		if (str_to_i64(str_cut(&number, ':'), &tx) && spool_tx(&pile->spool, tx))
			continue;
		return spool_note(&pile->spool, key, STR_NULL) == 0;
	}
	return false;
}

void attest_step(struct pile *pile)
{
	struct attest *attest = &pile->attest;
	const struct spool *spool = &pile->spool;
	char why;

	if (!attest->signer || pile->ticks_us < attest->retry_us ||
		(attest->idle && attest->seen_seq == spool->next_seq &&
			attest->seen_count == spool->count))
		return;
	for (size_t i = 0; i < spool->txs_len; i++) {
		if (!attest_due(pile, &spool->txs[i], &why))
			continue;
		attest->idle = false;
		attest_sign(pile, &spool->txs[i], why);
		return;
	}
	attest->idle = !attest_forget_one(pile);
	attest->seen_seq = spool->next_seq;
	attest->seen_count = spool->count;
}
