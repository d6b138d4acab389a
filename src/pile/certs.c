/* certs.c - authorities and own certificates in files (see certs.h). */
#include "pile/certs.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/tpm.h"
#include "pile/events.h"
#include "pile/pile.h"

#define CERTS_KEY_FILE "device.key" /* of the request under way */
#define CERTS_RENEW_US (30 * US_PER_DAY)
#define CERTS_LOOK_US (6 * US_PER_HOUR)
#define CERTS_WAIT_MAX_US (7 * US_PER_DAY)
#define CERTS_ARENA (256 * 1024)

static const char *const certs_files[CERTS_USES] = {
	CERTS_CSMS_FILE, "roots.maker", "roots.v2g", "roots.mo"};

const char *certs_file(int64_t slot)
{
	return slot == 2 ? "device.2.pem" : "device.1.pem";
}

static int certs_load(struct pile *pile, const char *name, struct arena *arena, struct str *ret)
{
	struct buf text;

	buf_init(&text, arena, 2 * X509_PEM_MAX);
	TRY(shelf_get(pile->shelf, name, &text));
	*ret = text.len ? buf_str(&text) : STR("");
	return 0;
}

int certs_anchors(struct pile *pile, enum certs_use use, struct arena *arena, struct str *ret_pem)
{
	return certs_load(pile, certs_files[use], arena, ret_pem);
}

size_t certs_count(const struct pile *pile)
{
	const struct str begin = STR("-----BEGIN CERTIFICATE-----");
	struct arena arena;
	struct buf text;
	size_t count = 0;

	for (int use = 0; use < CERTS_USES; use++) {
		arena_init(&arena, CERTS_ARENA);
		buf_init(&text, &arena, 2 * X509_PEM_MAX);
		(void)shelf_get(pile->shelf, certs_files[use], &text); /* none that can be read */
		for (size_t i = 0; i + begin.len <= text.len; i++)
			count += memcmp(text.ptr + i, begin.ptr, begin.len) == 0;
		arena_fini(&arena);
	}
	return count;
}

/* ---- authorities ---- */

/* RSA below 2048 bits, or a key of a kind we do not know. */
static bool certs_weak(struct str key)
{
	int64_t bits = 0;

	if (!str_starts(key, STR("RSA ")))
		return !str_starts(key, STR("P-"));
	return !str_to_i64(str_slice(key, 4, key.len), &bits) || bits < 2048;
}

/* An authority that signed itself and lives today, with a key nobody breaks. */
static int certs_judge(
	struct pile *pile, struct arena *arena, struct str pem, struct x509_facts *ret_facts)
{
	struct x509_hash hash;
	int outcome = x509_read(arena, pem, ret_facts);

	if (outcome == 0)
		outcome = x509_hash(arena, pem, STR(""), &hash);
	TRY(outcome);
	if (outcome != 0 || !ret_facts->authority || !ret_facts->self_signed ||
		ret_facts->until_us <= pile->now_us || certs_weak(ret_facts->key))
		return CERTS_E_REJECTED;
	return 0;
}

static int certs_read_use(struct pile *pile, enum certs_use use, struct arena *arena,
	struct x509_facts **ret_facts, size_t *ret_len)
{
	struct str own = use == CERTS_CSMS ? pile->config.anchors : STR(""), text;

	*ret_len = 0;
	TRY(certs_anchors(pile, use, arena, &text));
	if (text.len > 0 && x509_read_all(arena, text, ret_facts, ret_len) == 0)
		return 0;
	/* no file, or a damaged one: what the installer gave */
	if (own.len == 0 || x509_read_all(arena, own, ret_facts, ret_len) != 0)
		*ret_len = 0;
	return 0;
}

