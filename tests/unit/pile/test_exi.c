/* test_exi.c - EXI both ways: documents known byte by byte (two of them of real cars), every
 * message of the schemas at random, signatures, and bytes that are no document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/crypt.h"
#include "base/rng.h"
#include "pile/exi.h"
#include "pile/exi_bits.h"
#include "pile/exi_sign.h"

#define ROOM 65536

struct bench {
	struct arena arena;
	struct exi_doc doc;
	uint8_t bytes[ROOM];
	size_t len;
	char text[ROOM];
};

static struct bench bench;

static void open_bench(const struct exi_schema *schema)
{
	arena_fini(&bench.arena);
	arena_init(&bench.arena, 1 << 20);
	bench.doc = (struct exi_doc){.schema = schema, .arena = &bench.arena};
}

static const char *shown(void)
{
	struct buf text;

	buf_init(&text, &bench.arena, ROOM - 1);
	exi_text(bench.doc.root, &text);
	memcpy(bench.text, text.ptr, text.len);
	bench.text[text.len] = 0;
	return bench.text;
}

static const struct {
	const struct exi_schema *schema;
	const char *hex, *text;
} vectors[] = {
	{&exi_sap, "80400040",
		"supportedAppProtocolRes{ResponseCode=OK_SuccessfulNegotiation SchemaID=1}"},
	{&exi_sap, "804880", "supportedAppProtocolRes{ResponseCode=Failed_NoNegotiation}"},
	{&exi_iso2, "80980220b6e8e913b5b96e50b0",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} Body{ChargingStatusReq{}}}"},
	{&exi_iso2, "809802000000000000000011d01808000000000400",
		"V2G_Message{Header{SessionID=0000000000000000} "
		"Body{SessionSetupReq{EVCCID=020000000001}}}"},
	{&exi_iso2, "80980220b6e8e913b5b96e51e0202d1114a905090ca914c4101c59f540c0",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} "
		"Body{SessionSetupRes{ResponseCode=OK_NewSessionEstablished EVSEID=DE*ABC*E1 "
		"EVSETimeStamp=1700000000}}}"},
	{&exi_iso2, "80980214b22ca1afff8d8b51e020451114a9413960a914c4c8ccd0d4a8c412d71bd3c0c0",
		"V2G_Message{Header{SessionID=52c8b286bffe362d} "
		"Body{SessionSetupRes{ResponseCode=OK_NewSessionEstablished "
		"EVSEID=DE*PNX*E12345*1 EVSETimeStamp=1675074582}}}"},
	{&exi_iso2, "80980220b6e8e913b5b96e50100100",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} "
		"Body{AuthorizationRes{ResponseCode=OK EVSEProcessing=Ongoing}}}"},
	{&exi_iso2, "80980220b6e8e913b5b96e516000000000",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} "
		"Body{PowerDeliveryRes{ResponseCode=OK AC_EVSEStatus{NotificationMaxDelay=0 "
		"EVSENotification=None RCD=0}}}}"},
	{&exi_iso2, "80980220b6e8e913b5b96e51f000",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} "
		"Body{SessionStopReq{ChargingSession=Terminate}}}"},
	{&exi_iso2, "80980220b6e8e913b5b96e50d1000a01860c8028800a310840a11f00",
		"V2G_Message{Header{SessionID=82dba3a44ed6e5b9} "
		"Body{CurrentDemandReq{DC_EVStatus{EVReady=1 EVErrorCode=NO_ERROR EVRESSSOC=20} "
		"EVTargetCurrent{Multiplier=0 Unit=A Value=100} "
		"EVMaximumVoltageLimit{Multiplier=2 Unit=V Value=5} ChargingComplete=0 "
		"EVTargetVoltage{Multiplier=-1 Unit=V Value=4001}}}}"},
	/* Plug & Charge, as another codec writes it */
	{&exi_iso2,
		"8098020c4c8ccd0d4d8dce0a80d8d00db51021198801ba240364404616263641208eef0f"
		"2f4800033102060626466686a6c6e7072c2c4c6c8cacc0",
		"V2G_Message{Header{SessionID=3132333435363738 "
		"Signature{SignedInfo{CanonicalizationMethod{@Algorithm=c} "
		"SignatureMethod{@Algorithm=m} Reference{@URI=#1 "
		"Transforms{Transform{@Algorithm=t}} DigestMethod{@Algorithm=d} "
		"DigestValue=61626364}} SignatureValue{@CONTENT=7778797a}}} "
		"Body{AuthorizationReq{@Id=1 "
		"GenChallenge=30313233343536373839616263646566}}}"},
	{&exi_iso2,
		"8098020c4c8ccd0d4d8dce0806e600da403634036d002900372006f2021198801ba24036"
		"4404616263641006ec047778797a40001988103031323334353637383961626364656600",
		"V2G_Message{Header{SessionID=3132333435363738 Signature{@Id=s "
		"SignedInfo{@Id=i CanonicalizationMethod{@Algorithm=c} "
		"SignatureMethod{@Algorithm=m HMACOutputLength=5} Reference{@Id=r "
		"@Type=y @URI=#1 Transforms{Transform{@Algorithm=t}} "
		"DigestMethod{@Algorithm=d} DigestValue=61626364}} "
		"SignatureValue{@Id=v @CONTENT=7778797a}}} Body{AuthorizationReq{@Id=1 "
		"GenChallenge=30313233343536373839616263646566}}}"},
	{&exi_iso2,
		"8098020c4c8ccd0d4d8dce111041696905090cc0c0c0c0c0c0c0c0c400de003616263001"
		"3232800b3100",
		"V2G_Message{Header{SessionID=3132333435363738} "
		"Body{PaymentDetailsReq{eMAID=ZZABC000000001 "
		"ContractSignatureCertChain{@Id=x Certificate=616263 "
		"SubCertificates{Certificate=6465 Certificate=66}}}}}"},
	{&exi_iso2,
		"8098020c4c8ccd0d4d8dce10600201612011a4c40162202349900dad95e402349980991a"
		"002349a041696905090cc0c0c0c0c0c0c0c0c400",
		"V2G_Message{Header{SessionID=3132333435363738} "
		"Body{CertificateInstallationRes{ResponseCode=OK "
		"SAProvisioningCertificateChain{Certificate=61} "
		"ContractSignatureCertChain{@Id=i1 Certificate=62} "
		"ContractSignatureEncryptedPrivateKey{@Id=i2 @CONTENT=6b6579} "
		"DHpublickey{@Id=i3 @CONTENT=6468} eMAID{@Id=i4 "
		"@CONTENT=ZZABC000000001}}}}"},
	{&exi_iso2, "8098020c4c8ccd0d4d8dce105023198806decada006434e3d52081820210",
		"V2G_Message{Header{SessionID=3132333435363738} "
		"Body{CertificateInstallationReq{@Id=c1 OEMProvisioningCert=6f656d "
		"ListOfRootCertificateIDs{RootCertificateID{X509IssuerName=CN=R "
		"X509SerialNumber=00818202}}}}}"},
	{&exi_iso2, "8098020c4c8ccd0d4d8dce10f00db40831323334353637380000034d07403980",
		"V2G_Message{Header{SessionID=3132333435363738} "
		"Body{MeteringReceiptReq{@Id=m SessionID=3132333435363738 "
		"SAScheduleTupleID=1 MeterInfo{MeterID=M MeterReading=1000}}}}"},
	/* cars: the first request without a session at all, and with one of zeros */
	{&exi_din, "809a0011d0200003c1fc300043f800",
		"V2G_Message{Header{SessionID=} Body{SessionSetupReq{EVCCID=0000f07f0c0010fe}}}"},
	{&exi_din, "809a02000000000000000011d01800608c44099400",
		"V2G_Message{Header{SessionID=0000000000000000} "
		"Body{SessionSetupReq{EVCCID=001823110265}}}"},
	{&exi_din, "809a02000000000000000011d01a121dc983cd6000",
		"V2G_Message{Header{SessionID=0000000000000000} "
		"Body{SessionSetupReq{EVCCID=84877260f358}}}"},
	{&exi_din,
		"809a0200000000000000039"
		"1f0",
		"V2G_Message{Header{SessionID=000000000000000e} Body{SessionStopReq{}}}"},
};

