/* web.c - codes of the screen and payments on the web (see web.h). */
#include "pile/web.h"

#include "base/totp.h"

#define WEB_URL_MAX 512

static bool web_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

static void web_put(struct buf *url, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (web_plain(text.ptr[i]))
			buf_put_char(url, text.ptr[i]);
		else
			buf_format(url, "%%%02X", (unsigned char)text.ptr[i]);
	}
}

/* Names of variables are the standard's, their case counts for nothing. */
static void web_fill(
	struct buf *url, const struct pile *pile, struct str name, int64_t outlet, struct str code)
{
	if (str_eq_nocase(name, STR("chargingstationid")))
		web_put(url, pile->config.name);
	else if (str_eq_nocase(name, STR("evse")))
		buf_format(url, "%lld", (long long)outlet);
	else if (str_eq_nocase(name, STR("totp")))
		buf_put_str(url, code);
	else if (str_eq_nocase(name, STR("version")))
		buf_put_str(url, STR(TOTP_VERSION));
}

struct str web_code(const struct pile *pile, int64_t outlet, struct arena *arena)
{
	const struct keys *keys = &pile->keys;
	struct str rest = str_from(keys->web_template), secret = str_from(keys->web_secret);
	char code[TOTP_LEN_MAX + 1];
	struct buf url;

	/* whoever charges needs none to find the own charge */
	if (pile->outlets[outlet - 1].tx || !pile->link.accepted ||
		!keys->values[KEY_WEB_ENABLED] || !rest.len || !secret.len)
		return STR_NULL;
	totp_write(secret, totp_step(pile->now_us, keys->values[KEY_WEB_VALID]),
		(size_t)keys->values[KEY_WEB_LENGTH], code);
	buf_init(&url, arena, WEB_URL_MAX);
	while (rest.len > 0) {
		size_t before = rest.len;
		struct str text = str_cut(&rest, '{');
		buf_put_str(&url, text);
		if (text.len < before)
			web_fill(&url, pile, str_cut(&rest, '}'), outlet, str_from(code));
	}
	return url.failed ? STR_NULL : buf_str(&url);
}

void web_paying(struct pile *pile, struct outlet *outlet, int64_t seconds)
{
	outlet->paying_until_us = seconds > 0 ? pile->ticks_us + seconds * US_PER_S : 0;
}

bool web_keeps(const struct pile *pile, const struct outlet *outlet)
{
	return outlet->paying_until_us > pile->ticks_us;
}
