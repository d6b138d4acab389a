/* access.c - credentials on trial (see access.h). One note holds both sets, so that power loss
 * leaves either the state before a change or the one after:
 *
 *   "access" = "<profile> <slot>[/<net>] <secret>" of now, and during a trial in a second line of
 * the other, and in a third "back" when the other is the one on trial
 *   "access:<net>" = the set that worked there, of servers other than that of now */
#include "pile/access.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/events.h"
#include "pile/network.h"
#include "pile/pile.h"
#include "pile/talk.h"
#include "wire/ocpp16/enums.h"

#define ACCESS_NOTE STR("access")

static bool access_read_set(struct str line, struct access_set *ret)
{
	struct access_set set = {.profile = 0};
	struct str profile = str_cut(&line, ' '), net = str_cut(&line, ' ');
	struct str slot = str_cut(&net, '/');

	if (!str_to_i64(profile, &set.profile) || set.profile < 0 ||
		set.profile > ACCESS_PROFILE_MAX || !str_to_i64(slot, &set.slot) || set.slot < 0 ||
		set.slot > 2 || line.len > KEY_SECRET_ROOM - 1 ||
		(net.len > 0 &&
			(!str_to_i64(net, &set.net) || set.net < 0 || set.net >= NETWORK_SLOTS)))
		return false;
	memcpy(set.secret, line.ptr, line.len);
	*ret = set;
	return true;
}

static void access_write_set(struct buf *text, const struct access_set *set)
{
	buf_format(text, "%lld %lld", (long long)set->profile, (long long)set->slot);
	if (set->net)
		buf_format(text, "/%lld", (long long)set->net);
	buf_format(text, " %s", set->secret);
}

static int access_save(struct pile *pile, const struct access *access)
{
	struct arena arena;
	struct buf text;
	int result;

	arena_init(&arena, 2048);
	buf_init(&text, &arena, 512);
	access_write_set(&text, &access->now);
	if (access->trial) {
		buf_put_char(&text, '\n');
		access_write_set(&text, &access->other);
	}
	if (access->back)
		buf_put_str(&text, STR("\nback"));
	result = spool_note(&pile->spool, ACCESS_NOTE, buf_str(&text));
	arena_fini(&arena);
	return result;
}

/* The keys show what counts. */
static void access_show(struct pile *pile)
{
	pile->keys.values[KEY_SECURITY_PROFILE] = pile->access.now.profile;
	memcpy(pile->keys.secret, pile->access.now.secret, sizeof(pile->keys.secret));
}

/* ---- servers ---- */

static struct str access_net_key(char room[24], int64_t net)
{
	int len = snprintf(room, 24, "access:%d", (int)net);

	return (struct str){room, (size_t)len};
}

static bool access_kept(const struct pile *pile, int64_t net, struct access_set *ret)
{
	char room[24];

	return access_read_set(spool_note_get(&pile->spool, access_net_key(room, net)), ret);
}

static int access_keep(struct pile *pile, const struct access_set *set)
{
	struct arena arena;
	struct buf text;
	char room[24];
	int result;

	arena_init(&arena, 1024);
	buf_init(&text, &arena, 256);
	access_write_set(&text, set);
	result = spool_note(&pile->spool, access_net_key(room, set->net), buf_str(&text));
	arena_fini(&arena);
	return result;
}

int access_forget(struct pile *pile, int64_t net)
{
	char room[24];

	return spool_note(&pile->spool, access_net_key(room, net), STR_NULL);
}

int64_t access_first_profile(const struct pile *pile)
{
	struct access_set set = {.profile = pile->config.profile};

	if (pile->access.now.net == 0)
		return pile->access.now.profile;
	if (pile->access.trial && pile->access.other.net == 0)
		return pile->access.other.profile;
	(void)access_kept(pile, 0, &set);
	return set.profile;
}

/* What the server of a slot is met with: what worked there, else what its profile says. */
static struct access_set access_of_net(const struct pile *pile, int64_t net)
{
	const struct network_slot *slot = network_at(pile, net);
	struct access_set set = pile->access.now;

	if (access_kept(pile, net, &set)) {
		set.slot = pile->access.now.slot; /* there is one certificate of our own */
		return set;
	}
	set.net = net;
	set.profile = slot ? slot->profile : pile->config.profile;
	if (slot && slot->secret[0])
		memcpy(set.secret, slot->secret, sizeof(set.secret));
	return set;
}

static int access_try(struct pile *pile, const struct access_set *set);

