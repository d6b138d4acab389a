/* pricetext.c - a price in words, as piles show it. */
#include "app/pricetext.h"

#include "app/api_text.h"
#include "app/pages.h"
#include "domain/money.h"

static struct str word(struct arena *arena, struct str lang, const char *word)
{
	return text_join(lang, arena, "pricetext.", str_from(word), "", NULL);
}

static int64_t price_of(const struct tariff *tariff, int slot)
{
	return tariff->energy_e5[slot] + tariff->service_e5[slot];
}

static void put_energy(
	struct buf *buf, struct arena *arena, struct str lang, const struct tariff *tariff)
{
	bool flat = tariff_next_change(tariff, 0) < 0;

	for (int slot = 0; slot < LIMIT_TARIFF_SLOTS; slot++) {
		if (slot > 0 && price_of(tariff, slot) == price_of(tariff, slot - 1))
			continue;
		if (slot > 0)
			buf_put_str(buf, STR(", "));
		if (!flat) {
			buf_put_str(buf, format_slot(arena, slot));
			buf_put_char(buf, ' ');
		}
		buf_put_str(
			buf, format_price(arena, lang, price_of(tariff, slot), tariff->currency));
	}
	buf_put_char(buf, ' ');
	buf_put_str(buf, word(arena, lang, "kwh"));
}

static void put_idle(
	struct buf *buf, struct arena *arena, struct str lang, const struct tariff *tariff)
{
	buf_put_str(buf, STR(". "));
	buf_put_str(buf, word(arena, lang, "idle"));
	buf_put_char(buf, ' ');
	buf_put_str(buf, format_price(arena, lang, tariff->idle_e5, tariff->currency));
	buf_put_char(buf, ' ');
	buf_put_str(buf, word(arena, lang, "minute"));
	if (tariff->idle_grace_s > 0)
		buf_format(buf, ", %.*s %lld min", STR_FMT(word(arena, lang, "after")),
			(long long)(tariff->idle_grace_s + 59) / 60);
	if (tariff->idle_cap_minor > 0)
		buf_format(buf, ", %.*s %.*s", STR_FMT(word(arena, lang, "most")),
			STR_FMT(format_money(
				arena, lang, tariff->idle_cap_minor, tariff->currency)));
}

struct str pricetext(struct arena *arena, struct str lang, const struct tariff *tariff)
{
	struct buf buf;

	buf_init(&buf, arena, 8192);
	put_energy(&buf, arena, lang, tariff);
	if (tariff->idle_e5 > 0)
		put_idle(&buf, arena, lang, tariff);
	return buf_str(&buf).len > PRICETEXT_MAX
		       ? str_utf8_cut(str_slice(buf_str(&buf), 0, PRICETEXT_MAX), PRICETEXT_MAX)
		       : buf_str(&buf);
}