static void take_hex(const char *hex)
{
	bench.len = strlen(hex) / 2;
	assert_true(hex_read(str_from(hex), bench.bytes, bench.len));
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint8_t again[256];
		size_t len = 0;
		open_bench(vectors[i].schema);
		take_hex(vectors[i].hex);
		assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), 0);
		assert_string_equal(shown(), vectors[i].text);
		assert_int_equal(exi_write(&bench.doc, again, sizeof(again), &len), 0);
		assert_int_equal(len, bench.len);
		assert_memory_equal(again, bench.bytes, len);
		/* every end before the end is seen; what follows it is not looked at */
		for (size_t cut = 0; cut < bench.len; cut++) {
			open_bench(vectors[i].schema);
			assert_int_not_equal(exi_read(&bench.doc, bench.bytes, cut), 0);
			assert_null(bench.doc.root);
		}
		bench.bytes[bench.len] = 0;
		open_bench(vectors[i].schema);
		assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len + 1), 0);
	}
}

/* ---- every message, at random ---- */

static const char letters[] = "ABC*-äß你";

static struct str random_text(struct rng *rng, int64_t most)
{
	int64_t len = (int64_t)rng_below(rng, (uint64_t)(most < 20 ? most : 20) + 1);
	struct buf text;
	const char *at = letters;

