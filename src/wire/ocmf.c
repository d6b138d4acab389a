/* ocmf.c - writing, reading and checking signed meter readings (see ocmf.h). */
#include "wire/ocmf.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "wire/json.h"

#define OCMF_HALF (SIGN_LEN / 2)
#define OCMF_DER_MAX 80
#define OCMF_SPKI_HEAD 26 /* everything before the point */
#define OCMF_KEY_BYTES (OCMF_SPKI_HEAD + SIGN_POINT_LEN)

static const struct ocmf_row {
	enum sign_kind kind;
	const char *name;
	uint8_t head[OCMF_SPKI_HEAD];
} ocmf_rows[] = {
	{SIGN_P256, "ECDSA-secp256r1-SHA256",
		{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
			0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00}},
	{SIGN_SM2, "SM2-SM3",
		{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
			0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00}},
};
#define OCMF_ROWS (sizeof(ocmf_rows) / sizeof(ocmf_rows[0]))

const char *ocmf_word(int outcome)
{
	static const char *const words[] = {"ok", "format", "algorithm", "key", "signature"};

	return outcome >= 0 && outcome <= OCMF_E_SIGNATURE ? words[outcome] : "fault";
}

/* ---- keys and signatures as bytes ---- */

struct str ocmf_key_text(struct arena *arena, const struct sign_key *key)
{
	struct buf text;

	buf_init(&text, arena, OCMF_KEY_MAX);
	for (size_t i = 0; i < OCMF_ROWS; i++) {
		if (ocmf_rows[i].kind != key->kind || key->len != SIGN_POINT_LEN)
			continue;
		hex_write(&text, ocmf_rows[i].head, OCMF_SPKI_HEAD);
		hex_write(&text, key->bytes, SIGN_POINT_LEN);
	}
	return text.failed || text.len == 0 ? STR_NULL : buf_str(&text);
}

/* The digits themselves, or what the trade writes before them: "oca:base16:asn1:3059...". */
static bool key_bytes(struct str text, uint8_t ret[OCMF_KEY_BYTES])
{
	size_t len;

	if (str_starts(text, STR("oca:base16:asn1:")))
		text = str_slice(text, sizeof("oca:base16:asn1:") - 1, text.len);
	if (str_starts(text, STR("oca:base64:asn1:"))) {
		text = str_slice(text, sizeof("oca:base64:asn1:") - 1, text.len);
		return base64_read(text, ret, OCMF_KEY_BYTES, &len) && len == OCMF_KEY_BYTES;
	}
	return hex_read(text, ret, OCMF_KEY_BYTES);
}

/* Any of these as base64 once more, as OCPP 2.x carries a key, or the structure's own bytes. */
static bool key_unwrap(struct str text, uint8_t ret[OCMF_KEY_BYTES])
{
	uint8_t inner[OCMF_KEY_MAX + 24];
	size_t len;

	if (key_bytes(text, ret))
		return true;
	if (!base64_read(text, inner, sizeof(inner), &len))
		return false;
	if (len != OCMF_KEY_BYTES)
		return key_bytes((struct str){(const char *)inner, len}, ret);
	memcpy(ret, inner, OCMF_KEY_BYTES);
	return true;
}

bool ocmf_key_read(struct str text, struct sign_key *ret)
{
	uint8_t bytes[OCMF_KEY_BYTES];

	if (!key_unwrap(text, bytes))
		return false;
	for (size_t i = 0; i < OCMF_ROWS; i++) {
		if (memcmp(bytes, ocmf_rows[i].head, OCMF_SPKI_HEAD) != 0 ||
			bytes[OCMF_SPKI_HEAD] != 4)
			continue;
		ret->kind = ocmf_rows[i].kind;
		ret->len = SIGN_POINT_LEN;
		memcpy(ret->bytes, bytes + OCMF_SPKI_HEAD, SIGN_POINT_LEN);
		return true;
	}
	return false;
}

/* A positive integer of DER: no needless zeros, one where the top bit would mean a sign. */
static size_t der_put(uint8_t *at, const uint8_t number[OCMF_HALF])
{
	size_t skip = 0, sign;

	while (skip < OCMF_HALF - 1 && number[skip] == 0)
		skip++;
	sign = number[skip] & 0x80 ? 1 : 0;
	at[0] = 2;
	at[1] = (uint8_t)(OCMF_HALF - skip + sign);
	at[2] = 0;
	memcpy(at + 2 + sign, number + skip, OCMF_HALF - skip);
	return 2 + sign + OCMF_HALF - skip;
}

