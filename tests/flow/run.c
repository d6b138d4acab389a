/* run.c - plays transcripts (*.flow) against the whole server in one process, on the engine named
 * first: flow sqlite|postgres FILE... A transcript is read from top to bottom; each line is one of
 *     # anything                       a comment for the reader
 *     @ 2026-03-02T09:00:00Z           the clock is set           @ +30s  @ +15m  @ +2h   time
 * passes, timers run connect A-07 [as=two] [user=.. password=.. offer=ocpp1.6]   a pile's link
 * opens; its label is its identity disconnect A-07                  the link breaks            use
 * A-07   the next > and < are about this link trouble down|full|slow 40|over   the database is
 * away, its disk is full, each commit takes 40 s; or all is well again restart the server ends and
 * starts again on the same data; all links are gone > [2,"1","Heartbeat",{}]         a frame from
 * the pile      two> ...   from the link with that label
 *     >> StatusNotification {...}      a call whose answer must be {}, with an id of its own
 *     < [3,"1",{...}]                  the next frame to the pile must be this one. $_ stands for
 * anything, a new $name takes what it finds, a known $name must be there again. Blanks do not
 * count. < nothing    < closed 1000    < verdict 401 $ deed ... [-> outcome]          what people
 * and channels do: see act.c ? question                       what must be true: see ask.c At the
 * end no link may hold an unread frame, and the books must be clean. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/fault.h"
#include "app/verify.h"
#include "base/log.h"
#include "faults.h"
#include "flow.h"

void flow_fail(struct flow *flow, const char *format, ...)
{
	va_list args;

	if (flow->failed)
		return;
	flow->failed = true;
	fprintf(stderr, "%s:%d: ", flow->file, flow->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Blanks outside strings are for the reader's eye. */
static struct str squeeze(struct flow *flow, struct str text)
{
	struct buf buf;
	bool quoted = false;

	buf_init(&buf, &flow->arena, 1 << 20);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' && (i == 0 || text.ptr[i - 1] != '\\'))
			quoted = !quoted;
		if (quoted || !isspace((unsigned char)text.ptr[i]))
			buf_put_char(&buf, text.ptr[i]);
	}
	return buf_str(&buf);
}

static void expect(struct flow *flow, struct flow_link *link, struct str pattern)
{
	struct str heard = world_heard(flow, link);

	flow->asked++;
	if (str_is(pattern, "nothing")) {
		if (heard.ptr)
			flow_fail(flow, "%s got %.*s", link->label, STR_FMT(heard));
		return;
	}
	if (!heard.ptr) {
		flow_fail(flow, "%s got nothing", link->label);
		return;
	}
	if (pattern.len > 0 && pattern.ptr[0] == '[')
		pattern = squeeze(flow, pattern);
	if (!words_match(flow, pattern, heard))
		flow_fail(flow, "%s got\n    %.*s\nexpected\n    %.*s", link->label, STR_FMT(heard),
			STR_FMT(pattern));
}

/* >> Action payload: id and answer are made here. */
static void call(struct flow *flow, struct flow_link *link, struct str words)
{
	struct str action = words_next(&words);
	struct str id = str_format(&flow->arena, "auto-%lld", (long long)++link->ids);

	world_say(flow, link,
		str_format(&flow->arena, "[2,\"%.*s\",\"%.*s\",%.*s]", STR_FMT(id), STR_FMT(action),
			STR_FMT(words_fill(flow, words))));
	expect(flow, link, str_format(&flow->arena, "[3,\"%.*s\",{}]", STR_FMT(id)));
}

static void clock_line(struct flow *flow, struct str text)
{
	int64_t value;

	if (text.len > 2 && text.ptr[0] == '+') {
		int64_t unit = text.ptr[text.len - 1] == 'h'   ? US_PER_HOUR
			       : text.ptr[text.len - 1] == 'm' ? US_PER_MIN
							       : US_PER_S;

		if (str_to_i64(str_slice(text, 1, text.len - 1), &value)) {
			world_pass(flow, value * unit);
			return;
		}
	}
	if (!time_parse(text, &value, NULL))
		flow_fail(flow, "%.*s is no time", STR_FMT(text));
	else if (value < flow->stage.clock.at_us && flow->links_len > 0)
		flow_fail(flow, "time does not run backwards");
	else if (flow->links_len == 0)
		flow->stage.clock.at_us = value;
	else
		world_pass(flow, value - flow->stage.clock.at_us);
}

