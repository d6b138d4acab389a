/* ocpp2_board.c - messages on the display in OCPP 2.x: put there, read in parts, taken away (see
 * board.h for how they are shown). What comes is text and stays text: HTML is refused, and so is an
 * address that the pile would have to fetch something from. */
#include <string.h>

#include "base/fault.h"
#include "pile/board.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "wire/ocpp2/display.h"
#include "wire/qr_draw.h"

#define BOARD_PART 4       /* messages of one NotifyDisplayMessages */
#define BOARD_TEXT_201 512 /* characters of a text in 2.0.1 */
#define BOARD_SVG (64 * 1024)

/* The languages of the display's own words, by their first part. */
static const char *const board_languages[] = {"zh", "en", "de"};

/* ---- is it good? ---- */

static bool text_plain(const struct ocpp2_message_content *text)
{
	bool seen = false;

	for (size_t i = 0; i < text->content.len; i++) {
		unsigned char c = (unsigned char)text->content.ptr[i];
		if ((c < ' ' && c != '\n') || c == 127 ||
			(text->format == OCPP2_MESSAGE_FORMAT_ASCII && c > 126))
			return false;
		seen = seen || c > ' ';
	}
	return seen;
}

static bool text_drawn(struct arena *arena, struct str text)
{
	struct buf svg;

	buf_init(&svg, arena, BOARD_SVG);
	return qr_draw_svg(text, &svg) && !svg.failed;
}

static bool text_language(const struct ocpp2_message_content *text)
{
	struct str rest = text->language, first = str_cut(&rest, '-');

	for (size_t i = 0; i < sizeof(board_languages) / sizeof(board_languages[0]); i++)
		if (str_eq_nocase(first, str_from(board_languages[i])))
			return true;
	return !text->has_language;
}

/* 0, or the status that refuses one text. */
static int text_check(struct talk *talk, const struct ocpp2_message_content *text)
{
	switch (text->format) {
	case OCPP2_MESSAGE_FORMAT_ASCII:
	case OCPP2_MESSAGE_FORMAT_UTF8:
		break;
	case OCPP2_MESSAGE_FORMAT_QRCODE:
		if (!text_drawn(talk->arena, text->content))
			return OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
		break;
	default:
		return OCPP2_DISPLAY_MESSAGE_STATUS_NOT_SUPPORTED_MESSAGE_FORMAT;
	}
	/* 2.0.1 has no word for it: there a text in any language is shown as it is */
	if (talk->version != OCPP_201 && !text_language(text))
		return OCPP2_DISPLAY_MESSAGE_STATUS_LANGUAGE_NOT_SUPPORTED;
	return text_plain(text) ? 0 : OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
}

/* All its texts, each in a language of its own. */
static int info_texts(struct talk *talk, const struct ocpp2_message_info *info)
{
	const struct ocpp2_message_content *one, *other;

	for (size_t i = 0; board_text(info, i, &one); i++) {
		int refused = text_check(talk, one);
		if (refused)
			return refused;
		for (size_t j = 0; j < i && board_text(info, j, &other); j++)
			if (str_eq_nocase(one->language, other->language))
				return OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
	}
	return 0;
}

/* There is one display; a part of it is an outlet's. */
static bool info_display(struct pile *pile, const struct ocpp2_message_info *info)
{
	const struct ocpp2_component *display = &info->display;

	return !info->has_display ||
	       (str_eq_nocase(display->name, STR("Display")) && !display->has_instance &&
		       (!display->has_evse || ocpp2_outlet(pile, &display->evse)));
}

static bool info_times(const struct pile *pile, const struct ocpp2_message_info *info)
{
	return !info->has_end_date_time ||
	       (info->end_date_time_us > pile->now_us &&
		       (!info->has_start_date_time ||
			       info->start_date_time_us < info->end_date_time_us));
}

/* 0, or the status that refuses it with a word in *ret_why. */
static int info_check(
	struct talk *talk, const struct ocpp2_message_info *info, int64_t tx, const char **ret_why)
{
	int refused = info_texts(talk, info);

	*ret_why = "InvalidMessage";
	if (refused)
		return refused;
	*ret_why = "UnknownDisplay";
	if (!info_display(talk->pile, info))
		return OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
	*ret_why = "InvalidTime";
	if (!info_times(talk->pile, info))
		return OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
	*ret_why = "NotSupported";
	if (info->has_state && info->state == OCPP2_MESSAGE_STATE_DISCHARGING)
		return OCPP2_DISPLAY_MESSAGE_STATUS_NOT_SUPPORTED_STATE;
	*ret_why = "UnknownTransaction";
	if (info->has_transaction_id && !pile_outlet_of(talk->pile, tx))
		return OCPP2_DISPLAY_MESSAGE_STATUS_UNKNOWN_TRANSACTION;
	return 0;
}

