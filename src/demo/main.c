/* main.c - leyden-demo: starts the platform, the payment sandbox and a row of piles on this
 * machine, makes one complete charge, shows the way around, and ends everything when the person
 * leaves. `./dev run` calls it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/arena.h"
#include "demo/call.h"
#include "demo/child.h"
#include "demo/play.h"

#define DEMO_LIMIT_A "250" /* of the site: less than its six piles could take */
#define END_WAIT_MS 10000
#define PATH_BYTES 512

struct demo {
	const char *bin, *data;
	bool once, color;
	uint16_t port, sandbox_port, pile_port, metrics_port;
	struct children children;
	struct play play;
};

static volatile bool stop;

static void on_signal(int number)
{
	(void)number;
	stop = true;
}

static int usage(void)
{
	fputs("usage: leyden-demo --bin DIR --data DIR [--port N] [--once]\n", stderr);
	return 2;
}

static bool parse(struct demo *demo, int argc, char **argv)
{
	demo->port = 8080;
	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;
		if (strcmp(argv[i], "--once") == 0)
			demo->once = true;
		else if (more && strcmp(argv[i], "--bin") == 0)
			demo->bin = argv[++i];
		else if (more && strcmp(argv[i], "--data") == 0)
			demo->data = argv[++i];
		else if (more && strcmp(argv[i], "--port") == 0)
			demo->port = (uint16_t)atoi(argv[++i]);
		else
			return false;
	}
	return demo->bin && demo->data && demo->port > 0;
}

static bool make_dir(const char *data, const char *below)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s%s%s", data, below[0] ? "/" : "", below);
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	fprintf(stderr, "cannot make %s: %s\n", path, strerror(errno));
	return false;
}

/* One demo per data folder: the second one says so instead of breaking the first. */
static bool take_lock(const char *data)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s/demo.lock", data);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	fprintf(stderr, "another demo is using %s; end it first\n", data);
	return false;
}

static bool choose_ports(struct demo *demo)
{
	uint16_t wish = demo->port;
	demo->port = port_free(wish);
	demo->metrics_port = port_free((uint16_t)(demo->port + 1));
	demo->sandbox_port = port_free((uint16_t)(demo->metrics_port + 1));
	demo->pile_port = port_free((uint16_t)(demo->sandbox_port + 1));
	if (!demo->port || !demo->metrics_port || !demo->sandbox_port || !demo->pile_port) {
		fprintf(stderr, "no free ports from %d on\n", wish);
		return false;
	}
	if (demo->port != wish)
		printf("    port %d is taken, using %d\n", wish, demo->port);
	snprintf(demo->play.server, sizeof demo->play.server, "http://localhost:%d", demo->port);
	snprintf(demo->play.piles, sizeof demo->play.piles, "http://localhost:%d", demo->pile_port);
	return true;
}

/* A program of ours with its arguments, ready for exec: `path` and `ret_argv` are the caller's. */
static void command_line(const struct demo *demo, const char *program, const char *const args[],
	char path[PATH_BYTES], const char *ret_argv[CHILD_ARGS_MAX])
{
	int count = 1;
	snprintf(path, PATH_BYTES, "%s/%s", demo->bin, program);
	ret_argv[0] = path;
	for (int i = 0; args[i] && count < CHILD_ARGS_MAX - 1; i++)
		ret_argv[count++] = args[i];
	ret_argv[count] = NULL;
}

/* Starts DIR/NAME/PROGRAM with the arguments given; false with the reason said. */
static bool start(
	struct demo *demo, const char *name, const char *program, const char *const args[])
{
	char path[PATH_BYTES], logs[PATH_BYTES];
	const char *argv[CHILD_ARGS_MAX];
	command_line(demo, program, args, path, argv);
	snprintf(logs, sizeof logs, "%s/logs", demo->data);
	if (child_start(&demo->children, name, logs, argv))
		return true;
	fprintf(stderr, "cannot start %s\n", path);
	return false;
}

static bool nap_or_dead(struct demo *demo, int ms)
{
	nap_ms(ms);
	struct child *dead = children_dead(&demo->children);
	if (dead)
		child_tell(dead);
	return dead != NULL;
}