static void connect_line(struct flow *flow, struct str words)
{
	struct str code = words_next(&words);
	struct str label = words_get(flow, words, "as", "");
	struct str certificate = words_get(flow, words, "certificate", "");

	world_connect(flow, label.len > 0 ? label : code,
		&(struct gateway_caller){.code = code,
			.protocols = words_get(flow, words, "offer", "ocpp1.6"),
			.remote = words_get(flow, words, "from", "127.0.0.1:4711"),
			.proof = {.user = words_get(flow, words, "user", ""),
				.password = words_get(flow, words, "password", ""),
				.certified = certificate.len > 0,
				.common_name = certificate,
				.tls = certificate.len > 0}});
}

/* Lines about frames: an optional label before the arrow. False when it is none. */
static bool frame_line(struct flow *flow, struct str line)
{
	size_t at = 0;
	struct str rest;

	while (at < line.len && line.ptr[at] != '>' && line.ptr[at] != '<') {
		if (line.ptr[at] == ' ')
			return false;
		at++;
	}
	if (at == line.len)
		return false;
	if (at > 0)
		flow->link = world_link(flow, str_slice(line, 0, at));
	if (!flow->link) {
		flow_fail(flow, "no link yet");
		return true;
	}
	rest = str_trim(str_slice(line, at + 1, line.len));
	if (line.ptr[at] == '<')
		expect(flow, flow->link, rest);
	else if (rest.len > 0 && rest.ptr[0] == '>')
		call(flow, flow->link, str_trim(str_slice(rest, 1, rest.len)));
	else
		world_say(flow, flow->link, words_fill(flow, rest));
	return true;
}

static void flap_line(struct flow *flow, struct str words)
{
	struct str code = words_next(&words);
	int64_t times = 0;

	str_to_i64(words_next(&words), &times);
	for (int64_t i = 0; i < times && !flow->failed; i++) {
		flow->links_len -= i > 0;
		world_connect(flow, STR("flapping"),
			&(struct gateway_caller){.code = code,
				.protocols = STR("ocpp1.6"),
				.remote = STR("127.0.0.1:4711")});
		world_disconnect(flow, STR("flapping"));
	}
}

/* All handshakes, then all first messages, wait in the lane together before any of them is run. */
static void crowd_line(struct flow *flow, struct str words)
{
	size_t first = flow->links_len;
	int64_t count = 0;

	str_to_i64(words_next(&words), &count);
	for (int64_t i = 0; i < count; i++)
		world_connect_later(flow, str_format(&flow->arena, "crowd-%lld", (long long)i + 1));
	world_pump(flow);
	for (size_t i = first; i < flow->links_len; i++)
		gateway_text(flow->stage.gateway, flow->links[i].id,
			STR("[2,\"s\",\"StatusNotification\",{\"connectorId\":1,\"errorCode\":"
			    "\"NoError\",\"status\":\"Available\"}]"));
	world_pump(flow);
	for (size_t i = first; i < flow->links_len && !flow->failed; i++)
		expect(flow, &flow->links[i], STR("[3,\"s\",{}]"));
}

static void play_file(struct flow *flow, const char *path);

static void include_line(struct flow *flow, struct str name)
{
	const char *file = flow->file;
	const char *slash = strrchr(file, '/');
	int line = flow->line;
	struct str dir = {file, slash ? (size_t)(slash - file + 1) : 0};

	play_file(flow, str_dup_z(&flow->arena,
				str_format(&flow->arena, "%.*s%.*s", STR_FMT(dir), STR_FMT(name))));
	if (!flow->failed) {
		flow->file = file;
		flow->line = line;
	}
}

/* What goes wrong on purpose needs no lines. */
static void log_quiet(bool quiet)
{
	log_setup(getenv("FLOW_LOG") ? LOG_LEVEL_DEBUG
		  : quiet            ? LOG_LEVEL_ERROR + 1
				     : LOG_LEVEL_ERROR,
		false);
}

