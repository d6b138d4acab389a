/* security.c - how piles prove who they are.
 *
 * A profile only goes up by itself. An upgrade is a short conversation, one command after the
 * other, each sent when the one before was accepted:
 *
 *   OCPP 1.6:  password --> profile --> accepted --> (it comes back) --> done
 *   OCPP 2:    password --> profile --> priority --> reset --> accepted --> done
 *                 '------------'------------'----------'--> refused     '--> fallback
 *
 * The password step is left out where the pile has one already or needs none. */
#include "app/security.h"

#include "app/certificates.h"
#include "app/devices.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "store/command.h"
#include "store/pile.h"

#define PASSWORD_LEAST 16
#define PASSWORD_BYTES 20 /* 40 hex digits, the most OCPP 1.6 allows */
#define SEEN_EVERY_US US_PER_HOUR
#define EARLY_US (30 * US_PER_S) /* sooner it cannot have tried the new profile yet */
#define STEP_VALID_US (10 * US_PER_MIN)
#define SLOT 1 /* the place of our network settings in a pile of OCPP 2 */

/* --- who is there --- */

static bool hash_is(struct ctx *ctx, const struct pile *pile, struct str wanted, struct str secret)
{
	struct str hash = pile_secret_hash(ctx->arena, ctx->config->server_key, pile->code, secret);

	return wanted.len > 0 && hash.len == wanted.len &&
	       crypt_equal(hash.ptr, wanted.ptr, hash.len);
}

/* 1.6 tells a password as digits of its bytes: a pile may send the bytes, or the digits. Which case
 * the digits have says nothing, so they are kept in lower case. */
static struct str kept_password(struct arena *arena, struct str password)
{
	uint8_t bytes[PASSWORD_BYTES];
	struct buf hex;

	if (password.len < 2 * PASSWORD_LEAST || password.len > 2 * PASSWORD_BYTES ||
		password.len % 2 != 0 || !hex_read(password, bytes, password.len / 2))
		return password;
	buf_init(&hex, arena, 2 * PASSWORD_BYTES);
	hex_write(&hex, bytes, password.len / 2);
	return buf_str(&hex);
}

/* The password as it stands, or, as OCPP 1.6J has it, the bytes that its hex digits mean. */
static bool password_is(
	struct ctx *ctx, const struct pile *pile, struct str wanted, struct str password)
{
	struct buf hex;
	bool same = hash_is(ctx, pile, wanted, password);

	same = hash_is(ctx, pile, wanted, kept_password(ctx->arena, password)) || same;
	if (password.len < PASSWORD_LEAST || password.len > PASSWORD_BYTES)
		return same;
	buf_init(&hex, ctx->arena, 2 * PASSWORD_BYTES);
	hex_write(&hex, password.ptr, password.len);
	return hash_is(ctx, pile, wanted, buf_str(&hex)) || same;
}

/* The new password was used: it is the only one from now on. */
static int take_over(struct ctx *ctx, struct pile *pile, struct security *security)
{
	pile->secret_hash = security->next_hash;
	security->next_hash = STR("");
	security->next_command = 0;
	security->rotated_us = ctx->now_us;
	TRY(store_pile_put(ctx->db, pile));
	return store_security_put(ctx->db, security);
}

static int check_password(struct ctx *ctx, struct pile *pile, struct security *security,
	const struct security_proof *proof)
{
	/* All is compared whatever the name says, so that time tells nothing. */
	bool right_user = str_eq(proof->user, pile->code);
	bool now = password_is(ctx, pile, pile->secret_hash, proof->password);
	bool next = password_is(ctx, pile, security->next_hash, proof->password);

	if (!right_user || (!now && !next))
		return SECURITY_E_PASSWORD;
	return now ? 0 : take_over(ctx, pile, security);
}

static int check_certificate(
	struct ctx *ctx, const struct pile *pile, const struct security_proof *proof)
{
	struct str organisation = ctx->config->security.organisation;
	struct certificate certificate;
	int found;

