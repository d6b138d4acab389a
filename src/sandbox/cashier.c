/* cashier.c - the cashier's page: amount, payee, two buttons; light and dark, any width, no script.
 */
#include "sandbox/cashier.h"

#include "domain/money.h"

enum word {
	WORD_TITLE,
	WORD_PAYEE,
	WORD_NUMBER,
	WORD_HOLD,
	WORD_PAY,
	WORD_ALLOW,
	WORD_DECLINE,
	WORD_PRACTICE,
	WORD_PAID,
	WORD_HELD,
	WORD_DECLINED,
	WORD_CLOSED,
	WORD_UNKNOWN,
	WORD_BACK,
	WORD_COUNT,
};
static const char *const words[][WORD_COUNT] = {
	[CASHIER_ZH] = {"收银台", "收款方", "订单号",
		"仅冻结，结束后按实际用量扣款，其余立即解冻。", "确认支付", "同意冻结", "取消",
		"演示收银台：不会发生真实扣款。", "支付成功", "冻结成功", "已取消支付",
		"收银台已关闭，未扣款。", "没有这笔支付。", "返回"},
	[CASHIER_EN] = {"Cashier", "Payee", "Number",
		"Only held: at the end you pay what you used, the rest is freed at once.", "Pay",
		"Allow the hold", "Decline", "Practice cashier: no real money moves.", "Paid",
		"Hold placed", "Declined. Nothing was taken.",
		"This cashier has closed. Nothing was taken.", "There is no such payment.", "Back"},
	[CASHIER_DE] = {"Kasse", "Empfänger", "Nummer",
		"Nur vorgemerkt: Am Ende zahlen Sie, was Sie verbraucht haben; der Rest wird "
		"sofort frei.",
		"Bezahlen", "Vormerken erlauben", "Ablehnen",
		"Übungskasse: Es fließt kein echtes Geld.", "Bezahlt", "Vorgemerkt",
		"Abgelehnt. Es wurde nichts abgebucht.",
		"Diese Kasse ist geschlossen. Es wurde nichts abgebucht.",
		"Diese Zahlung gibt es nicht.", "Zurück"},
};
static const char *const codes[] = {
	[CASHIER_ZH] = "zh-CN", [CASHIER_EN] = "en", [CASHIER_DE] = "de"};

static const char style[] =
	":root{color-scheme:light dark;--bg:#f4f6f5;--card:#fff;--ink:#17211c;--dim:#5b6962;"
	"--line:#dfe5e2;--go:#0b6b4f;--on:#fff}"
	"@media(prefers-color-scheme:dark){:root{--bg:#0f1412;--card:#18201c;--ink:#e8efeb;"
	"--dim:#9aaba2;--line:#2b3731;--go:#3ecf9a;--on:#06251a}}"
	"*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;"
	"padding:16px;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
	"main{width:100%;max-width:400px;background:var(--card);border:1px solid var(--line);"
	"border-radius:16px;padding:28px}h1{font-size:16px;font-weight:600;margin:0;color:var(--"
	"dim)}"
	".amount{font-size:40px;font-weight:650;margin:8px 0 "
	"20px;font-variant-numeric:tabular-nums;"
	"overflow-wrap:anywhere}.amount small{font-size:18px;font-weight:500;color:var(--dim)}"
	"dl{display:grid;grid-template-columns:auto 1fr;gap:6px 16px;margin:0 0 20px;padding:16px "
	"0;"
	"border:solid var(--line);border-width:1px "
	"0}dt{color:var(--dim)}dd{margin:0;text-align:end;"
	"overflow-wrap:anywhere}button,.back{display:block;width:100%;min-height:52px;margin-top:"
	"12px;"
	"border-radius:12px;border:1px solid "
	"var(--line);background:none;color:var(--ink);font:inherit;"
	"font-weight:600;cursor:pointer;text-align:center;line-height:50px;text-decoration:none}"
	"button.go{background:var(--go);border-color:var(--go);color:var(--on)}"
	"button:focus-visible,.back:focus-visible{outline:3px solid var(--go);outline-offset:2px}"
	".note{color:var(--dim);font-size:14px;margin:20px 0 0}"
	".state{font-size:20px;font-weight:600;margin:0 0 8px}";

enum cashier_language cashier_language(struct str wish, struct str accept)
{
	struct str first = wish.len > 0 ? wish : accept;