static bool der_take(const uint8_t **at, const uint8_t *end, uint8_t ret[OCMF_HALF])
{
	const uint8_t *from = *at;
	size_t len;

	if (end - from < 3 || from[0] != 2 || from[1] == 0 || from[1] > OCMF_HALF + 1 ||
		end - from < 2 + from[1] || from[2] & 0x80)
		return false;
	len = from[1];
	from += 2;
	*at = from + len;
	if (len > 1 && from[0] == 0) {
		if (!(from[1] & 0x80))
			return false; /* one number has one writing */
		from++;
		len--;
	}
	if (len > OCMF_HALF)
		return false;
	memset(ret, 0, OCMF_HALF);
	memcpy(ret + OCMF_HALF - len, from, len);
	return true;
}

static bool der_read(struct str hex, uint8_t ret[SIGN_LEN])
{
	uint8_t der[OCMF_DER_MAX];
	const uint8_t *at = der + 2, *end = der + hex.len / 2;

	if (hex.len % 2 || hex.len / 2 < 8 || hex.len / 2 > sizeof(der) ||
		!hex_read(hex, der, hex.len / 2))
		return false;
	return der[0] == 0x30 && der[1] == hex.len / 2 - 2 && der_take(&at, end, ret) &&
	       der_take(&at, end, ret + OCMF_HALF) && at == end;
}

/* ---- writing ---- */

/* "2026-11-21T17:30:00,000+0000 S" */
static struct str ocmf_time(struct arena *arena, const struct ocmf_reading *reading)
{
	char text[64];
	struct buf written;
	size_t len;

	buf_init(&written, arena, sizeof(text));
	time_write(&written, reading->at_us - reading->at_us % US_PER_S, false);
	if (written.failed || written.len == 0)
		return STR_NULL;
	len = written.len - 1; /* without the Z */
	memcpy(text, written.ptr, len);
	return str_format(arena, "%.*s,%03d+0000 %c", (int)len, text,
		(int)(reading->at_us % US_PER_S / US_PER_MS), reading->time_status);
}

static void ocmf_put_reading(
	struct json_out *out, struct arena *arena, const struct ocmf_reading *reading)
{
	char why[2] = {reading->why, 0};
	struct buf number;

	buf_init(&number, arena, 32);
	buf_put_fixed(&number, reading->register_dwh, 4);
	json_open_object(out, NULL);
	json_put_str(out, "TM", ocmf_time(arena, reading));
	json_put_str(out, "TX", str_from(why));
	json_put_raw(out, "RV", buf_str(&number));
	/* OBIS: active energy in total, given back or taken */
	json_put_str(out, "RI", reading->back ? STR("1-0:2.8.0") : STR("1-0:1.8.0"));
	json_put_str(out, "RU", STR("kWh"));
	json_put_str(out, "EF", reading->error ? STR("E") : STR(""));
	json_put_str(out, "ST", reading->error ? STR("M") : STR("G"));
	json_close_object(out);
}

static void ocmf_put_some(struct json_out *out, const char *key, struct str text)
{
	if (text.len)
		json_put_str(out, key, text);
}

struct str ocmf_payload(struct arena *arena, const struct ocmf *ocmf)
{
	struct json_out out;
	struct buf text;

	buf_init(&text, arena, OCMF_TEXT_MAX);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_put_str(&out, "FV", STR("1.0"));
	ocmf_put_some(&out, "GI", ocmf->gateway);
	ocmf_put_some(&out, "GS", ocmf->gateway_serial);
	ocmf_put_some(&out, "GV", ocmf->gateway_version);
	json_put_str(&out, "PG", str_format(arena, "T%llu", (unsigned long long)ocmf->counter));
	ocmf_put_some(&out, "MV", ocmf->meter_vendor);
	ocmf_put_some(&out, "MM", ocmf->meter_model);
	ocmf_put_some(&out, "MS", ocmf->meter_serial);
	json_put_bool(&out, "IS", ocmf->identified);
	json_open_array(&out, "IF");
	json_close_array(&out);
	json_put_str(&out, "IT", ocmf->identified ? STR("CENTRAL") : STR("NONE"));
	if (ocmf->identified)
		json_put_str(&out, "ID", ocmf->tag);
	json_put_str(&out, "CT", STR("EVSEID"));
	json_put_str(&out, "CI", ocmf->point);
	ocmf_put_some(&out, "UM", ocmf->choice);
	json_open_array(&out, "RD");
	for (size_t i = 0; i < ocmf->readings_len && i < OCMF_READINGS_MAX; i++)
		ocmf_put_reading(&out, arena, &ocmf->readings[i]);
	json_close_array(&out);
	json_close_object(&out);
	/* the bar divides the parts: a payload that holds one could not be read back */
	if (text.failed || str_find(buf_str(&text), '|') >= 0)
		return STR_NULL;
	return buf_str(&text);
}

