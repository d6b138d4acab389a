/* disk.c - writes that may be lost. */
#include "disk.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/fault.h"
#include "faults.h"

#define PATH_LEN 512
#define NODES_MOST 32

/* One write since the last sync, and how to undo it. */
struct undo {
	struct undo *older;
	int64_t offset, size_before;
	size_t len, had; /* `had`: bytes that were there before */
	uint8_t bytes[];
};
struct node { /* a file by its name */
	char path[PATH_LEN];
	struct undo *newest;
};
struct disk_file {
	sqlite3_file base;
	struct node *node;
	sqlite3_file *real; /* lies behind this struct */
};

static struct node nodes[NODES_MOST];
static size_t nodes_len;
static sqlite3_vfs *real_vfs;

static struct node *node_of(const char *path)
{
	for (size_t i = 0; i < nodes_len; i++)
		if (strcmp(nodes[i].path, path) == 0)
			return &nodes[i];
	/* names of an earlier simulation may be used again */
	for (size_t i = 0; i < nodes_len; i++)
		if (!nodes[i].newest && access(nodes[i].path, F_OK) != 0) {
			snprintf(nodes[i].path, PATH_LEN, "%s", path);
			return &nodes[i];
		}
	ASSERT(nodes_len < NODES_MOST);
	snprintf(nodes[nodes_len].path, PATH_LEN, "%s", path);
	return &nodes[nodes_len++];
}

static void forget(struct node *node)
{
	while (node->newest) {
		struct undo *undo = node->newest;

		node->newest = undo->older;
		mem_free(undo);
	}
}

static struct disk_file *file_of(sqlite3_file *file)
{
	return (struct disk_file *)file;
}

static void remember(struct disk_file *file, int64_t offset, size_t len)
{
	struct undo *undo;
	sqlite3_int64 size = 0;
	size_t had;

	if (!file->node)
		return;
	file->real->pMethods->xFileSize(file->real, &size);
	had = offset >= size ? 0 : (size_t)(size - offset);
	had = had < len ? had : len;
	undo = mem_alloc(sizeof(*undo) + had + 1);
	*undo = (struct undo){.older = file->node->newest,
		.offset = offset,
		.size_before = size,
		.len = len,
		.had = had};
	if (had > 0)
		file->real->pMethods->xRead(file->real, undo->bytes, (int)had, offset);
	file->node->newest = undo;
}

static int disk_close(sqlite3_file *base)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xClose(file->real);
}

static int disk_read(sqlite3_file *base, void *bytes, int len, sqlite3_int64 offset)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xRead(file->real, bytes, len, offset);
}

static int disk_write(sqlite3_file *base, const void *bytes, int len, sqlite3_int64 offset)
{
	struct disk_file *file = file_of(base);

	switch (faults_disk(false)) {
	case FAULTS_DISK_STOP:
		return SQLITE_IOERR_WRITE;
	case FAULTS_DISK_FULL:
		return SQLITE_FULL;
	default:
		break;
	}
	remember(file, offset, (size_t)len);
	return file->real->pMethods->xWrite(file->real, bytes, len, offset);
}

static int disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct disk_file *file = file_of(base);
	sqlite3_int64 before = 0;

	if (faults_disk(false) != FAULTS_NONE)
		return SQLITE_IOERR_TRUNCATE;
	file->real->pMethods->xFileSize(file->real, &before);
	if (before > size)
		remember(file, size, (size_t)(before - size));
	return file->real->pMethods->xTruncate(file->real, size);
}

static int disk_sync(sqlite3_file *base, int flags)
{
	struct disk_file *file = file_of(base);

	(void)flags;
	if (faults_disk(true) != FAULTS_NONE)
		return SQLITE_IOERR_FSYNC;
	if (file->node)
		forget(file->node);
	return SQLITE_OK;
}

static int disk_size(sqlite3_file *base, sqlite3_int64 *size)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xFileSize(file->real, size);
}

static int disk_lock(sqlite3_file *base, int level)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xLock(file->real, level);
}

