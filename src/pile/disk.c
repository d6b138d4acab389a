/* disk.c - the journal's disk: a file with fdatasync and atomic replacement, or plain memory (see
 * disk.h). */
#include "pile/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"

#define DISK_PATH_MAX 512
#define DISK_LOAD_MAX (64 * 1024 * 1024)

struct disk_file {
	char dir[DISK_PATH_MAX];
	char path[DISK_PATH_MAX + 64];
	int file;
	bool dir_owed; /* a rename whose directory was not synced yet: owed before the next promise
			*/
};

static int disk_write_all(int file, int64_t offset, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t done = pwrite(file, at, len, (off_t)offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return FAULT(FAULT_IO, "write failed: %m");
		at += done;
		offset += done;
		len -= (size_t)done;
	}
	return 0;
}

static int disk_file_load(void *context, struct buf *ret)
{
	struct disk_file *disk = context;
	char part[16384];
	off_t offset = 0;

	for (;;) {
		ssize_t got = pread(disk->file, part, sizeof(part), offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAULT(FAULT_IO, "read of %s failed: %m", disk->path);
		if (got == 0)
			return ret->failed ? FAULT(FAULT_NOMEM, "%s is too large", disk->path) : 0;
		buf_put(ret, part, (size_t)got);
		offset += got;
	}
}

static int disk_file_append(void *context, int64_t offset, const void *bytes, size_t len)
{
	return disk_write_all(((struct disk_file *)context)->file, offset, bytes, len);
}

static int disk_sync_dir(const char *dir)
{
	int file = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", dir);
	result = fsync(file);
	close(file);
	return result == 0 ? 0 : FAULT(FAULT_IO, "fsync of %s failed: %m", dir);
}

static int disk_file_sync(void *context)
{
	struct disk_file *disk = context;

	if (disk->dir_owed)
		TRY(disk_sync_dir(disk->dir));
	disk->dir_owed = false;
	if (fdatasync(disk->file) != 0)
		return FAULT(FAULT_IO, "fdatasync failed: %m");
	return 0;
}

static int disk_file_cut(void *context, int64_t length)
{
	struct disk_file *disk = context;

	if (ftruncate(disk->file, (off_t)length) != 0)
		return FAULT(FAULT_IO, "cannot cut %s: %m", disk->path);
	return disk_file_sync(disk);
}

/* Write beside, sync, rename over, sync the directory: the order that makes a crash harmless. Once
 * renamed the new content is in place whatever happens, so a failing directory sync is owed by the
 * next sync instead of told here. */
static int disk_file_replace(void *context, const void *bytes, size_t len)
{
	struct disk_file *disk = context;
	char beside[DISK_PATH_MAX + 80];
	int file, result;

	snprintf(beside, sizeof(beside), "%s.new", disk->path);
	file = open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return FAULT(FAULT_IO, "cannot create %s: %m", beside);
	result = disk_write_all(file, 0, bytes, len);
	if (result == 0 && fdatasync(file) != 0)
		result = FAULT(FAULT_IO, "fdatasync of %s failed: %m", beside);
	if (result == 0 && rename(beside, disk->path) != 0)
		result = FAULT(FAULT_IO, "cannot rename %s: %m", beside);
	if (result != 0) {
		close(file);
		unlink(beside);
		return result;
	}
	close(disk->file);
	disk->file = file;
	disk->dir_owed = disk_sync_dir(disk->dir) != 0;
	return 0;
}

static int disk_file_keep(void *context, const char *suffix)
{
	struct disk_file *disk = context;
	char other[DISK_PATH_MAX + 96];

	snprintf(other, sizeof(other), "%s.%s", disk->path, suffix);
	unlink(other);
	if (link(disk->path, other) != 0)
		return FAULT(FAULT_IO, "cannot keep %s: %m", other);
	return 0;
}

static int64_t disk_file_free(void *context)
{
	struct statvfs room;

	if (fstatvfs(((struct disk_file *)context)->file, &room) != 0)
		return INT64_MAX;
	return (int64_t)room.f_bavail * (int64_t)room.f_frsize;
}

static void disk_file_close(void *context)
{
	struct disk_file *disk = context;

	close(disk->file);
	mem_free(disk);
}

int disk_open_file(struct disk *disk, const char *dir, const char *name)
{
	struct disk_file *file = mem_alloc(sizeof(*file));

	if (strlen(dir) + strlen(name) + 2 > DISK_PATH_MAX) {
		mem_free(file);
		return FAULT(FAULT_IO, "path too long: %s/%s", dir, name);
	}
	snprintf(file->dir, sizeof(file->dir), "%s", dir);
	snprintf(file->path, sizeof(file->path), "%s/%s", dir, name);
	file->file = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file->file < 0) {
		int result = FAULT(FAULT_IO, "cannot open %s: %m", file->path);
		mem_free(file);
		return result;
	}
	*disk = (struct disk){
		.load = disk_file_load,
		.append = disk_file_append,
		.sync = disk_file_sync,
		.cut = disk_file_cut,
		.replace = disk_file_replace,
		.keep = disk_file_keep,
		.free_bytes = disk_file_free,
		.close = disk_file_close,
		.context = file,
	};
	return 0;
}

/* ---- memory ---- */

static int disk_memory_load(void *context, struct buf *ret)
{
	buf_put_str(ret, buf_str(context));
	return 0;
}

static int disk_memory_append(void *context, int64_t offset, const void *bytes, size_t len)
{
	struct buf *content = context;

	ASSERT(offset == (int64_t)content->len);
	buf_put(content, bytes, len);
	return content->failed ? FAULT(FAULT_NOMEM, "memory journal is full") : 0;
}

static int disk_memory_sync(void *context)
{
	(void)context;
	return 0;
}

static int disk_memory_cut(void *context, int64_t length)
{
	struct buf *content = context;

	if ((size_t)length < content->len)
		content->len = (size_t)length;
	content->failed = false;
	return 0;
}

static int disk_memory_replace(void *context, const void *bytes, size_t len)
{
	buf_clear(context);
	return disk_memory_append(context, 0, bytes, len);
}

static int disk_memory_keep(void *context, const char *suffix)
{
	(void)context, (void)suffix;
	return 0;
}

static int64_t disk_memory_free(void *context)
{
	(void)context;
	return INT64_MAX;
}

static void disk_memory_close(void *context)
{
	buf_fini(context);
	mem_free(context);
}

void disk_open_memory(struct disk *disk)
{
	struct buf *content = mem_alloc(sizeof(*content));

	buf_init(content, NULL, DISK_LOAD_MAX);
	*disk = (struct disk){
		.load = disk_memory_load,
		.append = disk_memory_append,
		.sync = disk_memory_sync,
		.cut = disk_memory_cut,
		.replace = disk_memory_replace,
		.keep = disk_memory_keep,
		.free_bytes = disk_memory_free,
		.close = disk_memory_close,
		.context = content,
	};
}
