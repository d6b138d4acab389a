/* main.c - the command line of `leyden`: finds the command, gathers the settings, hands over. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "server/command.h"
#include "server/config.h"
#include "server/server.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAIN_ARENA (64 * 1024 * 1024)
#define ERRORS_BYTES (16 * 1024)
#define TEXT_BYTES (64 * 1024)

static int command_serve(struct command *command);
static int command_config(struct command *command);
static int command_version(struct command *command);
static int command_help(struct command *command);

struct command_row {
	const char *name;
	int (*run)(struct command *command);
	const char *help;
};
static const struct command_row commands[] = {
	{"serve", command_serve, "run the platform"},
	{"check", command_check, "look over settings, certificate and database"},
	{"config", command_config,
		"sample | show | manual: the settings file, the settings in force, their manual"},
	{"ca", command_ca,
		"init | issue CODE | sign CODE FILE | server HOSTS | revoke NUMBER|SERIAL | list | "
		"export root|device|chain | crl"},
	{"user", command_user,
		"add LOGIN | password LOGIN | list: people who sign in (password from standard "
		"input)"},
	{"pile", command_pile,
		"add CODE | approve CODE | list | refused: the last refused handshakes, whosever"},
	{"offline", command_offline, "keys | rotate: what signs codes for piles without network"},
	{"order", command_order, "show ID|TOKEN"},
	{"verify", command_verify,
		"recompute the books and every rule about money; exit code 4 when one is broken"},
	{"verify-meter", command_verify_meter,
		"FILE [KEY]: check signed meter readings (lines or XML); exit code 4 when one is "
		"forged"},
	{"version", command_version, "the version"},
	{"help", command_help, "this text"},
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* --- small ones --- */

static void put_out(const struct buf *buf)
{
	fwrite(buf->ptr, 1, buf->len, stdout);
}

static int command_version(struct command *command)
{
	(void)command;
	printf("leyden %s\n", LEYDEN_VERSION);
	return EXIT_OK;
}

static int command_help(struct command *command)
{
	struct buf out;

	printf("leyden - an EV charging network and the money in it\n\n"
	       "usage: leyden COMMAND [--config FILE] [--SETTING VALUE ...] [--json]\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-12s %s\n", commands[i].name, commands[i].help);
	printf("\nSettings (flag, then LEYDEN_NAME in the environment, then the file, then the "
	       "default in []):\n");
	buf_init(&out, command->arena, TEXT_BYTES);
	config_help(&out);
	put_out(&out);
	printf("\nExit codes: 0 done, 1 failed, 2 wrong use or settings, 3 not there (or there "
	       "already), "
	       "4 the books are broken.\nSignals of serve: TERM and INT stop, HUP reads the "
	       "certificate again.\n");
	return EXIT_OK;
}

static int command_config(struct command *command)
{
	struct buf out;

	buf_init(&out, command->arena, TEXT_BYTES);
	if (str_is(command->words[0], "sample"))
		config_sample(&out);
	else if (str_is(command->words[0], "manual"))
		config_manual(&out);
	else if (str_is(command->words[0], "show"))
		config_show(command->config, &out);
	else {
		fputs("usage: leyden config sample | show | manual\n", stderr);
		return EXIT_USAGE;
	}
	put_out(&out);
	return EXIT_OK;
}

/* --- serve --- */

/* Tells a service manager that asked for it how it stands (sd_notify's datagram). */
static void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
		strlen(path) >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, strlen(path));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, len);
	close(fd);
}

struct watch {
	struct server *server;
	sigset_t signals;
	pthread_t thread;
};

static void *watch_signals(void *arg)
{
	struct watch *watch = arg;
	int signal;

	while (sigwait(&watch->signals, &signal) == 0) {
		if (signal == SIGUSR2)
			return NULL; /* the server has ended */
		if (signal != SIGHUP) {
			LOG_INFO("stopping", "signal=%d", signal);
			notify("STOPPING=1");
			server_stop(watch->server);
		} else if (server_reload(watch->server) < 0) {
			LOG_ERROR("certificate not reloaded", "reason=\"%s\"", fault_text());
		} else {
			LOG_INFO("certificate reloaded", "signal=%d", signal);
		}
	}
	return NULL;
}