static int certs_add(struct pile *pile, enum certs_use use, struct arena *arena, struct str pem)
{
	struct x509_facts fresh, *known = NULL;
	struct buf text;
	size_t len;
	int outcome = certs_judge(pile, arena, pem, &fresh);

	if (outcome != 0)
		return outcome;
	TRY(certs_read_use(pile, use, arena, &known, &len));
	/* more authorities than can be kept here, and none of them is to be forgotten */
	if (len == 0 && use == CERTS_CSMS && pile->config.anchors.len > 0)
		return CERTS_E_FAILED;
	buf_init(&text, arena, X509_PEM_MAX);
	for (size_t i = 0; i < len; i++) {
		if (str_eq(known[i].fingerprint, fresh.fingerprint))
			return 0;
		buf_put_str(&text, known[i].pem);
	}
	buf_put_str(&text, fresh.pem);
	if (len >= CERTS_MAX || text.failed)
		return CERTS_E_FAILED;
	return shelf_put(pile->shelf, certs_files[use], buf_str(&text));
}

int certs_install(struct pile *pile, enum certs_use use, struct str pem)
{
	struct arena arena;
	int outcome;

	arena_init(&arena, CERTS_ARENA);
	outcome = certs_add(pile, use, &arena, pem);
	arena_fini(&arena);
	if (outcome == 0)
		events_add(pile, "ReconfigurationOfSecurityParameters", "certificate installed: %s",
			certs_files[use]);
	return outcome;
}

bool certs_same(const struct x509_hash *a, const struct x509_hash *b)
{
	return str_eq_nocase(a->issuer_name, b->issuer_name) &&
	       str_eq_nocase(a->issuer_key, b->issuer_key) && str_eq_nocase(a->serial, b->serial);
}

int certs_list(struct pile *pile, enum certs_use use, struct arena *arena,
	struct x509_hash **ret_list, size_t *ret_len)
{
	struct x509_hash *list = ARENA_ARRAY(arena, struct x509_hash, CERTS_MAX);
	struct x509_facts *facts;
	size_t len, used = 0;

	if (!list)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	TRY(certs_read_use(pile, use, arena, &facts, &len));
	for (size_t i = 0; i < len && used < CERTS_MAX; i++)
		used += x509_hash(arena, facts[i].pem, STR(""), &list[used]) == 0;
	*ret_list = list;
	*ret_len = used;
	return used > 0 ? 0 : CERTS_E_NOT_FOUND;
}

static int certs_delete_of(
	struct pile *pile, enum certs_use use, struct arena *arena, const struct x509_hash *hash)
{
	struct x509_hash one;
	struct x509_facts *facts;
	struct buf text;
	size_t len, left = 0;

	TRY(certs_read_use(pile, use, arena, &facts, &len));
	buf_init(&text, arena, 2 * X509_PEM_MAX);
	for (size_t i = 0; i < len; i++) {
		if (x509_hash(arena, facts[i].pem, STR(""), &one) == 0 && certs_same(&one, hash))
			continue;
		buf_put_str(&text, facts[i].pem);
		left++;
	}
	if (left == len)
		return CERTS_E_NOT_FOUND;
	if (left == 0 && use == CERTS_CSMS && pile->access.now.profile >= 2)
		return CERTS_E_FAILED;
	return shelf_put(pile->shelf, certs_files[use], buf_str(&text));
}

int certs_delete(struct pile *pile, const struct x509_hash *hash)
{
	struct arena arena;
	int outcome = CERTS_E_NOT_FOUND;

	arena_init(&arena, CERTS_ARENA);
	for (int use = 0; use < CERTS_USES && outcome == CERTS_E_NOT_FOUND; use++)
		outcome = certs_delete_of(pile, (enum certs_use)use, &arena, hash);
	arena_fini(&arena);
	if (outcome == CERTS_E_NOT_FOUND)
		outcome = secc_delete(pile, hash);
	if (outcome == 0)
		events_add(pile, "ReconfigurationOfSecurityParameters", "certificate deleted");
	return outcome;
}

/* ---- our own ---- */

void certs_wish(struct pile *pile)
{
	pile->certs = (struct certs){.wish = true, .look_us = pile->certs.look_us};
}

