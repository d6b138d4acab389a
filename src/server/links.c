/* links.c - between sockets and the gateway. The gateway lives on the first loop; what happens on
 * the others is copied and posted there in order. A link's number is its connection's serial, so a
 * late answer cannot reach a stranger. */
#include "server/links.h"

#include "server/forwarded.h"
#include "app/devices.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include <stdatomic.h>
#include <string.h>

#define REFUSALS_PER_S 20 /* kept for the installer; a flood is only counted */
#define PROTOCOL_ERROR 1002
#define HELLO_TEXTS 9

struct links {
	struct links_config config;
	struct gateway *gateway;
	_Atomic int64_t refusal_second; /* any loop; losing a count in a flood does no harm */
	_Atomic int refusals;
	_Atomic int64_t crowded_minute; /* the last one in which an eviction was kept */
};

static const char mark;

void *links_mark(void)
{
	return (void *)(uintptr_t)&mark;
}

static struct loop *loop_of(struct links *links, uint64_t link)
{
	unsigned index = conn_serial_loop(link);

	for (size_t i = 0; i < links->config.loops_len; i++)
		if (loop_index(links->config.loops[i]) == index)
			return links->config.loops[i];
	return NULL;
}

/* Something to be done on another loop: a copy of all it needs in one piece of memory. */
struct errand {
	struct links *links;
	void (*run)(struct errand *errand);
	uint64_t link;
	int number;
	struct str texts[HELLO_TEXTS];
	struct security_proof proof; /* of a hello; its texts are among ours */
	char bytes[];
};

static void run_errand(void *arg)
{
	struct errand *errand = arg;

	errand->run(errand);
	mem_free(errand);
}

static struct errand *errand_new(struct links *links, void (*run)(struct errand *errand),
	uint64_t link, const struct str *texts, size_t count)
{
	size_t len = 0, at = 0;
	struct errand *errand;

	for (size_t i = 0; i < count; i++)
		len += texts[i].len;
	errand = mem_alloc(sizeof(*errand) + len);
	errand->links = links;
	errand->run = run;
	errand->link = link;
	for (size_t i = 0; i < count; i++) {
		if (texts[i].len > 0)
			memcpy(errand->bytes + at, texts[i].ptr, texts[i].len);
		errand->texts[i] = (struct str){errand->bytes + at, texts[i].len};
		at += texts[i].len;
	}
	return errand;
}

static bool is_home(struct links *links, struct loop *loop)
{
	return loop == links->config.loops[0];
}

/* --- from the gateway to the sockets --- */

static struct conn *conn_of(struct links *links, uint64_t link)
{
	struct loop *loop = loop_of(links, link);

	return loop != NULL ? loop_conn(loop, link) : NULL;
}

static void send_now(struct links *links, uint64_t link, struct str text)
{
	struct conn *conn = conn_of(links, link);

	if (conn != NULL)
		ws_send(conn, text);
}

static void close_now(struct links *links, uint64_t link, int code, struct str reason)
{
	struct conn *conn = conn_of(links, link);

	if (conn != NULL)
		ws_close(conn, code, reason);
}

static void pause_now(struct links *links, uint64_t link, bool paused)
{
	struct conn *conn = conn_of(links, link);

	if (conn == NULL)
		return;
	if (paused)
		conn_pause(conn);
	else
		conn_resume(conn);
}

static void refuse_conn(struct conn *conn, int status)
{
	struct http_answer answer = {.status = status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = STR("This pile may not connect. The operator's console tells why.\n"),
		.close = true};

	if (status == 401)
		answer.extra_headers =
			STR("WWW-Authenticate: Basic realm=\"leyden\", charset=\"UTF-8\"\r\n");
	if (status == 503)
		answer.extra_headers = STR("Retry-After: 5\r\n");
	if (status == 429)
		answer.extra_headers = STR("Retry-After: 60\r\n");
	http_reply(conn, &answer);
}

static void verdict_now(struct links *links, uint64_t link, int status, struct str protocol)
{
	struct conn *conn = conn_of(links, link);

	if (conn == NULL)
		return;
	if (status != 101) {
		conn_set_user(conn, NULL);
		refuse_conn(conn, status);
		return;
	}
	if (!ws_accept(conn, NULL, protocol)) {
		refuse_conn(conn, 400);
		return;
	}
	/* OCPP-J 3.1.2: no common subprotocol - the handshake is completed without the header, then
	 * closed. */
	if (protocol.len == 0)
		ws_close(conn, PROTOCOL_ERROR, STR("no common subprotocol"));
}

static void run_send(struct errand *errand)
{
	send_now(errand->links, errand->link, errand->texts[0]);
}

static void run_close(struct errand *errand)
{
	close_now(errand->links, errand->link, errand->number, errand->texts[0]);
}

static void run_pause(struct errand *errand)
{
	pause_now(errand->links, errand->link, errand->number != 0);
}