/* ---- orders ---- */

static int order_set(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_set_display_message_req *req = in;
	struct ocpp2_set_display_message_conf *conf = out;
	const struct ocpp2_message_info *info = &req->message;
	int64_t tx = info->has_transaction_id ? ocpp2_tx(talk->pile, info->transaction_id) : 0;
	const char *why;
	int result;

	conf->status = info_check(talk, info, tx, &why);
	if (conf->status == 0) {
		result = board_put(talk->pile, info, tx, talk->version == OCPP_201);
		why = result == BOARD_E_FULL ? "OutOfMemory" : "OutOfStorage";
		conf->status = result == 0 ? OCPP2_DISPLAY_MESSAGE_STATUS_ACCEPTED
					   : OCPP2_DISPLAY_MESSAGE_STATUS_REJECTED;
	}
	conf->has_status_info = conf->status != OCPP2_DISPLAY_MESSAGE_STATUS_ACCEPTED;
	conf->status_info.reason_code = str_from(why);
	return 0;
}

static int order_clear(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_clear_display_message_req *req = in;
	struct ocpp2_clear_display_message_conf *conf = out;
	int result = board_clear(talk->pile, req->id);

	TRY(result);
	conf->status = result == 0 ? OCPP2_CLEAR_MESSAGE_STATUS_ACCEPTED
				   : OCPP2_CLEAR_MESSAGE_STATUS_UNKNOWN;
	return 0;
}

static bool get_wants(
	const struct ocpp2_get_display_messages_req *req, const struct board_message *message)
{
	bool named = !req->has_id;

	for (size_t i = 0; i < req->id_len; i++)
		named = named || req->id[i] == message->id;
	return named && (!req->has_priority || req->priority == message->priority) &&
	       (!req->has_state || req->state == message->state);
}

static int order_get(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_display_messages_req *req = in;
	struct ocpp2_get_display_messages_conf *conf = out;
	struct pile *pile = talk->pile;
	struct pile_report *report = report_add(pile, CALL_DISPLAYS, (int32_t)req->request_id);

	conf->status = OCPP2_GET_DISPLAY_MESSAGES_STATUS_UNKNOWN;
	conf->has_status_info = !report;
	conf->status_info.reason_code = STR("Busy");
	for (size_t i = 0; report && i < BOARD_MAX; i++) {
		const struct board_message *message = board_at(pile, i);
		if (message && get_wants(req, message))
			report_want(report, i);
	}
	if (report && report_next(report, 0) >= 0)
		conf->status = OCPP2_GET_DISPLAY_MESSAGES_STATUS_ACCEPTED;
	else if (report)
		report_cancel(pile);
	return 0;
}

/* ---- told in parts ---- */

/* What 2.0.1 has no word for is left out, and a longer text is cut: it was put in 2.1. */
static void info_for_201(struct ocpp2_message_info *info)
{
	info->has_state = info->has_state && info->state <= OCPP2_MESSAGE_STATE_UNAVAILABLE;
	info->message.content = str_utf8_cut(info->message.content, BOARD_TEXT_201);
	if (info->message.format == OCPP2_MESSAGE_FORMAT_QRCODE)
		info->message.format = OCPP2_MESSAGE_FORMAT_UTF8;
}

static int say_messages(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	struct ocpp2_notify_display_messages_req *req = out;
	int row = report_next(report, report->next);

	req->message_info = ARENA_ARRAY(talk->arena, struct ocpp2_message_info, BOARD_PART);
	if (!req->message_info)
		return FAULT(FAULT_NOMEM, "no room for messages");
	for (int rows = 0; row >= 0 && rows < BOARD_PART; row = report_next(report, row + 1)) {
		const struct board_message *message = board_at(talk->pile, (size_t)row);
		struct ocpp2_message_info *info = &req->message_info[req->message_info_len];
		rows++;
		if (!message || !board_read(message, talk->arena, info))
			continue; /* taken away meanwhile */
		if (talk->version == OCPP_201)
			info_for_201(info);
		req->message_info_len++;
	}
	req->request_id = report->request_id;
	req->has_message_info = req->message_info_len > 0;
	req->has_tbc = true;
	req->tbc = row >= 0;
	return 0;
}

static bool hear_messages(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	ocpp2_report_told(talk->pile, BOARD_PART);
	return true;
}

static const struct talk_say board_say_rows[] = {
	{CALL_DISPLAYS, "NotifyDisplayMessages", say_messages, hear_messages},
};
const struct talk_says ocpp2_board_says = TALK_ROWS(board_say_rows);

static const struct talk_order board_order_rows[] = {
	{"SetDisplayMessage", order_set},
	{"GetDisplayMessages", order_get},
	{"ClearDisplayMessage", order_clear},
};
const struct talk_orders ocpp2_board_orders = TALK_ROWS(board_order_rows);
