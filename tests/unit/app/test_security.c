/* test_security.c - how piles prove who they are: profiles that only go up, passwords that change
 * without a gap, certificates from the request to the revocation list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "app/certificates.h"
#include "app/devices.h"
#include "app/enrol.h"
#include "app/security.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/keyprint.h"
#include "base/x509.h"
#include "money_world.h"
#include "store/command.h"
#include "store/pile.h"

#define DAYS(n) ((n)*US_PER_DAY)

struct house {
	struct money_world world;
	struct ctx *ctx;
	struct pile pile;
	struct str root, root_key, sub, sub_key, key; /* key: the pile's own */
};

static struct str issue(struct house *house, enum x509_kind kind, struct str csr, struct str ca,
	struct str key, const char *name)
{
	struct x509_issue what = {.kind = kind,
		.csr = csr,
		.ca = ca,
		.key = key,
		.subject = {.common_name = str_from(name), .organisation = STR("Lakeside")},
		.from_us = house->ctx->now_us - DAYS(1),
		.until_us = house->ctx->now_us + DAYS(730)};
	struct str pem = STR_NULL;

	house->ctx->rng->fill(house->ctx->rng, what.serial, sizeof(what.serial));
	assert_int_equal(x509_issue(house->ctx->arena, &what, &pem), 0);
	return pem;
}

static struct str request(struct house *house, struct str key, const char *name)
{
	struct x509_name subject = {.common_name = str_from(name), .organisation = STR("Lakeside")};
	struct str csr = STR_NULL;

	assert_int_equal(x509_csr_new(house->ctx->arena, key, &subject, &csr), 0);
	return csr;
}

static void open_house(struct house *house, void **state)
{
	struct app_security *security = &house->world.config.security;

	memset(house, 0, sizeof(*house));
	world_open(&house->world, state);
	house->ctx = &house->world.ctx;
	assert_int_equal(x509_key_new(house->ctx->arena, &house->root_key), 0);
	assert_int_equal(x509_key_new(house->ctx->arena, &house->sub_key), 0);
	assert_int_equal(x509_key_new(house->ctx->arena, &house->key), 0);
	house->root = issue(house, X509_ROOT, STR_NULL, STR_NULL, house->root_key, "Root");
	house->sub = issue(house, X509_SUB, request(house, house->sub_key, "Devices"), house->root,
		house->root_key, "Devices");
	house->world.config.server_key = STR("key");
	*security = (struct app_security){.organisation = STR("Lakeside"),
		.tls = true,
		.device_days = 730,
		.renew_days = 30,
		.ca_key = house->sub_key,
		.ca_chain = str_format(
			house->ctx->arena, "%.*s%.*s", STR_FMT(house->sub), STR_FMT(house->root))};
	security->anchors = security->ca_chain;
	house->pile = (struct pile){.id = 901,
		.tenant_id = WORLD_TENANT,
		.code = STR("S-01"),
		.name = STR("S-01"),
		.state = PILE_APPROVED,
		.created_us = 1};
	assert_int_equal(store_pile_add(house->ctx->db, &house->pile), 0);
	assert_int_equal(
		store_pile_online(house->ctx->db, 901, house->ctx->now_us, STR("ocpp1.6")), 0);
}

static int knock(struct house *house, struct security_proof proof)
{
	struct str words = STR_NULL;
	int outcome;

	assert_int_equal(store_pile_get(house->ctx->db, house->ctx->arena, 901, &house->pile), 0);
	outcome = security_admit(house->ctx, &house->pile, &proof, &words);
	assert_true(outcome >= 0);
	assert_true((outcome == 0) == (words.len == 0));
	return outcome;
}

static int with_password(struct house *house, bool tls, struct str password)
{
	return knock(house, (struct security_proof){.user = STR("S-01"),
				    .password = password,
				    .tls = tls,
				    .transport = tls ? STR("TLSv1.3") : STR("")});
}

