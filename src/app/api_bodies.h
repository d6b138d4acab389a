/* api_bodies.h - the bodies the API reads, one field table each; unknown fields are refused by
 * name. */
#pragma once
#include "base/field.h"
#include "base/limits.h"
#include "domain/token.h"
#include "wire/record.h"

#define AMOUNT_MAX INT64_C(100000000) /* no single wish for money is larger, in minor units */
#define TEXT_MAX 200

#define API_AMOUNT_FIELDS(F, S) \
	F(INT, REQ, S, minor, "minor", (0, AMOUNT_MAX), "minor units") \
	F(STR, OPT, S, currency, "currency", 3, "must be the site's when given")
FIELD_STRUCT(api_amount, API_AMOUNT_FIELDS)

#define API_LOGIN_FIELDS(F, S) \
	F(STR, REQ, S, login, "login", 100, "login name") \
	F(STR, REQ, S, password, "password", 256, "password")
FIELD_STRUCT(api_login, API_LOGIN_FIELDS)

#define API_OPEN_FIELDS(F, S) \
	F(STR, REQ, S, pile, "pile", LIMIT_PILE_CODE, "code in the pile's URL") \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, 1 when left out") \
	F(OBJ, OPT, S, limit, "limit", api_amount, "how much at most; the site's default") \
	F(INT, OPT, S, limit_wh, "limit_wh", (1, 10000000), "energy wished at most") \
	F(INT, OPT, S, limit_s, "limit_s", (60, 604800), "longest charge, in seconds") \
	F(INT, OPT, S, limit_soc, "limit_soc", (1, 100), \
		"state of charge to stop at, in percent, where the pile knows it") \
	F(STR, OPT, S, timing, "timing", 8, "prepay or hold, as the site says") \
	F(STR, OPT, S, channel, "channel", 32, "payment channel, the first when left out") \
	F(STR, OPT, S, tariff_hash, "tariff_hash", 64, "the price the driver saw") \
	F(STR, OPT, S, language, "language", 8, "of receipts and messages")
FIELD_STRUCT(api_open, API_OPEN_FIELDS)

#define API_PROBLEM_FIELDS(F, S) F(STR, REQ, S, text, "text", 1000, "what is wrong, in words")
FIELD_STRUCT(api_trouble, API_PROBLEM_FIELDS)

#define API_SITE_FIELDS(F, S) \
	F(STR, OPT, S, name, "name", TEXT_MAX, "name of the place") \
	F(STR, OPT, S, address, "address", TEXT_MAX, "where it is") \
	F(STR, OPT, S, zone, "zone", 64, "IANA time zone") \
	F(STR, OPT, S, currency, "currency", 3, "ISO 4217; cannot change later") \
	F(STR, OPT, S, helpline, "helpline", 64, "phone number shown to drivers") \
	F(STR, OPT, S, timing, "timing", 8, "prepay or hold") \
	F(OBJ, OPT, S, default_limit, "default_limit", api_amount, "preset amount") \
	F(ID, CLR, S, tariff_series_id, "tariff_series_id", 0, "price of its piles; null: none") \
	F(INT, OPT, S, reserve_min, "reserve_min", (0, 240), \
		"minutes a driver may reserve a free connector at most; 0: not at all") \
	F(STR, OPT, S, latitude, "latitude", 12, \
		"degrees north (WGS 84) as text, up to 7 decimals; empty with longitude: not " \
		"told") \
	F(STR, OPT, S, longitude, "longitude", 12, "degrees east, the same") \
	F(INT, OPT, S, version, "version", (1, INT64_MAX), "the version that was read")
FIELD_STRUCT(api_site, API_SITE_FIELDS)

#define API_PILE_FIELDS(F, S) \
	F(STR, OPT, S, code, "code", LIMIT_PILE_CODE, "identity in its URL; only when created") \
	F(STR, OPT, S, name, "name", 64, "what is painted on it") \
	F(ID, NIL, S, site_id, "site_id", 0, "where it stands") \
	F(ID, CLR, S, tariff_series_id, "tariff_series_id", 0, "null: the site's price") \
	F(STR, OPT, S, password, "password", 40, "16 or more; only when created; else made here") \
	F(INT, OPT, S, version, "version", (1, INT64_MAX), "the version that was read")
