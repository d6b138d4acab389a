/* depot.c - files on their way in. An intake lives from the head of the request to the answer:
 *
 *   head --> (read lane: is the token good?) --> bytes --> whole --> (write lane: it is here) -->
 * 201
 *                 '--> 404, 409                    '--> gone: the bytes are forgotten
 *
 * An intake belongs to its loop, except while one of its jobs is in a lane; the list of all is
 * guarded, since loops are threads. */
#include "server/depot.h"

#include "app/updates.h"
#include "app/uploads.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define DEPOT_MOST (INT64_C(512) * 1024 * 1024)
#define DEPOT_TOKEN 64

struct depot {
	struct lanes *lanes;
	struct vault *vault;
	pthread_mutex_t mutex; /* guards intakes */
	struct map intakes;    /* serial of the connection -> struct intake */
};
struct intake {
	struct job job;
	struct depot *depot;
	struct loop *loop;
	uint64_t serial;
	char token[DEPOT_TOKEN];
	size_t token_len;
	int64_t upload_id, firmware_id; /* one of them, once the token is good */
	int status;                     /* of a refusal; 0: good */
	int fd;                         /* -1: none */
	EVP_MD_CTX *hash, *md5;
	uint8_t digest[SHA256_LEN], md5_digest[EVP_MAX_MD_SIZE];
	unsigned md5_len; /* 0: none was made */
	int64_t bytes;
	bool broken, gone;
};

static struct str token_of(const struct intake *intake)
{
	return (struct str){intake->token, intake->token_len};
}

static struct intake *find(struct depot *depot, uint64_t serial)
{
	struct intake *intake;

	pthread_mutex_lock(&depot->mutex);
	intake = map_get_i64(&depot->intakes, (int64_t)serial);
	pthread_mutex_unlock(&depot->mutex);
	return intake;
}

/* Is the same file on its way already? While it is, the state that a second one would be judged by
 * is not yet what it will be, and its bytes would replace the first one's. Under the mutex. */
static bool on_its_way(const struct depot *depot, struct str token)
{
	struct intake *intake;
	size_t at = 0;

	while ((intake = map_next(&depot->intakes, &at)) != NULL)
		if (str_eq(token_of(intake), token))
			return true;
	return false;
}

static void forget(struct intake *intake)
{
	struct depot *depot = intake->depot;

	pthread_mutex_lock(&depot->mutex);
	map_del_i64(&depot->intakes, (int64_t)intake->serial);
	pthread_mutex_unlock(&depot->mutex);
	if (intake->fd >= 0)
		vault_end(depot->vault, token_of(intake), intake->fd, false);
	EVP_MD_CTX_free(intake->hash);
	EVP_MD_CTX_free(intake->md5);
	mem_free(intake);
}

static void say(struct conn *conn, int status, const char *text)
{
	struct http_answer answer = {.status = status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = str_from(text),
		.close = true};

	http_reply_early(conn, &answer);
}

/* --- is the token good? --- */

static int run_check(struct job *job, struct ctx *ctx)
{
	struct intake *intake = job->data;
	struct firmware firmware;
	struct upload upload;
	int result = uploads_begin(ctx, token_of(intake), &upload);

	TRY(result);
	intake->status = result == 0 ? 0 : result == UPLOADS_E_STATE ? 409 : 404;
	intake->upload_id = result == 0 ? upload.id : 0;
	if (result != UPLOADS_E_UNKNOWN)
		return 0;
	result = store_firmware_by_token(ctx->db, ctx->arena, token_of(intake), &firmware);
	TRY(result);
	if (result != 0)
		return 0;
	intake->status = str_is(firmware.state, "empty") ? 0 : 409;
	intake->firmware_id = firmware.id;
	return 0;
}

