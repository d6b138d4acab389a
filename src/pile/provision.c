/* provision.c - identity and keys of a new pile (see provision.h). */
#include "pile/provision.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/signer.h"
#include "pile/certs.h"
#include "pile/shelf.h"
#include "wire/ocmf.h"

#define PROVISION_MAGIC "LEYDEN1"
#define PROVISION_KEY_BYTES 20 /* 27 characters of base64url */
#define PROVISION_PATH_MAX 400
#define PROVISION_CODE_MAX 512

static bool provision_name_ok(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    c == '-' || c == '_' || c == '.'))
			return false;
	}
	return name.len > 0 && name.len <= PROVISION_NAME_MAX && name.ptr[0] != '.';
}

static bool provision_server_ok(struct str server)
{
	for (size_t i = 0; i < server.len; i++)
		if (server.ptr[i] <= ' ' || server.ptr[i] >= 127 || server.ptr[i] == ';')
			return false;
	return server.len > 6 && server.len <= PROVISION_SERVER_MAX &&
	       (str_starts(server, STR("wss://")) || str_starts(server, STR("ws://")));
}

static bool provision_key_ok(struct str key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.ptr[i] <= ' ' || key.ptr[i] >= 127 || key.ptr[i] == ':' ||
			key.ptr[i] == ';')
			return false;
	return key.len >= 16 && key.len <= PROVISION_KEY_MAX;
}

/* The last day on which the code counts, by universal time. */
static bool provision_until(struct str value, int64_t *ret_until_us)
{
	char text[32];
	int64_t at_us;

	if (value.len != 8 || *ret_until_us != 0)
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT00:00:00Z", value.ptr, value.ptr + 4,
		value.ptr + 6);
	if (!time_parse(str_from(text), &at_us, NULL))
		return false;
	*ret_until_us = at_us + US_PER_DAY;
	return true;
}

static bool provision_take(struct provision *provision, char part, struct str value)
{
	char *to = part == 'N' ? provision->name : part == 'S' ? provision->server : provision->key;
	bool good = part == 'N'   ? provision_name_ok(value)
		    : part == 'S' ? provision_server_ok(value)
		    : part == 'K' ? provision_key_ok(value)
				  : false;

	if (part == 'E')
		return provision_until(value, &provision->until_us);
	if (!good || to[0])
		return false;
	memcpy(to, value.ptr, value.len);
	return true;
}

bool provision_parse(struct str code, struct provision *ret)
{
	struct provision provision = {.name = ""};
	struct str rest = str_trim(code);

	if (!str_is(str_cut(&rest, ';'), PROVISION_MAGIC))
		return false;
	while (rest.len > 0) {
		struct str part = str_cut(&rest, ';');
		if (part.len < 3 || part.ptr[1] != '=' ||
			!provision_take(&provision, part.ptr[0], str_slice(part, 2, part.len)))
			return false;
	}
	if (!provision.name[0] || !provision.server[0])
		return false;
	*ret = provision;
	return true;
}

static int provision_file(const char *dir, const char *name, const char *text)
{
	char path[PROVISION_PATH_MAX];
	size_t len = strlen(text);
	int file;
	bool good;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path))
		return FAULT(FAULT_IO, "path too long");
	unlink(path); /* an old one may have been readable by others */
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return FAULT(FAULT_IO, "cannot create %s: %m", path);
	good = write(file, text, len) == (ssize_t)len && fsync(file) == 0;
	close(file);
	return good ? 0 : FAULT(FAULT_IO, "cannot write %s", path);
}

static int provision_dir(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST
		       ? 0
		       : FAULT(FAULT_IO, "cannot create %s: %m", path);
}

int provision_write(const char *dir, struct provision *provision, bool tpm, struct rng *rng,
	struct sign_key *ret_meter)
{
	char text[512], path[PROVISION_PATH_MAX];
	struct signer *signer;
	struct arena arena;

	TRY(provision_dir(dir));
	if ((size_t)snprintf(path, sizeof(path), "%s/%s/meter.key", dir, provision->name) >=
		sizeof(path))
		return FAULT(FAULT_IO, "path too long");
	*strrchr(path, '/') = 0;
	TRY(provision_dir(path));
	path[strlen(path)] = '/';
	TRY(tpm ? signer_open_tpm(path, &signer) : signer_open_file(path, SIGN_P256, rng, &signer));
	*ret_meter = signer_key(signer);
	signer_free(signer);
	if (!provision->key[0]) {
		struct str key;
		arena_init(&arena, 4096);
		key = rng_token(rng, &arena, PROVISION_KEY_BYTES);
		memcpy(provision->key, key.ptr, key.len);
		arena_fini(&arena);
	}
	snprintf(text, sizeof(text), "%s:%s\n", provision->name, provision->key);
	TRY(provision_file(dir, "passwords", text));
	snprintf(text, sizeof(text), PROVISION_MAGIC ";N=%s;S=%s\n", provision->name,
		provision->server);
	return provision_file(dir, "identity", text);
}

