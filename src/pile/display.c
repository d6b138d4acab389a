/* display.c - HTTP of the displays (see display.h). */
#include "pile/display.h"

#include <string.h>

#include "base/embedded.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/control.h"
#include "pile/fleet.h"
#include "pile/view.h"

#define DISPLAY_VIEWERS 256
#define DISPLAY_ARENA (1024 * 1024)

extern const struct embedded pile_files[];

struct viewer {
	struct conn *conn;
	struct unit *unit;
	uint64_t sent_hash; /* of what was sent last, without its clock */
	int64_t sent_us;
};

struct display {
	struct fleet *fleet;
	struct viewer viewers[DISPLAY_VIEWERS];
	size_t viewers_len;
	struct arena arena;
};

static void display_answer(struct conn *conn, int status, struct str type, struct str body)
{
	struct http_answer answer = {.status = status,
		.content_type = type,
		.extra_headers =
			STR("Cache-Control: no-store\r\n"
			    "X-Content-Type-Options: nosniff\r\n"
			    "Content-Security-Policy: default-src 'none'; img-src 'self' data:; "
			    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
			    "connect-src 'self'; frame-ancestors 'self'\r\n"),
		.body = body};

	http_reply(conn, &answer);
}

static void display_error(struct conn *conn, int status, const char *words)
{
	display_answer(conn, status, STR("text/plain; charset=utf-8"), str_from(words));
}

static void display_page(struct conn *conn)
{
	for (const struct embedded *file = pile_files; file->name; file++) {
		if (strcmp(file->name, "dist/display.html") != 0)
			continue;
		display_answer(conn, 200, STR("text/html; charset=utf-8"),
			(struct str){file->bytes, file->len});
		return;
	}
	display_error(
		conn, 503, "The display page was not built: npm run build, then build again.\n");
}

/* The list of piles of this process, for people who look around. */
static void display_index(struct display *display, struct conn *conn)
{
	struct buf html;

	buf_init(&html, &display->arena, DISPLAY_ARENA / 2);
	buf_put_str(&html,
		STR("<!doctype html><html lang=en><meta charset=utf-8>"
		    "<meta name=viewport content=\"width=device-width\"><title>Piles</title>"
		    "<style>body{font:1.1rem/1.6 system-ui;margin:2rem;color-scheme:light dark}"
		    "a{display:inline-block;padding:.5rem 1rem}</style><h1>Piles</h1><p>"));
	for (size_t i = 0; i < display->fleet->units_len; i++) {
		/* names are checked when the pile is added, yet never trusted in a page */
		struct str name = str_from(display->fleet->units[i]->name);
		bool plain = true;
		for (size_t c = 0; c < name.len; c++)
			plain = plain && !strchr("<>&\"'", name.ptr[c]);
		if (plain)
			buf_format(&html, "<a href=\"/pile/%.*s\">%.*s</a> ", STR_FMT(name),
				STR_FMT(name));
	}
	display_answer(
		conn, html.failed ? 503 : 200, STR("text/html; charset=utf-8"), buf_str(&html));
}

static void display_watch(struct display *display, struct conn *conn, struct unit *unit)
{
	struct viewer *viewer;

	if (display->viewers_len == DISPLAY_VIEWERS) {
		display_error(conn, 503, "too many displays\n");
		return;
	}
	viewer = &display->viewers[display->viewers_len++];
	*viewer = (struct viewer){.conn = conn, .unit = unit};
	http_stream(conn, STR("Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n"));
}

/* Only the page itself may play the car: a foreign page cannot set this content type without being
 * asked first. */
static void display_control(struct display *display, struct conn *conn,
	const struct http_head *head, struct str body, struct unit *unit)
{
	struct str type = http_header(head, "content-type");

	if (!str_starts(type, STR("application/json"))) {
		display_error(conn, 415, "send application/json\n");
		return;
	}
	display_answer(conn, 200, STR("application/json"),
		control_command(display->fleet, str_from(unit->name), body, &display->arena));
}

static void display_qr(
	struct display *display, struct conn *conn, const struct http_head *head, struct unit *unit)
{
	struct str outlet = http_param(&display->arena, head->query, "outlet");
	int64_t number = 1;
	struct str url, svg;

	if (outlet.len)
		(void)str_to_i64(outlet, &number);
	if (!pile_outlet(&unit->pile, number)) {
		display_error(conn, 404, "no such outlet\n");
		return;
	}
	url = view_code(unit, (size_t)number, &display->arena);
	svg = url.len ? view_qr(url, &display->arena) : STR_NULL;
	if (!svg.len)
		display_error(conn, 404, "no driver page is known\n");
	else
		display_answer(conn, 200, STR("image/svg+xml"), svg);
}