/* Waits until a URL answers with 200. */
static bool wait_url(struct demo *demo, const char *url)
{
	struct arena arena;
	bool up = false;
	arena_init(&arena, 1024 * 1024);
	for (int i = 0; i < 600 && !up && !stop; i++) {
		up = call_get(&arena, url).status == 200;
		arena_reset(&arena);
		if (!up && nap_or_dead(demo, 50))
			break;
	}
	arena_fini(&arena);
	return up;
}

/* Runs a program to its end with our own output; its exit status. */
static int run(const struct demo *demo, const char *program, const char *const args[])
{
	char path[PATH_BYTES];
	const char *argv[CHILD_ARGS_MAX];
	int status = 0;
	command_line(demo, program, args, path, argv);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execv(path, (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static bool start_sandbox(struct demo *demo)
{
	char listen[32], url[96], keys[PATH_BYTES];
	snprintf(listen, sizeof listen, "127.0.0.1:%d", demo->sandbox_port);
	snprintf(keys, sizeof keys, "%s/sandbox", demo->data);
	const char *args[] = {"--listen", listen, "--keys", keys, NULL};
	snprintf(url, sizeof url, "http://127.0.0.1:%d/", demo->sandbox_port);
	return start(demo, "sandbox", "sandbox/leyden-sandbox", args) && wait_url(demo, url);
}

static bool start_server(struct demo *demo)
{
	char port[8], metrics[8], sandbox[96], key[PATH_BYTES], peer[PATH_BYTES], ready[96];
	snprintf(port, sizeof port, "%d", demo->port);
	snprintf(metrics, sizeof metrics, "%d", demo->metrics_port);
	snprintf(sandbox, sizeof sandbox, "http://localhost:%d", demo->sandbox_port);
	snprintf(key, sizeof key, "%s/sandbox/merchant.key", demo->data);
	snprintf(peer, sizeof peer, "%s/sandbox/channel.pub", demo->data);
	const char *args[] = {"serve", "--data", demo->data, "--port", port, "--metrics-port",
		metrics, "--sandbox-url", sandbox, "--sandbox-key-file", key,
		"--sandbox-peer-key-file", peer, "--public-url", demo->play.server, "--sample", "5",
		"--offline-credit", "5000", "--demo", "--demo-limit", DEMO_LIMIT_A, NULL};
	snprintf(ready, sizeof ready, "http://127.0.0.1:%d/readyz", demo->metrics_port);
	return start(demo, "leyden", "server/leyden", args) && wait_url(demo, ready);
}

static bool start_piles(struct demo *demo)
{
	char server[96], http[32], state[PATH_BYTES];
	snprintf(server, sizeof server, "ws://127.0.0.1:%d/ocpp", demo->port);
	snprintf(http, sizeof http, "127.0.0.1:%d", demo->pile_port);
	snprintf(state, sizeof state, "%s/piles", demo->data);
	/* two of each version, and nothing on the pages tells them apart */
	const char *args[] = {"--server", server, "--ocpp", "2.1,2.0.1,1.6", "--name", "A-{01..02}",
		"--ocpp", "2.0.1,1.6", "--name", "A-{03..04}", "--ocpp", "1.6", "--name",
		"A-{05..06}", "--data", state, "--http", http, "--speed", "20", "--amps", "160",
		"--autocharge", "--public", demo->play.server, NULL};
	return start(demo, "piles", "pile/leyden-pile", args) && play_ready(&demo->play, 30);
}

#define MEMBER_CAR "02000000A007" /* as the demo's rows have it */
#define CAR_PILE "A-02"
#define OFFLINE_PILE "A-06" /* plays the pile nobody has heard of for days */

static void say(const struct demo *demo, const char *text)
{
	printf("%s==>%s %s\n", demo->color ? "\033[1m" : "", demo->color ? "\033[0m" : "", text);
	fflush(stdout);
}

static void print_file(const char *data, const char *name)
{
	char path[PATH_BYTES], line[256];
	snprintf(path, sizeof path, "%s/%s", data, name);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		printf("      %s", line);
	if (file)
		fclose(file);
}

static void tour(const struct demo *demo)
{
	char url[160];
	snprintf(url, sizeof url, "%s/p/%s", demo->play.server, demo->play.pile);
	say(demo, "Leyden is running. A short tour:");
	printf("    A driver      %s\n"
	       "                  plug the car in first: %s/pile/%s (the pile's own display, with "
	       "its simulated car)\n"
	       "    The receipt   %s/o/%s\n"
	       "    An operator   %s/console\n",
		url, demo->play.piles, demo->play.pile, demo->play.server, demo->play.token,
		demo->play.server);
	printf("    A car alone   %s/pile/%s: give its simulated car the address " MEMBER_CAR
	       " and plug in;\n"
	       "                  it charges on Member 1's wallet, nobody touching anything\n",
		demo->play.piles, CAR_PILE);
	if (play_cut(&demo->play, OFFLINE_PILE))
		printf("    No network    %s/pile/%s has none: its screen shows a code; open what "
		       "it "
		       "says, take the\n"
		       "                  start code, and show it to the pile's camera (\"show\" "
		       "on "
		       "its strip)\n",
			demo->play.piles, OFFLINE_PILE);
	print_file(demo->data, "demo-login");
	printf("    The books     build/release/src/server/leyden verify --data %s\n"
	       "    Logs          %s/logs\n\n",
		demo->data, demo->data);
	play_qr(url, demo->color);
	printf("\n    Ctrl-C ends everything; the data stays for the next ./dev run.\n");
	fflush(stdout);
}

static bool begin(struct demo *demo)
{
	if (!make_dir(demo->data, "") || !make_dir(demo->data, "logs") || !take_lock(demo->data) ||
		!choose_ports(demo))
		return false;
	say(demo, "Starting the payment sandbox, the platform and six piles");
	return start_sandbox(demo) && start_server(demo) && start_piles(demo);
}

/* Remembers the order of the demo's charge, so that a second start need not make one. */
static void token_path(const struct demo *demo, char *ret_path, size_t size)
{
	snprintf(ret_path, size, "%s/demo-order", demo->data);
}

static bool load_token(struct demo *demo)
{
	char path[PATH_BYTES];
	token_path(demo, path, sizeof path);
	FILE *file = fopen(path, "r");
	bool found = file && fscanf(file, "%63s", demo->play.token) == 1;
	if (file)
		fclose(file);
	return found;
}

static void save_token(const struct demo *demo)
{
	char path[PATH_BYTES];
	token_path(demo, path, sizeof path);
	FILE *file = fopen(path, "w");
	if (file) {
		fprintf(file, "%s\n", demo->play.token);
		fclose(file);
	}
}

static int play_once(struct demo *demo)
{
	const char *args[] = {"verify", "--data", demo->data, NULL};
	bool receipt = play_receipt(&demo->play);
	printf("\n");
	say(demo, "Checking the books");
	int books = run(demo, "server/leyden", args);
	return receipt && books == 0 ? 0 : 1;
}

static int play(struct demo *demo)
{
	int result = 0;
	if (demo->once || !load_token(demo)) {
		say(demo, "One complete charge");
		if (!play_charge(&demo->play))
			return 1;
		save_token(demo);
	}
	if (demo->once)
		return play_once(demo);
	tour(demo);
	while (!stop && result == 0)
		result = nap_or_dead(demo, 200) ? 1 : 0;
	return result;
}

int main(int argc, char **argv)
{
	struct demo demo = {.play = {.pile = "A-01", .stop = &stop}};
	struct sigaction action = {.sa_handler = on_signal};
	int result = 1;
	if (!parse(&demo, argc, argv))
		return usage();
	demo.color = demo.play.color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	if (begin(&demo))
		result = play(&demo);
	if (!demo.once)
		printf("\n    ending ...\n");
	if (!children_end(&demo.children, END_WAIT_MS))
		result = 1;
	return stop && !demo.once ? 0 : result;
}
