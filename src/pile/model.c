/* model.c - the table of components and variables (see model.h). */
#include "pile/model.h"

#include <string.h>

#include "pile/live.h"

#define MODEL_OWN "LeydenCtrlr"

/* Whose rows these are. */
enum model_place { OF_PILE = 0, OF_EVSE, OF_CONNECTOR, OF_NETWORK };

struct model_row {
	const char *component, *variable, *instance;
	enum model_place place;
	enum model_data data;
	enum key_id key; /* KEYS: `fixed` or `live` */
	const char *fixed;
	struct str (*live)(
		const struct pile *pile, const struct outlet *outlet, struct arena *arena);
	const char *unit, *list;
	int64_t (*most)(const struct pile *pile, const struct outlet *outlet); /* NULL: no bound */
};

/* ---- the table ---- */

#define KEYED(component, variable, instance, data, key) \
	{ \
		component, variable, instance, OF_PILE, data, key, NULL, NULL, "", "", NULL \
	}
/* In seconds. */
#define TIMED(component, variable, key) \
	{ \
		component, variable, "", OF_PILE, MODEL_INTEGER, key, NULL, NULL, "s", "", NULL \
	}
#define FIXED(component, variable, instance, data, text) \
	{ \
		component, variable, instance, OF_PILE, data, KEYS, text, NULL, "", "", NULL \
	}
#define LIVE(component, variable, place, data, unit, list, live) \
	{ \
		component, variable, "", place, data, KEYS, NULL, live, unit, list, NULL \
	}
/* How many there are, of how many at most. */
#define COUNTED(component, variable, instance, live, most) \
	{ \
		component, variable, instance, OF_PILE, MODEL_INTEGER, KEYS, NULL, live, "", "", \
			most \
	}
/* One text of a list. */
#define CHOSEN(component, variable, place, data, text, list) \
	{ \
		component, variable, "", place, data, KEYS, text, NULL, "", list, NULL \
	}

/* True while a protection is active that names this component and variable (protect.c). */
#define PROTECTED(component, variable, place) \
	{ \
		component, variable, "", place, MODEL_BOOL, KEYS, NULL, NULL, "", "", NULL \
	}

/* Once for each slot of a server, which is the component's instance. */
#define NETWORKED(variable, data) \
	{ \
		"NetworkConfiguration", variable, "", OF_NETWORK, data, KEYS, NULL, NULL, "", "", \
			NULL \
	}

#define MEASURANDS \
	"Energy.Active.Import.Register,Power.Active.Import,Voltage,Current.Import,Current." \
	"Offered,SoC,Temperature,Frequency"
#define STATES "Available,Occupied,Reserved,Unavailable,Faulted"

