/* logs.c - what a file says, and its way to the server (see logs.h). */
#include "pile/logs.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "pile/carry.h"
#include "pile/pile.h"

#define LOGS_TRIES_MAX 20
#define LOGS_PAUSE_MAX_S 86400

static void logs_say(struct pile *pile, enum logs_status status)
{
	struct logs *logs = &pile->logs;

	if (logs->told_len == LOGS_STATUSES)
		memmove(logs->told, logs->told + 1, --logs->told_len * sizeof(logs->told[0]));
	logs->told[logs->told_len].status = status;
	logs->told[logs->told_len].plain = logs->wish.plain;
	logs->told[logs->told_len++].number = logs->wish.number;
}

/* ---- what is in it ---- */

static void logs_outlets(const struct pile *pile, struct buf *text)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		const struct outlet *outlet = &pile->outlets[i];
		const struct evse *evse = &outlet->evse;

		buf_format(text,
			"outlet %d: %s plugged=%d closed=%d tx=%lld register_dwh=%lld "
			"limit_ma=%d connector_mc=%d\n",
			outlet->number, evse_word(evse->state), evse->plugged, evse->closed,
			(long long)outlet->tx, (long long)evse->meter.register_dwh, evse->limit_ma,
			evse->connector_mc);
		for (int kind = 0; kind < PROTECT_KINDS; kind++)
			if (evse->protect.active & UINT32_C(1) << kind)
				buf_format(text, "outlet %d: protection %s %s\n", outlet->number,
					protect_row((enum protect_kind)kind)->code,
					protect_row((enum protect_kind)kind)->info);
	}
}

/* All keys but the secret ones. */
static void logs_keys(const struct pile *pile, struct arena *arena, struct buf *text)
{
	for (int id = 0; id < KEYS; id++) {
		struct str value = keys_text(&pile->keys, (enum key_id)id, arena);
		if (value.ptr)
			buf_format(text, "key %s = %.*s\n", key_row((enum key_id)id)->name,
				STR_FMT(value));
	}
}

static void logs_diagnostics(const struct pile *pile, struct arena *arena, struct buf *text)
{
	buf_format(text, "pile %.*s, %.*s %.*s, firmware %.*s\n", STR_FMT(pile->config.name),
		STR_FMT(pile->config.vendor), STR_FMT(pile->config.model),
		STR_FMT(pile->config.firmware));
	buf_put_str(text, STR("at "));
	time_write(text, pile->now_us, true);
	buf_format(text, ", clock off by %lld us\n", (long long)pile->link.offset_us);
	buf_format(text, "link: accepted=%d last refusal \"%s\"\n", pile->link.accepted,
		pile->link.refusal);
	buf_format(text,
		"journal: %llu records, %lld bytes, %zu messages wait, %llu samples dropped\n",
		(unsigned long long)pile->spool.journal.records,
		(long long)pile->spool.journal.length, pile->spool.count,
		(unsigned long long)pile->spool.dropped_samples);
	buf_format(text, "local list: version %lld, %zu cards; reservations: %zu\n",
		(long long)pile->list.version, pile->list.len, pile->reserve.len);
	logs_outlets(pile, text);
	logs_keys(pile, arena, text);
	buf_put_str(text, STR("security log:\n"));
}

static struct carry *logs_start(struct pile *pile)
{
	const struct logs_wish *wish = &pile->logs.wish;
	struct carry_wish carry = {
		.url = str_from(wish->url), .ca_file = str_from(pile->config.ca_file)};
	struct carry *started;
	struct arena arena;
	struct buf text;

	arena_init(&arena, 4 * LOGS_BYTES_MAX);
	buf_init(&text, &arena, LOGS_BYTES_MAX);
	if (!wish->security)
		logs_diagnostics(pile, &arena, &text);
	events_write(pile, wish->from_us, wish->until_us, &text);
	if (text.len == 0)
		buf_put_str(&text, STR("nothing\n"));
	carry.body = buf_str(&text);
	started = carry_start(&carry);
	arena_fini(&arena);
	return started;
}

/* ---- its way ---- */

int logs_send(struct pile *pile, const struct logs_wish *wish)
{
	struct logs *logs = &pile->logs;
	struct str url = str_from(wish->url);
	bool replaced = logs->busy;

	if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
		return LOGS_E_REFUSED;
	carry_free(logs->carry);
	logs->carry = NULL;
	logs->wish = *wish;
	if (logs->wish.tries > LOGS_TRIES_MAX)
		logs->wish.tries = LOGS_TRIES_MAX;
	if (logs->wish.pause_s > LOGS_PAUSE_MAX_S)
		logs->wish.pause_s = LOGS_PAUSE_MAX_S;
	logs->busy = true;
	logs->next_us = pile->ticks_us;
	snprintf(logs->name, sizeof(logs->name), "%.*s-%s-%lld.log",
		(int)(pile->config.name.len < 24 ? pile->config.name.len : 24),
		pile->config.name.ptr, wish->security ? "security" : "diagnostics",
		(long long)(pile->now_us / US_PER_S));
	logs_say(pile, LOGS_UPLOADING);
	return replaced ? LOGS_E_REPLACED : 0;
}

static void logs_ended(struct pile *pile, const struct carry_end *end)
{
	struct logs *logs = &pile->logs;
	/* an address that is used up or never was one does not get better */
	bool refused = end->status >= 400 && end->status < 500;

	if (!end->good && !refused && logs->wish.tries > 0) {
		logs->wish.tries--;
		logs->next_us = pile->ticks_us + logs->wish.pause_s * US_PER_S;
		return;
	}
	logs->busy = false;
	logs_say(pile, end->good ? LOGS_UPLOADED : refused ? LOGS_REFUSED : LOGS_FAILED);
	LOG_INFO("log sent", "pile=%.*s good=%d status=%d bytes=%lld why=\"%s\"",
		STR_FMT(pile->config.name), end->good, end->status, (long long)end->bytes,
		end->error ? end->error : "");
}

void logs_step(struct pile *pile)
{
	struct logs *logs = &pile->logs;
	struct carry_end end;

	if (logs->carry && carry_ended(logs->carry, &end)) {
		carry_free(logs->carry);
		logs->carry = NULL;
		logs_ended(pile, &end);
	} else if (logs->busy && !logs->carry && pile->ticks_us >= logs->next_us) {
		logs->carry = logs_start(pile);
		if (!logs->carry)
			logs_ended(pile, &(struct carry_end){.error = "no thread"});
	}
}

void logs_close(struct pile *pile)
{
	carry_free(pile->logs.carry);
	pile->logs.carry = NULL;
}

void logs_tell(struct pile *pile, bool plain)
{
	pile->logs.wish.plain = plain;
	logs_say(pile, pile->logs.busy ? LOGS_UPLOADING : LOGS_IDLE);
}
