/* keys.c - configuration keys: the table, parsing by kind, and their notes (see keys.h). */
#include "pile/keys.h"

#include <stddef.h>
#include <string.h>

#include "base/fault.h"
#include "base/totp.h"
#include "base/x509.h"
#include "pile/locallist.h"
#include "wire/ocpp16/enums.h"

#define MEASURANDS_DEFAULT \
	"Energy.Active.Import.Register,Power.Active.Import,Voltage,Current.Import,SoC"

#define KEY_TEXT(number) KEY_TEXT_OF(number)
#define KEY_TEXT_OF(number) #number

static const struct key_row key_rows[KEYS] = {
	[KEY_HEARTBEAT_INTERVAL] = {"HeartbeatInterval", KEY_KIND_INT, false, 1, 86400, "300"},
	[KEY_SAMPLE_INTERVAL] = {"MeterValueSampleInterval", KEY_KIND_INT, false, 0, 86400, "60"},
	[KEY_SAMPLED_DATA] = {"MeterValuesSampledData", KEY_KIND_MEASURANDS, false, 0, 0,
		MEASURANDS_DEFAULT},
	[KEY_ALIGNED_INTERVAL] = {"ClockAlignedDataInterval", KEY_KIND_INT, false, 0, 86400, "0"},
	[KEY_ALIGNED_DATA] = {"MeterValuesAlignedData", KEY_KIND_MEASURANDS, false, 0, 0,
		"Energy.Active.Import.Register"},
	/* a stop tells the energy at its begin and end, or nothing */
	[KEY_STOP_SAMPLED_DATA] = {"StopTxnSampledData", KEY_KIND_MEASURANDS, false, 0, 1, ""},
	[KEY_STOP_ALIGNED_DATA] = {"StopTxnAlignedData", KEY_KIND_FIXED, false, 0, 0, ""},
	[KEY_CONNECTION_TIMEOUT] = {"ConnectionTimeOut", KEY_KIND_INT, false, 5, 3600, "60"},
	[KEY_CONNECTORS] = {"NumberOfConnectors", KEY_KIND_INT, true, 1, 64, "1"},
	[KEY_PHASE_ROTATION] = {"ConnectorPhaseRotation", KEY_KIND_ROTATION, false, 0, KEY_TEXT_MAX,
		"0.Unknown"},
	[KEY_GET_MAX] = {"GetConfigurationMaxKeys", KEY_KIND_INT, true, 0, 1000, "100"},
	[KEY_PROFILES] = {"SupportedFeatureProfiles", KEY_KIND_FIXED, true, 0, 0,
		"Core,FirmwareManagement,LocalAuthListManagement,Reservation,RemoteTrigger,"
		"SmartCharging"},
	[KEY_AUTHORIZE_REMOTE] = {"AuthorizeRemoteTxRequests", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_LOCAL_PRE_AUTHORIZE] = {"LocalPreAuthorize", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_LOCAL_AUTHORIZE_OFFLINE] = {"LocalAuthorizeOffline", KEY_KIND_BOOL, false, 0, 1,
		"true"},
	[KEY_ALLOW_OFFLINE_UNKNOWN] = {"AllowOfflineTxForUnknownId", KEY_KIND_BOOL, false, 0, 1,
		"false"},
	[KEY_CACHE_ENABLED] = {"AuthorizationCacheEnabled", KEY_KIND_BOOL, false, 0, 1, "true"},
	[KEY_LOCAL_LIST_ENABLED] = {"LocalAuthListEnabled", KEY_KIND_BOOL, false, 0, 1, "true"},
	[KEY_LOCAL_LIST_MAX] = {"LocalAuthListMaxLength", KEY_KIND_INT, true, 0, LOCALLIST_MAX,
		KEY_TEXT(LOCALLIST_MAX)},
	[KEY_SEND_LIST_MAX] = {"SendLocalListMaxLength", KEY_KIND_INT, true, 0,
		LOCALLIST_CHANGES_MAX, KEY_TEXT(LOCALLIST_CHANGES_MAX)},
	[KEY_RESERVE_ANY] = {"ReserveConnectorZeroSupported", KEY_KIND_BOOL, true, 0, 1, "true"},
	[KEY_STOP_ON_DISCONNECT] = {"StopTransactionOnEVSideDisconnect", KEY_KIND_BOOL, false, 0, 1,
		"true"},
	[KEY_STOP_ON_INVALID] = {"StopTransactionOnInvalidId", KEY_KIND_BOOL, false, 0, 1, "true"},
	/* the plug is always let go: whoever unplugs at the car wants his cable */
	[KEY_UNLOCK_ON_DISCONNECT] = {"UnlockConnectorOnEVSideDisconnect", KEY_KIND_FIXED, false, 0,
		1, "true"},
	[KEY_ATTEMPTS] = {"TransactionMessageAttempts", KEY_KIND_INT, false, 1, 1000, "5"},
	[KEY_RETRY_INTERVAL] = {"TransactionMessageRetryInterval", KEY_KIND_INT, false, 1, 3600,
		"10"},
	/* a reset here is a restart of the program, which does not fail: nothing to repeat */
	[KEY_RESET_RETRIES] = {"ResetRetries", KEY_KIND_INT, false, 0, 10, "0"},
	[KEY_PING_INTERVAL] = {"WebSocketPingInterval", KEY_KIND_INT, false, 0, 3600, "30"},
	[KEY_AUTHORIZATION_KEY] = {"AuthorizationKey", KEY_KIND_SECRET, false, 16, KEY_SECRET_MAX,
		""},
	/* both change through access.h */
	[KEY_SECURITY_PROFILE] = {"SecurityProfile", KEY_KIND_INT, false, 0, 3, "0"},
	[KEY_CPO_NAME] = {"CpoName", KEY_KIND_NAME, false, 0, KEY_NAME_MAX, ""},
	[KEY_CERTIFICATES_MAX] = {"CertificateStoreMaxLength", KEY_KIND_INT, true, 0, 100,
		KEY_TEXT(X509_CHAIN_MAX)},
	[KEY_ADDITIONAL_ROOT_CHECK] = {"AdditionalRootCertificateCheck", KEY_KIND_BOOL, true, 0, 1,
		"false"},
	[KEY_FILE_PROTOCOLS] = {"SupportedFileTransferProtocols", KEY_KIND_FIXED, true, 0, 0,
		"HTTP,HTTPS"},
	[KEY_POWER_LOSS_RESUME] = {"LeydenPowerLossResume", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_MAX_CURRENT] = {"LeydenMaxCurrent", KEY_KIND_INT, false, 0, 1000, "0"},
	[KEY_BASE_CURRENT] = {"LeydenBaseCurrent", KEY_KIND_INT, false, 0, 1000, "0"},
	/* what was learned of the outlet's heat lowers the power early (foresee.h) */
	[KEY_FORESIGHT] = {"LeydenForesight", KEY_KIND_BOOL, false, 0, 1, "true"},
	/* all outlets of a pile sign with one key; its value is the signer's (ocpp16_orders.c) */
	[KEY_METER_PUBLIC_KEY] = {"MeterPublicKey[1]", KEY_KIND_FIXED, true, 0, 0, ""},
	/* 0 silent, 1 Chinese, 2 English, 3 German; percent by day and from 22 to 7 o'clock */
	[KEY_VOICE_LANGUAGE] = {"LeydenVoiceLanguage", KEY_KIND_INT, false, 0, 3, "0"},
	[KEY_VOICE_VOLUME] = {"LeydenVoiceVolume", KEY_KIND_INT, false, 0, 100, "70"},
	[KEY_VOICE_NIGHT] = {"LeydenVoiceNightVolume", KEY_KIND_INT, false, 0, 100, "20"},
	[KEY_UTC_OFFSET] = {"LeydenUtcOffset", KEY_KIND_INT, false, -840, 840, "0"},
	/* the running cost is shown: the server tells it (docs/paying.md) */
	[KEY_DISPLAY] = {"LeydenDisplay", KEY_KIND_BOOL, false, 0, 1, "true"},
	/* of 2.x: events more serious than it, or as serious, wait for the server (told.h) */
	[KEY_QUEUE_SEVERITY] = {"MonitoringCtrlr.OfflineQueuingSeverity", KEY_KIND_INT, false, 0, 9,
		"9"},
	/* of 2.x, where 1.6 has no word for it: the way back to the server (client.c), how long
	 * away is long (B04), what a start and an end of a transaction tell */
	[KEY_BACKOFF_LEAST] = {"OCPPCommCtrlr.RetryBackOffWaitMinimum", KEY_KIND_INT, false, 1,
		3600, "1"},
	[KEY_BACKOFF_RANDOM] = {"OCPPCommCtrlr.RetryBackOffRandomRange", KEY_KIND_INT, false, 0,
		3600, "1"},
	[KEY_BACKOFF_REPEATS] = {"OCPPCommCtrlr.RetryBackOffRepeatTimes", KEY_KIND_INT, false, 0,
		16, "6"},
	[KEY_OFFLINE_THRESHOLD] = {"OCPPCommCtrlr.OfflineThreshold", KEY_KIND_INT, false, 0, 86400,
		"0"},
	[KEY_START_DATA] = {"SampledDataCtrlr.TxStartedMeasurands", KEY_KIND_MEASURANDS, false, 0,
		1, "Energy.Active.Import.Register"},
	[KEY_END_DATA] = {"SampledDataCtrlr.TxEndedMeasurands", KEY_KIND_MEASURANDS, false, 0, 1,
		"Energy.Active.Import.Register"},
	[KEY_END_INTERVAL] = {"SampledDataCtrlr.TxEndedInterval", KEY_KIND_INT, false, 0, 0, "0"},
	[KEY_END_ALIGNED_INTERVAL] = {"AlignedDataCtrlr.TxEndedInterval", KEY_KIND_INT, false, 0, 0,
		"0"},
	[KEY_TIME_SOURCE] = {"ClockCtrlr.TimeSource", KEY_KIND_FIXED, false, 0, 0, "Heartbeat"},
	/* an answer of the authority that does not come: asked again, after twice as long each time
	 */
	[KEY_SIGN_WAIT] = {"SecurityCtrlr.CertSigningWaitMinimum", KEY_KIND_INT, false, 1, 86400,
		"60"},
	[KEY_SIGN_REPEATS] = {"SecurityCtrlr.CertSigningRepeatTimes", KEY_KIND_INT, false, 0, 16,
		"3"},
	/* a change of power by less than this share is not told */
	[KEY_SIGNIFICANCE] = {"SmartChargingCtrlr.LimitChangeSignificance", KEY_KIND_INT, false, 0,
		100, "1"},
	/* cards of this group end any charge and begin none */
	[KEY_MASTER_GROUP] = {"AuthCtrlr.MasterPassGroupId", KEY_KIND_TOKEN, false, 0, HAL_TAG_MAX,
		""},
	[KEY_CURRENCY] = {"TariffCostCtrlr.Currency", KEY_KIND_TOKEN, false, 3, 3, "EUR"},
	[KEY_TARIFF_FALLBACK] = {"TariffCostCtrlr.TariffFallbackMessage", KEY_KIND_NAME, false, 0,
		KEY_TEMPLATE_MAX, ""},
	[KEY_COST_FALLBACK] = {"TariffCostCtrlr.TotalCostFallbackMessage", KEY_KIND_NAME, false, 0,
		KEY_TEMPLATE_MAX, ""},
	/* as in profiles.h and domain/profile.h */
	[KEY_PROFILE_LEVELS] = {"ChargeProfileMaxStackLevel", KEY_KIND_INT, true, 0, 8, "8"},
	[KEY_PROFILE_UNITS] = {"ChargingScheduleAllowedChargingRateUnit", KEY_KIND_FIXED, true, 0,
		0, "Current,Power"},
	[KEY_PROFILE_PERIODS] = {"ChargingScheduleMaxPeriods", KEY_KIND_INT, true, 1, 24, "24"},
	[KEY_PROFILES_KEPT] = {"MaxChargingProfilesInstalled", KEY_KIND_INT, true, 1, 16, "16"},
	[KEY_PROFILE_PHASES] = {"ConnectorSwitch3to1PhaseSupported", KEY_KIND_BOOL, true, 0, 1,
		"false"},
	/* codes on the screen (web.h), with the names that the standard's component has in 1.6 */
	[KEY_WEB_ENABLED] = {"WebPaymentsCtrlr.Enabled", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_WEB_TEMPLATE] = {"WebPaymentsCtrlr.URLTemplate", KEY_KIND_TEMPLATE, false, 0,
		KEY_TEMPLATE_MAX, ""},
	[KEY_WEB_VERSION] = {"WebPaymentsCtrlr.TOTPVersion", KEY_KIND_FIXED, false, 0, 0,
		TOTP_VERSION},
	[KEY_WEB_VALID] = {"WebPaymentsCtrlr.ValidityTime", KEY_KIND_INT, false, 6, 3600, "30"},
	[KEY_WEB_LENGTH] = {"WebPaymentsCtrlr.Length", KEY_KIND_INT, false, 6, TOTP_LEN_MAX, "8"},
	[KEY_WEB_SECRET] = {"WebPaymentsCtrlr.SharedSecret", KEY_KIND_SECRET, false, 16,
		KEY_WEB_SECRET_MAX, ""},
	/* both are of 2.x (network.h) */
	[KEY_NETWORK_PRIORITY] = {"NetworkConfigurationPriority", KEY_KIND_SLOTS, false, 0, 0, "0"},
	[KEY_NETWORK_ATTEMPTS] = {"NetworkProfileConnectionAttempts", KEY_KIND_INT, false, 1, 100,
		"3"},
	/* the car as the key (autocharge.h): seconds until the display says "scan or tap", and what
	 * a car may take that the server has not been asked about */
	[KEY_AUTOCHARGE] = {"AutoChargeEnabled", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_AUTOCHARGE_TIMEOUT] = {"LeydenAutoChargeTimeout", KEY_KIND_INT, false, 3, 300, "20"},
	[KEY_AUTOCHARGE_OFFLINE] = {"LeydenAutoChargeOfflineWh", KEY_KIND_INT, false, 0, 20000,
		"5000"},
	/* cars of alternating current outlets are asked as if there were direct current (hlc.h) */
	[KEY_AUTOCHARGE_PROBE] = {"LeydenAutoChargeProbe", KEY_KIND_BOOL, false, 0, 1, "false"},
	/* the car's contract pays (contract.h), with the names of 1.6 or of the standard's
	 * component; the certificate towards cars (secc.h), and the names in it */
	[KEY_PNC] = {"ISO15118PnCEnabled", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_PNC_OFFLINE] = {"ContractValidationOffline", KEY_KIND_BOOL, false, 0, 1, "false"},
	[KEY_PNC_CENTRAL] = {"CentralContractValidationAllowed", KEY_KIND_BOOL, false, 0, 1,
		"true"},
	[KEY_PNC_INSTALL] = {"ISO15118Ctrlr.ContractInstallationEnabled", KEY_KIND_BOOL, false, 0,
		1, "false"},
	[KEY_PNC_RECEIPT] = {"ISO15118Ctrlr.RequestMeteringReceipt", KEY_KIND_BOOL, false, 0, 1,
		"false"},
	[KEY_SECC_RENEW] = {"ISO15118Ctrlr.V2GCertificateInstallationEnabled", KEY_KIND_BOOL, false,
		0, 1, "false"},
	[KEY_SECC_ID] = {"ISO15118Ctrlr.SeccId", KEY_KIND_NAME, false, 0, KEY_NAME_MAX, ""},
	[KEY_SECC_COUNTRY] = {"ISO15118Ctrlr.CountryName", KEY_KIND_NAME, false, 0, KEY_COUNTRY_MAX,
		""},
	[KEY_SECC_ORGANISATION] = {"ISO15118Ctrlr.OrganizationName", KEY_KIND_NAME, false, 0,
		KEY_NAME_MAX, ""},
	/* "DE*LEY*E45B78C": outlet 1 is "DE*LEY*E45B78C*1" to cars; empty: nobody gave it one */
	[KEY_EVSE_ID] = {"ISO15118Ctrlr.EvseId", KEY_KIND_EVSE_ID, false, 0, KEY_EVSE_ID_MAX, ""},
};

