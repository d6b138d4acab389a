/* api_routes.c - the outside face as a table: read this to know what can be asked, by whom, and
 * what answers it. */
#include "app/api_bodies.h"
#include "app/api_care.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"

/* who */
#define PUBLIC 0
#define READERS ROLE_ALL
#define DESK (ROLE_ADMIN | ROLE_OPERATOR)
#define FITTERS (ROLE_ADMIN | ROLE_OPERATOR | ROLE_INSTALLER)
#define MONEY_READERS (ROLE_ADMIN | ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)
#define MONEY_DESK (ROLE_ADMIN | ROLE_FINANCE)
#define PRICERS (ROLE_ADMIN | ROLE_FINANCE)
#define RECORD_READERS (ROLE_ADMIN | ROLE_AUDITOR)

#define QUERY(...) ((const struct api_query[]){__VA_ARGS__, {NULL, NULL}})
#define Q_ORDERS \
	QUERY({"q", "number, token, pile, card"}, {"state", "one state"}, {"pile", "its id"}, \
		{"site", "its id"}, {"member", "its id"}, {"from", "RFC 3339"}, \
		{"to", "RFC 3339"})
#define Q_PILES \
	QUERY({"q", "code, name, serial, model"}, {"site", "its id"}, {"state", "one state"})
#define Q_FRAMES \
	QUERY({"action", "one action"}, {"error", "1: only failed ones"}, \
		{"connector", "one outlet"}, {"order", "its id"}, {"direction", "in or out"}, \
		{"before", "frame id"})
#define Q_TRANSFERS QUERY({"account", "its id"}, {"order", "its id"})
#define Q_PAYMENTS QUERY({"state", "one state"}, {"order", "its id"}, {"member", "its id"})

#define GET_LIST(path_, roles_, list_, query_, help_) \
	{ \
		"GET", path_, API_READ, roles_, API_LIST, list_handle, NULL, list_, \
			"a page of rows", help_, query_ \
	}
#define ROUTE(method_, path_, lane_, roles_, flags_, handle_, body_, answer_, help_) \
	{ \
		method_, path_, lane_, roles_, flags_, handle_, body_, NULL, answer_, help_, NULL \
	}
#define ACTION(word_, handle_, body_, help_) \
	ROUTE("POST", "/v1/piles/{id}/actions/" word_, API_WRITE, DESK, 0, handle_, body_, \
		"202 and the command's id", help_)

