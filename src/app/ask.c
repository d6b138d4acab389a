/* ask.c - from what is asked to a stored command, and from its answer back to who asked. */
#include "app/ask.h"

#include "app/devices.h"
#include "app/displays.h"
#include "app/locallists.h"
#include "app/ocpp16_ask.h"
#include "app/ocpp2_ask.h"
#include "app/ocpp2_tariff.h"
#include "app/publications.h"
#include "app/reservations.h"
#include "app/setups.h"
#include "app/smart.h"
#include "app/tariffs.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "app/webcodes.h"
#include "base/fault.h"
#include "store/command.h"
#include "store/pile.h"

static const struct {
	enum ask_kind kind;
	int (*answered)(struct ctx *ctx, const struct ask_answer *answer);
} askers[] = {
	{ASK_LIST_VERSION, locallists_answered},
	{ASK_LIST_SEND, locallists_answered},
	{ASK_RESERVE, reservations_answered},
	{ASK_RESERVE_CANCEL, reservations_answered},
	{ASK_FIRMWARE, updates_answered},
	{ASK_LOG, uploads_answered},
	{ASK_SETTING, setups_answered},
	{ASK_PROFILE, smart_answered},
	{ASK_PROFILE_CLEAR, smart_answered},
	{ASK_DISPLAY_SHOW, displays_answered},
	{ASK_DISPLAY_CLEAR, displays_answered},
	{ASK_PUBLISH, publications_answered},
	{ASK_PUBLISH_END, publications_answered},
	{ASK_PROFILE_OWN, smart_answered},
	{ASK_PROFILE_TAKE, smart_rush_answered},
	{ASK_DYNAMIC, smart_answered},
	{ASK_RUSH, smart_rush_answered},
	{ASK_TARIFF_LIST, tariffs_answered},
	{ASK_TARIFF_SET, tariffs_answered},
	{ASK_TARIFF_CLEAR, tariffs_answered},
	{ASK_TARIFF_CHANGE, tariffs_answered},
	{ASK_TARIFF_TEXT, tariffs_answered},
	{ASK_WEB_CODE, webcodes_answered},
};

/* In the words of the house, or, for what those cannot say, in those of the pile's protocol. */
static int word_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct pile pile;
	int found;

	if (ask->kind < ASK_TARIFF_LIST)
		return ocpp16_ask(ctx, ask, wish);
	if (ask->kind >= ASK_DISPLAY_SHOW)
		return ocpp2_ask(ctx, ask, wish);
	found = store_pile_get(ctx->db, ctx->arena, ask->pile_id, &pile);
	TRY(found);
	if (found != 0)
		return ASK_E_UNKNOWN;
	wish->protocol = pile.protocol;
	return ocpp2_tariff_ask(ctx, ask, wish);
}

int ask_pile(struct ctx *ctx, const struct ask *ask, int64_t *ret_command_id)
{
	struct command_wish wish = {.pile_id = ask->pile_id,
		.user_id = ask->user_id,
		.valid_us = ask->valid_us,
		.ask = ask->kind,
		.about_id = ask->about_id};
	int result = word_ask(ctx, ask, &wish);

	if (result != 0)
		return result;
	result = devices_command(ctx, &wish, ret_command_id);
	TRY(result);
	if (result == 0)
		return 0;
	return result == DEVICES_E_FULL ? ASK_E_FULL : ASK_E_UNKNOWN;
}

const char *ask_verdict_name(enum ask_verdict verdict)
{
	static const char *const names[] = {"", "accepted", "rejected", "failed", "occupied",
		"faulted", "unavailable", "unsupported", "mismatch", "reboot", "certificate",
		"missing", "lost"};

	ASSERT(verdict >= ASK_ACCEPTED && verdict <= ASK_LOST);
	return names[verdict];
}

int ask_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	for (size_t i = 0; i < sizeof(askers) / sizeof(askers[0]); i++) {
		if (askers[i].kind == answer->kind)
			return askers[i].answered(ctx, answer);
	}
	return 0;
}

int ask_lost(struct ctx *ctx, const struct command *command, struct str error)
{
	struct ask_answer answer = {.kind = (enum ask_kind)command->ask,
		.pile_id = command->pile_id,
		.about_id = command->about_id,
		.verdict = ASK_LOST,
		.error = error};

	return answer.kind == ASK_NONE ? 0 : ask_answered(ctx, &answer);
}
