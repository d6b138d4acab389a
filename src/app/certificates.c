/* certificates.c - certificates of piles, from the request to the revocation list. The order of a
 * certificate's states stands in store/certificate.h. */
#include "app/certificates.h"

#include "app/devices.h"
#include "app/enrol.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/x509.h"
#include "domain/station.h"
#include "store/command.h"
#include "store/pile.h"

#define TELL_VALID_US (10 * US_PER_MIN)
#define WAITING_MOST 4          /* requests of one pile that may wait for a signature */
#define DUE_MOST 16             /* successors asked for in one tick */
#define ASK_EVERY_US US_PER_DAY /* between two reminders about one certificate */
#define CRL_VALID_US (7 * US_PER_DAY)
#define BACKDATE_US (5 * US_PER_MIN) /* a pile's clock may be a little behind */
#define EVENT_INFO_MAX 255

const char *certificates_word(int outcome)
{
	static const char *const words[] = {"ok", "unknown", "format", "name", "weak", "state",
		"no_ca", "chain", "key", "full", "protocol"};

	return outcome >= 0 && (size_t)outcome < sizeof(words) / sizeof(words[0]) ? words[outcome]
										  : "fault";
}

static int load_pile(struct ctx *ctx, int64_t pile_id, struct pile *ret_pile)
{
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, ret_pile);

	TRY(found);
	return found == STORE_E_MISSING ? CERTIFICATES_E_UNKNOWN : 0;
}

static struct str subject_of(struct ctx *ctx, int64_t pile_id)
{
	return str_format(ctx->arena, "pile:%lld", (long long)pile_id);
}

/* --- words of the two protocols --- */

struct kind_row {
	const char *kind, *ocpp16, *ocpp2;
};
static const struct kind_row anchor_kinds[] = {
	{"csms", "CentralSystemRootCertificate", "CSMSRootCertificate"},
	{"manufacturer", "ManufacturerRootCertificate", "ManufacturerRootCertificate"},
	{"v2g", NULL, "V2GRootCertificate"},
	{"mo", NULL, "MORootCertificate"},
};

static const char *anchor_word(const struct pile *pile, struct str kind)
{
	for (size_t i = 0; i < sizeof(anchor_kinds) / sizeof(anchor_kinds[0]); i++)
		if (str_is(kind, anchor_kinds[i].kind))
			return devices_speaks_16(pile) ? anchor_kinds[i].ocpp16
						       : anchor_kinds[i].ocpp2;
	return NULL;
}

/* PEM inside a JSON string: our own PEM texts hold nothing else that wants escaping. */
static struct str json_pem(struct arena *arena, struct str pem)
{
	struct buf out;

	buf_init(&out, arena, 2 * pem.len + 1);
	for (size_t i = 0; i < pem.len; i++) {
		if (pem.ptr[i] == '\n')
			buf_put_str(&out, STR("\\n"));
		else
			buf_put_char(&out, pem.ptr[i]);
	}
	return buf_str(&out);
}

static int send(struct ctx *ctx, const struct pile *pile, const char *action, struct str payload,
	int64_t user_id, int64_t *ret_command_id)
{
	int outcome =
		devices_say(ctx, pile, action, payload, user_id, TELL_VALID_US, ret_command_id);

	TRY(outcome);
	return outcome == 0 ? 0 : CERTIFICATES_E_FULL;
}

/* CertificateSigned. A pile that is away gets it at its next connection, if that is soon; later it
 * will ask again. */
static int tell_signed(struct ctx *ctx, const struct pile *pile, struct certificate *certificate)
{
	struct str chain = json_pem(ctx->arena, certificate->chain), payload;
	bool v2g = str_is(certificate->kind, "v2g");

	if (devices_speaks_16(pile))
		payload = str_format(ctx->arena, "{\"certificateChain\":\"%.*s\"}", STR_FMT(chain));
	else if (certificate->request_id >= 0)
		payload = str_format(ctx->arena,
			"{\"certificateChain\":\"%.*s\",\"certificateType\":\"%s\",\"requestId\":"
			"%lld}",
			STR_FMT(chain), v2g ? "V2GCertificate" : "ChargingStationCertificate",
			(long long)certificate->request_id);
	else
		payload = str_format(ctx->arena,
			"{\"certificateChain\":\"%.*s\",\"certificateType\":\"%s\"}",
			STR_FMT(chain), v2g ? "V2GCertificate" : "ChargingStationCertificate");
	return send(ctx, pile, "CertificateSigned", payload, 0, &certificate->command_id);
}