/* On the connection's loop. */
static void checked(void *arg)
{
	struct intake *intake = arg;
	struct conn *conn = loop_conn(intake->loop, intake->serial);

	arena_fini(&intake->job.arena);
	if (conn == NULL || intake->gone) {
		forget(intake);
		return;
	}
	if (intake->job.result < 0)
		intake->status = 503;
	if (intake->status == 0)
		intake->fd = vault_begin(intake->depot->vault, token_of(intake));
	if (intake->status == 0 && intake->fd < 0)
		intake->status = 409; /* somebody brings it already */
	if (intake->status != 0) {
		int status = intake->status;

		forget(intake);
		say(conn, status, status == 404 ? "no such address" : "not now, or not again");
		return;
	}
	conn_resume(conn);
}

static void check_done(struct job *job, int result)
{
	struct intake *intake = job->data;

	job->result = result;
	loop_post(intake->loop, checked, intake);
}

static void submit(struct intake *intake, enum lane_kind kind,
	int (*run)(struct job *job, struct ctx *ctx), void (*after)(struct job *job, int result),
	void (*refused)(void *arg))
{
	struct job *job = &intake->job;

	*job = (struct job){.kind = kind, .run = run, .done = after, .data = intake};
	arena_init(&job->arena, LIMIT_JOB_ARENA);
	effects_init(&job->effects, &job->arena);
	if (lanes_submit(intake->depot->lanes, job))
		return;
	job->result = FAULT_BUSY;
	refused(intake);
}

bool depot_stream(
	struct depot *depot, struct conn *conn, const struct http_head *head, int64_t *ret_most)
{
	struct str path = head->path, token;
	struct intake *intake;

	if (!str_starts(path, STR("/up/")) ||
		(!str_is(head->method, "PUT") && !str_is(head->method, "POST")))
		return false;
	path = str_slice(path, 4, path.len);
	token = str_cut(&path, '/'); /* piles put the file's name behind it */
	if (token.len == 0 || token.len >= DEPOT_TOKEN)
		return false;
	intake = mem_alloc(sizeof(*intake));
	intake->depot = depot;
	intake->loop = conn_loop(conn);
	intake->serial = conn_serial(conn);
	intake->fd = -1;
	memcpy(intake->token, token.ptr, token.len);
	intake->token_len = token.len;
	intake->hash = EVP_MD_CTX_new();
	ASSERT(intake->hash && EVP_DigestInit_ex(intake->hash, EVP_sha256(), NULL) == 1);
	/* Only to tell a pile that publishes the file; a library that knows no MD5 goes without. */
	intake->md5 = EVP_MD_CTX_new();
	if (intake->md5 && EVP_DigestInit_ex(intake->md5, EVP_md5(), NULL) != 1) {
		EVP_MD_CTX_free(intake->md5);
		intake->md5 = NULL;
	}
	pthread_mutex_lock(&depot->mutex);
	if (on_its_way(depot, token))
		intake->status = 409;
	map_put_i64(&depot->intakes, (int64_t)intake->serial, intake);
	pthread_mutex_unlock(&depot->mutex);
	*ret_most = DEPOT_MOST;
	conn_pause(conn);
	if (intake->status != 0)
		loop_post(intake->loop, checked, intake);
	else
		submit(intake, LANE_READ, run_check, check_done, checked);
	return true;
}

/* --- bytes --- */

void depot_part(struct depot *depot, struct conn *conn, struct str bytes)
{
	struct intake *intake = find(depot, conn_serial(conn));

	if (intake == NULL || intake->broken)
		return;
	EVP_DigestUpdate(intake->hash, bytes.ptr, bytes.len);
	if (intake->md5)
		EVP_DigestUpdate(intake->md5, bytes.ptr, bytes.len);
	intake->bytes += (int64_t)bytes.len;
	while (bytes.len > 0) {
		ssize_t wrote = write(intake->fd, bytes.ptr, bytes.len);

		if (wrote <= 0) {
			LOG_WARN("file not written", "bytes=%lld", (long long)intake->bytes);
			intake->broken = true;
			return;
		}
		bytes = str_slice(bytes, (size_t)wrote, bytes.len);
	}
}

/* --- whole --- */

static struct str hex_of(struct arena *arena, const uint8_t *digest, size_t len)
{
	struct buf hex;

