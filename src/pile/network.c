/* network.c - slots of servers (see network.h).
 *
 *   note "network:<slot>" = "<profile>|<timeout>|<interface>|<name>|<secret>|<address>" */
#include "pile/network.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "pile/pile.h"
#include "wire/ocpp2/provisioning.h"

static struct str network_key(char room[24], int64_t slot)
{
	int len = snprintf(room, 24, "network:%d", (int)slot);

	return (struct str){room, (size_t)len};
}

/* ---- kept ---- */

static bool network_take(char *ret, size_t size, struct str text)
{
	if (text.len >= size)
		return false;
	memcpy(ret, text.ptr, text.len);
	return true;
}

static bool network_read(struct str text, struct network_slot *ret)
{
	struct network_slot slot = {.profile = 0};
	int64_t wire;

	if (!str_to_i64(str_cut(&text, '|'), &slot.profile) ||
		!str_to_i64(str_cut(&text, '|'), &slot.timeout_s) ||
		!str_to_i64(str_cut(&text, '|'), &wire) || wire < 0 || wire > INT32_MAX ||
		!network_take(slot.name, sizeof(slot.name), str_cut(&text, '|')) ||
		!network_take(slot.secret, sizeof(slot.secret), str_cut(&text, '|')) ||
		!network_take(slot.url, sizeof(slot.url), text))
		return false;
	slot.wire = (int)wire;
	*ret = slot;
	return slot.url[0] != 0;
}

void network_open(struct pile *pile)
{
	char room[24];

	for (int slot = 1; slot < NETWORK_SLOTS; slot++) {
		struct str note = spool_note_get(&pile->spool, network_key(room, slot));
		struct network_slot read;
		if (!note.len || !network_read(note, &read))
			continue;
		pile->network.slots[slot] = mem_alloc(sizeof(read));
		*pile->network.slots[slot] = read;
	}
}

void network_close(struct pile *pile)
{
	for (int slot = 0; slot < NETWORK_SLOTS; slot++)
		mem_free(pile->network.slots[slot]);
	pile->network = (struct network){.slots = {NULL}};
}

/* ---- setting ---- */

/* Printable, and without the mark of the note. */
static bool network_text_ok(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text >= 127 || *text == '|')
			return false;
	return true;
}

/* "ws://host..." or "wss://host...", with neither query nor fragment: a name is appended. */
static bool network_url_ok(const char *url)
{
	const char *host = strstr(url, "://");

	return (strncmp(url, "ws://", 5) == 0 || strncmp(url, "wss://", 6) == 0) && host &&
	       host[3] != 0 && host[3] != '/' && host[3] != ':' && !strpbrk(url, "?#@") &&
	       network_text_ok(url);
}

static bool network_profile_ok(struct pile *pile, const struct network_slot *wish)
{
	bool secure = strncmp(wish->url, "wss://", 6) == 0;

	return wish->profile >= pile->access.now.profile && wish->profile <= ACCESS_PROFILE_MAX &&
	       secure == (wish->profile >= 2) && access_able(pile, wish->profile, wish->secret);
}

static bool network_in_use(const struct pile *pile, int64_t slot)
{
	return pile->access.now.net == slot ||
	       (pile->access.trial && pile->access.other.net == slot);
}

static bool network_secret_ok(const char *secret)
{
	const struct key_row *row = key_row(KEY_AUTHORIZATION_KEY);
	int64_t len = (int64_t)strlen(secret);

	return len == 0 || (len >= row->least && network_text_ok(secret));
}

int network_set(struct pile *pile, int64_t slot, const struct network_slot *wish)
{
	char room[24], text[SPOOL_NOTE_MAX];

	if (slot <= 0 || slot >= NETWORK_SLOTS || network_in_use(pile, slot))
		return NETWORK_E_SLOT;
	if (!network_url_ok(wish->url))
		return NETWORK_E_URL;
	if (!network_text_ok(wish->name) || strpbrk(wish->name, "/:") ||
		!network_secret_ok(wish->secret))
		return NETWORK_E_NAME;
	if (wish->timeout_s <= 0 || wish->timeout_s > NETWORK_TIMEOUT_MAX_S)
		return NETWORK_E_TIMEOUT;
	if (!network_profile_ok(pile, wish))
		return NETWORK_E_PROFILE;
	snprintf(text, sizeof(text), "%lld|%lld|%d|%s|%s|%s", (long long)wish->profile,
		(long long)wish->timeout_s, wish->wire, wish->name, wish->secret, wish->url);
	/* what was proved with the address before does not count for this one */
	TRY(access_forget(pile, slot));
	TRY(spool_note(&pile->spool, network_key(room, slot), str_from(text)));
	if (!pile->network.slots[slot])
		pile->network.slots[slot] = mem_alloc(sizeof(*wish));
	*pile->network.slots[slot] = *wish;
	events_add(pile, "ReconfigurationOfSecurityParameters", "network profile %d", (int)slot);
	return 0;
}

const struct network_slot *network_at(const struct pile *pile, int64_t slot)
{
	return slot > 0 && slot < NETWORK_SLOTS ? pile->network.slots[slot] : NULL;
}

/* ---- the order ---- */

static int64_t network_profile(const struct pile *pile, int64_t slot)
{
	return slot == 0 ? access_first_profile(pile) : pile->network.slots[slot]->profile;
}

/* It exists, and going there gives nothing of the security of now up. */
static bool network_usable(const struct pile *pile, int64_t slot)
{
	return (slot == 0 || network_at(pile, slot)) &&
	       network_profile(pile, slot) >= pile->access.now.profile;
}

bool network_priority_ok(const struct pile *pile, int64_t priority)
{
	for (int i = 0; i < keys_slots_len(priority); i++)
		if (!network_usable(pile, keys_slot(priority, i)))
			return false;
	return keys_slots_len(priority) > 0;
}

int64_t network_next(const struct pile *pile, int64_t slot, int64_t but)
{
	int64_t priority = pile->keys.values[KEY_NETWORK_PRIORITY];
	bool after = slot == KEY_SLOTS;

	for (int i = 0; i < keys_slots_len(priority); i++) {
		int64_t one = keys_slot(priority, i);
		if (after && one != but && network_usable(pile, one))
			return one;
		after = after || one == slot;
	}
	return KEY_SLOTS;
}

int64_t network_timeout_us(const struct pile *pile)
{
	const struct network_slot *slot = network_at(pile, pile->access.now.net);

	return slot ? slot->timeout_s * US_PER_S : LIMIT_CALL_TIMEOUT_US;
}

/* ---- for the device model ---- */

struct str network_value(
	const struct pile *pile, int64_t number, const char *variable, struct arena *arena)
{
	const struct network_slot *slot = network_at(pile, number);

	if (number > 0 && !slot)
		return STR_NULL;
	if (strcmp(variable, "OcppCsmsUrl") == 0)
		return slot ? str_from(slot->url) : pile->config.server;
	if (strcmp(variable, "SecurityProfile") == 0)
		return str_format(arena, "%d", (int)network_profile(pile, number));
	if (strcmp(variable, "MessageTimeout") == 0)
		return str_format(arena, "%d",
			slot ? (int)slot->timeout_s : (int)(LIMIT_CALL_TIMEOUT_US / US_PER_S));
	if (strcmp(variable, "OcppTransport") == 0)
		return STR("JSON");
	if (strcmp(variable, "OcppInterface") == 0)
		return slot ? field_enum_name(&ocpp2_ocpp_interface_enum_21_names, slot->wire)
			    : STR_NULL;
	return slot && slot->name[0] ? str_from(slot->name) : pile->config.name;
}
