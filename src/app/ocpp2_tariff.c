/* ocpp2_tariff.c - prices in the words of OCPP 2.x. */
#include "app/ocpp2_tariff.h"

#include "app/api_text.h"
#include "app/devices.h"
#include "app/pages.h"
#include "app/pricetext.h"
#include "app/tariffs.h"
#include "app/webcodes.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/totp.h"
#include "domain/money.h"
#include "domain/tariff.h"
#include "store/command.h"
#include "store/transaction.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/tariff.h"

/* --- from the house's price to a Tariff --- */

static int64_t price_of(const struct tariff *tariff, int slot)
{
	return tariff->energy_e5[slot] + tariff->service_e5[slot];
}

static int end_of_run(const struct tariff *tariff, int slot)
{
	int end = slot + 1;

	while (end < LIMIT_TARIFF_SLOTS && price_of(tariff, end) == price_of(tariff, slot))
		end++;
	return end;
}

static int say_energy(
	struct arena *arena, const struct tariff *tariff, struct ocpp2_tariff_energy *energy)
{
	energy->prices = ARENA_ARRAY(arena, struct ocpp2_tariff_energy_price, LIMIT_TARIFF_SLOTS);
	if (!energy->prices)
		return FAULT(FAULT_NOMEM, "prices");
	for (int slot = 0, end; slot < LIMIT_TARIFF_SLOTS; slot = end) {
		struct ocpp2_tariff_energy_price *price = &energy->prices[energy->prices_len++];

		end = end_of_run(tariff, slot);
		price->price_kwh_e5 = price_of(tariff, slot);
		price->has_conditions = end - slot < LIMIT_TARIFF_SLOTS;
		if (!price->has_conditions)
			continue;
		price->conditions.has_start_time_of_day = true;
		price->conditions.start_time_of_day = format_slot(arena, slot);
		price->conditions.has_end_time_of_day = true;
		/* The end of the day is said as its beginning. */
		price->conditions.end_time_of_day = format_slot(arena, end % LIMIT_TARIFF_SLOTS);
	}
	return 0;
}

static void put_idle(
	struct ocpp2_tariff_time *idle, int64_t price_e5, int64_t from_s, int64_t until_s)
{
	struct ocpp2_tariff_time_price *price = &idle->prices[idle->prices_len++];

	price->price_minute_e5 = price_e5;
	price->has_conditions = from_s > 0 || until_s > 0;
	price->conditions.has_min_idle_time = from_s > 0;
	price->conditions.min_idle_time = from_s;
	price->conditions.has_max_idle_time = until_s > 0;
	price->conditions.max_idle_time = until_s;
}

/* The cap is a time: so many whole seconds at the full price, then one second at what is left of
 * it. */
static int say_idle(
	struct arena *arena, const struct tariff *tariff, struct ocpp2_tariff_time *idle)
{
	int digits = currency_digits(tariff->currency);
	__int128 cap_e5 = tariff->idle_cap_minor, full_s, rest_e5;
	int64_t grace_s = tariff->idle_grace_s;

	idle->prices = ARENA_ARRAY(arena, struct ocpp2_tariff_time_price, 2);
	if (!idle->prices)
		return FAULT(FAULT_NOMEM, "prices");
	for (int i = digits; i < 5; i++)
		cap_e5 *= 10;
	full_s = cap_e5 * 60 / tariff->idle_e5;
	rest_e5 = cap_e5 * 60 - full_s * tariff->idle_e5;
	/* A cap that years of idling do not reach is none. */
	if (cap_e5 == 0 || full_s + grace_s + 1 > OCPP2_INT_MAX) {
		put_idle(idle, tariff->idle_e5, grace_s, 0);
		return 0;
	}
	if (full_s > 0)
		put_idle(idle, tariff->idle_e5, grace_s, grace_s + (int64_t)full_s);
	if (rest_e5 > 0)
		put_idle(idle, (int64_t)rest_e5, grace_s + (int64_t)full_s,
			grace_s + (int64_t)full_s + 1);
	return 0;
}

static int say_description(
	struct arena *arena, const struct tariff *tariff, struct ocpp2_tariff *ret)
{
	ret->description = ARENA_ARRAY(arena, struct ocpp2_message_content, TEXT_LANGS);
	if (!ret->description)
		return FAULT(FAULT_NOMEM, "descriptions");
	for (size_t i = 0; i < TEXT_LANGS; i++) {
		struct str lang = str_from(text_langs[i]);

		ret->description[i] =
			(struct ocpp2_message_content){.format = OCPP2_MESSAGE_FORMAT_UTF8,
				.content = pricetext(arena, lang, tariff),
				.has_language = true,
				.language = lang};
	}
	ret->description_len = TEXT_LANGS;
	return 0;
}

int ocpp2_tariff_of(
	struct arena *arena, const struct tariff *tariff, struct ocpp2_tariff *ret_tariff)
{
	struct ocpp2_tariff said = {.tariff_id = tariffs_name(tariff->hash),
		.currency = tariff->currency,
		.has_energy = true,
		.has_idle_time = tariff->idle_e5 > 0};

