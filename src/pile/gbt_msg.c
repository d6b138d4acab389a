/* gbt_msg.c - the fields of GB/T 27930, a row each (see gbt_msg.h). Little-endian; a number of all
 * ones is not told; bits nobody uses are ones. */
#include "pile/gbt_msg.h"

#include <string.h>

#include "base/fault.h"

enum gbt_form { FORM_NUMBER = 0, FORM_BITS, FORM_BCD, FORM_TEXT };

struct gbt_field {
	uint16_t offset; /* of the member */
	uint8_t form;
	uint8_t byte, bit, bits; /* where it begins, and its width; of a text: bytes */
	int32_t times;
	int64_t plus; /* raw * times + plus is our unit */
};

#define AT(type, member) (uint16_t) offsetof(struct type, member)
#define NUMBER(type, member, byte, bits, times, plus) \
	{ \
		AT(type, member), FORM_NUMBER, byte, 0, bits, times, plus \
	}
#define BITS(type, member, byte, bit, bits) \
	{ \
		AT(type, member), FORM_BITS, byte, bit, bits, 1, 0 \
	}
#define BCD(type, member, byte, bits) \
	{ \
		AT(type, member), FORM_BCD, byte, 0, bits, 1, 0 \
	}
#define TEXT(type, member, byte, bytes) \
	{ \
		AT(type, member), FORM_TEXT, byte, 0, bytes, 1, 0 \
	}
/* Volts are tenths, cells' hundredths; current is counted down from 400 A, and charging is
 * negative there and positive here; temperatures begin at -50 degrees. */
#define VOLTS(type, member, byte) NUMBER(type, member, byte, 16, 100, 0)
#define CELL(type, member, byte) NUMBER(type, member, byte, 16, 10, 0)
#define AMPS(type, member, byte) NUMBER(type, member, byte, 16, -100, 400000)
#define DEGREES(type, member, byte) NUMBER(type, member, byte, 8, 1000, -50000)

static const struct gbt_field gbt_chm[] = {
	NUMBER(gbt_chm, minor, 0, 8, 1, 0), NUMBER(gbt_chm, major, 1, 16, 1, 0)};
static const struct gbt_field gbt_bhm[] = {VOLTS(gbt_bhm, max_mv, 0)};
static const struct gbt_field gbt_crm[] = {BITS(gbt_crm, result, 0, 0, 8),
	NUMBER(gbt_crm, number, 1, 32, 1, 0), NUMBER(gbt_crm, region, 5, 24, 1, 0)};
static const struct gbt_field gbt_brm[] = {NUMBER(gbt_brm, minor, 0, 8, 1, 0),
	NUMBER(gbt_brm, major, 1, 16, 1, 0), BITS(gbt_brm, battery, 3, 0, 8),
	NUMBER(gbt_brm, cap_mah, 4, 16, 100, 0), VOLTS(gbt_brm, rated_mv, 6),
	TEXT(gbt_brm, maker, 8, 4), NUMBER(gbt_brm, serial, 12, 32, 1, 0),
	NUMBER(gbt_brm, year, 16, 8, 1, 1985), NUMBER(gbt_brm, month, 17, 8, 1, 0),
	NUMBER(gbt_brm, day, 18, 8, 1, 0), NUMBER(gbt_brm, cycles, 19, 24, 1, 0),
	BITS(gbt_brm, owned, 22, 0, 8), TEXT(gbt_brm, vin, 24, GBT_VIN),
	TEXT(gbt_brm, software, 41, GBT_SOFTWARE)};
static const struct gbt_field gbt_bcp[] = {CELL(gbt_bcp, cell_max_mv, 0), AMPS(gbt_bcp, max_ma, 2),
	NUMBER(gbt_bcp, energy_dwh, 4, 16, 1000, 0), VOLTS(gbt_bcp, max_mv, 6),
	DEGREES(gbt_bcp, max_mc, 8), NUMBER(gbt_bcp, soc_permille, 9, 16, 1, 0),
	VOLTS(gbt_bcp, now_mv, 11)};
static const struct gbt_field gbt_cts[] = {BCD(gbt_cts, second, 0, 8), BCD(gbt_cts, minute, 1, 8),
	BCD(gbt_cts, hour, 2, 8), BCD(gbt_cts, day, 3, 8), BCD(gbt_cts, month, 4, 8),
	BCD(gbt_cts, year, 5, 16)};
static const struct gbt_field gbt_cml[] = {VOLTS(gbt_cml, max_mv, 0), VOLTS(gbt_cml, min_mv, 2),
	AMPS(gbt_cml, max_ma, 4), AMPS(gbt_cml, min_ma, 6)};
static const struct gbt_field gbt_ready[] = {BITS(gbt_ready, ready, 0, 0, 8)};
static const struct gbt_field gbt_bcl[] = {
	VOLTS(gbt_bcl, mv, 0), AMPS(gbt_bcl, ma, 2), BITS(gbt_bcl, mode, 4, 0, 8)};
