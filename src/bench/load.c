/* load.c - the load maker's loop: connect, upgrade, boot, then calls in closed or open loop with
 * their latencies. */
#include "bench/load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include "base/arena.h"

#define FRAME_MAX 4096
#define LATENCIES_MAX 5000000
#define MAX_EVENTS 256

enum pile_phase { PHASE_UPGRADE, PHASE_BOOT, PHASE_READY, PHASE_WAITING, PHASE_DEAD };
struct bench_pile {
	int fd;
	SSL *ssl;
	enum pile_phase phase;
	struct words_state talk;
	int in_len;
	uint64_t sent_ns;
	bool active;
	char *in; /* FRAME_MAX bytes, only while something is coming in */
};
struct load {
	const struct load_config *config;
	struct load_result *result;
	struct bench_pile *piles;
	SSL_CTX *ssl;
	int epoll;
	int ready, booted;
	bool measuring;
	uint32_t *latencies; /* microseconds */
	size_t latencies_len;
	char spare[FRAME_MAX];
};

static uint64_t now_ns(void)
{
	struct timespec at;
	clock_gettime(CLOCK_MONOTONIC, &at);
	return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static double seconds_since(uint64_t from_ns)
{
	return (double)(now_ns() - from_ns) / 1e9;
}

/* --- the server seen from outside: CPU and memory from /proc --- */

static double process_cpu_s(int pid)
{
	char path[64], text[1024];
	unsigned long user = 0, system = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = pid ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	size_t len = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[len] = '\0';
	const char *after = strrchr(text, ')');
	if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			      &user, &system) != 2)
		return 0;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double process_rss_kb(int pid)
{
	char path[64];
	long size = 0, resident = 0;
	snprintf(path, sizeof path, "/proc/%d/statm", pid);
	FILE *file = pid ? fopen(path, "r") : NULL;
	if (!file)
		return 0;
	if (fscanf(file, "%ld %ld", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* --- bytes --- */

static ssize_t pile_write(struct bench_pile *pile, const char *bytes, size_t len)
{
	if (pile->ssl)
		return SSL_write(pile->ssl, bytes, (int)len);
	return send(pile->fd, bytes, len, MSG_NOSIGNAL);
}

/* > 0 bytes, 0 nothing now, -1 gone */
static ssize_t pile_read(struct bench_pile *pile, char *bytes, size_t size)
{
	ssize_t got;
	if (pile->ssl) {
		got = SSL_read(pile->ssl, bytes, (int)size);
		if (got > 0)
			return got;
		return SSL_get_error(pile->ssl, (int)got) == SSL_ERROR_WANT_READ ? 0 : -1;
	}
	got = recv(pile->fd, bytes, size, MSG_DONTWAIT);
	if (got > 0)
		return got;
	return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}

/* A masked text frame; the mask is zero, which is legal and costs nothing. */
static void pile_send(struct bench_pile *pile, const char *text, size_t len)
{
	char frame[FRAME_MAX + 16];
	size_t head = 2;
	frame[0] = (char)0x81;
	if (len < 126) {
		frame[1] = (char)(0x80 | len);
	} else {
		frame[1] = (char)(0x80 | 126);
		frame[2] = (char)(len >> 8);
		frame[3] = (char)(len & 0xFF);
		head = 4;
	}
	memset(frame + head, 0, 4);
	memcpy(frame + head + 4, text, len);
	pile->sent_ns = now_ns();
	if (pile_write(pile, frame, head + 4 + len) != (ssize_t)(head + 4 + len))
		pile->phase = PHASE_DEAD;
}

static void send_boot(struct load *load, struct bench_pile *pile)
{
	char text[512];
	int len = load->config->words->boot(&pile->talk, text, sizeof text);
	pile_send(pile, text, (size_t)len);
}

static int call_text(struct load *load, struct bench_pile *pile, char *text, size_t size)
{
	struct words_state *talk = &pile->talk;
	talk->serial++;
	if (load->config->mode == LOAD_HEARTBEAT || load->config->mode == LOAD_IDLE)
		return words_heartbeat(talk, text, size);
	if (load->config->mode == LOAD_METER || (talk->step > 0 && talk->step < WORDS_STEPS - 1))
		talk->meter_wh += 7;
	if (load->config->mode == LOAD_METER)
		return load->config->words->meter(talk, text, size);
	talk->charge += talk->step == 0;
	return load->config->words->charge(talk, text, size);
}

static void send_call(struct load *load, struct bench_pile *pile)
{
	char text[1024];
	int len = call_text(load, pile, text, sizeof text);
	pile->phase = PHASE_WAITING;
	pile_send(pile, text, (size_t)len);
}

static void note_answer(struct load *load, struct bench_pile *pile, const char *text)
{
	bool error = text[1] == '4';
	if (load->config->mode == LOAD_CHARGE) {
		struct words_state *talk = &pile->talk;
		const char *found = talk->step == 0 ? strstr(text, "\"transactionId\":") : NULL;
		if (found)
			talk->transaction = atoll(found + 16);
		if (talk->step == 0 && !strstr(text, "\"Accepted\""))
			error = true;
		load->result->charges += talk->step == WORDS_STEPS - 1 && load->measuring;
		talk->step = (talk->step + 1) % WORDS_STEPS;
	}
	pile->phase = PHASE_READY;
	if (!load->measuring)
		return;
	load->result->calls++;
	load->result->errors += error;
	if (load->latencies_len < LATENCIES_MAX)
		load->latencies[load->latencies_len++] =
			(uint32_t)((now_ns() - pile->sent_ns) / 1000);
}

/* Calls of the server are answered so that nothing waits for us. */
static void answer_call(struct bench_pile *pile, const char *text)
{
	char reply[256];
	const char *id = strchr(text, '"');
	const char *end = id ? strchr(id + 1, '"') : NULL;
	if (!end)
		return;
	uint64_t keep = pile->sent_ns;
	int len = snprintf(
		reply, sizeof reply, "[3,%.*s,{\"status\":\"Accepted\"}]", (int)(end - id + 1), id);
	pile_send(pile, reply, (size_t)len);
	pile->sent_ns = keep;
}

static void take_text(struct load *load, struct bench_pile *pile, char *text)
{
	if (text[0] != '[')
		return;
	if (text[1] == '2') {
		answer_call(pile, text);
		return;
	}
	if (pile->phase == PHASE_BOOT) {
		pile->phase = PHASE_READY;
		load->booted++;
		return;
	}
	if (pile->phase != PHASE_WAITING)
		return;
	note_answer(load, pile, text);
	if (pile->active && load->config->rate <= 0 && load->measuring)
		send_call(load, pile);
}

/* Takes whole frames off the front of the buffer; pings are answered, a close ends the pile. */
static int take_frames(struct load *load, struct bench_pile *pile, char *bytes, int len)
{
	int at = 0;
	while (len - at >= 2) {
		int opcode = bytes[at] & 0x0F, head = 2;
		int size = bytes[at + 1] & 0x7F;
		if (size == 126) {
			if (len - at < 4)
				break;
			size = ((unsigned char)bytes[at + 2] << 8) | (unsigned char)bytes[at + 3];
			head = 4;
		}
		if (size > FRAME_MAX - 16 || len - at < head + size)
			break;
		char saved = bytes[at + head + size];
		bytes[at + head + size] = '\0';
		if (opcode == 1)
			take_text(load, pile, bytes + at + head);
		else if (opcode == 8)
			pile->phase = PHASE_DEAD;
		else if (opcode == 9)
			pile_write(pile, "\x8a\x80\0\0\0\0", 6);
		bytes[at + head + size] = saved;
		at += head + size;
	}
	return at;
}

static void pile_dead(struct load *load, struct bench_pile *pile)
{
	pile->phase = PHASE_DEAD;
	load->result->dropped++;
	epoll_ctl(load->epoll, EPOLL_CTL_DEL, pile->fd, NULL);
}

static void upgraded(struct load *load, struct bench_pile *pile)
{
	load->ready++;
	pile->phase = PHASE_READY;
	if (load->config->boot) {
		pile->phase = PHASE_BOOT;
		send_boot(load, pile);
	}
}

/* One readable pile: bytes into its buffer (a shared one when nothing is left over), frames out of
 * it. */
static void pile_readable(struct load *load, struct bench_pile *pile)
{
	char *bytes = pile->in ? pile->in : load->spare;
	ssize_t got = pile_read(pile, bytes + pile->in_len, (size_t)(FRAME_MAX - 1 - pile->in_len));
	if (got == 0)
		return;
	if (got < 0) {
		pile_dead(load, pile);
		return;
	}
	int len = pile->in_len + (int)got, used = 0;
	bytes[len] = '\0';
	if (pile->phase == PHASE_UPGRADE) {
		char *end = strstr(bytes, "\r\n\r\n");
		if (end && strncmp(bytes, "HTTP/1.1 101", 12) != 0) {
			pile_dead(load, pile);
			return;
		}
		if (end) {
			used = (int)(end + 4 - bytes);
			upgraded(load, pile);
		}
	}
	if (pile->phase != PHASE_UPGRADE)
		used += take_frames(load, pile, bytes + used, len - used);
	pile->in_len = len - used;
	if (pile->in_len > 0) {
		if (!pile->in)
			pile->in = mem_alloc(FRAME_MAX);
		memmove(pile->in, bytes + used, (size_t)pile->in_len);
	} else if (pile->in) {
		mem_free(pile->in);
		pile->in = NULL;
	}
	if (pile->phase == PHASE_DEAD)
		pile_dead(load, pile);
	else if (pile->ssl && SSL_pending(pile->ssl) > 0)
		pile_readable(load, pile);
}

static bool pile_connect(struct load *load, struct bench_pile *pile)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load->config->port)};
	struct sockaddr_in from = {.sin_family = AF_INET};
	char request[512];
	int one = 1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* a source address holds about 28,000 ports: spread over some */
	from.sin_addr.s_addr =
		htonl(INADDR_LOOPBACK + 256u * (unsigned)(1 + pile->talk.number % 8));
	pile->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (pile->fd < 0)
		return false;
	setsockopt(pile->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
	setsockopt(pile->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (bind(pile->fd, (struct sockaddr *)&from, sizeof from) != 0 ||
		connect(pile->fd, (struct sockaddr *)&to, sizeof to) != 0)
		return false;
	if (load->ssl) {
		pile->ssl = SSL_new(load->ssl);
		SSL_set_fd(pile->ssl, pile->fd);
		if (SSL_connect(pile->ssl) != 1)
			return false;
	}
	fcntl(pile->fd, F_SETFL, fcntl(pile->fd, F_GETFL) | O_NONBLOCK);
	int len = snprintf(request, sizeof request,
		"GET /ocpp/%s%05d HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: "
		"Upgrade\r\n"
		"Sec-WebSocket-Key: bGV5ZGVuLWJlbmNoLWtleQ==\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Protocol: %s\r\n\r\n",
		load->config->prefix, pile->talk.number, load->config->words->protocol);
	pile->phase = PHASE_UPGRADE;
	if (pile_write(pile, request, (size_t)len) != len)
		return false;
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = pile};
	return epoll_ctl(load->epoll, EPOLL_CTL_ADD, pile->fd, &event) == 0;
}

static void poll_once(struct load *load, int wait_ms)
{
	struct epoll_event events[MAX_EVENTS];
	int count = epoll_wait(load->epoll, events, MAX_EVENTS, wait_ms);
	for (int i = 0; i < count; i++)
		pile_readable(load, events[i].data.ptr);
}

/* All connections, a bounded number of handshakes under way at a time. */
static int connect_all(struct load *load)
{
	int failed = 0;
	uint64_t from = now_ns();
	for (int i = 0; i < load->config->piles; i++) {
		struct bench_pile *pile = &load->piles[i];
		pile->talk = (struct words_state){
			.prefix = load->config->prefix, .number = i + 1, .meter_wh = 1000};
		pile->active = i < load->config->active;
		if (!pile_connect(load, pile)) {
			pile->phase = PHASE_DEAD;
			failed++;
		}
		while (i + 1 - failed - load->ready - load->result->dropped > 256 &&
			seconds_since(from) < 120)
			poll_once(load, 10);
	}
	while (load->ready + failed + load->result->dropped < load->config->piles &&
		seconds_since(from) < 120)
		poll_once(load, 10);
	load->result->connect_s = seconds_since(from);
	while (load->config->boot &&
		load->booted + failed + load->result->dropped < load->config->piles &&
		seconds_since(from) < 120)
		poll_once(load, 10);
	load->result->boot_s = seconds_since(from);
	return failed;
}

/* One flap: a fresh connection of a name nobody else uses, closed at once. */
static void flap(struct load *load)
{
	struct bench_pile pile = {.talk = {.prefix = load->config->prefix,
					  .number = 90000 + (int)(load->result->flaps %
								    (uint64_t)load->config->flap)}};
	if (pile_connect(load, &pile))
		epoll_ctl(load->epoll, EPOLL_CTL_DEL, pile.fd, NULL);
	SSL_free(pile.ssl);
	if (pile.fd >= 0)
		close(pile.fd);
	load->result->flaps++;
}

/* Open loop: a call is due every 1/rate seconds whatever the answers do; a pile still waiting
 * passes its turn on. */
static void open_loop(struct load *load, uint64_t from, double seconds)
{
	uint64_t sent = 0;
	int next = 0;
	while (seconds_since(from) < seconds) {
		uint64_t due = (uint64_t)(seconds_since(from) * load->config->rate);
		while (sent < due) {
			struct bench_pile *pile = NULL;
			for (int tries = 0; tries < load->config->active && !pile; tries++) {
				struct bench_pile *one =
					&load->piles[next++ % load->config->active];
				pile = one->phase == PHASE_READY ? one : NULL;
			}
			if (!pile)
				break;
			send_call(load, pile);
			sent++;
		}
		if (load->config->flap > 0)
			flap(load);
		poll_once(load, 1);
	}
}

static void closed_loop(struct load *load, uint64_t from, double seconds)
{
	for (int i = 0; i < load->config->active; i++) {
		if (load->piles[i].phase == PHASE_READY)
			send_call(load, &load->piles[i]);
	}
	while (seconds_since(from) < seconds) {
		if (load->config->flap > 0)
			flap(load);
		poll_once(load, load->config->flap > 0 ? 1 : 50);
	}
}

static void run_loop(struct load *load, double seconds)
{
	load->measuring = true;
	if (load->config->rate > 0)
		open_loop(load, now_ns(), seconds);
	else
		closed_loop(load, now_ns(), seconds);
	load->measuring = false;
	uint64_t from = now_ns(); /* let what is under way come in */
	while (seconds_since(from) < 0.3)
		poll_once(load, 20);
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return left < right ? -1 : left > right;
}

static void sum_up(struct load *load)
{
	struct load_result *result = load->result;
	size_t count = load->latencies_len;
	if (count == 0)
		return;
	qsort(load->latencies, count, sizeof *load->latencies, by_value);
	result->p50_ms = load->latencies[count / 2] / 1e3;
	result->p99_ms = load->latencies[(size_t)((double)(count - 1) * 0.99)] / 1e3;
	result->max_ms = load->latencies[count - 1] / 1e3;
}

static void measure(struct load *load)
{
	const struct load_config *config = load->config;
	if (config->mode == LOAD_IDLE)
		return;
	run_loop(load, config->warm_s);
	load->result->calls = load->result->errors = load->result->charges = 0;
	load->latencies_len = 0;
	double cpu = process_cpu_s(config->pid);
	uint64_t from = now_ns();
	run_loop(load, config->seconds);
	load->result->seconds = seconds_since(from) - 0.3;
	if (load->result->calls > 0)
		load->result->server_cpu_us =
			(process_cpu_s(config->pid) - cpu) * 1e6 / (double)load->result->calls;
	sum_up(load);
}

int load_run(const struct load_config *config, struct load_result *ret_result)
{
	struct load load = {.config = config, .result = ret_result};
	struct rlimit files = {0};
	memset(ret_result, 0, sizeof *ret_result);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	load.piles = mem_alloc((size_t)config->piles * sizeof *load.piles);
	load.latencies = mem_alloc(LATENCIES_MAX * sizeof *load.latencies);
	load.epoll = epoll_create1(0);
	if (config->tls)
		load.ssl = SSL_CTX_new(TLS_client_method());
	if (load.ssl)
		SSL_CTX_set_mode(load.ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
	ret_result->rss_start_kb = process_rss_kb(config->pid);
	int failed = connect_all(&load);
	ret_result->rss_idle_kb = process_rss_kb(config->pid);
	measure(&load);
	ret_result->rss_end_kb = process_rss_kb(config->pid);
	uint64_t from = now_ns();
	while (seconds_since(from) < config->hold_s)
		poll_once(&load, 50);
	for (int i = 0; i < config->piles; i++) {
		SSL_free(load.piles[i].ssl);
		mem_free(load.piles[i].in);
		if (load.piles[i].fd > 0)
			close(load.piles[i].fd);
	}
	SSL_CTX_free(load.ssl);
	close(load.epoll);
	mem_free(load.latencies);
	mem_free(load.piles);
	return failed;
}

void load_print(const struct load_config *config, const struct load_result *result)
{
	double rate = result->seconds > 0 ? (double)result->calls / result->seconds : 0;
	printf("{\"piles\":%d,\"active\":%d,\"calls\":%llu,\"errors\":%llu,\"charges\":%llu,"
	       "\"calls_per_s\":%.0f,"
	       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"server_cpu_us\":%.2f,\"connect_"
	       "s\":%.2f,"
	       "\"boot_s\":%.2f,\"rss_start_kb\":%.0f,\"rss_idle_kb\":%.0f,\"rss_end_kb\":%.0f,"
	       "\"dropped\":%d,"
	       "\"flaps\":%llu}\n",
		config->piles, config->active, (unsigned long long)result->calls,
		(unsigned long long)result->errors, (unsigned long long)result->charges, rate,
		result->p50_ms, result->p99_ms, result->max_ms, result->server_cpu_us,
		result->connect_s, result->boot_s, result->rss_start_kb, result->rss_idle_kb,
		result->rss_end_kb, result->dropped, (unsigned long long)result->flaps);
	fflush(stdout);
}
