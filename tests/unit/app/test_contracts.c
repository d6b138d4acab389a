/* test_contracts.c - contracts of vehicles against installed roots, and what our own authority says
 * of its certificates, with the openssl command line as the one who reads the answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/contracts.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/x509.h"
#include "money_world.h"
#include "store/certificate.h"

#define DAYS(n) ((n)*US_PER_DAY)
#define EMAID "DE8AAC12AB34569"
#define PILE 41
#define SERIAL "4A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A"

struct chain {
	struct money_world world;
	struct ctx *ctx;
	struct str root_key, root, sub_key, sub, key, contract;
};

static struct str issue(struct chain *chain, enum x509_kind kind, struct str key, struct str ca,
	struct str ca_key, const char *name)
{
	struct x509_issue what = {.kind = kind,
		.ca = ca,
		.key = ca_key,
		.subject = {.common_name = str_from(name), .organisation = STR("Mobility")},
		.from_us = chain->ctx->now_us - DAYS(1),
		.until_us = chain->ctx->now_us + DAYS(30)};
	struct str pem = STR_NULL;

	memset(what.serial, 10, sizeof(what.serial));
	if (kind != X509_ROOT)
		assert_int_equal(x509_csr_new(chain->ctx->arena, key, &what.subject, &what.csr), 0);
	assert_int_equal(x509_issue(chain->ctx->arena, &what, &pem), 0);
	return pem;
}

static void chain_open_at(struct chain *chain, void **state, int64_t now_us)
{
	struct arena *arena;

	memset(chain, 0, sizeof(*chain));
	world_open(&chain->world, state);
	chain->ctx = &chain->world.ctx;
	if (now_us != 0)
		chain->ctx->now_us = now_us;
	arena = chain->ctx->arena;
	assert_int_equal(x509_key_new(arena, &chain->root_key), 0);
	assert_int_equal(x509_key_new(arena, &chain->sub_key), 0);
	assert_int_equal(x509_key_new(arena, &chain->key), 0);
	chain->root = issue(chain, X509_ROOT, STR_NULL, STR_NULL, chain->root_key, "Contract Root");
	chain->sub =
		issue(chain, X509_SUB, chain->sub_key, chain->root, chain->root_key, "Contracts 1");
	chain->contract = issue(chain, X509_DEVICE, chain->key, chain->sub, chain->sub_key, EMAID);
	chain->world.config.security.contract_roots = chain->root;
}

static void chain_open(struct chain *chain, void **state)
{
	chain_open_at(chain, state, 0);
}

static struct str whole(struct chain *chain)
{
	return str_format(
		chain->ctx->arena, "%.*s%.*s", STR_FMT(chain->contract), STR_FMT(chain->sub));
}

static int check(struct chain *chain, const char *emaid)
{
	return contracts_check(chain->ctx, whole(chain), str_from(emaid));
}

static void test_contracts(void **state)
{
	struct chain chain;
	struct app_security *security;
	struct x509_revoked gone = {STR(SERIAL), 0};
	struct x509_crl list = {.revoked = &gone, .revoked_len = 1, .number = 1};
	int64_t now;

	chain_open(&chain, state);
	security = &chain.world.config.security;
	now = chain.ctx->now_us;
	assert_int_equal(check(&chain, EMAID), 0);
	assert_int_equal(check(&chain, "DE-8AA-C12AB3456-9"), 0);
	assert_int_equal(check(&chain, "de-8aa-c12ab3456"), 0); /* without its check digit */
	assert_int_equal(check(&chain, "DE-8AA-C12AB3457-9"), CONTRACTS_E_NAME);
	assert_int_equal(check(&chain, "DE"), CONTRACTS_E_NAME);
	assert_int_equal(check(&chain, ""), CONTRACTS_E_NAME);
	/* nothing between the contract and the root; not a chain at all */
	assert_int_equal(contracts_check(chain.ctx, chain.contract, STR(EMAID)), CONTRACTS_E_CHAIN);
	assert_int_equal(contracts_check(chain.ctx, STR("hello"), STR(EMAID)), CONTRACTS_E_CHAIN);
	assert_int_equal(contracts_check(chain.ctx, STR(""), STR(EMAID)), CONTRACTS_E_CHAIN);
	/* an authority is no contract */
	assert_int_equal(
		contracts_check(chain.ctx, chain.sub, STR("Contracts 1")), CONTRACTS_E_CHAIN);
	chain.ctx->now_us = now + DAYS(31);
	assert_int_equal(check(&chain, EMAID), CONTRACTS_E_EXPIRED);
	chain.ctx->now_us = now - DAYS(2);
	assert_int_equal(check(&chain, EMAID), CONTRACTS_E_EXPIRED);
	chain.ctx->now_us = now;
	list.ca = chain.sub;
	list.key = chain.sub_key;
	list.now_us = gone.at_us = now - DAYS(1);
	list.until_us = now + DAYS(1);
	assert_int_equal(x509_crl_new(chain.ctx->arena, &list, &security->contract_crls), 0);
	assert_int_equal(check(&chain, EMAID), CONTRACTS_E_REVOKED);
	security->contract_crls = STR_NULL;
	security->contract_roots =
		issue(&chain, X509_ROOT, STR_NULL, STR_NULL, chain.key, "Another Root");
	assert_int_equal(check(&chain, EMAID), CONTRACTS_E_CHAIN);
	security->contract_roots = STR_NULL;
	assert_int_equal(check(&chain, EMAID), CONTRACTS_E_NO_ROOTS);
	world_close(&chain.world);
}