static const struct gbt_field gbt_bcs[] = {VOLTS(gbt_bcs, mv, 0), AMPS(gbt_bcs, ma, 2),
	{AT(gbt_bcs, cell_mv), FORM_NUMBER, 4, 0, 12, 10, 0}, BITS(gbt_bcs, group, 5, 4, 4),
	NUMBER(gbt_bcs, soc_percent, 6, 8, 1, 0), NUMBER(gbt_bcs, minutes, 7, 16, 1, 0)};
static const struct gbt_field gbt_ccs[] = {VOLTS(gbt_ccs, mv, 0), AMPS(gbt_ccs, ma, 2),
	NUMBER(gbt_ccs, minutes, 4, 16, 1, 0), BITS(gbt_ccs, allowed, 6, 0, 2)};
static const struct gbt_field gbt_bsm[] = {NUMBER(gbt_bsm, cell, 0, 8, 1, 1),
	DEGREES(gbt_bsm, max_mc, 1), NUMBER(gbt_bsm, max_at, 2, 8, 1, 1),
	DEGREES(gbt_bsm, min_mc, 3), NUMBER(gbt_bsm, min_at, 4, 8, 1, 1),
	BITS(gbt_bsm, cell_alarm, 5, 0, 2), BITS(gbt_bsm, soc_alarm, 5, 2, 2),
	BITS(gbt_bsm, current_alarm, 5, 4, 2), BITS(gbt_bsm, heat_alarm, 5, 6, 2),
	BITS(gbt_bsm, insulation_alarm, 6, 0, 2), BITS(gbt_bsm, plug_alarm, 6, 2, 2),
	BITS(gbt_bsm, allowed, 6, 4, 2)};
static const struct gbt_field gbt_end[] = {
	BITS(gbt_end, why, 0, 0, 8), BITS(gbt_end, fault, 1, 0, 16), BITS(gbt_end, error, 3, 0, 8)};
static const struct gbt_field gbt_bsd[] = {NUMBER(gbt_bsd, soc_percent, 0, 8, 1, 0),
	CELL(gbt_bsd, cell_min_mv, 1), CELL(gbt_bsd, cell_max_mv, 3), DEGREES(gbt_bsd, min_mc, 5),
	DEGREES(gbt_bsd, max_mc, 6)};
static const struct gbt_field gbt_csd[] = {NUMBER(gbt_csd, minutes, 0, 16, 1, 0),
	NUMBER(gbt_csd, energy_dwh, 2, 16, 1000, 0), NUMBER(gbt_csd, number, 4, 32, 1, 0)};
static const struct gbt_field gbt_waits[] = {BITS(gbt_waits, first, 0, 0, 8),
	BITS(gbt_waits, second, 1, 0, 8), BITS(gbt_waits, third, 2, 0, 8),
	BITS(gbt_waits, fourth, 3, 0, 8)};

#define FIELDS(rows) rows, sizeof(rows) / sizeof(rows[0])
static const struct gbt_row gbt_rows[GBT_KINDS] = {
	/* word, PF, priority, bytes, at least, from the car */
	[GBT_CHM] = {"CHM", 0x26, 6, 3, 3, false, FIELDS(gbt_chm)},
	[GBT_BHM] = {"BHM", 0x27, 6, 2, 2, true, FIELDS(gbt_bhm)},
	[GBT_CRM] = {"CRM", 0x01, 6, 8, 8, false, FIELDS(gbt_crm)},
	[GBT_BRM] = {"BRM", 0x02, 7, 49, 8, true, FIELDS(gbt_brm)},
	[GBT_BCP] = {"BCP", 0x06, 7, 13, 13, true, FIELDS(gbt_bcp)},
	[GBT_CTS] = {"CTS", 0x07, 6, 7, 7, false, FIELDS(gbt_cts)},
	[GBT_CML] = {"CML", 0x08, 6, 8, 6, false, FIELDS(gbt_cml)},
	[GBT_BRO] = {"BRO", 0x09, 4, 1, 1, true, FIELDS(gbt_ready)},
	[GBT_CRO] = {"CRO", 0x0a, 4, 1, 1, false, FIELDS(gbt_ready)},
	[GBT_BCL] = {"BCL", 0x10, 6, 5, 5, true, FIELDS(gbt_bcl)},
	[GBT_BCS] = {"BCS", 0x11, 7, 9, 9, true, FIELDS(gbt_bcs)},
	[GBT_CCS] = {"CCS", 0x12, 6, 8, 6, false, FIELDS(gbt_ccs)},
	[GBT_BSM] = {"BSM", 0x13, 6, 7, 7, true, FIELDS(gbt_bsm)},
	[GBT_BST] = {"BST", 0x19, 4, 4, 4, true, FIELDS(gbt_end)},
	[GBT_CST] = {"CST", 0x1a, 4, 4, 4, false, FIELDS(gbt_end)},
	[GBT_BSD] = {"BSD", 0x1c, 6, 7, 7, true, FIELDS(gbt_bsd)},
	[GBT_CSD] = {"CSD", 0x1d, 6, 8, 5, false, FIELDS(gbt_csd)},
	[GBT_BEM] = {"BEM", 0x1e, 2, 4, 4, true, FIELDS(gbt_waits)},
	[GBT_CEM] = {"CEM", 0x1f, 2, 4, 4, false, FIELDS(gbt_waits)},
};

