/* uploads.h - the conversation about files piles send: diagnostics and security logs, asked for
 * with a one-time address, taken in by the server's own upload door, kept for a time. */
#pragma once
#include "app/ask.h"
#include "store/upload.h"

enum uploads_outcome {
	UPLOADS_E_UNKNOWN = 1,
	UPLOADS_E_STATE = 2, /* used already, or too late */
	UPLOADS_E_PILE = 3,
	UPLOADS_E_UNSUPPORTED = 4,
	UPLOADS_E_FULL = 5,
};
struct upload_wish {
	int64_t tenant_id, pile_id, user_id;
	bool security;
	int64_t from_us, until_us; /* of the entries, 0 all */
};
int uploads_ask(struct ctx *ctx, const struct upload_wish *wish, struct upload *ret_upload);
enum upload_step { UPLOAD_IDLE = 1, UPLOAD_SENDING, UPLOAD_SENT, UPLOAD_FAILED, UPLOAD_REFUSED };
/* What the pile says of it; `number` below 0: it does not say of which. */
int uploads_reported(struct ctx *ctx, int64_t pile_id, int64_t number, enum upload_step step);
int uploads_answered(struct ctx *ctx, const struct ask_answer *answer);
/* The door: may this token bring a file now? UPLOADS_E_UNKNOWN, UPLOADS_E_STATE. Then its end. */
int uploads_begin(struct ctx *ctx, struct str token, struct upload *ret_upload);
int uploads_end(struct ctx *ctx, int64_t upload_id, int64_t bytes, struct str error);
int uploads_tick(struct ctx *ctx);
