/* ocpp2_command.h - what the files about commands to 2.x piles share. Included by nobody else. */
#pragma once
#include "app/ocpp.h"
#include "wire/json.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/trigger.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/smart.h"

/* One command on its way into 2.x words, or its answer on the way back. */
struct saying {
	enum ocpp_version version;
	struct ctx *ctx;
	const struct command *command;
	const void *house; /* the house's request, decoded */
	struct str action; /* in 2.x */
	const struct record *req_record;
	void *req;
};
struct saying_row {
	const char *house;
	/* Fills the 2.x request; > 0 when there are no words for it. */
	int (*say)(struct saying *saying);
	/* Writes the fields of the house's answer. */
	int (*hear)(struct saying *saying, const void *answer, struct json_out *out);
};
/* An empty 2.x request for the command to fill. */
void *saying_new(struct saying *saying, const char *action);

/* TriggerMessage for a message in 2.x words, of one outlet or of the pile. */
int ocpp2_say_trigger(
	struct saying *saying, struct str wanted, bool has_connector, int64_t connector_no);
/* The answer's status as the house's. */
int ocpp2_hear_status(struct saying *saying, const void *answer, struct json_out *out);

/* A profile in 2.x words; > 0 when it is for a charge this pile never began. */
int ocpp2_say_profile(struct saying *saying, const struct ocpp16_charging_profile *house,
	struct ocpp2_charging_profile *profile);
/* ocpp2_care.c: the rows of lists, reservations, firmware, logs and profiles; NULL for others. */
const struct saying_row *ocpp2_care_row(struct str house);

/* ocpp2_keep.c: what answers tell of the device model. */
int ocpp2_keep_values(struct ctx *ctx, const struct command *command,
	const struct ocpp2_get_variables_conf *conf);
int ocpp2_keep_set(struct ctx *ctx, const struct command *command,
	const struct ocpp2_set_variables_req *req, const struct ocpp2_set_variables_conf *conf);
/* An accepted question for the whole inventory: its report is awaited. */
int ocpp2_expect_report(struct saying *saying, const struct ocpp2_get_base_report_conf *conf);
/* ocpp2_stream.c: what answers tell of streams. */
int ocpp2_keep_streams(struct saying *saying, const void *answer);
int ocpp2_keep_adjusted(struct saying *saying, const void *answer);
/* ocpp2_keep.c: of a command that was stored in 2.x words. */
int ocpp2_keep_answer(struct saying *saying, const void *answer);
/* ocpp2_der.c: what a pile accepted of the grid's controls. */
int ocpp2_keep_control(struct saying *saying, const void *answer);
int ocpp2_forget_control(struct saying *saying, const void *answer);
