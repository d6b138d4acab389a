/* journal.c - frames and samples as rows; lists that continue from this month's journal into last
 * month's. */
#include "store/journal.h"
#include "base/fault.h"
#include "base/id.h"

/* The text itself when it is UTF-8 without NUL, else a copy with '?' for each byte that is not
 * ASCII. */
static struct str storable(struct str text, struct arena *arena)
{
	bool plain = true;
	char *copy;

	for (size_t i = 0; i < text.len && plain; i++)
		plain = text.ptr[i] != '\0';
	if (text.len == 0)
		return STR("");
	if (plain && str_utf8_len(text) >= 0)
		return text;
	copy = arena_copy(arena, text.ptr, text.len);
	if (!copy)
		return STR("?");
	for (size_t i = 0; i < text.len; i++)
		if (copy[i] == '\0' || (unsigned char)copy[i] > 127)
			copy[i] = '?';
	return (struct str){copy, text.len};
}

int store_frame_add(struct db *journal, const struct frame *frame, struct arena *arena)
{
	struct stmt *stmt = stmt_of(journal, SQL_FRAME_ADD);

	stmt_bind_i64(stmt, 1, frame->id);
	stmt_bind_i64(stmt, 2, frame->tenant_id);
	stmt_bind_i64(stmt, 3, frame->pile_id);
	stmt_bind_i64(stmt, 4, frame->at_us);
	stmt_bind_i64(stmt, 5, frame->from_pile);
	stmt_bind_i64(stmt, 6, frame->connector_no);
	stmt_bind_i64(stmt, 7, frame->order_id);
	stmt_bind_str(stmt, 8, storable(frame->action, arena));
	stmt_bind_str(stmt, 9, storable(frame->message_id, arena));
	stmt_bind_str(stmt, 10, storable(frame->request, arena));
	stmt_bind_str(stmt, 11, storable(frame->answer, arena));
	stmt_bind_str(stmt, 12, storable(frame->error, arena));
	stmt_bind_i64(stmt, 13, frame->latency_us);
	stmt_bind_str(stmt, 14, storable(frame->repeats, arena));
	return stmt_run(stmt, NULL);
}

int store_sample_add(struct db *journal, const struct sample *sample)
{
	struct stmt *stmt = stmt_of(journal, SQL_SAMPLE_ADD);

	stmt_bind_i64(stmt, 1, sample->session_id);
	stmt_bind_i64(stmt, 2, sample->at_us);
	stmt_bind_i64(stmt, 3, sample->pile_id);
	stmt_bind_i64(stmt, 4, sample->connector_no);
	stmt_bind_blob(stmt, 5, sample->packed.ptr ? sample->packed : STR(""));
	return stmt_run(stmt, NULL);
}

static void read_frame(struct stmt *stmt, struct arena *arena, struct frame *frame)
{
	frame->id = stmt_i64(stmt, 0);
	frame->tenant_id = stmt_i64(stmt, 1);
	frame->pile_id = stmt_i64(stmt, 2);
	frame->at_us = stmt_i64(stmt, 3);
	frame->from_pile = stmt_i64(stmt, 4) != 0;
	frame->connector_no = stmt_i64(stmt, 5);
	frame->order_id = stmt_i64(stmt, 6);
	frame->action = stmt_dup(stmt, 7, arena);
	frame->message_id = stmt_dup(stmt, 8, arena);
	frame->request = stmt_dup(stmt, 9, arena);
	frame->answer = stmt_dup(stmt, 10, arena);
	frame->error = stmt_dup(stmt, 11, arena);
	frame->latency_us = stmt_i64(stmt, 12);
	frame->repeats = stmt_dup(stmt, 13, arena);
}

/* Appends what one journal has. */
static int frames_of(struct db *journal, const struct frame_filter *filter, struct arena *arena,
	struct frame *frames, size_t *len)
{
	bool by_order = filter->order_id != 0;
	struct stmt *stmt = stmt_of(journal, by_order ? SQL_FRAME_OF_ORDER : SQL_FRAME_OF_PILE);
	int step;

