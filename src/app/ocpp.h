/* ocpp.h - the front desks by protocol version: one table of what a pile may say, one way to encode
 * what it is told, one way to read its answers, each a row of ocpp.c.
 *
 * What a pile is told is stored in the words of the house, which are those of OCPP 1.6 and its
 * security extension, and encoded for whatever the pile speaks when it is sent: a remote start that
 * waited while the pile got a new firmware still reaches it. A command that only one version knows
 * is stored in that version's own words (command.protocol). */
#pragma once
#include "app/ctx.h"
#include "app/inquiry.h"
#include "store/command.h"
#include "wire/ocpp.h"
#include "wire/record.h"

struct desk;
struct ocpp_reply {
	enum ocpp_code code; /* 0: payload is the answer; else a CALLERROR with `text` */
	struct str payload;
	struct str text;
	struct str note;      /* for the log: a stable word when the answer hides something odd
				 ("foreign") */
	int64_t connector_no; /* what the message was about, for the log; 0 when nothing */
	int64_t order_id;
	/* of a boot: whether the pile may say more than that now */
	enum { REPLY_AS_BEFORE = 0, REPLY_ADMITTED, REPLY_HELD } admitted;
	/* Set: there is no answer yet. After the commit this is asked, and `resume` fills the
	 * answer with what came back; it may ask once more. Both in the job's arena. */
	const struct inquiry *inquiry;
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer);
};
/* One message at the desk. Handlers fill `conf` of their route, or reply->code and text. */
struct ocpp_route;
struct desk {
	enum ocpp_version version;
	const struct ocpp_route *route;
	struct ctx *ctx; /* NULL for light routes */
	struct arena *arena;
	int64_t now_us;
	int64_t pile_id;
	const void *req;
	void *conf;
	struct ocpp_reply *reply;
};
struct ocpp_route {
	const char *action;
	bool light; /* the answer needs no database and nothing has to be durable first */
	const struct record *req, *conf; /* conf NULL: sent, never answered */
	int (*handle)(struct desk *desk);
};
struct ocpp_routes {
	const struct ocpp_route *routes;
	size_t len;
};
struct ocpp_desk {
	enum ocpp_version version;
	const struct ocpp_routes *routes;
	/* Does the version know this action at all? Then the error is NotSupported, else
	 * NotImplemented. */
	bool (*known)(struct str action);
	/* A stored command in the words of this version. > 0 when it cannot say that. */
	int (*encode)(struct ctx *ctx, const struct command *command, struct str *ret_action,
		struct str *ret_payload);
	/* What a pile answered to a command of ours: `payload` of its CALLRESULT, or `error`
	 * ("timeout", "offline", "CALLERROR:Code"). Stores it, tells charging, keeps reported
	 * settings. *ret_error is the error as stored (an answer of the wrong shape is one too),
	 * *ret_order_id the order it was for. */
	int (*answered)(struct ctx *ctx, int64_t command_id, struct str payload, struct str error,
		int64_t latency_us, struct str *ret_error, int64_t *ret_order_id);
};
/* NULL for a version that is not spoken here. */
const struct ocpp_desk *ocpp_desk(enum ocpp_version version);
/* The versions spoken here, best first, for people: "ocpp2.1, ocpp2.0.1, ocpp1.6". */
struct str ocpp_spoken(struct arena *arena);

/* May a pile say this while its boot was not accepted? OCPP 2.x answers all else with
 * SecurityError; 1.6 has no such rule. */
bool ocpp_while_held(const struct ocpp_desk *desk, struct str action);
/* The route of a message from a pile. NULL when a pile may not say it: then *ret_code is
 * NotImplemented (no such action) or NotSupported (an action, but not one for us). */
const struct ocpp_route *ocpp_route(
	const struct ocpp_desk *desk, struct str action, enum ocpp_code *ret_code);
/* Payload -> struct in the arena, by the field table. RECORD_E_* when it is not one. */
int ocpp_decode(const struct ocpp_route *route, struct str payload, struct arena *arena,
	void **ret_request, struct record_error *ret_error);
/* Runs a decoded message of a pile; always fills *ret_reply, < 0 only for faults. */
int ocpp_run(struct ctx *ctx, enum ocpp_version version, const struct ocpp_route *route,
	int64_t pile_id, const void *request, struct ocpp_reply *ret_reply);
/* The second half of a message that asked outside: `resume` as the first half left it. */
int ocpp_resume(struct ctx *ctx, enum ocpp_version version, const struct ocpp_route *route,
	int64_t pile_id, const void *request,
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer),
	const struct inquiry_answer *answer, struct ocpp_reply *ret_reply);
/* The same for a light route, anywhere. */
int ocpp_run_light(const struct ocpp_route *route, int64_t now_us, struct arena *arena,
	struct ocpp_reply *ret_reply);

/* After every answer of a pile: the conversations about passwords, profiles and certificates hear
 * the status it gave, whatever the version. `action` is that of the wire. */
int ocpp_security_answered(struct ctx *ctx, int64_t command_id, struct str action,
	struct str payload, struct str error);

/* For handlers: asks outside before the answer (texts in the desk's arena). 0, or a fault. */
int desk_ask(struct desk *desk, const struct inquiry *inquiry,
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer));
/* For handlers: refuses the message. Returns 0. */
int desk_refuse(struct desk *desk, enum ocpp_code code, struct str text);