static int certs_own_end(struct pile *pile, struct arena *arena, int64_t *ret_us)
{
	struct x509_facts facts;
	struct str text;
	ptrdiff_t chain;

	*ret_us = INT64_MAX;
	TRY(certs_load(pile, certs_file(pile->access.now.slot), arena, &text));
	chain = text.len ? (ptrdiff_t)text.len : -1;
	for (size_t i = 0; i + 27 <= text.len && chain == (ptrdiff_t)text.len; i++)
		if (memcmp(text.ptr + i, "-----BEGIN CERTIFICATE-----", 27) == 0)
			chain = (ptrdiff_t)i;
	if (chain >= 0 && x509_read(arena, str_slice(text, (size_t)chain, text.len), &facts) == 0)
		*ret_us = facts.until_us;
	return 0;
}

void certs_step(struct pile *pile)
{
	struct certs *certs = &pile->certs;
	struct arena arena;
	int64_t until_us;

	if (certs->waiting && pile->ticks_us >= certs->again_us) {
		/* no chain came: asked again, so many times, then by the next look */
		certs->waiting = false;
		certs->wish = certs->repeats++ < pile->keys.values[KEY_SIGN_REPEATS];
	}
	if (pile->access.now.slot == 0 || pile->ticks_us < certs->look_us || certs->wish ||
		certs->waiting)
		return;
	certs->look_us = pile->ticks_us + CERTS_LOOK_US;
	arena_init(&arena, CERTS_ARENA);
	if (certs_own_end(pile, &arena, &until_us) == 0 && until_us - pile->now_us < CERTS_RENEW_US)
		certs_wish(pile);
	arena_fini(&arena);
}

static int certs_print_of(struct arena *arena, struct str csr, char ret_print[KEYPRINT_LEN + 1])
{
	struct x509_csr facts;
	int outcome = x509_csr_read(arena, csr, &facts);

	if (outcome == 0 && !keyprint_of(facts.key_hash, ret_print))
		return FAULT(FAULT_BUG, "a key without a fingerprint");
	return outcome;
}

/* In the TPM where the pile has one: then the file only holds what that TPM can use. */
static int certs_key_new(bool tpm, struct arena *arena, struct str *ret_key)
{
	return tpm ? tpm_key_new(arena, ret_key) : x509_key_new(arena, ret_key);
}

/* The key is on the disk before anybody signs anything for it, and the same one is asked for again
 * until its certificate came. */
int certs_request(struct pile *pile, struct arena *arena, struct str *ret_csr)
{
	struct x509_name subject = {
		.common_name = pile->config.name, .organisation = str_from(pile->keys.cpo_name)};
	struct str key;
	int outcome;

	TRY(certs_load(pile, CERTS_KEY_FILE, arena, &key));
	outcome = key.len ? x509_csr_new(arena, key, &subject, ret_csr) : X509_E_FORMAT;
	if (outcome > 0) {
		TRY(certs_key_new(pile->config.tpm, arena, &key));
		TRY(shelf_put(pile->shelf, CERTS_KEY_FILE, key));
		outcome = x509_csr_new(arena, key, &subject, ret_csr);
	}
	if (outcome == 0)
		outcome = certs_print_of(arena, *ret_csr, pile->certs.print);
	return outcome > 0 ? FAULT(FAULT_BUG, "no request of an own key") : outcome;
}

int certs_first_key(
	struct shelf *shelf, struct str name, bool tpm, char ret_print[KEYPRINT_LEN + 1])
{
	struct x509_name subject = {.common_name = name};
	struct arena arena;
	struct str key, csr;
	struct buf text;
	int outcome;

	arena_init(&arena, CERTS_ARENA);
	buf_init(&text, &arena, X509_PEM_MAX);
	outcome = shelf_get(shelf, CERTS_KEY_FILE, &text);
	key = text.len ? buf_str(&text) : STR("");
	if (outcome == 0 && key.len == 0) {
		outcome = certs_key_new(tpm, &arena, &key);
		if (outcome == 0)
			outcome = shelf_put(shelf, CERTS_KEY_FILE, key);
	}
	if (outcome == 0)
		outcome = x509_csr_new(&arena, key, &subject, &csr);
	if (outcome == 0)
		outcome = certs_print_of(&arena, csr, ret_print);
	arena_fini(&arena);
	return outcome > 0 ? FAULT(FAULT_CORRUPT, "the pile's key is none") : outcome;
}