	if (!str_eq(proof->common_name, pile->code))
		return SECURITY_E_NAME;
	if (organisation.len > 0 && !str_eq(proof->organisation, organisation))
		return SECURITY_E_ORGANISATION;
	/* A resumed TLS session shows what was true when it began. */
	if (proof->until_us <= ctx->now_us)
		return SECURITY_E_EXPIRED;
	found = store_certificate_by_serial(
		ctx->db, ctx->arena, proof->serial, pile->id, &certificate);
	TRY(found);
	if (found == 0 && str_is(certificate.state, "revoked"))
		return SECURITY_E_REVOKED;
	return certificates_shown(ctx, pile->id, proof->serial);
}

/* Which profile this is, or what is wrong with it. */
static int judge(struct ctx *ctx, struct pile *pile, struct security *security,
	const struct security_proof *proof, int64_t *ret_profile)
{
	bool has_password = pile->secret_hash.len > 0 || security->next_hash.len > 0;

	if (proof->certified) {
		*ret_profile = 3;
		return check_certificate(ctx, pile, proof);
	}
	if (security->least == 3)
		return proof->tls ? SECURITY_E_CERTIFICATE : SECURITY_E_DOWNGRADE;
	if (!has_password) {
		*ret_profile = 0;
		return 0;
	}
	*ret_profile = proof->tls ? 2 : 1;
	return check_password(ctx, pile, security, proof);
}

static struct str words_of(struct ctx *ctx, int outcome, const struct security *security,
	const struct security_proof *proof, int64_t profile)
{
	struct arena *arena = ctx->arena;

	switch (outcome) {
	case SECURITY_E_PASSWORD:
		return proof->password.len == 0
			       ? STR("The pile sent no password, but one is stored for it.")
			       : STR("The password is wrong, or the user name is not the pile's "
				     "identity.");
	case SECURITY_E_DOWNGRADE:
		return str_format(arena,
			"The pile came with security profile %lld before; now it offers less. An "
			"operator can lower it on the pile's page.",
			(long long)security->least);
	case SECURITY_E_CERTIFICATE:
		return STR("This pile must show its certificate (security profile 3), but it "
			   "showed none.");
	case SECURITY_E_NAME:
		return str_format(arena,
			"The certificate is made out to \"%.*s\", the address names another pile.",
			STR_FMT(proof->common_name));
	case SECURITY_E_ORGANISATION:
		return str_format(arena,
			"The certificate's organisation is \"%.*s\", ours is \"%.*s\".",
			STR_FMT(proof->organisation), STR_FMT(ctx->config->security.organisation));
	case SECURITY_E_EXPIRED:
		return STR("The certificate has expired.");
	case SECURITY_E_REVOKED:
		return STR("The certificate has been revoked.");
	case SECURITY_E_LEAST:
		return str_format(arena,
			"The settings ask for security profile %lld or more; the pile offers %lld.",
			(long long)ctx->config->security.least_profile, (long long)profile);
	default:
		return STR("");
	}
}

static int alarm(
	struct ctx *ctx, const struct pile *pile, const char *kind, int64_t from, int64_t to)
{
	return tell_alarm(ctx, pile->tenant_id, kind,
		str_format(ctx->arena, "pile:%lld", (long long)pile->id),
		str_format(
			ctx->arena, "{\"from\":%lld,\"to\":%lld}", (long long)from, (long long)to));
}

/* It came back after an upgrade: with the new profile, or, when it had its chance, without. */
static int judge_upgrade(
	struct ctx *ctx, const struct pile *pile, struct security *security, int64_t profile)
{
	if (security->wanted == 0)
		return 0;
	if (profile >= security->wanted) {
		security->wanted = 0;
		security->wanted_state = STR("done");
		return 0;
	}
	if (!str_is(security->wanted_state, "accepted") ||
		ctx->now_us < security->wanted_us + EARLY_US)
		return 0;
	TRY(alarm(ctx, pile, "profile_fallback", security->wanted, profile));
	security->wanted = 0;
	security->wanted_state = STR("fallback");
	return 0;
}

