/* seed.h - what an empty database gets: the operator itself, and with --demo a small site to look
 * at. */
#pragma once
#include "server/config.h"
#include "server/direct.h"

/* The first operator and its first site; made when there is none. *ret_site_id may be NULL. */
int seed_operator(struct ctx *ctx, int64_t *ret_tenant_id, int64_t *ret_site_id);
/* Demo: site "Lakeside" with prices by time of use, six piles, members with cards and money, and a
 * person to sign in, whose random password goes to DATA/demo-login (0600). Does nothing when that
 * file is there. */
int seed_demo(struct direct *direct, const struct config *config);