void certs_requested(struct pile *pile, bool accepted)
{
	struct certs *certs = &pile->certs;
	int64_t pause_us = pile->keys.values[KEY_SIGN_WAIT] * US_PER_S << certs->repeats;

	certs->wish = false;
	certs->waiting = accepted;
	certs->again_us =
		pile->ticks_us + (pause_us < CERTS_WAIT_MAX_US ? pause_us : CERTS_WAIT_MAX_US);
}

static int64_t certs_free_slot(const struct pile *pile)
{
	const struct access *access = &pile->access;

	for (int64_t slot = 1; slot <= 2; slot++)
		if (access->now.slot != slot && !(access->trial && access->other.slot == slot))
			return slot;
	return 0;
}

/* The leaf is for our key and our name and lives; what follows it signed it. */
static int certs_judge_own(
	struct pile *pile, struct arena *arena, struct str chain, struct str key, struct str *ret)
{
	struct x509_facts *facts;
	struct buf text, above;
	size_t len;
	int outcome = x509_read_all(arena, chain, &facts, &len);

	TRY(outcome);
	if (outcome != 0 || x509_key_fits(chain, key) != 0 || facts[0].authority ||
		!str_eq(facts[0].subject.common_name, pile->config.name) ||
		facts[0].until_us <= pile->now_us || facts[0].from_us > pile->now_us + US_PER_DAY)
		return CERTS_E_REJECTED;
	buf_init(&text, arena, 2 * X509_PEM_MAX);
	buf_init(&above, arena, 2 * X509_PEM_MAX);
	for (size_t i = 0; i < len; i++) {
		buf_put_str(&text, facts[i].pem);
		if (i > 0)
			buf_put_str(&above, facts[i].pem);
	}
	if (above.len > 0) {
		outcome = x509_check(arena, facts[0].pem, buf_str(&above), STR(""), pile->now_us);
		TRY(outcome);
		/* a clock of ours that is a little behind is no fault of the certificate */
		if (outcome != 0 && outcome != X509_E_EARLY)
			return CERTS_E_REJECTED;
	}
	*ret = buf_str(&text);
	return 0;
}

static int certs_take(struct pile *pile, struct arena *arena, struct str chain)
{
	int64_t slot = certs_free_slot(pile);
	struct str key, clean;
	struct buf text;
	int outcome;

	TRY(certs_load(pile, CERTS_KEY_FILE, arena, &key));
	if (key.len == 0)
		return CERTS_E_REJECTED;
	outcome = certs_judge_own(pile, arena, chain, key, &clean);
	if (outcome != 0)
		return outcome;
	if (slot == 0)
		return CERTS_E_FAILED; /* the one before is still on trial */
	buf_init(&text, arena, 3 * X509_PEM_MAX);
	buf_put_str(&text, key);
	buf_put_str(&text, clean);
	outcome = shelf_put(pile->shelf, certs_file(slot), buf_str(&text));
	OPENSSL_cleanse(text.ptr, text.len);
	TRY(outcome);
	TRY(access_use_slot(pile, slot));
	return shelf_put(pile->shelf, CERTS_KEY_FILE, STR(""));
}

int certs_signed(struct pile *pile, struct str chain)
{
	struct arena arena;
	int outcome;

	arena_init(&arena, CERTS_ARENA);
	outcome = certs_take(pile, &arena, chain);
	arena_fini(&arena);
	if (outcome == CERTS_E_REJECTED)
		events_add(
			pile, "InvalidChargePointCertificate", "not for this pile's key or name");
	if (outcome != 0)
		return outcome;
	pile->certs.wish = pile->certs.waiting = false;
	pile->certs.repeats = 0;
	pile->certs.look_us = pile->ticks_us + CERTS_LOOK_US;
	LOG_INFO("own certificate taken", "pile=%.*s slot=%lld", STR_FMT(pile->config.name),
		(long long)pile->access.now.slot);
	return 0;
}