/* The priority takes effect with a start. */
static void access_open_net(struct pile *pile)
{
	int64_t first = network_next(pile, KEY_SLOTS, KEY_SLOTS);
	struct access_set set;

	if (pile->access.trial || first == KEY_SLOTS || first == pile->access.now.net)
		return;
	set = access_of_net(pile, first);
	if (access_try(pile, &set) < 0)
		LOG_WARN("network profile not tried", "pile=%.*s slot=%d",
			STR_FMT(pile->config.name), (int)first);
	pile->link.reconnect_wish = false;
}

void access_open(struct pile *pile)
{
	struct str note = spool_note_get(&pile->spool, ACCESS_NOTE), line;
	struct access access = {.now = {.profile = pile->config.profile}};

	memcpy(access.now.secret, pile->keys.secret, sizeof(access.now.secret));
	line = str_cut(&note, '\n');
	if (line.len > 0 && access_read_set(line, &access.now)) {
		line = str_cut(&note, '\n');
		access.trial = line.len > 0 && access_read_set(line, &access.other);
		access.back = access.trial && str_is(note, "back");
	}
	/* an installer who gives a better address has raised the profile by hand */
	if (access.now.profile < pile->config.profile && !access.trial && access.now.net == 0)
		access.now.profile = pile->config.profile;
	pile->access = access;
	access_show(pile);
	access_open_net(pile);
}

/* Puts a changed set on trial. */
static int access_try(struct pile *pile, const struct access_set *set)
{
	struct access next = pile->access;

	if (!next.trial)
		next.other = next.now;
	next.back = false;
	next.trial = true;
	next.now = *set;
	next.failures = 0;
	TRY(access_save(pile, &next));
	pile->access = next;
	access_show(pile);
	pile->link.reconnect_wish = true;
	return 0;
}

/* What the profile needs and the pile has not got; NULL: nothing. */
static const char *access_missing(struct pile *pile, int64_t profile, const char *secret)
{
	struct arena arena;
	struct str anchors = STR("");

	if (profile >= 1 && profile <= 2 && !secret[0] && !pile->access.now.secret[0] &&
		!pile->config.has_password)
		return "password";
	if (profile == 3 && pile->access.now.slot == 0)
		return "certificate";
	if (profile < 2)
		return NULL;
	arena_init(&arena, 64 * 1024);
	if (certs_anchors(pile, CERTS_CSMS, &arena, &anchors) < 0)
		anchors = STR("");
	arena_fini(&arena);
	return anchors.len > 0 || pile->config.anchors.len > 0 ? NULL : "authority";
}

bool access_able(struct pile *pile, int64_t profile, const char *secret)
{
	return !access_missing(pile, profile, secret);
}

int access_set_profile(struct pile *pile, int64_t profile)
{
	struct access_set set = pile->access.now;
	const char *missing = access_missing(pile, profile, "");

	if (profile == set.profile)
		return OCPP16_CONFIGURATION_STATUS_ACCEPTED;
	if (profile < set.profile || profile > ACCESS_PROFILE_MAX || missing) {
		LOG_WARN("profile refused", "pile=%.*s profile=%lld missing=%s",
			STR_FMT(pile->config.name), (long long)profile,
			missing ? missing : "no way down");
		return OCPP16_CONFIGURATION_STATUS_REJECTED;
	}
	set.profile = profile;
	TRY(access_try(pile, &set));
	events_add(pile, "ReconfigurationOfSecurityParameters", "security profile %lld",
		(long long)profile);
	return OCPP16_CONFIGURATION_STATUS_ACCEPTED;
}

/* 16 to 20 bytes as hexadecimal digits. */
static bool access_is_digits(const struct pile *pile, struct str secret)
{
	uint8_t bytes[KEY_SECRET_MAX / 2];

	return pile->link.talk && pile->link.talk->version == OCPP_16 && secret.len >= 32 &&
	       secret.len <= KEY_SECRET_MAX && secret.len % 2 == 0 &&
	       hex_read(secret, bytes, secret.len / 2);
}

int access_set_secret(struct pile *pile, struct str secret)
{
	bool digits = access_is_digits(pile, secret);
	const struct key_row *row = key_row(KEY_AUTHORIZATION_KEY);
	struct access_set set = pile->access.now;

	if ((int64_t)secret.len < row->least || (int64_t)secret.len > row->most)
		return OCPP16_CONFIGURATION_STATUS_REJECTED;
	for (size_t i = 0; i < secret.len; i++)
		if (secret.ptr[i] <= ' ' || secret.ptr[i] >= 127)
			return OCPP16_CONFIGURATION_STATUS_REJECTED;
	memset(set.secret, 0, sizeof(set.secret));
	if (digits)
		set.secret[0] = ACCESS_DIGITS;
	memcpy(set.secret + digits, secret.ptr, secret.len);
	TRY(access_try(pile, &set));
	events_add(pile, "ReconfigurationOfSecurityParameters", "password");
	return OCPP16_CONFIGURATION_STATUS_ACCEPTED;
}

