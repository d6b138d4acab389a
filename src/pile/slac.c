/* slac.c - SLAC's frames and waits (drawing in slac.h). What a frame holds is read only where its
 * type's least length has it: some peers' frames are shorter or longer than the standard's. */
#include "pile/slac.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"

#define SLAC_KEY_US (500 * US_PER_MS) /* for the modem to answer */
#define SLAC_KEY_TRIES 3
#define SLAC_WAIT_US (40 * US_PER_S)     /* TT_EVSE_SLAC_init */
#define SLAC_SOUND_US (600 * US_PER_MS)  /* the time in which a car shouts */
#define SLAC_ASKED_US US_PER_S           /* from its question to its first sound */
#define SLAC_ANSWER_US (200 * US_PER_MS) /* TT_match_response */
#define SLAC_TELLS 3
#define SLAC_MATCH_US (10 * US_PER_S) /* TT_EVSE_match_session */
#define SLAC_VALIDATE_NOT_REQUIRED 4

static const uint8_t slac_all[SLAC_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/* What is read of each type reaches so far. */
static const struct {
	uint16_t type;
	uint8_t payload;
} slac_least[] = {
	{SLAC_SET_KEY_REQ, 38},
	{SLAC_SET_KEY_CNF, 1},
	{SLAC_PARM_REQ, 10},
	{SLAC_PARM_CNF, 25},
	{SLAC_START_IND, 19},
	{SLAC_CHAR_IND, 110},
	{SLAC_CHAR_RSP, 51},
	{SLAC_SOUND_IND, 28},
	{SLAC_VALIDATE_REQ, 1},
	{SLAC_VALIDATE_CNF, 3},
	{SLAC_MATCH_REQ, 58},
	{SLAC_MATCH_CNF, 90},
	{SLAC_PROFILE_IND, 8 + SLAC_GROUPS},
};

const char *slac_word(enum slac_phase phase)
{
	static const char *const words[] = {"off", "key", "wait", "run", "matched", "failed"};

	ASSERT(phase <= SLAC_FAILED);
	return words[phase];
}

/* ---- frames ---- */

void slac_frame(struct slac_frame *frame, const uint8_t to[SLAC_MAC], const uint8_t from[SLAC_MAC],
	enum slac_type type, size_t payload)
{
	uint8_t *at = frame->bytes;

	ASSERT(SLAC_PAYLOAD + payload <= SLAC_FRAME_MAX);
	memset(frame, 0, sizeof(*frame));
	memcpy(at, to, SLAC_MAC);
	memcpy(at + 6, from, SLAC_MAC);
	at[12] = 0x88;
	at[13] = 0xe1;
	at[14] = 1; /* HomePlug AV 1.1; types lie low byte first */
	at[15] = (uint8_t)((unsigned)type & 0xff);
	at[16] = (uint8_t)((unsigned)type >> 8);
	frame->len = SLAC_PAYLOAD + payload;
	if (frame->len < SLAC_FRAME_LEAST)
		frame->len = SLAC_FRAME_LEAST;
}

uint16_t slac_type(const uint8_t *frame, size_t len)
{
	uint16_t type;

	if (len < SLAC_PAYLOAD || frame[12] != 0x88 || frame[13] != 0xe1)
		return 0;
	type = (uint16_t)(frame[15] | frame[16] << 8);
	for (size_t i = 0; i < sizeof(slac_least) / sizeof(slac_least[0]); i++)
		if (slac_least[i].type == type)
			return len >= (size_t)SLAC_PAYLOAD + slac_least[i].payload ? type : 0;
	return 0;
}

void slac_network(const uint8_t key[16], uint8_t ret[7])
{
	uint8_t digest[SHA256_LEN];

	sha256(key, 16, digest);
	for (int i = 1; i < 5; i++)
		sha256(digest, sizeof(digest), digest);
	memcpy(ret, digest, 7);
	ret[6] >>= 4; /* 52 bits; those of the security level are 0 */
}

/* A frame to send; NULL when too many wait already. */
static uint8_t *slac_say(
	struct slac *slac, const uint8_t to[SLAC_MAC], enum slac_type type, size_t payload)
{
	struct slac_frame *frame;

	if (slac->out_len == SLAC_OUT)
		return NULL;
	frame = &slac->out[slac->out_len++];
	slac_frame(frame, to, slac->own, type, payload);
	return frame->bytes + SLAC_PAYLOAD;
}

bool slac_next(struct slac *slac, struct slac_frame *ret)
{
	if (slac->out_len == 0)
		return false;
	*ret = slac->out[0];
	slac->out_len--;
	memmove(slac->out, slac->out + 1, slac->out_len * sizeof(slac->out[0]));
	return true;
}

/* ---- the modem ---- */

/* The local modem listens to this address whatever its own is. */
static const uint8_t slac_modem[SLAC_MAC] = {0x00, 0xb0, 0x52, 0x00, 0x00, 0x01};

static void slac_say_key(struct slac *slac, int64_t ticks_us)
{
	uint8_t *at = slac_say(slac, slac_modem, SLAC_SET_KEY_REQ, 38);

	slac->tries++;
	slac->since_us = ticks_us;
	if (!at)
		return;
	at[0] = 1; /* a network key */
	at[1] = 0xaa;
	at[2] = 0xaa;
	at[3] = 0xaa;
	at[4] = 0xaa;
	at[9] = 4; /* protocol: HomePlug */
	memcpy(at + 14, slac->network, sizeof(slac->network));
	at[21] = 1;
	memcpy(at + 22, slac->key, sizeof(slac->key));
}

void slac_begin(struct slac *slac, const uint8_t own[SLAC_MAC], struct rng *rng, int64_t ticks_us)
{
	memset(slac, 0, sizeof(*slac));
	memcpy(slac->own, own, SLAC_MAC);
	rng->fill(rng, slac->key, sizeof(slac->key));
	slac_network(slac->key, slac->network);
	slac->phase = SLAC_KEY;
	slac_say_key(slac, ticks_us);
}

void slac_end(struct slac *slac)
{
	memset(slac, 0, sizeof(*slac));
}

static void slac_go(struct slac *slac, enum slac_phase phase, int64_t ticks_us)
{
	slac->phase = phase;
	slac->since_us = ticks_us;
}

bool slac_heard(const struct slac *slac)
{
	return slac->phase == SLAC_RUN || slac->phase == SLAC_MATCHED;
}

/* ---- runs ---- */

static struct slac_run *slac_run_of(struct slac *slac, const uint8_t car[SLAC_MAC])
{
	for (int i = 0; i < SLAC_RUNS; i++)
		if (slac->runs[i].on && memcmp(slac->runs[i].car, car, SLAC_MAC) == 0)
			return &slac->runs[i];
	return NULL;
}

/* The frame belongs to the run of its sender, and says so. */
static struct slac_run *slac_run_with(
	struct slac *slac, const uint8_t *frame, const uint8_t *id_in_payload)
{
	struct slac_run *run = slac_run_of(slac, frame + 6);

	return run && memcmp(run->id, id_in_payload, sizeof(run->id)) == 0 ? run : NULL;
}

/* A place for a car's run: its own, a free one, or the one that waits longest. */
static struct slac_run *slac_run_new(struct slac *slac, const uint8_t car[SLAC_MAC])
{
	struct slac_run *run = slac_run_of(slac, car), *oldest = &slac->runs[0];

	for (int i = 0; !run && i < SLAC_RUNS; i++) {
		if (!slac->runs[i].on)
			return &slac->runs[i];
		if (slac->runs[i].since_us < oldest->since_us)
			oldest = &slac->runs[i];
	}
	return run ? run : oldest;
}

static void slac_run_go(struct slac_run *run, enum slac_step step, int64_t ticks_us)
{
	run->step = step;
	run->since_us = ticks_us;
}

static void slac_on_parm(struct slac *slac, const uint8_t *frame, int64_t ticks_us)
{
	const uint8_t *in = frame + SLAC_PAYLOAD;
	bool ours = memcmp(frame + 6, slac->source, SLAC_MAC) == 0;
	struct slac_run *run;
	uint8_t *at;

	/* the car next door, while ours is being talked with */
	if (slac->phase == SLAC_MATCHED && slac->busy && !ours)
		return;
	if (in[0] != 0 || in[1] != 0)
		return; /* other applications, or with security, are not for us */
	run = slac_run_new(slac, frame + 6);
	memset(run, 0, sizeof(*run));
	run->on = true;
	memcpy(run->car, frame + 6, SLAC_MAC);
	memcpy(run->id, in + 2, sizeof(run->id));
	slac_run_go(run, SLAC_ASKED, ticks_us);
	slac_go(slac, SLAC_RUN, ticks_us);
	at = slac_say(slac, run->car, SLAC_PARM_CNF, 25);
	if (!at)
		return;
	memcpy(at, slac_all, SLAC_MAC);
	at[6] = SLAC_SOUNDS;
	at[7] = SLAC_SOUND_US / (100 * US_PER_MS);
	at[8] = 1; /* the answer goes to another station: */
	memcpy(at + 9, run->car, SLAC_MAC);
	memcpy(at + 17, run->id, sizeof(run->id));
}

/* The first of three, or of as many as arrive, begins the time of the sounds. */
static void slac_on_start(struct slac *slac, const uint8_t *frame, int64_t ticks_us)
{
	struct slac_run *run = slac_run_with(slac, frame, frame + SLAC_PAYLOAD + 11);

	if (run && run->step == SLAC_ASKED)
		slac_run_go(run, SLAC_SOUNDING, ticks_us);
}

static void slac_tell(struct slac *slac, struct slac_run *run, int64_t ticks_us)
{
	uint8_t *at = slac_say(slac, run->car, SLAC_CHAR_IND, 110);

	slac_run_go(run, SLAC_TOLD, ticks_us);
	run->tries++;
	if (!at)
		return;
	memcpy(at + 2, run->car, SLAC_MAC);
	memcpy(at + 8, run->id, sizeof(run->id));
	at[50] = (uint8_t)run->profiles;
	at[51] = SLAC_GROUPS;
	for (int i = 0; i < SLAC_GROUPS; i++)
		at[52 + i] = (uint8_t)(run->sums[i] / run->profiles);
}

/* How loud a sound arrived, by group of carriers: from our own modem. */
static void slac_on_profile(struct slac *slac, const uint8_t *frame, int64_t ticks_us)
{
	const uint8_t *in = frame + SLAC_PAYLOAD;
	struct slac_run *run = slac_run_of(slac, in);

	if (!run || run->step > SLAC_SOUNDING || in[6] != SLAC_GROUPS)
		return;
	if (run->step == SLAC_ASKED)
		slac_run_go(run, SLAC_SOUNDING, ticks_us);
	for (int i = 0; i < SLAC_GROUPS; i++)
		run->sums[i] += in[8 + i];
	if (++run->profiles == SLAC_SOUNDS)
		slac_tell(slac, run, ticks_us);
}

static void slac_on_answer(struct slac *slac, const uint8_t *frame, int64_t ticks_us)
{
	struct slac_run *run = slac_run_with(slac, frame, frame + SLAC_PAYLOAD + 8);

	if (run && run->step == SLAC_TOLD && frame[SLAC_PAYLOAD + 50] == 0)
		slac_run_go(run, SLAC_ANSWERED, ticks_us);
}

static void slac_say_match(struct slac *slac, const uint8_t *frame)
{
	uint8_t *at = slac_say(slac, frame + 6, SLAC_MATCH_CNF, 90);

	if (!at)
		return;
	memcpy(at, frame + SLAC_PAYLOAD, 58);
	at[0] = at[1] = 0;
	at[2] = 0x56; /* length of what follows */
	at[3] = 0;
	memcpy(at + 44, slac->own, SLAC_MAC);
	memcpy(at + 66, slac->network, sizeof(slac->network));
	memcpy(at + 74, slac->key, sizeof(slac->key));
}

static void slac_on_match(struct slac *slac, const uint8_t *frame, int64_t ticks_us)
{
	const uint8_t *in = frame + SLAC_PAYLOAD;
	struct slac_run *run = slac_run_with(slac, frame, in + 50);
	bool again = slac->phase == SLAC_MATCHED &&
		     memcmp(slac->source, frame + 6, SLAC_MAC) == 0 &&
		     memcmp(slac->matched_id, in + 50, sizeof(slac->matched_id)) == 0;

	if (again) { /* our answer was lost */
		slac_say_match(slac, frame);
		return;
	}
	/* the answer to how loud it was may be lost; that it was told may not be missing */
	if (!run || run->step < SLAC_TOLD)
		return;
	memcpy(slac->source, frame + 6, SLAC_MAC);
	memcpy(slac->match, in + 21, SLAC_MAC);
	memcpy(slac->matched_id, run->id, sizeof(run->id));
	memset(slac->runs, 0, sizeof(slac->runs));
	slac_say_match(slac, frame);
	slac_go(slac, SLAC_MATCHED, ticks_us);
}

static void slac_on_validate(struct slac *slac, const uint8_t *frame)
{
	uint8_t *at = slac_say(slac, frame + 6, SLAC_VALIDATE_CNF, 3);

	if (at)
		at[2] = SLAC_VALIDATE_NOT_REQUIRED;
}

void slac_take(struct slac *slac, const uint8_t *frame, size_t len, int64_t ticks_us)
{
	uint16_t type = slac_type(frame, len);

	if (slac->phase == SLAC_OFF || type == 0 || memcmp(frame + 6, slac->own, SLAC_MAC) == 0 ||
		(memcmp(frame, slac->own, SLAC_MAC) != 0 && memcmp(frame, slac_all, SLAC_MAC) != 0))
		return;
	switch (type) {
	case SLAC_SET_KEY_CNF: /* modems say 1 for "done", the standard 0: that it answers counts */
		slac->modem = true;
		if (slac->phase == SLAC_KEY)
			slac_go(slac, SLAC_WAIT, ticks_us);
		break;
	case SLAC_PARM_REQ:
		slac_on_parm(slac, frame, ticks_us);
		break;
	case SLAC_START_IND:
		slac_on_start(slac, frame, ticks_us);
		break;
	case SLAC_PROFILE_IND:
		slac_on_profile(slac, frame, ticks_us);
		break;
	case SLAC_CHAR_RSP:
		slac_on_answer(slac, frame, ticks_us);
		break;
	case SLAC_VALIDATE_REQ:
		slac_on_validate(slac, frame);
		break;
	case SLAC_MATCH_REQ:
		slac_on_match(slac, frame, ticks_us);
		break;
	default: /* sounds are for the modem */
		break;
	}
}

/* ---- waits ---- */

static void slac_run_step(struct slac *slac, struct slac_run *run, int64_t ticks_us)
{
	static const int64_t waits_us[] = {
		SLAC_ASKED_US, SLAC_SOUND_US, SLAC_ANSWER_US, SLAC_MATCH_US};
	bool late = ticks_us - run->since_us >= waits_us[run->step];

	if (!late)
		return;
	if ((run->step == SLAC_SOUNDING && run->profiles > 0) ||
		(run->step == SLAC_TOLD && run->tries < SLAC_TELLS))
		slac_tell(slac, run, ticks_us);
	else if (run->step == SLAC_TOLD)
		slac_run_go(run, SLAC_ANSWERED, ticks_us); /* it may ask for the match anyway */
	else
		run->on = false;
}

void slac_step(struct slac *slac, int64_t ticks_us)
{
	bool any = false;

	for (int i = 0; i < SLAC_RUNS; i++) {
		if (slac->runs[i].on)
			slac_run_step(slac, &slac->runs[i], ticks_us);
		any = any || slac->runs[i].on;
	}
	if (slac->phase == SLAC_RUN && !any)
		slac_go(slac, SLAC_WAIT, ticks_us); /* the car may try again */
	if (slac->phase == SLAC_KEY && ticks_us - slac->since_us >= SLAC_KEY_US) {
		if (slac->tries < SLAC_KEY_TRIES)
			slac_say_key(slac, ticks_us);
		else
			slac_go(slac, SLAC_WAIT, ticks_us);
	}
	if (slac->phase == SLAC_WAIT && ticks_us - slac->since_us >= SLAC_WAIT_US)
		slac_go(slac, SLAC_FAILED, ticks_us);
}
