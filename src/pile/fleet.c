/* fleet.c - many piles on one loop (see fleet.h). */
#include "pile/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/client.h"
#include "pile/control.h"
#include "pile/display.h"
#include "pile/talk.h"

#define FLEET_STEP_MAX_US (10 * US_PER_S)
#define FLEET_REBOOT_US (2 * US_PER_S)
#define FLEET_PASSWORDS_MAX (1024 * 1024)
#define FLEET_ANCHORS_MAX (1024 * 1024)

struct password {
	size_t len;
	char text[];
};

/* ---- the connection of one pile ---- */

static void unit_ws_open(void *context, struct conn *conn, struct str protocol)
{
	struct unit *unit = context;

	unit->connecting = false;
	if (unit->offline || !talk_version(ocpp_version_of(protocol))) {
		ws_close(conn, 1002, STR("no common protocol"));
		client_closed(&unit->pile, 0, STR("no common protocol"));
		return;
	}
	unit->conn = conn;
	client_opened(&unit->pile, ocpp_version_of(protocol));
}

static void unit_ws_message(void *context, struct conn *conn, struct str text)
{
	struct unit *unit = context;

	if (conn != unit->conn)
		return; /* of a connection already given up */
	client_message(&unit->pile, text, &unit->fleet->scratch);
	arena_reset(&unit->fleet->scratch);
}

static void unit_ws_closed(
	void *context, struct conn *conn, int code, int http_status, struct str why)
{
	struct unit *unit = context;

	(void)code;
	if (conn && conn != unit->conn)
		return;
	if (!conn && !unit->connecting)
		return;
	unit->conn = NULL;
	unit->connecting = false;
	client_closed(&unit->pile, http_status, why);
}

/* Where and with what the pile proves itself, by its security profile: an address without TLS gets
 * it from profile 2 on, at the same port. */
static void unit_access(struct unit *unit, struct arena *arena, struct ws_client_config *config)
{
	const struct fleet_config *fleet = &unit->fleet->config;
	const struct access_set *set = &unit->pile.access.now;
	const struct network_slot *slot = network_at(&unit->pile, set->net);
	struct str server = str_from(slot ? slot->url : fleet->server), anchors = STR("");
	struct str name = slot && slot->name[0] ? str_from(slot->name) : unit->pile.config.name;

	config->ca_file = str_from(fleet->ca_file);
	if (set->profile >= 2 && str_starts(server, STR("ws://")))
		server = str_format(arena, "wss%.*s", STR_FMT(str_slice(server, 2, server.len)));
	config->url = str_format(arena, "%.*s/%.*s", STR_FMT(server), STR_FMT(name));
	if (set->profile < 3)
		config->password = access_password(&unit->pile, unit->password);
	if (config->password.len)
		config->user = name;
	if (!fleet->data || set->profile < 2)
		return;
	if (certs_anchors(&unit->pile, CERTS_CSMS, arena, &anchors) == 0 && anchors.len > 0)
		config->ca_file =
			str_format(arena, "%s/%s/" CERTS_CSMS_FILE, fleet->data, unit->name);
	if (set->profile < 3 || set->slot == 0)
		return;
	config->cert_file =
		str_format(arena, "%s/%s/%s", fleet->data, unit->name, certs_file(set->slot));
	config->key_file = config->cert_file; /* both are in it */
}

static bool unit_connect(void *context)
{
	struct unit *unit = context;
	struct fleet *fleet = unit->fleet;
	struct ws_client_config config = {
		.ping_us = unit->pile.keys.values[KEY_PING_INTERVAL] * US_PER_S,
		.open = unit_ws_open,
		.message = unit_ws_message,
		.closed = unit_ws_closed,
		.context = unit,
	};
	struct arena arena;
	int result;

	if (unit->offline || !fleet->config.server)
		return false;
	arena_init(&arena, 128 * 1024);
	config.protocol = talk_offer(&unit->pile, &arena);
	unit_access(unit, &arena, &config);
	unit->connecting = true;
	result = ws_client_connect(fleet->loop, &config);
	arena_fini(&arena);
	if (result != 0)
		unit->connecting = false;
	return result == 0;
}