	stmt_bind_i64(stmt, 1, filter->tenant_id);
	stmt_bind_i64(stmt, 2, by_order ? filter->order_id : filter->pile_id);
	stmt_bind_i64(stmt, 3, filter->before_id ? filter->before_id : INT64_MAX);
	stmt_bind_str(stmt, 4, filter->action.ptr ? filter->action : STR(""));
	stmt_bind_i64(stmt, 5, filter->errors_only);
	stmt_bind_i64(stmt, 6, (int64_t)(filter->limit - *len));
	stmt_bind_i64(stmt, 7, filter->connector_no);
	stmt_bind_i64(stmt, 8, filter->direction);
	if (by_order)
		stmt_bind_i64(stmt, 9, filter->pile_id);
	while ((step = stmt_step(stmt)) == 1)
		read_frame(stmt, arena, &frames[(*len)++]);
	return step;
}

int store_frames(struct db *const journals[2], const struct frame_filter *filter,
	struct arena *arena, struct frame **ret_frames, size_t *ret_len)
{
	struct frame *frames = ARENA_ARRAY(arena, struct frame, filter->limit + 1);
	size_t len = 0;

	if (!frames)
		return FAULT(FAULT_NOMEM, "frames: limit too high");
	for (int i = 0; i < 2; i++)
		if (journals[i] && len < filter->limit)
			TRY(frames_of(journals[i], filter, arena, frames, &len));
	if (arena->failed)
		return FAULT(FAULT_NOMEM, "frames: too much text");
	*ret_frames = frames;
	*ret_len = len;
	return 0;
}

static int samples_of(struct db *journal, const int64_t key[3], size_t limit, struct arena *arena,
	struct sample *samples, size_t *len)
{
	struct stmt *stmt = stmt_of(journal, SQL_SAMPLE_LIST);
	int step;

	for (int i = 0; i < 3; i++)
		stmt_bind_i64(stmt, i + 1, key[i]);
	stmt_bind_i64(stmt, 4, (int64_t)(limit - *len));
	while ((step = stmt_step(stmt)) == 1) {
		struct str packed = stmt_blob(stmt, 4);

		samples[(*len)++] = (struct sample){
			.session_id = stmt_i64(stmt, 0),
			.at_us = stmt_i64(stmt, 1),
			.pile_id = stmt_i64(stmt, 2),
			.connector_no = stmt_i64(stmt, 3),
			.packed = str_dup(arena, packed),
		};
	}
	return step;
}

int store_samples(struct db *const journals[2], int64_t session_id, int64_t from_us, int64_t to_us,
	size_t limit, struct arena *arena, struct sample **ret_samples, size_t *ret_len)
{
	const int64_t key[] = {session_id, from_us, to_us};
	struct sample *samples = ARENA_ARRAY(arena, struct sample, limit + 1);
	size_t len = 0;

	if (!samples)
		return FAULT(FAULT_NOMEM, "samples: limit too high");
	/* Last month's come first. */
	for (int i = 1; i >= 0; i--)
		if (journals[i] && len < limit)
			TRY(samples_of(journals[i], key, limit, arena, samples, &len));
	if (arena->failed)
		return FAULT(FAULT_NOMEM, "samples: too many");
	*ret_samples = samples;
	*ret_len = len;
	return 0;
}

int store_journal_purge(struct db *journal, int64_t until_us, int64_t most, int64_t *ret_count)
{
	struct stmt *frames = stmt_of(journal, SQL_FRAME_PURGE);
	struct stmt *samples = stmt_of(journal, SQL_SAMPLE_PURGE);
	int64_t frames_gone = 0, samples_gone = 0;

	stmt_bind_i64(frames, 1, id_first(until_us));
	stmt_bind_i64(frames, 2, most);
	TRY(stmt_run(frames, &frames_gone));
	stmt_bind_i64(samples, 1, id_first(until_us));
	stmt_bind_i64(samples, 2, until_us);
	stmt_bind_i64(samples, 3, most);
	TRY(stmt_run(samples, &samples_gone));
	*ret_count = frames_gone + samples_gone;
	return 0;
}