static void set_password(struct house *house, struct str password)
{
	house->pile.secret_hash =
		pile_secret_hash(house->ctx->arena, STR("key"), STR("S-01"), password);
	assert_int_equal(store_pile_put(house->ctx->db, &house->pile), 0);
}

/* The newest command, and what the pile is really told. */
static struct command last_command(struct house *house, struct str *ret_told)
{
	struct effect *last = NULL;
	struct command command;

	for (struct effect *e = house->ctx->effects->head; e != NULL; e = e->next)
		if (e->kind == EFFECT_COMMAND)
			last = e;
	assert_non_null(last);
	assert_int_equal(
		store_command_get(house->ctx->db, house->ctx->arena, last->id, &command), 0);
	*ret_told = last->payload;
	return command;
}

static bool has(struct str text, struct str part)
{
	return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static void profiles_only_go_up(void **state)
{
	struct house house;
	struct security security;

	open_house(&house, state);
	assert_int_equal(knock(&house, (struct security_proof){.tls = false}), 0);
	set_password(&house, STR("secret"));
	assert_int_equal(knock(&house, (struct security_proof){.tls = false}), SECURITY_E_PASSWORD);
	assert_int_equal(with_password(&house, false, STR("wrong")), SECURITY_E_PASSWORD);
	assert_int_equal(with_password(&house, false, STR("secret")), 0);
	assert_int_equal(with_password(&house, true, STR("secret")), 0);
	assert_int_equal(with_password(&house, false, STR("secret")), SECURITY_E_DOWNGRADE);
	assert_int_equal(store_security_get(house.ctx->db, house.ctx->arena, 901, &security), 0);
	assert_int_equal(security.least, 2);
	assert_int_equal(security_lower(house.ctx, WORLD_TENANT, 901, 2), SECURITY_E_STATE);
	assert_int_equal(security_lower(house.ctx, WORLD_TENANT + 1, 901, 1), SECURITY_E_UNKNOWN);
	assert_int_equal(security_lower(house.ctx, WORLD_TENANT, 901, 1), 0);
	assert_int_equal(with_password(&house, false, STR("secret")), 0);
	house.world.config.security.least_profile = 2;
	assert_int_equal(with_password(&house, false, STR("secret")), SECURITY_E_LEAST);
	assert_int_equal(security_lower(house.ctx, WORLD_TENANT, 901, 0), 0);
	house.world.config.security.least_profile = 0;
	assert_int_equal(knock(&house, (struct security_proof){.tls = false}), 0);
	world_close(&house.world);
}

static void a_password_changes_without_a_gap(void **state)
{
	struct house house;
	struct command command;
	struct str told, fresh;
	uint8_t bytes[20];
	int64_t id;

	open_house(&house, state);
	set_password(&house, STR("old"));
	assert_int_equal(with_password(&house, true, STR("old")), 0);
	assert_int_equal(security_rotate(house.ctx, WORLD_TENANT, 901, 0, &id), 0);
	command = last_command(&house, &told);
	assert_true(str_starts(told, STR("{\"key\":\"AuthorizationKey\",\"value\":\"")));
	fresh = str_slice(told, told.len - 42, told.len - 2);
	assert_true(hex_read(fresh, bytes, 20));
	/* What is kept shows nothing of it. */
	assert_false(has(command.payload, fresh));
	assert_false(has(command.sealed, fresh));
	assert_true(command.sealed.len > 0);
	assert_int_equal(with_password(&house, true, STR("old")), 0);
	assert_int_equal(security_answered(house.ctx, &command, STR_NULL), 0); /* silence */
	assert_int_equal(with_password(&house, true, STR("old")), 0);
	/* The bytes that the digits mean are the same password to older piles. */
	assert_int_equal(with_password(&house, true, (struct str){(const char *)bytes, 20}), 0);
	assert_int_equal(with_password(&house, true, fresh), 0);
	assert_int_equal(with_password(&house, true, STR("old")), SECURITY_E_PASSWORD);
	/* A refused one never counts. */
	assert_int_equal(security_rotate(house.ctx, WORLD_TENANT, 901, 0, &id), 0);
	command = last_command(&house, &told);
	assert_int_equal(security_answered(house.ctx, &command, STR("Rejected")), 0);
	assert_int_equal(with_password(&house, true, str_slice(told, told.len - 42, told.len - 2)),
		SECURITY_E_PASSWORD);
	assert_int_equal(with_password(&house, true, fresh), 0);
	world_close(&house.world);
}

static void an_upgrade_goes_step_by_step(void **state)
{
	struct house house;
	struct security security;
	struct command command;
	struct str told;
	int64_t id;

	open_house(&house, state);
	assert_int_equal(knock(&house, (struct security_proof){.tls = false}), 0);
	assert_int_equal(
		security_upgrade(house.ctx, WORLD_TENANT, 901, 3, 0, &id), SECURITY_E_CERTIFICATE);
	assert_int_equal(
		security_upgrade(house.ctx, WORLD_TENANT, 901, 4, 0, &id), SECURITY_E_STATE);
	assert_int_equal(security_upgrade(house.ctx, WORLD_TENANT, 901, 2, 0, &id), 0);
	assert_int_equal(
		security_upgrade(house.ctx, WORLD_TENANT, 901, 2, 0, &id), SECURITY_E_STATE);
	command = last_command(&house, &told);
	assert_true(has(told, STR("AuthorizationKey")));
	assert_int_equal(security_answered(house.ctx, &command, STR("Accepted")), 0);
	command = last_command(&house, &told);
	assert_true(str_is(told, "{\"key\":\"SecurityProfile\",\"value\":\"2\"}"));
	assert_int_equal(security_answered(house.ctx, &command, STR("Accepted")), 0);
	assert_int_equal(store_security_get(house.ctx->db, house.ctx->arena, 901, &security), 0);
	assert_true(str_is(security.wanted_state, "accepted"));
	world_close(&house.world);
}

/* Asks for a certificate as the pile does, and hands back what it is told. */
static struct certificate ask(struct house *house, const char *name, int wanted)
{
	struct certificate certificate = {0};
	struct command command;
	struct str told;

	assert_int_equal(certificates_requested(house->ctx, 901, STR("pile"),
				 request(house, house->key, name), -1),
		wanted);
	if (wanted != 0)
		return certificate;
	command = last_command(house, &told);
	assert_true(str_is(command.action, "CertificateSigned"));
	assert_true(has(told, STR("{\"certificateChain\":\"-----BEGIN CERTIFICATE-----\\n")));
	assert_int_equal(store_certificate_by_command(
				 house->ctx->db, house->ctx->arena, command.id, &certificate),
		0);
	assert_int_equal(security_answered(house->ctx, &command, STR("Accepted")), 0);
	return certificate;
}

static struct security_proof proof_of(const struct certificate *certificate)
{
	return (struct security_proof){.tls = true,
		.transport = STR("TLSv1.3"),
		.certified = true,
		.common_name = certificate->common_name,
		.organisation = certificate->organisation,
		.serial = certificate->serial,
		.until_us = certificate->until_us};
}

static void a_certificate_from_request_to_revocation(void **state)
{
	struct house house;
	struct certificate certificate, next;
	struct security_proof proof;
	struct x509_crl_facts list;
	struct str crl;

	open_house(&house, state);
	certificate = ask(&house, "S-01", 0);
	assert_int_equal(x509_check(house.ctx->arena, certificate.chain, house.root, STR_NULL,
				 house.ctx->now_us),
		0);
	proof = proof_of(&certificate);
	assert_int_equal(knock(&house, proof), 0);
	assert_int_equal(store_certificate_get(
				 house.ctx->db, house.ctx->arena, certificate.id, &certificate),
		0);
	assert_true(str_is(certificate.state, "active"));
	/* From now on nothing less. */
	assert_int_equal(with_password(&house, true, STR("x")), SECURITY_E_CERTIFICATE);
	assert_int_equal(with_password(&house, false, STR("x")), SECURITY_E_DOWNGRADE);
	proof.common_name = STR("S-02");
	assert_int_equal(knock(&house, proof), SECURITY_E_NAME);
	proof = proof_of(&certificate);
	proof.organisation = STR("Other");
	assert_int_equal(knock(&house, proof), SECURITY_E_ORGANISATION);
	proof = proof_of(&certificate);
	proof.until_us = house.ctx->now_us;
	assert_int_equal(knock(&house, proof), SECURITY_E_EXPIRED);
	/* A successor replaces it when it is first shown. */
	next = ask(&house, "S-01", 0);
	assert_int_equal(knock(&house, proof_of(&certificate)), 0);
	assert_int_equal(knock(&house, proof_of(&next)), 0);
	assert_int_equal(store_certificate_get(
				 house.ctx->db, house.ctx->arena, certificate.id, &certificate),
		0);
	assert_true(str_is(certificate.state, "replaced"));
	assert_int_equal(certificates_revoke(house.ctx, WORLD_TENANT + 1, next.id, STR("")),
		CERTIFICATES_E_UNKNOWN);
	assert_int_equal(certificates_revoke(house.ctx, WORLD_TENANT, next.id, STR("lost")), 0);
	assert_int_equal(certificates_revoke(house.ctx, WORLD_TENANT, next.id, STR("lost")),
		CERTIFICATES_E_STATE);
	assert_int_equal(knock(&house, proof_of(&next)), SECURITY_E_REVOKED);
	assert_int_equal(certificates_crl(house.ctx, &crl), 0);
	assert_int_equal(x509_crl_read(house.ctx->arena, crl, house.sub, &list), 0);
	assert_int_equal(list.revoked, 1);
	assert_int_equal(
		x509_check(house.ctx->arena, next.chain, house.root, crl, house.ctx->now_us),
		X509_E_REVOKED);
	world_close(&house.world);
}

static void bad_requests_are_turned_down(void **state)
{
	struct house house;

	open_house(&house, state);
	ask(&house, "S-02", CERTIFICATES_E_NAME);
	ask(&house, "", CERTIFICATES_E_NAME);
	assert_int_equal(certificates_requested(house.ctx, 901, STR("pile"), STR("nothing"), -1),
		CERTIFICATES_E_FORMAT);
	assert_int_equal(certificates_requested(house.ctx, 999, STR("pile"),
				 request(&house, house.key, "S-01"), -1),
		CERTIFICATES_E_UNKNOWN);
	/* Our own authority signs no certificates for cars' cables: it waits, four at most. */
	assert_int_equal(certificates_requested(
				 house.ctx, 901, STR("v2g"), request(&house, house.key, "x"), 1),
		0);
	world_close(&house.world);
}

static void an_outside_authority(void **state)
{
	struct house house;
	struct certificate certificate;
	struct str chain, csr, other;
	struct effects *effects;
	int64_t id = 0;

	open_house(&house, state);
	house.world.config.security.ca_key = STR_NULL;
	effects = house.ctx->effects;
	csr = request(&house, house.key, "S-01");
	assert_int_equal(certificates_requested(house.ctx, 901, STR("pile"), csr, -1), 0);
	for (struct effect *e = effects->head; e != NULL; e = e->next)
		if (e->kind == EFFECT_EVENT && str_is(e->name, "certificate"))
			sscanf(e->payload.ptr, "{\"id\":\"%ld\"}", &id);
	assert_int_equal(certificates_sign(house.ctx, WORLD_TENANT, id), CERTIFICATES_E_NO_CA);
	chain = str_format(house.ctx->arena, "%.*s%.*s",
		STR_FMT(issue(&house, X509_DEVICE, csr, house.sub, house.sub_key, "S-01")),
		STR_FMT(house.sub));
	other = issue(&house, X509_DEVICE, request(&house, house.sub_key, "S-01"), house.sub,
		house.sub_key, "S-01");
	assert_int_equal(
		certificates_import(house.ctx, WORLD_TENANT, id, other), CERTIFICATES_E_KEY);
	other = issue(&house, X509_DEVICE, csr, house.sub, house.sub_key, "S-09");
	assert_int_equal(
		certificates_import(house.ctx, WORLD_TENANT, id, other), CERTIFICATES_E_NAME);
	house.world.config.security.anchors = house.root;
	other = issue(&house, X509_DEVICE, csr, house.sub, house.sub_key, "S-01");
	assert_int_equal(
		certificates_import(house.ctx, WORLD_TENANT, id, other), CERTIFICATES_E_CHAIN);
	assert_int_equal(certificates_import(house.ctx, WORLD_TENANT, id, STR("junk")),
		CERTIFICATES_E_FORMAT);
	assert_int_equal(certificates_import(house.ctx, WORLD_TENANT, id, chain), 0);
	assert_int_equal(
		certificates_import(house.ctx, WORLD_TENANT, id, chain), CERTIFICATES_E_STATE);
	assert_int_equal(
		store_certificate_get(house.ctx->db, house.ctx->arena, id, &certificate), 0);
	assert_true(str_is(certificate.state, "signed"));
	assert_false(certificate.local);
	world_close(&house.world);
}

static void what_ends_soon_is_renewed(void **state)
{
	struct house house;
	struct certificate certificate;
	struct command command;
	struct str told;

	open_house(&house, state);
	certificate = ask(&house, "S-01", 0);
	assert_int_equal(knock(&house, proof_of(&certificate)), 0);
	assert_int_equal(certificates_tick(house.ctx), 0);
	command = last_command(&house, &told);
	assert_true(str_is(command.action, "CertificateSigned"));
	house.ctx->now_us += DAYS(705);
	assert_int_equal(certificates_tick(house.ctx), 0);
	command = last_command(&house, &told);
	assert_true(str_is(command.action, "ExtendedTriggerMessage"));
	assert_true(str_is(told, "{\"requestedMessage\":\"SignChargePointCertificate\"}"));
	world_close(&house.world);
}

/* The same in OCPP 2: the type of the certificate is said, and other words trigger a request. */
static void a_certificate_in_the_words_of_ocpp_2(void **state)
{
	struct house house;
	struct command command;
	struct str told;

	open_house(&house, state);
	assert_int_equal(
		store_pile_online(house.ctx->db, 901, house.ctx->now_us, STR("ocpp2.0.1")), 0);
	assert_int_equal(certificates_requested(house.ctx, 901, STR("pile"),
				 request(&house, house.key, "S-01"), -1),
		0);
	command = last_command(&house, &told);
	assert_true(str_is(command.action, "CertificateSigned"));
	assert_true(str_is(command.protocol, "ocpp2.0.1"));
	assert_true(has(told, STR("\"certificateType\":\"ChargingStationCertificate\"}")));
	assert_int_equal(security_answered(house.ctx, &command, STR("Accepted")), 0);
	assert_int_equal(certificates_renew(house.ctx, 901, STR("v2g"), 0, &command.id), 0);
	command = last_command(&house, &told);
	assert_true(str_is(command.action, "TriggerMessage"));
	assert_true(str_is(told, "{\"requestedMessage\":\"SignV2GCertificate\"}"));
	world_close(&house.world);
}

/* Is an alarm of this kind about the pile open? */
static bool alarmed(struct house *house, const char *kind)
{
	struct stmt *stmt = stmt_of(house->ctx->db, SQL_ALARM_OPEN_SAME);
	int row;

	stmt_bind_i64(stmt, 1, WORLD_TENANT);
	stmt_bind_str(stmt, 2, str_from(kind));
	stmt_bind_str(stmt, 3, STR("pile:901"));
	row = stmt_step(stmt);
	assert_true(row >= 0);
	if (row == 1)
		stmt_reset(stmt);
	return row == 1;
}

static struct str print_of(struct house *house, struct str key)
{
	char *print = arena_alloc(house->ctx->arena, KEYPRINT_LEN + 1);
	struct x509_csr csr;

	assert_int_equal(x509_csr_read(house->ctx->arena, request(house, key, "S-01"), &csr), 0);
	assert_true(keyprint_of(csr.key_hash, print));
	return str_from(print);
}

/* A pile that waits is asked for a request; nothing is signed before somebody compared the keys. */
static void a_new_pile_is_compared(void **state)
{
	struct house house;
	struct certificate made;
	struct str status, thief;
	int64_t id, ready;

	open_house(&house, state);
	assert_int_equal(x509_key_new(house.ctx->arena, &thief), 0);
	house.pile.state = PILE_PENDING;
	assert_int_equal(store_pile_put(house.ctx->db, &house.pile), 0);
	assert_int_equal(devices_boot(house.ctx, &house.pile, &status), 0);
	assert_true(str_is(status, "Pending"));
	assert_int_equal(store_command_waiting(house.ctx->db, 901, &ready), 0);
	assert_int_equal(ready, 1); /* the trigger */
	/* nothing waits yet: there is nothing to compare */
	assert_int_equal(enrol_match(house.ctx, 901, STR(""), &id), 0);
	assert_int_equal(id, 0);
	assert_int_equal(certificates_requested(house.ctx, 901, STR("pile"),
				 request(&house, house.key, "S-01"), -1),
		0);
	assert_int_equal(store_certificate_ready(house.ctx->db, 901, house.ctx->now_us, &ready), 0);
	assert_int_equal(ready, 0);
	assert_false(alarmed(&house, "pile_twice"));
	/* the same device again is no second one */
	assert_int_equal(certificates_requested(house.ctx, 901, STR("pile"),
				 request(&house, house.key, "S-01"), -1),
		0);
	assert_false(alarmed(&house, "pile_twice"));
	/* a replayed installer's code: another device says that it is this pile */
	assert_int_equal(certificates_requested(
				 house.ctx, 901, STR("pile"), request(&house, thief, "S-01"), -1),
		0);
	assert_true(alarmed(&house, "pile_twice"));
	assert_int_equal(enrol_match(house.ctx, 901, STR(""), &id), ENROL_E_MISSING);
	assert_int_equal(
		enrol_match(house.ctx, 901, STR("AAAA-AAAA-AAAA-AAAA"), &id), ENROL_E_OTHER);
	assert_int_equal(enrol_match(house.ctx, 901, print_of(&house, house.key), &id), 0);
	assert_true(id != 0);
	assert_int_equal(devices_approve(house.ctx, WORLD_TENANT, 901, 0, 0), 0);
	assert_int_equal(enrol_approved(house.ctx, &house.pile, id), 0);
	assert_int_equal(store_certificate_get(house.ctx->db, house.ctx->arena, id, &made), 0);
	assert_true(str_is(made.state, "signed"));
	assert_int_equal(store_certificate_waiting(house.ctx->db, 901, &ready), 0);
	assert_int_equal(ready, 0);
	assert_int_equal(enrol_match(house.ctx, 901, print_of(&house, thief), &id), 0);
	assert_int_equal(id, 0); /* what was turned down cannot be meant any more */
	world_close(&house.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(a_certificate_in_the_words_of_ocpp_2),
		ON_BOTH_ENGINES(profiles_only_go_up),
		ON_BOTH_ENGINES(a_password_changes_without_a_gap),
		ON_BOTH_ENGINES(an_upgrade_goes_step_by_step),
		ON_BOTH_ENGINES(a_certificate_from_request_to_revocation),
		ON_BOTH_ENGINES(bad_requests_are_turned_down),
		ON_BOTH_ENGINES(an_outside_authority),
		ON_BOTH_ENGINES(a_new_pile_is_compared),
		ON_BOTH_ENGINES(what_ends_soon_is_renewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
