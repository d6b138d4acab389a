/* ocpp2_report.c - reports in parts: the device model and its monitors go to tables of their own,
 * customer information, display messages and charging profiles are kept whole. */
#include "app/costs.h"
#include "app/devices.h"
#include "app/ocpp2_parts.h"
#include "app/publications.h"
#include "app/reports.h"
#include "app/smart.h"
#include "app/tariffs.h"
#include "app/webcodes.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/mask.h"
#include "store/pile.h"
#include "wire/ocpp2/der.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/smart.h"

#define VARIABLES_MOST 20000 /* of one pile */
#define MONITORS_MOST 5000

/* One part of a report whose content lives in its own table. *ret_take: put it there. */
static int counted(struct desk *desk, int64_t request_id, int64_t seq, bool last, bool *ret_take,
	struct pile_report *ret_report)
{
	struct report_part part = {.pile_id = desk->pile_id,
		.kind = str_from(desk->route->action),
		.request_id = request_id,
		.seq = seq,
		.last = last};
	struct str body;
	int outcome;

	TRY(ocpp2_body(desk, &body));
	part.body_bytes = body.len;
	outcome = reports_part(desk->ctx, &part, ret_report);
	TRY(outcome);
	*ret_take = outcome == 0;
	if (outcome == REPORTS_E_DROPPED)
		desk->reply->note = STR("dropped");
	return 0;
}

/* One part of a report that is kept as it came. */
static int kept(struct desk *desk, int64_t request_id, int64_t seq, bool last)
{
	struct report_part part = {.pile_id = desk->pile_id,
		.kind = str_from(desk->route->action),
		.request_id = request_id,
		.seq = seq,
		.last = last};
	struct pile_report report;
	int outcome;

	TRY(ocpp2_body(desk, &part.body));
	part.body_bytes = part.body.len;
	outcome = reports_part(desk->ctx, &part, &report);
	TRY(outcome);
	if (outcome == REPORTS_E_DROPPED)
		desk->reply->note = STR("dropped");
	return 0;
}

static struct str fixed_text(struct arena *arena, bool has, int64_t value_e6)
{
	struct buf buf;
	struct str text;

	if (!has)
		return STR("");
	buf_init(&buf, arena, 48);
	buf_put_fixed(&buf, value_e6, 6);
	text = buf_str(&buf);
	while (text.len > 0 && text.ptr[text.len - 1] == '0')
		text.len--;
	if (text.len > 0 && text.ptr[text.len - 1] == '.')
		text.len--;
	return text;
}

struct variable_key ocpp2_variable_key(
	const struct ocpp2_component *component, const struct ocpp2_variable *variable)
{
	return (struct variable_key){.component = component->name,
		.component_instance = component->instance,
		.evse = component->has_evse ? component->evse.id : 0,
		.outlet = component->has_evse && component->evse.has_connector_id
				  ? component->evse.connector_id
				  : 0,
		.variable = variable->name,
		.variable_instance = variable->instance};
}

/* A signed reading without a key proves nothing to who has never heard the key: once a transaction
 * is enough. A pile that says so of itself is asked to tell it. */
static int want_public_key(struct ctx *ctx, const struct pile_variable *row)
{
	struct command_wish wish = {.pile_id = row->pile_id,
		.action = STR("ChangeConfiguration"),
		.payload = STR("{\"key\":\"PublicKeyWithSignedMeterValue\","
			       "\"value\":\"OncePerTransaction\"}"),
		.valid_us = 10 * US_PER_MIN};
	int64_t id;
	int outcome;

	if (!str_is(row->attribute, "Actual") || !str_is(row->value, "Never") ||
		str_is(row->mutability, "ReadOnly"))
		return 0;
	outcome = devices_command(ctx, &wish, &id);
	TRY(outcome);
	return 0; /* too many wait: the next inventory asks again */
}

