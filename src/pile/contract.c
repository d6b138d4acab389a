/* contract.c - who pays for a car with a contract (see contract.h). */
#include "pile/contract.h"

#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/x509.h"
#include "domain/token.h"
#include "pile/pile.h"
#include "pile/secc.h"
#include "pile/talk.h"
#include "pile/told.h"

#define CONTRACT_ARENA (256 * 1024)
#define CONTRACT_SOON_US (14 * US_PER_DAY) /* the car is told that it ends */

static struct hlc *contract_hlc(struct outlet *outlet)
{
	return &outlet->evse.cable.hlc;
}

bool contract_owns(const struct outlet *outlet)
{
	return outlet->claim != CLAIM_NONE && outlet->contract.asked &&
	       outlet->claim_from.token == TOKEN_EMAID &&
	       strcmp(outlet->claim_tag, outlet->contract.tag) == 0;
}

bool contract_offline(const struct pile *pile, const struct outlet *outlet)
{
	return outlet->contract.trusted && pile->keys.values[KEY_PNC_OFFLINE];
}

bool contract_again(struct outlet *outlet)
{
	bool again = outlet->contract.again;

	outlet->contract.again = false;
	return again;
}

struct str contract_papers(const struct outlet *outlet)
{
	const struct hlc_papers *papers = outlet->evse.cable.hlc.contract.papers;

	return papers && contract_owns(outlet) ? papers->chain : STR("");
}

static bool contract_sends(const struct pile *pile, struct str chain)
{
	bool newer = pile->link.talk && pile->link.talk->version == OCPP_21;

	return pile->keys.values[KEY_PNC_CENTRAL] && chain.len > 0 &&
	       chain.len <= (newer ? CONTRACT_CHAIN_21 : CONTRACT_CHAIN_201);
}

bool contract_tells(const struct pile *pile, const struct outlet *outlet, bool hashed)
{
	return contract_sends(pile, contract_papers(outlet)) &&
	       (outlet->contract.central || !hashed);
}

/* ---- is the chain good? ---- */

static const char *contract_code(int x509)
{
	switch (x509) {
	case 0:
		return "OK";
	case X509_E_EXPIRED:
	case X509_E_EARLY:
		return "FAILED_CertificateExpired";
	case X509_E_REVOKED:
		return "FAILED_CertificateRevoked";
	default:
		return "FAILED_CertChainError";
	}
}

/* Our roots of contracts and of the cars' world, one after another. */
static int contract_roots(struct pile *pile, struct arena *arena, struct str *ret_roots)
{
	struct str mo, v2g;

	TRY(certs_anchors(pile, CERTS_MO, arena, &mo));
	TRY(certs_anchors(pile, CERTS_V2G, arena, &v2g));
	*ret_roots = str_format(arena, "%.*s%.*s", STR_FMT(mo), STR_FMT(v2g));
	return ret_roots->ptr ? 0 : FAULT(FAULT_NOMEM, "no room for roots");
}

/* Without a root of ours for it only the server can tell. */
static const char *contract_unknown(
	const struct pile *pile, struct contract *contract, struct str chain)
{
	if (!pile->link.accepted || !contract_sends(pile, chain))
		return "FAILED_CertChainError";
	contract->central = true;
	return "OK";
}

static const char *contract_look(struct pile *pile, struct outlet *outlet, struct arena *arena,
	const struct hlc_papers *papers)
{
	struct contract *contract = &outlet->contract;
	struct x509_facts facts;
	struct str roots;
	int outcome;

	if (x509_read(arena, papers->chain, &facts) != 0 ||
		contract_roots(pile, arena, &roots) != 0)
		return "FAILED_CertChainError";
	if (!token_same_emaid(arena, facts.subject.common_name, str_from(papers->emaid)))
		return "FAILED_CertChainError";
	outcome = roots.len > 0 ? x509_check(arena, papers->chain, roots, STR(""), pile->now_us)
				: X509_E_FOREIGN;
	if (outcome == X509_E_FOREIGN && facts.until_us <= pile->now_us)
		outcome = X509_E_EXPIRED;
	contract->trusted = outcome == 0;
	if (outcome == X509_E_FOREIGN)
		return contract_unknown(pile, contract, papers->chain);
	if (outcome == 0 && !pile->link.accepted && !pile->keys.values[KEY_PNC_OFFLINE])
		return "FAILED"; /* nobody to ask, and our word does not count */
	return outcome == 0 && facts.until_us - pile->now_us < CONTRACT_SOON_US
		       ? "OK_CertificateExpiresSoon"
		       : contract_code(outcome);
}

static void contract_refuse(struct pile *pile, struct outlet *outlet, const char *code)
{
	outlet->contract.refused = true;
	LOG_WARN("a car's contract is refused", "pile=%.*s connector=%d why=%s",
		STR_FMT(pile->config.name), outlet->number, code);
	pile_notice(pile, outlet, NOTICE_NO_CONTRACT);
	hlc_contract_said(contract_hlc(outlet), code);
}