	TRY(say_energy(arena, tariff, &said.energy));
	if (said.has_idle_time)
		TRY(say_idle(arena, tariff, &said.idle_time));
	TRY(say_description(arena, tariff, &said));
	*ret_tariff = said;
	return 0;
}

/* --- what is asked --- */

static int put(struct ctx *ctx, struct command_wish *wish, const char *action,
	const struct record *record, const void *req)
{
	struct buf buf;
	int result;

	buf_init(&buf, ctx->arena, LIMIT_FRAME_BYTES);
	result = record_encode(record, req, &buf, NULL);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUG, "%s does not fit its record", action);
	wish->action = str_from(action);
	wish->payload = buf_str(&buf);
	return 0;
}

static int put_set(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp2_set_default_tariff_req req = {0};

	TRY(ocpp2_tariff_of(ctx->arena, ask->tariff, &req.tariff));
	return put(ctx, wish, "SetDefaultTariff", &ocpp2_set_default_tariff_req_21_record, &req);
}

static int put_list(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	const struct ocpp2_get_tariffs_req req = {0};

	(void)ask;
	return put(ctx, wish, "GetTariffs", &ocpp2_get_tariffs_req_21_record, &req);
}

/* ask->value: ids, one a line; empty: all. */
static int put_clear(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp2_clear_tariffs_req req = {0};
	struct str rest = ask->value;

	req.tariff_ids = ARENA_ARRAY(ctx->arena, struct str, TARIFFS_STRANGE_MOST);
	if (!req.tariff_ids)
		return FAULT(FAULT_NOMEM, "ids");
	while (rest.len > 0 && req.tariff_ids_len < TARIFFS_STRANGE_MOST)
		req.tariff_ids[req.tariff_ids_len++] = str_cut(&rest, '\n');
	req.has_tariff_ids = req.tariff_ids_len > 0;
	return put(ctx, wish, "ClearTariffs", &ocpp2_clear_tariffs_req_21_record, &req);
}

static int put_change(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp2_change_transaction_tariff_req req = {.transaction_id = ask->name};

	TRY(ocpp2_tariff_of(ctx->arena, ask->tariff, &req.tariff));
	return put(ctx, wish, "ChangeTransactionTariff",
		&ocpp2_change_transaction_tariff_req_21_record, &req);
}

static int put_text(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp2_set_variable_data one = {.attribute_value = ask->value};
	struct ocpp2_set_variables_req req = {
		.set_variable_data = &one, .set_variable_data_len = 1};

	one.component.name = STR("TariffCostCtrlr");
	one.variable.name = STR("TariffFallbackMessage");
	return put(ctx, wish, "SetVariables", &ocpp2_set_variables_req_201_record, &req);
}

static int put_web_payment(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct ocpp2_notify_web_payment_started_req req = {.timeout = ask->timeout_s};
	int64_t outlet;

	TRY(store_outlet_at(ctx->db, ask->pile_id, ask->connector_no, &req.evse_id, &outlet));
	return put(ctx, wish, "NotifyWebPaymentStarted",
		&ocpp2_notify_web_payment_started_req_21_record, &req);
}

/* Address and secret of a screen's code, the switch last; or the switch alone. */
static int put_web_code(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	const struct {
		const char *name;
		struct str value;
	} wanted[] = {
		{"URLTemplate", ask->url},
		{"TOTPVersion", STR(TOTP_VERSION)},
		{"ValidityTime", str_format(ctx->arena, "%lld", (long long)ask->timeout_s)},
		{"Length", str_format(ctx->arena, "%d", WEBCODES_LEN)},
		{"SharedSecret", ask->value},
		{"Enabled", ask->full ? STR("true") : STR("false")},
	};
	struct ocpp2_set_variable_data rows[sizeof(wanted) / sizeof(wanted[0])] = {0};
	struct ocpp2_set_variables_req req = {.set_variable_data = rows};

	for (size_t i = ask->full ? 0 : sizeof(rows) / sizeof(rows[0]) - 1;
		i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ocpp2_set_variable_data *row = &rows[req.set_variable_data_len++];

		row->component.name = STR(WEBCODES_COMPONENT);
		row->component.has_evse = ask->number > 0;
		row->component.evse.id = ask->number;
		row->variable.name = str_from(wanted[i].name);
		row->attribute_value = wanted[i].value;
	}
	return put(ctx, wish, "SetVariables", &ocpp2_set_variables_req_201_record, &req);
}

static const struct {
	enum ask_kind kind;
	bool only_21;
	int (*put)(struct ctx *ctx, const struct ask *ask, struct command_wish *wish);
} asks[] = {
	{ASK_TARIFF_LIST, true, put_list},
	{ASK_TARIFF_SET, true, put_set},
	{ASK_TARIFF_CLEAR, true, put_clear},
	{ASK_TARIFF_CHANGE, true, put_change},
	{ASK_TARIFF_TEXT, false, put_text},
	{ASK_WEB_PAYMENT, true, put_web_payment},
	{ASK_WEB_CODE, false, put_web_code},
};