/* --- what our authority says --- */

static void spill(const char *dir, const char *name, const void *bytes, size_t len)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

/* Does the tool believe the response, and read this word in it? */
static bool tool_reads(struct chain *chain, struct str response, const char *word)
{
	char dir[] = "/tmp/leyden-ocsp-XXXXXX", line[1024];
	uint8_t der[16384];
	size_t len;
	int result;

	assert_non_null(mkdtemp(dir));
	assert_true(base64_read(response, der, sizeof(der), &len));
	spill(dir, "r.der", der, len);
	spill(dir, "root.pem", chain->root.ptr, chain->root.len);
	spill(dir, "sub.pem", chain->sub.ptr, chain->sub.len);
	spill(dir, "leaf.pem", chain->contract.ptr, chain->contract.len);
	snprintf(line, sizeof(line),
		"cd %s && openssl ocsp -sha256 -respin r.der -CAfile root.pem -verify_other "
		"sub.pem "
		"-issuer sub.pem -cert leaf.pem -no_nonce -attime %lld > out 2>&1; "
		"grep -q 'Response verify OK' out && grep -qE '^(leaf.pem: )?%s$' out",
		dir, (long long)(chain->ctx->now_us / US_PER_S), word);
	result = system(line);
	snprintf(line, sizeof(line), "rm -rf %s", dir);
	assert_int_equal(system(line), 0);
	return result == 0;
}

static void store(struct chain *chain, const char *state)
{
	struct certificate certificate = {.id = id_next(chain->ctx->ids, chain->ctx->now_us),
		.tenant_id = WORLD_TENANT,
		.pile_id = PILE,
		.kind = STR("v2g"),
		.state = str_from(state),
		.serial = STR(SERIAL),
		.request_id = -1,
		.local = true,
		.done_us = chain->ctx->now_us - DAYS(1),
		.created_us = chain->ctx->now_us - DAYS(1)};

	assert_int_equal(store_certificate_add(chain->ctx->db, &certificate), 0);
	assert_int_equal(store_certificate_put(chain->ctx->db, &certificate), 0);
}

static int ask(struct chain *chain, const struct x509_hash *hash, int64_t pile_id,
	enum contracts_status *ret_status, struct str *ret_response)
{
	const struct contracts_hash named = {.algorithm = STR("SHA256"),
		.issuer_name = hash->issuer_name,
		.issuer_key = hash->issuer_key,
		.serial = hash->serial};
	int64_t until_us;

	return contracts_status(chain->ctx, pile_id, &named, ret_status, &until_us, ret_response);
}

static void own_authority(struct chain *chain, struct x509_hash *ret_hash)
{
	chain->world.config.security.ca_chain = str_format(
		chain->ctx->arena, "%.*s%.*s", STR_FMT(chain->sub), STR_FMT(chain->root));
	chain->world.config.security.ca_key = chain->sub_key;
	assert_int_equal(x509_hash(chain->ctx->arena, whole(chain), chain->root, ret_hash), 0);
}

