/* station.h - piles and connectors as values, and the rules on their states. Words are those of
 * OCPP 1.6. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum pile_state { PILE_PENDING = 1, PILE_APPROVED = 2, PILE_REJECTED = 3, PILE_RETIRED = 4 };

struct pile {
	int64_t id, tenant_id, site_id;
	struct str code, name;
	enum pile_state state;
	struct str secret_hash; /* empty: no password asked */
	struct str vendor, model, serial, firmware, protocol;
	struct str boot_status;
	bool online;
	int64_t last_seen_us, connected_us, created_us;
	int64_t tariff_series_id; /* 0: the site's */
	int64_t version;
};
struct connector {
	int64_t pile_id, no;
	struct str status, error_code, info, vendor_error;
	struct str plug;
	int64_t max_w;
	int64_t status_us;
	int64_t last_good_us; /* end of the last successful charge */
};
struct site {
	int64_t id, tenant_id;
	struct str name, address, zone, currency, helpline;
	int64_t latitude_e7, longitude_e7;
	bool has_position;
	int64_t tariff_series_id;
	struct str timing; /* what a driver without account gets: "prepay" or "hold" */
	int64_t default_limit_minor;
	int64_t reserve_min; /* longest that a driver may reserve; 0: not at all */
	int64_t created_us;
	int64_t version;
};

/* A legal identity for a URL: 1..LIMIT_PILE_CODE of letters, digits and - _ . : * | @ = (what
 * chargers really use). */
bool station_code_ok(struct str code);
const char *pile_state_name(enum pile_state state);
/* May a new charge begin on a connector that last reported this status? Unknown (never reported) is
 * fine. */
bool connector_can_start(struct str status);
/* Is a car still in the way: any status but Available and Reserved and the unknown one. */
bool connector_occupied(struct str status);
