/* api_ocpp2.h - what only piles that speak OCPP 2 can be asked, on the outside face: handlers and
 * bodies of api_ocpp2.c (reports, monitors, customers, transactions, network) and api_displays.c
 * (messages on displays, published firmware). */
#pragma once
#include "app/api_call.h"
#include "app/api_lists.h"
#include "base/field.h"

#define API_CRITERIA(E, A, P) \
	E(P, ACTIVE, "Active") \
	E(P, AVAILABLE, "Available") E(P, ENABLED, "Enabled") E(P, PROBLEM, "Problem")
FIELD_ENUM_DECLARE(api_criterion, API_CRITERION, API_CRITERIA)
#define API_INVENTORY_FIELDS(F, S) \
	F(ENUM, OPT, S, criterion, "criterion", api_criterion, "only parts of which this is true") \
	F(STR, OPT, S, component, "component", 50, "only this component") \
	F(STR, OPT, S, variable, "variable", 50, "only this variable of it")
FIELD_STRUCT(api_inventory, API_INVENTORY_FIELDS)

#define API_MONITOR_KINDS(E, A, P) \
	E(P, UPPER, "UpperThreshold") \
	E(P, LOWER, "LowerThreshold") \
	E(P, DELTA, "Delta") \
	E(P, PERIODIC, "Periodic") E(P, CLOCK, "PeriodicClockAligned")
FIELD_ENUM_DECLARE(api_monitor_kind, API_MONITOR, API_MONITOR_KINDS)
#define API_MONITOR_FIELDS(F, S) \
	F(STR, REQ, S, component, "component", 50, "component of the device model") \
	F(STR, OPT, S, component_instance, "component_instance", 50, "which one of several") \
	F(INT, OPT, S, evse, "evse", (0, 64), "supply equipment; 0: the whole pile") \
	F(INT, OPT, S, outlet, "outlet", (0, 64), "its outlet; 0: all of it") \
	F(STR, REQ, S, variable, "variable", 50, "variable of the component") \
	F(STR, OPT, S, variable_instance, "variable_instance", 50, "which one of several") \
	F(ENUM, REQ, S, kind, "kind", api_monitor_kind, "when it speaks") \
	F(DECTEXT, REQ, S, value_e6, "value", \
		(6, -INT64_C(1000000000000000), INT64_C(1000000000000000)), \
		"threshold, change, or seconds") \
	F(INT, REQ, S, severity, "severity", (0, 9), "0 worst, 9 only for information") \
	F(BOOL, OPT, S, during_charge, "during_charge", 0, "only while a charge runs") \
	F(INT, OPT, S, stream_s, "stream_s", (1, 86400), \
		"OCPP 2.1: values are told in a stream, at least so often") \
	F(INT, OPT, S, id, "id", (1, 2147483647), "replaces the monitor of this number")
FIELD_STRUCT(api_monitor, API_MONITOR_FIELDS)

#define API_BASES(E, A, P) \
	E(P, ALL, "All") E(P, FACTORY, "FactoryDefault") E(P, WIRED, "HardWiredOnly")
FIELD_ENUM_DECLARE(api_base, API_BASE, API_BASES)
#define API_MONITOR_BASE_FIELDS(F, S) \
	F(ENUM, REQ, S, base, "base", api_base, "which monitors are at work")
FIELD_STRUCT(api_monitor_base, API_MONITOR_BASE_FIELDS)
#define API_MONITOR_LEVEL_FIELDS(F, S) \
	F(INT, REQ, S, severity, "severity", (0, 9), "what is less grave is not told")
FIELD_STRUCT(api_monitor_level, API_MONITOR_LEVEL_FIELDS)

#define API_CUSTOMER_FIELDS(F, S) \
	F(STR, OPT, S, id_tag, "id_tag", 36, "a card, or") \
	F(STR, OPT, S, customer, "customer", 64, "a name the pile knows a customer by") \
	F(BOOL, OPT, S, report, "report", 0, "tell what is kept; true when left out") \
	F(BOOL, OPT, S, clear, "clear", 0, "forget it")
FIELD_STRUCT(api_customer, API_CUSTOMER_FIELDS)

#define API_WEB_MODES(E, A, P) E(P, OFF, "off") E(P, OFFERED, "offered") E(P, REQUIRED, "required")
FIELD_ENUM_DECLARE(api_web_mode, API_WEB_MODE, API_WEB_MODES)
#define API_WEB_CODE_FIELDS(F, S) \
	F(ENUM, REQ, S, mode, "mode", api_web_mode, \
		"off; offered; required: only who scanned may start")
FIELD_STRUCT(api_web_code, API_WEB_CODE_FIELDS)

