/* needs.c - the rows of needs.h. */
#include "wire/ocpp2/needs.h"

/* clang-format off */
OCPP2_WORDS(ocpp2_notify_ev_charging_needs_status_enum, NOTIFY_EV_CHARGING_NEEDS_STATUS)
OCPP21_WORDS(ocpp2_notify_allowed_energy_transfer_status_enum,
	NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS)
OCPP21_WORDS(ocpp2_control_mode_enum, CONTROL_MODE)
OCPP21_WORDS(ocpp2_islanding_detection_enum, ISLANDING_DETECTION)
OCPP21_WORDS(ocpp2_mobility_needs_mode_enum, MOBILITY_NEEDS_MODE)

OCPP2_ROWS(ocpp2_ac_charging_parameters, OCPP2_L_AC_CHARGING_PARAMETERS)
OCPP2_ROWS(ocpp2_dc_charging_parameters, OCPP2_L_DC_CHARGING_PARAMETERS)
OCPP21_ROWS(ocpp2_der_charging_parameters, OCPP2_L_DER_CHARGING_PARAMETERS)
OCPP21_ROWS(ocpp2_ev_price_rule, OCPP2_L_EV_PRICE_RULE)
OCPP21_ROWS(ocpp2_ev_absolute_price_schedule_entry, OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE_ENTRY)
OCPP21_ROWS(ocpp2_ev_absolute_price_schedule, OCPP2_L_EV_ABSOLUTE_PRICE_SCHEDULE)
OCPP21_ROWS(ocpp2_ev_power_schedule_entry, OCPP2_L_EV_POWER_SCHEDULE_ENTRY)
OCPP21_ROWS(ocpp2_ev_power_schedule, OCPP2_L_EV_POWER_SCHEDULE)
OCPP21_ROWS(ocpp2_ev_energy_offer, OCPP2_L_EV_ENERGY_OFFER)
OCPP21_ROWS(ocpp2_v2_x_charging_parameters, OCPP2_L_V2_X_CHARGING_PARAMETERS)
OCPP2_ROWS(ocpp2_charging_needs, OCPP2_L_CHARGING_NEEDS)
OCPP2_ROWS(ocpp2_notify_ev_charging_needs_req, OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_REQ)
OCPP2_ROWS(ocpp2_notify_ev_charging_needs_conf, OCPP2_L_NOTIFY_EV_CHARGING_NEEDS_CONF)
OCPP2_ROWS(ocpp2_notify_ev_charging_schedule_req, OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_REQ)
OCPP2_ROWS(ocpp2_notify_ev_charging_schedule_conf, OCPP2_L_NOTIFY_EV_CHARGING_SCHEDULE_CONF)
OCPP21_ROWS(ocpp2_notify_allowed_energy_transfer_req, OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_REQ)
OCPP21_ROWS(ocpp2_notify_allowed_energy_transfer_conf, OCPP2_L_NOTIFY_ALLOWED_ENERGY_TRANSFER_CONF)
OCPP21_ROWS(ocpp2_afrr_signal_req, OCPP2_L_AFRR_SIGNAL_REQ)
OCPP21_ROWS(ocpp2_afrr_signal_conf, OCPP2_L_AFRR_SIGNAL_CONF)
/* clang-format on */

bool ocpp2_lets_back(const struct str *modes, size_t len)
{
	static const char *const both[] = {"AC_BPT", "AC_BPT_DER", "DC_BPT", "DC_ACDP_BPT"};

	for (size_t i = 0; i < len; i++)
		for (size_t k = 0; k < sizeof(both) / sizeof(both[0]); k++)
			if (str_is(modes[i], both[k]))
				return true;
	return false;
}
