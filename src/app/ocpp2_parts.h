/* ocpp2_parts.h - what the files of the OCPP 2.x desk share. Included by nobody else. */
#pragma once
#include "app/ocpp.h"
#include "domain/session.h"
#include "store/model.h"
#include "store/transaction.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/transaction.h"

/* The tag a token stands for. A start without any token has the tag "NOAUTHORIZATION": an operator
 * who wants free starts gives that tag to a member. */
struct str ocpp2_tag(const struct desk *desk, const struct ocpp2_id_token *token);
/* A token of the pile's own payment terminal: whoever shows it has paid, or will. */
bool ocpp2_is_terminal(const struct desk *desk, const struct ocpp2_id_token *token);
/* charging's outcomes in the words of idTokenInfo. */
int ocpp2_token_status(int outcome);
/* May this token charge here? Fills the verdict with its group and expiry. */
int ocpp2_authorize(
	struct desk *desk, const struct ocpp2_id_token *token, struct ocpp2_id_token_info *info);
/* Our number of an outlet, given one when it is new. Refuses (*ret_no 0) impossible ones. Equipment
 * 0 is the pile as a whole: number 0. */
int ocpp2_connector(struct desk *desk, int64_t evse, int64_t outlet, int64_t *ret_no);
/* Sampled values as readings, oldest first as they came. */
int ocpp2_readings(struct desk *desk, const struct ocpp2_meter_value *moments, size_t len,
	struct reading **ret_readings);
/* The message as JSON again, for the tables that keep it whole. */
int ocpp2_body(struct desk *desk, struct str *ret_body);
/* An amount in the currency's unit with five digits after the point. */
int64_t ocpp2_cost_e5(struct str currency, int64_t minor);
/* The id under which a pile names the start we asked for. */
int64_t ocpp2_start_id(int64_t order_id);

/* ocpp2_v2g.c: the certificates of an Authorize, before its token; *ret_asks: the verdict waits for
 * somebody outside. */
int ocpp2_judge_contract(struct desk *desk, bool *ret_asks);
int ocpp2_resume_authorize(struct desk *desk, const struct inquiry_answer *answer);
/* After its token. */
void ocpp2_join_contract(struct desk *desk);
/* ocpp2_pool.c */
int ocpp2_on_get15118_ev_certificate(struct desk *desk);
/* ocpp2_v2g.c */
int ocpp2_on_get_certificate_status(struct desk *desk);
int ocpp2_on_get_certificate_chain_status(struct desk *desk);
/* ocpp2_pay.c */
int ocpp2_on_notify_settlement(struct desk *desk);
int ocpp2_on_vat_number_validation(struct desk *desk);
/* ocpp2_stream.c */
int ocpp2_on_open_periodic_event_stream(struct desk *desk);
int ocpp2_on_close_periodic_event_stream(struct desk *desk);
int ocpp2_on_notify_periodic_event_stream(struct desk *desk);
int ocpp2_on_battery_swap(struct desk *desk);
/* ocpp2_transaction.c */
int ocpp2_on_transaction_event(struct desk *desk);
int ocpp2_on_meter_values(struct desk *desk);
/* ocpp2_signed.c: keeps what the meter signed in this event; `waited`: by it charging began or
 * ended, so what earlier events brought is looked at as well. */
int ocpp2_signed(struct desk *desk, const struct pile_transaction *known, bool waited);
/* ocpp2_report.c */
/* The place of a variable in the device model, as it is stored. */
struct variable_key ocpp2_variable_key(
	const struct ocpp2_component *component, const struct ocpp2_variable *variable);
/* After a variable was stored: what it says of the pile's abilities. */
int ocpp2_heed_variable(struct ctx *ctx, const struct pile_variable *row);
int ocpp2_on_notify_report(struct desk *desk);
int ocpp2_on_notify_monitoring_report(struct desk *desk);
int ocpp2_on_notify_customer_information(struct desk *desk);
int ocpp2_on_notify_display_messages(struct desk *desk);
int ocpp2_on_report_charging_profiles(struct desk *desk);
int ocpp2_on_report_der_control(struct desk *desk);
/* ocpp2.c: keeps the message whole for people, with the outlet of `evse` (0: the pile). Refuses an
 * impossible one. */
int ocpp2_keep_notice(struct desk *desk, int64_t evse);
/* ocpp2_smart.c */
int ocpp2_on_notify_charging_limit(struct desk *desk);
int ocpp2_on_cleared_charging_limit(struct desk *desk);
int ocpp2_on_notify_ev_charging_needs(struct desk *desk);
int ocpp2_on_notify_ev_charging_schedule(struct desk *desk);
int ocpp2_on_notify_priority_charging(struct desk *desk);
int ocpp2_on_pull_dynamic_schedule_update(struct desk *desk);
/* ocpp2_der.c */
int ocpp2_on_notify_der_start_stop(struct desk *desk);
int ocpp2_on_notify_der_alarm(struct desk *desk);
int ocpp2_on_publish_firmware_status(struct desk *desk);
/* ocpp2_command.c */
int ocpp2_encode(enum ocpp_version version, struct ctx *ctx, const struct command *command,
	struct str *ret_action, struct str *ret_payload);
int ocpp2_answered(enum ocpp_version version, struct ctx *ctx, int64_t command_id,
	struct str payload, struct str error, int64_t latency_us, struct str *ret_error,
	int64_t *ret_order_id);