/* What this pile's meter can tell. */
static const int key_measurands[] = {
	OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER,
	OCPP16_MEASURAND_POWER_ACTIVE_IMPORT,
	OCPP16_MEASURAND_VOLTAGE,
	OCPP16_MEASURAND_CURRENT_IMPORT,
	OCPP16_MEASURAND_CURRENT_OFFERED,
	OCPP16_MEASURAND_SOC,
	OCPP16_MEASURAND_TEMPERATURE,
	OCPP16_MEASURAND_FREQUENCY,
};

const struct key_row *key_row(enum key_id id)
{
	return &key_rows[id];
}

enum key_id key_find(struct str name)
{
	for (int id = 0; id < KEYS; id++)
		if (str_eq_nocase(name, str_from(key_rows[id].name)))
			return (enum key_id)id;
	return KEYS;
}

static bool key_parse_measurands(const struct key_row *row, struct str value, int64_t *ret)
{
	int64_t set = 0, energy = INT64_C(1) << OCPP16_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER;

	while (value.len > 0) {
		struct str name = str_trim(str_cut(&value, ','));
		int measurand = field_enum_value(&ocpp16_measurand_names, name);
		bool known = false;
		if (name.len == 0)
			continue;
		for (size_t i = 0; i < sizeof(key_measurands) / sizeof(key_measurands[0]); i++)
			known = known || key_measurands[i] == measurand;
		if (!known)
			return false;
		set |= INT64_C(1) << measurand;
	}
	if (row->most == 1 && set & ~energy)
		return false;
	*ret = set;
	return true;
}