static void unit_send(void *context, struct str text)
{
	struct unit *unit = context;

	if (unit->conn)
		ws_send(unit->conn, text);
}

static void unit_close(void *context, int code, struct str reason)
{
	struct unit *unit = context;
	struct conn *conn = unit->conn;

	if (!conn)
		return;
	unit->conn = NULL;
	ws_close(conn, code, reason);
	client_closed(&unit->pile, 0, reason);
}

void fleet_offline(struct unit *unit, bool offline)
{
	unit->offline = offline;
	if (offline)
		unit_close(unit, 1000, STR("network cut"));
	else
		unit->pile.link.next_connect_us = 0;
}

/* ---- one pile ---- */

static int unit_disk(struct unit *unit, struct disk *ret_disk, char *ret_world, size_t world_size)
{
	const char *data = unit->fleet->config.data;
	char *dir = unit->dir;

	ret_world[0] = 0;
	if (!data && !unit->shelf.open)
		shelf_open_memory(&unit->shelf); /* stays over resets */
	if (!data) {
		disk_open_memory(ret_disk);
		return 0;
	}
	if ((size_t)snprintf(dir, sizeof(unit->dir), "%s/%s", data, unit->name) >=
		sizeof(unit->dir))
		return FAULT(FAULT_IO, "path too long");
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return FAULT(FAULT_IO, "cannot create %s: %m", dir);
	if (!unit->shelf.open)
		shelf_open_dir(&unit->shelf, dir);
	snprintf(ret_world, world_size, "%s/world", dir);
	return disk_open_file(ret_disk, dir, "journal");
}

/* The key that signs the meter's readings stays over resets; in memory it dies with the process. */
static int unit_signer(struct unit *unit)
{
	const struct fleet_config *config = &unit->fleet->config;
	char path[420];

	if (unit->signer || !config->sign)
		return 0;
	if (!config->data)
		return signer_open_file(NULL, config->sign, &unit->fleet->rng, &unit->signer);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s/meter.key", config->data, unit->name) >=
		sizeof(path))
		return FAULT(FAULT_IO, "path too long");
	return config->tpm ? signer_open_tpm(path, &unit->signer)
			   : signer_open_file(path, config->sign, &unit->fleet->rng, &unit->signer);
}

/* Real hardware is opened once; it stays over resets. */
static int unit_hardware(struct unit *unit)
{
	const struct fleet_config *config = &unit->fleet->config;

	if (config->hardware_len == 0)
		return 0;
	unit->real = mem_alloc(config->outlets * sizeof(*unit->real));
	for (size_t i = 0; i < config->outlets; i++)
		TRY(linux_open(config->hardware[i], &unit->real[i]));
	return 0;
}

/* What the server's address stands for, before anybody raises it. */
static int64_t unit_profile(const struct unit *unit)
{
	const char *server = unit->fleet->config.server;

	if (server && strncmp(server, "wss://", 6) == 0)
		return 2;
	return unit->password.len > 0 ? 1 : 0;
}

/* A car of its own at each outlet, with an address given locally. */
static void unit_sim_line(struct unit *unit, size_t i)
{
	uint64_t hash = str_hash(str_from(unit->name));
	uint8_t mac[SLAC_MAC] = {2, (uint8_t)(hash >> 24), (uint8_t)(hash >> 16),
		(uint8_t)(hash >> 8), (uint8_t)hash, (uint8_t)(i + 1)};

	sim_line(&unit->sims[i]);
	sim_ev_name(unit->sims[i].ev, mac);
}