static int remember(struct ctx *ctx, const struct pile *pile, struct security *security,
	const struct security_proof *proof, int64_t profile)
{
	struct security before = *security;

	TRY(judge_upgrade(ctx, pile, security, profile));
	if (profile > security->least)
		security->least = profile;
	security->seen = profile;
	security->transport = proof->transport;
	security->serial = profile == 3 ? proof->serial : STR("");
	security->until_us = profile == 3 ? proof->until_us : 0;
	if (before.seen == security->seen && before.least == security->least &&
		before.wanted == security->wanted &&
		str_eq(before.transport, security->transport) &&
		str_eq(before.serial, security->serial) &&
		ctx->now_us < before.seen_us + SEEN_EVERY_US)
		return 0; /* a storm of reconnects writes nothing here */
	security->seen_us = ctx->now_us;
	return store_security_put(ctx->db, security);
}

int security_admit(struct ctx *ctx, struct pile *pile, const struct security_proof *proof,
	struct str *ret_words)
{
	struct security security;
	int64_t profile = 0;
	int outcome;

	TRY(store_security_get(ctx->db, ctx->arena, pile->id, &security));
	outcome = judge(ctx, pile, &security, proof, &profile);
	TRY(outcome);
	if (outcome == 0 && profile < security.least)
		outcome = SECURITY_E_DOWNGRADE;
	if (outcome == 0 && profile < ctx->config->security.least_profile)
		outcome = SECURITY_E_LEAST;
	if (outcome != 0) {
		*ret_words = words_of(ctx, outcome, &security, proof, profile);
		return outcome;
	}
	return remember(ctx, pile, &security, proof, profile);
}

/* --- an upgrade, step by step --- */

