/* ocpp16_answers.c - what a pile that speaks OCPP 1.6 answers to our commands. */
#include "app/certificates.h"
#include "app/charging.h"
#include "app/devices.h"
#include "app/locallists.h"
#include "app/ocpp16_ask.h"
#include "app/ocpp16_parts.h"
#include "base/fault.h"
#include "store/command.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/security.h"

#define SETTINGS_MOST 500 /* of one GetConfiguration answer that are kept */

static int keep_settings(struct ctx *ctx, const struct command *command, const void *answer)
{
	const struct ocpp16_get_configuration_conf *conf = answer;

	for (size_t i = 0; i < conf->configuration_key_len && i < SETTINGS_MOST; i++) {
		const struct ocpp16_key_value *setting = &conf->configuration_key[i];

		TRY(devices_setting(
			ctx, command->pile_id, setting->key, setting->value, setting->readonly));
	}
	return locallists_pile_ready(ctx, command->pile_id);
}

/* An accepted change is as good as a report. */
static int keep_setting(struct ctx *ctx, const struct command *command, const void *answer)
{
	const struct ocpp16_change_configuration_conf *conf = answer;
	struct ocpp16_change_configuration_req req;

	if (conf->status != OCPP16_CONFIGURATION_STATUS_ACCEPTED &&
		conf->status != OCPP16_CONFIGURATION_STATUS_REBOOT_REQUIRED)
		return 0;
	if (record_decode(&ocpp16_change_configuration_req_record, command->payload, RECORD_LENIENT,
		    ctx->arena, &req, NULL) != 0)
		return 0;
	return devices_setting(ctx, command->pile_id, req.key, req.value, false);
}

static bool start_stop_accepted(const struct command *command, const void *answer)
{
	const struct ocpp16_remote_start_transaction_conf *conf = answer;

	if (!str_is(command->action, "RemoteStartTransaction") &&
		!str_is(command->action, "RemoteStopTransaction"))
		return true;
	/* Both answers are one status of the same enumeration. */
	return conf->status == OCPP16_REMOTE_START_STOP_STATUS_ACCEPTED;
}

static int read_answer(struct ctx *ctx, const struct command *command, struct str payload,
	void **ret_answer, struct str *error)
{
	const struct ocpp16_action *action = ocpp16_action_find(command->action);
	int result;

	if (!action)
		return FAULT(FAULT_BUG, "a command of no known action");
	*ret_answer = arena_alloc(ctx->arena, action->conf->size);
	if (!*ret_answer)
		return FAULT(FAULT_NOMEM, "answer");
	if (error->len > 0)
		return 0;
	result =
		record_decode(action->conf, payload, RECORD_LENIENT, ctx->arena, *ret_answer, NULL);
	TRY(result);
	if (result != 0)
		*error = STR("CALLERROR:bad answer");
	return 0;
}

/* GetInstalledCertificateIds: all of the kind that was asked for. */
static int keep_anchors(struct ctx *ctx, const struct command *command, const void *answer)
{
	const struct ocpp16_get_installed_certificate_ids_conf *conf = answer;
	struct ocpp16_get_installed_certificate_ids_req req;
	struct anchor *anchors =
		ARENA_ARRAY(ctx->arena, struct anchor, conf->certificate_hash_data_len + 1);
	struct str kind;

	if (!anchors)
		return FAULT(FAULT_NOMEM, "anchors");
	if (record_decode(&ocpp16_get_installed_certificate_ids_req_record, command->payload,
		    RECORD_LENIENT, ctx->arena, &req, NULL) != 0)
		return 0;
	kind = req.certificate_type == OCPP16_CERTIFICATE_USE_CENTRAL_SYSTEM_ROOT_CERTIFICATE
		       ? STR("csms")
		       : STR("manufacturer");
	for (size_t i = 0; i < conf->certificate_hash_data_len; i++) {
		const struct ocpp16_certificate_hash_data *data = &conf->certificate_hash_data[i];

		anchors[i] = (struct anchor){.kind = kind,
			.algorithm =
				field_enum_name(&ocpp16_hash_algorithm_names, data->hash_algorithm),
			.name_hash = data->issuer_name_hash,
			.key_hash = data->issuer_key_hash,
			.serial = data->serial_number};
	}
	return certificates_reported(
		ctx, command->pile_id, kind, anchors, conf->certificate_hash_data_len);
}

int ocpp16_answered(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error, int64_t *ret_order_id)
{
	struct command command;
	void *answer = NULL;
	int result = store_command_get(ctx->db, ctx->arena, command_id, &command);

	TRY(result);
	*ret_error = error;
	*ret_order_id = 0;
	if (result != 0 || !str_is(command.state, "queued"))
		return 0; /* ended before: recalled or too old */
	TRY(read_answer(ctx, &command, payload, &answer, &error));
	*ret_error = error;
	*ret_order_id = command.order_id;
	TRY(devices_command_done(ctx, command_id, payload, error, latency_us));
	if (error.len == 0 && str_is(command.action, "GetConfiguration"))
		TRY(keep_settings(ctx, &command, answer));
	if (error.len == 0 && str_is(command.action, "ChangeConfiguration"))
		TRY(keep_setting(ctx, &command, answer));
	if (error.len == 0 && str_is(command.action, "GetInstalledCertificateIds"))
		TRY(keep_anchors(ctx, &command, answer));
	if (command.ask != 0)
		TRY(ocpp16_ask_answered(ctx, &command, answer, error));
	if (command.order_id == 0)
		return 0;
	result = charging_command_done(ctx, command.order_id, command.action,
		error.len == 0 && start_stop_accepted(&command, answer), error);
	TRY(result);
	return 0;
}
