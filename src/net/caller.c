/* caller.c - a curl multi handle turned by one thread. */
#include "net/caller.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"

#define DEFAULT_TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_MS 5000
#define QUEUE_MAX 65536
#define NAP_MS 1000
#define HEADER_LINE_MAX 4096

/* A request under way. */
struct flight {
	struct flight *next;
	struct call *call;
	CURL *easy;
	struct curl_slist *lines;
	struct buf headers, body;
};
struct caller {
	struct caller_config config;
	struct queue queue;
	CURLM *multi;
	pthread_t thread;
	atomic_bool stop, woken;
	struct flight *flights;
	size_t flying;
	int64_t tick_at_us;
};

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
	struct flight *flight = user;

	buf_put(&flight->body, bytes, size * count);
	return flight->body.failed ? 0 : size * count;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user)
{
	struct flight *flight = user;
	struct str line = {bytes, size * count};

	/* A status line begins a new answer: what came before was a 100 Continue. */
	if (str_starts(line, STR("HTTP/")))
		buf_clear(&flight->headers);
	else
		buf_put(&flight->headers, bytes, size * count);
	return flight->headers.failed ? 0 : size * count;
}

/* Header lines as curl's list; false when one is too long. */
static bool flight_headers(struct flight *flight, struct str headers)
{
	char text[HEADER_LINE_MAX];

	while (headers.len > 0) {
		struct str line = str_trim(str_cut(&headers, '\n'));
		struct curl_slist *more;

		if (line.len == 0)
			continue;
		if (line.len >= sizeof(text))
			return false;
		memcpy(text, line.ptr, line.len);
		text[line.len] = '\0';
		more = curl_slist_append(flight->lines, text);
		if (more == NULL)
			return false;
		flight->lines = more;
	}
	return true;
}

static void flight_free(struct flight *flight)
{
	curl_slist_free_all(flight->lines);
	if (flight->easy != NULL)
		curl_easy_cleanup(flight->easy);
	buf_fini(&flight->headers);
	buf_fini(&flight->body);
	mem_free(flight);
}

static void call_failed(struct call *call, const char *error)
{
	call->status = 0;
	call->answer_headers = STR("");
	call->answer_body = STR("");
	call->error = error;
	call->done(call);
}

/* Curl wants NUL terminated texts; it copies them. */
static bool set_text(CURL *easy, CURLoption option, struct str text)
{
	char *copy = mem_alloc(text.len + 1);
	bool good;

	memcpy(copy, text.ptr, text.len);
	good = strlen(copy) == text.len && curl_easy_setopt(easy, option, copy) == CURLE_OK;
	mem_free(copy);
	return good;
}

/* First bits of IPv4 networks that are nobody's server on the public net. */
static const struct {
	uint32_t net;
	int bits;
} closed_nets[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8},
	{0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24},
	{0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3}};

static bool public_4(uint32_t address)
{
	for (size_t i = 0; i < sizeof(closed_nets) / sizeof(closed_nets[0]); i++)
		if ((address ^ closed_nets[i].net) >> (32 - closed_nets[i].bits) == 0)
			return false;
	return true;
}

static uint32_t number_4(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

bool caller_is_public(const struct sockaddr *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};
	const uint8_t *bytes;

	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;

		return public_4(ntohl(in->sin_addr.s_addr));
	}
	if (address->sa_family != AF_INET6)
		return false;
	bytes = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0 ||
		memcmp(bytes, translated, sizeof(translated)) == 0)
		return public_4(number_4(bytes + 12));
	/* 2000::/3 without the ways that carry an IPv4 address and the one for books */
	return bytes[0] >> 5 == 1 && number_4(bytes) != 0x20010db8 &&
	       number_4(bytes) != 0x20010000 && (bytes[0] != 0x20 || bytes[1] != 0x02);
}

/* The name was resolved: this is where it would go. */
static curl_socket_t open_public(void *user, curlsocktype purpose, struct curl_sockaddr *to)
{
	(void)user;
	if (purpose != CURLSOCKTYPE_IPCXN || !caller_is_public(&to->addr))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static bool flight_prepare(struct flight *flight)
{
	struct call *call = flight->call;
	CURL *easy = curl_easy_init();

	flight->easy = easy;
	if (easy == NULL || !set_text(easy, CURLOPT_URL, call->url) ||
		!set_text(easy, CURLOPT_CUSTOMREQUEST, call->method) ||
		!flight_headers(flight, call->headers))
		return false;
	if (!str_is(call->method, "GET")) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
		curl_easy_setopt(
			easy, CURLOPT_POSTFIELDS, call->body.len > 0 ? call->body.ptr : "");
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, flight->lines);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
		(long)(call->timeout_ms > 0 ? call->timeout_ms : DEFAULT_TIMEOUT_MS));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, flight);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
	if (call->guarded)
		curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
	return true;
}