/* --- signing --- */

static int outcome_of_x509(int outcome)
{
	switch (outcome) {
	case 0:
		return 0;
	case X509_E_SIGNATURE:
	case X509_E_WEAK:
		return CERTIFICATES_E_WEAK;
	case X509_E_NAME:
		return CERTIFICATES_E_NAME;
	case X509_E_KEY:
		return CERTIFICATES_E_KEY;
	case X509_E_FORMAT:
		return CERTIFICATES_E_FORMAT;
	default:
		return CERTIFICATES_E_CHAIN;
	}
}

/* Is this request the pile's own? Its organisation, when it says one, must be ours. */
static int judge_csr(struct ctx *ctx, const struct pile *pile, const struct x509_csr *csr)
{
	struct str organisation = ctx->config->security.organisation;

	if (!str_eq(csr->subject.common_name, pile->code))
		return CERTIFICATES_E_NAME;
	if (organisation.len > 0 && csr->subject.organisation.len > 0 &&
		!str_eq(csr->subject.organisation, organisation))
		return CERTIFICATES_E_NAME;
	return 0;
}

static int set_chain(struct ctx *ctx, struct certificate *certificate, struct str chain, bool local)
{
	struct x509_facts *facts;
	struct buf text;
	size_t len;
	int outcome = x509_read_all(ctx->arena, chain, &facts, &len);

	TRY(outcome);
	if (outcome != 0)
		return outcome_of_x509(outcome);
	buf_init(&text, ctx->arena, X509_PEM_MAX);
	for (size_t i = 0; i < len; i++)
		if (!facts[i].self_signed || len == 1) /* the root is no part of a chain */
			buf_put_str(&text, facts[i].pem);
	if (text.failed || text.len > CERTIFICATES_CHAIN_MAX)
		return CERTIFICATES_E_FORMAT;
	certificate->chain = buf_str(&text);
	certificate->serial = facts[0].serial;
	certificate->fingerprint = facts[0].fingerprint;
	certificate->common_name = facts[0].subject.common_name;
	certificate->organisation = facts[0].subject.organisation;
	certificate->from_us = facts[0].from_us;
	certificate->until_us = facts[0].until_us;
	certificate->local = local;
	certificate->state = STR("signed");
	certificate->done_us = ctx->now_us;
	return 0;
}

static int sign_local(struct ctx *ctx, const struct pile *pile, struct certificate *certificate)
{
	const struct app_security *config = &ctx->config->security;
	struct x509_issue issue = {.kind = X509_DEVICE,
		.csr = certificate->csr,
		.ca = config->ca_chain,
		.key = config->ca_key,
		.subject = {.common_name = pile->code, .organisation = config->organisation},
		.from_us = ctx->now_us - BACKDATE_US,
		.until_us = ctx->now_us + config->device_days * US_PER_DAY};
	struct str pem, chain;
	int outcome;

	if (config->ca_key.len == 0 || !str_is(certificate->kind, "pile"))
		return CERTIFICATES_E_NO_CA;
	ctx->rng->fill(ctx->rng, issue.serial, sizeof(issue.serial));
	outcome = x509_issue(ctx->arena, &issue, &pem);
	TRY(outcome);
	if (outcome != 0)
		return outcome_of_x509(outcome);
	chain = str_format(ctx->arena, "%.*s%.*s", STR_FMT(pem), STR_FMT(config->ca_chain));
	return set_chain(ctx, certificate, chain, true);
}

static int load_certificate(struct ctx *ctx, int64_t tenant_id, int64_t id,
	struct certificate *ret_certificate, struct pile *ret_pile)
{
	int found = store_certificate_get(ctx->db, ctx->arena, id, ret_certificate);

	TRY(found);
	if (found == STORE_E_MISSING || ret_certificate->tenant_id != tenant_id)
		return CERTIFICATES_E_UNKNOWN;
	return load_pile(ctx, ret_certificate->pile_id, ret_pile);
}

static int deliver(struct ctx *ctx, const struct pile *pile, struct certificate *certificate)
{
	int outcome = tell_signed(ctx, pile, certificate);

	TRY(outcome);
	if (outcome != 0)
		return outcome;
	TRY(store_certificate_put(ctx->db, certificate));
	return tell(ctx, pile->tenant_id, "certificate", certificate->id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile->code)));
}

