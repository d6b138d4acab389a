/* secc.c - key, request and certificate towards cars (see secc.h). */
#include "pile/secc.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"
#include "pile/tunnel.h"

#define SECC_KEY_FILE "secc.key" /* of the request under way */
#define SECC_FILE "secc.pem"     /* key and chain in use */
#define SECC_RENEW_US (30 * US_PER_DAY)
#define SECC_LOOK_US (1 * US_PER_HOUR)
#define SECC_WAIT_US (1 * US_PER_HOUR)
#define SECC_ARENA (256 * 1024)

static int secc_load(struct pile *pile, const char *name, struct arena *arena, struct str *ret)
{
	struct buf text;

	buf_init(&text, arena, 3 * X509_PEM_MAX);
	TRY(shelf_get(pile->shelf, name, &text));
	*ret = text.len ? buf_str(&text) : STR("");
	return 0;
}

/* ---- in use ---- */

static void secc_use(struct pile *pile, struct arena *arena, struct str text)
{
	struct secc *secc = &pile->secc;
	struct x509_facts facts;
	struct str key, chain;

	tunnel_paper_free(secc->paper);
	secc->paper = NULL;
	secc->from_us = secc->until_us = 0;
	if (!x509_split(text, &key, &chain) || x509_read(arena, chain, &facts) != 0)
		return;
	secc->paper = tunnel_paper_pile(key, chain);
	if (!secc->paper)
		return;
	secc->from_us = facts.from_us;
	secc->until_us = facts.until_us;
}

void secc_open(struct pile *pile)
{
	struct arena arena;
	struct str text;

	arena_init(&arena, SECC_ARENA);
	if (secc_load(pile, SECC_FILE, &arena, &text) == 0 && text.len > 0) {
		secc_use(pile, &arena, text);
		OPENSSL_cleanse((char *)(uintptr_t)text.ptr, text.len);
		if (!pile->secc.paper)
			LOG_ERROR("certificate towards cars cannot be used", "pile=%.*s",
				STR_FMT(pile->config.name));
	}
	arena_fini(&arena);
}

void secc_close(struct pile *pile)
{
	tunnel_paper_free(pile->secc.paper);
	pile->secc.paper = NULL;
}

const struct tunnel_paper *secc_paper(const struct pile *pile)
{
	return pile->secc.until_us > pile->now_us ? pile->secc.paper : NULL;
}

/* ---- asking for one ---- */

void secc_wish(struct pile *pile)
{
	pile->secc.wish = true;
	pile->secc.waiting = false;
}

void secc_step(struct pile *pile)
{
	struct secc *secc = &pile->secc;

	if (secc->waiting && pile->ticks_us >= secc->again_us)
		secc->waiting = false; /* forgotten: the next look may ask again */
	if (pile->ticks_us < secc->look_us || secc->wish || secc->waiting ||
		!pile->keys.values[KEY_SECC_RENEW] || !pile->link.accepted)
		return;
	secc->look_us = pile->ticks_us + SECC_LOOK_US;
	if (!secc->paper || secc->until_us - pile->now_us < SECC_RENEW_US)
		secc_wish(pile);
}

/* Its names are those of the cars' world: who it is there, and that it is an operator's pile. */
static int secc_csr(struct pile *pile, struct arena *arena, struct str key, struct str *ret_csr)
{
	struct x509_name subject = {.common_name = str_from(pile->keys.secc_id),
		.organisation = str_from(pile->keys.secc_organisation),
		.country = str_from(pile->keys.secc_country),
		.domain = STR("CPO")};

	if (subject.common_name.len == 0)
		subject.common_name = pile->config.name;
	if (subject.country.len != KEY_COUNTRY_MAX)
		subject.country = STR("");
	return x509_csr_new(arena, key, &subject, ret_csr);
}

int secc_request(struct pile *pile, struct arena *arena, struct str *ret_csr)
{
	struct str key;
	int outcome;

	TRY(secc_load(pile, SECC_KEY_FILE, arena, &key));
	outcome = key.len ? secc_csr(pile, arena, key, ret_csr) : X509_E_FORMAT;
	if (outcome > 0) {
		TRY(x509_key_new(arena, &key));
		TRY(shelf_put(pile->shelf, SECC_KEY_FILE, key));
		outcome = secc_csr(pile, arena, key, ret_csr);
	}
	return outcome > 0 ? FAULT(FAULT_BUG, "no request of an own key") : outcome;
}

void secc_requested(struct pile *pile, bool accepted)
{
	struct secc *secc = &pile->secc;

	secc->wish = false;
	secc->waiting = accepted;
	secc->again_us = pile->ticks_us + SECC_WAIT_US;
	secc->look_us = pile->ticks_us + SECC_LOOK_US;
}