	buf_init(&text, &bench.arena, 256);
	for (int64_t i = 0; i < len; i++) {
		size_t step = str_utf8_step(at, strlen(at));
		buf_put(&text, at, step);
		at += step;
		if (!*at)
			at = letters;
	}
	return buf_str(&text);
}

static struct str random_bytes(struct rng *rng, int64_t most)
{
	size_t len = (size_t)rng_below(rng, (uint64_t)(most < 40 ? most : 40) + 1);
	uint8_t *bytes = arena_alloc(&bench.arena, len + 1);

	rng->fill(rng, bytes, len);
	return (struct str){(const char *)bytes, len};
}

static void random_node(struct rng *rng, struct exi_node *node);

static void random_value(struct rng *rng, struct exi_node *node)
{
	const struct exi_type *type = node->row->type;

	switch (type->kind) {
	case EXI_GROUP:
		random_node(rng, node);
		break;
	case EXI_BOOL:
		node->number = (int64_t)rng_below(rng, 2);
		break;
	case EXI_WORD:
		node->number = (int64_t)rng_below(rng, type->len);
		break;
	case EXI_SMALL:
		node->number = type->least +
			       (int64_t)rng_below(rng, (uint64_t)(type->most - type->least) + 1);
		break;
	case EXI_UINT:
	case EXI_INT:
		node->number = (int64_t)(rng_u64(rng) >> (1 + rng_below(rng, 63)));
		if (type->least < type->most)
			node->number = (int64_t)rng_below(rng, 32768);
		if (type->kind == EXI_INT && rng_below(rng, 2))
			node->number = -node->number - 1;
		break;
	case EXI_BIG:
		node->bytes = STR("\x01\x80\xff\x7f");
		break;
	case EXI_BYTES:
		node->bytes = random_bytes(rng, type->most);
		break;
	case EXI_TEXT:
		node->bytes = random_text(rng, type->most);
		break;
	}
}

/* As many of each row as it may have, up to four or all of them. */
static void random_node(struct rng *rng, struct exi_node *node)
{
	const struct exi_type *type = node->row->type;
	struct exi_node **tail = &node->first;
	bool all = rng_below(rng, 8) == 0;

	for (size_t row = 0, next; row < type->len; row = next) {
		size_t spread, count, least = type->rows[row].least;
		for (next = row + 1; next < type->len && type->rows[next].also; next++)
			;
		spread = type->rows[row].most - least;
		count = least + (size_t)rng_below(rng, (spread < 4 ? spread : 4) + 1);
		if (all && type->rows[row].most < 30)
			count = type->rows[row].most;
		for (size_t i = 0; i < count; i++) {
			const struct exi_row *pick = &type->rows[row + rng_below(rng, next - row)];
			if (!pick->type)
				pick = &type->rows[row];
			if (!pick->type)
				break;
			*tail = ARENA_NEW(&bench.arena, struct exi_node);
			(*tail)->row = pick;
			random_value(rng, *tail);
			tail = &(*tail)->next;
		}
	}
}