/* Whole characters without control ones. */
static bool key_name_ok(const struct key_row *row, struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 127)
			return false;
	return (int64_t)value.len <= row->most && str_utf8_len(value) >= 0;
}

/* "0.RST, 1.TRS": how the phases of the supply lie at each connector; or one word alone. */
static bool key_rotation_ok(const struct key_row *row, struct str value)
{
	static const char *const words[] = {
		"NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR"};
	struct str rest = value;

	do {
		struct str word = str_trim(str_cut(&rest, ',')), number = word;
		size_t w = 0;
		int64_t connector;
		if (str_find(word, '.') >= 0) {
			number = str_cut(&word, '.');
			if (!str_to_i64(number, &connector) || connector < 0)
				return false;
		}
		while (w < sizeof(words) / sizeof(words[0]) && !str_is(word, words[w]))
			w++;
		if (w == sizeof(words) / sizeof(words[0]))
			return false;
	} while (rest.len > 0);
	return (int64_t)value.len <= row->most;
}

/* A name that a message may carry: characters that one can see. */
static bool key_token_ok(const struct key_row *row, struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] <= ' ' || value.ptr[i] == 127)
			return false;
	return (int64_t)value.len >= row->least && (int64_t)value.len <= row->most;
}

static bool key_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool key_sign(char c)
{
	return key_letter(c) || (c >= '0' && c <= '9');
}

