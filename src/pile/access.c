/* access.c - credentials on trial (see access.h). One note holds both sets, so that power loss
 * leaves either the state before a change or the one after:
 *
 *   "access" = "<profile> <slot> <secret>" of now, and in a second line of the other during a trial
 */
#include "pile/access.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/events.h"
#include "pile/pile.h"
#include "wire/ocpp16/enums.h"

#define ACCESS_NOTE STR("access")

static bool access_read_set(struct str line, struct access_set *ret)
{
	struct access_set set = {.profile = 0};
	struct str profile = str_cut(&line, ' '), slot = str_cut(&line, ' ');

	if (!str_to_i64(profile, &set.profile) || set.profile < 0 ||
		set.profile > ACCESS_PROFILE_MAX || !str_to_i64(slot, &set.slot) || set.slot < 0 ||
		set.slot > 2 || line.len > KEY_SECRET_MAX)
		return false;
	memcpy(set.secret, line.ptr, line.len);
	*ret = set;
	return true;
}

static int access_save(struct pile *pile, const struct access *access)
{
	struct arena arena;
	struct buf text;
	int result;

	arena_init(&arena, 2048);
	buf_init(&text, &arena, 512);
	buf_format(&text, "%lld %lld %s", (long long)access->now.profile,
		(long long)access->now.slot, access->now.secret);
	if (access->trial)
		buf_format(&text, "\n%lld %lld %s", (long long)access->other.profile,
			(long long)access->other.slot, access->other.secret);
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

void access_open(struct pile *pile)
{
	struct str note = spool_note_get(&pile->spool, ACCESS_NOTE), line;
	struct access access = {.now = {.profile = pile->config.profile}};

	memcpy(access.now.secret, pile->keys.secret, sizeof(access.now.secret));
	line = str_cut(&note, '\n');
	if (line.len > 0 && access_read_set(line, &access.now))
		access.trial = note.len > 0 && access_read_set(note, &access.other);
	/* an installer who gives a better address has raised the profile by hand */
	if (access.now.profile < pile->config.profile && !access.trial)
		access.now.profile = pile->config.profile;
	pile->access = access;
	access_show(pile);
}

/* Puts a changed set on trial. */
static int access_try(struct pile *pile, const struct access_set *set)
{
	struct access next = pile->access;

	if (!next.trial)
		next.other = next.now;
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
static const char *access_missing(struct pile *pile, int64_t profile)
{
	struct arena arena;
	struct str anchors = STR("");

	if (profile >= 1 && profile <= 2 && !pile->access.now.secret[0] &&
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

int access_set_profile(struct pile *pile, int64_t profile)
{
	struct access_set set = pile->access.now;
	const char *missing = access_missing(pile, profile);

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

int access_set_secret(struct pile *pile, struct str secret)
{
	const struct key_row *row = key_row(KEY_AUTHORIZATION_KEY);
	struct access_set set = pile->access.now;

	if ((int64_t)secret.len < row->least || (int64_t)secret.len > row->most)
		return OCPP16_CONFIGURATION_STATUS_REJECTED;
	for (size_t i = 0; i < secret.len; i++)
		if (secret.ptr[i] <= ' ' || secret.ptr[i] >= 127)
			return OCPP16_CONFIGURATION_STATUS_REJECTED;
	memset(set.secret, 0, sizeof(set.secret));
	memcpy(set.secret, secret.ptr, secret.len);
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
	next.trial = false;
	next.other = (struct access_set){.profile = 0};
	if (access_save(pile, &next) < 0)
		return; /* it is accepted again next time */
	pile->access = next;
	LOG_INFO("access proved", "pile=%.*s profile=%lld slot=%lld", STR_FMT(pile->config.name),
		(long long)next.now.profile, (long long)next.now.slot);
	if (old_slot && old_slot != next.now.slot &&
		shelf_put(pile->shelf, certs_file(old_slot), STR("")) < 0)
		LOG_WARN("old certificate stays", "pile=%.*s", STR_FMT(pile->config.name));
}

void access_failed(struct pile *pile)
{
	struct access next = pile->access;

	if (!next.trial || ++pile->access.failures < ACCESS_TRIES)
		return;
	next.failures = 0;
	next.now = pile->access.other;
	next.other = pile->access.now;
	if (access_save(pile, &next) < 0)
		return;
	pile->access = next;
	access_show(pile);
	LOG_WARN("access goes back", "pile=%.*s profile=%lld", STR_FMT(pile->config.name),
		(long long)next.now.profile);
}
