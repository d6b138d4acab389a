/* kill.c - kill -9 of leyden-pile at random moments, against a small OCPP server in this process
 * that is no friend: it drops connections before answering. usage: pile_kill PROGRAM [KILLS]
 *
 * The car is plugged all the time and energy flows only inside transactions, so the meter tells
 * whether one was lost: each transaction begins at exactly the register where the one before ended.
 * No start may come twice with other content, no transaction may be stopped twice, and the order
 * start, samples, stop holds. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rng.h"
#include "net/net.h"
#include "wire/json.h"

#define PILES 3
#define KILLS_MOST 4 /* times the wanted ones */
#define CHARGES_MAX 512
#define TICK_MS 20
#define CHARGE_US (700 * US_PER_MS)

struct charge {
	int64_t id; /* the number we gave */
	int64_t start_wh, stop_wh, last_wh;
	char begun[40];
	bool stopped;
};
struct peer {
	struct conn *conn;
	bool accepted;
	int64_t act_us; /* next remote start or stop */
	struct charge charges[CHARGES_MAX];
	size_t charges_len;
	bool ready;      /* last status allows a start */
	int64_t running; /* number of the running transaction, 0 none */
};
static struct world {
	struct loop *loop;
	struct peer peers[PILES];
	struct rng rng;
	struct arena arena;
	const char *program;
	char data[64], control[96], url[64], names[16];
	pid_t pid;
	int pipe; /* the pile's standard input */
	int kills, wanted;
	int64_t kill_us, end_us, number;
	uint64_t messages, repeated, dropped;
	bool finishing;
} world;

static void must(bool good, const char *what, const char *frame)
{
	if (good)
		return;
	fprintf(stderr, "FAILED: %s\n%s\n", what, frame);
	kill(world.pid, SIGKILL);
	_exit(1);
}

