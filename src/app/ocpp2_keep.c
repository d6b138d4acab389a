/* ocpp2_keep.c - what a 2.x pile's answers tell of its device model: values asked for, values set,
 * monitors set and cleared. */
#include "app/certificates.h"
#include "app/givenback.h"
#include "app/ocpp2_command.h"
#include "app/ocpp2_parts.h"
#include "app/reports.h"
#include "base/fault.h"
#include "base/mask.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/certificate.h"
#include "wire/ocpp2/der.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/smart.h"

/* Secrets are told to piles through variables too, and a careless pile tells them back: they are
 * kept nowhere. */
static int keep_value(struct ctx *ctx, int64_t pile_id, const struct ocpp2_component *component,
	const struct ocpp2_variable *variable, struct str attribute, struct str value)
{
	struct pile_variable row = {.pile_id = pile_id,
		.key = ocpp2_variable_key(component, variable),
		.attribute = attribute,
		.value = mask_is_secret(variable->name) ? STR("") : value,
		.at_us = ctx->now_us};

	TRY(store_variable_value(ctx->db, &row));
	return ocpp2_heed_variable(ctx, &row);
}

static struct str attribute_name(bool has, int type)
{
	return has ? field_enum_name(&ocpp2_attribute_enum_21_names, type) : STR("Actual");
}

int ocpp2_keep_values(
	struct ctx *ctx, const struct command *command, const struct ocpp2_get_variables_conf *conf)
{
	for (size_t i = 0; i < conf->get_variable_result_len; i++) {
		const struct ocpp2_get_variable_result *one = &conf->get_variable_result[i];

		if (one->attribute_status == OCPP2_GET_VARIABLE_STATUS_ACCEPTED)
			TRY(keep_value(ctx, command->pile_id, &one->component, &one->variable,
				attribute_name(one->has_attribute_type, one->attribute_type),
				one->attribute_value));
	}
	return 0;
}

int ocpp2_keep_set(struct ctx *ctx, const struct command *command,
	const struct ocpp2_set_variables_req *req, const struct ocpp2_set_variables_conf *conf)
{
	for (size_t i = 0; i < conf->set_variable_result_len && i < req->set_variable_data_len;
		i++) {
		const struct ocpp2_set_variable_data *asked = &req->set_variable_data[i];
		int status = conf->set_variable_result[i].attribute_status;

		if ((status != OCPP2_SET_VARIABLE_STATUS_ACCEPTED &&
			    status != OCPP2_SET_VARIABLE_STATUS_REBOOT_REQUIRED) ||
			mask_is_secret(asked->variable.name))
			continue;
		TRY(keep_value(ctx, command->pile_id, &asked->component, &asked->variable,
			attribute_name(asked->has_attribute_type, asked->attribute_type),
			asked->attribute_value));
	}
	return 0;
}

static int keep_monitors(struct saying *saying, const struct ocpp2_set_variable_monitoring_req *req,
	const struct ocpp2_set_variable_monitoring_conf *conf)
{
	for (size_t i = 0; i < conf->set_monitoring_result_len && i < req->set_monitoring_data_len;
		i++) {
		const struct ocpp2_set_monitoring_result *one = &conf->set_monitoring_result[i];
		const struct ocpp2_set_monitoring_data *asked = &req->set_monitoring_data[i];
		struct pile_monitor row = {.pile_id = saying->command->pile_id,
			.monitor_id = one->id,
			.key = {.component = one->component.name,
				.component_instance = one->component.instance,
				.evse = one->component.has_evse ? one->component.evse.id : 0,
				.variable = one->variable.name,
				.variable_instance = one->variable.instance},
			.kind = field_enum_name(&ocpp2_monitor_enum_21_names, one->type),
			.severity = one->severity,
			.during_charge = asked->has_transaction && asked->transaction,
			.at_us = saying->ctx->now_us};
		struct buf buf;

		if (one->status != OCPP2_SET_MONITORING_STATUS_ACCEPTED || !one->has_id)
			continue;
		buf_init(&buf, saying->ctx->arena, 48);
		buf_put_fixed(&buf, asked->value_e6, 6);
		row.value = buf_str(&buf);
		TRY(store_monitor_put(saying->ctx->db, &row));
	}
	return 0;
}

static int forget_monitors(
	struct saying *saying, const struct ocpp2_clear_variable_monitoring_conf *conf)
{
	for (size_t i = 0; i < conf->clear_monitoring_result_len; i++) {
		const struct ocpp2_clear_monitoring_result *one = &conf->clear_monitoring_result[i];

		if (one->status != OCPP2_CLEAR_MONITORING_STATUS_REJECTED)
			TRY(store_monitor_forget(
				saying->ctx->db, saying->command->pile_id, one->id));
	}
	return 0;
}