#define API_INTERFACES(E, A, P) \
	E(P, WIRED0, "Wired0") \
	E(P, WIRED1, "Wired1") \
	E(P, WIRED2, "Wired2") \
	E(P, WIRED3, "Wired3") \
	E(P, WIRELESS0, "Wireless0") \
	E(P, WIRELESS1, "Wireless1") \
	E(P, WIRELESS2, "Wireless2") E(P, WIRELESS3, "Wireless3")
FIELD_ENUM_DECLARE(api_interface, API_INTERFACE, API_INTERFACES)
#define API_NETWORK_FIELDS(F, S) \
	F(INT, REQ, S, slot, "slot", (0, 100), "which of the pile's profiles") \
	F(STR, REQ, S, url, "url", 512, "address of a server, ws:// or wss://") \
	F(INT, REQ, S, profile, "profile", (0, 3), "security profile") \
	F(ENUM, REQ, S, interface, "interface", api_interface, "through which of its networks") \
	F(INT, OPT, S, timeout_s, "timeout_s", (1, 600), "wait for an answer; 30 when left out")
FIELD_STRUCT(api_network, API_NETWORK_FIELDS)

#define API_PRIORITIES(E, A, P) \
	E(P, ALWAYS, "AlwaysFront") E(P, FRONT, "InFront") E(P, CYCLE, "NormalCycle")
FIELD_ENUM_DECLARE(api_priority, API_PRIORITY, API_PRIORITIES)
#define API_FORMATS(E, A, P) \
	E(P, ASCII, "ASCII") \
	E(P, HTML, "HTML") E(P, URI, "URI") E(P, UTF8, "UTF8") E(P, QRCODE, "QRCODE")
FIELD_ENUM_DECLARE(api_format, API_FORMAT, API_FORMATS)
#define API_WHILES(E, A, P) \
	E(P, CHARGING, "Charging") \
	E(P, FAULTED, "Faulted") E(P, IDLE, "Idle") E(P, UNAVAILABLE, "Unavailable")
FIELD_ENUM_DECLARE(api_while, API_WHILE, API_WHILES)
#define API_DISPLAY_FIELDS(F, S) \
	F(STR, REQ, S, content, "content", 512, "what is shown") \
	F(ENUM, OPT, S, format, "format", api_format, "UTF8 when left out") \
	F(STR, OPT, S, language, "language", 8, "its language: zh, en, de ...") \
	F(ENUM, OPT, S, priority, "priority", api_priority, "NormalCycle when left out") \
	F(ENUM, OPT, S, shown_while, "while", api_while, "only in this state of the pile") \
	F(TIME, OPT, S, from, "from", 0, "left out: at once") \
	F(TIME, OPT, S, until, "until", 0, "left out: until it is taken away")
FIELD_STRUCT(api_display, API_DISPLAY_FIELDS)
#define API_PUBLISH_FIELDS(F, S) F(ID, REQ, S, firmware_id, "firmware_id", 0, "which file")
FIELD_STRUCT(api_publish, API_PUBLISH_FIELDS)

struct order; /* store/order.h */
struct pile;  /* store/pile.h */
/* Tells a pile that speaks OCPP 2 what `req`, the struct of the action, says; answered with the
 * command's number and put on record. P_PILE_OFFLINE, P_VERSION, P_QUEUE_FULL. */
int pile_say(struct api_call *call, const struct pile *pile, const char *action, const void *req);
/* A number for a request whose answer comes in messages of its own. */
int64_t request_number(struct api_call *call);
/* The charge of the order in the path, as its pile calls it. P_NOT_FOUND, P_VERSION; P_STATE when
 * none began. */
int order_charge(struct api_call *call, struct order *ret_order, struct pile *ret_pile,
	struct str *ret_name);

extern const struct api_list list_grid_controls;
extern const struct api_list list_notices, list_displays, list_publications;

int inventory_ask(struct api_call *call);
int monitors_ask(struct api_call *call);
int monitor_set(struct api_call *call);
int monitor_clear(struct api_call *call);
int monitor_base(struct api_call *call);
int monitor_level(struct api_call *call);
int customer_ask(struct api_call *call);
int network_set(struct api_call *call);
int pile_transactions_ask(struct api_call *call);
int order_transaction_ask(struct api_call *call);
int displays_ask(struct api_call *call);
int reports_get(struct api_call *call);
int report_get(struct api_call *call);

int display_add(struct api_call *call);
int display_add_order(struct api_call *call);
int display_add_site(struct api_call *call);
int display_clear(struct api_call *call);
int publication_add(struct api_call *call);
int publication_withdraw(struct api_call *call);
