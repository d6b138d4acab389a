/* pile.h - piles, connectors, settings and refused handshakes <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "domain/station.h"
#include "store/store.h"

/* A pile and one of its connectors with what its site says: what a conversation must know of the
 * surroundings. */
struct place {
	int64_t pile_id, tenant_id, site_id;
	struct str code;
	enum pile_state state;
	bool online;
	int64_t connected_us;
	struct str zone;     /* IANA; "UTC" without a site */
	struct str currency; /* empty without a site */
	struct str timing;
	int64_t default_limit_minor;
	int64_t tariff_series_id; /* the pile's own or the site's; 0: no price */
	struct str status;        /* of the connector, empty: never told */
	int64_t max_w;            /* 0: not known */
};
/* STORE_E_MISSING; texts in the arena. */
int store_pile_by_code(struct db *db, struct arena *arena, struct str code, struct pile *ret_pile);
int store_pile_get(struct db *db, struct arena *arena, int64_t id, struct pile *ret_pile);
int store_pile_place(struct db *db, struct arena *arena, int64_t pile_id, int64_t connector_no,
	struct place *ret_place);
/* Columns first.. of a row shaped like statement pile_place. */
void store_place_read(struct stmt *stmt, int first, struct arena *arena, struct place *ret_place);

/* STORE_E_UNIQUE: the code is taken. */
int store_pile_add(struct db *db, const struct pile *pile);
/* Site, name, state, password and tariff. */
int store_pile_put(struct db *db, const struct pile *pile);
/* What a boot notification told. */
int store_pile_boot(struct db *db, const struct pile *pile);
/* Whether it takes dynamic charging profiles, by its own word. */
int store_pile_dynamic(struct db *db, int64_t pile_id, bool on);
/* How many periods of a charging schedule it takes, by its own word. */
int store_pile_periods(struct db *db, int64_t pile_id, int64_t periods);
int store_pile_online(struct db *db, int64_t pile_id, int64_t now_us, struct str protocol);
int store_pile_offline(struct db *db, int64_t pile_id, int64_t now_us);
/* After a start of the server nobody is connected. */
int store_pile_all_offline(struct db *db);
int store_pile_seen(struct db *db, int64_t pile_id, int64_t now_us);

int store_connector_status(struct db *db, const struct connector *connector);
/* Status, error code and time; info only when it is not empty. */
int store_connector_state(struct db *db, const struct connector *connector);
/* What is printed on it: plug and power. */
int store_connector_plate(struct db *db, const struct connector *connector);
int store_connector_good(struct db *db, int64_t pile_id, int64_t no, int64_t now_us);
/* All connectors, 0 (the pile itself) first. At most LIMIT_CONNECTORS + 1. */
int store_connectors(struct db *db, struct arena *arena, int64_t pile_id,
	struct connector **ret_connectors, size_t *ret_len);
int store_pile_setting(struct db *db, int64_t pile_id, struct str name, struct str value,
	bool readonly, int64_t now_us);

struct refusal {
	int64_t id, at_us;
	int64_t tenant_id; /* of the pile it named; 0: nobody's */
	struct str code, remote;
	struct str reason; /* stable word */
	struct str detail; /* in words */
};
/* Adds one and forgets all but the last 200 of that operator, or of strangers. */
int store_refusal_add(struct db *db, const struct refusal *refusal);