static void contract_judge(struct pile *pile, struct outlet *outlet)
{
	const struct hlc_papers *papers = contract_hlc(outlet)->contract.papers;
	struct contract *contract = &outlet->contract;
	struct arena arena;
	const char *code;
	struct str tag;

	*contract = (struct contract){.code = NULL};
	arena_init(&arena, CONTRACT_ARENA);
	tag = token_emaid(&arena, str_from(papers->emaid));
	memcpy(contract->tag, tag.ptr, tag.len);
	code = contract_look(pile, outlet, &arena, papers);
	arena_fini(&arena);
	if (code[0] == 'O')
		hlc_contract_said(contract_hlc(outlet), code);
	else
		contract_refuse(pile, outlet, code);
}

/* ---- who pays? ---- */

/* A charge that somebody else began, or is about to, is that one's. */
static bool contract_taken(const struct outlet *outlet)
{
	return outlet->tx || (outlet->claim == CLAIM_GRANTED && !contract_owns(outlet));
}

static void contract_claim(struct pile *pile, struct outlet *outlet)
{
	struct contract *contract = &outlet->contract;

	if (contract_taken(outlet)) {
		hlc_contract_said(contract_hlc(outlet), "OK");
		return;
	}
	autocharge_yield(pile, outlet);
	contract->asked = true;
	LOG_INFO("a car pays by contract", "pile=%.*s connector=%d tail=%s",
		STR_FMT(pile->config.name), outlet->number,
		contract->tag + (strlen(contract->tag) > 4 ? strlen(contract->tag) - 4 : 0));
	pile_contract(pile, outlet, contract->tag);
}

static void contract_pay(struct pile *pile, struct outlet *outlet)
{
	struct contract *contract = &outlet->contract;

	if (!contract->asked)
		contract_claim(pile, outlet);
	else if (outlet->tx || outlet->claim == CLAIM_GRANTED)
		hlc_contract_said(contract_hlc(outlet), "OK");
	else if (outlet->claim == CLAIM_NONE)
		contract_refuse(pile, outlet, contract->code ? contract->code : "FAILED");
}

bool contract_judged(struct pile *pile, struct outlet *outlet, const char *code, bool missing)
{
	struct contract *contract = &outlet->contract;
	bool good = code ? strcmp(code, "OK") == 0 : contract->trusted;

	contract->code = good ? NULL : code ? code : "FAILED_CertChainError";
	contract->again =
		missing && !contract->central && contract_sends(pile, contract_papers(outlet));
	contract->central = contract->central || contract->again;
	return good;
}

/* ---- a contract for the car ---- */

struct outlet *contract_owed(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		if (contract_hlc(outlet)->contract.ask == HLC_ASK_PAPER && !outlet->contract.sent)
			return outlet;
	}
	return NULL;
}

void contract_came(struct outlet *outlet, struct str exi)
{
	struct hlc *hlc = contract_hlc(outlet);

	if (hlc->contract.ask != HLC_ASK_PAPER || !outlet->contract.sent)
		return; /* too late: the car has gone on */
	hlc->contract.papers->answer = str_dup(&hlc->contract.papers->arena, exi);
	hlc_contract_said(hlc, exi.len > 0 ? "OK" : "FAILED_NoCertificateAvailable");
}

static void contract_paper(struct pile *pile, struct outlet *outlet)
{
	if (!pile->link.accepted)
		hlc_contract_said(contract_hlc(outlet), "FAILED_NoCertificateAvailable");
}

/* ---- what happens at the outlet ---- */

/* What the car is offered. Words for it are those of 2.x. */
static void contract_offer(struct pile *pile, struct outlet *outlet)
{
	const int64_t *keys = pile->keys.values;
	bool may = keys[KEY_PNC] && pile_tells_states(pile) && !outlet->contract.refused &&
		   (pile->link.accepted || keys[KEY_PNC_OFFLINE]);

	outlet->evse.paper = secc_paper(pile);
	outlet->evse.contract = may && outlet->evse.paper;
	outlet->evse.contracts = may && keys[KEY_PNC_INSTALL] && pile->link.accepted;
	outlet->evse.receipts = keys[KEY_PNC_RECEIPT];
}

void contract_step(struct pile *pile, struct outlet *outlet, uint32_t happened)
{
	const struct hlc_contract *asks = &contract_hlc(outlet)->contract;

	if (happened & EVSE_H_UNPLUGGED)
		outlet->contract = (struct contract){.code = NULL};
	contract_offer(pile, outlet);
	if (asks->ask != HLC_ASK_PAPER)
		outlet->contract.sent = false;
	if (asks->code || !asks->papers)
		return;
	switch (asks->ask) {
	case HLC_ASK_CHAIN:
		contract_judge(pile, outlet);
		break;
	case HLC_ASK_PAYER:
		contract_pay(pile, outlet);
		break;
	case HLC_ASK_PAPER:
		contract_paper(pile, outlet);
		break;
	case HLC_ASK_NOTHING:
		break;
	}
}
