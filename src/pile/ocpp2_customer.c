/* ocpp2_customer.c - CustomerInformation in OCPP 2.x: what the pile keeps of a customer, told in
 * parts, and forgotten where that may be (see customer.h). */
#include <string.h>

#include "base/fault.h"
#include "pile/customer.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"

#define CUSTOMER_PART 512       /* characters of one NotifyCustomerInformation */
#define CUSTOMER_TEXT_MAX 65536 /* a group of many cards; what is more is cut */

/* Exactly one of the three ways to name a customer. A certificate names nobody here: there is no
 * charging by contract, so nothing is kept under one. */
static bool customer_named(const struct ocpp2_customer_information_req *req, struct customer *ret)
{
	struct str name = req->has_id_token ? req->id_token.id_token : req->customer_identifier;

	*ret = (struct customer){.group = req->has_customer_identifier};
	if (req->has_customer_certificate + req->has_id_token + req->has_customer_identifier != 1)
		return false;
	/* a longer name than any card here has is nobody's */
	if (!req->has_customer_certificate && name.len <= HAL_TAG_MAX)
		talk_tag(ret->name, name);
	return req->has_customer_certificate || name.len > 0;
}

static int customer_text(
	struct pile *pile, const struct ocpp2_customer_information_req *req, struct buf *ret)
{
	struct customer customer;

	(void)customer_named(req, &customer);
	if (req->report)
		customer_report(pile, &customer, ret);
	return req->clear ? customer_clear(pile, &customer, ret) : 0;
}

static int order_customer(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_customer_information_req *req = in;
	struct ocpp2_customer_information_conf *conf = out;
	struct pile *pile = talk->pile;
	struct pile_report *report;
	struct customer customer;
	struct buf text;
	int result;

	conf->status = OCPP2_CUSTOMER_INFORMATION_STATUS_INVALID;
	if (!customer_named(req, &customer))
		return 0;
	conf->status = OCPP2_CUSTOMER_INFORMATION_STATUS_REJECTED;
	report = req->report || req->clear
			 ? report_add(pile, CALL_CUSTOMER, (int32_t)req->request_id)
			 : NULL;
	if (!report)
		return 0;
	buf_init(&text, NULL, CUSTOMER_TEXT_MAX);
	result = customer_text(pile, req, &text);
	if (result == 0) {
		report->text_len = text.len;
		report->text = mem_alloc(text.len + 1);
		memcpy(report->text, text.ptr, text.len);
		conf->status = OCPP2_CUSTOMER_INFORMATION_STATUS_ACCEPTED;
	} else {
		report_cancel(pile);
	}
	buf_fini(&text);
	return result;
}

static struct str customer_part(const struct pile_report *report)
{
	struct str rest = {report->text + report->next, report->text_len - (size_t)report->next};

	return str_utf8_cut(rest, CUSTOMER_PART);
}

static int say_customer(struct talk *talk, void *out)
{
	const struct pile_report *report = &talk->pile->reports[0];
	struct ocpp2_notify_customer_information_req *req = out;

	req->data = customer_part(report);
	req->seq_no = report->part;
	req->generated_at_us = report->at_us;
	req->request_id = report->request_id;
	req->has_tbc = true;
	req->tbc = (size_t)report->next + req->data.len < report->text_len;
	return 0;
}

static bool hear_customer(struct talk *talk, const void *in, struct talk_heard *ret)
{
	struct pile_report *report = &talk->pile->reports[0];

	(void)in;
	(void)ret;
	report->next += (int32_t)customer_part(report).len;
	report->part++;
	if ((size_t)report->next >= report->text_len)
		report_drop(talk->pile);
	return true;
}

static const struct talk_say customer_say_rows[] = {
	{CALL_CUSTOMER, "NotifyCustomerInformation", say_customer, hear_customer},
};
const struct talk_says ocpp2_customer_says = TALK_ROWS(customer_say_rows);

static const struct talk_order customer_order_rows[] = {
	{"CustomerInformation", order_customer},
};
const struct talk_orders ocpp2_customer_orders = TALK_ROWS(customer_order_rows);