FIELD_STRUCT(api_pile, API_PILE_FIELDS)

#define API_PASSWORD_FIELDS(F, S) \
	F(STR, OPT, S, password, "password", 40, "16 characters or more; else one is made here")
FIELD_STRUCT(api_password, API_PASSWORD_FIELDS)

#define API_APPROVE_FIELDS(F, S) \
	F(ID, NIL, S, site_id, "site_id", 0, "where it stands, when it has no site yet") \
	F(STR, OPT, S, name, "name", 64, "what is painted on it") \
	F(STR, OPT, S, key, "key", 32, \
		"fingerprint on the pile's screen, when it asks for a certificate")
FIELD_STRUCT(api_approve, API_APPROVE_FIELDS)

#define API_HOLD_FIELDS(F, S) \
	F(BOOL, OPT, S, refuse, "refuse", 0, "boots are answered Rejected instead of Pending")
FIELD_STRUCT(api_hold, API_HOLD_FIELDS)

#define API_START_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, 1 when left out") \
	F(ID, NIL, S, member_id, "member_id", 0, "whose wallet pays; left out: the house") \
	F(OBJ, OPT, S, limit, "limit", api_amount, "how much at most") \
	F(INT, OPT, S, limit_wh, "limit_wh", (1, 10000000), "energy at most") \
	F(INT, OPT, S, most_w, "most_w", (1000, 1000000), "power at most")
FIELD_STRUCT(api_start, API_START_FIELDS)

#define API_CONNECTOR_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, 1 when left out")
FIELD_STRUCT(api_connector, API_CONNECTOR_FIELDS)
#define API_WHOLE_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, all when left out")
FIELD_STRUCT(api_whole, API_WHOLE_FIELDS)

#define API_RESET_TYPES(E, A, P) E(P, SOFT, "Soft") E(P, HARD, "Hard")
FIELD_ENUM_DECLARE(api_reset_type, API_RESET, API_RESET_TYPES)
#define API_RESET_FIELDS(F, S) F(ENUM, OPT, S, type, "type", api_reset_type, "Soft when left out")
FIELD_STRUCT(api_reset, API_RESET_FIELDS)

#define API_AVAILABILITY_TYPES(E, A, P) \
	E(P, OPERATIVE, "Operative") E(P, INOPERATIVE, "Inoperative")
FIELD_ENUM_DECLARE(api_availability_type, API_AVAILABILITY, API_AVAILABILITY_TYPES)
#define API_AVAILABILITY_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (0, LIMIT_CONNECTORS), "0 or left out: the pile") \
	F(ENUM, REQ, S, type, "type", api_availability_type, "in or out of service")
FIELD_STRUCT(api_availability, API_AVAILABILITY_FIELDS)

#define API_TRIGGER_MESSAGES(E, A, P) \
	E(P, BOOT, "BootNotification") \
	E(P, DIAGNOSTICS, "DiagnosticsStatusNotification") \
	E(P, FIRMWARE, "FirmwareStatusNotification") \
	E(P, HEARTBEAT, "Heartbeat") \
	E(P, METER, "MeterValues") \
	E(P, STATUS, "StatusNotification")
FIELD_ENUM_DECLARE(api_trigger_message, API_TRIGGER, API_TRIGGER_MESSAGES)
#define API_TRIGGER_FIELDS(F, S) \
	F(ENUM, REQ, S, message, "message", api_trigger_message, "what the pile shall send") \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "left out: the pile")
FIELD_STRUCT(api_trigger, API_TRIGGER_FIELDS)

#define API_GET_CONFIGURATION_FIELDS(F, S) \
	F(STRS, OPT, S, keys, "keys", (50, 0, 100), "left out: all")
FIELD_STRUCT(api_get_configuration, API_GET_CONFIGURATION_FIELDS)

#define API_CHANGE_CONFIGURATION_FIELDS(F, S) \
	F(STR, REQ, S, key, "key", 50, "name of the setting") \
	F(STR, REQ, S, value, "value", 500, "new value")
FIELD_STRUCT(api_change_configuration, API_CHANGE_CONFIGURATION_FIELDS)

