/* metrics.c - what the server counts, under Prometheus names and in base units. A server is live
 * while its first loop answers, and ready while its write lane commits: the last tick is then at
 * most some seconds old. */
#include "server/metrics.h"
#include "base/clock.h"
#include "base/fault.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define METRICS_BYTES (64 * 1024)
#define READY_US (10 * US_PER_S)

struct metrics {
	struct metrics_sources sources;
	int64_t began_us;
};

static void family(struct buf *out, const char *name, const char *kind, const char *help)
{
	buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	family(out, name, "counter", help);
	buf_format(out, "%s %llu\n", name, (unsigned long long)value);
}

static void gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	family(out, name, "gauge", help);
	buf_format(out, "%s %llu\n", name, (unsigned long long)value);
}

/* Microseconds as seconds. */
static void seconds(
	struct buf *out, const char *name, const char *kind, const char *help, int64_t us)
{
	family(out, name, kind, help);
	buf_format(out, "%s ", name);
	buf_put_fixed(out, us, 6);
	buf_put_char(out, '\n');
}

static void put_net(const struct metrics *metrics, struct buf *out)
{
	struct net_stats all = {0}, one;

	for (size_t i = 0; i < metrics->sources.loops_len; i++) {
		uint64_t *to = (uint64_t *)(void *)&all;
		const uint64_t *from = (const uint64_t *)(const void *)&one;

		loop_stats(metrics->sources.loops[i], &one);
		for (size_t k = 0; k < sizeof(all) / sizeof(*to); k++)
			to[k] += from[k];
	}
	counter(out, "leyden_net_accepted_total", "TCP connections accepted.", all.accepted);
	counter(out, "leyden_net_requests_total", "HTTP requests received.", all.requests);
	counter(out, "leyden_net_upgrades_total", "WebSocket handshakes completed.", all.upgrades);
	counter(out, "leyden_net_refused_total",
		"Requests refused before the application saw them.", all.refused);
	counter(out, "leyden_net_evicted_total", "Half-open connections cut to make room.",
		all.evicted);
	counter(out, "leyden_net_messages_received_total", "WebSocket messages received.",
		all.messages_in);
	counter(out, "leyden_net_messages_sent_total", "WebSocket messages sent.",
		all.messages_out);
	counter(out, "leyden_net_received_bytes_total", "Bytes received.", all.bytes_in);
	counter(out, "leyden_net_sent_bytes_total", "Bytes sent.", all.bytes_out);
	gauge(out, "leyden_net_connections", "Open connections.", all.open);
	gauge(out, "leyden_net_half_open", "Connections without a complete request yet.",
		all.half_open);
	gauge(out, "leyden_net_websockets", "Open WebSockets.", all.websockets);
	gauge(out, "leyden_net_streams", "Open event streams.", all.streams);
}

static void put_links(const struct metrics *metrics, struct buf *out)
{
	struct gateway_stats stats;

	links_stats(metrics->sources.links, &stats);
	gauge(out, "leyden_piles_connected", "Piles with a live connection.", stats.links);
	counter(out, "leyden_ocpp_received_total", "OCPP messages received.", stats.messages_in);
	counter(out, "leyden_ocpp_sent_total", "OCPP messages sent.", stats.messages_out);
	counter(out, "leyden_ocpp_errors_total", "CALLERRORs sent.", stats.errors_out);
	gauge(out, "leyden_ocpp_calls_open", "Calls to piles waiting for an answer.",
		stats.calls_open);
}

static void put_lanes(const struct metrics *metrics, struct buf *out)
{
	struct lanes_stats stats;

	lanes_stats(metrics->sources.lanes, &stats);
	counter(out, "leyden_lane_commits_total", "Transactions committed.", stats.commits);
	counter(out, "leyden_lane_jobs_total", "Jobs done.", stats.jobs);
	counter(out, "leyden_lane_faults_total", "Jobs that ended with a fault.", stats.faults);
	counter(out, "leyden_lane_retries_total", "Jobs run again after a conflict.",
		stats.busy_retries);
	gauge(out, "leyden_lane_queued", "Jobs waiting.", stats.queued);
	gauge(out, "leyden_lane_batch_max", "Most jobs in one transaction so far.",
		stats.batch_max);
	seconds(out, "leyden_lane_commit_seconds_total", "counter", "Time spent committing.",
		stats.commit_us_total);
}