const struct gbt_row *gbt_row(enum gbt_kind kind)
{
	ASSERT(kind < GBT_KINDS);
	return &gbt_rows[kind];
}

enum gbt_kind gbt_kind_of(uint8_t pf, bool from_car)
{
	for (int kind = 0; kind < GBT_KINDS; kind++)
		if (gbt_rows[kind].pf == pf && gbt_rows[kind].from_car == from_car)
			return (enum gbt_kind)kind;
	return GBT_KINDS;
}

static uint32_t gbt_mask(int bits)
{
	return bits == 32 ? UINT32_MAX : (UINT32_C(1) << bits) - 1;
}

static int64_t gbt_from_bcd(uint32_t raw, int bits)
{
	int64_t value = 0;

	for (int shift = bits - 4; shift >= 0; shift -= 4)
		value = value * 10 + (raw >> shift & 15);
	return value;
}

static uint32_t gbt_to_bcd(int64_t value, int bits)
{
	uint32_t raw = 0;

	for (int shift = 0; shift < bits; shift += 4, value /= 10)
		raw |= (uint32_t)(value % 10) << shift;
	return raw;
}

static int64_t gbt_field_read(const struct gbt_field *field, const uint8_t *bytes)
{
	int used = (field->bit + field->bits + 7) / 8;
	uint64_t raw = 0;

	for (int i = 0; i < used; i++)
		raw |= (uint64_t)bytes[field->byte + i] << (8 * i);
	raw = raw >> field->bit & gbt_mask(field->bits);
	if (field->form == FORM_BCD)
		return gbt_from_bcd((uint32_t)raw, field->bits);
	if (field->form == FORM_NUMBER && raw == gbt_mask(field->bits))
		return GBT_ABSENT;
	return (int64_t)raw * field->times + field->plus;
}

/* Printable characters only: a name goes to logs and pages. */
static void gbt_text_read(const struct gbt_field *field, const uint8_t *bytes, char *ret)
{
	for (int i = 0; i < field->bits; i++) {
		uint8_t byte = bytes[field->byte + i];
		if (byte < 0x21 || byte > 0x7e)
			break;
		ret[i] = (char)byte;
	}
}

bool gbt_read(enum gbt_kind kind, const uint8_t *bytes, size_t len, union gbt_body *ret)
{
	const struct gbt_row *row = gbt_row(kind);

	if (len < row->least)
		return false;
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < row->fields_len; i++) {
		const struct gbt_field *field = &row->fields[i];
		char *member = (char *)ret + field->offset;
		size_t width = field->form == FORM_TEXT ? field->bits
							: (field->bit + field->bits + 7u) / 8;
		bool there = field->byte + width <= len;
		int64_t value = field->form == FORM_NUMBER ? GBT_ABSENT : 0;
		if (field->form == FORM_TEXT) {
			if (there)
				gbt_text_read(field, bytes, member);
			continue;
		}
		if (there)
			value = gbt_field_read(field, bytes);
		memcpy(member, &value, sizeof(value));
	}
	return true;
}

static uint32_t gbt_raw(const struct gbt_field *field, int64_t value)
{
	uint32_t mask = gbt_mask(field->bits);
	int64_t raw;

	if (field->form == FORM_BCD)
		return gbt_to_bcd(value, field->bits);
	if (value == GBT_ABSENT)
		return mask;
	raw = (value - field->plus) / field->times;
	return raw < 0 || raw > mask ? mask : (uint32_t)raw;
}

void gbt_write(enum gbt_kind kind, const union gbt_body *body, uint8_t ret[GBT_LONG])
{
	const struct gbt_row *row = gbt_row(kind);

	memset(ret, 0xff, GBT_LONG);
	for (size_t i = 0; i < row->fields_len; i++) {
		const struct gbt_field *field = &row->fields[i];
		const char *member = (const char *)body + field->offset;
		uint64_t mask, raw;
		int64_t value;
		if (field->form == FORM_TEXT) {
			memcpy(ret + field->byte, member, field->bits);
			continue;
		}
		memcpy(&value, member, sizeof(value));
		mask = (uint64_t)gbt_mask(field->bits) << field->bit;
		raw = (uint64_t)gbt_raw(field, value) << field->bit;
		for (int at = 0; at < (field->bit + field->bits + 7) / 8; at++) {
			uint8_t *byte = &ret[field->byte + at];
			*byte = (uint8_t)((*byte & ~(mask >> (8 * at))) | (raw >> (8 * at)));
		}
	}
}
