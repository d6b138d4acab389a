/* shelf.c - files replaced whole, in a directory or in memory (see shelf.h). */
#include "pile/shelf.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"

int shelf_get(struct shelf *shelf, const char *name, struct buf *ret)
{
	struct disk disk;
	int result;

	TRY(shelf->open(shelf->context, name, &disk));
	result = disk.load(disk.context, ret);
	disk.close(disk.context);
	return result;
}

int shelf_put(struct shelf *shelf, const char *name, struct str content)
{
	struct disk disk;
	int result;

	if (content.len > SHELF_FILE_MAX)
		return FAULT(FAULT_BUG, "%s of %zu bytes", name, content.len);
	TRY(shelf->open(shelf->context, name, &disk));
	result = disk.replace(disk.context, content.ptr, content.len);
	if (result == 0)
		result = disk.sync(disk.context); /* of the directory, when that is owed */
	disk.close(disk.context);
	return result;
}

void shelf_close(struct shelf *shelf)
{
	if (shelf->close)
		shelf->close(shelf->context);
	*shelf = (struct shelf){.context = NULL};
}

/* ---- a directory ---- */

static int shelf_dir_open(void *context, const char *name, struct disk *ret)
{
	return disk_open_file(ret, context, name);
}

void shelf_open_dir(struct shelf *shelf, const char *dir)
{
	struct str text = str_from(dir);
	char *copy = mem_alloc(text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.ptr[i];
	*shelf = (struct shelf){shelf_dir_open, mem_free, copy};
}

/* ---- memory ---- */

static void shelf_memory_keep(void *context)
{
	(void)context; /* the disk stays on the shelf */
}

static int shelf_memory_open(void *context, const char *name, struct disk *ret)
{
	struct map *files = context;
	struct disk *disk = map_get(files, str_from(name));

	if (!disk) {
		disk = mem_alloc(sizeof(*disk));
		disk_open_memory(disk);
		map_put(files, str_from(name), disk);
	}
	*ret = *disk;
	ret->close = shelf_memory_keep;
	return 0;
}

static void shelf_memory_close(void *context)
{
	struct map *files = context;
	size_t cursor = 0;
	struct disk *disk;

	while ((disk = map_next(files, &cursor))) {
		disk->close(disk->context);
		mem_free(disk);
	}
	map_fini(files);
	mem_free(files);
}

void shelf_open_memory(struct shelf *shelf)
{
	struct map *files = mem_alloc(sizeof(*files));

	map_init(files);
	*shelf = (struct shelf){shelf_memory_open, shelf_memory_close, files};
}