/* The parts of the inventory are on their way, or came already. */
int ocpp2_expect_report(struct saying *saying, const struct ocpp2_get_base_report_conf *conf)
{
	const struct ocpp2_get_base_report_req *req = saying->req;
	struct pile_report report;
	int outcome;

	if (conf->status != OCPP2_GENERIC_DEVICE_MODEL_STATUS_ACCEPTED ||
		req->report_base != OCPP2_REPORT_BASE_FULL_INVENTORY)
		return 0;
	outcome = reports_expect(saying->ctx, saying->command->pile_id, STR("NotifyReport"),
		req->request_id, STR("inventory"), &report);
	TRY(outcome);
	if (outcome == 0 && str_is(report.state, "done"))
		return store_variable_forget(
			saying->ctx->db, saying->command->pile_id, report.begun_us);
	return 0;
}

/* A report that was accepted is awaited, so that people see it is on its way, and that it never
 * came. `reason` says what it was for. */
static int expect(struct saying *saying, const char *kind, int64_t request_id, const char *reason)
{
	struct pile_report report;
	int outcome = reports_expect(saying->ctx, saying->command->pile_id, str_from(kind),
		request_id, str_from(reason), &report);

	TRY(outcome);
	if (outcome == 0 && str_is(report.state, "done") && str_is(report.reason, "monitors"))
		return store_monitor_forget_old(
			saying->ctx->db, saying->command->pile_id, report.begun_us);
	return 0;
}

static int expect_monitors(
	struct saying *saying, const struct ocpp2_get_monitoring_report_conf *conf)
{
	const struct ocpp2_get_monitoring_report_req *req = saying->req;
	bool all = !req->has_monitoring_criteria && !req->has_component_variable;

	/* Nothing to report: none is left. */
	if (all && conf->status == OCPP2_GENERIC_DEVICE_MODEL_STATUS_EMPTY_RESULT_SET)
		return store_monitor_forget_old(
			saying->ctx->db, saying->command->pile_id, saying->ctx->now_us);
	if (conf->status != OCPP2_GENERIC_DEVICE_MODEL_STATUS_ACCEPTED)
		return 0;
	return expect(saying, "NotifyMonitoringReport", req->request_id, all ? "monitors" : "");
}

static int expect_customer(
	struct saying *saying, const struct ocpp2_customer_information_conf *conf)
{
	const struct ocpp2_customer_information_req *req = saying->req;

	if (conf->status != OCPP2_CUSTOMER_INFORMATION_STATUS_ACCEPTED || !req->report)
		return 0;
	return expect(saying, "NotifyCustomerInformation", req->request_id, "customer");
}

static int expect_displays(
	struct saying *saying, const struct ocpp2_get_display_messages_conf *conf)
{
	const struct ocpp2_get_display_messages_req *req = saying->req;

	if (conf->status != OCPP2_GET_DISPLAY_MESSAGES_STATUS_ACCEPTED)
		return 0;
	return expect(saying, "NotifyDisplayMessages", req->request_id, "displays");
}

static int expect_profiles(
	struct saying *saying, const struct ocpp2_get_charging_profiles_conf *conf)
{
	const struct ocpp2_get_charging_profiles_req *req = saying->req;

	if (conf->status != OCPP2_GET_CHARGING_PROFILE_STATUS_ACCEPTED)
		return 0;
	return expect(saying, "ReportChargingProfiles", req->request_id, "profiles");
}

static int expect_controls(struct saying *saying, const struct ocpp2_get_der_control_conf *conf)
{
	const struct ocpp2_get_der_control_req *req = saying->req;

	if (conf->status != OCPP2_DER_CONTROL_STATUS_ACCEPTED)
		return 0;
	return expect(saying, "ReportDERControl", req->request_id, "controls");
}

/* The house's kind of a certificate in a pile; NULL for those it does not keep apart. */
static const char *anchor_kind(struct str word)
{
	static const struct {
		const char *word, *kind;
	} rows[] = {
		{"CSMSRootCertificate", "csms"},
		{"ManufacturerRootCertificate", "manufacturer"},
		{"V2GRootCertificate", "v2g"},
		{"MORootCertificate", "mo"},
		{"V2GCertificateChain", "chain"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_is(word, rows[i].word))
			return rows[i].kind;
	}
	return NULL;
}

