/* main.c - leyden-bench: the measuring program. `bench/run` calls it and says how to read what it
 * prints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench/fill.h"
#include "bench/load.h"
#include "bench/replay.h"
#include "bench/storm.h"

static int usage(void)
{
	fputs("usage: leyden-bench load --port N [--piles N] [--active K] [--mode "
	      "idle|heartbeat|meter|charge]\n"
	      "           [--seconds S] [--warm S] [--rate CALLS_PER_S] [--tls] [--no-boot] "
	      "[--prefix P] [--pid SERVER]\n"
	      "           [--hold S] [--flap N] [--ocpp 1.6|2.0.1]\n"
	      "       prints one line of JSON: calls per second, latencies, the server's CPU per "
	      "call and memory\n"
	      "       leyden-bench storm --port N [--piles N] [--tls] [--prefix P] [--ocpp "
	      "1.6|2.0.1] "
	      "[--limit S]\n"
	      "       leyden-bench fill --db FILE [--cards N] [--orders N] [--prefix P]\n"
	      "       leyden-bench replay --dir DATA --records DIR [--batch N] [--seconds S]\n",
		stderr);
	return 2;
}

static const struct {
	const char *name;
	enum load_mode mode;
} modes[] = {
	{"idle", LOAD_IDLE},
	{"heartbeat", LOAD_HEARTBEAT},
	{"meter", LOAD_METER},
	{"charge", LOAD_CHARGE},
};

static bool mode_parse(const char *name, enum load_mode *ret_mode)
{
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		if (strcmp(modes[i].name, name) == 0) {
			*ret_mode = modes[i].mode;
			return true;
		}
	}
	return false;
}

/* Options with a value; false when the name is unknown or the value is missing or bad. */
static bool option(struct load_config *config, const char *name, const char *value)
{
	if (!value)
		return false;
	if (strcmp(name, "--port") == 0)
		config->port = (uint16_t)atoi(value);
	else if (strcmp(name, "--piles") == 0)
		config->piles = atoi(value);
	else if (strcmp(name, "--active") == 0)
		config->active = atoi(value);
	else if (strcmp(name, "--mode") == 0)
		return mode_parse(value, &config->mode);
	else if (strcmp(name, "--seconds") == 0)
		config->seconds = atof(value);
	else if (strcmp(name, "--warm") == 0)
		config->warm_s = atof(value);
	else if (strcmp(name, "--rate") == 0)
		config->rate = atof(value);
	else if (strcmp(name, "--prefix") == 0)
		config->prefix = value;
	else if (strcmp(name, "--pid") == 0)
		config->pid = atoi(value);
	else if (strcmp(name, "--hold") == 0)
		config->hold_s = atof(value);
	else if (strcmp(name, "--flap") == 0)
		config->flap = atoi(value);
	else if (strcmp(name, "--ocpp") == 0)
		return (config->words = words_of(value)) != NULL;
	else
		return false;
	return true;
}

static int load(int argc, char **argv)
{
	struct load_config config = {.piles = 64,
		.seconds = 5,
		.warm_s = 1,
		.boot = true,
		.mode = LOAD_CHARGE,
		.words = words_of("1.6"),
		.prefix = "BENCH"};
	struct load_result result;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--tls") == 0)
			config.tls = true;
		else if (strcmp(argv[i], "--no-boot") == 0)
			config.boot = false;
		else if (option(&config, argv[i], i + 1 < argc ? argv[i + 1] : NULL))
			i++;
		else
			return usage();
	}
	if (config.port == 0 || config.piles < 1)
		return usage();
	if (config.active == 0 || config.active > config.piles)
		config.active = config.piles;
	int failed = load_run(&config, &result);
	load_print(&config, &result);
	if (failed > 0)
		fprintf(stderr, "%d connections could not be made\n", failed);
	return failed > 0 ? 1 : 0;
}

static int storm(int argc, char **argv)
{
	struct storm_config config = {
		.piles = 10000, .words = words_of("1.6"), .prefix = "BENCH", .limit_s = 120};
	for (int i = 0; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(argv[i], "--tls") == 0) {
			config.tls = true;
			continue;
		}
		if (strcmp(argv[i], "--port") == 0)
			config.port = (uint16_t)atoi(value);
		else if (strcmp(argv[i], "--piles") == 0)
			config.piles = atoi(value);
		else if (strcmp(argv[i], "--prefix") == 0)
			config.prefix = value;
		else if (strcmp(argv[i], "--ocpp") == 0)
			config.words = words_of(value);
		else if (strcmp(argv[i], "--limit") == 0)
			config.limit_s = atof(value);
		else
			return usage();
		i++;
	}
	return config.port != 0 && config.piles > 0 && config.words ? storm_run(&config) : usage();
}

static int fill(int argc, char **argv)
{
	struct fill_config config = {.prefix = "BENCH"};
	for (int i = 0; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--db") == 0)
			config.db = argv[i + 1];
		else if (strcmp(argv[i], "--cards") == 0)
			config.cards = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--orders") == 0)
			config.orders = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--prefix") == 0)
			config.prefix = argv[i + 1];
		else
			return usage();
	}
	return config.db ? fill_run(&config) : usage();
}

static int replay(int argc, char **argv)
{
	struct replay_config config = {.batch = 64};
	for (int i = 0; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--dir") == 0)
			config.dir = argv[i + 1];
		else if (strcmp(argv[i], "--records") == 0)
			config.records = argv[i + 1];
		else if (strcmp(argv[i], "--batch") == 0)
			config.batch = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--seconds") == 0)
			config.seconds = atof(argv[i + 1]);
		else
			return usage();
	}
	return config.dir && config.records && config.batch > 0 ? replay_run(&config) : usage();
}

int main(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "load") == 0)
		return load(argc - 2, argv + 2);
	if (argc >= 2 && strcmp(argv[1], "storm") == 0)
		return storm(argc - 2, argv + 2);
	if (argc >= 2 && strcmp(argv[1], "fill") == 0)
		return fill(argc - 2, argv + 2);
	if (argc >= 2 && strcmp(argv[1], "replay") == 0)
		return replay(argc - 2, argv + 2);
	return usage();
}
