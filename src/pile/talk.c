/* talk.c - messages by the rows of their version (see talk.h). */
#include "pile/talk.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/ocpp16.h"
#include "pile/ocpp2.h"

#define TALK_TRIES 5 /* connections that failed before every version is offered again */

static const struct talk_version *const talk_versions[] = {&talk_16, &talk_201, &talk_21};

const struct talk_version *talk_version(enum ocpp_version version)
{
	for (size_t i = 0; i < sizeof(talk_versions) / sizeof(talk_versions[0]); i++)
		if (talk_versions[i]->version == version)
			return talk_versions[i];
	return NULL;
}

/* A charge is told to its end in the words its start was told in: 1.6 gave it a number, 2.x knows
 * it by our name. After some refusals that counts no more. */
static bool talk_may_offer(const struct pile *pile, enum ocpp_version version)
{
	for (size_t i = 0; i < pile->spool.txs_len && pile->link.tries < TALK_TRIES; i++) {
		const struct spool_tx *tx = &pile->spool.txs[i];
		if (tx->confirmed && (tx->server_id == SPOOL_OWN_NAME) == (version == OCPP_16))
			return false;
	}
	return true;
}

static void talk_offer_those(const struct pile *pile, bool all, struct buf *offer)
{
	for (size_t i = 0; i < PILE_VERSIONS && pile->config.versions[i]; i++) {
		if (!all && !talk_may_offer(pile, pile->config.versions[i]))
			continue;
		if (offer->len > 0)
			buf_put_char(offer, ',');
		buf_put_str(offer, ocpp_protocol(pile->config.versions[i]));
	}
}

struct str talk_offer(const struct pile *pile, struct arena *arena)
{
	struct buf offer;

	buf_init(&offer, arena, 64);
	talk_offer_those(pile, false, &offer);
	if (offer.len == 0)
		talk_offer_those(pile, true, &offer);
	return buf_str(&offer);
}

void talk_tag(char ret[HAL_TAG_MAX + 1], struct str tag)
{
	memset(ret, 0, HAL_TAG_MAX + 1);
	memcpy(ret, tag.ptr, tag.len < HAL_TAG_MAX ? tag.len : HAL_TAG_MAX);
}

void talk_text(char *ret, size_t size, struct str text)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	if (len > 0)
		memcpy(ret, text.ptr, len);
	ret[len] = 0;
}

static const struct talk_say *talk_say_of(const struct talk_version *version, enum call_kind kind)
{
	for (const struct talk_says *const *list = version->says; *list; list++)
		for (size_t i = 0; i < (*list)->len; i++)
			if ((*list)->rows[i].kind == kind)
				return &(*list)->rows[i];
	return NULL;
}

bool talk_knows(const struct talk_version *version, enum call_kind kind)
{
	return talk_say_of(version, kind) != NULL;
}

static const struct talk_order *talk_order_of(const struct talk_version *version, struct str action)
{
	for (const struct talk_orders *const *list = version->orders; *list; list++)
		for (size_t i = 0; i < (*list)->len; i++)
			if (str_is(action, (*list)->rows[i].action))
				return &(*list)->rows[i];
	return NULL;
}

int talk_call(struct pile *pile, enum call_kind kind, const struct talk_about *about, struct str id,
	struct arena *scratch, struct buf *frame)
{
	const struct talk_version *version = pile->link.talk;
	const struct talk_say *row = talk_say_of(version, kind);
	struct talk talk = {
		.pile = pile, .arena = scratch, .version = version->version, .about = about};
	const struct record *record, *answer;
	void *req;
	int result;

	if (!row || !version->records(str_from(row->action), &record, &answer))
		return FAULT(FAULT_BUG, "call of kind %d", kind);
	req = arena_alloc(scratch, record->size);
	if (!req)
		return FAULT(FAULT_NOMEM, "no room for a call");
	result = row->say(&talk, req);
	if (result != 0)
		return result;
	return ocpp_encode_call(frame, id, str_from(row->action), record, req);
}

bool talk_answer(
	struct pile *pile, struct str payload, struct arena *scratch, struct talk_heard *ret)
{
	const struct talk_version *version = pile->link.talk;
	const struct talk_say *row = talk_say_of(version, pile->link.call.kind);
	struct talk talk = {.pile = pile, .arena = scratch, .version = version->version};
	const struct record *record, *answer;
	void *conf;

	memset(ret, 0, sizeof(*ret));
	if (!row || !version->records(str_from(row->action), &record, &answer))
		return false;
	conf = arena_alloc(scratch, answer->size);
	if (!conf || ocpp_payload(answer, payload, scratch, conf, NULL) != 0)
		return false;
	return !row->hear || row->hear(&talk, conf, ret);
}

/* The handler's work between two records. */
static enum ocpp_code talk_handle(struct talk *talk, const struct talk_order *row,
	const struct record *in, const struct record *out, struct str payload,
	struct buf *ret_payload)
{
	void *req = arena_alloc(talk->arena, in->size);
	void *conf = arena_alloc(talk->arena, out->size);
	struct record_error error;
	int result;

	if (!req || !conf)
		return OCPP_CODE_INTERNAL;
	result = ocpp_payload(in, payload, talk->arena, req, &error);
	if (result > 0) {
		talk->text = record_error_text(&error, talk->arena);
		return ocpp_code_of_record(result);
	}
	if (result == 0)
		result = row->handle(talk, req, conf);
	if (result == 0 && talk->code == 0)
		result = record_encode(out, conf, ret_payload, &error);
	if (result == 0)
		return talk->code;
	LOG_ERROR("order failed", "pile=%.*s action=%s why=\"%s\"",
		STR_FMT(talk->pile->config.name), row->action, fault_text());
	talk->text = STR("failed here");
	return OCPP_CODE_INTERNAL;
}

enum ocpp_code talk_take(struct pile *pile, struct str action, struct str payload,
	struct arena *scratch, struct buf *ret_payload, struct str *ret_text)
{
	const struct talk_version *version = pile->link.talk;
	const struct talk_order *row = talk_order_of(version, action);
	struct talk talk = {.pile = pile, .arena = scratch, .version = version->version};
	const struct record *in, *out;
	bool known = version->records(action, &in, &out);
	enum ocpp_code code;

	if (!row || !known) {
		*ret_text = STR("this pile does not know the action");
		return known ? OCPP_CODE_NOT_SUPPORTED : OCPP_CODE_NOT_IMPLEMENTED;
	}
	code = talk_handle(&talk, row, in, out, payload, ret_payload);
	*ret_text = talk.text;
	return code;
}