static void test_status_good(void **state)
{
	struct chain chain;
	struct x509_hash hash, other;
	enum contracts_status status;
	struct str response;

	chain_open(&chain, state);
	/* without an authority of our own nothing is said */
	assert_int_equal(x509_hash(chain.ctx->arena, whole(&chain), chain.root, &hash), 0);
	assert_int_equal(ask(&chain, &hash, PILE, &status, &response), CONTRACTS_E_CHAIN);
	own_authority(&chain, &hash);
	assert_int_equal(ask(&chain, &hash, PILE, &status, &response), 0);
	assert_int_equal(status, CONTRACTS_UNKNOWN);
	assert_true(tool_reads(&chain, response, "unknown"));
	store(&chain, "active");
	assert_int_equal(ask(&chain, &hash, PILE, &status, &response), 0);
	assert_int_equal(status, CONTRACTS_GOOD);
	assert_true(tool_reads(&chain, response, "good"));
	/* a pile learns of its own certificates only */
	assert_int_equal(ask(&chain, &hash, PILE + 1, &status, &response), 0);
	assert_int_equal(status, CONTRACTS_UNKNOWN);
	/* another issuer's certificate, and hashes that are none */
	other = hash;
	other.issuer_key = hash.issuer_name;
	assert_int_equal(ask(&chain, &other, PILE, &status, &response), CONTRACTS_E_CHAIN);
	other = hash;
	other.issuer_name = STR("zz");
	assert_int_equal(ask(&chain, &other, PILE, &status, &response), CONTRACTS_E_CHAIN);
	other = hash;
	other.serial = STR("not hex");
	assert_int_equal(ask(&chain, &other, PILE, &status, &response), CONTRACTS_E_CHAIN);
	other.serial = STR("");
	assert_int_equal(ask(&chain, &other, PILE, &status, &response), CONTRACTS_E_CHAIN);
	world_close(&chain.world);
}

static void test_status_revoked(void **state)
{
	struct chain chain;
	struct x509_hash hash;
	enum contracts_status status;
	struct str response;

	chain_open(&chain, state);
	own_authority(&chain, &hash);
	store(&chain, "revoked");
	assert_int_equal(ask(&chain, &hash, PILE, &status, &response), 0);
	assert_int_equal(status, CONTRACTS_REVOKED);
	assert_true(tool_reads(&chain, response, "revoked"));
	world_close(&chain.world);
}

/* --- what other authorities say: the openssl command line is their responder --- */

#define URL STR("http://ocsp.example/")

/* Answers the question as the authority of `signer`; `entry` is the certificate's state there. */
static struct str responder(struct chain *chain, struct str question, struct str signer,
	struct str key, const char *entry)
{
	static uint8_t der[16384];
	char dir[] = "/tmp/leyden-ocsp-XXXXXX", line[1024];
	size_t len = 0;
	FILE *file;

	assert_non_null(mkdtemp(dir));
	spill(dir, "q.der", question.ptr, question.len);
	spill(dir, "sub.pem", chain->sub.ptr, chain->sub.len);
	spill(dir, "signer.pem", signer.ptr, signer.len);
	spill(dir, "signer.key", key.ptr, key.len);
	snprintf(line, sizeof(line), "%s\t" SERIAL "\tunknown\t/CN=" EMAID "\n", entry);
	spill(dir, "index.txt", line, strlen(line));
	snprintf(line, sizeof(line),
		"cd %s && openssl ocsp -index index.txt -CA sub.pem -rsigner signer.pem -rkey "
		"signer.key -reqin q.der -respout r.der -ndays 2 >out 2>&1",
		dir);
	assert_int_equal(system(line), 0);
	snprintf(line, sizeof(line), "%s/r.der", dir);
	file = fopen(line, "rb");
	assert_non_null(file);
	len = fread(der, 1, sizeof(der), file);
	fclose(file);
	snprintf(line, sizeof(line), "rm -rf %s", dir);
	assert_int_equal(system(line), 0);
	assert_true(len > 100);
	return str_dup(chain->ctx->arena, (struct str){(const char *)der, len});
}

#define VALID_ENTRY "V\t401231235959Z\t"
#define REVOKED_ENTRY "R\t401231235959Z\t260101000000Z"

struct foreign {
	struct chain chain;
	struct contracts_hash hash;
	struct contracts_state state;
	struct inquiry inquiry;
};

static void foreign_open(struct foreign *foreign, void **state)
{
	struct x509_hash hash;

	chain_open_at(&foreign->chain, state, clock_now_us(&clock_system));
	foreign->chain.world.config.outside.ocsp_hosts = STR("a.example, OCSP.example");
	assert_int_equal(x509_hash(foreign->chain.ctx->arena, whole(&foreign->chain),
				 foreign->chain.root, &hash),
		0);
	foreign->hash = (struct contracts_hash){.algorithm = STR("SHA256"),
		.issuer_name = hash.issuer_name,
		.issuer_key = hash.issuer_key,
		.serial = hash.serial};
}

static int look(struct foreign *foreign)
{
	return contracts_state(
		foreign->chain.ctx, PILE, &foreign->hash, URL, &foreign->state, &foreign->inquiry);
}