	while (first.len > 0) {
		struct str tag = str_trim(str_cut(&first, ','));

		if (str_starts(tag, STR("zh")))
			return CASHIER_ZH;
		if (str_starts(tag, STR("de")))
			return CASHIER_DE;
		if (str_starts(tag, STR("en")))
			return CASHIER_EN;
	}
	return CASHIER_EN;
}

static void put_escaped(struct buf *buf, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			buf_put_str(buf, STR("&lt;"));
		else if (*text == '>')
			buf_put_str(buf, STR("&gt;"));
		else if (*text == '&')
			buf_put_str(buf, STR("&amp;"));
		else if (*text == '"')
			buf_put_str(buf, STR("&quot;"));
		else
			buf_put_char(buf, *text);
	}
}

static void put_head(struct buf *buf, const char *language, const char *title)
{
	buf_format(buf,
		"<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		"<meta name=\"robots\" content=\"noindex\"><title>%s</title><style>",
		language, title);
	buf_put_str(buf, str_from(style));
	buf_put_str(buf, STR("</style></head><body><main>"));
}

static void put_row(struct buf *buf, const char *name, const char *value)
{
	buf_format(buf, "<dt>%s</dt><dd>", name);
	put_escaped(buf, value);
	buf_put_str(buf, STR("</dd>"));
}

static void put_amount(struct buf *buf, const struct operation *op)
{
	buf_put_str(buf, STR("<p class=\"amount\">"));
	money_write(buf, op->amount_minor, str_from(op->currency));
	buf_put_str(buf, STR(" <small>"));
	put_escaped(buf, op->currency);
	buf_put_str(buf, STR("</small></p>"));
}

static void put_outcome(struct buf *buf, const struct operation *op, const char *const *text)
{
	bool hold = op->kind == SANDBOX_KIND_PREAUTH;
	const char *state = text[WORD_CLOSED];

	if (op->state == SANDBOX_SUCCEEDED)
		state = hold ? text[WORD_HELD] : text[WORD_PAID];
	else if (op->state == SANDBOX_FAILED)
		state = text[WORD_DECLINED];
	buf_format(buf, "<p class=\"state\" role=\"status\">%s</p>", state);
	if (op->return_url[0] != '\0') {
		buf_put_str(buf, STR("<a class=\"back\" href=\""));
		put_escaped(buf, op->return_url);
		buf_format(buf, "\">%s</a>", text[WORD_BACK]);
	}
}

void cashier_page(struct buf *buf, const struct operation *op, enum cashier_language language)
{
	const char *const *text = words[language];

	put_head(buf, codes[language], text[WORD_TITLE]);
	if (op == NULL) {
		buf_format(buf, "<h1>%s</h1><p>%s</p></main></body></html>", text[WORD_TITLE],
			text[WORD_UNKNOWN]);
		return;
	}
	buf_format(buf, "<h1>%s</h1>", text[WORD_TITLE]);
	put_amount(buf, op);
	buf_put_str(buf, STR("<dl>"));
	put_row(buf, text[WORD_PAYEE], op->subject[0] != '\0' ? op->subject : op->merchant);
	put_row(buf, text[WORD_NUMBER], op->number);
	buf_put_str(buf, STR("</dl>"));
	if (op->state != SANDBOX_WAITING) {
		put_outcome(buf, op, text);
	} else {
		bool hold = op->kind == SANDBOX_KIND_PREAUTH;

		if (hold)
			buf_format(buf, "<p>%s</p>", text[WORD_HOLD]);
		buf_format(buf,
			"<form method=\"post\">"
			"<button class=\"go\" name=\"action\" value=\"pay\">%s</button>"
			"<button name=\"action\" value=\"decline\">%s</button></form>",
			hold ? text[WORD_ALLOW] : text[WORD_PAY], text[WORD_DECLINE]);
	}
	buf_format(buf, "<p class=\"note\">%s</p></main></body></html>", text[WORD_PRACTICE]);
}

void cashier_index(struct buf *buf)
{
	put_head(buf, "en", "Payment sandbox");
	buf_put_str(buf,
		STR("<h1>Payment sandbox</h1><p>The other end of the payment channel "
		    "<code>sandbox</code>: for demonstrations and tests. No real money moves.</p>"
		    "</main></body></html>"));
}