const struct api_route api_routes[] = {
	/* pages */
	ROUTE("GET", "/", API_READ, PUBLIC, API_PAGE, page_start, NULL, "page", "start page"),
	ROUTE("GET", "/p/{pile}", API_READ, PUBLIC, API_PAGE, page_landing, NULL, "page",
		"driver landing"),
	ROUTE("POST", "/p/{pile}/start", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_landing_start,
		NULL, "303 to the order", "start by a plain form"),
	ROUTE("GET", "/p/{pile}/{connector}", API_READ, PUBLIC, API_PAGE, page_landing, NULL,
		"page", "driver landing of one connector"),
	ROUTE("GET", "/o/{token}", API_READ, PUBLIC, API_PAGE, page_order, NULL, "page",
		"live order or receipt"),
	ROUTE("POST", "/o/{token}/stop", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_order_stop,
		NULL, "303 to the order", "stop by a plain form"),
	ROUTE("POST", "/o/{token}/pay", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_order_pay,
		NULL, "303 to the order, then the cashier", "pay the open amount by a plain form"),
	ROUTE("GET", "/o/{token}/meter.xml", API_READ, PUBLIC, API_PAGE, page_meter, NULL, "file",
		"signed meter readings, for checking programs"),
	ROUTE("GET", "/o/{token}/receipt", API_READ, PUBLIC, API_PAGE, page_receipt, NULL, "page",
		"print view"),
	ROUTE("GET", "/w/{token}", API_READ, PUBLIC, API_PAGE, page_wallet, NULL, "page",
		"a member's wallet"),
	ROUTE("POST", "/w/{token}/topup", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_wallet_topup,
		NULL, "303 to the wallet, then the cashier", "top up by a plain form"),
	ROUTE("POST", "/w/{token}/pay", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_wallet_pay,
		NULL, "303 to the wallet", "pay an open order from the wallet"),
	ROUTE("GET", "/k/{link}", API_READ, PUBLIC, API_PAGE, page_card, NULL, "page",
		"a commercial card: balance and spending"),
	ROUTE("POST", "/k/{link}/topup", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_card_topup,
		NULL, "303 to the card, then the cashier", "top up by a plain form"),
	ROUTE("POST", "/k/{link}/pay", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_card_pay, NULL,
		"303 to the card", "pay what the card has not paid from its balance"),
	/* charging at a pile without network; QR codes write the addresses in capitals */
	ROUTE("GET", "/q/{code}", API_READ, PUBLIC, API_PAGE, page_offline, NULL, "page",
		"behind the identification code of a pile without network"),
	ROUTE("GET", "/Q/{code}", API_READ, PUBLIC, API_PAGE, page_offline, NULL, "page",
		"the same"),
	ROUTE("POST", "/q/{code}/start", API_WRITE, PUBLIC, API_PAGE | API_FORM, page_offline_start,
		NULL, "303 to the start code or the order", "order for a pile without network"),
	ROUTE("GET", "/c/code-worker.js", API_READ, PUBLIC, 0, page_code_worker, NULL, "script",
		"keeps start codes on the phone"),
	ROUTE("GET", "/c/{token}", API_WRITE, PUBLIC, API_PAGE, page_code, NULL, "page",
		"start code of a paid order (owner)"),
	ROUTE("GET", "/s/{code}", API_WRITE, PUBLIC, API_PAGE, page_settle, NULL, "page",
		"settles what a settlement code tells"),
	ROUTE("GET", "/S/{code}", API_WRITE, PUBLIC, API_PAGE, page_settle, NULL, "page",
		"the same"),
	ROUTE("GET", "/scan", API_READ, PUBLIC, API_PAGE, page_scan, NULL, "page",
		"scanner for the codes of a pile"),
	ROUTE("GET", "/back/{number}", API_READ, PUBLIC, API_PAGE, page_return, NULL, "page",
		"where a cashier sends the payer back to"),
	ROUTE("GET", "/console", API_READ, PUBLIC, API_PAGE, page_console, NULL, "page",
		"operators' application"),
	ROUTE("GET", "/console/{*}", API_READ, PUBLIC, API_PAGE, page_console, NULL, "page",
		"operators' application"),

	/* streams */
	{"GET", "/events", API_STREAM, PUBLIC, 0, stream_order, NULL, NULL, "event stream",
		"one order, live", QUERY({"order", "its token"})},
	ROUTE("GET", "/events/console", API_STREAM, READERS, 0, stream_console, NULL,
		"event stream", "hints for operators"),

	/* drivers */
	ROUTE("GET", "/v1/public/piles/{code}", API_READ, PUBLIC, 0, public_pile, NULL,
		"pile, connectors, prices", "what the landing page shows"),
	ROUTE("POST", "/v1/public/orders", API_WRITE, PUBLIC, API_MONEY, public_order_open,
		&api_open_record, "201, order view and owner_key", "open an order"),
	ROUTE("GET", "/v1/public/orders/{token}", API_READ, PUBLIC, 0, public_order_get, NULL,
		"order view", "one order"),
	ROUTE("POST", "/v1/public/orders/{token}/stop", API_WRITE, PUBLIC, API_MONEY,
		public_order_stop, NULL, "order view", "end the charge (owner)"),
	ROUTE("POST", "/v1/public/orders/{token}/retry", API_WRITE, PUBLIC, API_MONEY,
		public_order_retry, NULL, "201, view of a new order and owner_key",
		"try again after a failed start (owner)"),
	ROUTE("POST", "/v1/public/orders/{token}/pay", API_WRITE, PUBLIC, API_MONEY,
		public_order_pay, NULL, "order view; pay_url follows on the stream",
		"pay what is open on an unpaid order"),
	ROUTE("POST", "/v1/public/orders/{token}/problem", API_WRITE, PUBLIC, 0,
		public_order_problem, &api_trouble_record, "202", "tell the operator"),
	ROUTE("POST", "/v1/channels/{channel}/notify", API_WRITE, PUBLIC, API_RAW, public_notify,
		NULL, "what the channel wants to see", "notification of a payment channel"),

	/* sign-in */
	ROUTE("POST", "/v1/login", API_WORK, PUBLIC, 0, desk_login, &api_login_record,
		"name, role, csrf, tenant", "sign in"),
	ROUTE("GET", "/v1/me", API_WRITE, READERS, 0, desk_me, NULL, "name, role, csrf, tenant",
		"who is signed in"),
	ROUTE("POST", "/v1/logout", API_WRITE, READERS, 0, desk_logout, NULL, "empty", "sign out"),

	/* desk */
	ROUTE("GET", "/v1/dashboard", API_READ, READERS, 0, desk_dashboard, NULL,
		"piles, today, power, hours, attention, recent orders", "first look"),
	ROUTE("GET", "/v1/attention", API_READ, READERS, 0, desk_attention, NULL,
		"lines to look at", "what needs attention"),
	GET_LIST("/v1/alarms", READERS, &list_alarms, QUERY({"state", "open or all"}), "alarms"),
	ROUTE("POST", "/v1/alarms/{id}/close", API_WRITE, DESK | ROLE_FINANCE, 0, desk_alarm_close,
		NULL, "empty", "close an alarm"),
	GET_LIST("/v1/audit", RECORD_READERS, &list_audit, NULL, "who did what"),
	ROUTE("GET", "/v1/audit/check", API_WORK, RECORD_READERS, 0, desk_audit_check, NULL,
		"ok, rows", "is the record's chain whole"),
	GET_LIST("/v1/refusals", READERS, &list_refusals, QUERY({"code", "of one pile"}),
		"refused handshakes"),

	/* sites and piles */
	GET_LIST("/v1/sites", READERS, &list_sites, NULL, "sites"),
	ROUTE("POST", "/v1/sites", API_WRITE, FITTERS, 0, site_add, &api_site_record,
		"201, the site", "new site"),
	ROUTE("GET", "/v1/sites/{id}", API_READ, READERS, 0, site_get, NULL, "the site",
		"one site"),
	ROUTE("PATCH", "/v1/sites/{id}", API_WRITE, FITTERS, 0, site_patch, &api_site_record,
		"the site", "change a site"),
	GET_LIST("/v1/piles", READERS, &list_piles, Q_PILES, "piles"),
	ROUTE("POST", "/v1/piles", API_WRITE, FITTERS, 0, pile_add, &api_pile_record,
		"201, the pile and its password, shown once", "new pile"),
	ROUTE("GET", "/v1/piles/{id}", API_READ, READERS, 0, pile_get, NULL,
		"pile, connectors, settings, refusals, success", "one pile"),
	ROUTE("PATCH", "/v1/piles/{id}", API_WRITE, FITTERS, 0, pile_patch, &api_pile_record,
		"the pile", "change a pile"),
	ROUTE("POST", "/v1/piles/{id}/approve", API_WRITE, FITTERS, 0, pile_approve,
		&api_approve_record, "the pile", "let a waiting pile in"),
	ROUTE("POST", "/v1/piles/{id}/reject", API_WRITE, FITTERS, 0, pile_reject, NULL, "the pile",
		"keep a pile out"),
	ROUTE("POST", "/v1/piles/{id}/password", API_WRITE, FITTERS, 0, pile_password, NULL,
		"the pile and its password, shown once", "new password"),
	GET_LIST("/v1/piles/{id}/frames", READERS, &list_frames, Q_FRAMES,
		"what was said, newest first"),
	ACTION("start", action_start, &api_start_record, "start a charge on a wallet or the house"),
	ACTION("stop", action_stop, &api_connector_record, "stop what runs on a connector"),
	ACTION("unlock", action_unlock, &api_connector_record, "unlock the plug"),
	ACTION("reset", action_reset, &api_reset_record, "restart the pile"),
	ACTION("availability", action_availability, &api_availability_record,
		"in or out of service"),
	ACTION("clear-cache", action_clear_cache, NULL, "forget remembered cards"),
	ACTION("trigger", action_trigger, &api_trigger_record, "ask for a message"),
	ACTION("get-configuration", action_get_configuration, &api_get_configuration_record,
		"ask for settings"),
	ACTION("change-configuration", action_change_configuration,
		&api_change_configuration_record, "change a setting"),
	ACTION("change-variable", action_change_variable, &api_variable_record,
		"change a variable of a pile that speaks OCPP 2"),
	{"GET", "/v1/piles/{id}/variables", API_READ, READERS, 0, model_variables, NULL, NULL,
		"items, next, monitors", "device model of a pile that speaks OCPP 2",
		QUERY({"q", "component, variable or value"}, {"skip", "how many to pass over"})},
	ACTION("data-transfer", action_data_transfer, &api_data_transfer_record,
		"vendor's message"),
	ACTION("emergency", action_emergency, &api_whole_record,
		"emergency stop of one outlet or of all"),
	ACTION("emergency-release", action_emergency_release, &api_whole_record,
		"end of the emergency stop"),
	ROUTE("GET", "/v1/commands/{id}", API_READ, READERS, 0, command_get, NULL,
		"state, answer, latency", "what became of a command"),

	/* certificates and profiles */
	GET_LIST("/v1/certificates", READERS, &list_certificates, QUERY({"pile", "its id"}),
		"certificates of piles"),
	ROUTE("GET", "/v1/certificates/{id}", API_READ, READERS, 0, certificate_get, NULL,
		"certificate, request and chain", "one certificate"),
	ROUTE("POST", "/v1/certificates/{id}/sign", API_WRITE, FITTERS, 0, certificate_sign, NULL,
		"the certificate", "sign a waiting request with our own authority"),
	ROUTE("POST", "/v1/certificates/{id}/import", API_WRITE, FITTERS, 0, certificate_import,
		&api_chain_record, "the certificate", "what an outside authority signed"),
	ROUTE("POST", "/v1/certificates/{id}/refuse", API_WRITE, FITTERS, 0, certificate_refuse,
		&api_reason_record, "the certificate", "turn a waiting request down"),
	ROUTE("POST", "/v1/certificates/{id}/revoke", API_WRITE, FITTERS, 0, certificate_revoke,
		&api_reason_record, "the certificate", "revoke, and cut the pile off"),
	ROUTE("GET", "/v1/authority", API_READ, READERS, 0, authority_get, NULL,
		"chain, organisation, settings", "whom piles must believe, and who signs"),
	ROUTE("GET", "/v1/piles/{id}/security", API_READ, READERS, 0, security_get, NULL,
		"profile, certificate, upgrade under way", "how a pile proves who it is"),
	ROUTE("POST", "/v1/piles/{id}/security/upgrade", API_WRITE, FITTERS, 0,
		pile_security_upgrade, &api_profile_record, "202, as the security",
		"order a higher security profile"),
	ROUTE("POST", "/v1/piles/{id}/security/lower", API_WRITE, FITTERS, 0, pile_security_lower,
		&api_profile_record, "202, as the security", "allow less, with an alarm"),
	ROUTE("POST", "/v1/piles/{id}/security/rotate", API_WRITE, FITTERS, 0, pile_security_rotate,
		NULL, "202, as the security", "a fresh password through the protocol"),
	ROUTE("POST", "/v1/piles/{id}/security/renew", API_WRITE, FITTERS, 0, pile_security_renew,
		NULL, "202, as the security", "ask for a certificate request"),
	/* care of piles */
	ROUTE("POST", "/v1/piles/{id}/ocpp/{action}", API_WRITE, FITTERS, API_RAW, ocpp_send, NULL,
		"the pile's answer; 202 when it takes too long", "send any call as it stands"),
	ROUTE("GET", "/v1/ocpp/actions", API_READ, FITTERS, 0, ocpp_actions_get, NULL,
		"calls with a payload to begin from", "what can be sent raw"),
	GET_LIST("/v1/local-lists", READERS, &list_local_lists, NULL, "piles' own lists of cards"),
	ROUTE("GET", "/v1/piles/{id}/local-list", API_READ, READERS, 0, local_list_get, NULL,
		"its state", "one pile's list of cards"),
	ROUTE("PUT", "/v1/piles/{id}/local-list", API_WRITE, FITTERS, 0, local_list_put,
		&api_local_list_record, "its state", "keep a list of cards on a pile, or not"),
	ROUTE("POST", "/v1/piles/{id}/local-list/renew", API_WRITE, FITTERS, 0, local_list_renew,
		NULL, "202, its state", "send the whole list again"),
	GET_LIST("/v1/reservations", READERS, &list_reservations,
		QUERY({"pile", "its id"}, {"state", "open or all"}), "reservations"),
	ROUTE("POST", "/v1/piles/{id}/reservations", API_WRITE, DESK, 0, reservation_add,
		&api_reserve_record, "201, the reservation", "keep a connector free"),
	ROUTE("POST", "/v1/reservations/{id}/cancel", API_WRITE, DESK, 0, reservation_cancel, NULL,
		"the reservation", "give it up"),
	GET_LIST("/v1/logs", READERS, &list_uploads, QUERY({"pile", "its id"}),
		"files piles were asked for"),
	ROUTE("POST", "/v1/piles/{id}/logs", API_WRITE, FITTERS, 0, log_ask, &api_log_record,
		"202, the request", "ask a pile for diagnostics or its security log"),
	ROUTE("GET", "/v1/logs/{id}", API_READ, READERS, 0, log_get, NULL, "the request",
		"what became of it"),
	ROUTE("GET", "/v1/logs/{id}/file", API_READ, FITTERS, 0, log_file, NULL, "the file",
		"what the pile sent"),
	ROUTE("GET", "/fw/{token}", API_READ, PUBLIC, 0, firmware_file, NULL, "the file",
		"firmware for a pile that was told its address"),
	GET_LIST("/v1/firmware", READERS, &list_firmware, NULL, "firmware files"),
	ROUTE("POST", "/v1/firmware", API_WRITE, FITTERS, 0, firmware_add, &api_firmware_record,
		"201, the file, still empty", "new firmware; its bytes follow"),
	ROUTE("GET", "/v1/firmware/{id}", API_READ, READERS, 0, firmware_get, NULL, "the file",
		"one firmware file"),
	ROUTE("DELETE", "/v1/firmware/{id}", API_WRITE, FITTERS, 0, firmware_delete, NULL, "empty",
		"forget a firmware file"),
	GET_LIST("/v1/campaigns", READERS, &list_campaigns, NULL, "firmware campaigns"),
	ROUTE("POST", "/v1/campaigns", API_WRITE, FITTERS, 0, campaign_add, &api_campaign_record,
		"201, the campaign", "start a campaign"),
	ROUTE("GET", "/v1/campaigns/{id}", API_READ, READERS, 0, campaign_get, NULL,
		"campaign, versions to go back to", "one campaign"),
	GET_LIST("/v1/campaigns/{id}/piles", READERS, &list_campaign_piles, NULL,
		"result of each pile"),
	ROUTE("POST", "/v1/campaigns/{id}/pause", API_WRITE, FITTERS, 0, campaign_pause, NULL,
		"the campaign", "tell no further pile"),
	ROUTE("POST", "/v1/campaigns/{id}/resume", API_WRITE, FITTERS, 0, campaign_resume, NULL,
		"the campaign", "go on"),
	ROUTE("POST", "/v1/campaigns/{id}/cancel", API_WRITE, FITTERS, 0, campaign_cancel, NULL,
		"the campaign", "end it; piles that wait are skipped"),
	ROUTE("POST", "/v1/campaigns/{id}/rollback", API_WRITE, FITTERS, 0, campaign_rollback, NULL,
		"201, a new campaign", "back to the version before"),
	GET_LIST("/v1/setups", READERS, &list_setups, NULL, "wanted settings"),
	ROUTE("POST", "/v1/setups", API_WRITE, FITTERS, 0, setup_add, &api_setup_record,
		"201, the setup", "new wanted settings"),
	ROUTE("GET", "/v1/setups/{id}", API_READ, READERS, 0, setup_get, NULL,
		"wanted settings, piles, drift", "one setup and how its piles differ"),
	ROUTE("PUT", "/v1/setups/{id}", API_WRITE, FITTERS, 0, setup_change, &api_setup_record,
		"the setup", "change it"),
	ROUTE("DELETE", "/v1/setups/{id}", API_WRITE, FITTERS, 0, setup_delete, NULL, "empty",
		"forget it"),
	ROUTE("POST", "/v1/setups/{id}/push", API_WRITE, FITTERS, 0, setup_push, NULL,
		"how many settings were sent", "push what differs"),

	/* orders */
	GET_LIST("/v1/orders", MONEY_READERS, &list_orders, Q_ORDERS, "orders"),
	ROUTE("GET", "/v1/orders/{id}", API_READ, MONEY_READERS, 0, order_get, NULL,
		"order, view, session, transfers, payments, commands", "one order"),
	ROUTE("GET", "/v1/orders/{id}/timeline", API_READ, MONEY_READERS, 0, order_timeline, NULL,
		"entries by time", "one order's timeline"),
	ROUTE("POST", "/v1/orders/{id}/stop", API_WRITE, DESK, API_MONEY, order_stop, NULL,
		"as the order", "end the charge"),
	ROUTE("POST", "/v1/orders/{id}/close", API_WRITE, DESK, API_MONEY, order_close,
		&api_reason_record, "as the order", "close with the last reading"),
	ROUTE("POST", "/v1/orders/{id}/write-off", API_WRITE, MONEY_DESK, API_MONEY,
		order_write_off, &api_reason_record, "as the order", "give up a debt"),

	/* tariffs */
	GET_LIST("/v1/tariffs", READERS, &list_tariffs, NULL, "tariffs in force"),
	ROUTE("POST", "/v1/tariffs", API_WRITE, PRICERS, 0, tariff_post, &api_tariff_record,
		"201, the series", "new version"),
	ROUTE("POST", "/v1/tariffs/simulate", API_READ, PRICERS | ROLE_OPERATOR | ROLE_AUDITOR, 0,
		tariff_simulate, &api_simulate_record, "bill", "what a charge would cost"),
	ROUTE("GET", "/v1/tariffs/{series}", API_READ, READERS, 0, tariff_series, NULL,
		"versions with their prices", "one tariff"),

	/* members */
	GET_LIST("/v1/members", MONEY_READERS, &list_members, QUERY({"q", "name or phone"}),
		"members"),
	ROUTE("POST", "/v1/members", API_WRITE, DESK, 0, member_add, &api_member_record,
		"201, the member", "new member"),
	ROUTE("GET", "/v1/members/{id}", API_READ, MONEY_READERS, 0, member_get, NULL,
		"member and cards", "one member"),
	ROUTE("POST", "/v1/members/{id}/tags", API_WRITE, DESK, 0, member_tag_add, &api_tag_record,
		"201, the card", "new card"),
	GET_LIST("/v1/tags", MONEY_READERS, &list_tags,
		QUERY({"q", "number or name"}, {"member", "its id"}), "cards"),
	ROUTE("GET", "/v1/tags/{id}", API_READ, MONEY_READERS, 0, tag_get, NULL,
		"the card; what a commercial one holds", "one card"),
	ROUTE("POST", "/v1/tags/{id}/topup", API_WRITE, DESK | ROLE_FINANCE, API_MONEY, tag_topup,
		&api_fill_record, "the card", "money taken at the desk onto a commercial card"),
	ROUTE("POST", "/v1/tags/{id}/block", API_WRITE, DESK, 0, tag_block, NULL, "the card",
		"block a card"),
	ROUTE("POST", "/v1/tags/{id}/unblock", API_WRITE, DESK, 0, tag_unblock, NULL, "the card",
		"unblock a card"),

	/* money */
	GET_LIST("/v1/ledger/accounts", MONEY_READERS, &list_accounts,
		QUERY({"kind", "one kind; orders and wallets only so"}), "accounts"),
	GET_LIST("/v1/ledger/transfers", MONEY_READERS, &list_transfers, Q_TRANSFERS,
		"transfers, both legs"),
	ROUTE("GET", "/v1/ledger/check", API_WORK, MONEY_READERS, 0, ledger_check, NULL,
		"ok and each check", "do the books agree"),
	GET_LIST("/v1/payments", MONEY_READERS, &list_payments, Q_PAYMENTS, "payment attempts"),

	ROUTE("GET", "/v1/openapi.json", API_READ, PUBLIC, 0, desk_openapi, NULL, "OpenAPI 3.1",
		"this table"),
};
const size_t api_routes_len = sizeof(api_routes) / sizeof(api_routes[0]);
