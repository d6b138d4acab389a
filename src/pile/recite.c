/* recite.c - the grammar of numbers in three languages (see recite.h). */
#include "pile/recite.h"

#include "base/fault.h"

/* How a unit is said of one and of more, and what "one" is before it in German. */
static const struct {
	const char *one, *more;
	const char *german_one;
} recite_units[RECITE_UNITS] = {
	[RECITE_KILOWATTS] = {"kilowatt", "kilowatts", "ein"},
	[RECITE_KILOWATT_HOURS] = {"kilowatt-hour", "kilowatt-hours", "eine"},
	[RECITE_MINUTES] = {"minute", "minutes", "eine"},
	[RECITE_YUAN] = {"yuan", "yuan", "ein"},
	[RECITE_JIAO] = {"jiao", "jiao", "ein"},
	[RECITE_FEN] = {"fen", "fen", "ein"},
	[RECITE_EUROS] = {"euro", "euros", "ein"},
	[RECITE_EURO_CENTS] = {"cent", "cents", "ein"},
	[RECITE_DOLLARS] = {"dollar", "dollars", "ein"},
	[RECITE_DOLLAR_CENTS] = {"cent", "cents", "ein"},
};

static const struct recite_money_row {
	const char *currency;
	enum recite_unit major, minor;
} recite_moneys[] = {{"CNY", RECITE_YUAN, RECITE_FEN}, {"EUR", RECITE_EUROS, RECITE_EURO_CENTS},
	{"USD", RECITE_DOLLARS, RECITE_DOLLAR_CENTS}};

/* Words of their own up to twenty, then the tens. */
static const char *const recite_small[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
	"11", "12", "13", "14", "15", "16", "17", "18", "19", "20"};
static const char *const recite_tens[] = {"", "10", "20", "30", "40", "50", "60", "70", "80", "90"};

void recite_part(struct recite *recite, const char *part)
{
	if (recite->len == RECITE_MOST)
		recite->failed = true;
	else
		recite->parts[recite->len++] = part;
}

/* ---- Chinese: digit and place by turns, one 零 for any gap, no 一 before a leading 十 ---- */

static void recite_zh_places(struct recite *recite, int64_t number, bool leading)
{
	static const struct {
		int64_t worth;
		const char *name;
	} places[] = {{1000, "1000"}, {100, "100"}, {10, "10"}, {1, NULL}};
	bool gap = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int64_t digit = number / places[i].worth % 10;
		if (digit == 0) {
			gap = true;
			continue;
		}
		if (gap && !leading)
			recite_part(recite, "0");
		if (digit == 2 && places[i].worth == 1000)
			recite_part(recite, "two"); /* 两千, but 二百 and 二十 */
		else if (!(leading && digit == 1 && places[i].worth == 10))
			recite_part(recite, recite_small[digit]);
		if (places[i].name)
			recite_part(recite, places[i].name);
		leading = gap = false;
	}
}

static void recite_zh(struct recite *recite, int64_t number)
{
	int64_t myriads = number / 10000;

	if (myriads == 2)
		recite_part(recite, "two");
	else if (myriads)
		recite_zh_places(recite, myriads, true);
	if (myriads)
		recite_part(recite, "10000");
	if (number % 10000)
		recite_zh_places(recite, number % 10000, myriads == 0);
	if (number == 0)
		recite_part(recite, "0");
}

/* ---- English and German: hundreds, then what is below ---- */

static void recite_en(struct recite *recite, int64_t number)
{
	if (number >= 1000) {
		recite_en(recite, number / 1000);
		recite_part(recite, "1000");
		number %= 1000;
		if (number == 0)
			return;
	}
	if (number >= 100) {
		recite_part(recite, recite_small[number / 100]);
		recite_part(recite, "100");
		number %= 100;
		if (number == 0)
			return;
	}
	if (number > 20) {
		recite_part(recite, recite_tens[number / 10]);
		number %= 10;
		if (number == 0)
			return;
	}
	recite_part(recite, recite_small[number]);
}

