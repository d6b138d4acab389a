/* cost.h - which piles are told the running cost of which charges <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct cost_watch {
	int64_t order_id, pile_id;
	int64_t told_minor; /* what the pile was told last of our own accord; -1: nothing */
};
/* Can the pile show the cost of a charge? False for one nobody knows. */
int store_cost_wanted(struct db *db, int64_t pile_id, bool *ret_wanted);
int store_cost_want(struct db *db, int64_t pile_id, bool wanted);
/* A charge is watched from now on; once more changes nothing. */
int store_cost_watch(struct db *db, const struct cost_watch *watch, int64_t due_us);
/* Those that are due, longest waiting first. */
int store_cost_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct cost_watch **ret_watches, size_t *ret_len);
int store_cost_put(struct db *db, const struct cost_watch *watch, int64_t due_us);
int store_cost_drop(struct db *db, int64_t order_id);
/* What the last answer to a 2.x transaction told; -1: nothing, or no such transaction. */
int store_cost_answered(struct db *db, int64_t pile_id, int64_t number, int64_t *ret_minor);

/* What a pile calculated for a charge, beside our own bill. */
struct cost_report {
	int64_t order_id, tenant_id, pile_id, at_us;
	struct str tariff; /* the id it named, empty: none */
	struct str currency;
	int64_t theirs_e5;  /* its total with tax, 1/100000 of the unit */
	int64_t ours_minor; /* our total at that moment */
	int64_t exact_e5;   /* the same before any rounding, to the nearest */
	int64_t energy_dwh, charging_s, idle_s;
	struct str verdict; /* same, differs, failed */
	struct str reason;  /* in its own words, when it could not calculate */
	struct str body;    /* JSON */
};
/* The first report of an order stays. */
int store_cost_report(struct db *db, const struct cost_report *report);