/* All that were told of one type. */
static int keep_anchors_of(struct saying *saying, struct str word,
	const struct ocpp2_get_installed_certificate_ids_conf *conf)
{
	size_t most = conf->certificate_hash_data_chain_len, len = 0;
	struct anchor *anchors = ARENA_ARRAY(saying->ctx->arena, struct anchor, most + 1);
	const char *kind = anchor_kind(word);

	if (!anchors)
		return FAULT(FAULT_NOMEM, "anchors");
	if (!kind)
		return 0;
	for (size_t i = 0; i < most; i++) {
		const struct ocpp2_certificate_hash_data_chain *one =
			&conf->certificate_hash_data_chain[i];
		const struct ocpp2_certificate_hash_data *data = &one->certificate_hash_data;

		if (!str_eq(word, field_enum_name(&ocpp2_get_certificate_id_use_enum_21_names,
					  one->certificate_type)))
			continue;
		anchors[len++] = (struct anchor){.kind = str_from(kind),
			.algorithm = field_enum_name(
				&ocpp2_hash_algorithm_enum_21_names, data->hash_algorithm),
			.name_hash = data->issuer_name_hash,
			.key_hash = data->issuer_key_hash,
			.serial = data->serial_number};
	}
	return certificates_reported(
		saying->ctx, saying->command->pile_id, str_from(kind), anchors, len);
}

/* Of the types that were asked for; none asked is all of them. */
static int keep_anchors(
	struct saying *saying, const struct ocpp2_get_installed_certificate_ids_conf *conf)
{
	const struct ocpp2_get_installed_certificate_ids_req *req = saying->req;
	const struct field_names *all = &ocpp2_get_certificate_id_use_enum_201_names;

	for (size_t i = 0; i < all->count; i++) {
		struct str word = field_enum_name(all, 1 + (int)i);
		bool asked = req->certificate_type_len == 0;

		for (size_t j = 0; j < req->certificate_type_len; j++)
			asked |= str_eq(word, req->certificate_type[j]);
		if (asked)
			TRY(keep_anchors_of(saying, word, conf));
	}
	return 0;
}

/* Was a way back among the ways that energy may flow? From the moment on when it was told, for the
 * pile may act on it before its answer is here. */
static int keep_allowed(struct saying *saying,
	const struct ocpp2_notify_allowed_energy_transfer_req *req,
	const struct ocpp2_notify_allowed_energy_transfer_conf *conf)
{
	bool may = ocpp2_lets_back(req->allowed_energy_transfer, req->allowed_energy_transfer_len);

	if (conf->status != OCPP2_NOTIFY_ALLOWED_ENERGY_TRANSFER_STATUS_ACCEPTED)
		return 0;
	return givenback_allowed(saying->ctx, saying->command->pile_id, req->transaction_id, may,
		saying->command->created_us);
}

int ocpp2_keep_answer(struct saying *saying, const void *answer)
{
	const struct ocpp2_action *action = ocpp2_action_find(saying->version, saying->action);
	const struct record *record = ocpp2_action_req(saying->version, action);
	void *req = arena_alloc(saying->ctx->arena, record->size);

	if (!req)
		return FAULT(FAULT_NOMEM, "a command");
	if (record_decode(record, saying->command->payload, RECORD_LENIENT, saying->ctx->arena, req,
		    NULL) != 0)
		return 0;
	saying->req = req;
	if (str_is(saying->action, "GetVariables"))
		return ocpp2_keep_values(saying->ctx, saying->command, answer);
	if (str_is(saying->action, "SetVariables"))
		return ocpp2_keep_set(saying->ctx, saying->command, req, answer);
	if (str_is(saying->action, "SetVariableMonitoring"))
		return keep_monitors(saying, req, answer);
	if (str_is(saying->action, "ClearVariableMonitoring"))
		return forget_monitors(saying, answer);
	if (str_is(saying->action, "GetPeriodicEventStream"))
		return ocpp2_keep_streams(saying, answer);
	if (str_is(saying->action, "AdjustPeriodicEventStream"))
		return ocpp2_keep_adjusted(saying, answer);
	if (str_is(saying->action, "SetDERControl"))
		return ocpp2_keep_control(saying, answer);
	if (str_is(saying->action, "ClearDERControl"))
		return ocpp2_forget_control(saying, answer);
	if (str_is(saying->action, "NotifyAllowedEnergyTransfer"))
		return keep_allowed(saying, req, answer);
	if (str_is(saying->action, "GetBaseReport"))
		return ocpp2_expect_report(saying, answer);
	if (str_is(saying->action, "GetMonitoringReport"))
		return expect_monitors(saying, answer);
	if (str_is(saying->action, "GetInstalledCertificateIds"))
		return keep_anchors(saying, answer);
	if (str_is(saying->action, "CustomerInformation"))
		return expect_customer(saying, answer);
	if (str_is(saying->action, "GetDisplayMessages"))
		return expect_displays(saying, answer);
	if (str_is(saying->action, "GetChargingProfiles"))
		return expect_profiles(saying, answer);
	if (str_is(saying->action, "GetDERControl"))
		return expect_controls(saying, answer);
	return 0;
}