static void test_both_ways(void **state)
{
	static const struct exi_schema *const schemas[] = {
		&exi_sap, &exi_din, &exi_iso2, &exi_iso2_parts, &exi_signed_info};
	static char before[ROOM];
	struct rng rng;
	size_t written = 0;

	(void)state;
	rng_init_seeded(&rng, 1511);
	for (int i = 0; i < 3000; i++) {
		const struct exi_schema *schema = schemas[i % 5];
		int outcome;
		open_bench(schema);
		exi_begin(&bench.doc, schema->roots[rng_below(&rng, schema->len)].row.name);
		random_node(&rng, bench.doc.root);
		snprintf(before, sizeof(before), "%s", shown());
		outcome = exi_write(&bench.doc, bench.bytes, sizeof(bench.bytes), &bench.len);
		/* a row that is not spoken at a place that must have one */
		if (outcome == EXI_E_VALUE)
			continue;
		assert_int_equal(outcome, 0);
		written++;
		assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), 0);
		assert_string_equal(shown(), before);
	}
	assert_true(written > 2500);
}

static void test_numbers(void **state)
{
	static const int64_t numbers[] = {
		0, 1, -1, 63, 64, 127, 128, -128, -129, 65535, 1700000000, INT64_MAX, INT64_MIN};
	uint8_t bytes[256] = {0};
	struct exi_writer writer = {.bytes = bytes, .cap = sizeof(bytes)};
	struct exi_reader reader = {.bytes = bytes, .len = sizeof(bytes)};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		exi_put(&writer, (uint32_t)i, 5);
		exi_put_signed(&writer, numbers[i]);
		if (numbers[i] >= 0)
			exi_put_unsigned(&writer, (uint64_t)numbers[i]);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_int_equal(exi_take(&reader, 5), i);
		assert_true(exi_take_signed(&reader) == numbers[i]);
		if (numbers[i] >= 0)
			assert_true(exi_take_unsigned(&reader) == numbers[i]);
	}
	assert_int_equal(reader.at, writer.at);
	/* a number without an end */
	memset(bytes, 0xff, sizeof(bytes));
	reader = (struct exi_reader){.bytes = bytes, .len = sizeof(bytes)};
	exi_take_unsigned(&reader);
	assert_true(reader.bad);
	writer = (struct exi_writer){.bytes = bytes, .cap = 1};
	exi_put(&writer, 3, 6);
	exi_put(&writer, 3, 3);
	assert_true(writer.full);
}

/* ---- what is no document ---- */

static int read_hex(const struct exi_schema *schema, const char *hex)
{
	open_bench(schema);
	take_hex(hex);
	return exi_read(&bench.doc, bench.bytes, bench.len);
}

static void test_hostile(void **state)
{
	(void)state;
	assert_int_equal(read_hex(&exi_iso2, ""), EXI_E_HEADER);
	assert_int_equal(read_hex(&exi_iso2, "00980220b6e8e913b5b96e50b0"), EXI_E_HEADER);
	assert_int_equal(read_hex(&exi_iso2, "809a0220b6e8e913b5b96e50b0"), EXI_E_HEADER);
	/* the code left for what deviates; an end before the body */
	assert_int_equal(read_hex(&exi_iso2, "80990220b6e8e913b5b96e50b0"), EXI_E_CODE);
	/* a session of nine bytes; a session longer than the document */
	assert_int_equal(read_hex(&exi_iso2, "80980240"), EXI_E_VALUE);
	assert_int_equal(read_hex(&exi_iso2, "80980200"), EXI_E_SHORT);
	/* a signature that ends before its method is named */
	assert_int_equal(read_hex(&exi_iso2, "80980220b6e8e913b5b96e48"), EXI_E_SHORT);
	assert_int_equal(read_hex(&exi_sap, "80c0"), EXI_E_HEADER);
	assert_int_equal(
		read_hex(&exi_sap, "804c0040"), EXI_E_VALUE); /* a fourth answer of three */
}

/* ---- signatures ---- */

/* The worked example of ISO 15118-2, annex J.2: a key, an element it signed, what is signed of
 * that, and the signature. */
static const char example_secret[] =
	"b9134963f51c4414738435057f97bbf1010cabcb8dbde9c5d48138396aa94b9d";
static const char example_element[] = "80040152510c40829b7b6b2902930b73237b6902230ba309e8";
static const char example_info[] =
	"808112b43a3a381d1797bbbbbb973b999737b93397aa2917b1b0b737b734b1b0b616b2bc3497"
	"a1ab43a3a381d1797bbbbbb973b999737b933979918181897981a17bc36b63239b4b396b6b7b"
	"93291b2b1b239b096b9b430991a9b220623494431025687474703a2f2f7777772e77332e6f72"
	"672f54522f63616e6f6e6963616c2d6578692f4852d0e8e8e0745e5eeeeeee5cee665cdee4ce"
	"5e646060625e60685ef0dad8cadcc646e6d0c2646a6c841a36bc07a00cb7dcad662f3088a60a"
	"3d6a99431f81c122c2e9f1678ef531e9552370";