struct str ocmf_line(struct arena *arena, struct str payload, enum sign_kind kind,
	const uint8_t signature[SIGN_LEN])
{
	uint8_t der[OCMF_DER_MAX];
	size_t len = 2;
	const char *name = NULL;
	struct buf text;

	for (size_t i = 0; i < OCMF_ROWS; i++)
		name = ocmf_rows[i].kind == kind ? ocmf_rows[i].name : name;
	if (!name)
		return STR_NULL;
	len += der_put(der + len, signature);
	len += der_put(der + len, signature + OCMF_HALF);
	der[0] = 0x30;
	der[1] = (uint8_t)(len - 2);
	buf_init(&text, arena, OCMF_TEXT_MAX);
	buf_format(&text, "OCMF|%.*s|{\"SA\":\"%s\",\"SD\":\"", STR_FMT(payload), name);
	hex_write(&text, der, len);
	buf_put_str(&text, STR("\"}"));
	return text.failed ? STR_NULL : buf_str(&text);
}

/* ---- reading ---- */

static bool ocmf_split(struct str line, struct str *ret_payload, struct str *ret_signature)
{
	struct str rest = str_trim(line);

	if (rest.len > OCMF_TEXT_MAX || !str_is(str_cut(&rest, '|'), "OCMF"))
		return false;
	*ret_payload = str_cut(&rest, '|');
	*ret_signature = rest;
	return ret_payload->len > 0 && rest.len > 0;
}

/* Does an OBIS code ("1-0:2.8.0", "01-00:C2.08.00*FF") name energy given back? Group C is 2; the
 * format itself gives C0 to C3 to its own kinds of the same. */
static bool ocmf_is_back(struct str code)
{
	ptrdiff_t colon = str_find(code, ':');
	struct str rest = str_slice(code, (size_t)(colon + 1), code.len),
		   group = str_cut(&rest, '.');

	return str_is(group, "2") || str_is(group, "02") ||
	       (group.len == 2 && (group.ptr[0] == 'C' || group.ptr[0] == 'c') &&
		       group.ptr[1] >= '0' && group.ptr[1] <= '3');
}

/* One member of a reading; values we do not use are passed over. */
static bool ocmf_take_reading(
	struct json *json, struct str key, struct ocmf_reading *reading, bool *ret_watts)
{
	struct str text = STR_NULL;

	if (str_is(key, "RV")) {
		if (!json_number(json, &text))
			return false;
		/* the unit may follow: kept as digits of kWh until it is known */
		return str_to_fixed(text, 4, true, &reading->register_dwh);
	}
	if (!str_is(key, "TM") && !str_is(key, "TX") && !str_is(key, "RU") && !str_is(key, "ST") &&
		!str_is(key, "EF") && !str_is(key, "RI"))
		return json_skip(json, &text);
	if (!json_str(json, &text))
		return false;
	if (str_is(key, "TM"))
		reading->time = text;
	else if (str_is(key, "TX"))
		reading->why = text.len ? text.ptr[0] : 0;
	else if (str_is(key, "RI"))
		reading->back = ocmf_is_back(text);
	else if (str_is(key, "EF"))
		reading->error = text.len > 0;
	else if (str_is(key, "RU"))
		*ret_watts = str_is(text, "Wh");
	return !str_is(key, "RU") || str_is(text, "Wh") || str_is(text, "kWh");
}

/* A field that repeats the reading before may be left out, as the format allows. */
static bool ocmf_read_readings(struct json *json, struct ocmf *ret)
{
	if (!json_array(json))
		return false;
	while (json_next(json)) {
		struct ocmf_reading reading = {.time_status = 'U'};
		bool watts = false;
		struct str key;

		if (ret->readings_len == OCMF_READINGS_MAX || !json_object(json))
			return false;
		if (ret->readings_len > 0) {
			const struct ocmf_reading *before = &ret->readings[ret->readings_len - 1];
			reading.why = before->why;
			reading.back = before->back;
		}
		while (json_next_key(json, &key))
			if (!ocmf_take_reading(json, key, &reading, &watts))
				return false;
		if (watts)
			reading.register_dwh /= 1000;
		if (reading.time.len > 2)
			reading.time_status = reading.time.ptr[reading.time.len - 1];
		ret->readings[ret->readings_len++] = reading;
	}
	return json->error == 0 && ret->readings_len > 0;
}

