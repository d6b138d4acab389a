/* pages_meter.c - the signed readings of an order as XML, in the form the transparency software of
 * the trade reads and `leyden verify-meter` checks: each line as it was signed, with its key. */
#include "app/api_handlers.h"
#include "app/api_public.h"
#include "base/fault.h"
#include "store/meter_record.h"

#define METER_XML_MAX (512 * 1024) /* two readings of 32 KB, each byte five at most */

static void meter_put_escaped(struct buf *xml, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '<':
			buf_put_str(xml, STR("&lt;"));
			break;
		case '>':
			buf_put_str(xml, STR("&gt;"));
			break;
		case '&':
			buf_put_str(xml, STR("&amp;"));
			break;
		case '"':
			buf_put_str(xml, STR("&quot;"));
			break;
		default:
			buf_put_char(xml, text.ptr[i]);
		}
	}
}

/* What we could not read stands as it came: bytes behind base64 in a format of its maker. */
static void meter_put(struct buf *xml, const struct meter_record *record, int64_t transaction_id)
{
	bool ours = str_starts(record->line, STR("OCMF|"));

	buf_format(xml, "<value transactionId=\"%lld\" context=\"Transaction.%s\">\n",
		(long long)transaction_id, str_is(record->why, "end") ? "End" : "Begin");
	buf_put_str(xml, STR("<signedData format=\""));
	meter_put_escaped(xml, ours ? STR("OCMF") : record->format);
	buf_format(xml, "\" encoding=\"%s\">", ours ? "plain" : "base64");
	meter_put_escaped(xml, record->line);
	buf_put_str(xml, STR("</signedData>\n<publicKey encoding=\"plain\">"));
	meter_put_escaped(xml, record->public_key);
	buf_put_str(xml, STR("</publicKey>\n</value>\n"));
}

int page_meter(struct api_call *call)
{
	struct ctx *ctx = call->ctx;
	struct reads_order facts;
	struct meter_record *records;
	struct order order;
	struct buf xml;
	size_t len;
	int result = public_find(call, &order);

	if (result != 0)
		return result;
	TRY(reads_order(ctx, &order, &facts));
	TRY(store_meter_record_list(ctx->db, ctx->arena, facts.session.id, &records, &len));
	if (len == 0 || facts.session.id == 0)
		return P_NOT_FOUND;
	buf_init(&xml, ctx->arena, METER_XML_MAX);
	buf_put_str(&xml, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<values>\n"));
	for (size_t i = 0; i < len; i++)
		meter_put(&xml, &records[i], facts.session.transaction_id);
	buf_put_str(&xml, STR("</values>\n"));
	if (xml.failed)
		return FAULT(FAULT_NOMEM, "meter records");
	reply_header(call, "Content-Disposition: attachment; filename=\"meter-%.*s.xml\"",
		STR_FMT(order.token));
	call->response->status = 200;
	call->response->content_type = STR("application/xml; charset=utf-8");
	call->response->body = buf_str(&xml);
	return 0;
}
