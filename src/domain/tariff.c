/* tariff.c - the one pricing function, and the text by which a price is known for ever. */
#include "domain/tariff.h"

#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "domain/money.h"

#define TARIFF_TITLE "leyden-tariff 1"
#define TARIFF_TEXT_MAX 8192
#define SECONDS_PER_MINUTE 60
#define NANO_PER_E5 10000
#define NANO_PER_UNIT INT64_C(1000000000)

static bool within(int64_t value, int64_t most)
{
	return value >= 0 && value <= most;
}

bool tariff_valid(const struct tariff *tariff)
{
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		if (!within(tariff->energy_e5[slot], TARIFF_PRICE_MAX) ||
			!within(tariff->service_e5[slot], TARIFF_PRICE_MAX) ||
			!within(tariff->back_e5[slot], TARIFF_PRICE_MAX))
			return false;
	return currency_digits(tariff->currency) >= 0 &&
	       within(tariff->idle_e5, TARIFF_PRICE_MAX) &&
	       within(tariff->idle_grace_s, TARIFF_GRACE_MAX_S) &&
	       within(tariff->idle_cap_minor, MONEY_MAX) &&
	       within(tariff->vat_bp, TARIFF_VAT_MAX_BP) &&
	       within(tariff->back_vat_bp, tariff_buys(tariff) ? TARIFF_VAT_MAX_BP : 0);
}

bool tariff_buys(const struct tariff *tariff)
{
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++)
		if (tariff->back_e5[slot] > 0)
			return true;
	return false;
}

/* Equal neighbours are written once, so that one price has exactly one text. */
static bool slot_starts_run(const struct tariff *tariff, int slot)
{
	return slot == 0 || tariff->energy_e5[slot] != tariff->energy_e5[slot - 1] ||
	       tariff->service_e5[slot] != tariff->service_e5[slot - 1];
}

/* Only in a tariff that pays for it: all others keep the text, and the name, they ever had. */
static void text_back(struct buf *buf, const struct tariff *tariff)
{
	if (!tariff_buys(tariff))
		return;
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		if (slot > 0 && tariff->back_e5[slot] == tariff->back_e5[slot - 1])
			continue;
		buf_format(buf, "back %02d:%02d ", slot / 2, slot % 2 * 30);
		buf_put_fixed(buf, tariff->back_e5[slot], PRICE_SCALE);
		buf_put_char(buf, '\n');
	}
	buf_put_str(buf, STR("back_vat "));
	buf_put_i64(buf, tariff->back_vat_bp);
	buf_put_char(buf, '\n');
}

struct str tariff_text(struct arena *arena, const struct tariff *tariff)
{
	struct buf buf;

	buf_init(&buf, arena, TARIFF_TEXT_MAX);
	buf_format(&buf, TARIFF_TITLE "\ncurrency %.*s\n", STR_FMT(tariff->currency));
	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		if (!slot_starts_run(tariff, slot))
			continue;
		buf_format(&buf, "from %02d:%02d energy ", slot / 2, slot % 2 * 30);
		buf_put_fixed(&buf, tariff->energy_e5[slot], PRICE_SCALE);
		buf_put_str(&buf, STR(" service "));
		buf_put_fixed(&buf, tariff->service_e5[slot], PRICE_SCALE);
		buf_put_char(&buf, '\n');
	}
	buf_put_str(&buf, STR("idle "));
	buf_put_fixed(&buf, tariff->idle_e5, PRICE_SCALE);
	buf_put_str(&buf, STR(" grace "));
	buf_put_i64(&buf, tariff->idle_grace_s);
	buf_put_str(&buf, STR(" cap "));
	buf_put_i64(&buf, tariff->idle_cap_minor);
	buf_put_str(&buf, STR("\nvat "));
	buf_put_i64(&buf, tariff->vat_bp);
	buf_put_char(&buf, '\n');
	text_back(&buf, tariff);
	return buf.failed ? STR_NULL : buf_str(&buf);
}

