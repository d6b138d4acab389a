/* care.c - the order of what is said beside charging, and what the connection's fate means for
 * security (see care.h). */
#include "pile/care.h"

#include <string.h>

#include "base/clock.h"
#include "pile/access.h"
#include "pile/certs.h"
#include "pile/events.h"
#include "pile/pile.h"
#include "pile/talk.h"

#define CARE_RETRY_US (60 * US_PER_S)

static bool care_due_event(const struct pile *pile)
{
	return events_head(pile) != NULL;
}

static bool care_due_sign(const struct pile *pile)
{
	return pile->certs.wish;
}

static bool care_due_sign_secc(const struct pile *pile)
{
	return pile->secc.wish;
}

static bool care_due_firmware(const struct pile *pile)
{
	return pile->firmware.told_len > 0 && !pile->firmware.told[0].plain;
}

static bool care_due_firmware_plain(const struct pile *pile)
{
	return pile->firmware.told_len > 0 && pile->firmware.told[0].plain;
}

static bool care_due_log(const struct pile *pile)
{
	return pile->logs.told_len > 0 && !pile->logs.told[0].plain;
}

static bool care_due_diagnostics(const struct pile *pile)
{
	return pile->logs.told_len > 0 && pile->logs.told[0].plain;
}

static const struct {
	enum call_kind kind;
	bool (*due)(const struct pile *pile);
} care_rows[] = {
	{CALL_SIGN, care_due_sign},
	{CALL_SIGN_SECC, care_due_sign_secc},
	{CALL_FIRMWARE, care_due_firmware},
	{CALL_FIRMWARE_PLAIN, care_due_firmware_plain},
	{CALL_LOG, care_due_log},
	{CALL_DIAGNOSTICS, care_due_diagnostics},
	{CALL_EVENT, care_due_event},
};

enum call_kind care_next(const struct pile *pile)
{
	if (pile->ticks_us < pile->care.retry_us)
		return CALL_NONE;
	for (size_t i = 0; i < sizeof(care_rows) / sizeof(care_rows[0]); i++)
		if (care_rows[i].due(pile) && talk_knows(pile->link.talk, care_rows[i].kind))
			return care_rows[i].kind;
	return CALL_NONE;
}

void care_told(struct pile *pile, enum call_kind kind)
{
	struct firmware *firmware = &pile->firmware;
	struct logs *logs = &pile->logs;

	if ((kind == CALL_FIRMWARE || kind == CALL_FIRMWARE_PLAIN) && firmware->told_len > 0)
		memmove(firmware->told, firmware->told + 1,
			--firmware->told_len * sizeof(firmware->told[0]));
	if ((kind == CALL_LOG || kind == CALL_DIAGNOSTICS) && logs->told_len > 0)
		memmove(logs->told, logs->told + 1, --logs->told_len * sizeof(logs->told[0]));
}

/* A server that will never take it is not asked again; the log keeps what happened. */
void care_failed(struct pile *pile, enum call_kind kind, enum ocpp_code code)
{
	bool never = code == OCPP_CODE_NOT_IMPLEMENTED || code == OCPP_CODE_NOT_SUPPORTED;

	if (kind == CALL_EVENT && never)
		events_told(pile);
	else if (kind == CALL_SIGN && never)
		certs_requested(pile, false);
	else if (kind == CALL_SIGN_SECC && never)
		secc_requested(pile, false);
	else if (never)
		care_told(pile, kind);
	else if (kind >= CALL_EVENT)
		pile->care.retry_us = pile->ticks_us + CARE_RETRY_US;
}

void care_accepted(struct pile *pile)
{
	pile->care.retry_us = 0;
	access_accepted(pile);
	firmware_accepted(pile);
}

/* Words of net's client for what went wrong with the server's TLS. */
static void care_tls(struct pile *pile, struct str why)
{
	if (str_starts(why, STR("certificate_")))
		events_add(pile, "InvalidCentralSystemCertificate", "%.*s", STR_FMT(why));
	else if (str_is(why, "tls_version"))
		events_add(pile, "InvalidTLSVersion", "offered by the server");
	else if (str_is(why, "tls_cipher"))
		events_add(pile, "InvalidTLSCipherSuite", "offered by the server");
}

void care_lost(struct pile *pile, bool was_accepted, int http_status, struct str why)
{
	if (was_accepted)
		return;
	if (http_status == 401)
		events_add(pile, "FailedToAuthenticateAtCentralSystem", "profile %lld",
			(long long)pile->access.now.profile);
	care_tls(pile, why);
	access_failed(pile);
}

void care_step(struct pile *pile)
{
	certs_step(pile);
	secc_step(pile);
	logs_step(pile);
	firmware_step(pile);
}