struct step_row {
	const char *name;
	const char *action16, *action2; /* NULL: no such step in this version */
};
static const struct step_row steps[] = {
	{"password", "ChangeConfiguration", "SetVariables"},
	{"profile", "ChangeConfiguration", "SetNetworkProfile"},
	{"priority", NULL, "SetVariables"},
	{"reset", NULL, "Reset"},
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* 20 random bytes as hex digits: both readings of OCPP 1.6 accept them. */
static struct str new_password(struct ctx *ctx)
{
	uint8_t bytes[PASSWORD_BYTES];
	struct buf hex;

	ctx->rng->fill(ctx->rng, bytes, sizeof(bytes));
	buf_init(&hex, ctx->arena, 2 * PASSWORD_BYTES);
	hex_write(&hex, bytes, sizeof(bytes));
	return buf_str(&hex);
}

static struct str password_payload(struct ctx *ctx, const struct pile *pile, struct str password)
{
	return str_format(ctx->arena,
		devices_speaks_16(pile)
			? "{\"key\":\"AuthorizationKey\",\"value\":\"%.*s\"}"
			: "{\"setVariableData\":[{\"attributeValue\":\"%.*s\",\"component\":{"
			  "\"name\":\"SecurityCtrlr\"},\"variable\":{\"name\":"
			  "\"BasicAuthPassword\"}}]}",
		STR_FMT(password));
}

/* The address of the OCPP door, as the pile should reach it with TLS or without. */
static struct str door_url(struct ctx *ctx, bool tls)
{
	struct str host = ctx->config->public_url;
	ptrdiff_t at = str_find(host, '/');

	if (at >= 0)
		host = str_slice(host, (size_t)at + 2, host.len);
	return str_format(ctx->arena, "%s://%.*s/ocpp", tls ? "wss" : "ws", STR_FMT(host));
}

static struct str step_payload(
	struct ctx *ctx, const struct pile *pile, const struct security *security, const char *step)
{
	if (str_is(str_from(step), "priority"))
		return str_format(ctx->arena,
			"{\"setVariableData\":[{\"attributeValue\":\"%d\",\"component\":{\"name\":"
			"\"OCPPCommCtrlr\"},\"variable\":{\"name\":"
			"\"NetworkConfigurationPriority\"}}]}",
			SLOT);
	if (str_is(str_from(step), "reset"))
		return STR("{\"type\":\"OnIdle\"}");
	if (devices_speaks_16(pile))
		return str_format(ctx->arena, "{\"key\":\"SecurityProfile\",\"value\":\"%lld\"}",
			(long long)security->wanted);
	return str_format(ctx->arena,
		"{\"configurationSlot\":%d,\"connectionData\":{\"ocppVersion\":\"OCPP20\","
		"\"ocppTransport\":\"JSON\",\"ocppCsmsUrl\":\"%.*s\",\"messageTimeout\":30,"
		"\"securityProfile\":%lld,\"ocppInterface\":\"Wired0\"}}",
		SLOT, STR_FMT(door_url(ctx, security->wanted >= 2)), (long long)security->wanted);
}

static int send(struct ctx *ctx, const struct pile *pile, const char *action, struct str payload,
	int64_t user_id, int64_t *ret_command_id)
{
	int outcome =
		devices_say(ctx, pile, action, payload, user_id, STEP_VALID_US, ret_command_id);

	TRY(outcome);
	return outcome == 0 ? 0 : SECURITY_E_FULL;
}

/* Tells the pile a fresh password and keeps its hash beside the old one. */
static int send_password(struct ctx *ctx, const struct pile *pile, struct security *security,
	int64_t user_id, int64_t *ret_command_id)
{
	struct str password = new_password(ctx);
	int outcome =
		send(ctx, pile, devices_speaks_16(pile) ? steps[0].action16 : steps[0].action2,
			password_payload(ctx, pile, password), user_id, ret_command_id);

	if (outcome != 0)
		return outcome;
	security->next_hash =
		pile_secret_hash(ctx->arena, ctx->config->server_key, pile->code, password);
	security->next_us = ctx->now_us;
	security->next_command = *ret_command_id;
	return 0;
}

/* Sends step `at` or the first one behind it that this version has; behind the last the pile has
 * all it needs. */
static int take_step(struct ctx *ctx, const struct pile *pile, struct security *security, size_t at,
	int64_t user_id)
{
	int64_t command_id = 0;
	int outcome;

	while (at < STEPS &&
		(devices_speaks_16(pile) ? steps[at].action16 : steps[at].action2) == NULL)
		at++;
	security->wanted_us = ctx->now_us;
	security->wanted_command = 0;
	if (at == STEPS) {
		security->wanted_state = STR("accepted");
		return store_security_put(ctx->db, security);
	}
	if (at == 0)
		outcome = send_password(ctx, pile, security, user_id, &command_id);
	else
		outcome = send(ctx, pile,
			devices_speaks_16(pile) ? steps[at].action16 : steps[at].action2,
			step_payload(ctx, pile, security, steps[at].name), user_id, &command_id);
	if (outcome != 0)
		return outcome;
	security->wanted_state = str_from(steps[at].name);
	security->wanted_command = command_id;
	return store_security_put(ctx->db, security);
}

static int load(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, struct pile *ret_pile,
	struct security *ret_security)
{
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, ret_pile);

	TRY(found);
	if (found == STORE_E_MISSING || ret_pile->tenant_id != tenant_id)
		return SECURITY_E_UNKNOWN;
	return store_security_get(ctx->db, ctx->arena, pile_id, ret_security);
}

static bool under_way(const struct security *security)
{
	return security->wanted != 0;
}

int security_upgrade(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t profile,
	int64_t user_id, int64_t *ret_command_id)
{
	struct security security;
	struct pile pile;
	bool needs_password;
	int outcome = load(ctx, tenant_id, pile_id, &pile, &security);

	if (outcome != 0)
		return outcome;
	if (!pile.online || profile <= security.seen || profile > SECURITY_PROFILE_MAX ||
		(profile >= 2 && !ctx->config->security.tls) || under_way(&security))
		return SECURITY_E_STATE;
	if (profile == 3) {
		int64_t ready;

		TRY(store_certificate_ready(ctx->db, pile_id, ctx->now_us, &ready));
		if (ready == 0)
			return SECURITY_E_CERTIFICATE;
	}
	needs_password = profile < 3 && pile.secret_hash.len == 0;
	security.wanted = profile;
	outcome = take_step(ctx, &pile, &security, needs_password ? 0 : 1, user_id);
	if (outcome == 0)
		*ret_command_id = security.wanted_command;
	return outcome;
}

