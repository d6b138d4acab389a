/* devices.c - the conversation about piles: who may connect, what they are, how they are, what they
 * were told. */
#include "app/devices.h"

#include "app/costs.h"
#include "app/enrol.h"
#include "app/desks.h"
#include "app/locallists.h"
#include "app/smart.h"
#include "app/tariffs.h"
#include "app/webcodes.h"
#include "app/tell.h"
#include "app/updates.h"
#include "base/box.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/mask.h"
#include "store/command.h"
#include "store/pile.h"
#include "store/site.h"

#define COMMAND_VALID_US (60 * US_PER_S)
#define TEXT_MAX 200

/* Text from a stranger as it may be stored and shown: no controls, no broken UTF-8, not long. */
static struct str clean_text(struct arena *arena, struct str text)
{
	struct str cut = str_slice(text, 0, text.len < TEXT_MAX ? text.len : TEXT_MAX);
	bool ascii_only = str_utf8_len(cut) < 0;
	char *copy = arena_copy(arena, cut.ptr, cut.len);

	if (!copy)
		return STR("");
	for (size_t i = 0; i < cut.len; i++) {
		unsigned char c = (unsigned char)copy[i];

		if (c < 0x20 || c == 0x7f || (ascii_only && c >= 0x80))
			copy[i] = '?';
	}
	return (struct str){copy, cut.len};
}

static int tell_pile(struct ctx *ctx, const struct pile *pile)
{
	return tell(ctx, pile->tenant_id, "pile", pile->id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile->code)));
}

static int tell_place(struct ctx *ctx, const struct place *place)
{
	return tell(ctx, place->tenant_id, "pile", place->pile_id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(place->code)));
}

/* An unknown pile knocks: what the policy says. */
static int register_unknown(
	struct ctx *ctx, struct str code, struct str password, struct pile *ret_pile)
{
	struct pile pile = {.code = code, .name = code, .created_us = ctx->now_us};
	int found;

	if (ctx->config->unknown_piles == UNKNOWN_REJECT)
		return DEVICES_E_UNKNOWN;
	found = store_site_first(ctx->db, &pile.tenant_id, &pile.site_id);
	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_NO_OPERATOR;
	pile.id = CTX_ID(ctx);
	pile.state = ctx->config->unknown_piles == UNKNOWN_ACCEPT ? PILE_APPROVED : PILE_PENDING;
	if (password.len > 0)
		pile.secret_hash =
			pile_secret_hash(ctx->arena, ctx->config->server_key, code, password);
	found = store_pile_add(ctx->db, &pile);
	TRY(found);
	if (found == STORE_E_UNIQUE)
		return FAULT(FAULT_BUSY, "a pile registered twice at once");
	*ret_pile = pile;
	return tell_pile(ctx, &pile);
}

/* What a look at the proof ended with, as a refusal. */
static int refusal_of(int outcome)
{
	static const struct {
		int from, to;
	} rows[] = {
		{SECURITY_E_PASSWORD, DEVICES_E_CREDENTIALS},
		{SECURITY_E_DOWNGRADE, DEVICES_E_DOWNGRADE},
		{SECURITY_E_LEAST, DEVICES_E_LEAST},
		{SECURITY_E_CERTIFICATE, DEVICES_E_CERTIFICATE},
		{SECURITY_E_NAME, DEVICES_E_CERTIFICATE_NAME},
		{SECURITY_E_ORGANISATION, DEVICES_E_CERTIFICATE_ORGANISATION},
		{SECURITY_E_EXPIRED, DEVICES_E_CERTIFICATE_EXPIRED},
		{SECURITY_E_REVOKED, DEVICES_E_CERTIFICATE_REVOKED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].from == outcome)
			return rows[i].to;
	return outcome;
}

int devices_handshake(struct ctx *ctx, struct str code, const struct security_proof *proof,
	struct pile *ret_pile, struct str *ret_words)
{
	struct pile pile;
	int result;

