/* exi_values.h - values that DIN SPEC 70121 and ISO 15118-2 write the same way. What has the same
 * name in both and differs (codes, units, isolation) stands with each. Only for their exi_*.c. */
#pragma once
#include "pile/exi_rows.h"

static const struct exi_type yes = {.kind = EXI_BOOL};
static const struct exi_type count = {.kind = EXI_UINT};
static const struct exi_type whole = {.kind = EXI_INT};
static const struct exi_type short_whole = {.kind = EXI_INT, .least = INT16_MIN, .most = INT16_MAX};
SMALL(percent, 7, 0, 100);
SMALL(signed_octet, 8, -128, 127);
SMALL(power_of_ten, 3, -3, 3);
TEXT(text_32, 32);
TEXT(text_64, 64);
TEXT(text_any, 1024);

/* The codes of answers begin alike. */
#define EXI_CODES_ALIKE \
	"OK", "OK_NewSessionEstablished", "OK_OldSessionJoined", "OK_CertificateExpiresSoon", \
		"FAILED", "FAILED_SequenceError", "FAILED_ServiceIDInvalid", \
		"FAILED_UnknownSession", "FAILED_ServiceSelectionInvalid", \
		"FAILED_PaymentSelectionInvalid", "FAILED_CertificateExpired", \
		"FAILED_SignatureError", "FAILED_NoCertificateAvailable", "FAILED_CertChainError", \
		"FAILED_ChallengeInvalid", "FAILED_ContractCanceled", \
		"FAILED_WrongChargeParameter", "FAILED_PowerDeliveryNotApplied", \
		"FAILED_TariffSelectionInvalid", "FAILED_ChargingProfileInvalid"

WORDS(notifications, "None", "StopCharging", "ReNegotiation");
WORDS(transfer_modes, "AC_single_phase_core", "AC_three_phase_core", "DC_core", "DC_extended",
	"DC_combo_core", "DC_unique");
WORDS(payments, "Contract", "ExternalPayment");
WORDS(categories, "EVCharging", "Internet", "ContractCertificate", "OtherCustom");
WORDS(evse_codes, "EVSE_NotReady", "EVSE_Ready", "EVSE_Shutdown", "EVSE_UtilityInterruptEvent",
	"EVSE_IsolationMonitoringActive", "EVSE_EmergencyShutdown", "EVSE_Malfunction",
	"Reserved_8", "Reserved_9", "Reserved_A", "Reserved_B", "Reserved_C");
WORDS(ev_errors, "NO_ERROR", "FAILED_RESSTemperatureInhibit", "FAILED_EVShiftPosition",
	"FAILED_ChargerConnectorLockFault", "FAILED_EVRESSMalfunction",
	"FAILED_ChargingCurrentdifferential", "FAILED_ChargingVoltageOutOfRange", "Reserved_A",
	"Reserved_B", "Reserved_C", "FAILED_ChargingSystemIncompatibility", "NoData");
WORDS(faults, "ParsingError", "NoTLSRootCertificatAvailable", "UnknownError");