static const char example_signature[] =
	"4c8f20c1400ba67606aa4811572a2f1ad3c15089d95420363430bb26b49db104f08dfa8bf805"
	"5e63a4b75a8d3169206fa8d54308ba58f0566b96baf692ce5950";
/* Another codec's: two references, by methods of another part of the standard. */
static const char two_references[] =
	"808112b43a3a381d1797bbbbbb973b999737b93397aa2917b1b0b737b734b1b0b616b2bc3497"
	"a1ab43a3a381d1797bbbbbb973b999737b933979918181897981a17bc36b63239b4b396b6b7b"
	"93291b2b1b239b096b9b4309a98992205696431025687474703a2f2f7777772e77332e6f7267"
	"2f54522f63616e6f6e6963616c2d6578692f486ad0e8e8e0745e5eeeeeee5cee665cdee4ce5e"
	"646060625e60685ef0dad8c8e6d2ce5adadee4ca46cac6c8e6c25ae6d0c26a626480e0204060"
	"80a0c0e0815a590c8095a1d1d1c0e8bcbddddddcb9dcccb9bdc99cbd5148bd8d85b9bdb9a58d"
	"85b0b595e1a4bd21ab43a3a381d1797bbbbbb973b999737b933979918181897981a17bc36b63"
	"239b4b396b6b7b93291b2b1b239b096b9b4309a9899203808101820283038dc0";

static void test_parts(void **state)
{
	static const struct {
		const struct exi_schema *schema;
		const char *hex;
	} parts[] = {{&exi_iso2_parts, example_element}, {&exi_signed_info, example_info},
		{&exi_signed_info, two_references}};
	uint8_t again[1024];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		open_bench(parts[i].schema);
		take_hex(parts[i].hex);
		assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), 0);
		assert_int_equal(exi_write(&bench.doc, again, sizeof(again), &len), 0);
		assert_int_equal(len, bench.len);
		assert_memory_equal(again, bench.bytes, len);
		for (size_t cut = 0; cut < bench.len; cut++) {
			open_bench(parts[i].schema);
			assert_int_not_equal(exi_read(&bench.doc, bench.bytes, cut), 0);
		}
	}
	open_bench(&exi_iso2_parts);
	take_hex(example_element);
	assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), 0);
	assert_string_equal(shown(), "AuthorizationReq{@Id=ID1 "
				     "GenChallenge=536f6d652052616e646f6d2044617461}");
	/* another end than the one there is */
	bench.bytes[bench.len - 1] ^= 8;
	open_bench(&exi_iso2_parts);
	assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), EXI_E_CODE);
	/* no part of a message may be called what it is not */
	open_bench(&exi_iso2);
	exi_begin(&bench.doc, "V2G_Message");
	assert_int_equal(
		exi_write_part(&exi_iso2_parts, bench.doc.root, again, sizeof(again), &len),
		EXI_E_VALUE);
	assert_int_equal(
		exi_write_part(&exi_iso2_parts, NULL, again, sizeof(again), &len), EXI_E_VALUE);
}

/* Reads a part and puts what is in it into a group of a message. */
static void graft(const struct exi_schema *schema, const char *hex, struct exi_node *into)
{
	struct exi_doc part = {.schema = schema, .arena = &bench.arena};
	size_t len = strlen(hex) / 2;
	uint8_t *bytes = arena_alloc(&bench.arena, len);

	assert_true(hex_read(str_from(hex), bytes, len));
	assert_int_equal(exi_read(&part, bytes, len), 0);
	into->first = part.root->first;
}

static struct exi_node *message, *element; /* its header, and what is signed of it */

static void open_message(void)
{
	struct exi_node *root, *body;

	open_bench(&exi_iso2);
	root = exi_begin(&bench.doc, "V2G_Message");
	message = exi_add(&bench.doc, root, "Header");
	body = exi_add(&bench.doc, root, "Body");
	exi_add_bytes(&bench.doc, message, "SessionID", STR("12345678"));
	element = exi_add(&bench.doc, body, "AuthorizationReq");
	graft(&exi_iso2_parts, example_element, element);
}