static void spawn(void)
{
	int ends[2];

	must(pipe(ends) == 0, "pipe", "");
	world.pid = fork();
	if (world.pid == 0) {
		int quiet = open("/dev/null", O_WRONLY);
		dup2(ends[0], 0);
		dup2(quiet, 1);
		dup2(quiet, 2);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execl(world.program, world.program, "--server", world.url, "--name", world.names,
			"--data", world.data, "--speed", "50", "--stdin", (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	world.pipe = ends[1];
	for (int i = 1; i <= PILES; i++)
		dprintf(world.pipe, "{\"do\":\"plug\",\"pile\":\"K-%d\",\"soc\":0,\"kwh\":1000}\n",
			i);
}

static void end_child(int signal_number)
{
	int status;

	kill(world.pid, signal_number);
	must(waitpid(world.pid, &status, 0) == world.pid, "waitpid", "");
	close(world.pipe);
	if (signal_number == SIGTERM)
		must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "clean shutdown", "");
}

static int64_t number_at(struct str text, const char *path)
{
	int64_t value = INT64_MIN;

	(void)json_get_int(text, path, &world.arena, &value);
	return value;
}

static struct charge *charge_of(struct peer *peer, int64_t id)
{
	for (size_t i = 0; i < peer->charges_len; i++)
		if (peer->charges[i].id == id)
			return &peer->charges[i];
	return NULL;
}

static const char *on_start(struct peer *peer, struct str payload, const char *frame)
{
	struct charge *last = peer->charges_len ? &peer->charges[peer->charges_len - 1] : NULL;
	int64_t start_wh = number_at(payload, "meterStart");
	struct str begun = STR_NULL;

	must(json_get_str(payload, "timestamp", &world.arena, &begun), "start has a time", frame);
	if (last && last->start_wh == start_wh && str_is(begun, last->begun)) {
		world.repeated++; /* its answer was lost: the same number again */
	} else {
		must(!last || last->stopped, "a start before the stop of the one before", frame);
		must(!last || start_wh == last->stop_wh, "a gap in the meter: a charge was lost",
			frame);
		must(peer->charges_len < CHARGES_MAX, "room", frame);
		last = &peer->charges[peer->charges_len++];
		*last = (struct charge){
			.id = ++world.number, .start_wh = start_wh, .last_wh = start_wh};
		snprintf(last->begun, sizeof(last->begun), "%.*s", STR_FMT(begun));
	}
	peer->running = last->id;
	return str_dup_z(&world.arena,
		str_format(&world.arena,
			"{\"idTagInfo\":{\"status\":\"Accepted\"},\"transactionId\":%lld}",
			(long long)last->id));
}

static void on_meter(struct peer *peer, struct str payload, const char *frame)
{
	struct charge *charge = charge_of(peer, number_at(payload, "transactionId"));
	struct str value = STR_NULL;
	int64_t register_dwh = 0;

	must(charge, "samples of a known charge", frame);
	must(json_get_str(payload, "meterValue.0.sampledValue.0.value", &world.arena, &value) &&
			str_to_fixed(value, 1, false, &register_dwh),
		"a register", frame);
	must(!charge->stopped, "a sample after the stop", frame);
	must(register_dwh / 10 >= charge->last_wh, "a register that goes back", frame);
	charge->last_wh = register_dwh / 10;
}

static void on_stop(struct peer *peer, struct str payload, const char *frame)
{
	struct charge *charge = charge_of(peer, number_at(payload, "transactionId"));
	int64_t stop_wh = number_at(payload, "meterStop");

	must(charge, "a stop of a known charge", frame);
	if (charge->stopped) {
		must(stop_wh == charge->stop_wh, "a second stop with other content", frame);
		world.repeated++;
		return;
	}
	must(stop_wh >= charge->last_wh, "a stop below the last sample", frame);
	charge->stopped = true;
	charge->stop_wh = stop_wh;
	peer->running = 0;
}

static void on_status(struct peer *peer, struct str payload)
{
	struct str status = STR_NULL;

	if (number_at(payload, "connectorId") != 1 ||
		!json_get_str(payload, "status", &world.arena, &status))
		return;
	peer->ready = str_is(status, "Preparing") || str_is(status, "Finishing");
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	struct peer *peer = conn_user(conn);
	const char *frame, *answer = "{}";
	struct str id, action, payload;
	char now[40];
	struct buf reply;

	(void)context;
	arena_reset(&world.arena);
	frame = str_dup_z(&world.arena, text);
	if (number_at(text, "0") != 2)
		return;
	world.messages++;
	must(json_get_str(text, "1", &world.arena, &id), "a call's id", frame);
	must(json_get_str(text, "2", &world.arena, &action), "a call's action", frame);
	payload = json_get(text, "3", &world.arena);
	buf_init(&reply, &world.arena, 8192);
	time_write(&reply, clock_now_us(&clock_system), true);
	snprintf(now, sizeof(now), "%.*s", STR_FMT(buf_str(&reply)));
	buf_clear(&reply);
	if (str_is(action, "BootNotification")) {
		answer = str_dup_z(&world.arena,
			str_format(&world.arena,
				"{\"status\":\"Accepted\",\"currentTime\":\"%s\",\"interval\":60}",
				now));
		peer->accepted = true;
		peer->ready = false;
	} else if (str_is(action, "StartTransaction")) {
		answer = on_start(peer, payload, frame);
	} else if (str_is(action, "MeterValues")) {
		on_meter(peer, payload, frame);
	} else if (str_is(action, "StopTransaction")) {
		on_stop(peer, payload, frame);
	} else if (str_is(action, "StatusNotification")) {
		on_status(peer, payload);
	}
	if (!world.finishing && rng_below(&world.rng, 25) == 0) {
		world.dropped++; /* heard, but never answered */
		conn_drop(conn);
		return;
	}
	buf_format(&reply, "[3,\"%.*s\",%s]", STR_FMT(id), answer);
	ws_send(conn, buf_str(&reply));
}

static void on_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	struct peer *peer;

	(void)context, (void)body;
	must(head->path.len == strlen("/ocpp/K-1"), "the pile's name in the path", "");
	peer = &world.peers[head->path.ptr[head->path.len - 1] - '1'];
	must(ws_accept(conn, head, STR("ocpp1.6")), "a handshake", "");
	peer->conn = conn;
	peer->accepted = false;
	conn_set_user(conn, peer);
}

static void on_closed(void *context, struct conn *conn, int code)
{
	struct peer *peer = conn_user(conn);

	(void)context, (void)code;
	if (peer && peer->conn == conn) {
		peer->conn = NULL;
		peer->accepted = false;
	}
}

/* Starts what may start, stops what ran long enough; towards the end only stops. */
static void drive(struct peer *peer, int64_t now_us)
{
	char text[160];

	if (!peer->conn || !peer->accepted || now_us < peer->act_us)
		return;
	if (peer->running)
		snprintf(text, sizeof(text),
			"[2,\"s%lld\",\"RemoteStopTransaction\",{\"transactionId\":%lld}]",
			(long long)now_us, (long long)peer->running);
	else if (peer->ready && !world.finishing)
		snprintf(text, sizeof(text),
			"[2,\"r%lld\",\"RemoteStartTransaction\",{\"connectorId\":1,\"idTag\":"
			"\"T\"}]",
			(long long)now_us);
	else
		return;
	peer->act_us = now_us + CHARGE_US / 2 + (int64_t)rng_below(&world.rng, CHARGE_US);
	ws_send(peer->conn, str_from(text));
}

static bool all_told(void)
{
	for (int i = 0; i < PILES; i++)
		if (world.peers[i].running || !world.peers[i].accepted)
			return false;
	return true;
}

static uint64_t charges(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < PILES; i++)
		sum += world.peers[i].charges_len;
	return sum;
}