struct str tariff_hash(struct arena *arena, struct str text)
{
	uint8_t digest[SHA256_LEN];
	struct buf buf;

	sha256(text.ptr, text.len, digest);
	buf_init(&buf, arena, 2 * SHA256_LEN);
	hex_write(&buf, digest, sizeof(digest));
	return buf.failed ? STR_NULL : buf_str(&buf);
}

/* Cuts the next blank-separated word and tells whether it is `word`. */
static bool read_word(struct str *line, const char *word)
{
	return str_is(str_cut(line, ' '), word);
}

static bool read_price(struct str *line, int64_t *ret_e5)
{
	return str_to_fixed(str_cut(line, ' '), PRICE_SCALE, false, ret_e5);
}

static bool read_i64(struct str *line, int64_t *ret)
{
	return str_to_i64(str_cut(line, ' '), ret);
}

/* "HH:MM" on a half hour, or -1. */
static int read_slot(struct str *line)
{
	struct str text = str_cut(line, ' ');
	int64_t hour, minute;

	if (text.len != 5 || text.ptr[2] != ':' || !str_to_i64(str_slice(text, 0, 2), &hour) ||
		!str_to_i64(str_slice(text, 3, 5), &minute))
		return -1;
	if (hour < 0 || hour > 23 || (minute != 0 && minute != 30))
		return -1;
	return (int)(hour * 2 + minute / 30);
}

/* One "from" line: its prices hold from there to the end of the day, until a later line says
 * otherwise. */
static bool read_run(struct str line, struct tariff *tariff)
{
	int64_t energy_e5, service_e5;
	int slot = read_slot(&line);

	if (slot < 0 || !read_word(&line, "energy") || !read_price(&line, &energy_e5) ||
		!read_word(&line, "service") || !read_price(&line, &service_e5))
		return false;
	for (; slot < LIMIT_TARIFF_SLOTS; slot++) {
		tariff->energy_e5[slot] = energy_e5;
		tariff->service_e5[slot] = service_e5;
	}
	return true;
}

static bool read_back(struct str line, struct tariff *tariff)
{
	int slot = read_slot(&line);
	int64_t price_e5;

	if (slot < 0 || !read_price(&line, &price_e5))
		return false;
	for (; slot < LIMIT_TARIFF_SLOTS; slot++)
		tariff->back_e5[slot] = price_e5;
	return true;
}

static bool read_idle(struct str line, struct tariff *tariff)
{
	return read_price(&line, &tariff->idle_e5) && read_word(&line, "grace") &&
	       read_i64(&line, &tariff->idle_grace_s) && read_word(&line, "cap") &&
	       read_i64(&line, &tariff->idle_cap_minor);
}

static bool read_line(struct str line, struct tariff *tariff)
{
	struct str word = str_cut(&line, ' ');

	if (str_is(word, "currency")) {
		tariff->currency = line;
		return true;
	}
	if (str_is(word, "from"))
		return read_run(line, tariff);
	if (str_is(word, "idle"))
		return read_idle(line, tariff);
	if (str_is(word, "vat"))
		return read_i64(&line, &tariff->vat_bp);
	if (str_is(word, "back"))
		return read_back(line, tariff);
	if (str_is(word, "back_vat"))
		return read_i64(&line, &tariff->back_vat_bp);
	return false;
}

