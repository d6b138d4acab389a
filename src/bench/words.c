/* words.c - the frames of the load maker's stations. */
#include "bench/words.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define METER_16 \
	"{\"value\":\"%lld\",\"context\":\"Sample.Periodic\",\"measurand\":\"Energy.Active." \
	"Import.Register\"," \
	"\"unit\":\"Wh\"},{\"value\":\"7200.5\",\"measurand\":\"Power.Active.Import\",\"unit\":" \
	"\"W\"}," \
	"{\"value\":\"56\",\"measurand\":\"SoC\",\"unit\":\"Percent\"}"
#define METER_201 \
	"{\"value\":%lld,\"context\":\"%s\",\"measurand\":\"Energy.Active.Import.Register\"," \
	"\"unitOfMeasure\":{\"unit\":\"Wh\"}}," \
	"{\"value\":7200.5,\"measurand\":\"Power.Active.Import\",\"unitOfMeasure\":{\"unit\":" \
	"\"W\"}}," \
	"{\"value\":56,\"measurand\":\"SoC\",\"unitOfMeasure\":{\"unit\":\"Percent\"}}"

static void time_text(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm civil;

	gmtime_r(&now, &civil);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &civil);
}

int words_heartbeat(const struct words_state *state, char *text, size_t size)
{
	return snprintf(text, size, "[2,\"%u\",\"Heartbeat\",{}]", state->serial);
}

/* --- 1.6 --- */

static int boot_16(const struct words_state *state, char *text, size_t size)
{
	return snprintf(text, size,
		"[2,\"b%d\",\"BootNotification\",{\"chargePointVendor\":\"Leyden\","
		"\"chargePointModel\":"
		"\"Bench\",\"chargePointSerialNumber\":\"%d\",\"firmwareVersion\":\"1.0\"}]",
		state->number, state->number);
}

static int meter_text_16(
	const struct words_state *state, const char *transaction, char *text, size_t size)
{
	char at[32];

	time_text(at, sizeof(at));
	return snprintf(text, size,
		"[2,\"%u\",\"MeterValues\",{\"connectorId\":1,%s\"meterValue\":[{\"timestamp\":\"%"
		"s\","
		"\"sampledValue\":[" METER_16 "]}]}]",
		state->serial, transaction, at, (long long)state->meter_wh);
}

static int meter_16(const struct words_state *state, char *text, size_t size)
{
	return meter_text_16(state, "", text, size);
}

static int charge_16(const struct words_state *state, char *text, size_t size)
{
	char at[32], transaction[48];

	time_text(at, sizeof(at));
	if (state->step == 0)
		return snprintf(text, size,
			"[2,\"%u\",\"StartTransaction\",{\"connectorId\":1,\"idTag\":\"%s%05d\","
			"\"meterStart\":%lld,\"timestamp\":\"%s\"}]",
			state->serial, state->prefix, state->number, (long long)state->meter_wh,
			at);
	if (state->step == WORDS_STEPS - 1)
		return snprintf(text, size,
			"[2,\"%u\",\"StopTransaction\",{\"transactionId\":%lld,\"meterStop\":%lld,"
			"\"timestamp\":\"%s\",\"reason\":\"Local\"}]",
			state->serial, (long long)state->transaction, (long long)state->meter_wh,
			at);
	snprintf(transaction, sizeof(transaction), "\"transactionId\":%lld,",
		(long long)state->transaction);
	return meter_text_16(state, transaction, text, size);
}

/* --- 2.0.1 --- */

static int boot_201(const struct words_state *state, char *text, size_t size)
{
	return snprintf(text, size,
		"[2,\"b%d\",\"BootNotification\",{\"reason\":\"PowerUp\",\"chargingStation\":{"
		"\"model\":"
		"\"Bench\",\"vendorName\":\"Leyden\",\"serialNumber\":\"%d\",\"firmwareVersion\":"
		"\"1.0\"}}]",
		state->number, state->number);
}

static int meter_201(const struct words_state *state, char *text, size_t size)
{
	char at[32];

	time_text(at, sizeof(at));
	return snprintf(text, size,
		"[2,\"%u\",\"MeterValues\",{\"evseId\":1,\"meterValue\":[{\"timestamp\":\"%s\","
		"\"sampledValue\":[" METER_201 "]}]}]",
		state->serial, at, (long long)state->meter_wh, "Sample.Periodic");
}

static int charge_201(const struct words_state *state, char *text, size_t size)
{
	static const struct {
		const char *type, *trigger, *info, *context;
	} steps[] = {
		{"Started", "Authorized", "\"chargingState\":\"Charging\"", "Transaction.Begin"},
		{"Updated", "MeterValuePeriodic", "\"chargingState\":\"Charging\"",
			"Sample.Periodic"},
		{"Ended", "EVDeparted",
			"\"chargingState\":\"Idle\",\"stoppedReason\":\"EVDisconnected\"",
			"Transaction.End"},
	};
	size_t kind = state->step == 0 ? 0 : state->step == WORDS_STEPS - 1 ? 2 : 1;
	char at[32], token[80] = "";

	time_text(at, sizeof(at));
	if (kind == 0)
		snprintf(token, sizeof(token),
			"\"idToken\":{\"idToken\":\"%s%05d\",\"type\":\"ISO14443\"},",
			state->prefix, state->number);
	return snprintf(text, size,
		"[2,\"%u\",\"TransactionEvent\",{\"eventType\":\"%s\",\"timestamp\":\"%s\","
		"\"triggerReason\":"
		"\"%s\",\"seqNo\":%d,\"transactionInfo\":{\"transactionId\":\"%d-%u\",%s},\"evse\":"
		"{\"id\":1,"
		"\"connectorId\":1},%s\"meterValue\":[{\"timestamp\":\"%s\",\"sampledValue\":"
		"[" METER_201 "]}]}]",
		state->serial, steps[kind].type, at, steps[kind].trigger, state->step,
		state->number, state->charge, steps[kind].info, token, at,
		(long long)state->meter_wh, steps[kind].context);
}

static const struct {
	const char *version;
	struct words words;
} versions[] = {
	{"1.6", {"ocpp1.6", boot_16, meter_16, charge_16}},
	{"2.0.1", {"ocpp2.0.1", boot_201, meter_201, charge_201}},
};

const struct words *words_of(const char *version)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (strcmp(versions[i].version, version) == 0)
			return &versions[i].words;
	return NULL;
}
