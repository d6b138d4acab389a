/* live.c - what the device model reads of the running pile (see live.h). */
#include "pile/live.h"

#include "base/clock.h"
#include "pile/evse.h"
#include "pile/monitor.h"
#include "pile/talk.h"

struct str live_model(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.model;
}

struct str live_vendor(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.vendor;
}

struct str live_serial(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.serial;
}

struct str live_firmware(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.firmware;
}

struct str live_name(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.name;
}

struct str live_time(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	struct buf text;

	(void)outlet;
	buf_init(&text, arena, 40);
	time_write(&text, pile->now_us, true);
	return buf_str(&text);
}

struct str live_station_state(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->inoperative ? STR("Unavailable") : STR("Available");
}

struct str live_state(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return str_from(evse_taken(outlet->evse.state));
}

struct str live_problem(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return outlet->evse.protect.active ? STR("true") : STR("false");
}

struct str live_evse_id(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return str_from(outlet->evse.name);
}

struct str live_phases(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	const struct outlet *one = outlet ? outlet : &pile->outlets[0];

	return str_format(arena, "%d", one->hal.phases);
}

struct str live_power(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);

	return str_format(arena, "%lld", (long long)(values.power_mw / 1000));
}

struct str live_current(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return str_format(arena, "%d", outlet->evse.limit_ma / 1000);
}

struct str live_heat(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return outlet->evse.connector_mc == HAL_ABSENT
		       ? STR_NULL
		       : str_format(arena, "%d", outlet->evse.connector_mc / 1000);
}

struct str live_cabinet(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return outlet->evse.cabinet_mc == HAL_ABSENT
		       ? STR_NULL
		       : str_format(arena, "%d", outlet->evse.cabinet_mc / 1000);
}

/* Half the current until the connector has cooled (strategy.h). */
struct str live_cooling(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return outlet->evse.strategy.cooling ? STR("true") : STR("false");
}

struct str live_fans(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return str_format(arena, "%d", outlet->evse.offer.cool_percent);
}

struct str live_transactions(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", pile->spool.count);
}

struct str live_network(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%d", (int)pile->access.now.net);
}

struct str live_messages(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", board_count(pile));
}

/* 2.0.1 has no word for a code on the display, nor for a pause. */
static bool live_speaks_201(const struct pile *pile)
{
	return pile->link.talk && pile->link.talk->version == OCPP_201;
}

struct str live_formats(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return live_speaks_201(pile) ? STR("ASCII,UTF8") : STR("ASCII,UTF8,QRCODE");
}

struct str live_states(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return live_speaks_201(pile) ? STR("Charging,Faulted,Idle,Unavailable")
				     : STR("Charging,Faulted,Idle,Unavailable,Suspended");
}

struct str live_meter_key(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return attest_key(pile, arena);
}

struct str live_profile(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%d", (int)pile->keys.values[KEY_SECURITY_PROFILE]);
}

struct str live_certificates(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", certs_count(pile));
}

int64_t live_most_certificates(const struct pile *pile, const struct outlet *outlet)
{
	(void)pile, (void)outlet;
	return (int64_t)CERTS_USES * CERTS_MAX;
}

struct str live_list(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", pile->list.len);
}

int64_t live_most_list(const struct pile *pile, const struct outlet *outlet)
{
	(void)pile, (void)outlet;
	return LOCALLIST_MAX;
}

struct str live_profiles(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", pile->profiles.len);
}

int64_t live_most_profiles(const struct pile *pile, const struct outlet *outlet)
{
	(void)pile, (void)outlet;
	return PROFILES_MOST;
}

int64_t live_most_messages(const struct pile *pile, const struct outlet *outlet)
{
	(void)pile, (void)outlet;
	return BOARD_MAX;
}

int64_t live_most_power(const struct pile *pile, const struct outlet *outlet)
{
	const struct hal *hal = &outlet->hal;

	(void)pile;
	return hal->max_mv ? (int64_t)hal->max_ma * hal->max_mv / 1000000
			   : (int64_t)hal->max_ma * 230 * hal->phases / 1000;
}

/* The standard's names of plugs. */
struct str live_plug(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	static const char *const words[HAL_PLUGS] = {
		[HAL_PLUG_IEC_TYPE1] = "cType1",
		[HAL_PLUG_IEC_TYPE2] = "cType2",
		[HAL_PLUG_GBT_AC] = "cGBT-AC",
		[HAL_PLUG_SAE_J3400] = "cTesla",
		[HAL_PLUG_CCS1] = "cCCS1",
		[HAL_PLUG_CCS2] = "cCCS2",
		[HAL_PLUG_GBT_DC] = "cGBT-DC",
		[HAL_PLUG_CHADEMO] = "cG105",
	};
	const char *word = words[outlet->hal.plug];

	(void)pile, (void)arena;
	return word ? str_from(word) : STR("Unknown");
}

struct str live_monitor_level(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%d", pile->monitors->level);
}