	*ret_words = STR_NULL;
	if (!station_code_ok(code))
		return DEVICES_E_NAME;
	result = store_pile_by_code(ctx->db, ctx->arena, code, &pile);
	TRY(result);
	if (result == STORE_E_MISSING) {
		/* Nobody may have a pile made under another's name. */
		if (proof->certified && !str_eq(proof->common_name, code))
			return DEVICES_E_CERTIFICATE_NAME;
		result = register_unknown(ctx, code, proof->password, &pile);
		if (result != 0)
			return result;
	}
	if (pile.state == PILE_REJECTED || pile.state == PILE_RETIRED)
		return DEVICES_E_REJECTED;
	result = security_admit(ctx, &pile, proof, ret_words);
	TRY(result);
	if (result != 0)
		return refusal_of(result);
	*ret_pile = pile;
	return 0;
}

struct str devices_refusal(int outcome, int *ret_status)
{
	static const struct {
		int outcome, status;
		const char *word;
	} rows[] = {
		{DEVICES_E_UNKNOWN, 404, "unknown"},
		{DEVICES_E_CREDENTIALS, 401, "credentials"},
		{DEVICES_E_REJECTED, 403, "rejected"},
		{DEVICES_E_NAME, 400, "name"},
		{DEVICES_E_NO_OPERATOR, 503, "no_operator"},
		{DEVICES_E_CERTIFICATE, 401, "certificate_missing"},
		{DEVICES_E_CERTIFICATE_NAME, 403, "certificate_name"},
		{DEVICES_E_CERTIFICATE_ORGANISATION, 403, "certificate_organisation"},
		{DEVICES_E_CERTIFICATE_EXPIRED, 403, "certificate_expired"},
		{DEVICES_E_CERTIFICATE_REVOKED, 403, "certificate_revoked"},
		{DEVICES_E_DOWNGRADE, 403, "downgrade"},
		{DEVICES_E_LEAST, 403, "least"},
		{DEVICES_E_RATE, 429, "rate"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].outcome != outcome)
			continue;
		*ret_status = rows[i].status;
		return str_from(rows[i].word);
	}
	*ret_status = 503;
	return STR("server");
}

int devices_refused(
	struct ctx *ctx, struct str code, struct str remote, struct str reason, struct str detail)
{
	struct refusal refusal = {.id = CTX_ID(ctx), .at_us = ctx->now_us, .reason = reason};
	struct pile pile;
	int found = STORE_E_MISSING;

	if (station_code_ok(code))
		found = store_pile_by_code(ctx->db, ctx->arena, code, &pile);
	TRY(found);
	if (found == 0)
		refusal.tenant_id = pile.tenant_id;
	refusal.code = clean_text(ctx->arena, code);
	refusal.remote = clean_text(ctx->arena, remote);
	refusal.detail = clean_text(ctx->arena, detail);
	TRY(store_refusal_add(ctx->db, &refusal));
	return found == 0 ? tell_pile(ctx, &pile) : 0;
}

/* The whole payload of a command that is kept masked. */
static int open_sealed(struct ctx *ctx, struct command *command)
{
	if (command->sealed.len == 0)
		return 0;
	if (!box_open(ctx->arena, ctx->config->server_key, STR("command"), command->sealed,
		    &command->payload))
		return FAULT(FAULT_CORRUPT, "command %lld was sealed with another server key",
			(long long)command->id);
	return 0;
}

/* In the words of the protocol it speaks. What that cannot say ends here. */
static int send_command(struct ctx *ctx, const struct command *stored, struct str protocol)
{
	struct command opened = *stored, *command = &opened;
	struct effect *effect;
	struct str action, payload;
	int result;

	TRY(open_sealed(ctx, command));
	result = desks_encode(ctx, protocol, command, &action, &payload);
	TRY(result);
	if (result != 0)
		return devices_command_done(ctx, command->id, STR(""), STR("version"), 0);
	effect = effects_add(ctx->effects, EFFECT_COMMAND);
	effect->id = command->id;
	effect->pile_id = command->pile_id;
	effect->tenant_id = command->tenant_id;
	effect->name = str_dup(ctx->arena, action);
	effect->payload = str_dup(ctx->arena, payload);
	effect->topic = str_dup(ctx->arena, protocol);
	effect->expires_us = command->expires_us;
	return 0;
}