static int command_serve(struct command *command)
{
	struct watch watch;

	/* Before any thread starts: all of them leave the signals to the one that waits for them.
	 */
	sigemptyset(&watch.signals);
	sigaddset(&watch.signals, SIGTERM);
	sigaddset(&watch.signals, SIGINT);
	sigaddset(&watch.signals, SIGHUP);
	sigaddset(&watch.signals, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &watch.signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (server_new(command->config, &watch.server) < 0) {
		fprintf(stderr, "leyden: %s\n", fault_text());
		return EXIT_FAILED;
	}
	if (pthread_create(&watch.thread, NULL, watch_signals, &watch) != 0) {
		server_free(watch.server);
		fprintf(stderr, "leyden: no thread for signals\n");
		return EXIT_FAILED;
	}
	notify("READY=1");
	server_run(watch.server);
	pthread_kill(watch.thread, SIGUSR2);
	pthread_join(watch.thread, NULL);
	server_free(watch.server);
	return EXIT_OK;
}

/* --- settings from everywhere --- */

struct flag {
	struct str name, value;
	bool has_value;
};

/* "--name=value" or "--name"; false when the argument is no flag. */
static bool read_flag(const char *argument, struct flag *ret)
{
	struct str text = str_from(argument);
	ptrdiff_t at;

	if (!str_starts(text, STR("--")) || text.len == 2)
		return false;
	text = str_slice(text, 2, text.len);
	at = str_find(text, '=');
	ret->has_value = at >= 0;
	ret->name = at >= 0 ? str_slice(text, 0, (size_t)at) : text;
	ret->value = at >= 0 ? str_slice(text, (size_t)at + 1, text.len) : STR_NULL;
	return true;
}

static struct str *own_flag(struct command *command, struct str name, struct str *config_file)
{
	if (str_is(name, "config"))
		return config_file;
	if (str_is(name, "name"))
		return &command->name;
	if (str_is(name, "role"))
		return &command->role;
	return str_is(name, "site") ? &command->site : NULL;
}

/* Sorts the arguments into words, own flags and (second pass) settings. */
static int read_arguments(struct command *command, int argc, char **argv, bool settings,
	struct str *config_file, struct buf *errors)
{
	int outcome = 0;

	for (int i = 2; i < argc; i++) {
		struct str *own;
		struct flag flag;

		if (!read_flag(argv[i], &flag)) {
			if (!settings && command->words_len < COMMAND_WORDS)
				command->words[command->words_len++] = str_from(argv[i]);
			continue;
		}
		if (str_is(flag.name, "json") && !flag.has_value) {
			command->json = true;
			continue;
		}
		if (!flag.has_value && config_is_switch(flag.name)) {
			flag.value = STR("yes");
		} else if (!flag.has_value) {
			if (i + 1 >= argc) {
				buf_format(
					errors, "flag: --%.*s wants a value\n", STR_FMT(flag.name));
				return CONFIG_E_BAD;
			}
			flag.value = str_from(argv[++i]);
		}
		own = own_flag(command, flag.name, config_file);
		if (own != NULL)
			*own = flag.value;
		else if (settings &&
			 config_set(command->config, flag.name, flag.value, "flag", errors) != 0)
			outcome = CONFIG_E_BAD;
	}
	return outcome;
}

static int gather(struct command *command, int argc, char **argv, struct buf *errors)
{
	extern char **environ;
	struct str file = str_from(getenv("LEYDEN_CONFIG")), text;
	int outcome;

	config_init(command->config, command->arena);
	outcome = read_arguments(command, argc, argv, false, &file, errors);
	if (outcome == 0 && file.len > 0) {
		if (server_read_file(file, command->arena, &text) < 0) {
			buf_format(errors, "%s\n", fault_text());
			return CONFIG_E_BAD;
		}
		outcome =
			config_read(command->config, text, str_dup_z(command->arena, file), errors);
	}
	if (outcome == 0)
		outcome = config_environment(command->config, environ, errors);
	if (outcome == 0)
		outcome = read_arguments(command, argc, argv, true, &file, errors);
	if (outcome == 0)
		outcome = config_finish(command->config, errors);
	return outcome;
}

static const struct command_row *find_command(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	fprintf(stderr, "leyden: no command \"%s\"; `leyden help` lists them\n", name);
	return NULL;
}

static int run_command(
	struct command *command, const struct command_row *row, int argc, char **argv)
{
	struct buf errors;

	buf_init(&errors, command->arena, ERRORS_BYTES);
	if (gather(command, argc, argv, &errors) != 0) {
		fwrite(errors.ptr, 1, errors.len, stderr);
		return EXIT_USAGE;
	}
	log_setup((enum log_level)command->config->log_level, command->config->log_json);
	return row->run(command);
}

int main(int argc, char **argv)
{
	const struct command_row *row = find_command(argc, argv);
	struct config config;
	struct arena arena;
	struct command command = {.config = &config, .arena = &arena};
	int code;

	if (row == NULL)
		return EXIT_USAGE;
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			row = &commands[COMMANDS - 1];
	arena_init(&arena, MAIN_ARENA);
	if (row->run == command_help) {
		config_init(&config, &arena);
		code = command_help(&command);
	} else {
		code = run_command(&command, row, argc, argv);
	}
	arena_fini(&arena);
	if (fflush(stdout) != 0)
		code = EXIT_FAILED;
	return code;
}