static void caller_start(struct caller *caller, struct call *call)
{
	struct flight *flight = mem_alloc(sizeof(*flight));

	flight->call = call;
	buf_init(&flight->headers, NULL, CALLER_HEADERS_MAX);
	buf_init(&flight->body, NULL, CALLER_ANSWER_MAX);
	if (!flight_prepare(flight) ||
		curl_multi_add_handle(caller->multi, flight->easy) != CURLM_OK) {
		flight_free(flight);
		call_failed(call, "cannot be sent");
		return;
	}
	flight->next = caller->flights;
	caller->flights = flight;
	caller->flying++;
}

static void caller_finish(struct caller *caller, struct flight *flight, CURLcode code)
{
	struct flight **at = &caller->flights;
	struct call *call = flight->call;
	long status = 0;

	while (*at != flight)
		at = &(*at)->next;
	*at = flight->next;
	caller->flying--;
	curl_multi_remove_handle(caller->multi, flight->easy);
	if (code == CURLE_OK)
		curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 0) {
		call_failed(call, code == CURLE_OK ? "no answer" : curl_easy_strerror(code));
	} else {
		call->status = (int)status;
		call->answer_headers = buf_str(&flight->headers);
		call->answer_body = buf_str(&flight->body);
		call->error = "";
		call->done(call);
	}
	flight_free(flight);
}

static void caller_collect(struct caller *caller)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(caller->multi, &left)) != NULL) {
		struct flight *flight = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
		caller_finish(caller, flight, code);
	}
}

static void caller_take(struct caller *caller)
{
	while (caller->flying < caller->config.most) {
		size_t count;
		struct queue_node *node = queue_take(&caller->queue, 1, 0, &count);

		if (node == NULL)
			return;
		caller_start(caller, (struct call *)(void *)node);
	}
}

static int caller_nap_ms(const struct caller *caller)
{
	int64_t left_us;

	if (caller->config.tick == NULL)
		return NAP_MS;
	left_us = caller->tick_at_us - clock_ticks_us(&clock_system);
	if (left_us <= 0)
		return 0;
	return left_us > NAP_MS * US_PER_MS ? NAP_MS : (int)(left_us / US_PER_MS) + 1;
}

static void caller_tick(struct caller *caller)
{
	int64_t now_us = clock_ticks_us(&clock_system);

	if (caller->config.tick == NULL ||
		(!atomic_exchange(&caller->woken, false) && now_us < caller->tick_at_us))
		return;
	caller->tick_at_us = now_us + caller->config.tick_ms * US_PER_MS;
	caller->config.tick(caller->config.context);
}

static void *caller_main(void *arg)
{
	struct caller *caller = arg;
	int running;

	while (!atomic_load(&caller->stop)) {
		caller_tick(caller);
		caller_take(caller);
		curl_multi_perform(caller->multi, &running);
		caller_collect(caller);
		curl_multi_poll(caller->multi, NULL, 0, caller_nap_ms(caller), NULL);
	}
	return NULL;
}

int caller_new(const struct caller_config *config, struct caller **ret_caller)
{
	struct caller *caller = mem_alloc(sizeof(*caller));

	_Static_assert(offsetof(struct call, node) == 0, "a queue node is a call");
	caller->config = *config;
	if (caller->config.most == 0)
		caller->config.most = 1;
	caller->tick_at_us = clock_ticks_us(&clock_system) + config->tick_ms * US_PER_MS;
	queue_init(&caller->queue, QUEUE_MAX);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		caller->multi = curl_multi_init();
	if (caller->multi == NULL ||
		pthread_create(&caller->thread, NULL, caller_main, caller) != 0) {
		curl_multi_cleanup(caller->multi);
		queue_fini(&caller->queue);
		mem_free(caller);
		return FAULT(FAULT_IO, "cannot start the HTTP client");
	}
	*ret_caller = caller;
	return 0;
}

void caller_submit(struct caller *caller, struct call *call)
{
	if (!queue_push(&caller->queue, &call->node)) {
		call_failed(call, "full or shutting down");
		return;
	}
	curl_multi_wakeup(caller->multi);
}

void caller_wake(struct caller *caller)
{
	atomic_store(&caller->woken, true);
	curl_multi_wakeup(caller->multi);
}

void caller_stop(struct caller *caller)
{
	struct queue_node *node;
	size_t count;

	if (atomic_exchange(&caller->stop, true))
		return;
	curl_multi_wakeup(caller->multi);
	pthread_join(caller->thread, NULL);
	queue_close(&caller->queue);
	while (caller->flights != NULL)
		caller_finish(caller, caller->flights, CURLE_ABORTED_BY_CALLBACK);
	while ((node = queue_take(&caller->queue, 1, 0, &count)) != NULL)
		call_failed((struct call *)(void *)node, "shutting down");
}

void caller_free(struct caller *caller)
{
	if (caller == NULL)
		return;
	caller_stop(caller);
	curl_multi_cleanup(caller->multi);
	queue_fini(&caller->queue);
	mem_free(caller);
}