int certificates_sign(struct ctx *ctx, int64_t tenant_id, int64_t certificate_id)
{
	struct certificate certificate;
	struct pile pile;
	int outcome = load_certificate(ctx, tenant_id, certificate_id, &certificate, &pile);

	if (outcome != 0)
		return outcome;
	if (!str_is(certificate.state, "requested"))
		return CERTIFICATES_E_STATE;
	outcome = sign_local(ctx, &pile, &certificate);
	return outcome != 0 ? outcome : deliver(ctx, &pile, &certificate);
}

int certificates_import(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str chain)
{
	struct certificate certificate;
	struct x509_facts facts;
	struct pile pile;
	int outcome = load_certificate(ctx, tenant_id, certificate_id, &certificate, &pile);

	if (outcome != 0)
		return outcome;
	if (!str_is(certificate.state, "requested"))
		return CERTIFICATES_E_STATE;
	outcome = x509_read(ctx->arena, chain, &facts);
	TRY(outcome);
	if (outcome != 0)
		return CERTIFICATES_E_FORMAT;
	if (!str_eq(facts.key_hash, certificate.key_hash))
		return CERTIFICATES_E_KEY;
	if (str_is(certificate.kind, "pile")) {
		if (!str_eq(facts.subject.common_name, pile.code))
			return CERTIFICATES_E_NAME;
		outcome = x509_check(
			ctx->arena, chain, ctx->config->security.anchors, STR_NULL, ctx->now_us);
		TRY(outcome);
		if (outcome != 0)
			return outcome == X509_E_FORMAT ? CERTIFICATES_E_FORMAT
							: CERTIFICATES_E_CHAIN;
	}
	outcome = set_chain(ctx, &certificate, chain, false);
	return outcome != 0 ? outcome : deliver(ctx, &pile, &certificate);
}

static int end(
	struct ctx *ctx, struct certificate *certificate, const char *state, struct str reason)
{
	certificate->state = str_from(state);
	certificate->reason = str_utf8_cut(reason, 200);
	certificate->done_us = ctx->now_us;
	return store_certificate_put(ctx->db, certificate);
}

int certificates_refuse(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str reason)
{
	struct certificate certificate;
	struct pile pile;
	int outcome = load_certificate(ctx, tenant_id, certificate_id, &certificate, &pile);

	if (outcome != 0)
		return outcome;
	if (!str_is(certificate.state, "requested"))
		return CERTIFICATES_E_STATE;
	return end(ctx, &certificate, "refused", reason);
}

int certificates_revoke(
	struct ctx *ctx, int64_t tenant_id, int64_t certificate_id, struct str reason)
{
	struct certificate certificate;
	struct security security;
	struct pile pile;
	int outcome = load_certificate(ctx, tenant_id, certificate_id, &certificate, &pile);

	if (outcome != 0)
		return outcome;
	if (certificate.serial.len == 0 || str_is(certificate.state, "revoked"))
		return CERTIFICATES_E_STATE;
	TRY(end(ctx, &certificate, "revoked", reason));
	TRY(store_security_get(ctx->db, ctx->arena, pile.id, &security));
	if (pile.online && str_eq(security.serial, certificate.serial)) {
		struct effect *drop = effects_add(ctx->effects, EFFECT_DROP);

		drop->pile_id = pile.id;
	}
	return tell(ctx, pile.tenant_id, "certificate", certificate.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}

/* --- a request arrives --- */

static int refuse_request(
	struct ctx *ctx, const struct pile *pile, struct certificate *certificate, int outcome)
{
	const char *word = certificates_word(outcome);

	certificate->state = STR("refused");
	certificate->reason = str_from(word);
	certificate->done_us = ctx->now_us;
	TRY(store_certificate_add(ctx->db, certificate));
	TRY(tell_alarm(ctx, pile->tenant_id, "certificate_request", subject_of(ctx, pile->id),
		str_format(ctx->arena, "{\"why\":\"%s\"}", word)));
	return outcome;
}

static int fill_request(struct ctx *ctx, const struct pile *pile, struct str kind, struct str text,
	struct certificate *ret)
{
	struct x509_csr csr;
	int outcome = text.len <= CERTIFICATES_CSR_MAX ? x509_csr_read(ctx->arena, text, &csr)
						       : X509_E_FORMAT;