	buf_init(&hex, arena, 2 * len + 1);
	hex_write(&hex, digest, len);
	return buf_str(&hex);
}

static int firmware_here(struct ctx *ctx, const struct intake *intake)
{
	struct firmware firmware;
	int result = store_firmware_get(ctx->db, ctx->arena, intake->firmware_id, &firmware);

	TRY(result);
	if (result != 0 || !str_is(firmware.state, "empty"))
		return UPLOADS_E_STATE;
	firmware.bytes = intake->bytes;
	firmware.sha256 = hex_of(ctx->arena, intake->digest, sizeof(intake->digest));
	firmware.md5 = hex_of(ctx->arena, intake->md5_digest, intake->md5_len);
	firmware.state = STR("ready");
	return store_firmware_put(ctx->db, &firmware);
}

static int run_end(struct job *job, struct ctx *ctx)
{
	struct intake *intake = job->data;
	int result = intake->upload_id != 0
			     ? uploads_end(ctx, intake->upload_id, intake->bytes, STR(""))
			     : firmware_here(ctx, intake);

	TRY(result);
	intake->status = result == 0 ? 201 : 409;
	return 0;
}

static void ended(void *arg)
{
	struct intake *intake = arg;
	struct conn *conn = loop_conn(intake->loop, intake->serial);
	struct http_answer answer = {.status = intake->job.result < 0 ? 503 : intake->status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = STR("kept\n")};

	if (answer.status != 201) {
		answer.body = STR("not kept\n");
		vault_forget(intake->depot->vault, token_of(intake));
	}
	arena_fini(&intake->job.arena);
	forget(intake);
	if (conn != NULL)
		http_reply(conn, &answer);
}

static void end_done(struct job *job, int result)
{
	struct intake *intake = job->data;

	job->result = result;
	loop_post(intake->loop, ended, intake);
}

bool depot_whole(struct depot *depot, struct conn *conn)
{
	struct intake *intake = find(depot, conn_serial(conn));
	bool kept;

	if (intake == NULL)
		return false;
	kept = vault_end(depot->vault, token_of(intake), intake->fd, !intake->broken);
	intake->fd = -1;
	if (intake->broken || !kept) {
		struct http_answer answer = {.status = 500,
			.content_type = STR("text/plain; charset=utf-8"),
			.body = STR("not kept\n"),
			.close = true};

		forget(intake);
		http_reply(conn, &answer);
		return true;
	}
	/* Before the job, which may run twice. */
	ASSERT(EVP_DigestFinal_ex(intake->hash, intake->digest, NULL) == 1);
	if (intake->md5)
		ASSERT(EVP_DigestFinal_ex(intake->md5, intake->md5_digest, &intake->md5_len) == 1);
	submit(intake, LANE_WRITE, run_end, end_done, ended);
	return true;
}

void depot_closed(struct depot *depot, struct conn *conn)
{
	struct intake *intake = find(depot, conn_serial(conn));

	if (intake == NULL)
		return;
	/* While a job is out, what comes back finds nobody and cleans up. */
	intake->gone = true;
	if (intake->fd >= 0)
		forget(intake);
}

struct depot *depot_new(struct lanes *lanes, struct vault *vault)
{
	struct depot *depot = mem_alloc(sizeof(*depot));

	depot->lanes = lanes;
	depot->vault = vault;
	pthread_mutex_init(&depot->mutex, NULL);
	map_init(&depot->intakes);
	return depot;
}

void depot_free(struct depot *depot)
{
	struct intake *intake;
	size_t at = 0;

	if (depot == NULL)
		return;
	while ((intake = map_next(&depot->intakes, &at)) != NULL) {
		if (intake->fd >= 0)
			vault_end(depot->vault, token_of(intake), intake->fd, false);
		EVP_MD_CTX_free(intake->hash);
		EVP_MD_CTX_free(intake->md5);
		mem_free(intake);
	}
	map_fini(&depot->intakes);
	pthread_mutex_destroy(&depot->mutex);
	mem_free(depot);
}
