/* play.c - the charge of the demo, told while it happens. */
#include "demo/play.h"
#include <qrencode.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/arena.h"
#include "demo/call.h"
#include "demo/child.h"
#include "wire/json.h"

#define PLAY_ARENA (16 * 1024 * 1024)
#define CHARGE_FOR_WH 400 /* energy after which the driver of the demo stops */
#define CHARGE_WAIT_S 90
#define SIM_TRIES 50

static void tell(const struct play *play, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void tell(const struct play *play, const char *format, ...)
{
	va_list args;
	printf("    %s", play->color ? "\033[32m✓\033[0m " : "- ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

static bool complain(const char *what, const struct answer *answer)
{
	fprintf(stderr, "the demo charge failed: %s (status %d) %.*s\n", what, answer->status,
		(int)(answer->body.len < 400 ? answer->body.len : 400),
		answer->body.ptr ? answer->body.ptr : "");
	return false;
}

static struct str text_at(const struct answer *answer, const char *path, struct arena *arena)
{
	struct str text = STR("");
	json_get_str(answer->body, path, arena, &text);
	return text;
}

/* Money as the API writes it: {"minor":4399,"currency":"CNY"} to "43.99 CNY" (two digits: the demo
 * charges in CNY). */
static struct str money_at(const struct answer *answer, const char *path, struct arena *arena)
{
	int64_t minor = 0;
	struct buf text;
	struct str at = str_format(arena, "%s.minor", path);
	struct str currency_at = str_format(arena, "%s.currency", path);
	buf_init(&text, arena, 64);
	json_get_int(answer->body, str_dup_z(arena, at), arena, &minor);
	buf_put_fixed(&text, minor, 2);
	buf_put_char(&text, ' ');
	buf_put_str(&text, text_at(answer, str_dup_z(arena, currency_at), arena));
	return buf_str(&text);
}

static struct answer get(const struct play *play, struct arena *arena, const char *path)
{
	char url[512];
	snprintf(url, sizeof url, "%s%s", play->server, path);
	return call_get(arena, url);
}

static struct answer get_order(const struct play *play, struct arena *arena)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/public/orders/%s", play->token);
	return get(play, arena, path);
}

/* The first connector's state word, as the landing page has it. */
static struct str pile_state(
	const struct play *play, struct arena *arena, struct answer *ret_answer)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/public/piles/%s", play->pile);
	*ret_answer = get(play, arena, path);
	return text_at(ret_answer, "connectors.0.state", arena);
}

bool play_ready(const struct play *play, int wait_s)
{
	struct arena arena;
	struct answer answer;
	bool ready = false;
	arena_init(&arena, PLAY_ARENA);
	for (int i = 0; i < wait_s * 20 && !ready && !*play->stop; i++) {
		struct str state = pile_state(play, &arena, &answer);
		ready = str_is(state, "free") || str_is(state, "plugged");
		arena_reset(&arena);
		if (!ready)
			nap_ms(50);
	}
	arena_fini(&arena);
	return ready;
}

/* A command to the pile's simulated hardware: what hands and a car would do. */
static bool simulate(const struct play *play, struct arena *arena, const char *command)
{
	char url[256];
	snprintf(url, sizeof url, "%s/pile/%s/control", play->piles, play->pile);
	struct call call = {.method = "POST", .url = url, .body = str_from(command)};
	struct answer answer = {0};
	/* hands wait too: a plug is locked for a moment after the pile has stopped */
	for (int i = 0; i < SIM_TRIES && !*play->stop; i++) {
		answer = call_make(arena, &call);
		if (answer.status != 200)
			break;
		if (str_is(json_get(answer.body, "ok", arena), "true"))
			return true;
		nap_ms(100);
	}
	return complain("the simulated car", &answer);
}

bool play_cut(const struct play *play, const char *pile)
{
	struct play other = *play;
	struct arena arena;
	bool cut;

	other.pile = pile;
	arena_init(&arena, PLAY_ARENA);
	cut = simulate(&other, &arena, "{\"do\":\"offline\",\"on\":true}");
	arena_fini(&arena);
	return cut;
}

static bool open_order(struct play *play, struct arena *arena, struct str *ret_key)
{
	char url[256], key[64];
	struct answer pile;
	pile_state(play, arena, &pile);
	struct str hash = text_at(&pile, "tariff.hash", arena);
	struct str body = str_format(arena,
		"{\"pile\":\"%s\",\"connector\":1,\"limit\":{\"minor\":3000,\"currency\":\"CNY\"},"
		"\"timing\":\"prepay\","
		"\"channel\":\"sandbox\",\"tariff_hash\":\"%.*s\",\"language\":\"en\"}",
		play->pile, STR_FMT(hash));
	snprintf(url, sizeof url, "%s/v1/public/orders", play->server);
	snprintf(key, sizeof key, "Idempotency-Key: leyden-demo-%lld", (long long)time(NULL));
	struct call call = {.method = "POST", .url = url, .body = body, .headers = {key}};
	struct answer answer = call_make(arena, &call);
	if (answer.status != 201)
		return complain("the order was refused", &answer);
	*ret_key = text_at(&answer, "owner_key", arena);
	struct str token = text_at(&answer, "token", arena);
	snprintf(play->token, sizeof play->token, "%.*s", STR_FMT(token));
	return true;
}

/* Waits for the order to reach a state (or a later, failed one); the last view is in *ret_answer.
 */
static bool wait_state(const struct play *play, struct arena *arena, const char *state, int wait_s,
	struct answer *ret_answer)
{
	for (int i = 0; i < wait_s * 10 && !*play->stop; i++) {
		arena_reset(arena);
		*ret_answer = get_order(play, arena);
		struct str now = text_at(ret_answer, "state", arena);
		if (str_is(now, state) || str_is(now, "settled"))
			return true;
		if (str_is(now, "failed") || str_is(now, "cancelled") || str_is(now, "unpaid"))
			return complain("the order ended early", ret_answer);
		nap_ms(100);
	}
	return *play->stop ? false : complain("waiting took too long", ret_answer);
}

/* The cashier's button: the sandbox's page posts the same. */
static bool pay(const struct play *play, struct arena *arena)
{
	struct answer view;
	struct str url = STR("");
	for (int i = 0; i < 100 && url.len == 0 && !*play->stop; i++) {
		view = get_order(play, arena);
		url = text_at(&view, "pay_url", arena);
		if (url.len == 0)
			nap_ms(50);
	}
	if (url.len == 0)
		return complain("there is no cashier link", &view);
	struct call call = {.method = "POST",
		.url = str_dup_z(arena, url),
		.body = STR("action=pay"),
		.type = "application/x-www-form-urlencoded"};
	struct answer answer = call_make(arena, &call);
	return (answer.status >= 200 && answer.status < 400) ||
	       complain("paying at the cashier", &answer);
}

static bool watch(const struct play *play, struct arena *arena)
{
	struct answer view = {0};
	int64_t energy_wh = 0;
	for (int i = 0; i < CHARGE_WAIT_S * 2 && energy_wh < CHARGE_FOR_WH && !*play->stop; i++) {
		nap_ms(500);
		arena_reset(arena);
		view = get_order(play, arena);
		struct str energy = text_at(&view, "energy_wh", arena);
		struct str whole = str_cut(&energy, '.');
		str_to_i64(whole, &energy_wh);
		if (play->color) {
			struct str cost = money_at(&view, "cost", arena);
			printf("\r    ⚡ %lld.%02lld kWh   %.*s   \033[K",
				(long long)(energy_wh / 1000), (long long)(energy_wh % 1000 / 10),
				STR_FMT(cost));
			fflush(stdout);
		}
	}
	if (play->color)
		printf("\r\033[K");
	if (*play->stop)
		return false;
	if (energy_wh < CHARGE_FOR_WH)
		return complain("no energy flowed", &view);
	struct str cost = money_at(&view, "cost", arena);
	tell(play, "charging: %lld.%02lld kWh so far, %.*s", (long long)(energy_wh / 1000),
		(long long)(energy_wh % 1000 / 10), STR_FMT(cost));
	return true;
}

static bool stop_order(const struct play *play, struct arena *arena, const char *key)
{
	char url[256], header[96];
	snprintf(url, sizeof url, "%s/v1/public/orders/%s/stop", play->server, play->token);
	snprintf(header, sizeof header, "Owner-Key: %s", key);
	struct call call = {.method = "POST", .url = url, .body = STR("{}"), .headers = {header}};
	struct answer answer = call_make(arena, &call);
	return (answer.status >= 200 && answer.status < 300) || complain("stopping", &answer);
}

static bool charge(struct play *play, struct arena *arena)
{
	struct str owner_key;
	struct answer view;
	char key[64];
	if (!simulate(play, arena, "{\"do\":\"plug\"}"))
		return false;
	tell(play, "a car is plugged in at %s", play->pile);
	if (!open_order(play, arena, &owner_key))
		return false;
	snprintf(key, sizeof key, "%.*s", STR_FMT(owner_key));
	tell(play, "order made for 30.00 CNY, not paid yet");
	if (!pay(play, arena))
		return false;
	tell(play, "paid at the cashier of the sandbox");
	if (!wait_state(play, arena, "charging", 60, &view))
		return false;
	tell(play, "the platform told the pile to start, the pile reports its transaction");
	if (!watch(play, arena) || !stop_order(play, arena, key))
		return false;
	tell(play, "stopped by the driver");
	/* the plug is locked until the pile has stopped */
	if (!wait_state(play, arena, "ended", 60, &view) ||
		!simulate(play, arena, "{\"do\":\"unplug\"}") ||
		!wait_state(play, arena, "settled", 60, &view))
		return false;
	struct str total = money_at(&view, "bill.total", arena);
	struct str back = money_at(&view, "money.refund", arena);
	tell(play, "settled: %.*s used, %.*s on its way back", STR_FMT(total), STR_FMT(back));
	return true;
}

bool play_charge(struct play *play)
{
	struct arena arena;
	arena_init(&arena, PLAY_ARENA);
	bool done = charge(play, &arena);
	arena_fini(&arena);
	return done;
}

static void receipt_lines(const struct answer *view, struct arena *arena)
{
	for (int i = 0; i < 96; i++) {
		struct str base = str_format(arena, "bill.lines.%d", i);
		struct str start_at = str_format(arena, "%.*s.start", STR_FMT(base));
		struct str start = text_at(view, str_dup_z(arena, start_at), arena);
		if (start.len == 0)
			return;
		struct str energy = text_at(view,
			str_dup_z(arena, str_format(arena, "%.*s.energy_wh", STR_FMT(base))),
			arena);
		struct str fee = money_at(view,
			str_dup_z(arena, str_format(arena, "%.*s.energy", STR_FMT(base))), arena);
		struct str service = money_at(view,
			str_dup_z(arena, str_format(arena, "%.*s.service", STR_FMT(base))), arena);
		printf("      %.16s Z  %10.*s Wh  energy %10.*s  service %10.*s\n", start.ptr,
			STR_FMT(energy), STR_FMT(fee), STR_FMT(service));
	}
}

bool play_receipt(const struct play *play)
{
	static const struct {
		const char *label, *path;
	} sums[] = {
		{"energy fee", "bill.energy"},
		{"service fee", "bill.service"},
		{"idle fee", "bill.idle"},
		{"total", "bill.total"},
		{"  contains tax", "bill.vat"},
		{"paid", "money.paid"},
		{"given back", "money.refund"},
	};
	struct arena arena;
	arena_init(&arena, PLAY_ARENA);
	struct answer view = get_order(play, &arena);
	struct str name = text_at(&view, "pile.name", &arena),
		   site = text_at(&view, "pile.site", &arena);
	struct str from = text_at(&view, "started", &arena),
		   until = text_at(&view, "stopped", &arena);
	struct str energy = text_at(&view, "energy_wh", &arena);
	struct str hash = text_at(&view, "bill.tariff_hash", &arena);
	printf("\n    Receipt  %.*s, %.*s\n", STR_FMT(name), STR_FMT(site));
	printf("      %.*s to %.*s, %.*s Wh\n", STR_FMT(from), STR_FMT(until), STR_FMT(energy));
	receipt_lines(&view, &arena);
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		struct str money = money_at(&view, sums[i].path, &arena);
		printf("      %-16s %14.*s\n", sums[i].label, STR_FMT(money));
	}
	printf("      tariff %.16s...\n      %s/o/%s\n",
		hash.len >= 16 ? hash.ptr : "(none)         ", play->server, play->token);
	bool ok = view.status == 200 && hash.len > 0;
	arena_fini(&arena);
	return ok;
}

static bool dark(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	       (code->data[y * code->width + x] & 1);
}

void play_qr(const char *text, bool color)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (!code)
		return;
	/* two rows a line; light modules are the foreground, so that it reads on dark and, with
	 * colours set, on light */
	for (int y = -2; y < code->width + 2; y += 2) {
		printf("    %s", color ? "\033[97;40m" : "");
		for (int x = -2; x < code->width + 2; x++) {
			bool top = dark(code, x, y), bottom = dark(code, x, y + 1);
			fputs(top ? (bottom ? " " : "▄") : (bottom ? "▀" : "█"), stdout);
		}
		printf("%s\n", color ? "\033[0m" : "");
	}
	QRcode_free(code);
}