static void tell(struct foreign *foreign, int status, struct str body)
{
	const struct inquiry_answer answer = {.status = status, .body = body, .why = ""};

	assert_int_equal(contracts_told(foreign->chain.ctx, &foreign->hash, &answer), 0);
	assert_int_equal(look(foreign), 0);
}

static void test_responder(void **state)
{
	struct foreign foreign;
	struct chain *chain = &foreign.chain;
	int64_t now;

	foreign_open(&foreign, state);
	now = chain->ctx->now_us;
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	assert_false(foreign.inquiry.guarded); /* named in the settings */
	tell(&foreign, 200,
		responder(chain, foreign.inquiry.body, chain->sub, chain->sub_key, VALID_ENTRY));
	assert_int_equal(foreign.state.status, CONTRACTS_GOOD);
	assert_true(foreign.state.proven);
	assert_true(
		foreign.state.until_us > now + DAYS(1) && foreign.state.until_us < now + DAYS(3));
	assert_true(tool_reads(chain, foreign.state.response, "good"));
	/* until its next update, and by any writing of the serial; then it is asked again */
	chain->ctx->now_us = now + DAYS(1);
	foreign.hash.serial = STR("4a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
	assert_int_equal(look(&foreign), 0);
	chain->ctx->now_us = now + DAYS(3);
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	chain->ctx->now_us = now;
	world_close(&chain->world);
}

static void test_responder_revoked(void **state)
{
	struct foreign foreign;
	struct chain *chain = &foreign.chain;

	foreign_open(&foreign, state);
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	tell(&foreign, 200,
		responder(chain, foreign.inquiry.body, chain->sub, chain->sub_key, REVOKED_ENTRY));
	assert_int_equal(foreign.state.status, CONTRACTS_REVOKED);
	assert_true(foreign.state.proven);
	world_close(&chain->world);
}

/* What does not count is told apart, and not asked for again within the minute. */
static void test_responder_lies(void **state)
{
	struct foreign foreign;
	struct chain *chain = &foreign.chain;
	struct str good, bent;
	int64_t now;

	foreign_open(&foreign, state);
	now = chain->ctx->now_us;
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	good = responder(chain, foreign.inquiry.body, chain->sub, chain->sub_key, VALID_ENTRY);
	/* somebody with a certificate of that authority, who may not speak for it */
	tell(&foreign, 200,
		responder(chain, foreign.inquiry.body, chain->contract, chain->key, VALID_ENTRY));
	assert_int_equal(foreign.state.status, CONTRACTS_GOOD);
	assert_false(foreign.state.proven);
	assert_true(foreign.state.until_us <= now + US_PER_MIN);
	/* bytes that are none, none at all, an error page, a cut one, one of another time */
	tell(&foreign, 200, STR("nonsense"));
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	tell(&foreign, 0, STR(""));
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	tell(&foreign, 503, good);
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	for (size_t cut = 1; cut < good.len; cut += 97) {
		tell(&foreign, 200, str_slice(good, 0, good.len - cut));
		assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	}
	chain->ctx->now_us = now + DAYS(3);
	tell(&foreign, 200, good);
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	chain->ctx->now_us = now - DAYS(1);
	tell(&foreign, 200, good);
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	chain->ctx->now_us = now;
	/* one bit anywhere: never proven to be anything */
	bent = str_dup(chain->ctx->arena, good);
	for (size_t at = 0; at < bent.len; at += 41) {
		((char *)bent.ptr)[at] ^= 1;
		tell(&foreign, 200, bent);
		assert_false(foreign.state.proven && foreign.state.status != CONTRACTS_GOOD);
		((char *)bent.ptr)[at] ^= 1;
	}
	/* about another certificate */
	foreign.hash.serial = STR("0B");
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	tell(&foreign, 200, good);
	assert_int_equal(foreign.state.status, CONTRACTS_FAILED);
	world_close(&chain->world);
}

static void test_responder_not_asked(void **state)
{
	struct foreign foreign;

	foreign_open(&foreign, state);
	foreign.chain.world.config.outside.ocsp_hosts = STR("");
	assert_int_equal(look(&foreign), CONTRACTS_E_CHAIN);
	foreign.chain.world.config.outside.ocsp_hosts = STR("*");
	assert_int_equal(look(&foreign), CONTRACTS_E_ASK);
	assert_true(foreign.inquiry.guarded);
	/* hashes that are none cannot be asked for */
	foreign.hash.issuer_key = STR("zz");
	assert_int_equal(look(&foreign), CONTRACTS_E_CHAIN);
	foreign.hash.issuer_key = foreign.hash.issuer_name;
	foreign.hash.algorithm = STR("MD5");
	assert_int_equal(look(&foreign), CONTRACTS_E_CHAIN);
	foreign.hash.algorithm = STR("SHA256");
	foreign.hash.serial = STR("");
	assert_int_equal(look(&foreign), CONTRACTS_E_CHAIN);
	world_close(&foreign.chain.world);
}

/* By the lists that lie here alone. */
static int listed(
	struct chain *chain, const struct contracts_hash *hash, struct contracts_state *ret)
{
	struct inquiry inquiry;

	return contracts_listed(chain->ctx, 1, hash, NULL, 0, ret, &inquiry);
}

/* What lists say of a certificate that is only named: found by its issuer's hashes, counted while
 * the list is of this time and its issuer signed it. */
static void test_listed(void **state)
{
	struct x509_revoked gone = {STR(SERIAL), 0};
	struct x509_crl list = {.number = 1};
	struct app_security *security;
	struct contracts_state said;
	struct contracts_hash hash;
	struct x509_hash name;
	struct str older, newer;
	struct chain chain;
	int64_t now;

	chain_open(&chain, state);
	security = &chain.world.config.security;
	now = chain.ctx->now_us;
	assert_int_equal(x509_hash(chain.ctx->arena, whole(&chain), STR(""), &name), 0);
	hash = (struct contracts_hash){
		STR("SHA256"), name.issuer_name, name.issuer_key, name.serial};
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	list.ca = chain.sub;
	list.key = chain.sub_key;
	list.now_us = now - DAYS(1);
	list.until_us = now + DAYS(7);
	assert_int_equal(x509_crl_new(chain.ctx->arena, &list, &security->contract_crls), 0);
	/* its issuer is not known here */
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	security->contract_roots =
		str_format(chain.ctx->arena, "%.*s%.*s", STR_FMT(chain.root), STR_FMT(chain.sub));
	assert_int_equal(listed(&chain, &hash, &said), 0);
	assert_int_equal(said.status, CONTRACTS_GOOD);
	assert_true(said.proven);
	assert_true(said.until_us > now + DAYS(6) && said.until_us <= now + DAYS(7));
	/* run out: it says nothing any more */
	chain.ctx->now_us = now + DAYS(8);
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	chain.ctx->now_us = now;
	older = security->contract_crls;
	gone.serial = name.serial;
	list.revoked = &gone;
	list.revoked_len = 1;
	list.now_us += DAYS(1) / 2;
	assert_int_equal(x509_crl_new(chain.ctx->arena, &list, &newer), 0);
	security->contract_crls = newer;
	assert_int_equal(listed(&chain, &hash, &said), 0);
	assert_int_equal(said.status, CONTRACTS_REVOKED);
	/* an older list that still holds says nothing beside a newer one, wherever it stands */
	security->contract_crls =
		str_format(chain.ctx->arena, "%.*s%.*s", STR_FMT(older), STR_FMT(newer));
	assert_int_equal(listed(&chain, &hash, &said), 0);
	assert_int_equal(said.status, CONTRACTS_REVOKED);
	security->contract_crls =
		str_format(chain.ctx->arena, "%.*s%.*s", STR_FMT(newer), STR_FMT(older));
	assert_int_equal(listed(&chain, &hash, &said), 0);
	assert_int_equal(said.status, CONTRACTS_REVOKED);
	/* in its issuer's name, but signed by somebody else */
	list.ca = issue(&chain, X509_ROOT, STR_NULL, STR_NULL, chain.root_key, "Contracts 1");
	list.key = chain.root_key;
	assert_int_equal(x509_crl_new(chain.ctx->arena, &list, &security->contract_crls), 0);
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	/* signed by another authority of the same place */
	list.ca = chain.root;
	list.key = chain.root_key;
	assert_int_equal(x509_crl_new(chain.ctx->arena, &list, &security->contract_crls), 0);
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	/* no hashes at all, and lists that are none */
	hash.issuer_key = STR("zz");
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	hash.serial = STR("not hex");
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	security->contract_crls = STR("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
	assert_int_equal(listed(&chain, &hash, &said), CONTRACTS_E_CHAIN);
	world_close(&chain.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_responder),
		ON_BOTH_ENGINES(test_responder_revoked),
		ON_BOTH_ENGINES(test_responder_lies),
		ON_BOTH_ENGINES(test_responder_not_asked),
		ON_BOTH_ENGINES(test_contracts),
		ON_BOTH_ENGINES(test_status_good),
		ON_BOTH_ENGINES(test_status_revoked),
		ON_BOTH_ENGINES(test_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