static void run_verdict(struct errand *errand)
{
	verdict_now(errand->links, errand->link, errand->number, errand->texts[0]);
}

static void errand_to(struct links *links, uint64_t link, void (*run)(struct errand *errand),
	int number, struct str text)
{
	struct loop *loop = loop_of(links, link);
	struct errand *errand;

	if (loop == NULL)
		return;
	errand = errand_new(links, run, link, &text, 1);
	errand->number = number;
	if (is_home(links, loop))
		run_errand(errand);
	else
		loop_post(loop, run_errand, errand);
}

static void on_send(void *context, uint64_t link, struct str text)
{
	struct links *links = context;

	if (links->config.loops_len == 1)
		send_now(links, link, text); /* the common case needs no copy */
	else
		errand_to(links, link, run_send, 0, text);
}

static void on_close(void *context, uint64_t link, int code, struct str reason)
{
	errand_to(context, link, run_close, code, reason);
}

static void on_pause(void *context, uint64_t link, bool paused)
{
	errand_to(context, link, run_pause, paused, STR_NULL);
}

static void on_verdict(void *context, uint64_t link, int status, struct str protocol)
{
	errand_to(context, link, run_verdict, status, protocol);
}

static void on_post(void *context, void (*call)(void *arg), void *arg)
{
	struct links *links = context;

	loop_post(links->config.loops[0], call, arg);
}

/* --- refused handshakes, for the installer --- */

struct refusal {
	struct job job;
	struct str code, remote, reason, detail;
};

static int run_refusal(struct job *job, struct ctx *ctx)
{
	struct refusal *refusal = job->data;

	return devices_refused(
		ctx, refusal->code, refusal->remote, refusal->reason, refusal->detail);
}

static void refusal_free(struct refusal *refusal)
{
	arena_fini(&refusal->job.arena);
	mem_free(refusal);
}

static void refusal_done(struct job *job, int result)
{
	(void)result;
	refusal_free(job->data);
}

static void keep_refusal(struct links *links, struct str remote, struct str code, struct str reason,
	struct str detail)
{
	int64_t second = clock_now_us(links->config.clock) / US_PER_S;
	struct refusal *refusal;
	struct arena *arena;

	LOG_INFO("handshake refused", "remote=%.*s reason=%.*s", STR_FMT(remote), STR_FMT(reason));
	if (second != links->refusal_second) {
		links->refusal_second = second;
		links->refusals = 0;
	}
	if (links->refusals++ >= REFUSALS_PER_S)
		return;
	refusal = mem_alloc(sizeof(*refusal));
	arena = &refusal->job.arena;
	arena_init(arena, LIMIT_JOB_ARENA);
	effects_init(&refusal->job.effects, arena);
	refusal->job.kind = LANE_WRITE;
	refusal->job.run = run_refusal;
	refusal->job.done = refusal_done;
	refusal->job.data = refusal;
	refusal->code = str_dup(arena, str_slice(code, 0, 2 * LIMIT_PILE_CODE));
	refusal->remote = str_dup(arena, remote);
	refusal->reason = str_dup(arena, reason);
	refusal->detail = str_dup(arena, detail);
	if (!lanes_submit(links->config.lanes, &refusal->job))
		refusal_free(refusal);
}

/* A storm evicts hundreds: one a minute says as much, and pushes nothing else out of what is kept.
 */
static bool crowded_told(struct links *links)
{
	int64_t minute = clock_now_us(links->config.clock) / US_PER_MIN;

	return atomic_exchange(&links->crowded_minute, minute) == minute;
}

void links_refused(struct links *links, const struct net_refusal *refusal)
{
	if (str_is(refusal->reason, "evicted") && crowded_told(links))
		return;
	keep_refusal(links, refusal->remote, refusal->name, refusal->reason, refusal->detail);
}

/* --- from the sockets to the gateway --- */

static struct str door_code(struct arena *arena, struct str path)
{
	return http_decode(arena, str_slice(path, sizeof("/ocpp/") - 1, path.len), false);
}

bool links_is_door(struct str path)
{
	return str_starts(path, STR("/ocpp/"));
}

/* "Basic base64(user:password)"; both empty when there is none or it is malformed, which the
 * handshake then refuses. */
static void read_basic(struct arena *arena, const struct http_head *head, struct str *ret_user,
	struct str *ret_password)
{
	struct str value = http_header(head, "Authorization"), scheme = str_cut(&value, ' ');
	uint8_t *pair = arena_alloc(arena, value.len + 1);
	size_t len;
	struct str text;

	*ret_user = *ret_password = STR_NULL;
	if (!str_eq_nocase(scheme, STR("Basic")) || pair == NULL ||
		!base64_read(str_trim(value), pair, value.len, &len))
		return;
	text = (struct str){(const char *)pair, len};
	if (str_find(text, ':') < 0)
		return;
	*ret_user = str_cut(&text, ':');
	*ret_password = text;
}

