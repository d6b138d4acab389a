/* vid.c - rules on vehicles' addresses (see vid.h). */
#include "domain/vid.h"

#include "base/crypt.h"

#define PREFIX_LEN 4 /* VID: or VIN: */
#define MAC_DIGITS 12
#define VIN_DIGITS 16

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

static char capital(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool begins(struct str tag, const char *prefix)
{
	return tag.len >= PREFIX_LEN &&
	       str_eq_nocase(str_slice(tag, 0, PREFIX_LEN), str_from(prefix));
}

bool vid_is(struct str tag)
{
	return begins(tag, "VID:") || begins(tag, "VIN:");
}

/* The digits of an address without what divides them; false when it is something else. */
static bool digits_of(struct str text, char ret[MAC_DIGITS])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = capital(text.ptr[i]);

		if (c == ':' || c == '-' || c == '.')
			continue;
		if (!is_hex(c) || len == MAC_DIGITS)
			return false;
		ret[len++] = c;
	}
	return len == MAC_DIGITS;
}

struct str vid_normal(struct arena *arena, struct str text)
{
	char digits[MAC_DIGITS];
	bool of_vin;
	struct buf buf;

	text = str_trim(text);
	of_vin = begins(text, "VIN:");
	if (vid_is(text))
		text = str_slice(text, PREFIX_LEN, text.len);
	buf_init(&buf, arena, PREFIX_LEN + text.len + 1);
	buf_put_str(&buf, of_vin ? STR("VIN:") : STR("VID:"));
	if (!of_vin && digits_of(text, digits))
		text = (struct str){digits, MAC_DIGITS};
	for (size_t i = 0; i < text.len; i++)
		buf_put_char(&buf, capital(text.ptr[i]));
	return buf_str(&buf);
}

static void vin_digest(struct arena *arena, struct str vin, uint8_t ret[SHA256_LEN])
{
	struct str text = str_format(arena, "vin %.*s", STR_FMT(str_trim(vin)));

	sha256(text.ptr, text.len, ret);
}

struct str vid_of_vin(struct arena *arena, struct str vin)
{
	uint8_t digest[SHA256_LEN];
	struct buf buf;

	vin_digest(arena, vin, digest);
	buf_init(&buf, arena, PREFIX_LEN + VIN_DIGITS + 1);
	buf_put_str(&buf, STR("VIN:"));
	for (int i = 0; i < VIN_DIGITS / 2; i++)
		buf_format(&buf, "%02X", digest[i]);
	return buf_str(&buf);
}

struct str vid_second_of_vin(struct arena *arena, struct str vin)
{
	uint8_t digest[SHA256_LEN];
	struct buf buf;

	vin_digest(arena, vin, digest);
	buf_init(&buf, arena, VID_SECOND_LEN + 1);
	hex_write(&buf, digest, VID_SECOND_LEN / 2);
	return buf_str(&buf);
}

bool vid_good(struct str tag)
{
	bool of_vin = str_starts(tag, STR("VIN:")), nought = true;
	char second;

	if (tag.len != PREFIX_LEN + (of_vin ? VIN_DIGITS : MAC_DIGITS) ||
		(!of_vin && !str_starts(tag, STR("VID:"))))
		return false;
	for (size_t i = PREFIX_LEN; i < tag.len; i++) {
		if (!is_hex(tag.ptr[i]))
			return false;
		nought = nought && tag.ptr[i] == '0';
	}
	/* the lowest bit of the first byte marks addresses of groups */
	second = tag.ptr[PREFIX_LEN + 1];
	return !nought && (of_vin || (second <= '9' ? second - '0' : second - 'A' + 10) % 2 == 0);
}

struct str vid_second(struct arena *arena, struct str text)
{
	char *copy;

	if (text.len != VID_SECOND_LEN)
		return STR("");
	copy = arena_copy(arena, text.ptr, text.len);
	for (size_t i = 0; copy && i < text.len; i++) {
		if (!is_hex(capital(copy[i])))
			return STR("");
		if (copy[i] >= 'A' && copy[i] <= 'F')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	}
	return copy ? (struct str){copy, text.len} : STR("");
}

static const char *const mode_names[] = {"off", "capped", "both"};

const char *vid_mode_name(enum vid_mode mode)
{
	return mode_names[mode];
}

bool vid_mode_parse(struct str word, enum vid_mode *ret_mode)
{
	for (int i = VID_OFF; i <= VID_BOTH; i++) {
		if (str_is(word, mode_names[i])) {
			*ret_mode = (enum vid_mode)i;
			return true;
		}
	}
	return false;
}

const char *vid_state_name(enum vid_state state)
{
	static const char *const names[] = {"", "suspended", "active", "blocked"};

	return names[state];
}

/* Two digests of different things say nothing of each other. */
static bool comparable(const struct vid *vid, const struct vid_told *told)
{
	return vid->second.len > 0 && told->second.len > 0 && str_eq(vid->kind, told->kind);
}

static int64_t least_cap(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

int vid_judge(const struct vid *vid, const struct vid_policy *policy, const struct vid_told *told,
	int64_t spent_minor, int64_t least_minor, int64_t now_us, int64_t *ret_minor)
{
	bool known = comparable(vid, told), same = known && str_eq(vid->second, told->second);
	/* one that contradicted itself is two vehicles until somebody looked at it: the copy may
	 * be the one that tells nothing */
	bool second = same || vid->present_us > now_us;
	int64_t cap = vid->charge_minor;

	*ret_minor = 0;
	if (told->contradicts || (known && !same))
		return VID_E_CLONE;
	if (vid->state != VID_ACTIVE || vid->member_blocked)
		return VID_E_BLOCKED;
	if (!second && (policy->mode != VID_CAPPED || vid->alarm_us != 0))
		return VID_E_SECOND;
	if (!second)
		cap = least_cap(cap, policy->single_minor);
	if (vid->day_minor > 0) {
		if (vid->day_minor - spent_minor < least_minor)
			return VID_E_CAP;
		cap = least_cap(cap, vid->day_minor - spent_minor);
	}
	*ret_minor = cap;
	return 0;
}