	TRY(outcome);
	*ret = (struct certificate){.id = CTX_ID(ctx),
		.tenant_id = pile->tenant_id,
		.pile_id = pile->id,
		.kind = kind,
		.state = STR("requested"),
		.request_id = -1,
		.created_us = ctx->now_us,
		.done_us = ctx->now_us};
	if (outcome != 0)
		return outcome_of_x509(outcome);
	ret->common_name = csr.subject.common_name;
	ret->organisation = csr.subject.organisation;
	ret->key_name = csr.key;
	ret->key_hash = csr.key_hash;
	ret->csr = csr.pem;
	/* A certificate for the cable carries the names of that world. */
	return str_is(kind, "pile") ? judge_csr(ctx, pile, &csr) : 0;
}

int certificates_requested(
	struct ctx *ctx, int64_t pile_id, struct str kind, struct str csr, int64_t request_id)
{
	struct str known = str_is(kind, "v2g") ? STR("v2g") : STR("pile");
	struct certificate certificate;
	struct pile pile;
	int64_t waiting;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	TRY(store_certificate_waiting(ctx->db, pile_id, &waiting));
	if (waiting >= WAITING_MOST)
		return CERTIFICATES_E_FULL;
	outcome = fill_request(ctx, &pile, known, csr, &certificate);
	TRY(outcome);
	if (outcome != 0)
		return refuse_request(ctx, &pile, &certificate, outcome);
	certificate.request_id = request_id;
	/* of a pile nobody has let in yet all requests wait: who approves it compares the keys */
	if (pile.state != PILE_APPROVED)
		TRY(enrol_asked(ctx, &pile, &certificate));
	else
		TRY(store_certificate_supersede(
			ctx->db, pile_id, known, "requested", certificate.id, ctx->now_us));
	if (pile.state == PILE_APPROVED && !ctx->config->security.sign_by_hand) {
		outcome = sign_local(ctx, &pile, &certificate);
		TRY(outcome);
		if (outcome == 0)
			TRY(tell_signed(ctx, &pile, &certificate));
	}
	TRY(store_certificate_add(ctx->db, &certificate));
	if (str_is(certificate.state, "requested"))
		TRY(tell_alarm(ctx, pile.tenant_id, "certificate_waiting", subject_of(ctx, pile_id),
			STR("{}")));
	return tell(ctx, pile.tenant_id, "certificate", certificate.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}

int certificates_issue(struct ctx *ctx, int64_t pile_id, struct str csr, int64_t *ret_id)
{
	struct certificate certificate;
	struct pile pile;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	outcome = fill_request(ctx, &pile, STR("pile"), csr, &certificate);
	if (outcome == 0)
		outcome = sign_local(ctx, &pile, &certificate);
	TRY(outcome);
	if (outcome != 0)
		return outcome;
	certificate.state = STR("installed");
	TRY(store_certificate_add(ctx->db, &certificate));
	*ret_id = certificate.id;
	return 0;
}

/* --- what the pile answers --- */

static int signed_answered(struct ctx *ctx, const struct command *command, struct str status)
{
	struct certificate certificate;
	int found = store_certificate_by_command(ctx->db, ctx->arena, command->id, &certificate);

	TRY(found);
	if (found == STORE_E_MISSING || !str_is(certificate.state, "signed"))
		return 0;
	if (str_is(status, "Accepted")) {
		certificate.state = STR("installed");
		certificate.done_us = ctx->now_us;
		TRY(store_certificate_put(ctx->db, &certificate));
		return enrol_installed(ctx, certificate.pile_id);
	}
	if (status.len == 0)
		return 0; /* silence: it may have taken it all the same, its next handshake tells */
	TRY(tell_alarm(ctx, certificate.tenant_id, "certificate_refused",
		subject_of(ctx, certificate.pile_id), STR("{}")));
	return end(ctx, &certificate, "refused", STR("pile"));
}

int certificates_answered(struct ctx *ctx, const struct command *command, struct str status)
{
	int64_t id;
	int outcome;

	if (str_is(command->action, "CertificateSigned"))
		return signed_answered(ctx, command, status);
	if (!str_is(status, "Accepted") || (!str_is(command->action, "InstallCertificate") &&
						   !str_is(command->action, "DeleteCertificate")))
		return 0;
	/* What is in the pile now is best told by the pile. */
	for (size_t i = 0; i < sizeof(anchor_kinds) / sizeof(anchor_kinds[0]); i++) {
		outcome = certificates_query(
			ctx, command->pile_id, str_from(anchor_kinds[i].kind), 0, &id);
		TRY(outcome); /* a kind that its version does not know is no matter */
	}
	return 0;
}

int certificates_reported(
	struct ctx *ctx, int64_t pile_id, struct str kind, const struct anchor *anchors, size_t len)
{
	return store_anchors_put(ctx->db, pile_id, kind, anchors, len, ctx->now_us);
}

/* Those of OCPP's list that the specification calls critical and that mean an attack or a broken
 * defence; starts and updates are in the list for the record only. */
static bool is_serious(struct str type)
{
	static const char *const types[] = {"FailedToAuthenticateAtCsms",
		"FailedToAuthenticateAtCentralSystem", "CsmsFailedToAuthenticate",
		"CentralSystemFailedToAuthenticate", "SecurityLogWasCleared",
		"ReconfigurationOfSecurityParameters", "MemoryExhaustion", "InvalidMessages",
		"AttemptedReplayAttacks", "TamperDetectionActivated", "InvalidFirmwareSignature",
		"InvalidFirmwareSigningCertificate", "InvalidCsmsCertificate",
		"InvalidCentralSystemCertificate", "InvalidChargingStationCertificate",
		"InvalidChargePointCertificate", "InvalidTLSVersion", "InvalidTLSCipherSuite"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(type, types[i]))
			return true;
	return false;
}

/* A word may go into an alarm's JSON; anything else is only stored as text. */
static bool is_word(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			return false;
	}
	return text.len > 0;
}

int certificates_event(
	struct ctx *ctx, int64_t pile_id, struct str type, int64_t at_us, struct str info)
{
	struct security_event event = {.id = CTX_ID(ctx),
		.pile_id = pile_id,
		.at_us = at_us,
		.kind = type,
		.info = str_utf8_cut(info, EVENT_INFO_MAX),
		.critical = is_serious(type)};
	struct pile pile;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	event.tenant_id = pile.tenant_id;
	TRY(store_security_event_add(ctx->db, &event));
	if (!event.critical || !is_word(type))
		return 0;
	return tell_alarm(ctx, pile.tenant_id, "security_event", subject_of(ctx, pile_id),
		str_format(ctx->arena, "{\"event\":\"%.*s\"}", STR_FMT(type)));
}

/* --- what the operator asks of the pile --- */

int certificates_renew(
	struct ctx *ctx, int64_t pile_id, struct str kind, int64_t user_id, int64_t *ret_command_id)
{
	bool v2g = str_is(kind, "v2g");
	struct pile pile;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	if (devices_speaks_16(&pile) && v2g)
		return CERTIFICATES_E_PROTOCOL;
	if (devices_speaks_16(&pile))
		return send(ctx, &pile, "ExtendedTriggerMessage",
			STR("{\"requestedMessage\":\"SignChargePointCertificate\"}"), user_id,
			ret_command_id);
	return send(ctx, &pile, "TriggerMessage",
		v2g ? STR("{\"requestedMessage\":\"SignV2GCertificate\"}")
		    : STR("{\"requestedMessage\":\"SignChargingStationCertificate\"}"),
		user_id, ret_command_id);
}

int certificates_install(struct ctx *ctx, int64_t pile_id, struct str kind, struct str pem,
	int64_t user_id, int64_t *ret_command_id)
{
	struct x509_facts facts;
	struct pile pile;
	const char *word;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	word = anchor_word(&pile, kind);
	if (word == NULL)
		return CERTIFICATES_E_PROTOCOL;
	outcome = x509_read(ctx->arena, pem, &facts);
	TRY(outcome);
	if (outcome != 0 || facts.pem.len > CERTIFICATES_CSR_MAX)
		return CERTIFICATES_E_FORMAT;
	if (!facts.authority)
		return CERTIFICATES_E_CHAIN;
	return send(ctx, &pile, "InstallCertificate",
		str_format(ctx->arena, "{\"certificateType\":\"%s\",\"certificate\":\"%.*s\"}",
			word, STR_FMT(json_pem(ctx->arena, facts.pem))),
		user_id, ret_command_id);
}

static bool hex_ok(struct str text, size_t most)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return text.len > 0 && text.len <= most;
}

