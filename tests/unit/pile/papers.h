/* papers.h - certificates for tests of the pile: a root, an authority below it, and what they sign.
 * The rig's clock stands in January 2027. */
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include "rig_talk.h"
#include "base/x509.h"

#define PAPERS_NOW (INT64_C(1800000000) * US_PER_S)

struct papers {
	struct arena arena;
	struct str root_key, root, sub_key, sub;
	uint8_t serial;
};

static inline struct str papers_key(struct papers *papers)
{
	struct str key = STR_NULL;

	assert_int_equal(x509_key_new(&papers->arena, &key), 0);
	return key;
}

static inline struct str papers_csr(struct papers *papers, struct str key, const char *name)
{
	struct x509_name subject = {.common_name = str_from(name)};
	struct str csr = STR_NULL;

	assert_int_equal(x509_csr_new(&papers->arena, key, &subject, &csr), 0);
	return csr;
}

/* `from` and `until` in days from now. */
static inline struct str papers_issue(struct papers *papers, enum x509_kind kind, struct str csr,
	const char *name, int from, int until)
{
	struct x509_issue issue = {.kind = kind,
		.csr = csr,
		.ca = kind == X509_SUB ? papers->root : papers->sub,
		.key = kind == X509_ROOT || kind == X509_SUB ? papers->root_key : papers->sub_key,
		.subject = {.common_name = str_from(name)},
		.from_us = PAPERS_NOW + from * US_PER_DAY,
		.until_us = PAPERS_NOW + until * US_PER_DAY};
	struct str pem = STR_NULL;

	memset(issue.serial, ++papers->serial, sizeof(issue.serial));
	assert_int_equal(x509_issue(&papers->arena, &issue, &pem), 0);
	return pem;
}

/* What stands in an update's `signature`: base64 of ECDSA over the text. */
static inline struct str papers_sign(struct papers *papers, struct str key_pem, const char *text)
{
	BIO *bio = BIO_new_mem_buf(key_pem.ptr, (int)key_pem.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char der[512];
	size_t len = sizeof(der);
	struct buf out;

	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(
		EVP_DigestSign(context, der, &len, (const unsigned char *)text, strlen(text)), 1);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	BIO_free(bio);
	buf_init(&out, &papers->arena, 1024);
	base64_write(&out, der, len);
	return buf_str(&out);
}

static inline void papers_open(struct papers *papers)
{
	memset(papers, 0, sizeof(*papers));
	arena_init(&papers->arena, 4 << 20);
	papers->root_key = papers_key(papers);
	papers->root = papers_issue(papers, X509_ROOT, STR(""), "Root", -1, 3650);
	papers->sub_key = papers_key(papers);
	papers->sub = papers_issue(papers, X509_SUB, papers_csr(papers, papers->sub_key, "Devices"),
		"Devices", -1, 3650);
}

static inline void papers_close(struct papers *papers)
{
	arena_fini(&papers->arena);
}

/* A call with this payload, PEM text made fit for JSON; the answer's part. */
static inline const char *papers_call(
	struct rig *rig, const char *action, const char *before, struct str pem, const char *after)
{
	static char frame[4096];
	struct buf text;

	rig_forget_frames(rig);
	buf_init(&text, NULL, 65536);
	buf_format(&text, "[2,\"p\",\"%s\",{%s", action, before);
	for (size_t i = 0; i < pem.len; i++) {
		if (pem.ptr[i] == '\n')
			buf_put_str(&text, STR("\\n"));
		else
			buf_put_char(&text, pem.ptr[i]);
	}
	buf_format(&text, "%s}]", after);
	client_message(&rig->pile, buf_str(&text), &rig->arena);
	arena_reset(&rig->arena);
	buf_fini(&text);
	assert_true(rig_take(rig, frame));
	return rig_part(frame, "2.status");
}

/* The server sets a key; the answer's status. */
static inline const char *papers_set(struct rig *rig, const char *key, const char *value)
{
	char payload[256];

	snprintf(payload, sizeof(payload), "\"key\":\"%s\",\"value\":\"%s\"", key, value);
	return papers_call(rig, "ChangeConfiguration", payload, STR(""), "");
}
