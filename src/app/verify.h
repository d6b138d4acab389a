/* verify.h - recomputes the books from the transfers and compares everything that depends on them:
 * counters, limits, holds, orders, bills, payments. Reads only. The checks are the invariants of
 * docs/ledger.md by name. */
#pragma once
#include "app/ctx.h"

struct verify_check {
	const char *name;  /* stable word: "balances" */
	const char *about; /* what it says when it holds, in English */
	bool ok;
	int64_t bad;       /* rows that contradict it */
	struct str detail; /* when not ok: how many, and the first one's id */
};
/* Runs every check for one tenant, 0: all. The list is in ctx->arena. */
int verify_run(
	struct ctx *ctx, int64_t tenant_id, struct verify_check **ret_checks, size_t *ret_len);
/* True when every check of a list holds. */
bool verify_ok(const struct verify_check *checks, size_t len);