static void put_web(const struct metrics *metrics, struct buf *out)
{
	struct web_stats stats;

	web_stats(metrics->sources.web, &stats);
	family(out, "leyden_http_answers_total", "counter", "Answers by hundreds of their status.");
	for (int i = 1; i < 6; i++)
		buf_format(out, "leyden_http_answers_total{status=\"%dxx\"} %llu\n", i,
			(unsigned long long)stats.answers[i]);
	seconds(out, "leyden_http_answer_seconds_total", "counter", "Time from request to answer.",
		stats.time_us);
	gauge(out, "leyden_streams_listeners", "Listeners of live streams.",
		streams_count(metrics->sources.streams));
}

static uint64_t open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	uint64_t count = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count > 3 ? count - 3 : 0; /* ".", ".." and the folder itself */
}

static uint64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long size = 0, resident = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put_process(const struct metrics *metrics, struct buf *out)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	seconds(out, "process_cpu_seconds_total", "counter", "CPU time used.",
		(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S +
			usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
	gauge(out, "process_resident_memory_bytes", "Resident memory.", resident_bytes());
	gauge(out, "process_open_fds", "Open file descriptors.", open_files());
	seconds(out, "process_start_time_seconds", "gauge", "Start time, seconds since 1970.",
		metrics->began_us);
	family(out, "leyden_build_info", "gauge", "The version that runs.");
	buf_format(out, "leyden_build_info{version=\"%s\"} 1\n", metrics->sources.version);
}

void metrics_write(const struct metrics *metrics, struct buf *out)
{
	put_net(metrics, out);
	put_links(metrics, out);
	put_lanes(metrics, out);
	put_web(metrics, out);
	put_process(metrics, out);
}

static bool is_ready(const struct metrics *metrics)
{
	int64_t last_us = timer_last_us(metrics->sources.timer);

	return last_us != 0 && clock_ticks_us(&clock_system) - last_us < READY_US;
}

static void on_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	const struct metrics *metrics = context;
	struct http_answer answer = {
		.status = 200, .content_type = STR("text/plain; charset=utf-8")};
	struct buf out;

	(void)body;
	buf_init(&out, NULL, METRICS_BYTES);
	if (!str_is(head->method, "GET") && !str_is(head->method, "HEAD")) {
		answer.status = 405;
		answer.extra_headers = STR("Allow: GET, HEAD\r\n");
	} else if (str_is(head->path, "/metrics")) {
		answer.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
		metrics_write(metrics, &out);
	} else if (str_is(head->path, "/livez")) {
		buf_put_str(&out, STR("ok\n"));
	} else if (str_is(head->path, "/readyz")) {
		answer.status = is_ready(metrics) ? 200 : 503;
		buf_put_str(&out, answer.status == 200 ? STR("ok\n")
						       : STR("the write lane does not commit\n"));
	} else {
		answer.status = 404;
		buf_put_str(&out, STR("here are /metrics, /livez and /readyz\n"));
	}
	answer.body = buf_str(&out);
	http_reply(conn, &answer);
	buf_fini(&out);
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	(void)context;
	(void)conn;
	(void)text;
}

struct net_handler metrics_handler(struct metrics *metrics)
{
	return (struct net_handler){
		.request = on_request, .message = on_message, .context = metrics};
}

struct metrics *metrics_new(const struct metrics_sources *sources)
{
	struct metrics *metrics = mem_alloc(sizeof(*metrics));

	metrics->sources = *sources;
	metrics->began_us = clock_now_us(&clock_system);
	return metrics;
}

void metrics_free(struct metrics *metrics)
{
	mem_free(metrics);
}
