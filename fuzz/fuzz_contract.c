/* fuzz_contract.c - any bytes as requests of a car that pays by contract, inside TLS that is
 * already open: what comes of it is a talk that stays within its phases, proves nothing without a
 * signature, and hands no paper on that was not asked for. */
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "fuzz.h"
#include "pile/hlc.h"

#define ROOM 12288

/* What the outlet would say, by bits of the input. */
static void fuzz_say(struct hlc *hlc, uint8_t state)
{
	static const char *const codes[] = {
		"OK", "FAILED", "FAILED_CertificateRevoked", "OK_CertificateExpiresSoon"};

	if (hlc->contract.ask == HLC_ASK_PAPER && state & 0x40)
		hlc->contract.papers->answer = hlc->contract.papers->request;
	if (state & 0x20)
		hlc_contract_said(hlc, codes[state >> 3 & 3]);
}

static void fuzz_start(struct hlc *hlc, struct hlc_papers *papers, enum hlc_phase phase)
{
	hlc_init(hlc);
	hlc_papers_init(papers);
	hlc_open(hlc, US_PER_S);
	hlc->contract.papers = papers;
	hlc->schema = &exi_iso2;
	hlc->phase = phase;
	memcpy(hlc->session, "12345678", HLC_SESSION); /* as in the corpus */
	hlc->contract.offered = true;
	hlc->contract.chosen = phase >= HLC_CONTRACT;
	hlc->direct = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t answer[ROOM];
	struct hlc_input input = {.direct = true,
		.contract = true,
		.max_mv = 750000,
		.max_ma = 200000,
		.phases = 1,
		.name = "ZZ*000*E1"};
	struct hlc_papers papers;
	struct vehicle vehicle;
	struct rng rng;
	struct hlc hlc;
	int64_t ticks_us = US_PER_S;
	size_t len;

	if (size == 0)
		return 0;
	rng_init_seeded(&rng, 1);
	vehicle_init(&vehicle);
	fuzz_start(&hlc, &papers,
		data[0] & 1   ? HLC_CONTRACT
		: data[0] & 2 ? HLC_SELECT
			      : HLC_SERVICES);
	for (data++, size--; size >= 3;) {
		uint8_t state = data[0];
		size_t piece = (size_t)data[1] << 8 | data[2];
		enum hlc_answer outcome;
		piece = piece < size - 3 ? piece : size - 3;
		input.granted = state & 1;
		input.contracts = state & 2;
		input.receipts = state & 4;
		ticks_us += 100 * US_PER_MS;
		fuzz_say(&hlc, state);
		outcome = hlc_take(&hlc, &input, &vehicle, &rng, data + 3, piece, answer,
			sizeof(answer), &len, ticks_us);
		ASSERT(outcome != HLC_ANSWERED || (len > 0 && len <= sizeof(answer)));
		ASSERT(!hlc.contract.proven);
		ASSERT(!hlc.contract.chosen || hlc.phase <= HLC_AUTHORISE ||
			hlc.phase >= HLC_ENDED);
		data += 3 + piece;
		size -= 3 + piece;
	}
	hlc_papers_fini(&papers);
	return 0;
}
