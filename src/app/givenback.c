/* givenback.c - what flowed back, from readings to its row and half hours (givenback.h). */
#include "app/givenback.h"

#include "app/step.h"
#include "base/fault.h"
#include "store/exported.h"
#include "store/transaction.h"

static bool any(const struct reading *readings, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (readings[i].has_export)
			return true;
	}
	return false;
}

/* The row of a charge, new where there is none. */
static int row_of(struct ctx *ctx, const struct scene *scene, struct exported *ret_row)
{
	int found = store_exported_get(ctx->db, ctx->arena, scene->session.id, ret_row);

	TRY(found);
	if (found != 0)
		*ret_row = (struct exported){.session_id = scene->session.id};
	ret_row->tenant_id = scene->session.tenant_id;
	ret_row->pile_id = scene->session.pile_id;
	ret_row->order_id = scene->session.order_id;
	return 0;
}

/* One warning for each kind of oddity. */
static int warn(struct ctx *ctx, const struct order *order, int64_t raised)
{
	const char *word;
	int64_t flag;

	if (order->id == 0)
		return 0;
	for (size_t i = 0; (word = exported_flag_name(i, &flag)) != NULL; i++) {
		if (raised & flag)
			TRY(step_event(ctx, order, "warning", word, STR("")));
	}
	return 0;
}

int givenback_take(
	struct ctx *ctx, const struct scene *scene, const struct reading *readings, size_t len)
{
	struct exported_right rights[STORE_RIGHTS_MOST];
	struct exported_world world = {ctx->now_us, scene->place.max_w, rights, 0};
	struct session_world place = step_world(ctx, &scene->place);
	struct session_change change = {0};
	struct exported_growth growth;
	struct exported row;
	bool changed = false;
	int64_t before;

	if (!any(readings, len))
		return 0;
	TRY(row_of(ctx, scene, &row));
	TRY(store_exported_rights(ctx->db, row.session_id, rights, &world.rights_len));
	before = row.flags;
	for (size_t i = 0; i < len; i++) {
		changed = exported_take(&row, &world, &readings[i], &growth) || changed;
		if (growth.energy_dwh > 0)
			TRY(session_spread(&place, growth.from_us, growth.to_us, growth.energy_dwh,
				ctx->arena, &change));
	}
	if (!changed)
		return 0;
	TRY(store_exported_put(ctx->db, &row));
	TRY(store_exported_usage_add(ctx->db, row.session_id, &change));
	return warn(ctx, &scene->order, row.flags & ~before);
}

int givenback_told(struct ctx *ctx, int64_t session_id, const struct reading *readings, size_t len)
{
	struct scene scene;
	int found;

	if (session_id == 0 || !any(readings, len))
		return 0;
	found = store_scene_get(ctx->db, ctx->arena, session_id, &scene);
	TRY(found);
	return found == 0 && scene.session.open ? givenback_take(ctx, &scene, readings, len) : 0;
}

/* The right that runs, if one does. */
static const struct exported_right *running(const struct exported_right *rights, size_t len)
{
	return len > 0 && rights[len - 1].until_us == 0 ? &rights[len - 1] : NULL;
}

int givenback_allowed(struct ctx *ctx, int64_t pile_id, struct str name, bool may, int64_t from_us)
{
	struct exported_right rights[STORE_RIGHTS_MOST], right = {.from_us = from_us};
	const struct exported_right *runs;
	struct pile_transaction known;
	struct scene scene;
	size_t len;
	int found = store_transaction_get(ctx->db, ctx->arena, pile_id, name, &known);

	TRY(found);
	if (found != 0 || known.session_id == 0)
		return 0;
	found = store_scene_get(ctx->db, ctx->arena, known.session_id, &scene);
	TRY(found);
	if (found != 0 || !scene.session.open)
		return 0;
	TRY(store_exported_rights(ctx->db, scene.session.id, rights, &len));
	runs = running(rights, len);
	if (may == (runs != NULL) || (may && len == STORE_RIGHTS_MOST))
		return 0;
	if (!may)
		right = (struct exported_right){runs->from_us, ctx->now_us};
	TRY(store_exported_right_put(ctx->db, scene.session.id, &right));
	return scene.order.id == 0 ? 0
				   : step_event(ctx, &scene.order, "state",
					     may ? "back_allowed" : "back_ended", STR(""));
}
