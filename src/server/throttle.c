/* throttle.c - three counters a try, each in one of four places its hash allows; the oldest of the
 * four makes room. A flood so pushes out only what is old. */
#include "server/throttle.h"

#include "base/clock.h"

#define WINDOW_US US_PER_MIN
#define WAYS 4

static struct str address_of(struct str remote)
{
	size_t end = remote.len;

	while (end > 0 && remote.ptr[end - 1] != ':')
		end--;
	return end > 0 ? str_slice(remote, 0, end - 1) : remote;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t hash = (a ^ (b * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xff51afd7ed558ccd);

	hash ^= hash >> 33;
	return hash != 0 ? hash : 1;
}

struct keys {
	uint64_t pair, address, pile;
};

static struct keys keys_of(struct str pile, struct str remote)
{
	uint64_t name = str_hash(pile), address = str_hash(address_of(remote));

	return (struct keys){mix(name, address), mix(address, 1), mix(name, 2)};
}

static uint32_t count_of(const struct throttle *throttle, uint64_t hash, int64_t now_us)
{
	for (size_t i = 0; i < WAYS; i++) {
		const struct throttle_slot *slot =
			&throttle->slots[(hash / WAYS * WAYS + i) % THROTTLE_SLOTS];

		if (slot->hash == hash && now_us - slot->from_us < WINDOW_US)
			return slot->count;
	}
	return 0;
}

static void add(struct throttle *throttle, uint64_t hash, int64_t now_us)
{
	struct throttle_slot *oldest = NULL;

	for (size_t i = 0; i < WAYS; i++) {
		struct throttle_slot *slot =
			&throttle->slots[(hash / WAYS * WAYS + i) % THROTTLE_SLOTS];

		if (slot->hash == hash && now_us - slot->from_us < WINDOW_US) {
			slot->count++;
			return;
		}
		if (oldest == NULL || slot->from_us < oldest->from_us)
			oldest = slot;
	}
	*oldest = (struct throttle_slot){hash, now_us, 1};
}

bool throttle_waits(
	const struct throttle *throttle, struct str pile, struct str remote, int64_t now_us)
{
	struct keys keys = keys_of(pile, remote);
	uint32_t here = count_of(throttle, keys.pair, now_us);

	if (here >= THROTTLE_PAIR)
		return true;
	if (count_of(throttle, keys.address, now_us) >= THROTTLE_ADDRESS)
		return true;
	return here > 0 && count_of(throttle, keys.pile, now_us) >= THROTTLE_PILE;
}

bool throttle_first(struct throttle *throttle, struct str pile, struct str remote, int64_t now_us)
{
	uint64_t told = mix(keys_of(pile, remote).pair, 3);

	if (count_of(throttle, told, now_us) > 0)
		return false;
	add(throttle, told, now_us);
	return true;
}

void throttle_failed(struct throttle *throttle, struct str pile, struct str remote, int64_t now_us)
{
	struct keys keys = keys_of(pile, remote);

	add(throttle, keys.pair, now_us);
	add(throttle, keys.address, now_us);
	add(throttle, keys.pile, now_us);
}
