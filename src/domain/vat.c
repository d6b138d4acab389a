/* vat.c - VAT numbers: shapes in a table, check digits by country. In a shape 9 is a digit, A a
 * letter, X either, other characters themselves. */
#include "domain/vat.h"

#define DIGITS_MAX 12

struct vat_number {
	const char *text; /* behind the country */
	int digits[DIGITS_MAX];
	size_t len;
};

static int at(const struct vat_number *number, size_t i)
{
	return number->digits[i];
}

static int weighted(const struct vat_number *number, const int *weights, size_t len)
{
	int sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += at(number, i) * weights[i];
	return sum;
}

/* Digits from..to as one number. */
static int64_t value(const struct vat_number *number, size_t from, size_t to)
{
	int64_t sum = 0;

	for (size_t i = from; i < to; i++)
		sum = sum * 10 + at(number, i);
	return sum;
}

static bool luhn(const struct vat_number *number, size_t from, size_t to)
{
	int sum = 0;

	for (size_t i = from; i < to; i++) {
		int digit = at(number, i);

		if ((to - 1 - i) % 2 == 1)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

/* ISO 7064, MOD 11,10. */
static bool iso7064(const struct vat_number *number)
{
	int product = 10;

	for (size_t i = 0; i + 1 < number->len; i++) {
		int sum = (at(number, i) + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (11 - product) % 10 == at(number, number->len - 1);
}

#define WEIGHTED(...) \
	weighted(number, (const int[]){__VA_ARGS__}, \
		sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static bool check_at(const struct vat_number *number)
{
	int sum = 4;

	for (size_t i = 1; i < 8; i++) {
		int digit = at(number, i);

		sum += i % 2 == 0 ? digit / 5 + digit * 2 % 10 : digit;
	}
	return (10 - sum % 10) % 10 == at(number, 8);
}

static bool check_be(const struct vat_number *number)
{
	return 97 - value(number, 0, 8) % 97 == value(number, 8, 10);
}

static bool check_bg(const struct vat_number *number)
{
	int sum = WEIGHTED(1, 2, 3, 4, 5, 6, 7, 8) % 11;

	if (sum == 10)
		sum = WEIGHTED(3, 4, 5, 6, 7, 8, 9, 10) % 11 % 10;
	return sum == at(number, 8);
}

static bool check_cy(const struct vat_number *number)
{
	static const int odd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
	int sum = 0;

	for (size_t i = 0; i < 8; i++)
		sum += i % 2 == 0 ? odd[at(number, i)] : at(number, i);
	return number->text[8] == 'A' + sum % 26;
}

static bool check_cz(const struct vat_number *number)
{
	return (11 - WEIGHTED(8, 7, 6, 5, 4, 3, 2) % 11) % 10 == at(number, 7);
}

static bool check_dk(const struct vat_number *number)
{
	return WEIGHTED(2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
}

static bool check_ee(const struct vat_number *number)
{
	return (10 - WEIGHTED(3, 7, 1, 3, 7, 1, 3, 7) % 10) % 10 == at(number, 8);
}

static bool check_el(const struct vat_number *number)
{
	return WEIGHTED(256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10 == at(number, 8);
}

/* A person: the letter of the number (X, Y and Z are 0, 1 and 2). A company: Luhn's digit over the
 * seven in the middle, as a digit or as a letter. */
static bool check_es(const struct vat_number *number)
{
	char first = number->text[0], last = number->text[8];
	int64_t middle = value(number, 1, 8);
	int sum = 0, check;

	if (first >= '0' && first <= '9')
		return last == "TRWAGMYFPDXBNJZSQVHLCKE"[value(number, 0, 8) % 23];
	if (first >= 'X' && first <= 'Z')
		return last == "TRWAGMYFPDXBNJZSQVHLCKE"[((first - 'X') * 10000000 + middle) % 23];
	for (size_t i = 1; i < 8; i++) {
		int digit = at(number, i);

		sum += i % 2 == 1 ? digit / 5 + digit * 2 % 10 : digit;
	}
	check = (10 - sum % 10) % 10;
	return last == '0' + check || last == "JABCDEFGHI"[check];
}

static bool check_fi(const struct vat_number *number)
{
	int rest = WEIGHTED(7, 9, 10, 5, 8, 4, 2) % 11;

	return rest != 1 && (rest == 0 ? 0 : 11 - rest) == at(number, 7);
}

/* A key of two digits counts; newer keys with letters have no public rule. */
static bool check_fr(const struct vat_number *number)
{
	if (number->text[0] > '9' || number->text[1] > '9')
		return number->text[0] != 'O' && number->text[0] != 'I' && number->text[1] != 'O' &&
		       number->text[1] != 'I';
	return (12 + 3 * (value(number, 2, 11) % 97)) % 97 == value(number, 0, 2);
}

static bool check_hu(const struct vat_number *number)
{
	return (10 - WEIGHTED(9, 7, 3, 1, 9, 7, 3) % 10) % 10 == at(number, 7);
}

static bool check_ie(const struct vat_number *number)
{
	int sum = WEIGHTED(8, 7, 6, 5, 4, 3, 2);

	if (number->len == 9 && number->text[8] != 'W')
		sum += 9 * (number->text[8] - 'A' + 1);
	return number->text[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

static bool check_it(const struct vat_number *number)
{
	return luhn(number, 0, 11);
}

static bool check_lt(const struct vat_number *number)
{
	size_t last = number->len - 1;
	int sum = 0, second = 0;

	for (size_t i = 0; i < last; i++) {
		sum += at(number, i) * ((int)(i % 9) + 1);
		second += at(number, i) * ((int)((i + 2) % 9) + 1);
	}
	if (sum % 11 == 10)
		sum = second % 11 % 10;
	return sum % 11 == at(number, last);
}

static bool check_lu(const struct vat_number *number)
{
	return value(number, 0, 6) % 89 == value(number, 6, 8);
}

/* Companies begin with 4 or more; a person's number is a birthday. */
static bool check_lv(const struct vat_number *number)
{
	int rest = WEIGHTED(9, 1, 4, 8, 3, 10, 2, 5, 7, 6) % 11;

	if (at(number, 0) < 4)
		return value(number, 0, 2) >= 1 && value(number, 0, 2) <= 32;
	rest = rest < 4 ? 3 - rest : rest == 4 ? 10 : 14 - rest;
	return rest == at(number, 10);
}

static bool check_mt(const struct vat_number *number)
{
	return 37 - WEIGHTED(3, 4, 6, 7, 8, 9) % 37 == value(number, 6, 8);
}

/* Numbers of companies fit modulo 11; those of one-man firms, since 2020, modulo 97. */
static bool check_nl(const struct vat_number *number)
{
	int rest = WEIGHTED(9, 8, 7, 6, 5, 4, 3, 2) % 11;
	/* "NL" is 2321, the letter B 11, before the last two digits */
	int64_t all = ((INT64_C(2321) * 1000000000 + value(number, 0, 9)) % 97 * 10000 + 1100 +
			      value(number, 10, 12)) %
		      97;

	return rest == at(number, 8) || all == 1;
}

static bool check_pl(const struct vat_number *number)
{
	return WEIGHTED(6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == at(number, 9);
}

static bool check_pt(const struct vat_number *number)
{
	int check = 11 - WEIGHTED(9, 8, 7, 6, 5, 4, 3, 2) % 11;

	return (check > 9 ? 0 : check) == at(number, 8);
}

static bool check_ro(const struct vat_number *number)
{
	static const int weights[] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
	size_t last = number->len - 1;
	int sum = 0;

	for (size_t i = 0; i < last; i++)
		sum += at(number, i) * weights[9 - last + i];
	return sum * 10 % 11 % 10 == at(number, last);
}

static bool check_se(const struct vat_number *number)
{
	return luhn(number, 0, 10) && value(number, 10, 12) >= 1 && value(number, 10, 12) <= 94;
}

static bool check_si(const struct vat_number *number)
{
	int check = 11 - WEIGHTED(8, 7, 6, 5, 4, 3, 2) % 11;

	return at(number, 0) != 0 && check != 11 && check % 10 == at(number, 7);
}

static bool check_sk(const struct vat_number *number)
{
	int third = at(number, 2);

	return at(number, 0) != 0 && (third == 2 || third == 3 || third == 4 || third >= 7) &&
	       value(number, 0, 10) % 11 == 0;
}

static bool check_xi(const struct vat_number *number)
{
	int64_t sum = WEIGHTED(8, 7, 6, 5, 4, 3, 2) + value(number, 7, 9);

	return sum % 97 == 0 || (sum + 55) % 97 == 0;
}

static const struct {
	const char *country, *shape;
	bool (*check)(const struct vat_number *number); /* NULL: by its shape alone */
} rows[] = {
	{"AT", "U99999999", check_at},
	{"BE", "9999999999", check_be},
	{"BG", "999999999", check_bg},
	{"BG", "9999999999", NULL},
	{"CY", "99999999A", check_cy},
	{"CZ", "99999999", check_cz},
	{"CZ", "999999999", NULL},
	{"CZ", "9999999999", NULL},
	{"DE", "999999999", iso7064},
	{"DK", "99999999", check_dk},
	{"EE", "999999999", check_ee},
	{"EL", "999999999", check_el},
	{"ES", "X9999999X", check_es},
	{"FI", "99999999", check_fi},
	{"FR", "XX999999999", check_fr},
	{"HR", "99999999999", iso7064},
	{"HU", "99999999", check_hu},
	{"IE", "9999999A", check_ie},
	{"IE", "9999999AA", check_ie},
	{"IE", "9A99999A", NULL},
	{"IT", "99999999999", check_it},
	{"LT", "999999999", check_lt},
	{"LT", "999999999999", check_lt},
	{"LU", "99999999", check_lu},
	{"LV", "99999999999", check_lv},
	{"MT", "99999999", check_mt},
	{"NL", "999999999B99", check_nl},
	{"PL", "9999999999", check_pl},
	{"PT", "999999999", check_pt},
	{"RO", "99", check_ro},
	{"RO", "999", check_ro},
	{"RO", "9999", check_ro},
	{"RO", "99999", check_ro},
	{"RO", "999999", check_ro},
	{"RO", "9999999", check_ro},
	{"RO", "99999999", check_ro},
	{"RO", "999999999", check_ro},
	{"RO", "9999999999", check_ro},
	{"SE", "999999999999", check_se},
	{"SI", "99999999", check_si},
	{"SK", "9999999999", check_sk},
	{"XI", "999999999", check_xi},
	{"XI", "999999999999", check_xi},
};

struct str vat_normal(struct arena *arena, struct str number)
{
	struct buf buf;

	buf_init(&buf, arena, number.len + 1);
	for (size_t i = 0; i < number.len; i++) {
		char c = number.ptr[i];

		if (c == ' ' || c == '.' || c == '-')
			continue;
		buf_put_char(&buf, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return buf_str(&buf);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool fits(const char *shape, struct str text)
{
	if (str_from(shape).len != text.len)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool fine = shape[i] == '9'   ? is_digit(c)
			    : shape[i] == 'A' ? is_letter(c)
			    : shape[i] == 'X' ? is_digit(c) || is_letter(c)
					      : c == shape[i];

		if (!fine)
			return false;
	}
	return true;
}

int vat_check(struct str number)
{
	struct str country = str_slice(number, 0, 2);
	struct str text = str_slice(number, 2, number.len);
	struct vat_number parts = {.text = text.ptr, .len = text.len};
	int outcome = VAT_E_COUNTRY;

	for (size_t i = 0; i < text.len && i < DIGITS_MAX; i++)
		parts.digits[i] = is_digit(text.ptr[i]) ? text.ptr[i] - '0' : 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_is(country, rows[i].country))
			continue;
		if (!fits(rows[i].shape, text)) {
			outcome = outcome == VAT_E_COUNTRY ? VAT_E_FORMAT : outcome;
			continue;
		}
		return !rows[i].check || rows[i].check(&parts) ? 0 : VAT_E_CHECKSUM;
	}
	return outcome;
}

const char *vat_word(int outcome)
{
	static const char *const words[] = {
		"", "UnknownCountry", "InvalidFormat", "InvalidChecksum"};

	return outcome >= 0 && outcome <= VAT_E_CHECKSUM ? words[outcome] : "";
}
