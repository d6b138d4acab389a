/* keys.h - the configuration keys of OCPP 1.6 as this pile has them: one row each with type,
 * bounds, default and access. Values live in the struct for the program and as notes in the spool
 * ("key:<name>") for the next start. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "pile/hal/hal.h"
#include "pile/spool.h"

enum key_id {
	KEY_HEARTBEAT_INTERVAL = 0,
	KEY_SAMPLE_INTERVAL,
	KEY_SAMPLED_DATA,
	KEY_ALIGNED_INTERVAL,
	KEY_ALIGNED_DATA,
	KEY_STOP_SAMPLED_DATA,
	KEY_STOP_ALIGNED_DATA,
	KEY_CONNECTION_TIMEOUT,
	KEY_CONNECTORS,
	KEY_PHASE_ROTATION,
	KEY_GET_MAX,
	KEY_PROFILES,
	KEY_AUTHORIZE_REMOTE,
	KEY_LOCAL_PRE_AUTHORIZE,
	KEY_LOCAL_AUTHORIZE_OFFLINE,
	KEY_ALLOW_OFFLINE_UNKNOWN,
	KEY_CACHE_ENABLED,
	KEY_LOCAL_LIST_ENABLED,
	KEY_LOCAL_LIST_MAX,
	KEY_SEND_LIST_MAX,
	KEY_RESERVE_ANY,
	KEY_STOP_ON_DISCONNECT,
	KEY_STOP_ON_INVALID,
	KEY_UNLOCK_ON_DISCONNECT,
	KEY_ATTEMPTS,
	KEY_RETRY_INTERVAL,
	KEY_RESET_RETRIES,
	KEY_PING_INTERVAL,
	KEY_AUTHORIZATION_KEY,
	KEY_SECURITY_PROFILE,
	KEY_CPO_NAME,
	KEY_CERTIFICATES_MAX,
	KEY_ADDITIONAL_ROOT_CHECK,
	KEY_FILE_PROTOCOLS,
	KEY_POWER_LOSS_RESUME,
	KEY_MAX_CURRENT,
	KEY_BASE_CURRENT,
	KEY_FORESIGHT,
	KEY_METER_PUBLIC_KEY,
	KEY_VOICE_LANGUAGE,
	KEY_VOICE_VOLUME,
	KEY_VOICE_NIGHT,
	KEY_UTC_OFFSET,
	KEY_DISPLAY,
	KEY_QUEUE_SEVERITY,
	KEY_BACKOFF_LEAST,
	KEY_BACKOFF_RANDOM,
	KEY_BACKOFF_REPEATS,
	KEY_OFFLINE_THRESHOLD,
	KEY_START_DATA,
	KEY_END_DATA,
	KEY_END_INTERVAL,
	KEY_END_ALIGNED_INTERVAL,
	KEY_TIME_SOURCE,
	KEY_SIGN_WAIT,
	KEY_SIGN_REPEATS,
	KEY_SIGNIFICANCE,
	KEY_MASTER_GROUP,
	KEY_CURRENCY,
	KEY_TARIFF_FALLBACK,
	KEY_COST_FALLBACK,
	KEY_PROFILE_LEVELS,
	KEY_PROFILE_UNITS,
	KEY_PROFILE_PERIODS,
	KEY_PROFILES_KEPT,
	KEY_PROFILE_PHASES,
	KEY_WEB_ENABLED,
	KEY_WEB_TEMPLATE,
	KEY_WEB_VERSION,
	KEY_WEB_VALID,
	KEY_WEB_LENGTH,
	KEY_WEB_SECRET,
	KEY_NETWORK_PRIORITY,
	KEY_NETWORK_ATTEMPTS,
	KEY_AUTOCHARGE,
	KEY_AUTOCHARGE_TIMEOUT,
	KEY_AUTOCHARGE_OFFLINE,
	KEY_AUTOCHARGE_PROBE,
	KEY_PNC,
	KEY_PNC_OFFLINE,
	KEY_PNC_CENTRAL,
	KEY_PNC_INSTALL,
	KEY_PNC_RECEIPT,
	KEY_SECC_RENEW,
	KEY_SECC_ID,
	KEY_SECC_COUNTRY,
	KEY_SECC_ORGANISATION,
	KEY_EVSE_ID,
	KEYS,
};

enum key_kind {
	KEY_KIND_INT,
	KEY_KIND_BOOL,
	KEY_KIND_MEASURANDS,
	KEY_KIND_FIXED, /* where it can be written, only as what it is */
	KEY_KIND_SECRET,
	KEY_KIND_NAME,     /* a text for people */
	KEY_KIND_ROTATION, /* of phases, by connector */
	KEY_KIND_TOKEN,    /* a text without spaces */
	KEY_KIND_EVSE_ID,  /* the beginning of the outlets' names, as cars are told them */
	KEY_KIND_TEMPLATE, /* an address with variables in braces, one of them {totp} */
	KEY_KIND_SLOTS     /* an order of network slots, "1,0" */
};

struct key_row {
	const char *name;
	enum key_kind kind;
	bool readonly;
	int64_t least, most; /* bounds; for measurands most = 1 allows the energy register alone */
	const char *initial; /* default value as text */
};

#define KEY_SLOTS 4 /* of servers (network.h) */
#define KEY_SECRET_MAX 40
#define KEY_SECRET_ROOM (KEY_SECRET_MAX + 2) /* with the mark of digits (access.h) */
#define KEY_NAME_MAX 64
#define KEY_COUNTRY_MAX 2
#define KEY_TEXT_MAX 120
#define KEY_EVSE_ID_MAX 28 /* and room for the outlet's number */
#define KEY_TEMPLATE_MAX 255
#define KEY_WEB_SECRET_MAX 255

struct keys {
	int64_t values[KEYS];         /* integers, 0 or 1, or a set of measurands as bits by enum
					 ocpp16_measurand, or an order of slots */
	char secret[KEY_SECRET_ROOM]; /* AuthorizationKey, "" when never set */
	char cpo_name[KEY_NAME_MAX + 1];
	char secc_id[KEY_NAME_MAX + 1], secc_country[KEY_COUNTRY_MAX + 1];
	char secc_organisation[KEY_NAME_MAX + 1];
	char evse_id[KEY_EVSE_ID_MAX + 1];
	char web_template[KEY_TEMPLATE_MAX + 1], web_secret[KEY_WEB_SECRET_MAX + 1];
	char rotation[KEY_TEXT_MAX + 1], master_group[HAL_TAG_MAX + 1], currency[4];
	char tariff_fallback[KEY_TEMPLATE_MAX + 1], cost_fallback[KEY_TEMPLATE_MAX + 1];
};

const struct key_row *key_row(enum key_id id);
/* KEYS when there is no key of that name. Names are compared without regard to case, as the
 * standard asks. */
enum key_id key_find(struct str name);

/* Defaults, then what the spool's notes say. `connectors` fills NumberOfConnectors. */
void keys_load(struct keys *keys, const struct spool *spool, int64_t connectors);
/* Sets a key and keeps it in the spool. Returns an enum ocpp16_configuration_status value, or a
 * fault. */
int keys_set(struct keys *keys, struct spool *spool, struct str name, struct str value);
/* An order of slots: its text as a value (each at most once), its length, and the slot in a place.
 */
bool keys_parse_slots(struct str text, int64_t *ret);
int keys_slots_len(int64_t slots);
int64_t keys_slot(int64_t slots, int place);
/* The value as text in the arena; STR_NULL for the secret one. */
struct str keys_text(const struct keys *keys, enum key_id id, struct arena *arena);
