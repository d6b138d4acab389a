/* api_grid.h - what the grid wants of a pile that gives energy back (OCPP 2.1), on the outside
 * face: bodies and handlers of api_grid.c. Also what else only 2.1 can be asked: streams,
 * batteries. */
#pragma once
#include "app/api_call.h"
#include "base/field.h"

#define API_CONTROL_KINDS(E, A, P) \
	E(P, LIMIT, "LimitMaxDischarge") \
	E(P, FIXED_VAR, "FixedVar") \
	E(P, PF_ABSORB, "FixedPFAbsorb") \
	E(P, PF_INJECT, "FixedPFInject") \
	E(P, DROOP, "FreqDroop") \
	E(P, GRADIENTS, "Gradients") \
	E(P, SERVICE, "EnterService") \
	E(P, VOLT_VAR, "VoltVar") \
	E(P, VOLT_WATT, "VoltWatt") \
	E(P, WATT_VAR, "WattVar") \
	E(P, WATT_PF, "WattPF") \
	E(P, FREQ_WATT, "FreqWatt") \
	E(P, HV_MUST, "HVMustTrip") \
	E(P, HV_MAY, "HVMayTrip") \
	E(P, HV_CEASE, "HVMomCess") \
	E(P, LV_MUST, "LVMustTrip") \
	E(P, LV_MAY, "LVMayTrip") \
	E(P, LV_CEASE, "LVMomCess") \
	E(P, HF_MUST, "HFMustTrip") \
	E(P, HF_MAY, "HFMayTrip") \
	E(P, LF_MUST, "LFMustTrip") \
	E(P, POWER_MUST, "PowerMonitoringMustTrip")
FIELD_ENUM_DECLARE(api_control_kind, API_CONTROL, API_CONTROL_KINDS)
#define API_CONTROL_UNITS(E, A, P) \
	E(P, NONE_OF_THEM, "Not_Applicable") \
	E(P, MAX_W, "PctMaxW") \
	E(P, MAX_VAR, "PctMaxVar") \
	E(P, W_AVAIL, "PctWAvail") \
	E(P, VAR_AVAIL, "PctVarAvail") E(P, EFFECTIVE_V, "PctEffectiveV")
FIELD_ENUM_DECLARE(api_control_unit, API_UNIT, API_CONTROL_UNITS)

#define API_POINT_FIELDS(F, S) \
	F(DECTEXT, REQ, S, x_e6, "x", (6, -1000000000000, 1000000000000), "where") \
	F(DECTEXT, REQ, S, y_e6, "y", (6, -1000000000000, 1000000000000), "how much")
FIELD_STRUCT(api_point, API_POINT_FIELDS)