/* Some variables are the pile's word on what it can do for drivers. */
int ocpp2_heed_variable(struct ctx *ctx, const struct pile_variable *row)
{
	bool on = str_is(row->value, "true");

	if (str_is(row->key.component, "OCPPCommCtrlr") &&
		str_is(row->key.variable, "PublicKeyWithSignedMeterValue"))
		return want_public_key(ctx, row);
	if (str_is(row->key.component, WEBCODES_COMPONENT) &&
		str_is(row->key.variable, "Enabled") && str_is(row->attribute, "Actual"))
		return webcodes_seen(ctx, row->pile_id, row->key.evse, on);
	if (str_is(row->key.component, "SmartChargingCtrlr") &&
		str_is(row->key.variable, "SupportsDynamicProfiles") &&
		str_is(row->attribute, "Actual"))
		return store_pile_dynamic(ctx->db, row->pile_id, on);
	if (str_is(row->key.component, "SmartChargingCtrlr") &&
		str_is(row->key.variable, "PeriodsPerSchedule") && str_is(row->attribute, "Actual"))
		return smart_periods(ctx, row->pile_id, row->value);
	if (!str_is(row->key.component, "TariffCostCtrlr") ||
		!str_is(row->key.variable, "Enabled") || !str_is(row->attribute, "Actual"))
		return 0;
	if (str_is(row->key.variable_instance, "Tariff"))
		return tariffs_wanted(ctx, row->pile_id, on);
	return str_is(row->key.variable_instance, "Cost") ? costs_wanted(ctx, row->pile_id, on) : 0;
}

static int put_variable(struct desk *desk, const struct ocpp2_report_data *data)
{
	const struct ocpp2_variable_characteristics *kind = &data->variable_characteristics;
	struct pile_variable row = {.pile_id = desk->pile_id,
		.key = ocpp2_variable_key(&data->component, &data->variable),
		.unit = kind->unit,
		.choices = kind->values_list,
		.monitored = kind->supports_monitoring,
		.at_us = desk->now_us};

	row.data_type = field_enum_name(&ocpp2_data_enum_21_names, kind->data_type);
	row.least = fixed_text(desk->arena, kind->has_min_limit_e6, kind->min_limit_e6);
	row.most = fixed_text(desk->arena, kind->has_max_limit_e6, kind->max_limit_e6);
	for (size_t i = 0; i < data->variable_attribute_len; i++) {
		const struct ocpp2_variable_attribute *attribute = &data->variable_attribute[i];

		row.attribute =
			attribute->has_type
				? field_enum_name(&ocpp2_attribute_enum_21_names, attribute->type)
				: STR("Actual");
		row.mutability = attribute->has_mutability
					 ? field_enum_name(&ocpp2_mutability_enum_21_names,
						   attribute->mutability)
					 : STR("ReadWrite");
		/* some piles tell back what is to be written only */
		row.has_value = attribute->has_value && !mask_is_secret(row.key.variable);
		row.value = row.has_value ? attribute->value : STR("");
		TRY(store_variable_put(desk->ctx->db, &row));
		TRY(ocpp2_heed_variable(desk->ctx, &row));
	}
	return 0;
}

int ocpp2_on_notify_report(struct desk *desk)
{
	const struct ocpp2_notify_report_req *req = desk->req;
	struct pile_report report;
	int64_t count;
	bool take;

	TRY(counted(
		desk, req->request_id, req->seq_no, !(req->has_tbc && req->tbc), &take, &report));
	if (!take)
		return 0;
	TRY(store_variable_count(desk->ctx->db, desk->pile_id, &count));
	for (size_t i = 0; i < req->report_data_len && count + (int64_t)i < VARIABLES_MOST; i++)
		TRY(put_variable(desk, &req->report_data[i]));
	/* What the whole inventory does not name any more is gone. */
	if (str_is(report.state, "done") && str_is(report.reason, "inventory"))
		return store_variable_forget(desk->ctx->db, desk->pile_id, report.begun_us);
	return 0;
}