static void put_example(const char *signature_hex)
{
	struct exi_node *signature = exi_add(&bench.doc, message, "Signature"), *value;
	uint8_t *bytes = arena_alloc(&bench.arena, SIGN_LEN);

	graft(&exi_signed_info, example_info, exi_add(&bench.doc, signature, "SignedInfo"));
	assert_true(hex_read(str_from(signature_hex), bytes, SIGN_LEN));
	value = exi_add(&bench.doc, signature, "SignatureValue");
	exi_add_bytes(&bench.doc, value, "CONTENT", (struct str){(char *)bytes, SIGN_LEN});
}

static struct sign_secret example_key(struct sign_key *ret_key)
{
	struct sign_secret secret = {.kind = SIGN_P256};

	assert_true(hex_read(str_from(example_secret), secret.bytes, SIGN_KEY_LEN));
	assert_true(sign_key_of(&secret, ret_key));
	return secret;
}

/* What is sent is read again on the other side. */
static int checked(const struct sign_key *key)
{
	const struct exi_node *body;

	assert_int_equal(exi_write(&bench.doc, bench.bytes, sizeof(bench.bytes), &bench.len), 0);
	assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), 0);
	body = exi_get(bench.doc.root, "Body");
	return exi_sign_check(exi_get(bench.doc.root, "Header"), body->first, key);
}

static struct exi_node *inside(const char *path)
{
	const struct exi_node *node = message;
	struct str rest = str_from(path);

	while (rest.len > 0) {
		struct str name = str_cut(&rest, '.');
		for (node = node->first; !str_is(name, node->row->name); node = node->next)
			;
	}
	return (struct exi_node *)(uintptr_t)node;
}

static void test_signature(void **state)
{
	struct sign_key key, other = {0};
	struct sign_secret secret = example_key(&key), stranger = secret;

	(void)state;
	stranger.bytes[31] ^= 1;
	assert_true(sign_key_of(&stranger, &other));
	open_message();
	put_example(example_signature);
	assert_int_equal(checked(&key), 0);
	assert_int_equal(checked(&other), EXI_SIGN_E_WRONG);
	open_message(); /* our own, by the same methods */
	exi_sign(&bench.doc, message, element, &secret);
	assert_int_equal(checked(&key), 0);
	open_message();
	exi_sign(&bench.doc, message, element, &stranger);
	assert_int_equal(checked(&key), EXI_SIGN_E_WRONG);
	open_message();
	assert_int_equal(checked(&key), EXI_SIGN_E_MISSING);
	assert_string_equal(exi_sign_word(EXI_SIGN_E_MISSING), "it is not signed");
}

/* Each thing that could be changed on the way. */
static void test_signature_changed(void **state)
{
	static const struct {
		const char *path;
		const char *to;
		int outcome;
	} changes[] = {
		{"Signature.SignedInfo.Reference.URI", "#ID2", EXI_SIGN_E_MISSING},
		{"Signature.SignedInfo.Reference.URI", "ID1", EXI_SIGN_E_MISSING},
		{"Signature.SignedInfo.CanonicalizationMethod.Algorithm", "other",
			EXI_SIGN_E_METHOD},
		{"Signature.SignedInfo.SignatureMethod.Algorithm", "other", EXI_SIGN_E_METHOD},
		{"Signature.SignedInfo.Reference.DigestMethod.Algorithm", "other",
			EXI_SIGN_E_METHOD},
		{"Signature.SignedInfo.Reference.Transforms.Transform.Algorithm", "other",
			EXI_SIGN_E_METHOD},
		{"Signature.SignedInfo.Reference.DigestValue", "short", EXI_SIGN_E_DIGEST},
		{"Signature.SignatureValue.CONTENT", "short", EXI_SIGN_E_WRONG},
	};
	struct sign_key key;
	struct sign_secret secret = example_key(&key);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		open_message();
		exi_sign(&bench.doc, message, element, &secret);
		inside(changes[i].path)->bytes = str_from(changes[i].to);
		assert_int_equal(checked(&key), changes[i].outcome);
	}
	open_message(); /* another challenge than the one that was signed */
	exi_sign(&bench.doc, message, element, &secret);
	((char *)(uintptr_t)exi_bytes(element, "GenChallenge").ptr)[3] ^= 1;
	assert_int_equal(checked(&key), EXI_SIGN_E_DIGEST);
	open_message(); /* a second thing signed beside it */
	exi_sign(&bench.doc, message, element, &secret);
	inside("Signature.SignedInfo.Reference")->next = arena_copy(
		&bench.arena, inside("Signature.SignedInfo.Reference"), sizeof(struct exi_node));
	assert_int_equal(checked(&key), EXI_SIGN_E_MISSING);
	/* what has no name cannot be signed */
	open_message();
	element->first = element->first->next;
	exi_sign(&bench.doc, message, element, &secret);
	assert_int_equal(checked(&key), EXI_SIGN_E_MISSING);
}

