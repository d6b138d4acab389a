/* test_revocations.c - lists of revoked certificates fetched from the address a question names:
 * whom we ask, what counts as a list, how long it counts, and what is remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "app/contracts.h"
#include "app/revocations.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/x509.h"
#include "money_world.h"
#include "store/outside.h"

#define DAYS(n) ((n)*US_PER_DAY)

struct chain {
	struct money_world world;
	struct ctx *ctx;
	struct str key, root, leaf;
	struct contracts_hash hash;
	struct x509_crl list;
	int64_t now;
};

static struct str issue(struct chain *chain, enum x509_kind kind, const char *name)
{
	struct x509_issue what = {.kind = kind,
		.ca = chain->root,
		.key = chain->key,
		.subject = {.common_name = str_from(name), .organisation = STR("Mobility")},
		.from_us = chain->now - DAYS(1),
		.until_us = chain->now + DAYS(30)};
	struct str pem = STR_NULL;

	memset(what.serial, 10, sizeof(what.serial));
	if (kind != X509_ROOT)
		assert_int_equal(
			x509_csr_new(chain->ctx->arena, chain->key, &what.subject, &what.csr), 0);
	assert_int_equal(x509_issue(chain->ctx->arena, &what, &pem), 0);
	return pem;
}

static void chain_open(struct chain *chain, void **state)
{
	struct x509_hash name;

	memset(chain, 0, sizeof(*chain));
	world_open(&chain->world, state);
	chain->ctx = &chain->world.ctx;
	chain->now = chain->ctx->now_us;
	assert_int_equal(x509_key_new(chain->ctx->arena, &chain->key), 0);
	chain->root = issue(chain, X509_ROOT, "Root 1");
	chain->leaf = issue(chain, X509_DEVICE, "LEAF");
	chain->world.config.security.contract_roots = chain->root;
	chain->world.config.outside.crl_hosts = STR("a.example, crl.example");
	assert_int_equal(x509_hash(chain->ctx->arena, chain->leaf, chain->root, &name), 0);
	chain->hash = (struct contracts_hash){
		STR("SHA256"), name.issuer_name, name.issuer_key, name.serial};
	chain->list = (struct x509_crl){.ca = chain->root,
		.key = chain->key,
		.number = 1,
		.now_us = chain->now - DAYS(1),
		.until_us = chain->now + DAYS(3)};
}

static struct str made(struct chain *chain)
{
	struct str pem;

	assert_int_equal(x509_crl_new(chain->ctx->arena, &chain->list, &pem), 0);
	return pem;
}

#define LIST_URL "http://crl.example/v2g.crl"

/* What is said by two addresses, the first of which is none we would ask. */
static int asked_at(
	struct chain *chain, const char *url, struct contracts_state *ret, struct inquiry *inquiry)
{
	const struct str urls[] = {STR("ldap://crl.example/v2g"), str_from(url)};

	return contracts_listed(chain->ctx, 1, &chain->hash, urls, 2, ret, inquiry);
}

static int asked(struct chain *chain, struct contracts_state *ret)
{
	struct inquiry inquiry;

	return asked_at(chain, LIST_URL, ret, &inquiry);
}

/* Tells what came back, and what is thought of it. */
static void told(struct chain *chain, int status, struct str body, const char *word)
{
	const struct inquiry_answer answer = {.status = status, .body = body, .why = "test"};
	struct fetched_list row;

	assert_int_equal(revocations_told(chain->ctx, STR(LIST_URL), &answer), 0);
	assert_int_equal(store_list_get(chain->ctx->db, chain->ctx->arena, STR(LIST_URL), &row), 0);
	assert_string_equal(str_dup_z(chain->ctx->arena, row.state), word);
	assert_int_equal(row.at_us, chain->ctx->now_us);
}

/* The bytes behind a PEM text. */
static struct str der_of(struct chain *chain, struct str pem)
{
	struct buf digits;
	uint8_t *der = arena_alloc(chain->ctx->arena, pem.len);
	size_t len;

	buf_init(&digits, chain->ctx->arena, pem.len + 1);
	while (pem.len > 0) {
		struct str line = str_cut(&pem, '\n');

		if (!str_starts(line, STR("-----")))
			buf_put_str(&digits, line);
	}
	assert_true(base64_read(buf_str(&digits), der, pem.len + digits.len, &len));
	return (struct str){(char *)der, len};
}

