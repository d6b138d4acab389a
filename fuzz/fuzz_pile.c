/* fuzz_pile.c - a hostile server: each line of the input is a frame to a pile that charges. A first
 * line "2.0.1" or "2.1" is the version spoken; else it is 1.6.
 * Whatever comes, every answer of the pile is one valid frame, and the running charge stays in the
 * journal until its stop does. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "fuzz.h"
#include "pile/client.h"
#include "pile/hal/sim.h"
#include "wire/ocpp.h"

struct rig {
	struct pile pile;
	struct sim sim;
	struct clock_fake clock;
	struct arena arena;
	enum ocpp_version version;
};

static bool fuzz_connect(void *context)
{
	(void)context;
	return true;
}

static void fuzz_send(void *context, struct str text)
{
	struct ocpp_message message;
	struct arena arena;

	(void)context;
	arena_init(&arena, LIMIT_JOB_ARENA);
	ASSERT(ocpp_parse_in(OCPP_21, text, &arena, &message) == 0);
	arena_fini(&arena);
}

static void fuzz_close(void *context, int code, struct str reason)
{
	struct rig *rig = context;

	(void)code;
	client_closed(&rig->pile, 0, reason);
}

static void fuzz_step(struct rig *rig)
{
	rig->clock.at_us += 100 * US_PER_MS;
	sim_step(&rig->sim, 100 * US_PER_MS);
	pile_step(&rig->pile);
	if (rig->pile.link.state == LINK_CONNECTING)
		client_opened(&rig->pile, rig->version);
	client_step(&rig->pile, &rig->arena);
	arena_reset(&rig->arena);
}

static void fuzz_hear(struct rig *rig, struct str frame)
{
	client_message(&rig->pile, frame, &rig->arena);
	arena_reset(&rig->arena);
	fuzz_step(rig);
}

/* Connected, booted, and charging for a card. */
static void fuzz_start(struct rig *rig, struct rng *rng)
{
	const struct uplink uplink = {fuzz_connect, fuzz_send, fuzz_close, rig};
	struct pile_config config = {.versions = {rig->version},
		.name = STR("F-1"),
		.vendor = STR("F"),
		.model = STR("F"),
		.outlets = 1};
	struct disk disk;

	clock_fake_init(&rig->clock, INT64_C(1800000000) * US_PER_S);
	arena_init(&rig->arena, LIMIT_JOB_ARENA);
	sim_init(&rig->sim, NULL, 32000, 3);
	sim_plug(&rig->sim, 600000, 10);
	disk_open_memory(&disk);
	ASSERT(pile_open(&rig->pile, &config, &rig->sim.hal, &disk, &rig->clock.clock, rng) == 0);
	client_init(&rig->pile, &uplink);
	for (int i = 0; i < 10; i++)
		fuzz_step(rig);
	rig->pile.link.accepted = true;
	ASSERT(pile_remote_start(&rig->pile, 1, "CARD"));
	for (int i = 0; i < 10; i++)
		fuzz_step(rig);
	ASSERT(rig->pile.outlets[0].tx == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	static struct rig rig;
	struct rng rng;

	log_setup(LOG_LEVEL_ERROR + 1, false);
	memset(&rig, 0, sizeof(rig));
	rig.version = OCPP_16;
	if (str_starts(rest, STR("2.0.1\n")) || str_starts(rest, STR("2.1\n")))
		rig.version = str_is(str_cut(&rest, '\n'), "2.1") ? OCPP_21 : OCPP_201;
	rng_init_seeded(&rng, 5);
	fuzz_start(&rig, &rng);
	for (int frames = 0; rest.len > 0 && frames < 200; frames++)
		fuzz_hear(&rig, str_cut(&rest, '\n'));
	if (rig.pile.outlets[0].tx)
		ASSERT(spool_tx_running(&rig.pile.spool, 1) != NULL);
	pile_close(&rig.pile);
	arena_fini(&rig.arena);
	return 0;
}
