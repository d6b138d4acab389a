/* files.c - the data directory and the small files beside it: keys, secrets, the lock. */
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rng.h"
#include "server/server.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL_FILE (64 * 1024)
#define KEY_BYTES 32

bool server_make_directory(struct str path, struct arena *arena)
{
	char *copy = str_dup_z(arena, path);

	if (copy == NULL || path.len == 0) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *at = copy + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			return false;
		*at = '/';
	}
	return mkdir(copy, 0700) == 0 || errno == EEXIST;
}

int server_read_file(struct str path, struct arena *arena, struct str *ret_text)
{
	char *name = str_dup_z(arena, path), *bytes;
	ssize_t len;
	int fd = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return FAULT(FAULT_IO, "cannot read %.*s: %s", STR_FMT(path), strerror(errno));
	bytes = arena_alloc(arena, SMALL_FILE);
	len = bytes != NULL ? read(fd, bytes, SMALL_FILE) : -1;
	close(fd);
	if (len < 0 || len == SMALL_FILE)
		return FAULT(FAULT_IO, "cannot read %.*s: %s", STR_FMT(path),
			len < 0 ? strerror(errno) : "too large");
	*ret_text = str_trim((struct str){bytes, (size_t)len});
	return 0;
}

/* A key cut in half would be a lost key. */
int server_write_secret(const char *path, const char *fresh, struct str text)
{
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", fresh, strerror(errno));
	ok = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	close(fd);
	if (!ok || rename(fresh, path) != 0)
		return FAULT(FAULT_IO, "cannot write %s: %s", path, strerror(errno));
	return 0;
}

int server_read_key(struct str data, struct arena *arena, struct str *ret_key)
{
	struct str path = str_format(arena, "%.*s/server.key", STR_FMT(data));
	char *name = str_dup_z(arena, path);
	uint8_t bytes[KEY_BYTES];
	struct stat status;
	struct rng rng;
	struct buf text;

	if (name == NULL)
		return FAULT(FAULT_NOMEM, "path too long");
	if (stat(name, &status) != 0) {
		struct str fresh = str_format(arena, "%s.new", name);

		rng_init_system(&rng);
		rng.fill(&rng, bytes, sizeof(bytes));
		buf_init(&text, arena, 2 * KEY_BYTES + 1);
		hex_write(&text, bytes, sizeof(bytes));
		buf_put_char(&text, '\n');
		TRY(server_write_secret(name, str_dup_z(arena, fresh), buf_str(&text)));
	} else if (status.st_mode & 077) {
		return FAULT(FAULT_IO, "%s must be readable by its owner only (chmod 600)", name);
	}
	TRY(server_read_file(path, arena, ret_key));
	if (!hex_read(*ret_key, bytes, sizeof(bytes)))
		return FAULT(FAULT_CORRUPT, "%s is not a server key of 64 hex digits", name);
	return 0;
}