static int disk_unlock(sqlite3_file *base, int level)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xUnlock(file->real, level);
}

static int disk_reserved(sqlite3_file *base, int *result)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xCheckReservedLock(file->real, result);
}

static int disk_control(sqlite3_file *base, int op, void *arg)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xFileControl(file->real, op, arg);
}

static int disk_sector(sqlite3_file *base)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xSectorSize(file->real);
}

static int disk_traits(sqlite3_file *base)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xDeviceCharacteristics(file->real);
}

static int disk_shm_map(sqlite3_file *base, int page, int size, int extend, void volatile **out)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xShmMap(file->real, page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *base, int offset, int n, int flags)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xShmLock(file->real, offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *base)
{
	struct disk_file *file = file_of(base);

	file->real->pMethods->xShmBarrier(file->real);
}

static int disk_shm_unmap(sqlite3_file *base, int remove)
{
	struct disk_file *file = file_of(base);

	return file->real->pMethods->xShmUnmap(file->real, remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* without memory mapping, which would pass us by */
	.xClose = disk_close,
	.xRead = disk_read,
	.xWrite = disk_write,
	.xTruncate = disk_truncate,
	.xSync = disk_sync,
	.xFileSize = disk_size,
	.xLock = disk_lock,
	.xUnlock = disk_unlock,
	.xCheckReservedLock = disk_reserved,
	.xFileControl = disk_control,
	.xSectorSize = disk_sector,
	.xDeviceCharacteristics = disk_traits,
	.xShmMap = disk_shm_map,
	.xShmLock = disk_shm_lock,
	.xShmBarrier = disk_shm_barrier,
	.xShmUnmap = disk_shm_unmap,
};

static int disk_open(
	sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *base, int flags, int *out)
{
	struct disk_file *file = file_of(base);
	int code;

	(void)vfs;
	if (faults.dead)
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(file + 1);
	code = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
	if (code != SQLITE_OK)
		return code;
	file->node = path ? node_of(path) : NULL;
	base->pMethods = &methods;
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
	(void)vfs;
	if (faults.dead)
		return SQLITE_IOERR_DELETE;
	forget(node_of(path));
	return real_vfs->xDelete(real_vfs, path, sync_dir);
}

void disk_install(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find("unix");
	ASSERT(real_vfs);
	vfs = *real_vfs;
	vfs.zName = "disk";
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct disk_file) + real_vfs->szOsFile;
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	ASSERT(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

void disk_synced(const char *end)
{
	for (size_t i = 0; i < nodes_len; i++) {
		size_t len = strlen(nodes[i].path), tail = strlen(end);

		if (len >= tail && strcmp(nodes[i].path + len - tail, end) == 0)
			forget(&nodes[i]);
	}
}

static void undo_write(int fd, const struct undo *undo)
{
	static const uint8_t zeros[4096];

	if (undo->had > 0)
		ASSERT(pwrite(fd, undo->bytes, undo->had, undo->offset) == (ssize_t)undo->had);
	/* what lay behind the end reads as nothing that was ever written */
	for (size_t at = undo->had; at < undo->len; at += sizeof(zeros)) {
		size_t part = undo->len - at < sizeof(zeros) ? undo->len - at : sizeof(zeros);

		ASSERT(pwrite(fd, zeros, part, undo->offset + (int64_t)at) == (ssize_t)part);
	}
}

uint64_t disk_power_cut(struct rng *rng)
{
	uint64_t undone = 0;

	for (size_t i = 0; i < nodes_len; i++) {
		struct node *node = &nodes[i];
		bool all = rng_below(rng, 3) == 0;
		int fd = node->newest ? open(node->path, O_RDWR) : -1;

		for (struct undo *undo = node->newest; undo && fd >= 0; undo = undo->older) {
			if (!all && rng_below(rng, 2) == 0)
				continue;
			undo_write(fd, undo);
			if (all)
				ASSERT(ftruncate(fd, undo->size_before) == 0);
			undone++;
		}
		if (fd >= 0)
			close(fd);
		forget(node);
	}
	return undone;
}
