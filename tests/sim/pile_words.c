/* pile_words.c - the words of a pile of the simulator: what its spool holds, as OCPP 1.6J or as the
 * events of 2.x, numbered without a gap. */
#include <inttypes.h>
#include <string.h>
#include "base/clock.h"
#include "sim.h"

/* --- 1.6 --- */

static void put_time(struct buf *buf, int64_t at_us)
{
	buf_put_str(buf, STR(",\"timestamp\":\""));
	time_write(buf, at_us, false);
	buf_put_str(buf, STR("\""));
}

static void write_status(struct buf *buf, const struct sim_message *message)
{
	buf_format(buf,
		"\"StatusNotification\",{\"connectorId\":%d,\"errorCode\":\"%s\",\"status\":\"%s\"",
		message->connector + 1,
		strcmp(message->word, "Faulted") == 0 ? "GroundFailure" : "NoError", message->word);
	put_time(buf, message->at_us);
	buf_put_str(buf, STR("}"));
}

static void write_start(struct buf *buf, const struct sim_charge *charge)
{
	buf_format(buf,
		"\"StartTransaction\",{\"connectorId\":%d,\"idTag\":\"%s\",\"meterStart\":%" PRId64,
		charge->connector + 1, charge->tag, charge->start_wh);
	put_time(buf, charge->start_us);
	buf_put_str(buf, STR("}"));
}

static void write_reading(struct buf *buf, const struct sim_message *message)
{
	buf_format(buf, "\"MeterValues\",{\"connectorId\":%d,\"transactionId\":%" PRId64,
		message->connector + 1, message->charge->known ? message->charge->number : -1);
	buf_put_str(buf, STR(",\"meterValue\":[{\"timestamp\":\""));
	time_write(buf, message->at_us, false);
	buf_format(buf,
		"\",\"sampledValue\":[{\"value\":\"%" PRId64 "\"},{\"value\":\"%" PRId64
		"\",\"measurand\":\"Power.Active.Import\",\"unit\":\"W\"}]}]}",
		message->wh, message->watt);
}

static void write_stop(struct buf *buf, const struct sim_charge *charge)
{
	buf_format(buf,
		"\"StopTransaction\",{\"transactionId\":%" PRId64
		",\"idTag\":\"%s\",\"meterStop\":%" PRId64 ",\"reason\":\"%s\"",
		charge->known ? charge->number : -1, charge->tag, charge->stop_wh, charge->reason);
	put_time(buf, charge->stop_us);
	buf_put_str(buf, STR("}"));
}

static void words_16(struct buf *buf, const struct sim_message *message)
{
	switch (message->kind) {
	case SIM_BOOT:
		buf_put_str(buf, STR("\"BootNotification\",{\"chargePointVendor\":\"V\","
				     "\"chargePointModel\":\"M\"}"));
		break;
	case SIM_STATUS:
		write_status(buf, message);
		break;
	case SIM_AUTHORIZE:
		buf_format(buf, "\"Authorize\",{\"idTag\":\"%s\"}", message->word);
		break;
	case SIM_START:
		write_start(buf, message->charge);
		break;
	case SIM_READING:
		write_reading(buf, message);
		break;
	case SIM_STOP:
		write_stop(buf, message->charge);
		break;
	case SIM_ODD:
		buf_put_str(buf, str_from(message->text));
		break;
	}
}

/* --- 2.x --- */

/* What one event of every charge has. */
static void put_event(struct buf *buf, const char *type, const char *trigger,
	const struct sim_charge *charge, int64_t seq, int64_t at_us, int64_t wh)
{
	buf_format(buf,
		"\"TransactionEvent\",{\"eventType\":\"%s\",\"triggerReason\":\"%s\",\"seqNo\":"
		"%" PRId64 ",\"evse\":{\"id\":%d,\"connectorId\":1}",
		type, trigger, seq, charge->connector + 1);
	put_time(buf, at_us);
	buf_put_str(buf, STR(",\"meterValue\":[{\"timestamp\":\""));
	time_write(buf, at_us, false);
	buf_format(buf,
		"\",\"sampledValue\":[{\"value\":%" PRId64
		"}]}],\"transactionInfo\":{\"transactionId\":\"%" PRId64 "\"",
		wh, charge->name);
}

static void put_token(struct buf *buf, const struct sim_charge *charge)
{
	buf_format(buf, ",\"idToken\":{\"idToken\":\"%s\",\"type\":\"%s\"}", charge->tag,
		strncmp(charge->tag, "CARD", 4) == 0 ? "ISO14443" : "Central");
}

static void end_event(struct buf *buf, const struct sim_charge *charge)
{
	bool local = strcmp(charge->reason, "Local") == 0;

	put_event(buf, "Ended",
		local                                         ? "StopAuthorized"
		: strcmp(charge->reason, "Remote") == 0       ? "RemoteStop"
		: strcmp(charge->reason, "DeAuthorized") == 0 ? "Deauthorized"
							      : "AbnormalCondition",
		charge, charge->stop_seq, charge->stop_us, charge->stop_wh);
	buf_format(buf, ",\"stoppedReason\":\"%s\"}", charge->reason);
	if (local)
		put_token(buf, charge);
	buf_put_str(buf, STR("}"));
}

static const char *word_2(const char *word)
{
	return strcmp(word, "Available") == 0 || strcmp(word, "Faulted") == 0 ? word : "Occupied";
}

static void words_2(struct buf *buf, const struct sim_message *message)
{
	switch (message->kind) {
	case SIM_BOOT:
		buf_put_str(
			buf, STR("\"BootNotification\",{\"reason\":\"PowerUp\","
				 "\"chargingStation\":{\"vendorName\":\"V\",\"model\":\"M\"}}"));
		break;
	case SIM_STATUS:
		buf_format(buf,
			"\"StatusNotification\",{\"connectorStatus\":\"%s\",\"evseId\":%d,"
			"\"connectorId\":1",
			word_2(message->word), message->connector + 1);
		put_time(buf, message->at_us);
		buf_put_str(buf, STR("}"));
		break;
	case SIM_AUTHORIZE:
		buf_format(buf,
			"\"Authorize\",{\"idToken\":{\"idToken\":\"%s\",\"type\":\"ISO14443\"}}",
			message->word);
		break;
	case SIM_START:
		put_event(buf, "Started", "Authorized", message->charge, 0,
			message->charge->start_us, message->charge->start_wh);
		buf_put_str(buf, STR("}"));
		put_token(buf, message->charge);
		buf_put_str(buf, STR("}"));
		break;
	case SIM_READING:
		put_event(buf, "Updated", "MeterValuePeriodic", message->charge, message->seq,
			message->at_us, message->wh);
		buf_put_str(buf, STR("}}"));
		break;
	case SIM_STOP:
		end_event(buf, message->charge);
		break;
	case SIM_ODD:
		buf_put_str(buf, str_from(message->text));
		break;
	}
}

void words_call(struct buf *buf, const struct sim_pile *pile, const struct sim_message *message)
{
	if (pile->version == OCPP_16)
		words_16(buf, message);
	else
		words_2(buf, message);
}