/* trouble down | full | slow SECONDS | over */
static void trouble_line(struct flow *flow, struct str words)
{
	struct str what = words_next(&words);
	int64_t seconds = 0;

	faults_revive();
	flow->trouble = !str_is(what, "over");
	log_quiet(flow->trouble);
	faults.dead = str_is(what, "down");
	faults.full = str_is(what, "full");
	if (!str_is(what, "slow"))
		return;
	str_to_i64(words_next(&words), &seconds);
	faults.clock_us = &flow->stage.clock.at_us;
	faults.slow_us = seconds * US_PER_S;
}

static void play_line(struct flow *flow, struct str line)
{
	struct str words = line, first;

	if (line.len == 0 || line.ptr[0] == '#')
		return;
	first = words_next(&words);
	if (str_is(first, "@"))
		clock_line(flow, words);
	else if (str_is(first, "$"))
		act(flow, words);
	else if (str_is(first, "?"))
		ask(flow, words);
	else if (str_is(first, "connect"))
		connect_line(flow, words);
	else if (str_is(first, "disconnect"))
		world_disconnect(flow, words_next(&words));
	else if (str_is(first, "use"))
		flow->link = world_link(flow, words_next(&words));
	else if (str_is(first, "include"))
		include_line(flow, words_next(&words));
	else if (str_is(first, "flap"))
		flap_line(flow, words);
	else if (str_is(first, "crowd"))
		crowd_line(flow, words);
	else if (str_is(first, "trouble"))
		trouble_line(flow, words);
	else if (str_is(first, "restart"))
		world_restart(flow);
	else if (!frame_line(flow, line))
		flow_fail(flow, "what is this line?");
}

/* What is named in a transcript is used until its end, so its text stays as long. */
static struct str read_file(struct flow *flow, const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = mem_alloc(1 << 20);
	struct str copy;

	if (!file || fread(text, 1, (1 << 20) - 1, file) == 0) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	fclose(file);
	copy = str_dup(&flow->arena, str_from(text));
	mem_free(text);
	return copy;
}

static void play_file(struct flow *flow, const char *path)
{
	struct str rest = read_file(flow, path);

	flow->file = path;
	flow->line = 0;
	while (rest.len > 0 && !flow->failed) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		flow->line++;
		play_line(flow, line);
	}
}

static int verify(struct ctx *ctx, void *arg)
{
	struct flow *flow = arg;
	struct verify_check *checks;
	size_t len;

	TRY(verify_run(ctx, 0, &checks, &len));
	flow->asked += len;
	for (size_t i = 0; i < len; i++) {
		if (!checks[i].ok)
			flow_fail(flow, "the books: %s: %.*s", checks[i].name,
				STR_FMT(checks[i].detail));
	}
	return 0;
}

/* What every transcript ends with: nothing unread, and clean books. */
static void farewell(struct flow *flow)
{
	world_act(flow, verify, flow);
	for (size_t i = 0; i < flow->links_len && !flow->failed; i++) {
		struct str heard = world_heard(flow, &flow->links[i]);

		if (heard.ptr)
			flow_fail(flow, "%s got %.*s, which nobody expected", flow->links[i].label,
				STR_FMT(heard));
	}
}

static bool play(const char *path, enum db_engine engine)
{
	struct flow *flow = mem_alloc(sizeof(*flow));
	bool good;

	flow->file = path;
	arena_init(&flow->arena, 256 << 20);
	stage_prepare(&flow->stage, engine);
	world_open(flow);
	play_file(flow, path);
	if (!flow->failed)
		farewell(flow);
	world_close(flow);
	if (flow->asked == 0)
		flow_fail(flow, "this transcript asserts nothing");
	good = !flow->failed;
	printf("%s %s (%zu assertions)\n", good ? "ok    " : "FAILED", path, flow->asked);
	stage_remove(&flow->stage);
	arena_fini(&flow->arena);
	mem_free(flow);
	return good;
}

int main(int argc, char **argv)
{
	enum db_engine engine = DB_SQLITE;
	int failed = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: flow sqlite|postgres FILE...\n");
		return 2;
	}
	log_quiet(false);
	if (strcmp(argv[1], "postgres") == 0)
		engine = DB_POSTGRES;
	for (int i = 2; i < argc; i++)
		failed += !play(argv[i], engine);
	printf("%d passed, %d failed\n", argc - 2 - failed, failed);
	return failed ? 1 : 0;
}