int devices_connected(struct ctx *ctx, int64_t pile_id, struct str protocol)
{
	struct command *commands;
	struct pile pile;
	size_t len;
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_UNKNOWN;
	TRY(store_pile_online(ctx->db, pile_id, ctx->now_us, protocol));
	TRY(store_command_open(ctx->db, ctx->arena, pile_id, ctx->now_us, &commands, &len));
	for (size_t i = 0; i < len; i++)
		TRY(send_command(ctx, &commands[i], protocol));
	TRY(locallists_pile_ready(ctx, pile_id));
	TRY(tariffs_pile_ready(ctx, pile_id));
	TRY(webcodes_pile_ready(ctx, pile_id));
	return tell_pile(ctx, &pile);
}

int devices_disconnected(struct ctx *ctx, int64_t pile_id, int code)
{
	struct pile pile;
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	(void)code;
	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_UNKNOWN;
	TRY(store_pile_offline(ctx->db, pile_id, ctx->now_us));
	return tell_pile(ctx, &pile);
}

int devices_all_offline(struct ctx *ctx)
{
	return store_pile_all_offline(ctx->db);
}

int devices_seen(struct ctx *ctx, int64_t pile_id, int64_t at_us)
{
	return store_pile_seen(ctx->db, pile_id, at_us);
}

/* The first acceptance, or a new firmware: learn the settings and set the one that prices and live
 * views stand on. */
static int introduce(struct ctx *ctx, int64_t pile_id)
{
	struct command_wish wish = {.pile_id = pile_id,
		.action = STR("GetConfiguration"),
		.payload = STR("{}"),
		.valid_us = 10 * US_PER_MIN};
	int64_t id;

	if (ctx->config->sample_s <= 0)
		return 0;
	TRY(devices_command(ctx, &wish, &id));
	wish.action = STR("ChangeConfiguration");
	wish.payload =
		str_format(ctx->arena, "{\"key\":\"MeterValueSampleInterval\",\"value\":\"%lld\"}",
			(long long)ctx->config->sample_s);
	TRY(devices_command(ctx, &wish, &id));
	return 0;
}

/* A pile that an operator took back is no new one: what its boots get is noted as one of these, and
 * stays until it is approved. */
#define BOOT_HELD "Held"
#define BOOT_REFUSED "Refused"

static bool boot_was_held(struct str boot_status)
{
	return str_is(boot_status, BOOT_HELD) || str_is(boot_status, BOOT_REFUSED);
}

static struct str boot_answer(const struct pile *pile)
{
	if (pile->state == PILE_APPROVED)
		return STR("Accepted");
	return pile->state == PILE_PENDING && !str_is(pile->boot_status, BOOT_REFUSED)
		       ? STR("Pending")
		       : STR("Rejected");
}

int64_t devices_interval(const struct ctx *ctx, struct str boot_status)
{
	if (!str_is(boot_status, "Accepted") && ctx->config->boot_again_s > 0)
		return ctx->config->boot_again_s;
	return ctx->config->heartbeat_s > 0 ? ctx->config->heartbeat_s : 300;
}

int devices_boot(struct ctx *ctx, const struct pile *facts, struct str *ret_status)
{
	struct pile pile;
	struct str before, firmware;
	bool held;
	int found = store_pile_get(ctx->db, ctx->arena, facts->id, &pile);

	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_UNKNOWN;
	before = pile.boot_status;
	firmware = pile.firmware;
	pile.vendor = facts->vendor;
	pile.model = facts->model;
	pile.serial = facts->serial;
	pile.firmware = facts->firmware;
	pile.last_seen_us = ctx->now_us;
	*ret_status = boot_answer(&pile);
	held = pile.state == PILE_PENDING && boot_was_held(before);
	if (!held)
		pile.boot_status = *ret_status;
	TRY(store_pile_boot(ctx->db, &pile));
	if (str_is(*ret_status, "Accepted") &&
		((!str_is(before, "Accepted") && !boot_was_held(before)) ||
			!str_eq(firmware, pile.firmware)))
		TRY(introduce(ctx, pile.id));
	TRY(updates_booted(ctx, pile.id, pile.firmware));
	if (!held)
		TRY(enrol_booted(ctx, &pile));
	return tell_pile(ctx, &pile);
}