int certificates_delete(struct ctx *ctx, int64_t pile_id, const struct anchor *anchor,
	int64_t user_id, int64_t *ret_command_id)
{
	struct pile pile;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	if (!is_word(anchor->algorithm) || !hex_ok(anchor->name_hash, 128) ||
		!hex_ok(anchor->key_hash, 128) || !hex_ok(anchor->serial, 40))
		return CERTIFICATES_E_FORMAT;
	return send(ctx, &pile, "DeleteCertificate",
		str_format(ctx->arena,
			"{\"certificateHashData\":{\"hashAlgorithm\":\"%.*s\",\"issuerNameHash\":"
			"\"%.*s\",\"issuerKeyHash\":\"%.*s\",\"serialNumber\":\"%.*s\"}}",
			STR_FMT(anchor->algorithm), STR_FMT(anchor->name_hash),
			STR_FMT(anchor->key_hash), STR_FMT(anchor->serial)),
		user_id, ret_command_id);
}

int certificates_query(
	struct ctx *ctx, int64_t pile_id, struct str kind, int64_t user_id, int64_t *ret_command_id)
{
	struct pile pile;
	const char *word;
	int outcome = load_pile(ctx, pile_id, &pile);

	if (outcome != 0)
		return outcome;
	word = anchor_word(&pile, kind);
	if (word == NULL)
		return CERTIFICATES_E_PROTOCOL;
	return send(ctx, &pile, "GetInstalledCertificateIds",
		str_format(ctx->arena,
			devices_speaks_16(&pile) ? "{\"certificateType\":\"%s\"}"
						 : "{\"certificateType\":[\"%s\"]}",
			word),
		user_id, ret_command_id);
}

