/* live.h - what the device model (model.h) reads of the running pile: values as text, in the arena
 * where they are made, STR_NULL where there is none now; and bounds. `outlet` is NULL for what is
 * the pile's own. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"

#define LIVE_TEXT(name) \
	struct str name(const struct pile *pile, const struct outlet *outlet, struct arena *arena)
LIVE_TEXT(live_model);
LIVE_TEXT(live_vendor);
LIVE_TEXT(live_serial);
LIVE_TEXT(live_firmware);
LIVE_TEXT(live_name);
LIVE_TEXT(live_time);
LIVE_TEXT(live_station_state);
LIVE_TEXT(live_state);
LIVE_TEXT(live_problem);
LIVE_TEXT(live_evse_id); /* as cars are told it */
LIVE_TEXT(live_phases);
LIVE_TEXT(live_power);
LIVE_TEXT(live_current);
LIVE_TEXT(live_heat);
LIVE_TEXT(live_cabinet);
LIVE_TEXT(live_cooling);
LIVE_TEXT(live_fans);
LIVE_TEXT(live_transactions);
LIVE_TEXT(live_network);
LIVE_TEXT(live_messages);
LIVE_TEXT(live_formats);
LIVE_TEXT(live_states);
LIVE_TEXT(live_meter_key);
LIVE_TEXT(live_profile);
LIVE_TEXT(live_certificates);
LIVE_TEXT(live_list);
LIVE_TEXT(live_profiles);
LIVE_TEXT(live_plug);
LIVE_TEXT(live_monitor_level);
#undef LIVE_TEXT

/* The most there can be. */
int64_t live_most_certificates(const struct pile *pile, const struct outlet *outlet);
int64_t live_most_list(const struct pile *pile, const struct outlet *outlet);
int64_t live_most_profiles(const struct pile *pile, const struct outlet *outlet);
int64_t live_most_messages(const struct pile *pile, const struct outlet *outlet);
int64_t live_most_power(const struct pile *pile, const struct outlet *outlet);