#define API_ATTRIBUTES(E, A, P) \
	E(P, ACTUAL, "Actual") \
	E(P, TARGET, "Target") E(P, MIN_SET, "MinSet") E(P, MAX_SET, "MaxSet")
FIELD_ENUM_DECLARE(api_attribute, API_ATTRIBUTE, API_ATTRIBUTES)

#define API_VARIABLE_FIELDS(F, S) \
	F(STR, REQ, S, component, "component", 50, "component of the device model") \
	F(STR, OPT, S, component_instance, "component_instance", 50, "which one of several") \
	F(INT, OPT, S, evse, "evse", (0, 64), "supply equipment; 0: the whole pile") \
	F(INT, OPT, S, outlet, "outlet", (0, 64), "its outlet; 0: all of it") \
	F(STR, REQ, S, variable, "variable", 50, "variable of the component") \
	F(STR, OPT, S, variable_instance, "variable_instance", 50, "which one of several") \
	F(ENUM, OPT, S, attribute, "attribute", api_attribute, "Actual if absent") \
	F(STR, REQ, S, value, "value", 2500, "new value")
FIELD_STRUCT(api_variable, API_VARIABLE_FIELDS)

#define API_DATA_TRANSFER_FIELDS(F, S) \
	F(STR, REQ, S, vendor_id, "vendor_id", 255, "vendor") \
	F(STR, OPT, S, message_id, "message_id", 50, "message") \
	F(STR, OPT, S, data, "data", 10000, "content")
FIELD_STRUCT(api_data_transfer, API_DATA_TRANSFER_FIELDS)

