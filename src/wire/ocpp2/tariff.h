/* tariff.h - OCPP 2.0.1 and 2.1, block I of 2.1: tariffs, settlement, web payment, VAT numbers. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_TARIFF_CHANGE_STATUS(E, B, P)                                                      \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, TOO_MANY_ELEMENTS, "TooManyElements")                                                 \
	E(P, CONDITION_NOT_SUPPORTED, "ConditionNotSupported")                                     \
	E(P, TX_NOT_FOUND, "TxNotFound")                                                           \
	E(P, NO_CURRENCY_CHANGE, "NoCurrencyChange")
OCPP2_ENUM(ocpp2_tariff_change_status_enum, TARIFF_CHANGE_STATUS)

#define OCPP2_E_TARIFF_CLEAR_STATUS(E, B, P)                                                       \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NO_TARIFF, "NoTariff")
OCPP2_ENUM(ocpp2_tariff_clear_status_enum, TARIFF_CLEAR_STATUS)

#define OCPP2_E_TARIFF_GET_STATUS(E, B, P)                                                         \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NO_TARIFF, "NoTariff")
OCPP2_ENUM(ocpp2_tariff_get_status_enum, TARIFF_GET_STATUS)

#define OCPP2_E_TARIFF_KIND(E, B, P)                                                               \
	E(P, DEFAULT_TARIFF, "DefaultTariff")                                                      \
	E(P, DRIVER_TARIFF, "DriverTariff")
OCPP2_ENUM(ocpp2_tariff_kind_enum, TARIFF_KIND)

#define OCPP2_E_PAYMENT_STATUS(E, B, P)                                                            \
	E(P, SETTLED, "Settled")                                                                   \
	E(P, CANCELED, "Canceled")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_payment_status_enum, PAYMENT_STATUS)

#define OCPP2_E_TARIFF_SET_STATUS(E, B, P)                                                         \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, TOO_MANY_ELEMENTS, "TooManyElements")                                                 \
	E(P, CONDITION_NOT_SUPPORTED, "ConditionNotSupported")                                     \
	E(P, DUPLICATE_TARIFF_ID, "DuplicateTariffId")
OCPP2_ENUM(ocpp2_tariff_set_status_enum, TARIFF_SET_STATUS)

#define OCPP2_L_SET_DEFAULT_TARIFF_REQ(F, A, B, R, S)                                              \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(OBJ, REQ, S, tariff, "tariff", ocpp2_tariff)
OCPP2_STRUCT(ocpp2_set_default_tariff_req, OCPP2_L_SET_DEFAULT_TARIFF_REQ)

#define OCPP2_L_SET_DEFAULT_TARIFF_CONF(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_tariff_set_status_enum)                            \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_default_tariff_conf, OCPP2_L_SET_DEFAULT_TARIFF_CONF)

#define OCPP2_L_GET_TARIFFS_REQ(F, A, B, R, S)                                                     \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_get_tariffs_req, OCPP2_L_GET_TARIFFS_REQ)

#define OCPP2_L_TARIFF_ASSIGNMENT(F, A, B, R, S)                                                   \
	F(STR, REQ, S, tariff_id, "tariffId", 60)                                                  \
	F(ENUM, REQ, S, tariff_kind, "tariffKind", ocpp2_tariff_kind_enum)                         \
	F(TIME, OPT, S, valid_from, "validFrom", 0)                                                \
	F(INTS, OPT, S, evse_ids, "evseIds", (0, OCPP2_INT_MAX, 1, OCPP2_ITEMS_MAX))               \
	F(STRS, OPT, S, id_tokens, "idTokens", (255, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_tariff_assignment, OCPP2_L_TARIFF_ASSIGNMENT)

#define OCPP2_L_GET_TARIFFS_CONF(F, A, B, R, S)                                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_tariff_get_status_enum)                            \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(LIST, OPT, S, tariff_assignments, "tariffAssignments",                                   \
		(ocpp2_tariff_assignment, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_tariffs_conf, OCPP2_L_GET_TARIFFS_CONF)

#define OCPP2_L_CLEAR_TARIFFS_REQ(F, A, B, R, S)                                                   \
	F(STRS, OPT, S, tariff_ids, "tariffIds", (60, 1, OCPP2_ITEMS_MAX))                         \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_clear_tariffs_req, OCPP2_L_CLEAR_TARIFFS_REQ)

#define OCPP2_L_CLEAR_TARIFFS_RESULT(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_tariff_clear_status_enum)                          \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(STR, OPT, S, tariff_id, "tariffId", 60)
OCPP2_STRUCT(ocpp2_clear_tariffs_result, OCPP2_L_CLEAR_TARIFFS_RESULT)

#define OCPP2_L_CLEAR_TARIFFS_CONF(F, A, B, R, S)                                                  \
	F(LIST, REQ, S, clear_tariffs_result, "clearTariffsResult",                                \
		(ocpp2_clear_tariffs_result, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_clear_tariffs_conf, OCPP2_L_CLEAR_TARIFFS_CONF)

#define OCPP2_L_CHANGE_TRANSACTION_TARIFF_REQ(F, A, B, R, S)                                       \
	F(OBJ, REQ, S, tariff, "tariff", ocpp2_tariff)                                             \
	F(STR, REQ, S, transaction_id, "transactionId", 36)
OCPP2_STRUCT(ocpp2_change_transaction_tariff_req, OCPP2_L_CHANGE_TRANSACTION_TARIFF_REQ)

#define OCPP2_L_CHANGE_TRANSACTION_TARIFF_CONF(F, A, B, R, S)                                      \
	F(ENUM, REQ, S, status, "status", ocpp2_tariff_change_status_enum)                         \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_change_transaction_tariff_conf, OCPP2_L_CHANGE_TRANSACTION_TARIFF_CONF)

#define OCPP2_L_ADDRESS(F, A, B, R, S)                                                             \
	F(STR, REQ, S, name, "name", 50)                                                           \
	F(STR, REQ, S, address1, "address1", 100)                                                  \
	F(STR, REQ, S, city, "city", 100)                                                          \
	F(STR, REQ, S, country, "country", 50)                                                     \
	F(STR, OPT, S, address2, "address2", 100)                                                  \
	F(STR, OPT, S, postal_code, "postalCode", 20)
OCPP2_STRUCT(ocpp2_address, OCPP2_L_ADDRESS)

#define OCPP2_L_NOTIFY_SETTLEMENT_REQ(F, A, B, R, S)                                               \
	F(STR, REQ, S, psp_ref, "pspRef", 255)                                                     \
	F(ENUM, REQ, S, status, "status", ocpp2_payment_status_enum)                               \
	F(DEC, REQ, S, settlement_amount_e5, "settlementAmount",                                   \
		(5, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(TIME, REQ, S, settlement_time, "settlementTime", 0)                                      \
	F(STR, OPT, S, transaction_id, "transactionId", 36)                                        \
	F(STR, OPT, S, status_info, "statusInfo", 500)                                             \
	F(STR, OPT, S, receipt_id, "receiptId", 50)                                                \
	F(STR, OPT, S, receipt_url, "receiptUrl", 2000)                                            \
	F(OBJ, OPT, S, vat_company, "vatCompany", ocpp2_address)                                   \
	F(STR, OPT, S, vat_number, "vatNumber", 20)
OCPP2_STRUCT(ocpp2_notify_settlement_req, OCPP2_L_NOTIFY_SETTLEMENT_REQ)

#define OCPP2_L_NOTIFY_SETTLEMENT_CONF(F, A, B, R, S)                                              \
	F(STR, OPT, S, receipt_url, "receiptUrl", 2000)                                            \
	F(STR, OPT, S, receipt_id, "receiptId", 50)
OCPP2_STRUCT(ocpp2_notify_settlement_conf, OCPP2_L_NOTIFY_SETTLEMENT_CONF)

#define OCPP2_L_NOTIFY_WEB_PAYMENT_STARTED_REQ(F, A, B, R, S)                                      \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(INT, REQ, S, timeout, "timeout", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_notify_web_payment_started_req, OCPP2_L_NOTIFY_WEB_PAYMENT_STARTED_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_web_payment_started_conf)

#define OCPP2_L_VAT_NUMBER_VALIDATION_REQ(F, A, B, R, S)                                           \
	F(STR, REQ, S, vat_number, "vatNumber", 20)                                                \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_vat_number_validation_req, OCPP2_L_VAT_NUMBER_VALIDATION_REQ)

#define OCPP2_L_VAT_NUMBER_VALIDATION_CONF(F, A, B, R, S)                                          \
	F(STR, REQ, S, vat_number, "vatNumber", 20)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, company, "company", ocpp2_address)                                          \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_vat_number_validation_conf, OCPP2_L_VAT_NUMBER_VALIDATION_CONF)
/* clang-format on */
