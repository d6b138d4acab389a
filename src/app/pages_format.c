/* pages_format.c - numbers and times as people write them: a point or a comma, the currency before
 * or behind. */
#include "app/pages.h"
#include "base/clock.h"
#include "domain/money.h"

static bool german(struct str lang)
{
	return str_is(lang, "de");
}

static const char *symbol(struct str currency)
{
	static const struct {
		const char *code, *symbol;
	} symbols[] = {
		{"CNY", "\xC2\xA5"},
		{"EUR", "\xE2\x82\xAC"},
		{"USD", "$"},
		{"GBP", "\xC2\xA3"},
	};

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (str_is(currency, symbols[i].code))
			return symbols[i].symbol;
	}
	return NULL;
}

/* Puts the decimal sign of the language into a plain decimal number. */
static struct str localised(struct arena *arena, struct str lang, const struct buf *number)
{
	char *text = arena_copy(arena, number->ptr, number->len);

	for (size_t i = 0; text && german(lang) && i < number->len; i++) {
		if (text[i] == '.')
			text[i] = ',';
	}
	return (struct str){text, text ? number->len : 0};
}

static struct str with_currency(
	struct arena *arena, struct str lang, struct str number, struct str currency)
{
	const char *sign = symbol(currency);
	bool minus = number.len && number.ptr[0] == '-';

	if (german(lang))
		return str_format(arena, "%.*s\xC2\xA0%.*s", STR_FMT(number),
			STR_FMT(sign ? str_from(sign) : currency));
	if (!sign)
		return str_format(arena, "%.*s\xC2\xA0%.*s", STR_FMT(currency), STR_FMT(number));
	return str_format(arena, "%s%s%.*s", minus ? "-" : "", sign,
		STR_FMT(str_slice(number, minus ? 1 : 0, number.len)));
}

struct str format_money(struct arena *arena, struct str lang, int64_t minor, struct str currency)
{
	struct buf number;

	buf_init(&number, arena, 64);
	money_write(&number, minor, currency);
	return with_currency(arena, lang, localised(arena, lang, &number), currency);
}

struct str format_price(struct arena *arena, struct str lang, int64_t e5, struct str currency)
{
	int digits = currency_digits(currency);
	struct buf number;

	buf_init(&number, arena, 64);
	buf_put_fixed(&number, e5, PRICE_SCALE);
	for (int scale = PRICE_SCALE;
		scale > (digits < 0 ? 2 : digits) && number.ptr[number.len - 1] == '0'; scale--)
		number.len--;
	if (number.len && number.ptr[number.len - 1] == '.')
		number.len--;
	return with_currency(arena, lang, localised(arena, lang, &number), currency);
}

/* A fixed-point number cut to fewer digits, half away from zero. */
static struct str rounded(
	struct arena *arena, struct str lang, int64_t value, int64_t divisor, int scale)
{
	struct buf number;

	buf_init(&number, arena, 64);
	buf_put_fixed(&number, (value + (value < 0 ? -divisor : divisor) / 2) / divisor, scale);
	return localised(arena, lang, &number);
}

struct str format_kwh(struct arena *arena, struct str lang, int64_t dwh)
{
	return rounded(arena, lang, dwh, 100, 2);
}

struct str format_billed(struct arena *arena, struct str lang, int64_t dwh)
{
	return rounded(arena, lang, dwh, 1, 4);
}

struct str format_kw(struct arena *arena, struct str lang, int64_t w)
{
	return rounded(arena, lang, w, 100, 1);
}

struct str format_distance(struct arena *arena, struct str lang, int64_t metres)
{
	if (metres < 1000)
		return str_format(arena, "%lld\xC2\xA0m", (long long)((metres + 5) / 10 * 10));
	if (metres >= 10000)
		return str_format(arena, "%lld\xC2\xA0km", (long long)((metres + 500) / 1000));
	return str_format(arena, "%.*s\xC2\xA0km", STR_FMT(rounded(arena, lang, metres, 100, 1)));
}

struct str format_percent(struct arena *arena, struct str lang, int64_t bp)
{
	struct buf number;

	buf_init(&number, arena, 64);
	buf_put_fixed(&number, bp, 2);
	while (number.len && number.ptr[number.len - 1] == '0')
		number.len--;
	if (number.len && number.ptr[number.len - 1] == '.')
		number.len--;
	return str_format(arena, "%.*s\xC2\xA0%%", STR_FMT(localised(arena, lang, &number)));
}

struct str format_clock(struct arena *arena, struct str zone, int64_t at_us)
{
	struct civil civil;

	if (!zone_civil(zone, at_us, &civil) && !zone_civil(STR("UTC"), at_us, &civil))
		return STR("");
	return str_format(arena, "%02d:%02d", civil.hour, civil.minute);
}

struct str format_date(struct arena *arena, struct str lang, struct str zone, int64_t at_us)
{
	struct civil civil;

	if (!zone_civil(zone, at_us, &civil) && !zone_civil(STR("UTC"), at_us, &civil))
		return STR("");
	if (german(lang))
		return str_format(arena, "%02d.%02d.%04d %02d:%02d", civil.day, civil.month,
			civil.year, civil.hour, civil.minute);
	return str_format(arena, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day,
		civil.hour, civil.minute);
}

struct str format_slot(struct arena *arena, int slot)
{
	return str_format(arena, "%02d:%02d", slot / 2, slot % 2 * 30);
}

struct str format_duration(struct arena *arena, int64_t us)
{
	int64_t minutes = us / US_PER_MIN;

	return str_format(
		arena, "%lld:%02lld", (long long)(minutes / 60), (long long)(minutes % 60));
}

struct str format_tel(struct arena *arena, struct str phone)
{
	struct buf digits;

	buf_init(&digits, arena, 65);
	for (size_t i = 0; i < phone.len && i < 64; i++) {
		if ((phone.ptr[i] >= '0' && phone.ptr[i] <= '9') || phone.ptr[i] == '+')
			buf_put_char(&digits, phone.ptr[i]);
	}
	return buf_str(&digits);
}