static void test_whom_we_ask(void **state)
{
	static const char *const refused[] = {"http://other.example/v2g.crl",
		"ftp://crl.example/v2g.crl", "http://me@crl.example/v2g.crl",
		"http://crl.example@127.0.0.1/", "http://[::1]/", "file:///etc/passwd", ""};
	struct contracts_state said;
	struct inquiry inquiry;
	struct chain chain;

	chain_open(&chain, state);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(asked_at(&chain, refused[i], &said, &inquiry), CONTRACTS_E_CHAIN);
	assert_int_equal(asked_at(&chain, LIST_URL, &said, &inquiry), CONTRACTS_E_ASK);
	assert_true(str_is(inquiry.method, "GET") && str_is(inquiry.url, LIST_URL));
	assert_false(inquiry.guarded);
	chain.world.config.outside.crl_hosts = STR("*");
	assert_int_equal(asked_at(&chain, LIST_URL, &said, &inquiry), CONTRACTS_E_ASK);
	assert_true(inquiry.guarded);
	chain.world.config.outside.crl_hosts = STR("");
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_CHAIN);
	world_close(&chain.world);
}

/* What is no list of its issuer and of this time says nothing, and is not asked for at once. */
static void test_what_is_no_list(void **state)
{
	struct contracts_state said;
	struct str pem, zeros;
	struct chain chain;

	chain_open(&chain, state);
	pem = made(&chain);
	told(&chain, 0, STR(""), "unreachable");
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_CHAIN);
	chain.ctx->now_us += 61 * US_PER_S;
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_ASK);
	told(&chain, 404, pem, "unreachable");
	told(&chain, 200, STR("<html>\xff\xfenothing</html>"), "no_list");
	told(&chain, 200, str_slice(pem, 0, pem.len / 2), "no_list");
	told(&chain, 200, str_format(chain.ctx->arena, "%.*s%.*s", STR_FMT(pem), STR_FMT(pem)),
		"no_list");
	zeros = (struct str){arena_alloc(chain.ctx->arena, 250000), 250000};
	told(&chain, 200, zeros, "no_list");
	told(&chain, 200, STR(""), "no_list");
	assert_int_equal(x509_key_new(chain.ctx->arena, &chain.key), 0);
	chain.list.ca = issue(&chain, X509_ROOT, "Root 1"); /* its name, another key */
	chain.list.key = chain.key;
	told(&chain, 200, made(&chain), "foreign");
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_CHAIN);
	world_close(&chain.world);
}

static void test_how_long_it_counts(void **state)
{
	struct x509_revoked gone = {.at_us = 1};
	struct contracts_state said;
	struct chain chain;

	chain_open(&chain, state);
	chain.list.until_us = chain.now - DAYS(1) / 2;
	told(&chain, 200, made(&chain), "stale");
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_CHAIN);
	chain.list.until_us = chain.now + DAYS(3);
	told(&chain, 200, der_of(&chain, made(&chain)), "good");
	assert_int_equal(asked(&chain, &said), 0);
	assert_int_equal(said.status, CONTRACTS_GOOD);
	assert_true(said.proven && said.until_us > chain.now + DAYS(2));
	/* what fails afterwards does not take it away; its end does */
	told(&chain, 500, STR(""), "unreachable");
	assert_int_equal(asked(&chain, &said), 0);
	chain.ctx->now_us = chain.now + DAYS(4);
	assert_int_equal(asked(&chain, &said), CONTRACTS_E_ASK);
	gone.serial = chain.hash.serial;
	chain.list.revoked = &gone;
	chain.list.revoked_len = 1;
	chain.list.now_us = chain.now + DAYS(3);
	chain.list.until_us = chain.now + DAYS(9);
	told(&chain, 200, made(&chain), "good");
	assert_int_equal(asked(&chain, &said), 0);
	assert_int_equal(said.status, CONTRACTS_REVOKED);
	world_close(&chain.world);
}

/* Addresses are named by piles: no more are remembered than a page shows. */
static void test_fetched_lists_bounded(void **state)
{
	const struct inquiry_answer answer = {.why = "test"};
	struct fetched_list lists[STORE_LISTS_MOST];
	struct chain chain;
	size_t len;

	chain_open(&chain, state);
	for (int i = 0; i < STORE_LISTS_MOST + 10; i++) {
		chain.ctx->now_us++;
		assert_int_equal(revocations_told(chain.ctx,
					 str_format(chain.ctx->arena, "http://h/%d", i), &answer),
			0);
	}
	assert_int_equal(store_list_recent(chain.ctx->db, chain.ctx->arena, lists, &len), 0);
	assert_int_equal(len, STORE_LISTS_MOST);
	assert_true(str_is(lists[0].url, "http://h/41"));
	world_close(&chain.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_whom_we_ask),
		ON_BOTH_ENGINES(test_what_is_no_list),
		ON_BOTH_ENGINES(test_how_long_it_counts),
		ON_BOTH_ENGINES(test_fetched_lists_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
