/* model.h - the device model of OCPP 2.x piles, reports that arrive in parts, and notices <-> rows.
 */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* Which variable: of which component, where. Evse and outlet 0: the pile as a whole. */
struct variable_key {
	struct str component, component_instance;
	int64_t evse, outlet;
	struct str variable, variable_instance;
};
struct pile_variable {
	int64_t pile_id;
	struct variable_key key;
	struct str attribute; /* Actual, Target, MinSet, MaxSet */
	struct str value;
	bool has_value; /* a write-only one has none */
	struct str mutability, data_type, unit, least, most, choices;
	bool monitored; /* can carry monitors */
	int64_t at_us;
};
int store_variable_put(struct db *db, const struct pile_variable *variable);
/* Its value and time alone: what is known of the type stays. */
int store_variable_value(struct db *db, const struct pile_variable *variable);
/* Above 0: that controller says of itself that it is not there, or off. */
int store_variable_off(struct db *db, int64_t pile_id, struct str component, int64_t *ret_count);
/* Did the pile say of this variable that it is so? */
int store_variable_on(
	struct db *db, int64_t pile_id, struct str component, struct str variable, bool *ret_on);
int store_variable_count(struct db *db, int64_t pile_id, int64_t *ret_count);
/* Forgets what was last told before `before_us`. */
int store_variable_forget(struct db *db, int64_t pile_id, int64_t before_us);

struct pile_monitor {
	int64_t pile_id, monitor_id;
	struct variable_key key;
	struct str kind, value;
	int64_t severity;
	bool during_charge; /* only while a transaction runs */
	int64_t at_us;
};
int store_monitor_put(struct db *db, const struct pile_monitor *monitor);
int store_monitor_count(struct db *db, int64_t pile_id, int64_t *ret_count);
int store_monitor_forget(struct db *db, int64_t pile_id, int64_t monitor_id);
/* Forgets what was last told before `before_us`. */
int store_monitor_forget_old(struct db *db, int64_t pile_id, int64_t before_us);

struct pile_report {
	int64_t pile_id;
	struct str kind; /* the message that brings its parts */
	int64_t request_id;
	struct str state;  /* open, done, dropped */
	struct str reason; /* why it was dropped */
	int64_t parts, bytes;
	int64_t last_seq; /* of the part that says it is the last, -1: not come */
	int64_t begun_us, at_us;
};
/* STORE_E_MISSING; texts in the arena. */
int store_report_get(struct db *db, struct arena *arena, int64_t pile_id, struct str kind,
	int64_t request_id, struct pile_report *ret_report);
/* Adds or replaces; keeps the last 50 of the pile. */
int store_report_put(struct db *db, const struct pile_report *report);
/* *ret_new: this part was not here yet. */
int store_report_part(struct db *db, const struct pile_report *report, int64_t seq, struct str body,
	bool *ret_new);
int store_report_drop_parts(struct db *db, const struct pile_report *report);
int store_report_open_count(struct db *db, int64_t pile_id, int64_t *ret_count);
/* Open ones that were silent since `before_us`, at most 20. */
#define STORE_REPORTS_MOST 20
int store_report_silent(struct db *db, struct arena *arena, int64_t before_us,
	struct pile_report *ret_reports, size_t *ret_len);

/* What a pile told beside its charges; the last 500 are kept. */
struct pile_notice {
	int64_t id, tenant_id, pile_id, at_us;
	struct str kind;
	int64_t connector_no;
	struct str body; /* JSON */
};
int store_notice_add(struct db *db, const struct pile_notice *notice);