int security_lower(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t profile)
{
	struct security security;
	struct pile pile;
	int outcome = load(ctx, tenant_id, pile_id, &pile, &security);

	if (outcome != 0)
		return outcome;
	if (profile < 0 || profile >= security.least)
		return SECURITY_E_STATE;
	TRY(alarm(ctx, &pile, "profile_lowered", security.least, profile));
	if (profile == 0 && pile.secret_hash.len > 0) {
		pile.secret_hash = STR("");
		TRY(store_pile_put(ctx->db, &pile));
	}
	if (profile == 0)
		security.next_hash = STR("");
	security.least = profile;
	security.wanted = 0;
	security.wanted_state = STR("");
	return store_security_put(ctx->db, &security);
}

int security_rotate(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id,
	int64_t *ret_command_id)
{
	struct security security;
	struct pile pile;
	int outcome = load(ctx, tenant_id, pile_id, &pile, &security);

	if (outcome != 0)
		return outcome;
	if (!pile.online || under_way(&security))
		return SECURITY_E_STATE;
	outcome = send_password(ctx, &pile, &security, user_id, ret_command_id);
	if (outcome != 0)
		return outcome;
	return store_security_put(ctx->db, &security);
}

int security_overheard(
	struct ctx *ctx, const struct pile *pile, struct str password, int64_t command_id)
{
	struct security security;

	if (password.len == 0)
		return 0;
	TRY(store_security_get(ctx->db, ctx->arena, pile->id, &security));
	security.next_hash = pile_secret_hash(ctx->arena, ctx->config->server_key, pile->code,
		kept_password(ctx->arena, password));
	security.next_us = ctx->now_us;
	security.next_command = command_id;
	return store_security_put(ctx->db, &security);
}

/* --- answers --- */

static bool is_accepted(struct str status)
{
	return str_is(status, "Accepted") || str_is(status, "RebootRequired") ||
	       str_is(status, "Scheduled");
}

/* A refused password never counts; after silence both do, since nobody knows. */
static void password_answered(struct security *security, struct str status)
{
	security->next_command = 0;
	if (status.len > 0 && !is_accepted(status))
		security->next_hash = STR("");
}

static int step_answered(
	struct ctx *ctx, const struct pile *pile, struct security *security, struct str status)
{
	size_t at = 0;

	while (at < STEPS && !str_is(security->wanted_state, steps[at].name))
		at++;
	if (is_accepted(status)) {
		int outcome = take_step(ctx, pile, security, at + 1, 0);

		TRY(outcome);
		if (outcome == 0)
			return 0;
	}
	TRY(alarm(ctx, pile, "profile_refused", security->wanted, security->seen));
	security->wanted = 0;
	security->wanted_command = 0;
	security->wanted_state = STR("refused");
	return store_security_put(ctx->db, security);
}

int security_answered(struct ctx *ctx, const struct command *command, struct str status)
{
	struct security security;
	struct pile pile;
	int found;

	TRY(certificates_answered(ctx, command, status));
	TRY(store_security_get(ctx->db, ctx->arena, command->pile_id, &security));
	if (command->id != security.next_command && command->id != security.wanted_command)
		return 0;
	found = store_pile_get(ctx->db, ctx->arena, command->pile_id, &pile);
	TRY(found);
	if (found == STORE_E_MISSING)
		return 0;
	if (command->id == security.next_command)
		password_answered(&security, status);
	if (command->id == security.wanted_command && under_way(&security))
		return step_answered(ctx, &pile, &security, status);
	return store_security_put(ctx->db, &security);
}
