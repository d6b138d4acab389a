/* types.c - rows of the objects inside OCPP 1.6 messages. */
#include "wire/ocpp16/types.h"

FIELD_ROWS(ocpp16_id_tag_info, OCPP16_ID_TAG_INFO)
FIELD_ROWS(ocpp16_sampled_value, OCPP16_SAMPLED_VALUE)
FIELD_ROWS(ocpp16_meter_value, OCPP16_METER_VALUE)
FIELD_ROWS(ocpp16_key_value, OCPP16_KEY_VALUE)
FIELD_ROWS(ocpp16_charging_schedule_period, OCPP16_CHARGING_SCHEDULE_PERIOD)
FIELD_ROWS(ocpp16_charging_schedule, OCPP16_CHARGING_SCHEDULE)
FIELD_ROWS(ocpp16_charging_profile, OCPP16_CHARGING_PROFILE)