int provision_device_key(const char *dir, const struct provision *provision, bool tpm,
	char ret_print[KEYPRINT_LEN + 1])
{
	char path[PROVISION_PATH_MAX];
	struct shelf shelf;
	int result;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, provision->name) >= sizeof(path))
		return FAULT(FAULT_IO, "path too long");
	shelf_open_dir(&shelf, path);
	result = certs_first_key(&shelf, str_from(provision->name), tpm, ret_print);
	shelf_close(&shelf);
	return result;
}

bool provision_load(const char *dir, struct provision *ret)
{
	char path[PROVISION_PATH_MAX], text[512];
	ssize_t got;
	int file;

	snprintf(path, sizeof(path), "%s/identity", dir);
	file = open(path, O_RDONLY | O_CLOEXEC);
	got = file >= 0 ? read(file, text, sizeof(text)) : -1;
	if (file >= 0)
		close(file);
	return got > 0 && provision_parse((struct str){text, (size_t)got}, ret);
}

/* ---- the command ---- */

static const char provision_usage[] =
	"usage: leyden-pile provision --data DIR --code CODE [--tpm]\n"
	"       leyden-pile provision --data DIR --name NAME --server URL [--tpm]\n"
	"CODE is the installer's: LEYDEN1;N=<name>;S=<server>[;K=<key>][;E=<yyyymmdd>], good "
	"until\n"
	"the end of that day; \"-\" reads it from the standard input, so that its key stands in "
	"no\n"
	"list of processes. --tpm keeps both\n"
	"keys, the meter's and the certificate's, in the TPM 2.0. Afterwards \"leyden-pile --data "
	"DIR\" is all a start needs.\n";

struct provision_options {
	const char *data, *code, *name, *server;
	bool tpm;
};

static bool provision_options(int argc, char **argv, struct provision_options *ret)
{
	static const struct option rows[] = {{"data", required_argument, NULL, 'd'},
		{"code", required_argument, NULL, 'c'}, {"name", required_argument, NULL, 'n'},
		{"server", required_argument, NULL, 's'}, {"tpm", no_argument, NULL, 't'},
		{NULL, 0, NULL, 0}};
	int option;

	*ret = (struct provision_options){.data = NULL};
	while ((option = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		if (option == 't')
			ret->tpm = true;
		else if (option == 'd')
			ret->data = optarg;
		else if (option == 'c')
			ret->code = optarg;
		else if (option == 'n')
			ret->name = optarg;
		else if (option == 's')
			ret->server = optarg;
		else
			return false;
	}
	return optind == argc && ret->data &&
	       (ret->code ? !ret->name && !ret->server : ret->name && ret->server);
}

/* The code from wherever the options say; `room` holds one that stands in no option. */
static const char *provision_code(
	const struct provision_options *options, char room[PROVISION_CODE_MAX])
{
	size_t got;

	if (!options->code) {
		snprintf(room, PROVISION_CODE_MAX, PROVISION_MAGIC ";N=%s;S=%s", options->name,
			options->server);
		return room;
	}
	if (strcmp(options->code, "-") != 0)
		return options->code;
	got = fread(room, 1, PROVISION_CODE_MAX - 1, stdin);
	room[got] = 0;
	return room;
}

int provision_main(int argc, char **argv)
{
	struct provision_options options;
	struct provision provision;
	char code[PROVISION_CODE_MAX];
	char print[KEYPRINT_LEN + 1];
	struct sign_key meter;
	struct arena arena;
	struct rng rng;

	if (!provision_options(argc, argv, &options)) {
		fputs(provision_usage, stderr);
		return 2;
	}
	if (!provision_parse(str_from(provision_code(&options, code)), &provision)) {
		fputs("leyden-pile: no identity in this code, name or address\n", stderr);
		return 2;
	}
	if (provision.until_us != 0 && clock_now_us(&clock_system) >= provision.until_us) {
		fputs("leyden-pile: this code has expired\n", stderr);
		return 2;
	}
	rng_init_system(&rng);
	if (provision_write(options.data, &provision, options.tpm, &rng, &meter) < 0 ||
		provision_device_key(options.data, &provision, options.tpm, print) < 0) {
		fprintf(stderr, "leyden-pile: %s\n", fault_text());
		return EXIT_FAILURE;
	}
	arena_init(&arena, 4096);
	printf("name %s\nserver %s\nmeter key %.*s\nconnection key in %s/passwords\nfingerprint "
	       "%s\n",
		provision.name, provision.server, STR_FMT(ocmf_key_text(&arena, &meter)),
		options.data, print);
	arena_fini(&arena);
	return EXIT_SUCCESS;
}
