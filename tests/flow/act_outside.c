/* act_outside.c - the world outside in a transcript:
 *     $ outside settings vat=URL pool=URL ocsp=HOSTS crl=HOSTS
 *     $ outside url=URL [asked={...}] status=200 body={...}    the oldest question was this one,
 * and is answered so; status=0: not at all $ outside contracts roots="PEM" crls="PEM" what
 * contracts are judged by $ outside nothing                                        nobody was asked
 */
#include <string.h>

#include "flow.h"

static void on_run(void *context, const struct inquiry *inquiry,
	void (*done)(void *arg, const struct inquiry_answer *answer), void *arg)
{
	struct flow *flow = context;

	if (flow->inquiries_len == FLOW_INQUIRIES) {
		flow_fail(flow, "too many questions outside");
		return;
	}
	flow->inquiries[flow->inquiries_len++] =
		(struct flow_inquiry){.url = str_dup(&flow->arena, inquiry->url),
			.body = str_dup(&flow->arena, inquiry->body),
			.guarded = inquiry->guarded,
			.done = done,
			.arg = arg};
}

void outside_open(struct flow *flow)
{
	flow->inquiries_len = 0;
	flow->stage.inquiries = (struct inquiry_runner){.run = on_run, .context = flow};
}

/* A PEM text in one line, with \n as two letters. */
static struct str pem_of(struct flow *flow, struct str line)
{
	struct buf buf;

	buf_init(&buf, &flow->arena, line.len + 1);
	for (size_t i = 0; i < line.len; i++) {
		bool end = line.ptr[i] == '\\' && i + 1 < line.len && line.ptr[i + 1] == 'n';

		buf_put_char(&buf, end ? '\n' : line.ptr[i]);
		i += end;
	}
	return buf_str(&buf);
}

static void answer(struct flow *flow, struct str words)
{
	struct str url = words_get(flow, words, "url", ""),
		   asked = words_get(flow, words, "asked", "");
	struct inquiry_answer said = {.body = words_get(flow, words, "body", ""), .why = "flow"};
	struct flow_inquiry inquiry;
	int64_t status = 0;

	if (flow->inquiries_len == 0) {
		flow_fail(flow, "nobody outside was asked");
		return;
	}
	inquiry = flow->inquiries[0];
	flow->inquiries_len--;
	memmove(flow->inquiries, flow->inquiries + 1,
		flow->inquiries_len * sizeof(flow->inquiries[0]));
	if (!str_eq(url, inquiry.url))
		flow_fail(flow, "asked %.*s", STR_FMT(inquiry.url));
	if (asked.len > 0 && !words_match(flow, asked, inquiry.body))
		flow_fail(flow, "asked with %.*s", STR_FMT(inquiry.body));
	(void)str_to_i64(words_get(flow, words, "status", "0"), &status);
	said.status = (int)status;
	inquiry.done(inquiry.arg, &said);
	world_pump(flow);
}

void act_outside(struct flow *flow, struct str words)
{
	struct app_outside *outside = &flow->stage.app.outside;

	flow->asked++;
	if (words_has(words, "nothing")) {
		if (flow->inquiries_len > 0)
			flow_fail(flow, "asked %.*s", STR_FMT(flow->inquiries[0].url));
	} else if (words_has(words, "contracts")) {
		flow->stage.app.security.contract_roots =
			pem_of(flow, words_get(flow, words, "roots", ""));
		flow->stage.app.security.contract_crls =
			pem_of(flow, words_get(flow, words, "crls", ""));
	} else if (words_has(words, "settings")) {
		outside->vat_url = str_dup(&flow->arena, words_get(flow, words, "vat", ""));
		outside->contract_pool_url =
			str_dup(&flow->arena, words_get(flow, words, "pool", ""));
		outside->crl_hosts = str_dup(&flow->arena, words_get(flow, words, "crl", ""));
		outside->ocsp_hosts = str_dup(&flow->arena, words_get(flow, words, "ocsp", ""));
	} else {
		answer(flow, words);
	}
}