/* ISO 15118-2, annex H: country, operator, 'E' and the outlet's own signs, with or without stars
 * between them. */
static bool key_evse_id_ok(const struct key_row *row, struct str value)
{
	size_t at = 2;

	if (value.len == 0 || str_is(value, ","))
		return true;
	if ((int64_t)value.len > row->most || value.len < 7 || !key_letter(value.ptr[0]) ||
		!key_letter(value.ptr[1]))
		return false;
	at += value.ptr[at] == '*';
	for (int i = 0; i < 3; i++, at++)
		if (at >= value.len || !key_sign(value.ptr[at]))
			return false;
	at += at < value.len && value.ptr[at] == '*';
	if (at + 1 >= value.len || value.ptr[at] != 'E' || !key_sign(value.ptr[at + 1]))
		return false;
	while (++at < value.len)
		if (!key_sign(value.ptr[at]) && value.ptr[at] != '*')
			return false;
	return value.ptr[value.len - 1] != '*';
}

static bool key_template_ok(const struct key_row *row, struct str value)
{
	struct str code = STR("{totp}");
	bool found = false;

	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] <= ' ' || value.ptr[i] == 127)
			return false;
		found = found || str_eq_nocase(str_slice(value, i, i + code.len), code);
	}
	return value.len == 0 || str_is(value, ",") ||
	       ((int64_t)value.len <= row->most && found &&
		       (str_starts(value, STR("https://")) || str_starts(value, STR("http://"))));
}

