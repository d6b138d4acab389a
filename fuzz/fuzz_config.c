/* fuzz_config.c - any bytes as a settings file. */
#include "base/fault.h"
#include "fuzz.h"
#include "server/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf errors, shown;
	struct config config;
	struct arena arena;
	int outcome;

	arena_init(&arena, 64 << 20);
	buf_init(&errors, &arena, 1 << 20);
	buf_init(&shown, &arena, 1 << 20);
	config_init(&config, &arena);
	outcome = config_read(&config, (struct str){(const char *)data, size}, "fuzz", &errors);
	if (outcome == 0)
		outcome = config_finish(&config, &errors);
	/* Who refuses says why. */
	ASSERT(outcome == 0 || errors.len > 0);
	config_show(&config, &shown);
	arena_fini(&arena);
	return 0;
}