/* Below profile 3 nobody sees the certificate: there is nothing to try. */
int access_use_slot(struct pile *pile, int64_t slot)
{
	struct access next = pile->access;

	next.now.slot = slot;
	if (next.now.profile == 3)
		return access_try(pile, &next.now);
	TRY(access_save(pile, &next));
	pile->access = next;
	return 0;
}

void access_accepted(struct pile *pile)
{
	struct access next = pile->access;
	int64_t old_slot = next.other.slot;

	pile->access.failures = 0;
	if (!next.trial)
		return;
	next.trial = next.back = false;
	/* the way back to a server that worked is kept, for when its turn comes again */
	if (next.other.net != next.now.net && !pile->access.back &&
		access_keep(pile, &next.other) < 0)
		return; /* it is accepted again next time */
	next.other = (struct access_set){.profile = 0};
	if (access_save(pile, &next) < 0)
		return;
	pile->access = next;
	LOG_INFO("access proved", "pile=%.*s profile=%lld slot=%lld net=%lld",
		STR_FMT(pile->config.name), (long long)next.now.profile, (long long)next.now.slot,
		(long long)next.now.net);
	if (old_slot && old_slot != next.now.slot &&
		shelf_put(pile->shelf, certs_file(old_slot), STR("")) < 0)
		LOG_WARN("old certificate stays", "pile=%.*s", STR_FMT(pile->config.name));
}

/* The next set of a trial: slots of the priority that had no turn yet, then the one that worked. */
static void access_turn(const struct pile *pile, struct access *next)
{
	const struct access *access = &pile->access;
	int64_t good = access->back ? access->now.net : access->other.net;
	int64_t tried = access->back ? KEY_SLOTS : access->now.net;
	bool moved = access->now.net != access->other.net;
	int64_t net = moved ? network_next(pile, tried, good) : KEY_SLOTS;

	if (net == KEY_SLOTS) {
		next->now = access->other;
		next->other = access->now;
		next->back = !access->back;
		return;
	}
	if (access->back)
		next->other = access->now;
	next->back = false;
	next->now = access_of_net(pile, net);
}

/* Without a trial: when the server cannot be reached, the next slot of the priority is tried. */
static void access_lost_net(struct pile *pile)
{
	int64_t net = network_next(pile, pile->access.now.net, pile->access.now.net);
	struct access_set set;

	if (net == KEY_SLOTS)
		net = network_next(pile, KEY_SLOTS, pile->access.now.net);
	pile->access.failures = 0;
	if (net == KEY_SLOTS)
		return;
	set = access_of_net(pile, net);
	(void)access_try(pile, &set); /* a disk that takes nothing: it stays with this server */
	pile->link.reconnect_wish = false;
}

void access_failed(struct pile *pile)
{
	struct access next = pile->access;
	bool nets = keys_slots_len(pile->keys.values[KEY_NETWORK_PRIORITY]) > 1 ||
		    (next.trial && next.now.net != next.other.net);
	int64_t tries = nets ? pile->keys.values[KEY_NETWORK_ATTEMPTS] : ACCESS_TRIES;

	if (++pile->access.failures < tries)
		return;
	if (!next.trial) {
		access_lost_net(pile);
		return;
	}
	next.failures = 0;
	access_turn(pile, &next);
	if (access_save(pile, &next) < 0)
		return;
	pile->access = next;
	access_show(pile);
	LOG_WARN("access goes on", "pile=%.*s profile=%lld net=%lld back=%d",
		STR_FMT(pile->config.name), (long long)next.now.profile, (long long)next.now.net,
		next.back);
}

struct str access_password(struct pile *pile, struct str first)
{
	struct str secret = str_from(pile->keys.secret);
	struct link *link = &pile->link;

	if (secret.len == 0)
		return first;
	if (secret.ptr[0] != ACCESS_DIGITS)
		return secret;
	secret = str_slice(secret, 1, secret.len);
	if (!hex_read(secret, link->password, secret.len / 2))
		return STR("");
	return (struct str){(const char *)link->password, secret.len / 2};
}
