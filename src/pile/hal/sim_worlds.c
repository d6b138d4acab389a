/* sim_worlds.c - the worlds of a pile's simulated outlets in a file, so that they outlive a
 * controller that is killed (sim.h). */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "pile/hal/sim.h"

int sim_worlds_map(const char *path, size_t count, struct sim_world **ret_worlds)
{
	size_t bytes = count * sizeof(struct sim_world);
	void *memory;
	int file;

	if (!path) {
		*ret_worlds = mem_alloc(bytes);
		return 0;
	}
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", path);
	if (ftruncate(file, (off_t)bytes) != 0) {
		close(file);
		return FAULT(FAULT_IO, "cannot size %s: %m", path);
	}
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (memory == MAP_FAILED)
		return FAULT(FAULT_IO, "cannot map %s: %m", path);
	*ret_worlds = memory;
	return 0;
}

void sim_worlds_unmap(struct sim_world *worlds, size_t count, bool file)
{
	if (!worlds)
		return;
	if (file)
		munmap(worlds, count * sizeof(struct sim_world));
	else
		mem_free(worlds);
}