/* The leaf is for our key and lives, each is signed by the next. Its root is the cars' to know. */
static int secc_judge(
	struct pile *pile, struct arena *arena, struct str chain, struct str key, struct str *ret)
{
	struct x509_facts *facts;
	struct x509_hash hash;
	struct buf text;
	size_t len;
	int outcome = x509_read_all(arena, chain, &facts, &len);

	TRY(outcome);
	if (outcome != 0 || x509_key_fits(chain, key) != 0 || facts[0].authority ||
		facts[0].until_us <= pile->now_us || facts[0].from_us > pile->now_us + US_PER_DAY)
		return CERTS_E_REJECTED;
	buf_init(&text, arena, 2 * X509_PEM_MAX);
	for (size_t i = 0; i < len; i++) {
		if (i + 1 < len && x509_hash(arena, facts[i].pem, facts[i + 1].pem, &hash) != 0)
			return CERTS_E_REJECTED;
		if (i == 0 || !facts[i].self_signed)
			buf_put_str(&text, facts[i].pem);
	}
	*ret = buf_str(&text);
	return text.failed ? CERTS_E_FAILED : 0;
}

static int secc_take(struct pile *pile, struct arena *arena, struct str chain)
{
	struct str key, clean;
	struct buf text;
	int outcome;

	TRY(secc_load(pile, SECC_KEY_FILE, arena, &key));
	if (key.len == 0)
		return CERTS_E_REJECTED;
	outcome = secc_judge(pile, arena, chain, key, &clean);
	if (outcome != 0)
		return outcome;
	buf_init(&text, arena, 3 * X509_PEM_MAX);
	buf_put_str(&text, key);
	buf_put_str(&text, clean);
	outcome = shelf_put(pile->shelf, SECC_FILE, buf_str(&text));
	if (outcome == 0)
		secc_use(pile, arena, buf_str(&text));
	OPENSSL_cleanse(text.ptr, text.len);
	TRY(outcome);
	if (!pile->secc.paper)
		return CERTS_E_REJECTED;
	return shelf_put(pile->shelf, SECC_KEY_FILE, STR(""));
}

int secc_signed(struct pile *pile, struct str chain)
{
	struct arena arena;
	int outcome;

	arena_init(&arena, SECC_ARENA);
	outcome = secc_take(pile, &arena, chain);
	arena_fini(&arena);
	if (outcome == CERTS_E_REJECTED)
		events_add(
			pile, "InvalidChargePointCertificate", "not for this pile's key to cars");
	if (outcome != 0)
		return outcome;
	pile->secc.wish = pile->secc.waiting = false;
	LOG_INFO("certificate towards cars taken", "pile=%.*s", STR_FMT(pile->config.name));
	return 0;
}

/* ---- telling of it ---- */

/* Each is named by its issuer: the next of the chain, and for the last one of the roots here. */
static int secc_hashes(
	struct pile *pile, struct arena *arena, struct x509_hash *ret, size_t *ret_len)
{
	struct x509_facts *facts;
	struct str text, key, chain, roots;
	size_t len = 0;

	*ret_len = 0;
	TRY(secc_load(pile, SECC_FILE, arena, &text));
	TRY(certs_anchors(pile, CERTS_V2G, arena, &roots));
	if (!x509_split(text, &key, &chain) || x509_read_all(arena, chain, &facts, &len) != 0)
		return 0;
	for (size_t i = 0; i < len; i++)
		*ret_len += x509_hash(arena, facts[i].pem, i + 1 < len ? facts[i + 1].pem : roots,
				    &ret[*ret_len]) == 0;
	return 0;
}

int secc_list(struct pile *pile, struct arena *arena, struct x509_hash **ret_list, size_t *ret_len)
{
	*ret_list = ARENA_ARRAY(arena, struct x509_hash, X509_CHAIN_MAX);
	if (!*ret_list)
		return FAULT(FAULT_NOMEM, "no room for hashes");
	TRY(secc_hashes(pile, arena, *ret_list, ret_len));
	return *ret_len > 0 ? 0 : CERTS_E_NOT_FOUND;
}

static int secc_delete_in(struct pile *pile, struct arena *arena, const struct x509_hash *hash)
{
	struct x509_hash *list;
	size_t len;
	int outcome = secc_list(pile, arena, &list, &len);

	if (outcome != 0)
		return outcome;
	if (!certs_same(&list[0], hash))
		return CERTS_E_NOT_FOUND;
	TRY(shelf_put(pile->shelf, SECC_FILE, STR("")));
	secc_use(pile, arena, STR(""));
	return 0;
}

int secc_delete(struct pile *pile, const struct x509_hash *hash)
{
	struct arena arena;
	int outcome;

	arena_init(&arena, SECC_ARENA);
	outcome = secc_delete_in(pile, &arena, hash);
	arena_fini(&arena);
	return outcome;
}
