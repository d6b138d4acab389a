/* locallists.h - the conversation that keeps the piles' own lists of cards in step. Cards change in
 * order of one number per operator; a pile's list holds all changes up to some number, and what
 * lies behind is sent in pieces the pile can take. A list whose version is not the one we left
 * there is sent anew as a whole. */
#pragma once
#include "app/ask.h"
#include "store/locallist.h"

enum locallists_outcome { LOCALLISTS_E_UNKNOWN = 1 };

/* An operator wants a list kept on a pile of theirs, or not. */
int locallists_want(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, bool wanted);
/* Sends the whole list again. */
int locallists_renew(struct ctx *ctx, int64_t tenant_id, int64_t pile_id);
/* Cards were added or changed: all lists of its operator are looked at soon. */
int locallists_cards_changed(struct ctx *ctx, int64_t tenant_id);
/* The pile is back, or told its settings: its list is checked soon. A pile that says it keeps lists
 * gets one by itself. */
int locallists_pile_ready(struct ctx *ctx, int64_t pile_id);
int locallists_answered(struct ctx *ctx, const struct ask_answer *answer);
int locallists_tick(struct ctx *ctx);
