/* ctx.c - the lists a conversation leaves behind: effects for the world, rows for the journal. */
#include "app/ctx.h"

void effects_init(struct effects *effects, struct arena *arena)
{
	*effects = (struct effects){.arena = arena};
	effects->tail = &effects->head;
	effects->rows_tail = &effects->rows;
}

/* What does not fit the arena must not crash the conversation: it writes into a spare that nobody
 * reads. The arena remembers that it failed, and the lane gives the job up for it. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
	static _Thread_local struct effect spare;
	struct effect *effect = ARENA_NEW(effects->arena, struct effect);

	if (!effect) {
		spare = (struct effect){.kind = kind};
		return &spare;
	}
	effect->kind = kind;
	*effects->tail = effect;
	effects->tail = &effect->next;
	return effect;
}

struct journal_row *effects_add_row(struct effects *effects)
{
	static _Thread_local struct journal_row spare;
	struct journal_row *row = ARENA_NEW(effects->arena, struct journal_row);

	if (!row) {
		spare = (struct journal_row){0};
		return &spare;
	}
	*effects->rows_tail = row;
	effects->rows_tail = &row->next;
	return row;
}