/* A message that is a code to scan. */
static void display_message(
	struct display *display, struct conn *conn, const struct http_head *head, struct unit *unit)
{
	const struct board_message *message;
	const struct ocpp2_message_content *text;
	struct ocpp2_message_info info;
	int64_t id = -1, number = -1;
	struct str svg = STR_NULL;

	(void)str_to_i64(http_param(&display->arena, head->query, "id"), &id);
	(void)str_to_i64(http_param(&display->arena, head->query, "text"), &number);
	message = board_find(&unit->pile, id);
	if (message && number >= 0 && board_read(message, &display->arena, &info) &&
		board_text(&info, (size_t)number, &text) &&
		text->format == OCPP2_MESSAGE_FORMAT_QRCODE)
		svg = view_qr(text->content, &display->arena);
	if (!svg.len)
		display_error(conn, 404, "no such message\n");
	else
		display_answer(conn, 200, STR("image/svg+xml"), svg);
}

static void display_route(struct display *display, struct conn *conn, const struct http_head *head,
	struct str body, struct unit *unit, struct str what)
{
	bool get = str_is(head->method, "GET");

	if (get && what.len == 0)
		display_page(conn);
	else if (get && str_is(what, "state"))
		display_answer(
			conn, 200, STR("application/json"), view_pile(unit, true, &display->arena));
	else if (get && str_is(what, "events"))
		display_watch(display, conn, unit);
	else if (get && str_is(what, "qr.svg"))
		display_qr(display, conn, head, unit);
	else if (get && str_is(what, "message.svg"))
		display_message(display, conn, head, unit);
	else if (str_is(head->method, "POST") && str_is(what, "control"))
		display_control(display, conn, head, body, unit);
	else
		display_error(conn, 404, "nothing here\n");
}

static void display_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	struct display *display = context;
	struct str path = head->path;
	struct unit *unit;
	struct str name;

	arena_reset(&display->arena);
	if (str_is(path, "/") && str_is(head->method, "GET")) {
		display_index(display, conn);
		return;
	}
	if (!str_starts(path, STR("/pile/"))) {
		display_error(conn, 404, "nothing here\n");
		return;
	}
	path = str_slice(path, strlen("/pile/"), path.len);
	name = http_decode(&display->arena, str_cut(&path, '/'), false);
	unit = name.len ? fleet_find(display->fleet, name) : NULL;
	if (unit)
		display_route(display, conn, head, body, unit, path);
	else
		display_error(conn, 404, "no such pile\n");
}

static void display_closed(void *context, struct conn *conn, int code)
{
	struct display *display = context;

	(void)code;
	for (size_t i = 0; i < display->viewers_len; i++)
		if (display->viewers[i].conn == conn) {
			display->viewers[i] = display->viewers[--display->viewers_len];
			return;
		}
}

/* "address:port", "[v6]:port" or a bare port. */
static bool display_address(struct str listen, struct str *ret_address, uint16_t *ret_port)
{
	struct str host = STR("127.0.0.1"), port = listen;
	int64_t number;

	for (size_t i = listen.len; i-- > 0;) {
		if (listen.ptr[i] != ':')
			continue;
		host = str_slice(listen, 0, i);
		port = str_slice(listen, i + 1, listen.len);
		break;
	}
	if (host.len > 2 && host.ptr[0] == '[')
		host = str_slice(host, 1, host.len - 1);
	if (!str_to_i64(port, &number) || number < 0 || number > 65535)
		return false;
	*ret_address = host;
	*ret_port = (uint16_t)number;
	return true;
}

int display_new(
	struct fleet *fleet, struct str listen, struct display **ret_display, uint16_t *ret_port)
{
	struct listen_config config = {.http_max_body = 4096};
	struct display *display;
	int result;

	if (!display_address(listen, &config.address, &config.port))
		return FAULT(FAULT_BUG, "bad address %.*s", STR_FMT(listen));
	display = mem_alloc(sizeof(*display));
	display->fleet = fleet;
	arena_init(&display->arena, DISPLAY_ARENA);
	config.handler = (struct net_handler){
		.request = display_request, .closed = display_closed, .context = display};
	result = loop_listen(fleet->loop, &config, ret_port);
	if (result < 0) {
		display_free(display);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_display = display;
	return 0;
}

void display_free(struct display *display)
{
	if (!display)
		return;
	arena_fini(&display->arena);
	mem_free(display);
}

void display_step(struct display *display)
{
	if (!display)
		return;
	for (size_t i = 0; i < display->viewers_len; i++) {
		struct viewer *viewer = &display->viewers[i];
		struct str state;
		uint64_t hash;

		arena_reset(&display->arena);
		state = view_pile(viewer->unit, false, &display->arena);
		hash = str_hash(state);
		if (!state.len || hash == viewer->sent_hash)
			continue;
		viewer->sent_hash = hash;
		http_stream_send(viewer->conn, STR("state"), STR_NULL, state);
	}
}
