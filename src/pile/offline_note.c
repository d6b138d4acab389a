/* offline_note.c - what an outlet's offline charge must not forget, as one note of the journal: one
 * write, so that a power cut finds the old state or the new one. Numbers, then the start code,
 * which may hold blanks and therefore stands last; the settlement that is shown has a note of its
 * own. */
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "pile/offline.h"

static struct str note_key(
	struct offline *offline, const char *what, const struct offline_outlet *at)
{
	return str_format(&offline->scratch, "offline:%s:%d", what, at->outlet->number);
}

static void put(struct buf *buf, int64_t value)
{
	buf_put_i64(buf, value);
	buf_put_char(buf, ' ');
}

static int write_shown(struct offline *offline, const struct offline_outlet *at)
{
	struct buf text;

	buf_init(&text, &offline->scratch, SPOOL_NOTE_MAX);
	if (at->settlement[0] != '\0') {
		put(&text, at->settlement_until_us);
		buf_put_str(&text, str_from(at->settlement));
	}
	return spool_note(&offline->pile->spool, note_key(offline, "shown", at), buf_str(&text));
}

int offline_note_write(struct offline *offline, const struct offline_outlet *at)
{
	struct buf text;

	TRY(write_shown(offline, at));
	buf_init(&text, &offline->scratch, SPOOL_NOTE_MAX);
	put(&text, at->last_order_id);
	put(&text, at->serial);
	put(&text, at->phase);
	put(&text, at->begin_s);
	put(&text, at->register_dwh);
	put(&text, at->run_from_dwh);
	put(&text, at->next_edge_s);
	put(&text, at->end);
	put(&text, (int64_t)at->runs_len);
	for (size_t i = 0; i < at->runs_len; i++)
		put(&text, at->runs_dwh[i]);
	if (at->phase != OFFLINE_IDLE)
		buf_put_str(&text, str_from(at->code));
	if (text.failed)
		return FAULT(FAULT_NOMEM, "an offline charge with too many prices");
	return spool_note(&offline->pile->spool, note_key(offline, "order", at), buf_str(&text));
}

static bool take(struct str *text, int64_t least, int64_t most, int64_t *ret)
{
	return str_to_i64(str_cut(text, ' '), ret) && *ret >= least && *ret <= most;
}

static bool read_numbers(struct str *text, struct offline_outlet *at)
{
	int64_t phase, end, runs;

	if (!take(text, 0, INT64_MAX, &at->last_order_id) ||
		!take(text, 0, UINT32_MAX, &at->serial) ||
		!take(text, OFFLINE_IDLE, OFFLINE_RUNNING, &phase) ||
		!take(text, 0, OFFLINE_TIME_MAX, &at->begin_s) ||
		!take(text, 0, OFFLINE_REGISTER_MAX, &at->register_dwh) ||
		!take(text, 0, OFFLINE_REGISTER_MAX, &at->run_from_dwh) ||
		!take(text, 0, OFFLINE_TIME_MAX, &at->next_edge_s) ||
		!take(text, 0, OFFLINE_END_UNUSED, &end) ||
		!take(text, 0, OFFLINE_RUNS_MAX - 1, &runs))
		return false;
	for (int64_t i = 0; i < runs; i++)
		if (!take(text, 0, 2 * OFFLINE_ENERGY_MAX, &at->runs_dwh[i]))
			return false;
	at->runs_len = (size_t)runs;
	at->phase = (enum offline_phase)phase;
	at->end = (enum offline_end)end;
	return true;
}

/* The code again, for its limits and prices; it was checked when it was taken. */
static bool read_code(struct offline *offline, struct str code, struct offline_outlet *at)
{
	if (code.len >= sizeof(at->code) ||
		offline_read(offline, code, &at->start, at->tag) != NULL)
		return false;
	memcpy(at->code, code.ptr, code.len);
	return offline_price(at);
}

bool offline_note_read(struct offline *offline, struct offline_outlet *at)
{
	const struct spool *spool = &offline->pile->spool;
	struct str shown = spool_note_get(spool, note_key(offline, "shown", at));
	struct str text = spool_note_get(spool, note_key(offline, "order", at));

	if (shown.len > 0 && take(&shown, 0, INT64_MAX, &at->settlement_until_us) &&
		shown.len < sizeof(at->settlement))
		memcpy(at->settlement, shown.ptr, shown.len);
	if (text.len == 0)
		return true;
	if (!read_numbers(&text, at))
		return false;
	if (at->phase == OFFLINE_IDLE)
		return true;
	/* a settlement can only be made with the code; without, the server still gets the
	 * transaction */
	if (!read_code(offline, text, at))
		at->phase = OFFLINE_IDLE;
	return at->phase != OFFLINE_IDLE;
}
