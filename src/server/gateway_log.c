/* gateway_log.c - the log of messages that need no transaction of their own: heartbeats and what
 * was refused at the door. Their rows wait a moment and are written together. A pile that says the
 * same again meanwhile gets no second row: the first one lists id, time and latency of each, so
 * that a flood of heartbeats costs the log next to nothing. */
#include "app/devices.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "server/gateway_parts.h"
#include "wire/json.h"

#define REPEAT_BYTES 120 /* of one repeat in the row, at most: three values and their signs */

/* The same message again. */
struct repeat {
	struct repeat *next;
	struct str message_id;
	int64_t at_us, latency_us;
};
/* One row that waits; what it holds lives in the waiting job's arena. */
struct light {
	struct light *next;
	struct journal_row row;
	bool seen; /* the pile's sign of life */
	struct repeat *repeats, **repeats_tail;
	size_t repeats_len;
};
struct lights {
	struct light *head, **tail;
	size_t len;
};

/* [["id",at_us,latency_us],...] */
static struct str repeats_text(const struct light *light, struct arena *arena)
{
	struct json_out out;
	struct buf buf;

	if (light->repeats_len == 0)
		return STR("");
	buf_init(&buf, arena, light->repeats_len * (REPEAT_BYTES + 6 * OCPP_ID_MAX));
	json_out_init(&out, &buf);
	json_open_array(&out, NULL);
	for (const struct repeat *repeat = light->repeats; repeat; repeat = repeat->next) {
		json_open_array(&out, NULL);
		json_put_str(&out, NULL, repeat->message_id);
		json_put_int(&out, NULL, repeat->at_us);
		json_put_int(&out, NULL, repeat->latency_us);
		json_close_array(&out);
	}
	json_close_array(&out);
	return buf.failed ? STR("") : buf_str(&buf);
}

static int run_light(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	const struct lights *lights = job->data;

	for (const struct light *light = lights->head; light; light = light->next) {
		struct journal_row *row = effects_add_row(ctx->effects);
		struct journal_row *next = row->next;

		*row = light->row;
		row->next = next;
		row->repeats = repeats_text(light, ctx->arena);
		if (light->seen)
			TRY(devices_seen(ctx, light->row.pile_id, light->row.at_us));
	}
	return 0;
}

static void finish_light(struct gateway_job *job)
{
	gateway_job_free(job);
}

void gateway_flush_light(struct gateway *gateway)
{
	struct gateway_job *job = gateway->light;

	if (!job)
		return;
	gateway->light = NULL;
	gateway_submit(gateway, job);
}

/* Signs of life are stored a few times a minute, not with each heartbeat: that a pile is here is
 * known by its link, and when it was heard last needs no more than seconds. */
static bool sign_of_life(struct station *station, int64_t now_us)
{
	if (now_us >= station->seen_us && now_us < station->seen_us + SEEN_EVERY_US)
		return false;
	station->seen_us = now_us;
	return true;
}

/* Joins a waiting row that says the same; false when there is none. */
static bool repeated(struct gateway *gateway, struct station *station,
	const struct journal_row *row, int64_t now_us)
{
	struct light *light = station->light;
	struct repeat *repeat;

	if (!gateway->light || !light || station->light_no != gateway->light_no ||
		light->repeats_len >= LIGHT_REPEATS || row->error.len > 0 ||
		!str_eq(light->row.action, row->action) ||
		!str_eq(light->row.request, row->request))
		return false;
	repeat = ARENA_NEW(&gateway->light->job.arena, struct repeat);
	if (!repeat)
		return false;
	repeat->message_id = str_dup(&gateway->light->job.arena, row->message_id);
	repeat->at_us = now_us;
	repeat->latency_us = row->latency_us;
	*light->repeats_tail = repeat;
	light->repeats_tail = &repeat->next;
	light->repeats_len++;
	return true;
}

/* The job that gathers rows, with room for this one. */
static struct gateway_job *gathering(struct gateway *gateway, const struct journal_row *row)
{
	struct gateway_job *job = gateway->light;
	struct lights *lights;

	if (job && job->job.arena.used + row->request.len + row->answer.len > LIMIT_JOB_ARENA / 4) {
		gateway_flush_light(gateway);
		job = NULL;
	}
	if (job)
		return job;
	job = gateway->light = gateway_job_new(gateway, 0, run_light, finish_light);
	job->data = lights = ARENA_NEW(&job->job.arena, struct lights);
	lights->tail = &lights->head;
	gateway->light_ticks_us = gateway_ticks(gateway);
	gateway->light_no++;
	return job;
}

void gateway_log(
	struct gateway *gateway, struct station *station, struct journal_row row, bool seen)
{
	int64_t now_us = clock_now_us(gateway->config.clock);
	bool sign = seen && sign_of_life(station, now_us);
	struct gateway_job *job;
	struct lights *lights;
	struct light *light;

	if (!sign && seen && repeated(gateway, station, &row, now_us))
		return;
	job = gathering(gateway, &row);
	lights = job->data;
	light = ARENA_NEW(&job->job.arena, struct light);
	row.action = str_dup(&job->job.arena, row.action);
	row.message_id = str_dup(&job->job.arena, row.message_id);
	row.request = str_dup(&job->job.arena, row.request);
	row.answer = str_dup(&job->job.arena, row.answer);
	row.error = str_dup(&job->job.arena, row.error);
	row.pile_id = station->pile_id;
	row.tenant_id = station->tenant_id;
	row.at_us = now_us;
	light->row = row;
	light->seen = sign;
	light->repeats_tail = &light->repeats;
	station->light = light;
	station->light_no = gateway->light_no;
	*lights->tail = light;
	lights->tail = &light->next;
	if (++lights->len >= LIGHT_MOST)
		gateway_flush_light(gateway);
}
