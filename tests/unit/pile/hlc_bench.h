/* hlc_bench.h - a talk with a car on a bench, request by request: the test is the car. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "pile/hlc.h"

#define ROOM 2000

static struct {
	struct hlc hlc;
	struct hlc_input input;
	struct vehicle vehicle;
	struct rng rng;
	struct arena arena;
	struct exi_doc out, in; /* the car's request, the pile's answer */
	struct exi_node *request;
	uint8_t session[8];
	int64_t ticks_us;
	bool strange; /* another session's number */
} bench;

static inline void open_bench(bool direct)
{
	arena_fini(&bench.arena);
	memset(&bench, 0, sizeof(bench));
	arena_init(&bench.arena, 1 << 20);
	rng_init_seeded(&bench.rng, 1);
	hlc_init(&bench.hlc);
	vehicle_init(&bench.vehicle);
	bench.ticks_us = US_PER_S;
	bench.input = (struct hlc_input){.direct = direct,
		.max_mv = direct ? 750000 : 0,
		.min_mv = direct ? 150000 : 0,
		.max_ma = direct ? 200000 : 32000,
		.limit_ma = direct ? 200000 : 32000,
		.nominal_mv = direct ? 0 : 230000,
		.phases = direct ? 1 : 3,
		.now_us = INT64_C(1800000000) * US_PER_S,
		.name = "ZZ*000*E1"};
	hlc_open(&bench.hlc, bench.ticks_us);
}

static inline enum hlc_answer send_bytes(const uint8_t *bytes, size_t len)
{
	uint8_t answer[ROOM];
	size_t answer_len = 0;
	const struct exi_schema *schema = bench.hlc.schema ? bench.hlc.schema : &exi_sap;
	enum hlc_answer result = hlc_take(&bench.hlc, &bench.input, &bench.vehicle, &bench.rng,
		bytes, len, answer, sizeof(answer), &answer_len, bench.ticks_us);

	bench.in = (struct exi_doc){.schema = schema, .arena = &bench.arena};
	if (result == HLC_ANSWERED)
		assert_int_equal(exi_read(&bench.in, answer, answer_len), 0);
	return result;
}

static inline enum hlc_answer send_request(void)
{
	uint8_t bytes[ROOM];
	size_t len;

	assert_int_equal(exi_write(&bench.out, bytes, sizeof(bytes), &len), 0);
	return send_bytes(bytes, len);
}

static inline struct exi_node *request(const char *name)
{
	struct exi_node *root, *header, *body;

	bench.out = (struct exi_doc){.schema = bench.hlc.schema, .arena = &bench.arena};
	root = exi_begin(&bench.out, "V2G_Message");
	header = exi_add(&bench.out, root, "Header");
	body = exi_add(&bench.out, root, "Body");
	bench.session[0] ^= bench.strange;
	exi_add_bytes(&bench.out, header, "SessionID", (struct str){(char *)bench.session, 8});
	return bench.request = exi_add(&bench.out, body, name);
}

/* The answer came, with this code; its body's element. */
static inline const struct exi_node *answered(const char *code)
{
	const struct exi_node *answer;
	struct str session;

	assert_int_equal(send_request(), HLC_ANSWERED);
	answer = exi_get(bench.in.root, "Body")->first;
	assert_string_equal(exi_word(answer, "ResponseCode"), code);
	session = exi_bytes(exi_get(bench.in.root, "Header"), "SessionID");
	memcpy(bench.session, session.ptr, 8);
	return answer;
}

static inline void failed(const char *code)
{
	answered(code);
	assert_int_equal(bench.hlc.phase, HLC_FAILED);
	assert_string_equal(bench.hlc.why, code);
	assert_int_equal(send_request(), HLC_SILENT); /* that was it */
}

static inline void hello(const char *name, int major, int minor, int priority, bool last)
{
	static struct exi_node *list;
	struct exi_node *protocol;

	if (!list || bench.out.schema != &exi_sap || !bench.out.root) {
		bench.out = (struct exi_doc){.schema = &exi_sap, .arena = &bench.arena};
		list = exi_begin(&bench.out, "supportedAppProtocolReq");
	}
	protocol = exi_add(&bench.out, list, "AppProtocol");
	exi_add_bytes(&bench.out, protocol, "ProtocolNamespace", str_from(name));
	exi_add_number(&bench.out, protocol, "VersionNumberMajor", major);
	exi_add_number(&bench.out, protocol, "VersionNumberMinor", minor);
	exi_add_number(&bench.out, protocol, "SchemaID", priority + 10);
	exi_add_number(&bench.out, protocol, "Priority", priority);
	if (last)
		assert_int_equal(send_request(), HLC_ANSWERED);
}

static const char din[] = "urn:din:70121:2012:MsgDef", iso2[] = "urn:iso:15118:2:2013:MsgDef";

static inline void chose(const char *code, int64_t id)
{
	assert_string_equal(exi_word(bench.in.root, "ResponseCode"), code);
	assert_int_equal(exi_number(bench.in.root, "SchemaID", -1), id);
}

static inline const struct exi_node *setup(const char *code)
{
	bool is_din = bench.hlc.schema == &exi_din;

	request("SessionSetupReq");
	exi_add_bytes(&bench.out, bench.request, "EVCCID",
		is_din ? (struct str){"\0\0\x02\x7d\xfa\1\2\3", 8}
		       : (struct str){"\x02\x7d\xfa\1\2\3", 6});
	return answered(code);
}

static inline void select_payment(const char *name, const char *payment, int64_t service)
{
	struct exi_node *list, *node;

	request(name);
	exi_add_word(&bench.out, bench.request, "SelectedPaymentOption", payment);
	list = exi_add(&bench.out, bench.request, "SelectedServiceList");
	node = exi_add(&bench.out, list, "SelectedService");
	exi_add_number(&bench.out, node, "ServiceID", service);
}

/* Up to Authorization, by ISO 15118-2. */
static inline void to_authorisation(bool direct)
{
	open_bench(direct);
	hello(iso2, 2, 0, 1, true);
	setup("OK_NewSessionEstablished");
	request("ServiceDiscoveryReq");
	answered("OK");
	select_payment("PaymentServiceSelectionReq", "ExternalPayment", 1);
	answered("OK");
}

static inline void value(
	struct exi_node *parent, const char *name, int64_t number, int power, const char *unit)
{
	struct exi_node *node = exi_add(&bench.out, parent, name);

	exi_add_number(&bench.out, node, "Multiplier", power);
	exi_add_word(&bench.out, node, "Unit", unit);
	exi_add_number(&bench.out, node, "Value", number);
}

static inline void grant(void)
{
	bench.input.granted = true;
	request("AuthorizationReq");
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Finished");
}