static int unit_sim(struct unit *unit, size_t i)
{
	const struct fleet_config *config = &unit->fleet->config;

	sim_init(&unit->sims[i], &unit->worlds[i], config->max_ma, config->phases);
	if (mode_direct(config->plug))
		sim_direct(&unit->sims[i], config->plug, FLEET_SOURCE_MV);
	else
		unit->sims[i].hal.plug = config->plug;
	if (config->line || config->plug == HAL_PLUG_CCS1 || config->plug == HAL_PLUG_CCS2)
		unit_sim_line(unit, i);
	if (config->outside && i == 0 && unit->fleet->units_len == 0)
		return sim_outside(&unit->sims[i], config->outside);
	return 0;
}

/* The outlets' hardware; a simulated one goes on as it is after a reset. */
static int unit_hals(struct unit *unit, const char *world, struct hal *ret_hals)
{
	const struct fleet_config *config = &unit->fleet->config;

	if (!unit->worlds)
		TRY(sim_worlds_map(world, config->outlets, &unit->worlds));
	for (size_t i = 0; i < config->outlets; i++) {
		if (!unit->sims[i].hal.ops)
			TRY(unit_sim(unit, i));
		unit->sims[i].battery_speed = config->speed;
		ret_hals[i] = unit->real ? *linux_hal(unit->real[i]) : unit->sims[i].hal;
	}
	return 0;
}

/* Opens the controller over hardware that is already there; also after a reset. */
static int unit_open(struct unit *unit)
{
	struct fleet *fleet = unit->fleet;
	struct hal hals[LIMIT_CONNECTORS];
	char world[420];
	struct disk disk;
	struct pile_config config = {
		.name = str_from(unit->name),
		.vendor = STR("Leyden"),
		.model = STR("Leyden-Pile"),
		.serial = str_slice(
			str_from(unit->name), 0, strlen(unit->name) < 25 ? strlen(unit->name) : 25),
		.firmware = STR("0.1.0"),
		.outlets = fleet->config.outlets,
	};
	const struct uplink uplink = {unit_connect, unit_send, unit_close, unit};

	memcpy(config.versions, unit->versions, sizeof(config.versions));
	TRY(unit_disk(unit, &disk, world, sizeof(world)));
	if (unit_signer(unit) < 0) {
		disk.close(disk.context);
		return fault_trace(FAULT_IO, __FILE__, __LINE__);
	}
	config.signer = unit->signer;
	config.shelf = &unit->shelf;
	config.events = true;
	config.tpm = fleet->config.tpm;
	config.dir = unit->dir[0] ? unit->dir : NULL;
	config.ca_file = fleet->config.ca_file;
	config.install = fleet->config.install;
	config.has_password = unit->password.len > 0;
	config.anchors = buf_str(&fleet->anchors);
	config.server = str_from(fleet->config.server);
	config.profile = unit_profile(unit);
	if (unit_hals(unit, world[0] ? world : NULL, hals) < 0) {
		disk.close(disk.context);
		return fault_trace(FAULT_IO, __FILE__, __LINE__);
	}
	TRY(pile_open(&unit->pile, &config, hals, &disk, fleet->clock, &fleet->rng));
	if (fleet->config.resume)
		TRY(keys_set(&unit->pile.keys, &unit->pile.spool, STR("LeydenPowerLossResume"),
			STR("true")));
	if (fleet->config.autocharge)
		TRY(keys_set(&unit->pile.keys, &unit->pile.spool, STR("AutoChargeEnabled"),
			STR("true")));
	TRY(offline_open(&unit->codes, &unit->pile, fleet->config.public_url,
		fleet->config.offline_key ? fleet->config.offline_key : SIGN_P256));
	unit->codes.has_place = fleet->config.has_place;
	unit->codes.latitude_e5 = fleet->config.latitude_e5;
	unit->codes.longitude_e5 = fleet->config.longitude_e5;
	unit->pile.offline = &unit->codes;
	events_add(&unit->pile, unit->opened ? "ResetOrReboot" : "StartupOfTheDevice",
		"firmware %.*s", STR_FMT(unit->pile.config.firmware));
	unit->opened = true;
	client_init(&unit->pile, &uplink);
	if (!fleet->config.server)
		unit->pile.link.next_connect_us = INT64_MAX;
	unit->stepped_us = clock_ticks_us(fleet->clock);
	return 0;
}

