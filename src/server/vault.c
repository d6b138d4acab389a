/* vault.c - files beside the database: written under "TOKEN.part", renamed when whole. */
#include "server/vault.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "server/server.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN_MOST 64
#define PATH_MOST 4096
#define PART ".part"
#define PART_LEN (sizeof(PART) - 1)

struct vault {
	char directory[PATH_MOST - TOKEN_MOST - 16];
};

/* A token is base64url: it cannot leave the directory. */
static bool token_ok(struct str token)
{
	for (size_t i = 0; i < token.len; i++) {
		char c = token.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return token.len > 0 && token.len <= TOKEN_MOST;
}

static bool path_of(
	const struct vault *vault, struct str token, const char *end, char ret_path[PATH_MOST])
{
	if (!token_ok(token)) {
		errno = EINVAL;
		return false;
	}
	snprintf(ret_path, PATH_MOST, "%s/%.*s%s", vault->directory, STR_FMT(token), end);
	return true;
}

/* What a process left half written when it died: its sender must be able to begin anew. */
static void sweep(const struct vault *vault)
{
	DIR *directory = opendir(vault->directory);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		size_t len = strlen(entry->d_name);

		if (len > PART_LEN && strcmp(entry->d_name + len - PART_LEN, PART) == 0)
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	}
	if (directory != NULL)
		closedir(directory);
}

int vault_new(struct str data, struct vault **ret_vault)
{
	struct vault *vault = mem_alloc(sizeof(*vault));
	struct arena arena;
	bool made;

	arena_init(&arena, PATH_MOST * 2);
	snprintf(vault->directory, sizeof(vault->directory), "%.*s/files", STR_FMT(data));
	made = server_make_directory(str_from(vault->directory), &arena);
	arena_fini(&arena);
	if (!made) {
		int result =
			FAULT(FAULT_IO, "cannot make %s: %s", vault->directory, strerror(errno));

		mem_free(vault);
		return result;
	}
	sweep(vault);
	*ret_vault = vault;
	return 0;
}

void vault_free(struct vault *vault)
{
	mem_free(vault);
}

int vault_read(const struct vault *vault, struct str token, int64_t *ret_bytes)
{
	char path[PATH_MOST];
	struct stat status;
	int fd;

	if (!path_of(vault, token, "", path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0) {
		*ret_bytes = status.st_size;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

int vault_begin(const struct vault *vault, struct str token)
{
	char path[PATH_MOST];

	if (!path_of(vault, token, PART, path))
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* A name is on the disk when its directory is. */
static bool sync_directory(const struct vault *vault)
{
	int fd = open(vault->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool vault_end(const struct vault *vault, struct str token, int fd, bool kept)
{
	char part[PATH_MOST], path[PATH_MOST];
	bool ok = path_of(vault, token, PART, part) && path_of(vault, token, "", path);

	if (kept && ok)
		ok = fsync(fd) == 0 && rename(part, path) == 0 && sync_directory(vault);
	else if (ok)
		unlink(part);
	close(fd);
	return ok;
}

void vault_forget(const struct vault *vault, struct str token)
{
	char path[PATH_MOST];

	if (path_of(vault, token, "", path) && unlink(path) != 0 && errno != ENOENT)
		LOG_WARN("file not removed", "why=\"%s\"", strerror(errno));
}
