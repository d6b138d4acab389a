/* ocpp2_parts.h - what the files of OCPP 2.x share beyond ocpp2.h. */
#pragma once
#include "pile/model.h"
#include "pile/reading.h"
#include "pile/talk.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/transaction.h"

/* One meterValue. 0 or a fault. */
int ocpp2_reading(
	struct arena *arena, const struct reading *reading, struct ocpp2_meter_value *ret);
/* How a car is charged, in the place the standard has for words of anybody's; without has_ when
 * nothing is known. 0 or a fault. */
int ocpp2_choice(struct arena *arena, const struct mode_choice *choice, bool *ret_has,
	struct ocpp2_custom_data *ret);
/* Data of anybody's: the text of a JSON string, else the JSON itself. */
struct str ocpp2_data_text(struct str data, struct arena *arena);
/* An event that a monitor gave (ocpp2_monitor.c). */
int ocpp2_monitor_event(
	struct talk *talk, const struct pile_alert *event, struct ocpp2_event_data *data);
/* The frame that tells a stream's values; nobody answers it. 0 or a fault (ocpp2_stream.c). */
struct pile_stream;
int ocpp2_stream_values(
	const struct pile_stream *stream, struct str id, struct arena *arena, struct buf *frame);
/* The pile's own cost of a charge that ended, in 2.1. 0 or a fault. */
int ocpp2_cost(struct talk *talk, const struct spool_entry *entry,
	struct ocpp2_transaction_event_req *req);
/* A profile in the house's words; false when it can be none of ours. */
bool ocpp2_take_profile(struct talk *talk, int64_t evse, const struct ocpp2_charging_profile *from,
	struct profile *ret);
/* What the server is to know of a car's contract beside its number, and what it says to that: false
 * when the contract is refused for its certificates (ocpp2_contract.c). */
struct ocpp2_authorize_req;
struct ocpp2_authorize_conf;
int ocpp2_say_contract(
	struct talk *talk, const struct outlet *outlet, struct ocpp2_authorize_req *req);
bool ocpp2_hear_contract(
	struct talk *talk, struct outlet *outlet, const struct ocpp2_authorize_conf *conf);
/* Names of variables, there and back. */
struct model_name ocpp2_model_name(
	const struct ocpp2_component *component, const struct ocpp2_variable *variable);
void ocpp2_model_names(const struct model_variable *from, struct ocpp2_component *ret_component,
	struct ocpp2_variable *ret_variable);
/* The oldest report's next `rows` rows were told. */
void ocpp2_report_told(struct pile *pile, int rows);