static void unit_free(struct unit *unit)
{
	if (!unit)
		return;
	offline_close(&unit->codes);
	pile_close(&unit->pile);
	shelf_close(&unit->shelf);
	signer_free(unit->signer);
	for (size_t i = 0; i < unit->fleet->config.outlets; i++) {
		sim_fini(&unit->sims[i]);
		if (unit->real)
			linux_close(unit->real[i]);
	}
	mem_free(unit->real);
	sim_worlds_unmap(unit->worlds, unit->fleet->config.outlets, unit->fleet->config.data);
	mem_free(unit->sims);
	mem_free(unit->visitors);
	mem_free(unit->name);
	mem_free(unit);
}

/* A reset: the controller is closed and opened again on its own journal, the hardware stays. When
 * the power was cut nothing is waited for and nothing is told before. */
static void unit_reset(struct unit *unit)
{
	struct pile *pile = &unit->pile;
	bool hard = pile->reset == RESET_HARD;
	bool scheduled = pile->link.boot_reason == BOOT_SCHEDULED_RESET, cut = unit->power_cut;
	/* a soft one is polite: the server hears of the stops before the connection goes */
	bool told = hard || !pile->link.accepted || pile->spool.count == 0;

	if (unit->connecting)
		return; /* the answer to the attempt would meet a new pile */
	if (!unit->reset_until_us)
		unit->reset_until_us = pile->ticks_us + (hard ? 3 * US_PER_S : 30 * US_PER_S);
	if (!cut && (!pile_quiet(pile) || !told) && pile->ticks_us < unit->reset_until_us)
		return;
	if (pile->firmware.restart &&
		!cut) { /* whoever keeps this program running starts the new one */
		loop_stop(unit->fleet->loop);
		return;
	}
	LOG_INFO("reset", "pile=%s hard=%d cut=%d", unit->name, hard, cut);
	client_leave(pile, cut ? 1001 : 1012, cut ? STR("power") : STR("reset"));
	offline_close(&unit->codes);
	pile_close(pile);
	unit->reset_until_us = 0;
	unit->power_cut = false;
	if (unit_open(unit) < 0) {
		LOG_ERROR("pile did not come back", "pile=%s why=\"%s\"", unit->name, fault_text());
		loop_stop(unit->fleet->loop);
		return;
	}
	pile->link.boot_reason = cut         ? BOOT_POWER_UP
				 : scheduled ? BOOT_SCHEDULED_RESET
					     : BOOT_REMOTE_RESET;
	pile->link.next_connect_us += FLEET_REBOOT_US;
}

static void unit_world(struct unit *unit, int64_t ticks_us)
{
	int64_t dt_us = ticks_us - unit->stepped_us;

	unit->stepped_us = ticks_us;
	if (dt_us > FLEET_STEP_MAX_US)
		dt_us = FLEET_STEP_MAX_US; /* the process slept: so did the world */
	for (size_t i = 0; i < unit->pile.outlets_len; i++) {
		int64_t left_us = dt_us;
		while (left_us > 0) {
			int64_t part_us = left_us < US_PER_S ? left_us : US_PER_S;
			sim_step(&unit->sims[i], part_us);
			left_us -= part_us;
		}
		visitor_step(&unit->visitors[i], &unit->sims[i], &unit->pile.outlets[i],
			&unit->fleet->config.tags, &unit->fleet->rng, ticks_us);
	}
}

static void unit_step(struct unit *unit)
{
	if (!unit->real)
		unit_world(unit, clock_ticks_us(unit->fleet->clock));
	pile_step(&unit->pile);
	offline_step(&unit->codes);
	client_step(&unit->pile, &unit->fleet->scratch);
	if (unit->pile.reset != RESET_NONE || unit->power_cut)
		unit_reset(unit);
	arena_reset(&unit->fleet->scratch);
}

