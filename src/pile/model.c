/* model.c - the table of components and variables (see model.h). */
#include "pile/model.h"

#include <string.h>

#include "base/clock.h"
#include "pile/evse.h"
#include "pile/talk.h"

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
};

/* ---- what is read now ---- */

static struct str live_model(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.model;
}

static struct str live_vendor(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.vendor;
}

static struct str live_serial(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.serial;
}

static struct str live_firmware(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.firmware;
}

static struct str live_name(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->config.name;
}

static struct str live_time(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	struct buf text;

	(void)outlet;
	buf_init(&text, arena, 40);
	time_write(&text, pile->now_us, true);
	return buf_str(&text);
}

static struct str live_station_state(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return pile->inoperative ? STR("Unavailable") : STR("Available");
}

static struct str live_state(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return str_from(evse_taken(outlet->evse.state));
}

static struct str live_problem(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return outlet->evse.protect.active ? STR("true") : STR("false");
}

static struct str live_phases(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	const struct outlet *one = outlet ? outlet : &pile->outlets[0];

	return str_format(arena, "%d", one->hal.phases);
}

static struct str live_power(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);

	return str_format(arena, "%lld", (long long)(values.power_mw / 1000));
}

static struct str live_current(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return str_format(arena, "%d", outlet->evse.limit_ma / 1000);
}

static struct str live_heat(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return outlet->evse.connector_mc == HAL_ABSENT
		       ? STR_NULL
		       : str_format(arena, "%d", outlet->evse.connector_mc / 1000);
}

static struct str live_cabinet(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return outlet->evse.cabinet_mc == HAL_ABSENT
		       ? STR_NULL
		       : str_format(arena, "%d", outlet->evse.cabinet_mc / 1000);
}

/* Half the current until the connector has cooled (strategy.h). */
static struct str live_cooling(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	(void)arena;
	return outlet->evse.strategy.cooling ? STR("true") : STR("false");
}

static struct str live_fans(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)pile;
	return str_format(arena, "%d", outlet->evse.offer.cool_percent);
}

static struct str live_transactions(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", pile->spool.count);
}

static struct str live_network(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%d", (int)pile->access.now.net);
}

static struct str live_messages(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return str_format(arena, "%zu", board_count(pile));
}

/* 2.0.1 has no word for a code on the display, nor for a pause. */
static bool model_speaks_201(const struct pile *pile)
{
	return pile->link.talk && pile->link.talk->version == OCPP_201;
}

static struct str live_formats(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return model_speaks_201(pile) ? STR("ASCII,UTF8") : STR("ASCII,UTF8,QRCODE");
}

static struct str live_states(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	(void)arena;
	return model_speaks_201(pile) ? STR("Charging,Faulted,Idle,Unavailable")
				      : STR("Charging,Faulted,Idle,Unavailable,Suspended");
}

static struct str live_meter_key(
	const struct pile *pile, const struct outlet *outlet, struct arena *arena)
{
	(void)outlet;
	return attest_key(pile, arena);
}

/* ---- the table ---- */

#define KEYED(component, variable, instance, data, key) \
	{ \
		component, variable, instance, OF_PILE, data, key, NULL, NULL, "", "" \
	}
#define FIXED(component, variable, instance, data, text) \
	{ \
		component, variable, instance, OF_PILE, data, KEYS, text, NULL, "", "" \
	}
#define LIVE(component, variable, place, data, unit, list, live) \
	{ \
		component, variable, "", place, data, KEYS, NULL, live, unit, list \
	}

/* True while a protection is active that names this component and variable (protect.c). */
#define PROTECTED(component, variable, place) \
	{ \
		component, variable, "", place, MODEL_BOOL, KEYS, NULL, NULL, "", "" \
	}