int ocpp2_tariff_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		if (asks[i].kind != ask->kind)
			continue;
		if (!str_is(wish->protocol, "ocpp2.1") &&
			(asks[i].only_21 || !str_is(wish->protocol, "ocpp2.0.1")))
			return ASK_E_UNSUPPORTED;
		return asks[i].put(ctx, ask, wish);
	}
	return ASK_E_UNSUPPORTED;
}

/* --- what is answered --- */

static void read_set(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_set_default_tariff_conf *conf = in;

	(void)arena;
	answer->text = field_enum_name(&ocpp2_tariff_set_status_enum_21_names, conf->status);
	answer->verdict =
		conf->status == OCPP2_TARIFF_SET_STATUS_ACCEPTED ? ASK_ACCEPTED : ASK_REJECTED;
}

/* The default prices it has, one a line; prices of drivers are not ours to judge. */
static void read_list(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_get_tariffs_conf *conf = in;
	struct buf buf;

	buf_init(&buf, arena, 4096);
	for (size_t i = 0; i < conf->tariff_assignments_len && i < TARIFFS_STRANGE_MOST; i++) {
		const struct ocpp2_tariff_assignment *one = &conf->tariff_assignments[i];

		if (one->tariff_kind != OCPP2_TARIFF_KIND_DEFAULT_TARIFF)
			continue;
		if (buf.len > 0)
			buf_put_char(&buf, '\n');
		buf_put_str(&buf, one->tariff_id);
	}
	answer->text = buf_str(&buf);
	answer->verdict =
		conf->status == OCPP2_TARIFF_GET_STATUS_REJECTED ? ASK_REJECTED : ASK_ACCEPTED;
}

static void read_clear(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_clear_tariffs_conf *conf = in;

	(void)arena;
	for (size_t i = 0; i < conf->clear_tariffs_result_len; i++) {
		if (conf->clear_tariffs_result[i].status == OCPP2_TARIFF_CLEAR_STATUS_REJECTED)
			answer->verdict = ASK_REJECTED;
	}
}

static void read_change(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_change_transaction_tariff_conf *conf = in;

	(void)arena;
	answer->text = field_enum_name(&ocpp2_tariff_change_status_enum_21_names, conf->status);
	answer->verdict =
		conf->status == OCPP2_TARIFF_CHANGE_STATUS_ACCEPTED ? ASK_ACCEPTED : ASK_REJECTED;
}

static void read_text(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_set_variables_conf *conf = in;
	int status = conf->set_variable_result[0].attribute_status;

	(void)arena;
	answer->text = field_enum_name(&ocpp2_set_variable_status_enum_21_names, status);
	answer->verdict = status == OCPP2_SET_VARIABLE_STATUS_ACCEPTED ||
					  status == OCPP2_SET_VARIABLE_STATUS_REBOOT_REQUIRED
				  ? ASK_ACCEPTED
				  : ASK_REJECTED;
}

/* All must be taken; the first that was not says why. */
static void read_web_code(struct arena *arena, const void *in, struct ask_answer *answer)
{
	const struct ocpp2_set_variables_conf *conf = in;

	for (size_t i = 0; i < conf->set_variable_result_len; i++) {
		const struct ocpp2_set_variable_result *one = &conf->set_variable_result[i];

		if (one->attribute_status == OCPP2_SET_VARIABLE_STATUS_ACCEPTED ||
			one->attribute_status == OCPP2_SET_VARIABLE_STATUS_REBOOT_REQUIRED)
			continue;
		answer->verdict = ASK_REJECTED;
		answer->text = str_format(arena, "%.*s: %.*s", STR_FMT(one->variable.name),
			STR_FMT(field_enum_name(
				&ocpp2_set_variable_status_enum_21_names, one->attribute_status)));
		return;
	}
}

static const struct {
	enum ask_kind kind;
	void (*read)(struct arena *arena, const void *in, struct ask_answer *answer);
} answers[] = {
	{ASK_TARIFF_LIST, read_list},
	{ASK_TARIFF_SET, read_set},
	{ASK_TARIFF_CLEAR, read_clear},
	{ASK_TARIFF_CHANGE, read_change},
	{ASK_TARIFF_TEXT, read_text},
	{ASK_WEB_CODE, read_web_code},
};

int ocpp2_tariff_answered(
	struct ctx *ctx, const struct command *command, const void *in, struct str error)
{
	struct ask_answer answer = {.kind = (enum ask_kind)command->ask,
		.pile_id = command->pile_id,
		.about_id = command->about_id,
		.verdict = error.len > 0 ? ASK_LOST : ASK_ACCEPTED,
		.error = error};

	for (size_t i = 0; error.len == 0 && i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answers[i].kind == answer.kind)
			answers[i].read(ctx->arena, in, &answer);
	}
	return ask_answered(ctx, &answer);
}