/* A slow machine gets fewer charges between two kills: it is killed more often instead. */
static bool killed_enough(void)
{
	return world.kills >= KILLS_MOST * world.wanted ||
	       (world.kills >= world.wanted && charges() >= (uint64_t)world.wanted);
}

static void on_tick(void *arg)
{
	int64_t now_us = clock_ticks_us(&clock_system);

	(void)arg;
	for (int i = 0; i < PILES; i++)
		drive(&world.peers[i], now_us);
	if (!world.finishing && now_us >= world.kill_us) {
		end_child(SIGKILL);
		world.kills++;
		spawn();
		world.kill_us =
			now_us + 300 * US_PER_MS + (int64_t)rng_below(&world.rng, 2500 * US_PER_MS);
		world.finishing = killed_enough();
		world.end_us = now_us + 60 * US_PER_S;
	}
	if (!world.finishing)
		return;
	must(now_us < world.end_us, "everything was told in the end", "");
	if (all_told() && now_us > world.kill_us + 8 * US_PER_S)
		loop_stop(world.loop);
}

static void clean(void)
{
	char path[160];
	static const char *const files[] = {"journal", "world", ""};

	for (int i = 1; i <= PILES; i++)
		for (int f = 0; f < 3; f++) {
			snprintf(path, sizeof(path), "%s/K-%d/%s", world.data, i, files[f]);
			remove(path);
		}
	rmdir(world.data);
}

int main(int argc, char **argv)
{
	struct listen_config config = {.address = STR("127.0.0.1"),
		.handler = {.request = on_request, .message = on_message, .closed = on_closed}};
	uint64_t seed = (uint64_t)clock_now_us(&clock_system);
	uint16_t port;

	if (argc < 2)
		return 2;
	world.program = argv[1];
	world.wanted = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 30;
	signal(SIGPIPE, SIG_IGN);
	log_setup(LOG_LEVEL_ERROR, false);
	rng_init_seeded(&world.rng, seed);
	arena_init(&world.arena, 1 << 20);
	world.loop = loop_new();
	must(loop_listen(world.loop, &config, &port) == 0, "listen", fault_text());
	snprintf(world.data, sizeof(world.data), "/tmp/leyden-kill-%d", getpid());
	snprintf(world.url, sizeof(world.url), "ws://127.0.0.1:%u/ocpp", port);
	snprintf(world.names, sizeof(world.names), "K-{1..%d}", PILES);
	spawn();
	world.kill_us = clock_ticks_us(&clock_system) + US_PER_S;
	must(loop_every(world.loop, TICK_MS, on_tick, NULL) == 0, "timer", "");
	must(loop_run(world.loop) == 0, "loop", fault_text());
	end_child(SIGTERM);
	printf("seed %llu: %d kills, %llu charges, %llu messages, %llu repeated, %llu dropped\n",
		(unsigned long long)seed, world.kills, (unsigned long long)charges(),
		(unsigned long long)world.messages, (unsigned long long)world.repeated,
		(unsigned long long)world.dropped);
	must(charges() >= (uint64_t)world.wanted, "enough charges to prove something", "");
	loop_free(world.loop);
	arena_fini(&world.arena);
	clean();
	return 0;
}