/* Lenient about order and spelling; the callers know, or find out, that the text is canonical. */
static int read_text(struct str text, struct arena *arena, struct tariff *ret_tariff)
{
	struct tariff tariff;
	struct str rest = text;

	memset(&tariff, 0, sizeof(tariff));
	if (text.len > TARIFF_TEXT_MAX || !str_is(str_cut(&rest, '\n'), TARIFF_TITLE))
		return TARIFF_E_TEXT;
	while (rest.len > 0)
		if (!read_line(str_cut(&rest, '\n'), &tariff))
			return TARIFF_E_TEXT;
	if (!tariff_valid(&tariff))
		return TARIFF_E_TEXT;
	tariff.hash = tariff_hash(arena, text);
	tariff.currency = str_dup(arena, tariff.currency);
	if (tariff.hash.ptr == NULL || tariff.currency.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room for a tariff");
	*ret_tariff = tariff;
	return 0;
}

int tariff_read(struct str text, struct arena *arena, struct tariff *ret_tariff)
{
	struct tariff tariff;
	struct str again;
	int result = read_text(text, arena, &tariff);

	if (result != 0)
		return result;
	again = tariff_text(arena, &tariff);
	if (again.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room for a tariff");
	if (!str_eq(again, text))
		return TARIFF_E_TEXT;
	*ret_tariff = tariff;
	return 0;
}

int tariff_read_known(
	struct str text, struct str hash, struct arena *arena, struct tariff *ret_tariff)
{
	struct tariff tariff;
	int result = read_text(text, arena, &tariff);

	if (result != 0)
		return result;
	if (!str_eq(tariff.hash, hash))
		return TARIFF_E_TEXT;
	*ret_tariff = tariff;
	return 0;
}

/* The sum of exact parts, rounded once. */
static int round_sum(const int64_t *nano, size_t count, int digits, int64_t *ret_minor)
{
	__int128 sum = 0;
	int64_t minor;

	for (size_t i = 0; i < count; i++)
		sum += nano[i];
	if (sum > INT64_MAX)
		return TARIFF_E_OVERFLOW;
	minor = money_round((int64_t)sum, digits);
	if (minor > MONEY_MAX)
		return TARIFF_E_OVERFLOW;
	*ret_minor = minor;
	return 0;
}

/* One fee: exact per line, rounded once, spread back so that the lines sum to it. */
static int bill_fee(const int64_t *prices_e5, const struct usage *usage, size_t count, int digits,
	int64_t *nano, int64_t *ret_shares, int64_t *ret_minor)
{
	int result;

	for (size_t i = 0; i < count; i++)
		if (money_exact(usage[i].energy_dwh, prices_e5[usage[i].slot], &nano[i]) != 0)
			return TARIFF_E_OVERFLOW;
	result = round_sum(nano, count, digits, ret_minor);
	if (result == 0)
		money_spread(*ret_minor, nano, count, digits, ret_shares);
	return result;
}

/* The idle fee: seconds after the grace time, rounded half up, never above the cap. */
static int bill_idle(const struct tariff *tariff, int64_t idle_s, int digits, struct bill *bill)
{
	__int128 nano_minutes, unit = NANO_PER_UNIT;

	if (idle_s <= tariff->idle_grace_s)
		return 0;
	bill->idle_s = idle_s - tariff->idle_grace_s;
	for (int i = 0; i < digits; i++)
		unit /= 10;
	unit *= SECONDS_PER_MINUTE;
	nano_minutes = (__int128)tariff->idle_e5 * NANO_PER_E5 * bill->idle_s;
	nano_minutes = (nano_minutes + unit / 2) / unit;
	if (tariff->idle_cap_minor > 0 && nano_minutes > tariff->idle_cap_minor)
		nano_minutes = tariff->idle_cap_minor;
	if (nano_minutes > MONEY_MAX)
		return TARIFF_E_OVERFLOW;
	bill->idle_minor = (int64_t)nano_minutes;
	return 0;
}

/* The tax inside an amount: gross x rate / (1 + rate), half up. */
static int64_t tax_in(int64_t minor, int64_t vat_bp)
{
	__int128 rate = TARIFF_VAT_MAX_BP + vat_bp;

	return (int64_t)(((__int128)minor * vat_bp + rate / 2) / rate);
}

static int bill_total(const struct tariff *tariff, struct bill *bill)
{
	bill->total_minor = bill->energy_minor + bill->service_minor + bill->idle_minor;
	if (bill->total_minor > MONEY_MAX)
		return TARIFF_E_OVERFLOW;
	bill->vat_minor = tax_in(bill->total_minor, tariff->vat_bp);
	return 0;
}

static int check_usage(const struct usage *usage, size_t usage_len, int64_t *energy_dwh)
{
	for (size_t i = 0; i < usage_len; i++) {
		if (usage[i].slot < 0 || usage[i].slot >= LIMIT_TARIFF_SLOTS ||
			usage[i].energy_dwh < 0)
			return TARIFF_E_USAGE;
		if (__builtin_add_overflow(*energy_dwh, usage[i].energy_dwh, energy_dwh))
			return TARIFF_E_OVERFLOW;
	}
	return 0;
}

static void fill_lines(const struct tariff *tariff, const struct usage *usage,
	const int64_t *energy, const int64_t *service, struct bill *bill)
{
	for (size_t i = 0; i < bill->lines_len; i++)
		bill->lines[i] = (struct bill_line){
			.start_us = usage[i].start_us,
			.slot = usage[i].slot,
			.energy_dwh = usage[i].energy_dwh,
			.energy_e5 = tariff->energy_e5[usage[i].slot],
			.service_e5 = tariff->service_e5[usage[i].slot],
			.energy_minor = energy[i],
			.service_minor = service[i],
			.estimated = usage[i].estimated,
		};
}

int tariff_bill(const struct tariff *tariff, const struct usage *usage, size_t usage_len,
	int64_t idle_s, struct arena *arena, struct bill *ret_bill)
{
	struct bill bill = {.lines_len = usage_len};
	int digits = currency_digits(tariff->currency);
	int64_t *nano = ARENA_ARRAY(arena, int64_t, usage_len + 1);
	int64_t *energy = ARENA_ARRAY(arena, int64_t, usage_len + 1);
	int64_t *service = ARENA_ARRAY(arena, int64_t, usage_len + 1);
	int result;

	ASSERT(digits >= 0);
	bill.lines = ARENA_ARRAY(arena, struct bill_line, usage_len + 1);
	if (nano == NULL || energy == NULL || service == NULL || bill.lines == NULL)
		return FAULT(FAULT_NOMEM, "no room for a bill of %zu lines", usage_len);
	result = check_usage(usage, usage_len, &bill.energy_dwh);
	if (result == 0)
		result = bill_fee(tariff->energy_e5, usage, usage_len, digits, nano, energy,
			&bill.energy_minor);
	if (result == 0)
		result = bill_fee(tariff->service_e5, usage, usage_len, digits, nano, service,
			&bill.service_minor);
	if (result == 0)
		result = bill_idle(tariff, idle_s, digits, &bill);
	if (result == 0)
		result = bill_total(tariff, &bill);
	if (result != 0)
		return result;
	fill_lines(tariff, usage, energy, service, &bill);
	*ret_bill = bill;
	return 0;
}

int tariff_credit(const struct tariff *tariff, const struct usage *back, size_t back_len,
	struct arena *arena, struct bill *bill)
{
	struct bill credited = *bill;
	int digits = currency_digits(tariff->currency);
	int64_t *nano = ARENA_ARRAY(arena, int64_t, back_len + 1);
	int64_t *shares = ARENA_ARRAY(arena, int64_t, back_len + 1);
	int result;

	ASSERT(digits >= 0);
	credited.back_len = back_len;
	credited.back_dwh = 0;
	credited.back = ARENA_ARRAY(arena, struct back_line, back_len + 1);
	if (nano == NULL || shares == NULL || credited.back == NULL)
		return FAULT(FAULT_NOMEM, "no room for a credit of %zu lines", back_len);
	result = check_usage(back, back_len, &credited.back_dwh);
	if (result == 0)
		result = bill_fee(tariff->back_e5, back, back_len, digits, nano, shares,
			&credited.credit_minor);
	if (result != 0)
		return result;
	for (size_t i = 0; i < back_len; i++)
		credited.back[i] =
			(struct back_line){back[i].start_us, back[i].slot, back[i].energy_dwh,
				tariff->back_e5[back[i].slot], shares[i], back[i].estimated};
	credited.credit_vat_minor = tax_in(credited.credit_minor, tariff->back_vat_bp);
	*bill = credited;
	return 0;
}

int64_t tariff_due(int64_t total_minor, int64_t credit_minor)
{
	return total_minor > credit_minor ? total_minor - credit_minor : 0;
}

int64_t tariff_over(int64_t total_minor, int64_t credit_minor)
{
	return tariff_due(credit_minor, total_minor);
}

int tariff_exact_e5(const struct tariff *tariff, const struct usage *usage, size_t usage_len,
	int64_t idle_s, int64_t *ret_e5)
{
	int digits = currency_digits(tariff->currency);
	const __int128 unit = (__int128)NANO_PER_E5 * SECONDS_PER_MINUTE; /* of sum and idle */
	__int128 sum = 0, idle = 0, cap = tariff->idle_cap_minor;

	ASSERT(digits >= 0);
	for (size_t i = 0; i < usage_len; i++) {
		if (usage[i].slot < 0 || usage[i].slot >= LIMIT_TARIFF_SLOTS ||
			usage[i].energy_dwh < 0)
			return TARIFF_E_USAGE;
		sum += (__int128)usage[i].energy_dwh * SECONDS_PER_MINUTE *
		       (tariff->energy_e5[usage[i].slot] + tariff->service_e5[usage[i].slot]);
	}
	if (idle_s > tariff->idle_grace_s)
		idle = (__int128)tariff->idle_e5 * NANO_PER_E5 * (idle_s - tariff->idle_grace_s);
	for (int i = digits; i < 5; i++)
		cap *= 10;
	cap *= unit;
	sum += cap > 0 && idle > cap ? cap : idle;
	sum = (sum + unit / 2) / unit;
	if (sum > INT64_MAX)
		return TARIFF_E_OVERFLOW;
	*ret_e5 = (int64_t)sum;
	return 0;
}

bool tariff_agrees(struct str currency, int64_t theirs_e5, int64_t bill_minor, int64_t exact_e5)
{
	int digits = currency_digits(currency);
	int64_t minor_e5 = 1,
		away = theirs_e5 > exact_e5 ? theirs_e5 - exact_e5 : exact_e5 - theirs_e5;

	for (int i = digits < 0 ? 2 : digits; i < 5; i++)
		minor_e5 *= 10;
	return theirs_e5 == bill_minor * minor_e5 || away <= minor_e5 / 2;
}

int64_t tariff_energy_for(const struct tariff *tariff, int slot, int64_t amount_minor)
{
	int64_t price_e5, nano = amount_minor;
	int digits = currency_digits(tariff->currency);

	ASSERT(slot >= 0 && slot < LIMIT_TARIFF_SLOTS && digits >= 0);
	price_e5 = tariff->energy_e5[slot] + tariff->service_e5[slot];
	if (price_e5 == 0)
		return -1;
	for (; digits < 9; digits++)
		if (__builtin_mul_overflow(nano, INT64_C(10), &nano))
			return INT64_MAX / price_e5;
	return nano / price_e5;
}

int tariff_next_change(const struct tariff *tariff, int slot)
{
	int64_t now_e5;

	ASSERT(slot >= 0 && slot < LIMIT_TARIFF_SLOTS);
	now_e5 = tariff->energy_e5[slot] + tariff->service_e5[slot];
	for (int i = 1; i < LIMIT_TARIFF_SLOTS; i++) {
		int later = (slot + i) % LIMIT_TARIFF_SLOTS;

		if (tariff->energy_e5[later] + tariff->service_e5[later] != now_e5)
			return later;
	}
	return -1;
}
