/* api_care.h - the care of piles on the outside face: handlers and bodies of api_ocpp.c (raw
 * commands), api_care.c (lists of cards, reservations, logs), api_firmware.c and api_setups.c. */
#pragma once
#include "app/api_call.h"
#include "app/api_lists.h"
#include "base/field.h"
#include "base/limits.h"
#include "domain/station.h"
#include "domain/token.h"

#define API_LOCAL_LIST_FIELDS(F, S) F(BOOL, REQ, S, wanted, "wanted", 0, "keep one on this pile")
FIELD_STRUCT(api_local_list, API_LOCAL_LIST_FIELDS)

#define API_RESERVE_FIELDS(F, S) \
	F(INT, OPT, S, connector, "connector", (1, LIMIT_CONNECTORS), "outlet, 1 when left out") \
	F(STR, OPT, S, id_tag, "id_tag", TOKEN_MAX, \
		"for this card; left out: for a start from its page") \
	F(INT, REQ, S, minutes, "minutes", (1, 1440), "how long")
FIELD_STRUCT(api_reserve, API_RESERVE_FIELDS)

#define API_LOG_FIELDS(F, S) \
	F(BOOL, OPT, S, security, "security", 0, "the security log instead of diagnostics") \
	F(TIME, OPT, S, from, "from", 0, "oldest entry") \
	F(TIME, OPT, S, to, "to", 0, "newest entry")
FIELD_STRUCT(api_log, API_LOG_FIELDS)

#define API_FIRMWARE_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 100, "name") \
	F(STR, REQ, S, version, "version", 50, "what a pile says once it has it") \
	F(STR, OPT, S, vendor, "vendor", 50, "only for this maker") \
	F(STR, OPT, S, model, "model", 50, "only for this model") \
	F(STR, OPT, S, certificate, "certificate", 5500, "PEM of the signing certificate") \
	F(STR, OPT, S, signature, "signature", 800, "base64 of the file's signature")
FIELD_STRUCT(api_firmware, API_FIRMWARE_FIELDS)

#define API_CAMPAIGN_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 100, "name") \
	F(ID, REQ, S, firmware_id, "firmware_id", 0, "which file") \
	F(STRS, OPT, S, piles, "piles", (20, 0, 1000), "ids; left out: all of the site") \
	F(ID, NIL, S, site_id, "site_id", 0, "all piles of this site; neither: all it fits") \
	F(INTS, OPT, S, waves, "waves", (1, 100, 0, 10), "cumulated percents; 10, 50, 100") \
	F(INT, OPT, S, fail_pct, "fail_pct", (0, 100), "more failures stop it; 20")
FIELD_STRUCT(api_campaign, API_CAMPAIGN_FIELDS)

#define API_WANTED_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 50, "setting") \
	F(STR, REQ, S, value, "value", 500, "wanted value")
FIELD_STRUCT(api_wanted, API_WANTED_FIELDS)
#define API_SETUP_FIELDS(F, S) \
	F(STR, REQ, S, name, "name", 100, "name") \
	F(LIST, REQ, S, values, "values", (api_wanted, 0, LIMIT_SETUP_VALUES), "wanted settings") \
	F(STRS, OPT, S, piles, "piles", (20, 0, 1000), "ids of its piles") \
	F(INT, OPT, S, revision, "revision", (1, INT64_MAX), "the revision that was read")
FIELD_STRUCT(api_setup, API_SETUP_FIELDS)

extern const struct api_list list_local_lists, list_reservations, list_uploads, list_firmware,
	list_campaigns, list_campaign_piles, list_setups;

int ocpp_send(struct api_call *call);
int ocpp_actions_get(struct api_call *call);
int ocpp_messages_get(struct api_call *call);
int ocpp_action_get(struct api_call *call);

int local_list_get(struct api_call *call);
int local_list_put(struct api_call *call);
int local_list_renew(struct api_call *call);
int reservation_add(struct api_call *call);
int reservation_cancel(struct api_call *call);
int log_ask(struct api_call *call);
int log_get(struct api_call *call);
int log_file(struct api_call *call);
int firmware_file(struct api_call *call);

int firmware_add(struct api_call *call);
int firmware_get(struct api_call *call);
int firmware_delete(struct api_call *call);
int campaign_add(struct api_call *call);
int campaign_get(struct api_call *call);
int campaign_pause(struct api_call *call);
int campaign_resume(struct api_call *call);
int campaign_cancel(struct api_call *call);
int campaign_rollback(struct api_call *call);

int setup_add(struct api_call *call);
int setup_get(struct api_call *call);
int setup_change(struct api_call *call);
int setup_delete(struct api_call *call);
int setup_push(struct api_call *call);

int care_audit(
	struct api_call *call, const char *action, const char *kind, int64_t id, struct str detail);
/* One row of a list with the given status. */
int care_answer(struct api_call *call, const struct api_list *list, enum sql_id sql, int64_t id,
	int status);
