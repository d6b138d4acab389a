/* carry.c - a curl transfer on a thread (see carry.h). The thread writes `end` and then `ended`;
 * nobody reads the first before the second. */
#include "pile/carry.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"

#define CARRY_CONNECT_S 15L
#define CARRY_STILL_S 30
#define CARRY_WHOLE_S (6L * 3600)

struct carry {
	pthread_t thread;
	struct arena arena;
	struct carry_wish wish;
	char *url, *path, *ca_file;
	size_t sent;
	int file;
	EVP_MD_CTX *hash;
	struct carry_end end;
	atomic_bool ended, stop;
};

static size_t carry_take(char *bytes, size_t size, size_t count, void *user)
{
	struct carry *carry = user;
	size_t len = size * count, done = 0;

	if (!carry->path)
		return len; /* what the server says about our file is not kept */
	carry->end.bytes += (int64_t)len;
	if (carry->end.bytes > carry->wish.most) {
		carry->end.error = "too large";
		return 0;
	}
	while (done < len) {
		ssize_t put = write(carry->file, bytes + done, len - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			carry->end.error = "cannot be written";
			return 0;
		}
		done += (size_t)put;
	}
	return EVP_DigestUpdate(carry->hash, bytes, len) == 1 ? len : 0;
}

static size_t carry_give(char *room, size_t size, size_t count, void *user)
{
	struct carry *carry = user;
	size_t left = carry->wish.body.len - carry->sent;
	size_t len = left < size * count ? left : size * count;

	memcpy(room, carry->wish.body.ptr + carry->sent, len);
	carry->sent += len;
	carry->end.bytes = (int64_t)carry->sent;
	return len;
}

static int carry_look(
	void *user, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
	(void)down_all, (void)down, (void)up_all, (void)up;
	return atomic_load(&((struct carry *)user)->stop);
}

static void carry_setup(struct carry *carry, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_URL, carry->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CARRY_CONNECT_S);
	/* whoever gives it up must not wait for a name server that is silent */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, CARRY_WHOLE_S);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)carry->wish.still_s);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, carry_look);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, carry);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, carry_take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, carry);
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)carry->wish.most);
	if (carry->ca_file[0])
		curl_easy_setopt(easy, CURLOPT_CAINFO, carry->ca_file);
	if (carry->path)
		return;
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)carry->wish.body.len);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, carry_give);
	curl_easy_setopt(easy, CURLOPT_READDATA, carry);
}

static void carry_transfer(struct carry *carry)
{
	CURL *easy = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;

	if (easy) {
		carry_setup(carry, easy);
		code = curl_easy_perform(easy);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_cleanup(easy);
	}
	carry->end.status = (int)status;
	if (!carry->end.error && code != CURLE_OK)
		carry->end.error = curl_easy_strerror(code);
	else if (!carry->end.error && (status < 200 || status > 299))
		carry->end.error = "refused by the server";
}

/* Whole and on the disk, or a failure. */
static void carry_finish_file(struct carry *carry)
{
	unsigned int len = 0;
	bool good = carry->hash && EVP_DigestFinal_ex(carry->hash, carry->end.sha256, &len) == 1 &&
		    fsync(carry->file) == 0;

	close(carry->file);
	if (!carry->end.error && !good)
		carry->end.error = "cannot be written";
	if (carry->end.error)
		unlink(carry->path);
}

static void *carry_run(void *arg)
{
	struct carry *carry = arg;

	if (carry->path) {
		carry->file = open(carry->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		carry->hash = EVP_MD_CTX_new();
		if (carry->file < 0 || !carry->hash ||
			EVP_DigestInit_ex(carry->hash, EVP_sha256(), NULL) != 1)
			carry->end.error = "cannot be written";
	}
	if (!carry->end.error)
		carry_transfer(carry);
	if (carry->path && carry->file >= 0)
		carry_finish_file(carry);
	EVP_MD_CTX_free(carry->hash);
	carry->end.good = !carry->end.error;
	atomic_store(&carry->ended, true);
	return NULL;
}

static pthread_once_t carry_once = PTHREAD_ONCE_INIT;

static void carry_global(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct carry *carry_start(const struct carry_wish *wish)
{
	struct carry *carry = mem_alloc(sizeof(*carry));

	pthread_once(&carry_once, carry_global);
	arena_init(&carry->arena, wish->body.len + wish->url.len + 16 * 1024);
	carry->wish = *wish;
	carry->url = str_dup_z(&carry->arena, wish->url);
	carry->ca_file = str_dup_z(&carry->arena, wish->ca_file);
	carry->path = wish->path ? str_dup_z(&carry->arena, str_from(wish->path)) : NULL;
	carry->wish.body = str_dup(&carry->arena, wish->body);
	carry->wish.most = wish->most ? wish->most : CARRY_MOST;
	carry->wish.still_s = wish->still_s ? wish->still_s : CARRY_STILL_S;
	carry->file = -1;
	if (!carry->url || !carry->ca_file || (wish->path && !carry->path) ||
		pthread_create(&carry->thread, NULL, carry_run, carry) != 0) {
		arena_fini(&carry->arena);
		mem_free(carry);
		return NULL;
	}
	return carry;
}

bool carry_ended(const struct carry *carry, struct carry_end *ret)
{
	if (!atomic_load(&((struct carry *)(uintptr_t)carry)->ended))
		return false;
	*ret = carry->end;
	return true;
}

void carry_free(struct carry *carry)
{
	if (!carry)
		return;
	atomic_store(&carry->stop, true);
	pthread_join(carry->thread, NULL);
	arena_fini(&carry->arena);
	mem_free(carry);
}
