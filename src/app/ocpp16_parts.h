/* ocpp16_parts.h - what the files of the OCPP 1.6 desk share: ocpp16.c (charging), ocpp16_care.c
 * (firmware, logs), ocpp16_answers.c. Included by nobody else. */
#pragma once
#include "app/ocpp.h"

int ocpp16_on_diagnostics_status_notification(struct desk *desk);
int ocpp16_on_firmware_status_notification(struct desk *desk);
int ocpp16_on_log_status_notification(struct desk *desk);
int ocpp16_on_security_event_notification(struct desk *desk);
int ocpp16_on_sign_certificate(struct desk *desk);
int ocpp16_on_signed_firmware_status_notification(struct desk *desk);

/* As struct ocpp_desk.answered. */
int ocpp16_answered(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
	int64_t latency_us, struct str *ret_error, int64_t *ret_order_id);