/* A slot in every four bits above the lowest, which count them. */
bool keys_parse_slots(struct str text, int64_t *ret)
{
	int64_t slots = 0, len = 0, slot;
	uint32_t seen = 0;

	do {
		if (!str_to_i64(str_trim(str_cut(&text, ',')), &slot) || slot < 0 ||
			slot >= KEY_SLOTS || seen & 1u << slot)
			return false;
		seen |= 1u << slot;
		slots |= slot << (4 * ++len);
	} while (text.len > 0);
	*ret = slots | len;
	return true;
}

int keys_slots_len(int64_t slots)
{
	return (int)(slots & 15);
}

int64_t keys_slot(int64_t slots, int place)
{
	return slots >> (4 * (place + 1)) & 15;
}

static bool key_parse(const struct key_row *row, struct str value, int64_t *ret)
{
	switch (row->kind) {
	case KEY_KIND_INT:
		return str_to_i64(value, ret) && *ret >= row->least && *ret <= row->most;
	case KEY_KIND_BOOL:
		*ret = str_eq_nocase(value, STR("true"));
		return *ret || str_eq_nocase(value, STR("false"));
	case KEY_KIND_MEASURANDS:
		return key_parse_measurands(row, value, ret);
	case KEY_KIND_FIXED:
		*ret = 0;
		return str_eq_nocase(value, str_from(row->initial));
	case KEY_KIND_TEMPLATE:
		*ret = 0;
		return key_template_ok(row, value);
	case KEY_KIND_SECRET:
		*ret = 0;
		return (int64_t)value.len >= row->least && (int64_t)value.len <= row->most;
	case KEY_KIND_NAME:
		*ret = 0;
		return key_name_ok(row, value);
	case KEY_KIND_ROTATION:
		*ret = 0;
		return key_rotation_ok(row, value);
	case KEY_KIND_TOKEN:
		*ret = 0;
		return str_is(value, ",") ? row->least == 0 : key_token_ok(row, value);
	case KEY_KIND_EVSE_ID:
		*ret = 0;
		return key_evse_id_ok(row, value);
	case KEY_KIND_SLOTS:
		return keys_parse_slots(value, ret);
	}
	return false;
}