int devices_status(struct ctx *ctx, const struct connector *connector)
{
	struct place place;
	int found = store_pile_place(ctx->db, ctx->arena, connector->pile_id, 0, &place);

	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_UNKNOWN;
	TRY(store_connector_status(ctx->db, connector));
	return tell_place(ctx, &place);
}

int devices_state(struct ctx *ctx, const struct place *place, const struct connector *connector)
{
	TRY(store_connector_state(ctx->db, connector));
	return tell_place(ctx, place);
}

int devices_setting(
	struct ctx *ctx, int64_t pile_id, struct str name, struct str value, bool readonly)
{
	if (str_is(name, COSTS_SETTING))
		TRY(costs_wanted(ctx, pile_id, str_is(value, "true")));
	if (str_is(name, "ChargingScheduleMaxPeriods"))
		TRY(smart_periods(ctx, pile_id, value));
	return store_pile_setting(ctx->db, pile_id, name, mask_is_secret(name) ? STR("***") : value,
		readonly, ctx->now_us);
}

static int pile_of_tenant(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, struct pile *ret_pile)
{
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, ret_pile);

	TRY(found);
	return found == STORE_E_MISSING || ret_pile->tenant_id != tenant_id ? DEVICES_E_UNKNOWN : 0;
}

static int ask_to_boot(struct ctx *ctx, const struct pile *pile, int64_t user_id)
{
	struct command_wish boot = {.pile_id = pile->id,
		.action = STR("TriggerMessage"),
		.payload = STR("{\"requestedMessage\":\"BootNotification\"}"),
		.user_id = user_id};
	int64_t id;

	return pile->online ? devices_command(ctx, &boot, &id) : 0;
}

int devices_hold(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, bool refused, int64_t user_id)
{
	struct pile pile;
	int result = pile_of_tenant(ctx, tenant_id, pile_id, &pile);

	if (result != 0)
		return result;
	pile.state = PILE_PENDING;
	pile.boot_status = refused ? STR(BOOT_REFUSED) : STR(BOOT_HELD);
	TRY(store_pile_put(ctx->db, &pile));
	TRY(store_pile_boot(ctx->db, &pile));
	TRY(ask_to_boot(ctx, &pile, user_id));
	return tell_pile(ctx, &pile);
}

int devices_approve(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t site_id, int64_t user_id)
{
	struct site site;
	struct pile pile;
	int result = pile_of_tenant(ctx, tenant_id, pile_id, &pile);

	if (result != 0)
		return result;
	if (site_id != 0) {
		result = store_site_get(ctx->db, ctx->arena, site_id, &site);
		TRY(result);
		if (result == STORE_E_MISSING || site.tenant_id != tenant_id)
			return DEVICES_E_UNKNOWN;
		pile.site_id = site_id;
	}
	pile.state = PILE_APPROVED;
	TRY(store_pile_put(ctx->db, &pile));
	TRY(ask_to_boot(ctx, &pile, user_id));
	return tell_pile(ctx, &pile);
}

int devices_reject(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id)
{
	struct effect *drop;
	struct pile pile;
	int result = pile_of_tenant(ctx, tenant_id, pile_id, &pile);

	(void)user_id;
	if (result != 0)
		return result;
	pile.state = PILE_REJECTED;
	TRY(store_pile_put(ctx->db, &pile));
	drop = effects_add(ctx->effects, EFFECT_DROP);
	drop->pile_id = pile_id;
	return tell_pile(ctx, &pile);
}

/* A password is kept only until the pile has answered, and nobody reads it meanwhile. */
static void seal_secret(struct ctx *ctx, struct command *command)
{
	struct str shown;

	if (!mask_secrets(ctx->arena, command->payload, &shown))
		return;
	command->sealed = box_seal(
		ctx->arena, ctx->rng, ctx->config->server_key, STR("command"), command->payload);
	command->payload = shown;
}