/* Elements of anybody's and text inside a method have their codes, and end the reading. */
static void test_wildcards(void **state)
{
	(void)state;
	/* behind the name of the canonicalization: any element, the end, text */
	assert_int_equal(read_hex(&exi_signed_info, "80810ce0"), EXI_E_SHORT);
	assert_int_equal(read_hex(&exi_signed_info, "808101b08000"), EXI_E_UNSUPPORTED);
	assert_int_equal(read_hex(&exi_signed_info, "808101b0c000"), EXI_E_UNSUPPORTED);
}

/* No flipped bit does more than end the reading, and a small arena only means "too large". */
static void test_flips(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 7);
	for (int i = 0; i < 20000; i++) {
		size_t v = (size_t)rng_below(&rng, sizeof(vectors) / sizeof(vectors[0]));
		int outcome;
		take_hex(vectors[v].hex);
		for (int flips = 1 + (int)rng_below(&rng, 4); flips; flips--)
			bench.bytes[rng_below(&rng, bench.len)] ^=
				(uint8_t)(1 << rng_below(&rng, 8));
		open_bench(vectors[v].schema);
		outcome = exi_read(&bench.doc, bench.bytes, bench.len);
		assert_in_range(outcome, 0, EXI_E_LARGE);
		assert_true((outcome == 0) == (bench.doc.root != NULL));
	}
	take_hex(vectors[3].hex);
	arena_fini(&bench.arena);
	arena_init(&bench.arena, 100);
	bench.doc = (struct exi_doc){.schema = &exi_iso2, .arena = &bench.arena};
	assert_int_equal(exi_read(&bench.doc, bench.bytes, bench.len), EXI_E_LARGE);
}

static void test_building(void **state)
{
	struct exi_node *root, *child;
	uint8_t bytes[8];
	size_t len;

	(void)state;
	open_bench(&exi_sap);
	root = exi_begin(&bench.doc, "supportedAppProtocolRes");
	exi_add_number(&bench.doc, root, "SchemaID", 1); /* the order is the schema's */
	assert_int_equal(exi_write(&bench.doc, bytes, sizeof(bytes), &len), EXI_E_VALUE);
	exi_add_word(&bench.doc, root, "ResponseCode", "OK_SuccessfulNegotiation");
	assert_int_equal(exi_write(&bench.doc, bytes, sizeof(bytes), &len), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(bytes, "\x80\x40\x00\x40", 4);
	assert_int_equal(exi_write(&bench.doc, bytes, 3, &len), EXI_E_LARGE);
	exi_add_number(&bench.doc, root, "SchemaID", 2); /* twice what may come once */
	assert_int_equal(exi_write(&bench.doc, bytes, sizeof(bytes), &len), EXI_E_VALUE);

	open_bench(&exi_sap);
	root = exi_begin(&bench.doc, "supportedAppProtocolRes");
	assert_true(exi_knows(root, "SchemaID"));
	assert_false(exi_knows(root, "Schema"));
	assert_null(exi_add(&bench.doc, root, "Schema"));
	assert_true(bench.doc.bad);
	open_bench(&exi_sap);
	root = exi_begin(&bench.doc, "supportedAppProtocolRes");
	exi_add_number(&bench.doc, root, "SchemaID", 256);
	assert_true(bench.doc.bad);
	open_bench(&exi_iso2);
	root = exi_begin(&bench.doc, "V2G_Message");
	child = exi_add(&bench.doc, root, "Header");
	exi_add_bytes(&bench.doc, child, "SessionID", STR("123456789"));
	assert_true(bench.doc.bad);
	assert_int_equal(exi_number(NULL, "x", 5), 5);
	assert_string_equal(exi_word(child, "SessionID"), "");
	assert_null(exi_get(child, "Signature"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_signature_changed),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_building),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_fini(&bench.arena);
	return failed;
}
