/* logbook.c - what happens at an outlet, in the log (see logbook.h). */
#include "pile/logbook.h"

#include <stdio.h>

#include "base/log.h"

/* What was decided, why, and what was felt of it. */
static void outlet_log_power(const struct pile *pile, const struct outlet *outlet)
{
	const struct evse *evse = &outlet->evse;
	const struct {
		const char *name;
		int32_t mc;
	} felt[] = {{"connector_mc", evse->connector_mc}, {"cabinet_mc", evse->cabinet_mc},
		{"battery_mc", evse->car.battery_mc},
		{"foreseen_connector_mc", evse->foresee.foreseen_mc[FORESEE_CONNECTOR]},
		{"foreseen_cabinet_mc", evse->foresee.foreseen_mc[FORESEE_CABINET]}};
	char text[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(felt) / sizeof(felt[0]); i++)
		if (felt[i].mc != HAL_ABSENT)
			len += (size_t)snprintf(
				text + len, sizeof(text) - len, " %s=%d", felt[i].name, felt[i].mc);
	LOG_INFO("power changed", "pile=%.*s connector=%d ma=%d reason=%s grid_permille=%d%s",
		STR_FMT(pile->config.name), outlet->number, evse->offer.ma,
		strategy_word(evse->offer.reason), evse->grid_permille, text);
}

/* How good the guesses about heat are when that changes. */
static void outlet_log_news(const struct pile *pile, const struct outlet *outlet)
{
	static const char *const words[] = {[FORESEE_TRUSTED] = "foresight trusted",
		[FORESEE_DOUBTED] = "foresight doubted",
		[FORESEE_FORGOTTEN] = "foresight forgotten"};
	const struct foresee_score *scores = outlet->evse.foresee.scores;

	LOG_INFO(words[outlet->evse.news],
		"pile=%.*s connector=%d error_mc=%d naive_mc=%d cabinet_error_mc=%d "
		"cabinet_naive_mc=%d",
		STR_FMT(pile->config.name), outlet->number, scores[FORESEE_CONNECTOR].error_mc / 16,
		scores[FORESEE_CONNECTOR].naive_mc / 16, scores[FORESEE_CABINET].error_mc / 16,
		scores[FORESEE_CABINET].naive_mc / 16);
}

void outlet_log(struct pile *pile, const struct outlet *outlet, uint32_t happened)
{
	const struct evse *evse = &outlet->evse;

	for (uint32_t kind = 0; kind < PROTECT_KINDS && happened & EVSE_H_PROTECT; kind++) {
		const struct protect_row *row = protect_row((enum protect_kind)kind);
		bool on = evse->protect.active & UINT32_C(1) << kind;
		if (on && kind == PROTECT_DOOR && evse->protect_changed & UINT32_C(1) << kind)
			events_add(pile, "TamperDetectionActivated", "cabinet door open");
		if (evse->protect_changed & UINT32_C(1) << kind)
			LOG_WARN(on ? "protection on" : "protection off",
				"pile=%.*s connector=%d code=%s kind=%s tx=%lld",
				STR_FMT(pile->config.name), outlet->number, row->code, row->word,
				(long long)outlet->tx);
	}
	if (happened & EVSE_H_POWER)
		outlet_log_power(pile, outlet);
	if (happened & EVSE_H_NEWS)
		outlet_log_news(pile, outlet);
	if (happened & EVSE_H_PLUGGED)
		LOG_INFO("plugged",
			"pile=%.*s connector=%d plug=%s current=%s charging=%s "
			"metering=%s max_ma=%d",
			STR_FMT(pile->config.name), outlet->number, mode_plug_word(evse->mode.plug),
			mode_current_word(evse->mode.current),
			mode_charging_word(evse->mode.charging),
			mode_metering_word(evse->mode.metering), evse->mode.max_ma);
}