static struct str key_note(char room[64], const struct key_row *row)
{
	size_t len = strlen(row->name);

	memcpy(room, "key:", 4);
	memcpy(room + 4, row->name, len);
	return (struct str){room, 4 + len};
}

/* Where keys that are texts live, with the last NUL. */
#define KEY_ROOM(id, field) \
	{ \
		id, offsetof(struct keys, field), sizeof(((struct keys *)0)->field) \
	}
static const struct key_room {
	enum key_id id;
	size_t offset, size;
} key_rooms[] = {
	KEY_ROOM(KEY_AUTHORIZATION_KEY, secret),
	KEY_ROOM(KEY_CPO_NAME, cpo_name),
	KEY_ROOM(KEY_SECC_ID, secc_id),
	KEY_ROOM(KEY_SECC_COUNTRY, secc_country),
	KEY_ROOM(KEY_SECC_ORGANISATION, secc_organisation),
	KEY_ROOM(KEY_EVSE_ID, evse_id),
	KEY_ROOM(KEY_WEB_TEMPLATE, web_template),
	KEY_ROOM(KEY_WEB_SECRET, web_secret),
	KEY_ROOM(KEY_PHASE_ROTATION, rotation),
	KEY_ROOM(KEY_MASTER_GROUP, master_group),
	KEY_ROOM(KEY_CURRENCY, currency),
	KEY_ROOM(KEY_TARIFF_FALLBACK, tariff_fallback),
	KEY_ROOM(KEY_COST_FALLBACK, cost_fallback),
};

