/* ocpp16_signed.h - the signed readings that come with a stop. */
#pragma once
#include "app/ctx.h"
#include "wire/ocpp16/core.h"

/* Checks and keeps the signed readings of a stop's transactionData. Whatever they are, the stop
 * itself stands: a record that does not check is kept with the reason, for people to look at. */
int ocpp16_signed(struct ctx *ctx, int64_t pile_id, const struct ocpp16_stop_transaction_req *req);