/* ---- the fleet ---- */

static void fleet_tick(void *arg)
{
	struct fleet *fleet = arg;

	if (*fleet->stop) {
		loop_stop(fleet->loop);
		return;
	}
	control_step(fleet->control);
	for (size_t i = 0; i < fleet->units_len; i++)
		unit_step(fleet->units[i]);
	display_step(fleet->display);
}

/* Cars that are spoken with want words every 10 ms, which a tick is too slow for. */
static void fleet_bus(void *arg)
{
	struct fleet *fleet = arg;

	for (size_t i = 0; i < fleet->units_len; i++) {
		struct pile *pile = &fleet->units[i]->pile;
		for (size_t k = 0; fleet->units[i]->real && k < pile->outlets_len; k++) {
			struct evse *evse = &pile->outlets[k].evse;
			if (evse_on_bus(evse) && evse->gbt.phase != GBT_IDLE)
				evse_bus(evse, clock_ticks_us(fleet->clock));
			if (evse_on_cable(evse))
				evse_cable(evse, clock_ticks_us(fleet->clock));
		}
	}
}

static int fleet_read_file(const char *path, struct buf *ret)
{
	char part[4096];
	ssize_t got;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", path);
	while ((got = read(file, part, sizeof(part))) > 0)
		buf_put(ret, part, (size_t)got);
	close(file);
	return got < 0 || ret->failed ? FAULT(FAULT_IO, "cannot read %s", path) : 0;
}

int fleet_init(struct fleet *fleet, const struct fleet_config *config, const struct clock *clock)
{
	memset(fleet, 0, sizeof(*fleet));
	fleet->config = *config;
	fleet->clock = clock;
	rng_init_system(&fleet->rng);
	map_init(&fleet->by_name);
	map_init(&fleet->passwords);
	arena_init(&fleet->scratch, LIMIT_JOB_ARENA);
	buf_init(&fleet->anchors, NULL, FLEET_ANCHORS_MAX);
	fleet->loop = loop_new();
	if (config->data && mkdir(config->data, 0700) != 0 && errno != EEXIST)
		return FAULT(FAULT_IO, "cannot create %s: %m", config->data);
	return config->ca_file ? fleet_read_file(config->ca_file, &fleet->anchors) : 0;
}

/* The loop goes first: its connections' last callbacks still find their piles. */
void fleet_fini(struct fleet *fleet)
{
	struct password *password;
	size_t cursor = 0;

	control_free(fleet->control);
	loop_free(fleet->loop);
	display_free(fleet->display);
	for (size_t i = 0; i < fleet->units_len; i++)
		unit_free(fleet->units[i]);
	mem_free(fleet->units);
	while ((password = map_next(&fleet->passwords, &cursor)))
		mem_free(password);
	map_fini(&fleet->passwords);
	map_fini(&fleet->by_name);
	arena_fini(&fleet->scratch);
	buf_fini(&fleet->anchors);
	memset(fleet, 0, sizeof(*fleet));
}

static void fleet_password(struct fleet *fleet, struct str name, struct str text)
{
	struct password *password = mem_alloc(sizeof(*password) + text.len);

	password->len = text.len;
	memcpy(password->text, text.ptr, text.len);
	mem_free(map_put(&fleet->passwords, name, password));
}

int fleet_passwords(struct fleet *fleet, const char *path)
{
	struct buf bytes;
	struct str rest;
	int result;

	buf_init(&bytes, NULL, FLEET_PASSWORDS_MAX);
	result = fleet_read_file(path, &bytes);
	rest = result == 0 ? buf_str(&bytes) : STR_NULL;
	while (rest.len > 0) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		bool named = str_find(line, ':') >= 0;
		struct str name = named ? str_cut(&line, ':') : STR("*");
		if (line.len > 0)
			fleet_password(fleet, name, line);
	}
	buf_fini(&bytes);
	return result;
}

