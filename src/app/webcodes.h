/* webcodes.h - codes on piles' screens that change with the time (OCPP 2.1's WebPaymentsCtrlr) and
 * lead a driver to the page of the outlet: the pile is told address and secret through its device
 * model, and what a phone brings is checked here. The secret is kept nowhere: it follows from the
 * server's key, the pile and a number that grows with each renewal. */
#pragma once
#include "app/ask.h"
#include "app/ctx.h"
#include "store/webcode.h"

#define WEBCODES_VALID_S 30         /* a code is shown so long, and good for one more each way */
#define WEBCODES_LEN 10             /* characters of a code */
#define WEBCODES_SCREENS 64         /* of a pile, most */
#define WEBCODES_TICKET_S (15 * 60) /* a scan lets its browser start so long */
#define WEBCODES_COMPONENT "WebPaymentsCtrlr"

enum webcodes_outcome {
	WEBCODES_E_NONE = 1, /* no such code is shown there */
	WEBCODES_E_VERSION,  /* of an algorithm we do not know */
	WEBCODES_E_OLD,      /* of another time, or of no time at all */
	WEBCODES_E_USED,     /* somebody else came with it before */
	WEBCODES_E_RATE,     /* too many wrong ones from this address */
	WEBCODES_E_MODE,     /* no such mode */
};
const char *webcodes_word(int outcome);

/* The pile's device model has such a screen; `on` is what it says of it now. */
int webcodes_seen(struct ctx *ctx, int64_t pile_id, int64_t evse, bool on);
/* Connected: what was under way is told again. */
int webcodes_pile_ready(struct ctx *ctx, int64_t pile_id);
/* What an operator wants of all screens of a pile: "off", "offered", "required".
 * WEBCODES_E_MODE; WEBCODES_E_NONE: the pile has no such screen. */
int webcodes_mode(struct ctx *ctx, int64_t pile_id, struct str mode);
/* New secrets: codes of the old one end when the pile took the new one. WEBCODES_E_NONE. */
int webcodes_renew(struct ctx *ctx, int64_t pile_id);
int webcodes_tick(struct ctx *ctx);
int webcodes_answered(struct ctx *ctx, const struct ask_answer *answer);

/* What a phone read off a screen. */
struct webcodes_scan {
	int64_t pile_id, evse, connector_no;
	struct str code, version;
	struct str remote;                       /* address it comes from */
	struct str ticket;                       /* the browser has this one already; empty: none */
	int64_t limit_minor, limit_dwh, limit_s; /* chosen at the pile, 0 none */
};
/* Takes a code: each once, but for the browser that took it. *ret_ticket is what this browser
 * proves it by later. */
int webcodes_take(struct ctx *ctx, const struct webcodes_scan *scan, struct str *ret_ticket);
/* Must who starts at this outlet have scanned? *ret_scan is what the ticket stands for (step 0: for
 * nothing here and now). */
int webcodes_bound(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str ticket,
	bool *ret_required, struct webscan *ret_scan);
