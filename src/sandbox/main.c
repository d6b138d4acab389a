/* main.c - leyden-sandbox: the other end of the payment channel `sandbox`, for demonstrations and
 * tests. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/sign.h"
#include "sandbox/desk.h"

#define PATH_BYTES 1024
#define KEY_TEXT (2 * SIGN_KEY_LEN)
#define RETRY_MS 15000

static const char help[] =
	"usage: leyden-sandbox --listen ADDRESS:PORT --keys DIR [options]\n"
	"\n"
	"  --listen ADDRESS:PORT   where to listen; port 0: any, printed at the start\n"
	"  --keys DIR              key files: merchant.key merchant.pub channel.key channel.pub;\n"
	"                          missing ones are made\n"
	"  --public-url URL        base of cashier links (http://localhost:PORT)\n"
	"  --retry-ms N            first pause between notifications (15000)\n"
	"  --auto                  payments succeed at once, without a cashier\n"
	"  --seed N                fixed randomness, for tests\n"
	"\n"
	"The merchant needs merchant.key (his private key) and channel.pub (our public key).\n";

struct options {
	const char *listen, *keys, *public_url;
	long retry_ms;
	unsigned long long seed;
	bool automatic;
};
struct keys {
	char merchant_public[KEY_TEXT + 1];
	char channel_secret[KEY_TEXT + 1];
};

static bool write_key(const char *dir, const char *name, mode_t mode, const uint8_t *key)
{
	char path[PATH_BYTES];
	struct buf text;
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return false;
	buf_init(&text, NULL, 128);
	hex_write(&text, key, SIGN_KEY_LEN);
	buf_put_char(&text, '\n');
	good = write(fd, text.ptr, text.len) == (ssize_t)text.len;
	good = close(fd) == 0 && good;
	buf_fini(&text);
	return good;
}

/* Reads 64 hex digits. */
static bool read_key(const char *dir, const char *name, char ret_text[KEY_TEXT + 1])
{
	char path[PATH_BYTES];
	uint8_t key[SIGN_KEY_LEN];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, ret_text, KEY_TEXT);
	close(fd);
	ret_text[KEY_TEXT] = '\0';
	return len == KEY_TEXT && hex_read(str_from(ret_text), key, sizeof(key));
}

/* Reads <name>.key, making the pair when it is missing. */
static bool key_pair(const char *dir, const char *name, char ret_secret[KEY_TEXT + 1])
{
	uint8_t secret[SIGN_KEY_LEN], public_key[SIGN_KEY_LEN];
	char file[64];
	struct rng rng;

	snprintf(file, sizeof(file), "%s.key", name);
	if (!read_key(dir, file, ret_secret)) {
		rng_init_system(&rng);
		rng.fill(&rng, secret, sizeof(secret));
		if (!write_key(dir, file, 0600, secret) || !read_key(dir, file, ret_secret))
			return false;
	}
	if (!hex_read(str_from(ret_secret), secret, sizeof(secret)))
		return false;
	sign_public(secret, public_key);
	snprintf(file, sizeof(file), "%s.pub", name);
	return write_key(dir, file, 0644, public_key);
}

static bool load_keys(const char *dir, struct keys *ret_keys)
{
	char merchant_secret[KEY_TEXT + 1];

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return false;
	return key_pair(dir, "merchant", merchant_secret) &&
	       key_pair(dir, "channel", ret_keys->channel_secret) &&
	       read_key(dir, "merchant.pub", ret_keys->merchant_public);
}

static bool parse(int argc, char **argv, struct options *options)
{
	static const struct option rows[] = {
		{"listen", required_argument, NULL, 'l'},
		{"keys", required_argument, NULL, 'k'},
		{"public-url", required_argument, NULL, 'u'},
		{"retry-ms", required_argument, NULL, 'r'},
		{"auto", no_argument, NULL, 'a'},
		{"seed", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int letter;

	*options = (struct options){.retry_ms = RETRY_MS};
	while ((letter = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		switch (letter) {
		case 'l':
			options->listen = optarg;
			break;
		case 'k':
			options->keys = optarg;
			break;
		case 'u':
			options->public_url = optarg;
			break;
		case 'r':
			options->retry_ms = strtol(optarg, NULL, 10);
			break;
		case 'a':
			options->automatic = true;
			break;
		case 's':
			options->seed = strtoull(optarg, NULL, 10);
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		default:
			return false;
		}
	}
	return optind == argc && options->listen != NULL && options->keys != NULL &&
	       options->retry_ms > 0;
}

/* "127.0.0.1:8090" or "[::1]:8090". */
static bool parse_listen(const char *text, struct str *ret_address, uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	struct str address;
	int64_t port;

	if (colon == NULL || !str_to_i64(str_from(colon + 1), &port) || port < 0 || port > 65535)
		return false;
	address = (struct str){text, (size_t)(colon - text)};
	if (address.len > 2 && address.ptr[0] == '[' && address.ptr[address.len - 1] == ']')
		address = str_slice(address, 1, address.len - 1);
	*ret_address = address;
	*ret_port = (uint16_t)port;
	return address.len > 0;
}

static void *wait_signal(void *arg)
{
	sigset_t *set = ((void **)arg)[1];
	int signal_number;

	sigwait(set, &signal_number);
	loop_stop(((void **)arg)[0]);
	return NULL;
}

/* Opens the door; the base of cashier links may need the port the system chose. */
static int open_door(const struct options *options, struct loop *loop, struct desk *desk)
{
	struct listen_config listen = {.handler = desk_handler(desk)};
	char url[64];
	uint16_t port = 0;

	if (!parse_listen(options->listen, &listen.address, &listen.port))
		return FAULT(FAULT_BUG, "--listen wants ADDRESS:PORT");
	TRY(loop_listen(loop, &listen, &port));
	snprintf(url, sizeof(url), "http://localhost:%u", (unsigned)port);
	desk_set_public_url(
		desk, str_from(options->public_url != NULL ? options->public_url : url));
	printf("listening on port %u\n", (unsigned)port);
	fflush(stdout);
	return 0;
}

static int run(const struct options *options, const struct keys *keys, sigset_t *signals)
{
	struct loop *loop = loop_new();
	struct desk_config config = {.loop = loop,
		.merchant_key = str_from(keys->merchant_public),
		.channel_secret = str_from(keys->channel_secret),
		.retry_ms = options->retry_ms,
		.automatic = options->automatic,
		.seed = options->seed};
	void *waiter[2] = {loop, signals};
	struct desk *desk = NULL;
	pthread_t thread;
	int result = desk_new(&config, &desk);

	if (result == 0)
		result = open_door(options, loop, desk);
	if (result == 0) {
		pthread_create(&thread, NULL, wait_signal, waiter);
		result = loop_run(loop);
		pthread_kill(thread, SIGTERM);
		pthread_join(thread, NULL);
	}
	if (result != 0)
		fprintf(stderr, "leyden-sandbox: %s\n", fault_text());
	desk_stop(desk);
	loop_free(loop);
	desk_free(desk);
	return result == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct options options;
	struct keys keys;
	sigset_t signals;

	if (!parse(argc, argv, &options)) {
		fputs(help, stderr);
		return 2;
	}
	log_setup(LOG_LEVEL_INFO, false);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!load_keys(options.keys, &keys)) {
		fprintf(stderr, "leyden-sandbox: cannot use the keys in %s\n", options.keys);
		return 1;
	}
	return run(&options, &keys, &signals);
}