static bool ocmf_take(struct json *json, struct str key, struct ocmf *ret)
{
	const struct {
		const char *key;
		struct str *text;
	} texts[] = {{"GI", &ret->gateway}, {"GS", &ret->gateway_serial},
		{"GV", &ret->gateway_version}, {"MV", &ret->meter_vendor},
		{"MM", &ret->meter_model}, {"MS", &ret->meter_serial}, {"ID", &ret->tag},
		{"CI", &ret->point}, {"UM", &ret->choice}};
	struct str text;
	int64_t counter;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_is(key, texts[i].key))
			return json_str(json, texts[i].text);
	if (str_is(key, "IS"))
		return json_bool(json, &ret->identified);
	if (str_is(key, "RD"))
		return ocmf_read_readings(json, ret);
	if (!str_is(key, "PG"))
		return json_skip(json, &text);
	if (!json_str(json, &text) || text.len < 2 || text.ptr[0] != 'T' ||
		!str_to_i64(str_slice(text, 1, text.len), &counter) || counter < 0)
		return false;
	ret->counter = (uint64_t)counter;
	return true;
}

static int ocmf_read_payload(struct arena *arena, struct str payload, struct ocmf *ret)
{
	struct json json;
	struct str key;
	struct ocmf ocmf = {.counter = 0};

	json_init(&json, payload, arena);
	if (!json_object(&json))
		return OCMF_E_FORMAT;
	while (json_next_key(&json, &key))
		if (!ocmf_take(&json, key, &ocmf))
			return OCMF_E_FORMAT;
	if (!json_end(&json) || ocmf.readings_len == 0)
		return OCMF_E_FORMAT;
	*ret = ocmf;
	return 0;
}

int ocmf_read(struct arena *arena, struct str line, struct ocmf *ret)
{
	struct str payload, signature;

	if (!ocmf_split(line, &payload, &signature))
		return OCMF_E_FORMAT;
	return ocmf_read_payload(arena, payload, ret);
}

int ocmf_verify(struct arena *arena, struct str line, const struct sign_key *key, struct ocmf *ret)
{
	struct str payload, part, name = STR("ECDSA-secp256r1-SHA256"), coding = STR("hex"), digits;
	const struct ocmf_row *row = NULL;
	uint8_t signature[SIGN_LEN];
	struct ocmf ocmf;

	if (!ocmf_split(line, &payload, &part) || !json_valid(part, arena))
		return OCMF_E_FORMAT;
	(void)json_get_str(part, "SA", arena, &name); /* absent: the default */
	(void)json_get_str(part, "SE", arena, &coding);
	for (size_t i = 0; i < OCMF_ROWS; i++)
		if (str_is(name, ocmf_rows[i].name))
			row = &ocmf_rows[i];
	if (!row || !str_is(coding, "hex"))
		return OCMF_E_ALGORITHM;
	if (key->kind != row->kind)
		return OCMF_E_KEY;
	if (!json_get_str(part, "SD", arena, &digits))
		return OCMF_E_FORMAT;
	if (!der_read(digits, signature) || !sign_check(key, payload, signature))
		return OCMF_E_SIGNATURE;
	if (ocmf_read_payload(arena, payload, &ocmf) != 0)
		return OCMF_E_FORMAT;
	*ret = ocmf;
	return 0;
}

const struct ocmf_reading *ocmf_first(const struct ocmf *ocmf, bool back)
{
	for (size_t i = 0; i < ocmf->readings_len; i++)
		if (ocmf->readings[i].back == back)
			return &ocmf->readings[i];
	return NULL;
}

const struct ocmf_reading *ocmf_last(const struct ocmf *ocmf, bool back)
{
	for (size_t i = ocmf->readings_len; i > 0; i--)
		if (ocmf->readings[i - 1].back == back)
			return &ocmf->readings[i - 1];
	return NULL;
}

int64_t ocmf_energy_dwh(const struct ocmf *ocmf, bool back)
{
	const struct ocmf_reading *first = ocmf_first(ocmf, back), *last = ocmf_last(ocmf, back);

	return first == last ? -1 : last->register_dwh - first->register_dwh;
}
