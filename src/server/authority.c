/* authority.c - DATA/ca: made once, read at every start. */
#include "server/authority.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fault.h"
#include "server/server.h"

#define ROOT_DAYS 7300
#define DEVICE_CA_DAYS 3650
#define SERVER_DAYS 397 /* what browsers still accept is 398 */
#define CRL_DAYS 7
#define BACKDATE_US US_PER_HOUR

static const char *const names[AUTHORITY_FILES] = {"root.pem", "root.key", "device.pem",
	"device.key", "chain.pem", "device.crl", "server.pem", "server.key"};

struct str authority_path(struct arena *arena, struct str data, enum authority_file file)
{
	return str_format(arena, "%.*s/ca/%s", STR_FMT(data), names[file]);
}

static bool is_there(struct arena *arena, struct str path)
{
	char *name = str_dup_z(arena, path);

	return name != NULL && access(name, F_OK) == 0;
}

bool authority_exists(struct arena *arena, struct str data)
{
	return is_there(arena, authority_path(arena, data, AUTHORITY_DEVICE));
}

int authority_write(struct arena *arena, struct str path, struct str text, bool secret)
{
	char *name = str_dup_z(arena, path);
	char *fresh = str_dup_z(arena, str_format(arena, "%.*s.new", STR_FMT(path)));
	bool ok;
	int fd;

	if (name == NULL || fresh == NULL)
		return FAULT(FAULT_NOMEM, "path too long");
	unlink(fresh); /* one left behind may have other rights */
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
	if (fd < 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", fresh, strerror(errno));
	ok = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	close(fd);
	if (!ok || rename(fresh, name) != 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", name, strerror(errno));
	return 0;
}

static int write_file(
	struct arena *arena, struct str data, enum authority_file file, struct str text)
{
	bool secret = file == AUTHORITY_ROOT_KEY || file == AUTHORITY_DEVICE_KEY ||
		      file == AUTHORITY_SERVER_KEY;

	return authority_write(arena, authority_path(arena, data, file), text, secret);
}

static int read_pem(struct arena *arena, struct str data, enum authority_file file, struct str *ret)
{
	struct str text;

	TRY(server_read_file(authority_path(arena, data, file), arena, &text));
	*ret = str_format(arena, "%.*s\n", STR_FMT(text));
	return 0;
}

static void new_serial(struct x509_issue *issue)
{
	struct rng rng;

	rng_init_system(&rng);
	rng.fill(&rng, issue->serial, sizeof(issue->serial));
}

/* What x509 refuses of our own making is our mistake, but for a host's name. */
static int must(int outcome)
{
	return outcome > 0 && outcome != X509_E_NAME
		       ? FAULT(FAULT_BUG, "certificate: %s", x509_word(outcome))
		       : outcome;
}

static int issue(struct arena *arena, struct x509_issue *what, int64_t now_us, int64_t days,
	struct str subject_key, struct str *ret_pem)
{
	new_serial(what);
	what->from_us = now_us - BACKDATE_US;
	what->until_us = now_us + days * US_PER_DAY;
	if (what->kind != X509_ROOT)
		TRY(must(x509_csr_new(arena, subject_key, &what->subject, &what->csr)));
	return must(x509_issue(arena, what, ret_pem));
}

struct made {
	struct str root_key, root, device_key, device;
};

static int make(struct arena *arena, struct str organisation, int64_t now_us, struct made *ret)
{
	struct x509_issue root = {.kind = X509_ROOT,
		.subject = {.common_name = STR("Leyden Root"), .organisation = organisation}};
	struct x509_issue device = {.kind = X509_SUB,
		.subject = {.common_name = STR("Leyden Devices"), .organisation = organisation}};

	TRY(x509_key_new(arena, &ret->root_key));
	TRY(x509_key_new(arena, &ret->device_key));
	root.key = device.key = ret->root_key;
	TRY(issue(arena, &root, now_us, ROOT_DAYS, STR_NULL, &ret->root));
	device.ca = ret->root;
	TRY(issue(arena, &device, now_us, DEVICE_CA_DAYS, ret->device_key, &ret->device));
	return 0;
}

int authority_init(struct arena *arena, struct str data, struct str organisation, int64_t now_us)
{
	struct str directory = str_format(arena, "%.*s/ca", STR_FMT(data)), crl;
	struct made made = {0};
	struct x509_crl list = {.number = now_us / US_PER_S,
		.now_us = now_us,
		.until_us = now_us + CRL_DAYS * US_PER_DAY};

	if (authority_exists(arena, data))
		return FAULT(FAULT_IO, "there is an authority already in %.*s", STR_FMT(directory));
	if (!server_make_directory(directory, arena))
		return FAULT(FAULT_IO, "cannot make %.*s: %s", STR_FMT(directory), strerror(errno));
	TRY(make(arena, organisation, now_us, &made));
	list.ca = made.device;
	list.key = made.device_key;
	TRY(must(x509_crl_new(arena, &list, &crl)));
	TRY(write_file(arena, data, AUTHORITY_ROOT_KEY, made.root_key));
	TRY(write_file(arena, data, AUTHORITY_ROOT, made.root));
	TRY(write_file(arena, data, AUTHORITY_DEVICE_KEY, made.device_key));
	TRY(write_file(arena, data, AUTHORITY_CRL, crl));
	TRY(write_file(arena, data, AUTHORITY_CHAIN,
		str_format(arena, "%.*s%.*s", STR_FMT(made.device), STR_FMT(made.root))));
	/* Last: it says that all is there. */
	return write_file(arena, data, AUTHORITY_DEVICE, made.device);
}

int authority_server(struct arena *arena, struct str data, struct str organisation,
	struct str hosts, int64_t now_us)
{
	struct str first = hosts, key, pem, chain;
	struct x509_issue what = {.kind = X509_SERVER, .hosts = hosts};
	int outcome;

	what.subject.common_name = str_slice(str_trim(str_cut(&first, ',')), 0, X509_NAME_MAX);
	what.subject.organisation = organisation;
	TRY(read_pem(arena, data, AUTHORITY_DEVICE, &what.ca));
	TRY(read_pem(arena, data, AUTHORITY_DEVICE_KEY, &what.key));
	TRY(x509_key_new(arena, &key));
	outcome = issue(arena, &what, now_us, SERVER_DAYS, key, &pem);
	if (outcome != 0)
		return outcome;
	chain = str_format(arena, "%.*s%.*s", STR_FMT(pem), STR_FMT(what.ca));
	/* The key first: a server that rereads between the two keeps what it has. */
	TRY(write_file(arena, data, AUTHORITY_SERVER_KEY, key));
	return write_file(arena, data, AUTHORITY_SERVER, chain);
}

static int check_rights(struct arena *arena, struct str path)
{
	struct stat status;
	char *name = str_dup_z(arena, path);

	if (name == NULL || stat(name, &status) != 0)
		return FAULT(FAULT_IO, "cannot read %.*s: %s", STR_FMT(path), strerror(errno));
	if (status.st_mode & 077)
		return FAULT(FAULT_IO, "%s must be readable by its owner only (chmod 600)", name);
	return 0;
}

int authority_load(struct arena *arena, struct str data, struct app_security *security)
{
	security->ca_chain = security->ca_key = STR_NULL;
	if (!authority_exists(arena, data))
		return 0;
	TRY(check_rights(arena, authority_path(arena, data, AUTHORITY_DEVICE_KEY)));
	TRY(read_pem(arena, data, AUTHORITY_CHAIN, &security->ca_chain));
	TRY(read_pem(arena, data, AUTHORITY_DEVICE_KEY, &security->ca_key));
	if (x509_key_fits(security->ca_chain, security->ca_key) != 0)
		return FAULT(FAULT_CORRUPT, "the key of the authority in %.*s/ca is another's",
			STR_FMT(data));
	return 0;
}