#define API_AMOUNT_E6 (6, -1000000000000, 1000000000000)
#define API_SECONDS_E6 (6, 0, 86400000000)
#define API_CONTROL_FIELDS(F, S) \
	F(ENUM, REQ, S, kind, "kind", api_control_kind, "what is controlled") \
	F(STR, OPT, S, name, "name", 36, "its name at the pile; left out: made up") \
	F(BOOL, OPT, S, is_default, "default", 0, "holds whenever no scheduled one does") \
	F(INT, OPT, S, priority, "priority", (0, 1000), "0 goes first; 1 when left out") \
	F(TIME, OPT, S, from, "from", 0, "when it begins; left out: now") \
	F(INT, OPT, S, seconds, "seconds", (1, 31536000), "how long; not of a default one") \
	F(DECTEXT, OPT, S, percent_e6, "percent", (6, 0, 100000000), \
		"LimitMaxDischarge: of what may be given back") \
	F(ENUM, OPT, S, unit, "unit", api_control_unit, "of the set point, or of a curve's y") \
	F(DECTEXT, OPT, S, setpoint_e6, "setpoint", API_AMOUNT_E6, "FixedVar") \
	F(DECTEXT, OPT, S, displacement_e6, "displacement", (6, 0, 1000000), "FixedPF: cos phi") \
	F(BOOL, OPT, S, excitation, "excitation", 0, "FixedPF: over-excited") \
	F(DECTEXT, OPT, S, over_freq_e6, "over_freq", API_AMOUNT_E6, "FreqDroop: dead band, Hz") \
	F(DECTEXT, OPT, S, under_freq_e6, "under_freq", API_AMOUNT_E6, "FreqDroop: the same") \
	F(DECTEXT, OPT, S, over_droop_e6, "over_droop", API_AMOUNT_E6, "FreqDroop: slope") \
	F(DECTEXT, OPT, S, under_droop_e6, "under_droop", API_AMOUNT_E6, "FreqDroop: slope") \
	F(DECTEXT, OPT, S, response_e6, "response", API_SECONDS_E6, "FreqDroop, curves: seconds") \
	F(DECTEXT, OPT, S, gradient_e6, "gradient", API_AMOUNT_E6, "Gradients: % a second") \
	F(DECTEXT, OPT, S, soft_gradient_e6, "soft_gradient", API_AMOUNT_E6, "Gradients: start") \
	F(DECTEXT, OPT, S, high_voltage_e6, "high_voltage", API_AMOUNT_E6, "EnterService") \
	F(DECTEXT, OPT, S, low_voltage_e6, "low_voltage", API_AMOUNT_E6, "EnterService") \
	F(DECTEXT, OPT, S, high_freq_e6, "high_freq", API_AMOUNT_E6, "EnterService: Hz") \
	F(DECTEXT, OPT, S, low_freq_e6, "low_freq", API_AMOUNT_E6, "EnterService: Hz") \
	F(DECTEXT, OPT, S, delay_e6, "delay", API_SECONDS_E6, "EnterService: seconds") \
	F(DECTEXT, OPT, S, random_delay_e6, "random_delay", API_SECONDS_E6, "EnterService") \
	F(DECTEXT, OPT, S, ramp_e6, "ramp", API_SECONDS_E6, "EnterService: seconds to full") \
	F(LIST, OPT, S, points, "points", (api_point, 1, 10), "curves: their points in order")
FIELD_STRUCT(api_control, API_CONTROL_FIELDS)

#define API_CONTROL_CLEAR_FIELDS(F, S) \
	F(BOOL, REQ, S, is_default, "default", 0, "default ones, or scheduled ones") \
	F(STR, OPT, S, name, "name", 36, "this one") \
	F(ENUM, OPT, S, kind, "kind", api_control_kind, "or all of this kind; neither: all")
FIELD_STRUCT(api_control_clear, API_CONTROL_CLEAR_FIELDS)
#define API_CONTROL_READ_FIELDS(F, S) \
	F(BOOL, OPT, S, is_default, "default", 0, "only default ones, or only scheduled ones") \
	F(ENUM, OPT, S, kind, "kind", api_control_kind, "only of this kind")
FIELD_STRUCT(api_control_read, API_CONTROL_READ_FIELDS)

#define API_AFRR_FIELDS(F, S) \
	F(INT, REQ, S, signal, "signal", (-1000000, 1000000), "of the grid's reserve") \
	F(TIME, OPT, S, at, "at", 0, "when it was given; left out: now")
FIELD_STRUCT(api_afrr, API_AFRR_FIELDS)

#define API_GIVE_BACK_FIELDS(F, S) \
	F(BOOL, REQ, S, back, "back", 0, "the car may give energy back, or take only")
FIELD_STRUCT(api_give_back, API_GIVE_BACK_FIELDS)

#define API_STREAM_FIELDS(F, S) \
	F(INT, OPT, S, every_s, "every_s", (0, 86400), "told at least so often") \
	F(INT, OPT, S, most_values, "most_values", (1, 1000), "or when so many wait")
FIELD_STRUCT(api_stream, API_STREAM_FIELDS)

#define API_SWAP_FIELDS(F, S) F(STR, REQ, S, id_tag, "id_tag", 36, "whose card asks for a battery")
FIELD_STRUCT(api_swap, API_SWAP_FIELDS)

int control_set(struct api_call *call);
int control_clear(struct api_call *call);
int controls_ask(struct api_call *call);
int afrr_send(struct api_call *call);
int order_give_back(struct api_call *call);
int streams_ask(struct api_call *call);
int stream_adjust(struct api_call *call);
int swap_ask(struct api_call *call);