/* --- by itself --- */

int certificates_shown(struct ctx *ctx, int64_t pile_id, struct str serial)
{
	struct certificate certificate;
	int found = store_certificate_by_serial(ctx->db, ctx->arena, serial, pile_id, &certificate);

	TRY(found);
	if (found == STORE_E_MISSING ||
		(!str_is(certificate.state, "signed") && !str_is(certificate.state, "installed")))
		return 0;
	certificate.state = STR("active");
	certificate.done_us = ctx->now_us;
	TRY(store_certificate_put(ctx->db, &certificate));
	return store_certificate_supersede(
		ctx->db, pile_id, certificate.kind, "active", certificate.id, ctx->now_us);
}

/* One that ends soon: people are told, and the pile is asked for a new request. */
static int remind(struct ctx *ctx, struct certificate *certificate)
{
	int64_t days = (certificate->until_us - ctx->now_us) / US_PER_DAY, command_id;
	int outcome;

	certificate->asked_us = ctx->now_us;
	TRY(store_certificate_put(ctx->db, certificate));
	TRY(tell_alarm(ctx, certificate->tenant_id, "certificate_ends",
		subject_of(ctx, certificate->pile_id),
		str_format(ctx->arena, "{\"days\":%lld}", (long long)days)));
	outcome = certificates_renew(ctx, certificate->pile_id, certificate->kind, 0, &command_id);
	TRY(outcome);
	return 0; /* a pile with a full queue is asked tomorrow */
}

int certificates_tick(struct ctx *ctx)
{
	int64_t soon_us = ctx->now_us + ctx->config->security.renew_days * US_PER_DAY;
	struct certificate *due;
	size_t len;

	TRY(store_certificate_due(
		ctx->db, ctx->arena, soon_us, ctx->now_us - ASK_EVERY_US, DUE_MOST, &due, &len));
	for (size_t i = 0; i < len; i++)
		TRY(remind(ctx, &due[i]));
	return 0;
}

int certificates_crl(struct ctx *ctx, struct str *ret_pem)
{
	struct x509_crl crl = {.ca = ctx->config->security.ca_chain,
		.key = ctx->config->security.ca_key,
		.number = ctx->now_us / US_PER_S,
		.now_us = ctx->now_us,
		.until_us = ctx->now_us + CRL_VALID_US};
	struct x509_revoked *rows;
	struct revoked *revoked;
	size_t len;
	int outcome;

	if (crl.key.len == 0)
		return CERTIFICATES_E_NO_CA;
	TRY(store_certificate_revoked(
		ctx->db, ctx->arena, ctx->now_us, X509_REVOKED_MAX, &revoked, &len));
	rows = ARENA_ARRAY(ctx->arena, struct x509_revoked, len + 1);
	if (rows == NULL)
		return FAULT(FAULT_NOMEM, "revocation list");
	for (size_t i = 0; i < len; i++)
		rows[i] = (struct x509_revoked){revoked[i].serial, revoked[i].at_us};
	crl.revoked = rows;
	crl.revoked_len = len;
	outcome = x509_crl_new(ctx->arena, &crl, ret_pem);
	TRY(outcome);
	return outcome_of_x509(outcome);
}
