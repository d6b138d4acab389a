/* money.c - exact products, one rounding, and shares that tie: the arithmetic under every bill. */
#include "domain/money.h"

#include "base/fault.h"

#define NANO_DIGITS 9

/* ISO 4217: the active currencies that do not have two digits, then those that do. */
static const char currencies_none[][4] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
	"PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
static const char currencies_three[][4] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
static const char currencies_two[][4] = {"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD",
	"AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP",
	"BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP",
	"DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ",
	"GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR",
	"KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK",
	"MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK",
	"NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR",
	"SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP",
	"SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS",
	"VES", "WST", "XCD", "YER", "ZAR", "ZMW"};

static bool currency_listed(struct str currency, const char (*list)[4], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(currency, list[i]))
			return true;
	return false;
}

#define LISTED(currency, list) currency_listed((currency), (list), sizeof(list) / sizeof((list)[0]))

int currency_digits(struct str currency)
{
	if (LISTED(currency, currencies_two))
		return 2;
	if (LISTED(currency, currencies_none))
		return 0;
	if (LISTED(currency, currencies_three))
		return 3;
	return -1;
}

static int64_t power_of_ten(int digits)
{
	int64_t power = 1;

	for (int i = 0; i < digits; i++)
		power *= 10;
	return power;
}

bool money_parse(struct str text, struct str currency, int64_t *ret_minor)
{
	int digits = currency_digits(currency);
	int64_t minor;

	if (digits < 0 || text.len == 0 || text.ptr[0] < '0' || text.ptr[0] > '9')
		return false;
	if (text.ptr[text.len - 1] == '.')
		return false;
	if (!str_to_fixed(text, digits, false, &minor) || minor < 0 || minor > MONEY_MAX)
		return false;
	*ret_minor = minor;
	return true;
}

void money_write_price(struct buf *buf, int64_t e5)
{
	int digits = 5;

	while (digits > 2 && e5 % 10 == 0) {
		e5 /= 10;
		digits--;
	}
	buf_put_fixed(buf, e5, digits);
}

void money_write(struct buf *buf, int64_t minor, struct str currency)
{
	int digits = currency_digits(currency);

	buf_put_fixed(buf, minor, digits < 0 ? 2 : digits);
}

int money_exact(int64_t energy_dwh, int64_t price_e5, int64_t *ret_nano)
{
	int64_t nano;

	if (__builtin_mul_overflow(energy_dwh, price_e5, &nano))
		return MONEY_E_OVERFLOW;
	*ret_nano = nano;
	return 0;
}

/* Division that rounds towards minus infinity; the rest is then never negative. */
static int64_t floor_div(int64_t value, int64_t by, int64_t *ret_rest)
{
	int64_t quotient = value / by;
	int64_t rest = value % by;

	if (rest < 0) {
		rest += by;
		quotient--;
	}
	*ret_rest = rest;
	return quotient;
}

int64_t money_round(int64_t nano, int digits)
{
	int64_t rest, unit;

	ASSERT(digits >= 0 && digits <= NANO_DIGITS);
	unit = power_of_ten(NANO_DIGITS - digits);
	nano = floor_div(nano, unit, &rest);
	/* Written so that no sum is formed which could overflow at the edges. */
	return rest >= unit - rest ? nano + 1 : nano;
}

void money_spread(
	int64_t total, const int64_t *exact_nano, size_t count, int digits, int64_t *ret_shares)
{
	int64_t unit, left = total;

	ASSERT(digits >= 0 && digits <= NANO_DIGITS);
	unit = power_of_ten(NANO_DIGITS - digits);
	for (size_t i = 0; i < count; i++) {
		int64_t rest;

		ret_shares[i] = floor_div(exact_nano[i], unit, &rest);
		left -= ret_shares[i];
	}
	/* A total which is the rounded sum of the parts leaves at most one unit per part. */
	ASSERT(left >= 0 && (uint64_t)left <= count);
	if (left == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		int64_t rest, other, rank = 0;

		(void)floor_div(exact_nano[i], unit, &rest);
		for (size_t j = 0; j < count && rank < left; j++) {
			(void)floor_div(exact_nano[j], unit, &other);
			rank += other > rest || (other == rest && j < i);
		}
		ret_shares[i] += rank < left;
	}
}
