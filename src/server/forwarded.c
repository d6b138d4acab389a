/* forwarded.c - who asks, when a proxy of ours stands between (see forwarded.h). */
#include "server/forwarded.h"

#include <arpa/inet.h>
#include <string.h>

/* An address as 16 bytes; one of IPv4 in the mapped form, so that both families are compared the
 * same way. */
struct address {
	uint8_t bytes[16];
};

static bool parse_text(struct str text, struct address *ret, bool *ret_v4)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	char name[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(name))
		return false;
	memcpy(name, text.ptr, text.len);
	name[text.len] = '\0';
	*ret_v4 = inet_pton(AF_INET, name, ret->bytes + 12) == 1;
	if (*ret_v4)
		memcpy(ret->bytes, mapped, sizeof(mapped));
	return *ret_v4 || inet_pton(AF_INET6, name, ret->bytes) == 1;
}

/* The address of "1.2.3.4:80", "[::1]:80", "1.2.3.4", "[::1]" or "::1". */
static struct str host_of(struct str text)
{
	size_t colon = 0, colons = 0;

	if (text.len > 0 && text.ptr[0] == '[') {
		struct str inside = str_slice(text, 1, text.len);

		return str_cut(&inside, ']');
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ':') {
			colon = i;
			colons++;
		}
	}
	return colons == 1 ? str_slice(text, 0, colon) : text;
}

struct rule {
	struct address address;
	int bits;
};

static bool parse_rule(struct str text, struct rule *ret)
{
	struct str host = str_cut(&text, '/');
	int64_t bits;
	bool v4;

	if (!parse_text(str_trim(host), &ret->address, &v4))
		return false;
	ret->bits = 128;
	if (text.len == 0)
		return true;
	if (!str_to_i64(str_trim(text), &bits) || bits < 0 || bits > (v4 ? 32 : 128))
		return false;
	ret->bits = (int)bits + (v4 ? 96 : 0);
	return true;
}

static bool matches(const struct rule *rule, const struct address *address)
{
	int whole = rule->bits / 8, rest = rule->bits % 8;

	if (memcmp(rule->address.bytes, address->bytes, (size_t)whole) != 0)
		return false;
	return rest == 0 || (rule->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

static bool is_trusted(struct str trusted, const struct address *address)
{
	while (trusted.len > 0) {
		struct rule rule;

		if (parse_rule(str_trim(str_cut(&trusted, ',')), &rule) && matches(&rule, address))
			return true;
	}
	return false;
}

bool forwarded_rules_ok(struct str trusted)
{
	size_t count = 0;

	while (trusted.len > 0) {
		struct rule rule;

		if (++count > FORWARDED_RULES_MAX ||
			!parse_rule(str_trim(str_cut(&trusted, ',')), &rule))
			return false;
	}
	return true;
}

/* Takes what stands behind the last comma. */
static struct str cut_last(struct str *list)
{
	size_t at = list->len;
	struct str last;

	while (at > 0 && list->ptr[at - 1] != ',')
		at--;
	last = str_slice(*list, at, list->len);
	*list = str_slice(*list, 0, at > 0 ? at - 1 : 0);
	return str_trim(last);
}

static struct str with_port(struct arena *arena, struct str host)
{
	return str_format(
		arena, memchr(host.ptr, ':', host.len) ? "[%.*s]:0" : "%.*s:0", STR_FMT(host));
}

struct str forwarded_remote(
	struct arena *arena, struct str trusted, const struct http_head *head, struct str remote)
{
	struct str found = remote, name = STR("X-Forwarded-For");
	struct address address;
	bool v4;

	if (trusted.len == 0 || !parse_text(host_of(remote), &address, &v4))
		return remote;
	/* The header that came last is the nearest proxy's, whatever the caller wrote before. */
	for (size_t i = head->headers_len; i > 0; i--) {
		struct str list = head->headers[i - 1].value;

		if (!str_eq_nocase(head->headers[i - 1].name, name))
			continue;
		while (list.len > 0) {
			struct str host;

			if (!is_trusted(trusted, &address))
				return found;
			host = host_of(cut_last(&list));
			if (!parse_text(host, &address, &v4))
				return found;
			found = with_port(arena, host);
		}
	}
	return found;
}
