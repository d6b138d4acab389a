/* replay.c - runs a harness over stored inputs, so that corpora are ordinary tests without a
 * fuzzer: replay DIR... */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/arena.h"
#include "fuzz.h"

#define INPUT_MAX (1 << 20)

static void run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *input, *exact;
	size_t len;

	if (file == NULL) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	input = mem_alloc(INPUT_MAX);
	len = fread(input, 1, INPUT_MAX, file);
	fclose(file);
	/* An exact copy shows reads behind the end. */
	exact = mem_grow(input, len);
	LLVMFuzzerTestOneInput(exact, len);
	mem_free(exact);
}

static int run_folder(const char *folder)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);
	int count = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		run_file(path);
		count++;
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		count += run_folder(argv[i]);
	printf("%d inputs\n", count);
	return count > 0 ? 0 : 1;
}
