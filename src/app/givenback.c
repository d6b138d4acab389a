/* givenback.c - what flowed back, from readings to its row (givenback.h). */
#include "app/givenback.h"

#include "base/fault.h"
#include "store/exported.h"
#include "store/pile.h"
#include "store/session.h"

static bool any(const struct reading *readings, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (readings[i].has_export)
			return true;
	}
	return false;
}

/* The row of a charge, new where there is none; *ret_max_w is what its outlet can. */
static int row_of(struct ctx *ctx, int64_t session_id, struct exported *ret_row, int64_t *ret_max_w)
{
	struct session session;
	struct place place;
	int found = store_session_get(ctx->db, ctx->arena, session_id, &session);

	TRY(found);
	if (found != 0)
		return STORE_E_MISSING;
	found = store_pile_place(
		ctx->db, ctx->arena, session.pile_id, session.connector_no, &place);
	TRY(found);
	*ret_max_w = found == 0 ? place.max_w : 0;
	found = store_exported_get(ctx->db, ctx->arena, session_id, ret_row);
	TRY(found);
	if (found != 0)
		*ret_row = (struct exported){.session_id = session_id};
	ret_row->tenant_id = session.tenant_id;
	ret_row->pile_id = session.pile_id;
	ret_row->order_id = session.order_id;
	return 0;
}

int givenback_take(struct ctx *ctx, int64_t session_id, const struct reading *readings, size_t len)
{
	struct exported row;
	bool changed = false;
	int64_t max_w;
	int result;

	if (session_id == 0 || !any(readings, len))
		return 0;
	result = row_of(ctx, session_id, &row, &max_w);
	TRY(result);
	if (result != 0)
		return 0;
	for (size_t i = 0; i < len; i++)
		changed = exported_take(&row, &readings[i], max_w) || changed;
	return changed ? store_exported_put(ctx->db, &row) : 0;
}