static void run_hello(struct errand *errand)
{
	struct gateway_caller caller = {.code = errand->texts[0],
		.protocols = errand->texts[1],
		.remote = errand->texts[2],
		.proof = errand->proof};

	caller.proof.user = errand->texts[3];
	caller.proof.password = errand->texts[4];
	caller.proof.transport = errand->texts[5];
	caller.proof.common_name = errand->texts[6];
	caller.proof.organisation = errand->texts[7];
	caller.proof.serial = errand->texts[8];
	gateway_hello(errand->links->gateway, errand->link, &caller);
}

static void explain(struct conn *conn, int status)
{
	struct http_answer answer = {.status = status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = STR("Piles connect here: OCPP over WebSocket (RFC 6455, version 13), "
			    "address ws://HOST:PORT/ocpp/PILE, subprotocol ocpp1.6.\n"),
		.close = true};

	if (status == 426)
		answer.extra_headers = STR("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
	http_reply(conn, &answer);
}

static void send_hello(struct links *links, struct conn *conn, const struct http_head *head,
	struct str code, struct str remote, struct arena *arena)
{
	struct conn_peer peer;
	struct str texts[HELLO_TEXTS] = {code, http_header(head, "Sec-WebSocket-Protocol"), remote};
	struct errand *errand;

	conn_peer(conn, arena, &peer);
	read_basic(arena, head, &texts[3], &texts[4]);
	texts[5] = peer.transport;
	texts[6] = peer.common_name;
	texts[7] = peer.organisation;
	texts[8] = peer.serial;
	conn_set_user(conn, links_mark());
	errand = errand_new(links, run_hello, conn_serial(conn), texts, HELLO_TEXTS);
	errand->proof = (struct security_proof){
		.tls = peer.tls, .certified = peer.certified, .until_us = peer.until_us};
	if (is_home(links, conn_loop(conn)))
		run_errand(errand);
	else
		loop_post(links->config.loops[0], run_errand, errand);
}

void links_request(struct links *links, struct conn *conn, const struct http_head *head)
{
	struct arena arena;
	struct str code, remote;
	int status = ws_check(conn, head);

	arena_init(&arena, LIMIT_HTTP_HEAD_BYTES * 4);
	remote = forwarded_remote(&arena, links->config.trusted, head, conn_remote(conn));
	code = door_code(&arena, head->path);
	if (status != 0) {
		if (http_header(head, "Sec-WebSocket-Key").len > 0)
			keep_refusal(links, remote, code, STR("upgrade"),
				STR("The request is no WebSocket handshake of RFC 6455, version "
				    "13."));
		explain(conn, status);
	} else if (code.len == 0 || code.len > LIMIT_PILE_CODE) {
		keep_refusal(links, remote, code, STR("name"),
			STR("The identity at the end of the address is empty or too long."));
		explain(conn, 404);
	} else {
		send_hello(links, conn, head, code, remote, &arena);
	}
	arena_fini(&arena);
}

static void run_text(struct errand *errand)
{
	gateway_text(errand->links->gateway, errand->link, errand->texts[0]);
}

void links_message(struct links *links, struct conn *conn, struct str text)
{
	if (is_home(links, conn_loop(conn)))
		gateway_text(links->gateway, conn_serial(conn), text);
	else
		loop_post(links->config.loops[0], run_errand,
			errand_new(links, run_text, conn_serial(conn), &text, 1));
}

static void run_closed(struct errand *errand)
{
	gateway_closed(errand->links->gateway, errand->link, errand->number);
}

void links_closed(struct links *links, struct conn *conn, int code)
{
	struct errand *errand = errand_new(links, run_closed, conn_serial(conn), NULL, 0);

	errand->number = code;
	if (is_home(links, conn_loop(conn)))
		run_errand(errand);
	else
		loop_post(links->config.loops[0], run_errand, errand);
}

void links_effect(struct links *links, const struct effect *effect)
{
	gateway_effect(links->gateway, effect);
}

void links_tick(struct links *links)
{
	gateway_tick(links->gateway);
}

void links_flush(struct links *links)
{
	gateway_flush_light(links->gateway);
}

void links_stats(const struct links *links, struct gateway_stats *ret_stats)
{
	gateway_stats(links->gateway, ret_stats);
}

struct links *links_new(const struct links_config *config)
{
	struct links *links = mem_alloc(sizeof(*links));
	struct gateway_config gateway = {.lanes = config->lanes,
		.clock = config->clock,
		.app = config->app,
		.ops = {.send = on_send,
			.close = on_close,
			.verdict = on_verdict,
			.pause = on_pause,
			.post = on_post,
			.context = links},
		.call_timeout_us = config->call_timeout_us,
		.inquiries = config->inquiries};

	links->config = *config;
	links->gateway = gateway_new(&gateway);
	return links;
}

void links_free(struct links *links)
{
	if (links == NULL)
		return;
	gateway_free(links->gateway);
	mem_free(links);
}