/* NULL for all others. */
static const struct key_room *key_room(enum key_id id)
{
	for (size_t i = 0; i < sizeof(key_rooms) / sizeof(key_rooms[0]); i++)
		if (key_rooms[i].id == id)
			return &key_rooms[i];
	return NULL;
}

static void key_take(struct keys *keys, enum key_id id, struct str value, int64_t parsed)
{
	const struct key_room *room = key_room(id);

	keys->values[id] = parsed;
	if (!room)
		return;
	memset((char *)keys + room->offset, 0, room->size);
	if (!str_is(value, ",")) /* an empty one is kept as a comma */
		memcpy((char *)keys + room->offset, value.ptr, value.len);
}

void keys_load(struct keys *keys, const struct spool *spool, int64_t connectors)
{
	char room[64];
	int64_t parsed;

	memset(keys, 0, sizeof(*keys));
	for (int id = 0; id < KEYS; id++) {
		const struct key_row *row = &key_rows[id];
		struct str note = spool_note_get(spool, key_note(room, row));
		if (row->kind != KEY_KIND_SECRET && key_parse(row, str_from(row->initial), &parsed))
			key_take(keys, (enum key_id)id, str_from(row->initial), parsed);
		if (note.ptr && !row->readonly && key_parse(row, note, &parsed))
			key_take(keys, (enum key_id)id, note, parsed);
	}
	keys->values[KEY_CONNECTORS] = connectors;
}

int keys_set(struct keys *keys, struct spool *spool, struct str name, struct str value)
{
	enum key_id id = key_find(name);
	char room[64];
	int64_t parsed;

	if (id == KEYS)
		return OCPP16_CONFIGURATION_STATUS_NOT_SUPPORTED;
	if (key_rows[id].readonly || !key_parse(&key_rows[id], str_trim(value), &parsed))
		return OCPP16_CONFIGURATION_STATUS_REJECTED;
	/* an empty set is kept as a comma, since an empty note is none */
	TRY(spool_note(
		spool, key_note(room, &key_rows[id]), value.len ? str_trim(value) : STR(",")));
	key_take(keys, id, str_trim(value), parsed);
	return OCPP16_CONFIGURATION_STATUS_ACCEPTED;
}

static struct str keys_measurands_text(int64_t set, struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena, 512);
	for (int measurand = 1; measurand < 63; measurand++) {
		if (!(set & INT64_C(1) << measurand))
			continue;
		if (text.len)
			buf_put_char(&text, ',');
		buf_put_str(&text, field_enum_name(&ocpp16_measurand_names, measurand));
	}
	return text.len ? buf_str(&text) : STR("");
}

static struct str keys_slots_text(int64_t slots, struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena, 4 * KEY_SLOTS);
	for (int i = 0; i < keys_slots_len(slots); i++)
		buf_format(&text, "%s%d", i ? "," : "", (int)keys_slot(slots, i));
	return buf_str(&text);
}

struct str keys_text(const struct keys *keys, enum key_id id, struct arena *arena)
{
	const struct key_room *room = key_room(id);

	switch (key_rows[id].kind) {
	case KEY_KIND_INT:
		return str_format(arena, "%lld", (long long)keys->values[id]);
	case KEY_KIND_BOOL:
		return keys->values[id] ? STR("true") : STR("false");
	case KEY_KIND_MEASURANDS:
		return keys_measurands_text(keys->values[id], arena);
	case KEY_KIND_FIXED:
		return str_from(key_rows[id].initial);
	case KEY_KIND_NAME:
	case KEY_KIND_EVSE_ID:
	case KEY_KIND_TEMPLATE:
	case KEY_KIND_ROTATION:
	case KEY_KIND_TOKEN:
		return str_from((const char *)keys + room->offset);
	case KEY_KIND_SLOTS:
		return keys_slots_text(keys->values[id], arena);
	case KEY_KIND_SECRET:
		break;
	}
	return STR_NULL;
}