static const struct model_row model_rows[] = {
	PROTECTED("AcDcConverter", "Problem", OF_EVSE),
	LIVE("AirCoolingSystem", "Active", OF_EVSE, MODEL_BOOL, "", "", live_cooling),
	LIVE("AirCoolingSystem", "FanSpeed", OF_EVSE, MODEL_INTEGER, "", "", live_fans),
	FIXED("AlignedDataCtrlr", "Available", "", MODEL_BOOL, "true"),
	TIMED("AlignedDataCtrlr", "Interval", KEY_ALIGNED_INTERVAL),
	KEYED("AlignedDataCtrlr", "Measurands", "", MODEL_MEMBERS, KEY_ALIGNED_DATA),
	TIMED("AlignedDataCtrlr", "TxEndedInterval", KEY_END_ALIGNED_INTERVAL),
	KEYED("AlignedDataCtrlr", "TxEndedMeasurands", "", MODEL_MEMBERS, KEY_STOP_ALIGNED_DATA),
	FIXED("AuthCacheCtrlr", "Available", "", MODEL_BOOL, "true"),
	KEYED("AuthCacheCtrlr", "Enabled", "", MODEL_BOOL, KEY_CACHE_ENABLED),
	FIXED("AuthCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	KEYED("AuthCtrlr", "MasterPassGroupId", "", MODEL_STRING, KEY_MASTER_GROUP),
	KEYED("AuthCtrlr", "AuthorizeRemoteStart", "", MODEL_BOOL, KEY_AUTHORIZE_REMOTE),
	KEYED("AuthCtrlr", "LocalAuthorizeOffline", "", MODEL_BOOL, KEY_LOCAL_AUTHORIZE_OFFLINE),
	KEYED("AuthCtrlr", "LocalPreAuthorize", "", MODEL_BOOL, KEY_LOCAL_PRE_AUTHORIZE),
	KEYED("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "", MODEL_BOOL,
		KEY_ALLOW_OFFLINE_UNKNOWN),
	KEYED("AutoCharge", "Enabled", "", MODEL_BOOL, KEY_AUTOCHARGE),
	KEYED("AutoCharge", "Probe", "", MODEL_BOOL, KEY_AUTOCHARGE_PROBE),
	KEYED("AutoCharge", "Timeout", "", MODEL_INTEGER, KEY_AUTOCHARGE_TIMEOUT),
	KEYED("AutoCharge", "OfflineEnergy", "", MODEL_INTEGER, KEY_AUTOCHARGE_OFFLINE),
	FIXED("ChargingStation", "Available", "", MODEL_BOOL, "true"),
	LIVE("ChargingStation", "AvailabilityState", OF_PILE, MODEL_OPTION, "", STATES,
		live_station_state),
	LIVE("ChargingStation", "FirmwareVersion", OF_PILE, MODEL_STRING, "", "", live_firmware),
	LIVE("ChargingStation", "Model", OF_PILE, MODEL_STRING, "", "", live_model),
	LIVE("ChargingStation", "SerialNumber", OF_PILE, MODEL_STRING, "", "", live_serial),
	LIVE("ChargingStation", "SupplyPhases", OF_PILE, MODEL_INTEGER, "", "", live_phases),
	LIVE("ChargingStation", "VendorName", OF_PILE, MODEL_STRING, "", "", live_vendor),
	LIVE("ClockCtrlr", "DateTime", OF_PILE, MODEL_TIME, "", "", live_time),
	{"ClockCtrlr", "TimeSource", "", OF_PILE, MODEL_SEQUENCE, KEY_TIME_SOURCE, NULL, NULL, "",
		"Heartbeat", NULL},
	LIVE("Connector", "AvailabilityState", OF_CONNECTOR, MODEL_OPTION, "", STATES, live_state),
	CHOSEN("Connector", "Available", OF_CONNECTOR, MODEL_BOOL, "true", ""),
	LIVE("Connector", "ConnectorType", OF_CONNECTOR, MODEL_STRING, "", "", live_plug),
	PROTECTED("CaseAccessSensor", "Tripped", OF_EVSE),
	PROTECTED("ConnectedEV", "Problem", OF_EVSE),
	LIVE("Connector", "Problem", OF_CONNECTOR, MODEL_BOOL, "", "", live_problem),
	LIVE("Connector", "SupplyPhases", OF_CONNECTOR, MODEL_INTEGER, "", "", live_phases),
	LIVE("Connector", "Temperature", OF_CONNECTOR, MODEL_DECIMAL, "Celsius", "", live_heat),
	PROTECTED("ConnectorPlugRetentionLock", "Problem", OF_CONNECTOR),
	PROTECTED("Controller", "Problem", OF_EVSE),
	PROTECTED("CPPWMController", "Problem", OF_EVSE),
	FIXED("DeviceDataCtrlr", "BytesPerMessage", "GetReport", MODEL_INTEGER, "65536"),
	FIXED("DeviceDataCtrlr", "BytesPerMessage", "GetVariables", MODEL_INTEGER, "65536"),
	FIXED("DeviceDataCtrlr", "BytesPerMessage", "SetVariables", MODEL_INTEGER, "65536"),
	FIXED("DeviceDataCtrlr", "ItemsPerMessage", "GetReport", MODEL_INTEGER, "100"),
	FIXED("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables", MODEL_INTEGER, "100"),
	FIXED("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables", MODEL_INTEGER, "100"),
	FIXED("DisplayMessageCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("DisplayMessageCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	COUNTED("DisplayMessageCtrlr", "DisplayMessages", "", live_messages, live_most_messages),
	LIVE("DisplayMessageCtrlr", "SupportedFormats", OF_PILE, MODEL_MEMBERS, "",
		"ASCII,UTF8,QRCODE", live_formats),
	CHOSEN("DisplayMessageCtrlr", "SupportedPriorities", OF_PILE, MODEL_MEMBERS,
		"AlwaysFront,InFront,NormalCycle", "AlwaysFront,InFront,NormalCycle"),
	LIVE("DisplayMessageCtrlr", "SupportedStates", OF_PILE, MODEL_MEMBERS, "",
		"Charging,Faulted,Idle,Unavailable,Suspended", live_states),
	FIXED("DisplayMessageCtrlr", "Language", "", MODEL_MEMBERS, "zh-CN,en,de"),
	PROTECTED("ElectricalFeed", "Problem", OF_EVSE),
	PROTECTED("EmergencyStopSensor", "Tripped", OF_EVSE),
	LIVE("EVSE", "AvailabilityState", OF_EVSE, MODEL_OPTION, "", STATES, live_state),
	CHOSEN("EVSE", "Available", OF_EVSE, MODEL_BOOL, "true", ""),
	{"EVSE", "Power", "", OF_EVSE, MODEL_DECIMAL, KEYS, NULL, live_power, "W", "",
		live_most_power},
	LIVE("EVSE", "Current", OF_EVSE, MODEL_DECIMAL, "A", "", live_current),
	LIVE("EVSE", "ISO15118EvseId", OF_EVSE, MODEL_STRING, "", "", live_evse_id),
	LIVE("EVSE", "SupplyPhases", OF_EVSE, MODEL_INTEGER, "", "", live_phases),
	PROTECTED("EVSE", "Problem", OF_EVSE),
	PROTECTED("FiscalMetering", "Problem", OF_EVSE),
	LIVE("FiscalMetering", "PublicKey", OF_EVSE, MODEL_STRING, "", "", live_meter_key),
	PROTECTED("FloodSensor", "Tripped", OF_EVSE),
	PROTECTED("GroundIsolationProtection", "Problem", OF_EVSE),
	FIXED("ISO15118Ctrlr", "Enabled", "", MODEL_BOOL, "true"),
	KEYED("ISO15118Ctrlr", "CentralContractValidationAllowed", "", MODEL_BOOL, KEY_PNC_CENTRAL),
	KEYED("ISO15118Ctrlr", "ContractCertificateInstallationEnabled", "", MODEL_BOOL,
		KEY_PNC_INSTALL),
	KEYED("ISO15118Ctrlr", "ContractValidationOffline", "", MODEL_BOOL, KEY_PNC_OFFLINE),
	KEYED("ISO15118Ctrlr", "CountryName", "", MODEL_STRING, KEY_SECC_COUNTRY),
	KEYED("ISO15118Ctrlr", "OrganizationName", "", MODEL_STRING, KEY_SECC_ORGANISATION),
	KEYED("ISO15118Ctrlr", "PnCEnabled", "", MODEL_BOOL, KEY_PNC),
	KEYED("ISO15118Ctrlr", "RequestMeteringReceipt", "", MODEL_BOOL, KEY_PNC_RECEIPT),
	KEYED("ISO15118Ctrlr", "EvseId", "", MODEL_STRING, KEY_EVSE_ID),
	KEYED("ISO15118Ctrlr", "SeccId", "", MODEL_STRING, KEY_SECC_ID),
	KEYED("ISO15118Ctrlr", "V2GCertificateInstallationEnabled", "", MODEL_BOOL, KEY_SECC_RENEW),
	FIXED("LocalAuthListCtrlr", "Available", "", MODEL_BOOL, "true"),
	KEYED("LocalAuthListCtrlr", "Enabled", "", MODEL_BOOL, KEY_LOCAL_LIST_ENABLED),
	COUNTED("LocalAuthListCtrlr", "Entries", "", live_list, live_most_list),
	KEYED("LocalAuthListCtrlr", "ItemsPerMessage", "", MODEL_INTEGER, KEY_SEND_LIST_MAX),
	FIXED("LocalAuthListCtrlr", "BytesPerMessage", "", MODEL_INTEGER, "65536"),
	FIXED("MonitoringCtrlr", "Available", "", MODEL_BOOL, "true"),
	LIVE("MonitoringCtrlr", "ActiveMonitoringLevel", OF_PILE, MODEL_INTEGER, "", "",
		live_monitor_level),
	FIXED("MonitoringCtrlr", "BytesPerMessage", "SetVariableMonitoring", MODEL_INTEGER,
		"65536"),
	FIXED("MonitoringCtrlr", "BytesPerMessage", "ClearVariableMonitoring", MODEL_INTEGER,
		"65536"),
	FIXED("MonitoringCtrlr", "ItemsPerMessage", "SetVariableMonitoring", MODEL_INTEGER, "100"),
	FIXED("MonitoringCtrlr", "ItemsPerMessage", "ClearVariableMonitoring", MODEL_INTEGER,
		"100"),
	FIXED("MonitoringCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	KEYED("MonitoringCtrlr", "OfflineQueuingSeverity", "", MODEL_INTEGER, KEY_QUEUE_SEVERITY),
	CHOSEN("OCPPCommCtrlr", "FileTransferProtocols", OF_PILE, MODEL_MEMBERS, "HTTP,HTTPS",
		"HTTP,HTTPS"),
	TIMED("OCPPCommCtrlr", "HeartbeatInterval", KEY_HEARTBEAT_INTERVAL),
	FIXED("OCPPCommCtrlr", "MessageTimeout", "Default", MODEL_INTEGER, "30"),
	KEYED("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", MODEL_INTEGER, KEY_ATTEMPTS),
	KEYED("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent", MODEL_INTEGER,
		KEY_RETRY_INTERVAL),
	LIVE("OCPPCommCtrlr", "ActiveNetworkProfile", OF_PILE, MODEL_INTEGER, "", "", live_network),
	KEYED("OCPPCommCtrlr", "NetworkConfigurationPriority", "", MODEL_SEQUENCE,
		KEY_NETWORK_PRIORITY),
	KEYED("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", "", MODEL_INTEGER,
		KEY_NETWORK_ATTEMPTS),
	TIMED("OCPPCommCtrlr", "OfflineThreshold", KEY_OFFLINE_THRESHOLD),
	FIXED("OCPPCommCtrlr", "QueueAllMessages", "", MODEL_BOOL, "false"),
	KEYED("OCPPCommCtrlr", "ResetRetries", "", MODEL_INTEGER, KEY_RESET_RETRIES),
	KEYED("OCPPCommCtrlr", "RetryBackOffRepeatTimes", "", MODEL_INTEGER, KEY_BACKOFF_REPEATS),
	TIMED("OCPPCommCtrlr", "RetryBackOffWaitMinimum", KEY_BACKOFF_LEAST),
	TIMED("OCPPCommCtrlr", "RetryBackOffRandomRange", KEY_BACKOFF_RANDOM),
	NETWORKED("OcppCsmsUrl", MODEL_STRING),
	NETWORKED("OcppInterface", MODEL_OPTION),
	NETWORKED("OcppTransport", MODEL_OPTION),
	NETWORKED("SecurityProfile", MODEL_INTEGER),
	NETWORKED("MessageTimeout", MODEL_INTEGER),
	NETWORKED("Identity", MODEL_STRING),
	KEYED("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", "", MODEL_BOOL,
		KEY_UNLOCK_ON_DISCONNECT),
	TIMED("OCPPCommCtrlr", "WebSocketPingInterval", KEY_PING_INTERVAL),
	LIVE("OCPPCommCtrlr", "MessagesInQueue", OF_PILE, MODEL_INTEGER, "", "", live_transactions),
	PROTECTED("OverCurrentProtection", "Operated", OF_EVSE),
	PROTECTED("PowerContactor", "Problem", OF_EVSE),
	PROTECTED("RCD", "Problem", OF_EVSE),
	PROTECTED("RCD", "Tripped", OF_EVSE),
	FIXED("ReservationCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("ReservationCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	KEYED("ReservationCtrlr", "NonEvseSpecific", "", MODEL_BOOL, KEY_RESERVE_ANY),
	FIXED("SampledDataCtrlr", "Available", "", MODEL_BOOL, "true"),
	TIMED("SampledDataCtrlr", "TxEndedInterval", KEY_END_INTERVAL),
	KEYED("SampledDataCtrlr", "TxEndedMeasurands", "", MODEL_MEMBERS, KEY_END_DATA),
	KEYED("SampledDataCtrlr", "TxStartedMeasurands", "", MODEL_MEMBERS, KEY_START_DATA),
	TIMED("SampledDataCtrlr", "TxUpdatedInterval", KEY_SAMPLE_INTERVAL),
	KEYED("SampledDataCtrlr", "TxUpdatedMeasurands", "", MODEL_MEMBERS, KEY_SAMPLED_DATA),
	KEYED("SecurityCtrlr", "AdditionalRootCertificateCheck", "", MODEL_BOOL,
		KEY_ADDITIONAL_ROOT_CHECK),
	KEYED("SecurityCtrlr", "BasicAuthPassword", "", MODEL_STRING, KEY_AUTHORIZATION_KEY),
	COUNTED("SecurityCtrlr", "CertificateEntries", "", live_certificates,
		live_most_certificates),
	TIMED("SecurityCtrlr", "CertSigningWaitMinimum", KEY_SIGN_WAIT),
	KEYED("SecurityCtrlr", "CertSigningRepeatTimes", "", MODEL_INTEGER, KEY_SIGN_REPEATS),
	KEYED("SecurityCtrlr", "OrganizationName", "", MODEL_STRING, KEY_CPO_NAME),
	LIVE("SecurityCtrlr", "SecurityProfile", OF_PILE, MODEL_INTEGER, "", "", live_profile),
	LIVE("SecurityCtrlr", "Identity", OF_PILE, MODEL_STRING, "", "", live_name),
	LIVE("TemperatureSensor", "Temperature", OF_EVSE, MODEL_DECIMAL, "Celsius", "",
		live_cabinet),
	FIXED("SmartChargingCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("SmartChargingCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	COUNTED("SmartChargingCtrlr", "Entries", "ChargingProfiles", live_profiles,
		live_most_profiles),
	{"SmartChargingCtrlr", "LimitChangeSignificance", "", OF_PILE, MODEL_DECIMAL,
		KEY_SIGNIFICANCE, NULL, NULL, "Percent", "", NULL},
	KEYED("SmartChargingCtrlr", "PeriodsPerSchedule", "", MODEL_INTEGER, KEY_PROFILE_PERIODS),
	KEYED("SmartChargingCtrlr", "Phases3to1", "", MODEL_BOOL, KEY_PROFILE_PHASES),
	KEYED("SmartChargingCtrlr", "ProfileStackLevel", "", MODEL_INTEGER, KEY_PROFILE_LEVELS),
	CHOSEN("SmartChargingCtrlr", "RateUnit", OF_PILE, MODEL_MEMBERS, "A,W", "A,W"),
	FIXED("ACDERCtrlr", "ModesSupported", "", MODEL_MEMBERS, "LimitMaxDischarge"),
	KEYED("SmartChargingCtrlr", "PeriodsPerSchedule", "", MODEL_INTEGER, KEY_PROFILE_PERIODS),
	KEYED("SmartChargingCtrlr", "ProfileStackLevel", "", MODEL_INTEGER, KEY_PROFILE_LEVELS),
	FIXED("SmartChargingCtrlr", "RateUnit", "", MODEL_MEMBERS, "A,W"),
	FIXED("SmartChargingCtrlr", "SupportedAdditionalPurposes", "", MODEL_MEMBERS,
		"PriorityCharging"),
	FIXED("SmartChargingCtrlr", "SupportsDynamicProfiles", "", MODEL_BOOL, "true"),
	FIXED("TariffCostCtrlr", "Available", "Cost", MODEL_BOOL, "true"),
	FIXED("TariffCostCtrlr", "Available", "Tariff", MODEL_BOOL, "true"),
	FIXED("TariffCostCtrlr", "Enabled", "Cost", MODEL_BOOL, "true"),
	FIXED("TariffCostCtrlr", "Enabled", "Tariff", MODEL_BOOL, "true"),
	KEYED("TariffCostCtrlr", "Currency", "", MODEL_STRING, KEY_CURRENCY),
	FIXED("TariffCostCtrlr", "MaxElements", "", MODEL_INTEGER, "48"),
	KEYED("TariffCostCtrlr", "TariffFallbackMessage", "", MODEL_STRING, KEY_TARIFF_FALLBACK),
	KEYED("TariffCostCtrlr", "TotalCostFallbackMessage", "", MODEL_STRING, KEY_COST_FALLBACK),
	KEYED("WebPaymentsCtrlr", "Enabled", "", MODEL_BOOL, KEY_WEB_ENABLED),
	KEYED("WebPaymentsCtrlr", "Length", "", MODEL_INTEGER, KEY_WEB_LENGTH),
	KEYED("WebPaymentsCtrlr", "SharedSecret", "", MODEL_STRING, KEY_WEB_SECRET),
	KEYED("WebPaymentsCtrlr", "TOTPVersion", "", MODEL_OPTION, KEY_WEB_VERSION),
	KEYED("WebPaymentsCtrlr", "URLTemplate", "", MODEL_STRING, KEY_WEB_TEMPLATE),
	KEYED("WebPaymentsCtrlr", "ValidityTime", "", MODEL_INTEGER, KEY_WEB_VALID),
	FIXED("TxCtrlr", "ChargingTime", "", MODEL_INTEGER, "0"),
	TIMED("TxCtrlr", "EVConnectionTimeOut", KEY_CONNECTION_TIMEOUT),
	KEYED("TxCtrlr", "StopTxOnEVSideDisconnect", "", MODEL_BOOL, KEY_STOP_ON_DISCONNECT),
	KEYED("TxCtrlr", "StopTxOnInvalidId", "", MODEL_BOOL, KEY_STOP_ON_INVALID),
	CHOSEN("TxCtrlr", "TxStartPoint", OF_PILE, MODEL_MEMBERS, "PowerPathClosed",
		"PowerPathClosed"),
	CHOSEN("TxCtrlr", "TxStopPoint", OF_PILE, MODEL_MEMBERS, "PowerPathClosed",
		"PowerPathClosed"),
};
#define MODEL_ROWS (sizeof(model_rows) / sizeof(model_rows[0]))

static bool model_named(enum key_id key)
{
	for (size_t i = 0; i < MODEL_ROWS; i++)
		if (model_rows[i].key == key)
			return true;
	/* told otherwise: outlets by their rows, the signer's key as FiscalMetering.PublicKey, the
	 * profile and the counts as they are, what an end tells by keys of 2.x */
	return key == KEY_CONNECTORS || key == KEY_METER_PUBLIC_KEY || key == KEY_PROFILES ||
	       key == KEY_SECURITY_PROFILE || key == KEY_CERTIFICATES_MAX ||
	       key == KEY_LOCAL_LIST_MAX || key == KEY_PROFILES_KEPT || key == KEY_PROFILE_UNITS ||
	       key == KEY_FILE_PROTOCOLS || key == KEY_STOP_SAMPLED_DATA;
}

static size_t model_rows_of(const struct pile *pile, const struct model_row *row)
{
	return row->place == OF_PILE      ? 1
	       : row->place == OF_NETWORK ? NETWORK_SLOTS
					  : pile->outlets_len;
}

size_t model_count(const struct pile *pile)
{
	size_t count = 0;

	for (size_t i = 0; i < MODEL_ROWS; i++)
		count += model_rows_of(pile, &model_rows[i]);
	for (int key = 0; key < KEYS; key++)
		count += !model_named((enum key_id)key);
	return count;
}

static enum model_access model_key_access(enum key_id key)
{
	if (key == KEYS || key_row(key)->readonly)
		return MODEL_READ;
	return key_row(key)->kind == KEY_KIND_SECRET ? MODEL_WRITE : MODEL_READ_WRITE;
}

static void model_of_row(const struct pile *pile, const struct model_row *row, size_t which,
	size_t index, struct model_variable *ret)
{
	static const char *const slots[NETWORK_SLOTS] = {"0", "1", "2", "3"};
	bool network = row->place == OF_NETWORK;

	*ret = (struct model_variable){.index = index,
		.component = row->component,
		.component_instance = network ? slots[which] : "",
		.variable = row->variable,
		.instance = row->instance,
		.slot = network ? (int64_t)which : 0,
		.evse = network || row->place == OF_PILE ? 0 : (int64_t)which + 1,
		.connector = row->place == OF_CONNECTOR,
		.data = row->data,
		.access = model_key_access(row->key),
		.unit = row->unit,
		.list = row->data == MODEL_MEMBERS && row->key != KEYS &&
					key_row(row->key)->kind == KEY_KIND_MEASURANDS
				? MEASURANDS
				: row->list,
		.key = row->key,
		.most = row->most ? row->most(pile, network || row->place == OF_PILE
							    ? NULL
							    : &pile->outlets[which])
				  : 0,
		.numeric = row->live && (row->data == MODEL_DECIMAL || row->data == MODEL_INTEGER),
		.row = row};
}

static void model_of_key(enum key_id key, size_t index, struct model_variable *ret)
{
	static const enum model_data kinds[] = {
		[KEY_KIND_INT] = MODEL_INTEGER,
		[KEY_KIND_BOOL] = MODEL_BOOL,
		[KEY_KIND_MEASURANDS] = MODEL_MEMBERS,
		[KEY_KIND_FIXED] = MODEL_STRING,
		[KEY_KIND_SECRET] = MODEL_STRING,
		[KEY_KIND_NAME] = MODEL_STRING,
		[KEY_KIND_EVSE_ID] = MODEL_STRING,
		[KEY_KIND_TEMPLATE] = MODEL_STRING,
		[KEY_KIND_SLOTS] = MODEL_SEQUENCE,
		[KEY_KIND_ROTATION] = MODEL_STRING,
		[KEY_KIND_TOKEN] = MODEL_STRING,
	};
	enum key_kind kind = key_row(key)->kind;

	*ret = (struct model_variable){.index = index,
		.component = MODEL_OWN,
		.component_instance = "",
		.variable = key_row(key)->name,
		.instance = "",
		.data = (size_t)kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind]
									: MODEL_STRING,
		.access = model_key_access(key),
		.unit = "",
		.list = "",
		.key = key};
}

bool model_at(const struct pile *pile, size_t index, struct model_variable *ret)
{
	size_t at = 0;

	for (size_t i = 0; i < MODEL_ROWS; i++) {
		size_t rows = model_rows_of(pile, &model_rows[i]);
		if (index < at + rows) {
			model_of_row(pile, &model_rows[i], index - at, index, ret);
			return true;
		}
		at += rows;
	}
	for (int key = 0; key < KEYS; key++) {
		if (model_named((enum key_id)key))
			continue;
		if (index == at++) {
			model_of_key((enum key_id)key, index, ret);
			return true;
		}
	}
	return false;
}

static struct str model_protected(const struct outlet *outlet, const struct model_row *row)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++) {
		const struct protect_row *protection = protect_row((enum protect_kind)kind);

		if (outlet->evse.protect.active & UINT32_C(1) << kind &&
			strcmp(protection->component, row->component) == 0 &&
			strcmp(protection->variable, row->variable) == 0)
			return STR("true");
	}
	return STR("false");
}

struct str model_value(
	const struct pile *pile, const struct model_variable *variable, struct arena *arena)
{
	const struct model_row *row = variable->row;
	const struct outlet *outlet = NULL;

	if (variable->access == MODEL_WRITE)
		return STR_NULL;
	if (variable->key != KEYS)
		return keys_text(&pile->keys, variable->key, arena);
	if (row->fixed)
		return str_from(row->fixed);
	if (row->place == OF_NETWORK)
		return network_value(pile, variable->slot, row->variable, arena);
	if (variable->evse > 0)
		outlet = &pile->outlets[variable->evse - 1];
	return row->live ? row->live(pile, outlet, arena) : model_protected(outlet, row);
}

bool model_number(
	const struct pile *pile, const struct model_variable *variable, int64_t *ret_milli)
{
	struct arena arena;
	struct str text;
	bool found;

	if (!variable->numeric)
		return false;
	arena_init(&arena, 4096);
	text = model_value(pile, variable, &arena);
	found = text.len > 0 && str_to_i64(text, ret_milli);
	if (found)
		*ret_milli *= 1000;
	arena_fini(&arena);
	return found;
}

enum model_found model_find(
	const struct pile *pile, const struct model_name *name, struct model_variable *ret)
{
	enum model_found found = MODEL_NO_COMPONENT;
	struct model_variable one;

	for (size_t i = 0; model_at(pile, i, &one); i++) {
		if (!str_eq_nocase(name->component, str_from(one.component)) ||
			!str_eq_nocase(
				name->component_instance, str_from(one.component_instance)) ||
			name->evse != one.evse || (name->connector && !one.connector))
			continue;
		found = MODEL_NO_VARIABLE;
		if (!str_eq_nocase(name->variable, str_from(one.variable)) ||
			!str_eq_nocase(name->instance, str_from(one.instance)))
			continue;
		*ret = one;
		return MODEL_FOUND;
	}
	return found;
}