int ocpp2_on_notify_monitoring_report(struct desk *desk)
{
	const struct ocpp2_notify_monitoring_report_req *req = desk->req;
	struct pile_report report;
	int64_t count;
	bool take;

	TRY(counted(
		desk, req->request_id, req->seq_no, !(req->has_tbc && req->tbc), &take, &report));
	if (!take)
		return 0;
	TRY(store_monitor_count(desk->ctx->db, desk->pile_id, &count));
	for (size_t i = 0; i < req->monitor_len; i++) {
		const struct ocpp2_monitoring_data *data = &req->monitor[i];

		for (size_t m = 0; m < data->variable_monitoring_len && count < MONITORS_MOST;
			m++, count++) {
			const struct ocpp2_variable_monitoring *one = &data->variable_monitoring[m];
			struct pile_monitor row = {.pile_id = desk->pile_id,
				.monitor_id = one->id,
				.key = ocpp2_variable_key(&data->component, &data->variable),
				.kind = field_enum_name(&ocpp2_monitor_enum_21_names, one->type),
				.value = fixed_text(desk->arena, true, one->value_e6),
				.severity = one->severity,
				.during_charge = one->transaction,
				.at_us = desk->now_us};

			TRY(store_monitor_put(desk->ctx->db, &row));
		}
	}
	/* What the list of all monitors does not name any more is gone. */
	if (str_is(report.state, "done") && str_is(report.reason, "monitors"))
		return store_monitor_forget_old(desk->ctx->db, desk->pile_id, report.begun_us);
	return 0;
}

int ocpp2_on_notify_customer_information(struct desk *desk)
{
	const struct ocpp2_notify_customer_information_req *req = desk->req;

	return kept(desk, req->request_id, req->seq_no, !(req->has_tbc && req->tbc));
}

int ocpp2_on_notify_display_messages(struct desk *desk)
{
	const struct ocpp2_notify_display_messages_req *req = desk->req;

	return kept(desk, req->request_id, -1, !(req->has_tbc && req->tbc));
}

int ocpp2_on_report_charging_profiles(struct desk *desk)
{
	const struct ocpp2_report_charging_profiles_req *req = desk->req;

	return kept(desk, req->request_id, -1, !(req->has_tbc && req->tbc));
}

int ocpp2_on_report_der_control(struct desk *desk)
{
	const struct ocpp2_report_der_control_req *req = desk->req;

	return kept(desk, req->request_id, -1, !(req->has_tbc && req->tbc));
}

/* How far a pile is with firmware that it offers to its neighbours. */
int ocpp2_on_publish_firmware_status(struct desk *desk)
{
	const struct ocpp2_publish_firmware_status_notification_req *req = desk->req;
	const char *state = "loading";
	struct buf place;
	struct str error = STR("");

	TRY(ocpp2_keep_notice(desk, 0));
	if (!req->has_request_id)
		return 0;
	buf_init(&place, desk->arena, LIMIT_FRAME_BYTES);
	for (size_t i = 0; i < req->location_len; i++) {
		buf_put_str(&place, i > 0 ? STR("\n") : STR(""));
		buf_put_str(&place, req->location[i]);
	}
	if (req->status == OCPP2_PUBLISH_FIRMWARE_STATUS_IDLE)
		return 0;
	if (req->status == OCPP2_PUBLISH_FIRMWARE_STATUS_PUBLISHED)
		state = "published";
	if (req->status == OCPP2_PUBLISH_FIRMWARE_STATUS_DOWNLOAD_FAILED ||
		req->status == OCPP2_PUBLISH_FIRMWARE_STATUS_INVALID_CHECKSUM ||
		req->status == OCPP2_PUBLISH_FIRMWARE_STATUS_PUBLISH_FAILED) {
		state = "failed";
		error = field_enum_name(&ocpp2_publish_firmware_status_enum_21_names, req->status);
	}
	return publications_reported(
		desk->ctx, desk->pile_id, req->request_id, state, error, buf_str(&place));
}