static int fleet_add_one(struct fleet *fleet, const char *name, const enum ocpp_version *versions)
{
	struct unit *unit;
	struct password *password;

	if (strlen(name) == 0 || strlen(name) > LIMIT_PILE_CODE || strchr(name, '/') ||
		strchr(name, ':') || name[0] == '.')
		return FAULT(FAULT_BUG, "bad pile name %s", name);
	if (fleet->units_len == FLEET_PILES_MAX || fleet_find(fleet, str_from(name)))
		return FAULT(FAULT_BUG, "too many piles, or %s twice", name);
	unit = mem_alloc(sizeof(*unit));
	unit->fleet = fleet;
	unit->name = mem_alloc(strlen(name) + 1);
	memcpy(unit->name, name, strlen(name));
	memcpy(unit->versions, versions, sizeof(unit->versions));
	unit->sims = mem_alloc(fleet->config.outlets * sizeof(*unit->sims));
	unit->visitors = mem_alloc(fleet->config.outlets * sizeof(*unit->visitors));
	password = map_get(&fleet->passwords, str_from(name));
	if (!password)
		password = map_get(&fleet->passwords, STR("*"));
	if (password)
		unit->password = (struct str){password->text, password->len};
	if (unit_hardware(unit) < 0 || unit_open(unit) < 0) {
		unit_free(unit);
		return fault_trace(FAULT_IO, __FILE__, __LINE__);
	}
	for (size_t i = 0; i < fleet->config.outlets; i++)
		unit->visitors[i].on =
			(int)rng_below(&fleet->rng, 100) < fleet->config.auto_percent;
	if (fleet->units_len == fleet->units_cap) {
		fleet->units_cap = fleet->units_cap ? 2 * fleet->units_cap : 16;
		fleet->units = mem_grow(fleet->units, fleet->units_cap * sizeof(struct unit *));
	}
	fleet->units[fleet->units_len++] = unit;
	map_put(&fleet->by_name, str_from(unit->name), unit);
	return 0;
}

int fleet_add(struct fleet *fleet, const char *pattern, const enum ocpp_version *versions)
{
	const char *open = strchr(pattern, '{');
	const char *close = open ? strchr(open, '}') : NULL;
	const char *dots = open ? strstr(open, "..") : NULL;
	char name[LIMIT_PILE_CODE + 2];
	int64_t first, last;
	int width;

	if (!open)
		return fleet_add_one(fleet, pattern, versions);
	if (!close || !dots || dots > close ||
		!str_to_i64((struct str){open + 1, (size_t)(dots - open - 1)}, &first) ||
		!str_to_i64((struct str){dots + 2, (size_t)(close - dots - 2)}, &last) ||
		first < 0 || last < first || last - first >= FLEET_PILES_MAX)
		return FAULT(FAULT_BUG, "bad pattern %s, want A-{01..50}", pattern);
	width = (int)(dots - open - 1);
	for (int64_t i = first; i <= last; i++) {
		int len = snprintf(name, sizeof(name), "%.*s%0*lld%s", (int)(open - pattern),
			pattern, width, (long long)i, close + 1);
		if (len < 0 || (size_t)len >= sizeof(name))
			return FAULT(FAULT_BUG, "name too long in %s", pattern);
		TRY(fleet_add_one(fleet, name, versions));
	}
	return 0;
}

struct unit *fleet_find(const struct fleet *fleet, struct str name)
{
	return map_get(&fleet->by_name, name);
}

int fleet_run(struct fleet *fleet, const volatile sig_atomic_t *stop)
{
	fleet->stop = stop;
	TRY(loop_every(fleet->loop, FLEET_TICK_MS, fleet_tick, fleet));
	if (fleet->config.hardware_len > 0)
		TRY(loop_every(fleet->loop, FLEET_BUS_MS, fleet_bus, fleet));
	return loop_run(fleet->loop);
}
