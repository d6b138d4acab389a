/* alarm.h - what needs a person's attention beyond what the tables tell by themselves. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "db/db.h"

enum alarm_outcome {
	ALARM_E_NONE = 1, /* no such open alarm of this tenant */
};
struct alarm {
	int64_t id, tenant_id, at_us;
	struct str kind;    /* stable word: "problem", "mismatch", ... */
	struct str subject; /* "order:123", "pile:5" */
	struct str detail;  /* JSON object */
};
/* Raises an alarm; with `once`, not again while the same kind and subject is open. */
int store_alarm_raise(struct db *db, const struct alarm *alarm, bool once);
/* ALARM_E_NONE when there is none or it is closed already. */
int store_alarm_close(
	struct db *db, int64_t tenant_id, int64_t alarm_id, int64_t staff_id, int64_t now_us);