/* einhundert, tausend-eins, ein-und-zwanzig: "one" joined to a word is "ein". */
static void recite_de(struct recite *recite, int64_t number)
{
	if (number >= 1000) {
		if (number / 1000 == 1)
			recite_part(recite, "ein");
		else
			recite_de(recite, number / 1000);
		recite_part(recite, "1000");
		number %= 1000;
		if (number == 0)
			return;
	}
	if (number >= 100) {
		recite_part(recite, number / 100 == 1 ? "ein" : recite_small[number / 100]);
		recite_part(recite, "100");
		number %= 100;
		if (number == 0)
			return;
	}
	if (number > 20 && number % 10) {
		recite_part(recite, number % 10 == 1 ? "ein" : recite_small[number % 10]);
		recite_part(recite, "and");
	}
	recite_part(recite, number > 20 ? recite_tens[number / 10] : recite_small[number]);
}

/* ---- numbers with what they count ---- */

static void recite_number(struct recite *recite, enum recite_language language, int64_t number)
{
	static void (*const languages[])(struct recite *, int64_t) = {
		[RECITE_ZH] = recite_zh, [RECITE_EN] = recite_en, [RECITE_DE] = recite_de};

	if (number < 0 || number > RECITE_LARGEST)
		recite->failed = true;
	else
		languages[language](recite, number);
}

static void recite_whole(
	struct recite *recite, enum recite_language language, enum recite_unit unit, int64_t number)
{
	if (language == RECITE_ZH && number == 2)
		recite_part(recite, "two"); /* 两分钟 */
	else if (language == RECITE_DE && number == 1)
		recite_part(recite, recite_units[unit].german_one);
	else
		recite_number(recite, language, number);
	recite_part(recite, number == 1 ? recite_units[unit].one : recite_units[unit].more);
}

void recite_tenths(
	struct recite *recite, enum recite_language language, enum recite_unit unit, int64_t tenths)
{
	ASSERT(unit < RECITE_UNITS);
	if (tenths >= 0 && tenths % 10 == 0) {
		recite_whole(recite, language, unit, tenths / 10);
		return;
	}
	recite_number(recite, language, tenths / 10);
	recite_part(recite, "point");
	recite_number(recite, language, tenths % 10);
	recite_part(recite, recite_units[unit].more);
}

static const struct recite_money_row *recite_money_of(struct str currency)
{
	for (size_t i = 0; i < sizeof(recite_moneys) / sizeof(recite_moneys[0]); i++)
		if (str_is(currency, recite_moneys[i].currency))
			return &recite_moneys[i];
	return NULL;
}

bool recite_currency(struct str currency)
{
	return recite_money_of(currency) != NULL;
}

/* 十二元三角四分, 十二元零四分 */
static void recite_zh_small_money(struct recite *recite, int64_t minor, bool after)
{
	if (minor >= 10)
		recite_whole(recite, RECITE_ZH, RECITE_JIAO, minor / 10);
	else if (after)
		recite_part(recite, "0");
	if (minor % 10)
		recite_whole(recite, RECITE_ZH, RECITE_FEN, minor % 10);
}

void recite_money(
	struct recite *recite, enum recite_language language, struct str currency, int64_t minor)
{
	const struct recite_money_row *row = recite_money_of(currency);
	int64_t whole = minor / 100, rest = minor % 100;

	if (!row || minor < 0) {
		recite->failed = true;
		return;
	}
	if (whole || !rest)
		recite_whole(recite, language, row->major, whole);
	if (!rest)
		return;
	if (language == RECITE_ZH && row->major == RECITE_YUAN) {
		recite_zh_small_money(recite, rest, whole > 0);
		return;
	}
	if (whole && language != RECITE_ZH)
		recite_part(recite, "and");
	recite_whole(recite, language, row->minor, rest);
}