/* Once for each slot of a server, which is the component's instance. */
#define NETWORKED(variable, data) \
	{ \
		"NetworkConfiguration", variable, "", OF_NETWORK, data, KEYS, NULL, NULL, "", "" \
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
	KEYED("AlignedDataCtrlr", "Interval", "", MODEL_INTEGER, KEY_ALIGNED_INTERVAL),
	KEYED("AlignedDataCtrlr", "Measurands", "", MODEL_MEMBERS, KEY_ALIGNED_DATA),
	FIXED("AlignedDataCtrlr", "TxEndedInterval", "", MODEL_INTEGER, "0"),
	KEYED("AlignedDataCtrlr", "TxEndedMeasurands", "", MODEL_MEMBERS, KEY_STOP_ALIGNED_DATA),
	FIXED("AuthCacheCtrlr", "Available", "", MODEL_BOOL, "true"),
	KEYED("AuthCacheCtrlr", "Enabled", "", MODEL_BOOL, KEY_CACHE_ENABLED),
	FIXED("AuthCtrlr", "Enabled", "", MODEL_BOOL, "true"),
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
	FIXED("ClockCtrlr", "TimeSource", "", MODEL_SEQUENCE, "Heartbeat"),
	LIVE("Connector", "AvailabilityState", OF_CONNECTOR, MODEL_OPTION, "", STATES, live_state),
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
	LIVE("DisplayMessageCtrlr", "DisplayMessages", OF_PILE, MODEL_INTEGER, "", "",
		live_messages),
	LIVE("DisplayMessageCtrlr", "SupportedFormats", OF_PILE, MODEL_MEMBERS, "",
		"ASCII,UTF8,QRCODE", live_formats),
	FIXED("DisplayMessageCtrlr", "SupportedPriorities", "", MODEL_MEMBERS,
		"AlwaysFront,InFront,NormalCycle"),
	LIVE("DisplayMessageCtrlr", "SupportedStates", OF_PILE, MODEL_MEMBERS, "",
		"Charging,Faulted,Idle,Unavailable,Suspended", live_states),
	FIXED("DisplayMessageCtrlr", "Language", "", MODEL_MEMBERS, "zh-CN,en,de"),
	PROTECTED("ElectricalFeed", "Problem", OF_EVSE),
	PROTECTED("EmergencyStopSensor", "Tripped", OF_EVSE),
	LIVE("EVSE", "AvailabilityState", OF_EVSE, MODEL_OPTION, "", STATES, live_state),
	LIVE("EVSE", "Power", OF_EVSE, MODEL_DECIMAL, "W", "", live_power),
	LIVE("EVSE", "Current", OF_EVSE, MODEL_DECIMAL, "A", "", live_current),
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
	KEYED("ISO15118Ctrlr", "SeccId", "", MODEL_STRING, KEY_SECC_ID),
	KEYED("ISO15118Ctrlr", "V2GCertificateInstallationEnabled", "", MODEL_BOOL, KEY_SECC_RENEW),
	FIXED("MonitoringCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("MonitoringCtrlr", "Enabled", "", MODEL_BOOL, "true"),
	KEYED("MonitoringCtrlr", "OfflineQueuingSeverity", "", MODEL_INTEGER, KEY_QUEUE_SEVERITY),
	FIXED("OCPPCommCtrlr", "FileTransferProtocols", "", MODEL_MEMBERS, "HTTP,HTTPS"),
	KEYED("OCPPCommCtrlr", "HeartbeatInterval", "", MODEL_INTEGER, KEY_HEARTBEAT_INTERVAL),
	FIXED("OCPPCommCtrlr", "MessageTimeout", "Default", MODEL_INTEGER, "30"),
	KEYED("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent", MODEL_INTEGER, KEY_ATTEMPTS),
	KEYED("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent", MODEL_INTEGER,
		KEY_RETRY_INTERVAL),
	LIVE("OCPPCommCtrlr", "ActiveNetworkProfile", OF_PILE, MODEL_INTEGER, "", "", live_network),
	KEYED("OCPPCommCtrlr", "NetworkConfigurationPriority", "", MODEL_SEQUENCE,
		KEY_NETWORK_PRIORITY),
	KEYED("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", "", MODEL_INTEGER,
		KEY_NETWORK_ATTEMPTS),
	FIXED("OCPPCommCtrlr", "OfflineThreshold", "", MODEL_INTEGER, "0"),
	FIXED("OCPPCommCtrlr", "QueueAllMessages", "", MODEL_BOOL, "true"),
	KEYED("OCPPCommCtrlr", "ResetRetries", "", MODEL_INTEGER, KEY_RESET_RETRIES),
	FIXED("OCPPCommCtrlr", "RetryBackOffRepeatTimes", "", MODEL_INTEGER, "6"),
	FIXED("OCPPCommCtrlr", "RetryBackOffWaitMinimum", "", MODEL_INTEGER, "1"),
	FIXED("OCPPCommCtrlr", "RetryBackOffRandomRange", "", MODEL_INTEGER, "30"),
	NETWORKED("OcppCsmsUrl", MODEL_STRING),
	NETWORKED("OcppInterface", MODEL_OPTION),
	NETWORKED("OcppTransport", MODEL_OPTION),
	NETWORKED("SecurityProfile", MODEL_INTEGER),
	NETWORKED("MessageTimeout", MODEL_INTEGER),
	NETWORKED("Identity", MODEL_STRING),
	KEYED("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", "", MODEL_BOOL,
		KEY_UNLOCK_ON_DISCONNECT),
	KEYED("OCPPCommCtrlr", "WebSocketPingInterval", "", MODEL_INTEGER, KEY_PING_INTERVAL),
	LIVE("OCPPCommCtrlr", "MessagesInQueue", OF_PILE, MODEL_INTEGER, "", "", live_transactions),
	PROTECTED("OverCurrentProtection", "Operated", OF_EVSE),
	PROTECTED("PowerContactor", "Problem", OF_EVSE),
	PROTECTED("RCD", "Problem", OF_EVSE),
	PROTECTED("RCD", "Tripped", OF_EVSE),
	FIXED("SampledDataCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("SampledDataCtrlr", "TxEndedInterval", "", MODEL_INTEGER, "0"),
	KEYED("SampledDataCtrlr", "TxEndedMeasurands", "", MODEL_MEMBERS, KEY_STOP_SAMPLED_DATA),
	FIXED("SampledDataCtrlr", "TxStartedMeasurands", "", MODEL_MEMBERS,
		"Energy.Active.Import.Register"),
	KEYED("SampledDataCtrlr", "TxUpdatedInterval", "", MODEL_INTEGER, KEY_SAMPLE_INTERVAL),
	KEYED("SampledDataCtrlr", "TxUpdatedMeasurands", "", MODEL_MEMBERS, KEY_SAMPLED_DATA),
	KEYED("SecurityCtrlr", "BasicAuthPassword", "", MODEL_STRING, KEY_AUTHORIZATION_KEY),
	LIVE("SecurityCtrlr", "Identity", OF_PILE, MODEL_STRING, "", "", live_name),
	LIVE("TemperatureSensor", "Temperature", OF_EVSE, MODEL_DECIMAL, "Celsius", "",
		live_cabinet),
	FIXED("SmartChargingCtrlr", "Available", "", MODEL_BOOL, "true"),
	FIXED("SmartChargingCtrlr", "Enabled", "", MODEL_BOOL, "true"),
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
	FIXED("TariffCostCtrlr", "MaxElements", "", MODEL_INTEGER, "48"),
	KEYED("WebPaymentsCtrlr", "Enabled", "", MODEL_BOOL, KEY_WEB_ENABLED),
	KEYED("WebPaymentsCtrlr", "Length", "", MODEL_INTEGER, KEY_WEB_LENGTH),
	KEYED("WebPaymentsCtrlr", "SharedSecret", "", MODEL_STRING, KEY_WEB_SECRET),
	KEYED("WebPaymentsCtrlr", "TOTPVersion", "", MODEL_OPTION, KEY_WEB_VERSION),
	KEYED("WebPaymentsCtrlr", "URLTemplate", "", MODEL_STRING, KEY_WEB_TEMPLATE),
	KEYED("WebPaymentsCtrlr", "ValidityTime", "", MODEL_INTEGER, KEY_WEB_VALID),
	FIXED("TxCtrlr", "ChargingTime", "", MODEL_INTEGER, "0"),
	KEYED("TxCtrlr", "EVConnectionTimeOut", "", MODEL_INTEGER, KEY_CONNECTION_TIMEOUT),
	KEYED("TxCtrlr", "StopTxOnEVSideDisconnect", "", MODEL_BOOL, KEY_STOP_ON_DISCONNECT),
	KEYED("TxCtrlr", "StopTxOnInvalidId", "", MODEL_BOOL, KEY_STOP_ON_INVALID),
	FIXED("TxCtrlr", "TxStartPoint", "", MODEL_MEMBERS, "PowerPathClosed"),
	FIXED("TxCtrlr", "TxStopPoint", "", MODEL_MEMBERS, "PowerPathClosed"),
};
#define MODEL_ROWS (sizeof(model_rows) / sizeof(model_rows[0]))

static bool model_named(enum key_id key)
{
	for (size_t i = 0; i < MODEL_ROWS; i++)
		if (model_rows[i].key == key)
			return true;
	/* told otherwise: outlets by their rows, the signer's key as FiscalMetering.PublicKey */
	return key == KEY_CONNECTORS || key == KEY_METER_PUBLIC_KEY || key == KEY_PROFILES;
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

static void model_of_row(
	const struct model_row *row, size_t which, size_t index, struct model_variable *ret)
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
		[KEY_KIND_TEMPLATE] = MODEL_STRING,
		[KEY_KIND_SLOTS] = MODEL_SEQUENCE,
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
			model_of_row(&model_rows[i], index - at, index, ret);
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