int devices_command(struct ctx *ctx, const struct command_wish *wish, int64_t *ret_command_id)
{
	struct command command = {0};
	struct pile pile;
	int64_t waiting;
	int found = store_pile_get(ctx->db, ctx->arena, wish->pile_id, &pile);

	TRY(found);
	if (found == STORE_E_MISSING)
		return DEVICES_E_UNKNOWN;
	TRY(store_command_waiting(ctx->db, wish->pile_id, &waiting));
	if (waiting >= LIMIT_QUEUED_CALLS)
		return DEVICES_E_FULL;
	command.id = CTX_ID(ctx);
	command.tenant_id = pile.tenant_id;
	command.pile_id = pile.id;
	command.order_id = wish->order_id;
	command.user_id = wish->user_id;
	command.ask = wish->ask;
	command.about_id = wish->about_id;
	command.action = wish->action;
	command.payload = wish->payload.len > 0 ? wish->payload : STR("{}");
	command.protocol = wish->protocol;
	command.created_us = ctx->now_us;
	command.expires_us = ctx->now_us + (wish->valid_us > 0 ? wish->valid_us : COMMAND_VALID_US);
	TRY(security_overheard(ctx, &pile,
		desks_password(ctx->arena, command.action, command.payload), command.id));
	seal_secret(ctx, &command);
	TRY(store_command_add(ctx->db, &command));
	TRY(send_command(ctx, &command, pile.protocol));
	*ret_command_id = command.id;
	return 0;
}

bool devices_speaks_16(const struct pile *pile)
{
	return str_is(pile->protocol, "ocpp1.6") || pile->protocol.len == 0;
}

int devices_say(struct ctx *ctx, const struct pile *pile, const char *action, struct str payload,
	int64_t user_id, int64_t valid_us, int64_t *ret_command_id)
{
	struct command_wish wish = {.pile_id = pile->id,
		.action = str_from(action),
		.payload = payload,
		.protocol = devices_speaks_16(pile) ? STR_NULL : pile->protocol,
		.user_id = user_id,
		.valid_us = valid_us};

	if (payload.len == 0)
		return FAULT(FAULT_NOMEM, "no room for a command");
	return devices_command(ctx, &wish, ret_command_id);
}

int devices_command_done(struct ctx *ctx, int64_t command_id, struct str answer, struct str error,
	int64_t latency_us)
{
	struct str shown;
	struct command command = {.id = command_id,
		.state = error.len > 0 ? STR("failed") : STR("answered"),
		.answer = mask_secrets(ctx->arena, answer, &shown) ? shown : answer,
		.error = error,
		.latency_us = latency_us,
		.done_us = ctx->now_us};

	TRY(store_command_done(ctx->db, &command));
	return 0;
}

/* Its one value, as 1.6 writes a profile for a charge that does not run yet. */
static struct str start_profile(struct ctx *ctx, const struct profile *profile)
{
	bool watts = profile->unit == PROFILE_W;
	int64_t milli = profile->periods[0].limit * (watts ? 1000 : 1);

	return str_format(ctx->arena,
		",\"chargingProfile\":{\"chargingProfileId\":%lld,\"stackLevel\":%lld,"
		"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\","
		"\"chargingSchedule\":{\"chargingRateUnit\":\"%s\",\"chargingSchedulePeriod\":["
		"{\"startPeriod\":0,\"limit\":%lld.%lld}]}}",
		(long long)profile->id, (long long)profile->stack_level, watts ? "W" : "A",
		(long long)(milli / 1000), (long long)(milli % 1000 / 100));
}

int devices_remote_start(
	struct ctx *ctx, const struct order *order, const struct profile *profile, int64_t valid_us)
{
	struct command_wish wish = {.pile_id = order->pile_id,
		.action = STR("RemoteStartTransaction"),
		.order_id = order->id,
		.valid_us = valid_us};
	struct str limit = profile ? start_profile(ctx, profile) : STR("");
	int64_t id;

	wish.payload = str_format(ctx->arena, "{\"connectorId\":%lld,\"idTag\":\"%.*s\"%.*s}",
		(long long)order->connector_no, STR_FMT(order->start_tag), STR_FMT(limit));
	return devices_command(ctx, &wish, &id);
}

int devices_remote_stop(struct ctx *ctx, int64_t pile_id, int64_t transaction_id, int64_t order_id)
{
	struct command_wish wish = {.pile_id = pile_id,
		.action = STR("RemoteStopTransaction"),
		.order_id = order_id,
		.valid_us = 10 * US_PER_MIN};
	int64_t id;

	wish.payload =
		str_format(ctx->arena, "{\"transactionId\":%lld}", (long long)transaction_id);
	return devices_command(ctx, &wish, &id);
}