#define API_REASON_FIELDS(F, S) F(STR, OPT, S, reason, "reason", TEXT_MAX, "kept in the record")
FIELD_STRUCT(api_reason, API_REASON_FIELDS)
#define API_METER_KEY_FIELDS(F, S) \
	F(INT, REQ, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet") \
	F(STR, REQ, S, public_key, "public_key", 4096, "the other key, as it is listed")
FIELD_STRUCT(api_meter_key, API_METER_KEY_FIELDS)

#define API_PROFILE_FIELDS(F, S) F(INT, REQ, S, profile, "profile", (0, 3), "security profile")
FIELD_STRUCT(api_profile, API_PROFILE_FIELDS)
#define API_CHAIN_FIELDS(F, S) \
	F(STR, REQ, S, chain, "chain", 16000, "certificate and those above it, PEM")
FIELD_STRUCT(api_chain, API_CHAIN_FIELDS)

/* Certificates in a pile that it believes others by; the last two only since OCPP 2. */
#define API_ANCHOR_KINDS(E, A, P) \
	E(P, CSMS, "csms") \
	E(P, MANUFACTURER, "manufacturer") E(P, V2G, "v2g") E(P, MO, "mo")
FIELD_ENUM_DECLARE(api_anchor_kind, API_ANCHOR, API_ANCHOR_KINDS)
#define API_ANCHOR_READ_FIELDS(F, S) \
	F(ENUM, REQ, S, kind, "kind", api_anchor_kind, "whom it believes by them")
FIELD_STRUCT(api_anchor_read, API_ANCHOR_READ_FIELDS)
#define API_ANCHOR_INSTALL_FIELDS(F, S) \
	F(ENUM, REQ, S, kind, "kind", api_anchor_kind, "whom it shall believe by it") \
	F(STR, REQ, S, certificate, "certificate", 16000, "of an authority, PEM")
FIELD_STRUCT(api_anchor_install, API_ANCHOR_INSTALL_FIELDS)
#define API_ANCHOR_DELETE_FIELDS(F, S) \
	F(STR, REQ, S, algorithm, "algorithm", 10, "SHA256 ...") \
	F(STR, REQ, S, name_hash, "name_hash", 128, "as the pile named it") \
	F(STR, REQ, S, key_hash, "key_hash", 128, "the same") \
	F(STR, REQ, S, serial, "serial", 40, "the same")
FIELD_STRUCT(api_anchor_delete, API_ANCHOR_DELETE_FIELDS)

#define API_SLOT_FIELDS(F, S) \
	F(DECTEXT, REQ, S, energy, "energy", (5, 0, 100000000), "energy fee per kWh") \
	F(DECTEXT, REQ, S, service, "service", (5, 0, 100000000), "service fee per kWh") \
	F(DECTEXT, OPT, S, back, "back", (5, 0, 100000000), "paid per kWh that a car gives back")
FIELD_STRUCT(api_slot, API_SLOT_FIELDS)
#define API_IDLE_FIELDS(F, S) \
	F(DECTEXT, REQ, S, price_per_min, "price_per_min", (5, 0, 100000000), "idle fee") \
	F(INT, REQ, S, grace_s, "grace_s", (0, 86400), "free time after charging") \
	F(OBJ, NIL, S, cap, "cap", api_amount, "most idle fee of an order")
FIELD_STRUCT(api_idle, API_IDLE_FIELDS)
#define API_TARIFF_FIELDS(F, S) \
	F(ID, NIL, S, series_id, "series_id", 0, "left out: a new tariff") \
	F(STR, REQ, S, name, "name", 100, "name") \
	F(STR, OPT, S, currency, "currency", 3, "the tenant's when left out") \
	F(LIST, REQ, S, slots, "slots", (api_slot, 48, 48), "half hours from 00:00 station time") \
	F(OBJ, NIL, S, idle, "idle", api_idle, "left out: none") \
	F(INT, OPT, S, vat_bp, "vat_bp", (0, 10000), "tax contained, 1/100 percent") \
	F(INT, OPT, S, back_vat_bp, "back_vat_bp", (0, 10000), \
		"tax contained in what is paid for energy given back; a private person owes none") \
	F(TIME, NIL, S, valid_from, "valid_from", 0, "left out: now")
FIELD_STRUCT(api_tariff, API_TARIFF_FIELDS)
#define API_SIMULATE_FIELDS(F, S) \
	F(OBJ, OPT, S, tariff, "tariff", api_tariff, "a tariff not stored yet") \
	F(ID, NIL, S, tariff_id, "tariff_id", 0, "or a stored version") \
	F(TIME, REQ, S, start, "start", 0, "when the charge begins") \
	F(INT, REQ, S, energy_wh, "energy_wh", (1, 1000000), "how much") \
	F(INT, REQ, S, power_w, "power_w", (100, 1000000), "how fast") \
	F(INT, OPT, S, back_wh, "back_wh", (0, 1000000), "given back afterwards, as fast") \
	F(INT, OPT, S, idle_s, "idle_s", (0, 604800), "time plugged in afterwards") \
	F(STR, OPT, S, zone, "zone", 64, "station time; the first site's when left out")
FIELD_STRUCT(api_simulate, API_SIMULATE_FIELDS)

#define API_MEMBER_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 100, "name") \
	F(STR, OPT, S, phone, "phone", 32, "phone")
FIELD_STRUCT(api_member, API_MEMBER_FIELDS)
#define API_MEMBER_PATCH_FIELDS(F, S) \
	F(BOOL, REQ, S, priority, "priority", 0, "may have charges go before others")
FIELD_STRUCT(api_member_patch, API_MEMBER_PATCH_FIELDS)
#define API_HURRY_FIELDS(F, S) F(BOOL, REQ, S, on, "on", 0, "true: goes before others")
FIELD_STRUCT(api_hurry, API_HURRY_FIELDS)
#define API_TAG_FIELDS(F, S) \
	F(STR, REQ, S, id_tag, "id_tag", TOKEN_MAX, "number on the card") \
	F(STR, OPT, S, kind, "kind", 12, "personal when left out, or commercial") \
	F(STR, OPT, S, parent, "parent", TOKEN_MAX, "group of cards") \
	F(TIME, NIL, S, expires, "expires", 0, "left out: never")
FIELD_STRUCT(api_tag, API_TAG_FIELDS)
#define API_SURPLUS_FIELDS(F, S) \
	F(STR, REQ, S, way, "way", 16, \
		"wallet; terminal: given back at its payment service; till: a credit paid out") \
	F(ID, NIL, S, member_id, "member_id", 0, "wallet: whose") \
	F(STR, OPT, S, reference, "reference", 80, "terminal: of the payment service")
FIELD_STRUCT(api_surplus, API_SURPLUS_FIELDS)
#define API_FILL_FIELDS(F, S) F(OBJ, REQ, S, amount, "amount", api_amount, "taken at the desk")
FIELD_STRUCT(api_fill, API_FILL_FIELDS)
