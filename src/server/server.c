/* server.c - the wiring of one running server, and the order in which it stands up and lies down.
 *
 * Up: directory, lock, key, database, lanes, links, listeners; then the loops run. Down: the loops
 * say goodbye and end, the lanes finish what is queued, the loops hand out the answers that came
 * late, and only then anything is freed. */
#include "server/server.h"
#include "server/offline_keys.h"
#include "app/ctx.h"
#include "app/devices.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/site.h"
#include "net/net.h"
#include "server/authority.h"
#include "server/courier.h"
#include "server/depot.h"
#include "server/inquiries.h"
#include "server/direct.h"
#include "server/keeper.h"
#include "server/lane.h"
#include "server/links.h"
#include "server/metrics.h"
#include "server/seed.h"
#include "server/stream.h"
#include "server/timer.h"
#include "server/vault.h"
#include "server/web.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#define SERVER_ARENA (1024 * 1024)
#define LOOPS_MAX 32
#define FILES_RESERVED 256 /* database, journals, logs, the courier's sockets */
#define GATEWAY_TICK_MS 100
/* A late answer crosses the loops at most: lane, home, the connection's, home. */
#define DRAIN_ROUNDS 4

struct server {
	struct arena arena;
	const struct config *config;
	struct app_config app;
	int lock;
	struct tls_server *tls;
	struct loop *loops[LOOPS_MAX];
	size_t loops_len, threads_len;
	pthread_t threads[LOOPS_MAX];
	uint16_t port, metrics_port;
	struct lanes *lanes;
	struct inquiries *inquiries;
	struct links *links;
	struct streams *streams;
	struct vault *vault;
	struct depot *depot;
	struct web *web;
	struct timer *timer;
	struct keeper *keeper;
	struct metrics *metrics;
	struct courier_channels channels;
	struct courier *courier;
};

/* --- what connections do --- */

/* Which way the same page is reached through TLS. */
static void send_to_tls(struct server *server, struct conn *conn, const struct http_head *head)
{
	struct arena arena;
	struct http_answer answer = {.status = 308, .close = true};

	arena_init(&arena, LIMIT_HTTP_HEAD_BYTES * 2);
	answer.extra_headers = str_format(&arena, "Location: %.*s%.*s\r\n",
		STR_FMT(server->app.public_url), STR_FMT(head->path));
	http_reply(conn, &answer);
	arena_fini(&arena);
}

static void on_request(
	void *context, struct conn *conn, const struct http_head *head, struct str body)
{
	struct server *server = context;

	if (depot_whole(server->depot, conn))
		return;
	if (links_is_door(head->path))
		links_request(server->links, conn, head);
	else if (server->tls != NULL && !conn_is_tls(conn))
		send_to_tls(server, conn, head); /* no sign-in travels in the clear */
	else
		web_request(server->web, conn, head, body);
}

static bool on_stream(
	void *context, struct conn *conn, const struct http_head *head, int64_t *ret_most)
{
	struct server *server = context;

	return depot_stream(server->depot, conn, head, ret_most);
}

static void on_part(void *context, struct conn *conn, struct str bytes)
{
	struct server *server = context;

	depot_part(server->depot, conn, bytes);
}

static void on_message(void *context, struct conn *conn, struct str text)
{
	struct server *server = context;

	links_message(server->links, conn, text);
}

static void on_closed(void *context, struct conn *conn, int code)
{
	struct server *server = context;

	depot_closed(server->depot, conn);
	if (conn_user(conn) == links_mark())
		links_closed(server->links, conn, code);
	else if (conn_user(conn) != NULL)
		streams_closed(server->streams, conn);
}

static void on_refused(void *context, const struct net_refusal *refusal)
{
	struct server *server = context;

	if (str_is(refusal->reason, "request"))
		LOG_DEBUG("request refused", "remote=%.*s detail=\"%.*s\"",
			STR_FMT(refusal->remote), STR_FMT(refusal->detail));
	else if (server->links != NULL)
		links_refused(server->links, refusal);
}

/* Lane threads, after the commit. */
static void on_effect(void *context, const struct effect *effect)
{
	struct server *server = context;

	switch (effect->kind) {
	case EFFECT_COMMAND:
	case EFFECT_DROP:
		links_effect(server->links, effect);
		break;
	case EFFECT_EVENT:
		streams_effect(server->streams, effect);
		break;
	case EFFECT_COURIER:
		if (server->courier != NULL)
			courier_hint(server->courier);
		break;
	case EFFECT_FORGET:
		vault_forget(server->vault, effect->name);
		break;
	}
}

static void on_logged(void *context, int64_t pile_id)
{
	struct server *server = context;

	streams_logged(server->streams, pile_id);
}

static void on_gateway_tick(void *arg)
{
	struct server *server = arg;

	links_tick(server->links);
	streams_tick(server->streams);
}

/* --- standing up --- */

static int take_lock(struct server *server)
{
	struct str path = str_format(&server->arena, "%.*s/lock", STR_FMT(server->config->data));

	server->lock = open(str_dup_z(&server->arena, path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (server->lock < 0)
		return FAULT(FAULT_IO, "cannot open %.*s: %s", STR_FMT(path), strerror(errno));
	if (flock(server->lock, LOCK_EX | LOCK_NB) != 0)
		return FAULT(FAULT_IO, "another server uses the data directory %.*s",
			STR_FMT(server->config->data));
	return 0;
}

static size_t file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur > 1000000 ? 1000000 : (size_t)limit.rlim_cur;
}

static size_t connections_per_loop(const struct server *server)
{
	size_t files = file_limit(), most = (size_t)server->config->max_connections;
	size_t possible = files > 2 * FILES_RESERVED ? files - FILES_RESERVED : FILES_RESERVED;

	if (most == 0 || most > possible)
		most = possible;
	return most / server->loops_len + 1;
}

static int listen_all(struct server *server)
{
	const struct config *config = server->config;
	struct listen_config listen = {.address = config->address,
		.port = (uint16_t)config->port,
		.tls = server->tls,
		.plain_too = config->plain_too,
		.handler = {on_request, on_message, on_closed, on_refused, server, on_stream,
			on_part},
		.ping_us = config->ping * US_PER_S,
		.max_conns = connections_per_loop(server)};

	for (size_t i = 0; i < server->loops_len; i++) {
		if (server->loops_len > 1)
			listen.share = i == 0 ? LISTEN_FIRST : LISTEN_FURTHER;
		TRY(loop_listen(server->loops[i], &listen, &server->port));
		listen.port = server->port;
	}
	return 0;
}

static int listen_metrics(struct server *server)
{
	struct metrics_sources sources = {.loops = server->loops,
		.loops_len = server->loops_len,
		.lanes = server->lanes,
		.links = server->links,
		.streams = server->streams,
		.web = server->web,
		.timer = server->timer,
		.version = LEYDEN_VERSION};
	struct listen_config listen = {.address = server->config->metrics_address, .max_conns = 0};

	server->metrics = metrics_new(&sources);
	if (server->config->metrics_port < 0)
		return 0;
	listen.port = (uint16_t)server->config->metrics_port;
	listen.handler = metrics_handler(server->metrics);
	return loop_listen(server->loops[0], &listen, &server->metrics_port);
}

void server_fill_app(
	const struct config *config, struct arena *arena, uint16_t port, struct app_config *app)
{
	app->public_url = config->public_url;
	if (app->public_url.len == 0)
		app->public_url = str_format(arena, "%s://localhost:%d",
			config->tls_cert.len > 0 ? "https" : "http", port);
	app->unknown_piles = config->unknown_piles;
	app->start_timeout_us = config->start_timeout * US_PER_S;
	app->heartbeat_s = config->heartbeat;
	app->boot_again_s = config->boot_again;
	app->sample_s = config->sample;
	app->tariff_required = config->tariff_required;
	app->cards_at_once = config->cards_at_once;
	app->journal_months = config->journal_months;
	app->default_currency = config->currency;
	app->keep_uploads_us = config->keep_logs * US_PER_DAY;
	app->demo = config->demo;
	app->security.organisation = config->organisation;
	app->security.least_profile = config->least_profile;
	app->security.raise_profile = config->raise_profile;
	app->security.tls = config->tls_cert.len > 0;
	app->security.sign_by_hand = config->sign_requests == 1;
	app->security.device_days = config->certificate_days;
	app->security.renew_days = config->renew_days;
	app->outside.ocsp_hosts = config->ocsp_hosts;
	app->outside.crl_hosts = config->crl_hosts;
	app->outside.contract_pool_url = config->contract_pool_url;
	app->outside.vat_url = config->vat_url;
	app->offline.max_minor = config->offline_max;
	app->offline.credit_max_minor = config->offline_credit;
	app->offline.valid_s = config->offline_valid;
	app->offline.lasts_s = config->offline_lasts;
	app->offline.wait_us = config->offline_wait * US_PER_DAY;
}

/* Whom the port believes, and what it holds against them: of the settings, else our own. */
static void trust_paths(
	const struct config *config, struct arena *arena, struct str *ret_ca, struct str *ret_crl)
{
	*ret_ca = config->tls_client_ca;
	*ret_crl = config->tls_client_crl;
	if (ret_ca->len > 0 || !authority_exists(arena, config->data))
		return;
	*ret_ca = authority_path(arena, config->data, AUTHORITY_CHAIN);
	if (ret_crl->len == 0)
		*ret_crl = authority_path(arena, config->data, AUTHORITY_CRL);
}

static bool trust_file(
	const void *context, enum app_trust_file file, struct arena *arena, struct str *ret_pem)
{
	const struct config *config = context;
	struct str paths[APP_TRUST_REVOKED + 1] = {[APP_TRUST_SHOWN] = config->tls_cert,
		[APP_TRUST_SHOWN_OTHER] = config->tls_other_cert};

	trust_paths(config, arena, &paths[APP_TRUST_BELIEVED], &paths[APP_TRUST_REVOKED]);
	*ret_pem = STR_NULL;
	if (paths[file].len == 0)
		return true;
	if (server_read_file(paths[file], arena, ret_pem) == 0)
		return true;
	fault_clear(); /* the answer tells of it */
	return false;
}

int server_fill_authorities(
	const struct config *config, struct arena *arena, struct app_config *app)
{
	app->hooks.trust_file = trust_file;
	app->hooks.trust_context = config;
	TRY(authority_load(arena, config->data, &app->security));
	app->security.anchors = app->security.ca_chain;
	if (config->tls_client_ca.len > 0)
		TRY(server_read_file(config->tls_client_ca, arena, &app->security.anchors));
	if (config->contract_roots.len > 0)
		TRY(server_read_file(config->contract_roots, arena, &app->security.contract_roots));
	if (config->contract_crl.len > 0)
		TRY(server_read_file(config->contract_crl, arena, &app->security.contract_crls));
	return 0;
}

int server_make_tls(const struct config *config, struct arena *arena, struct tls_server **ret_tls)
{
	struct tls_config tls = {.cert = config->tls_cert,
		.key = config->tls_key,
		.other_cert = config->tls_other_cert,
		.other_key = config->tls_other_key};

	trust_paths(config, arena, &tls.client_ca, &tls.crl);
	return tls_server_new(&tls, ret_tls);
}

static int all_offline(struct ctx *ctx, void *arg)
{
	int64_t tenant_id, site_id;
	int found = store_site_first(ctx->db, &tenant_id, &site_id);

	(void)arg;
	TRY(found);
	if (found == STORE_E_MISSING && ctx->config->unknown_piles != UNKNOWN_REJECT &&
		!ctx->config->demo)
		LOG_WARN("unknown piles cannot be taken in",
			"text=\"there is no operator yet: leyden user add LOGIN\"");
	return devices_all_offline(ctx);
}

/* Before anything is served: the schema is brought up to date, nobody is connected, and a demo has
 * its data. */
static int prepare_database(struct server *server)
{
	struct direct *direct;
	int result;

	TRY(direct_open(server->config, &server->app, DIRECT_WRITE, &direct));
	result = direct_run(direct, all_offline, NULL);
	if (result >= 0 && server->config->demo)
		result = seed_demo(direct, server->config);
	direct_close(direct);
	TRY(result);
	return 0;
}

/* Payment channels: what drivers are offered, and who checks their notifications. */
static int fill_channels(struct server *server)
{
	struct app_config *app = &server->app;

	TRY(courier_channels_read(
		server->config, app->public_url, &server->arena, &server->channels));
	for (size_t i = 0; i < server->channels.len && i < APP_CHANNELS_MAX; i++)
		app->channels[app->channels_len++] = server->channels.list[i].name;
	app->hooks.notify_verify = courier_notify;
	app->hooks.context = &server->channels;
	return 0;
}

static int start_courier(struct server *server)
{
	struct courier_config courier = {.lanes = server->lanes,
		.clock = &clock_system,
		.app = &server->app,
		.channels = server->channels};

	return courier_new(&courier, &server->courier);
}

static int start_lanes(struct server *server)
{
	const struct config *config = server->config;
	bool sqlite = str_starts(config->db_url, STR("sqlite:"));
	struct lanes_config lanes = {.db_url = str_dup_z(&server->arena, config->db_url),
		.journal_months = (int)server->config->journal_months,
		.journal_dir = sqlite ? str_dup_z(&server->arena, config->data) : NULL,
		.clock = &clock_system,
		.app = &server->app,
		.node = (int)config->node,
		.readers = (int)config->db_readers,
		.workers = (int)config->db_workers,
		.writers = (int)config->db_writers,
		.threads = true,
		.effect = on_effect,
		.logged = on_logged,
		.context = server};

	TRY(lanes_new(&lanes, &server->lanes));
	return 0;
}

static void make_parts(struct server *server)
{
	struct links_config links = {.loops = server->loops,
		.loops_len = server->loops_len,
		.lanes = server->lanes,
		.clock = &clock_system,
		.app = &server->app,
		.call_timeout_us = server->config->call_timeout * US_PER_S,
		.trusted = server->config->trusted_proxies};
	struct streams_config streams = {.loops = server->loops,
		.loops_len = server->loops_len,
		.lanes = server->lanes,
		.clock = &clock_system};
	struct keeper_config keeper = {.loop = server->loops[0],
		.lanes = server->lanes,
		.tls = server->tls,
		.drop = on_effect,
		.context = server};
	struct web_config web = {.loops = server->loops,
		.loops_len = server->loops_len,
		.lanes = server->lanes,
		.trusted = server->config->trusted_proxies};

	if (server->app.security.ca_key.len > 0)
		keeper.crl_path =
			authority_path(&server->arena, server->config->data, AUTHORITY_CRL);
	links.inquiries = inquiries_runner(server->inquiries);
	server->links = links_new(&links);
	server->streams = streams_new(&streams);
	web.streams = server->streams;
	web.vault = server->vault;
	server->web = web_new(&web);
	server->depot = depot_new(server->lanes, server->vault);
	server->keeper = keeper_new(&keeper);
	server->timer = timer_new(server->loops[0], server->lanes, &clock_system);
	loop_every(server->loops[0], GATEWAY_TICK_MS, on_gateway_tick, server);
}

static size_t wanted_loops(const struct config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->io_threads > 0)
		return (size_t)config->io_threads;
	if (cores <= 2)
		return 1;
	return cores - 1 > LOOPS_MAX ? LOOPS_MAX : (size_t)cores - 1;
}

static int stand_up(struct server *server)
{
	const struct config *config = server->config;
	struct rng rng;

	if (!server_make_directory(config->data, &server->arena))
		return FAULT(FAULT_IO, "cannot make the data directory %.*s: %s",
			STR_FMT(config->data), strerror(errno));
	TRY(take_lock(server));
	TRY(vault_new(config->data, &server->vault));
	TRY(server_read_key(config->data, &server->arena, &server->app.server_key));
	if (config->tls_cert.len > 0)
		TRY(server_make_tls(config, &server->arena, &server->tls));
	for (size_t loops = wanted_loops(config); server->loops_len < loops;)
		server->loops[server->loops_len++] = loop_new();
	TRY(listen_all(server));
	server_fill_app(config, &server->arena, server->port, &server->app);
	TRY(server_fill_authorities(config, &server->arena, &server->app));
	rng_init_system(&rng);
	TRY(offline_keys_read(config, &server->arena, &rng, &server->app.offline));
	TRY(fill_channels(server));
	TRY(prepare_database(server));
	TRY(start_lanes(server));
	TRY(inquiries_new(server->loops[0], &server->inquiries));
	make_parts(server);
	TRY(start_courier(server));
	TRY(listen_metrics(server));
	return 0;
}

int server_new(const struct config *config, struct server **ret_server)
{
	struct server *server = mem_alloc(sizeof(*server));
	int result;

	arena_init(&server->arena, SERVER_ARENA);
	server->config = config;
	server->lock = -1;
	result = stand_up(server);
	if (result < 0) {
		server_free(server);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_server = server;
	return 0;
}

/* --- running and lying down --- */

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

int server_run(struct server *server)
{
	for (size_t i = 1; i < server->loops_len; i++)
		if (pthread_create(&server->threads[server->threads_len], NULL, run_loop,
			    server->loops[i]) == 0)
			server->threads_len++;
	if (server->threads_len + 1 != server->loops_len) {
		server_stop(server);
		LOG_ERROR("cannot start threads", "wanted=%zu", server->loops_len);
	}
	LOG_INFO("serving", "url=%.*s port=%d metrics_port=%d loops=%zu tls=%s",
		STR_FMT(server->app.public_url), server->port, server->metrics_port,
		server->loops_len, server->tls != NULL ? "yes" : "no");
	loop_run(server->loops[0]);
	for (size_t i = 0; i < server->threads_len; i++)
		pthread_join(server->threads[i], NULL);
	courier_stop(server->courier);
	inquiries_stop(server->inquiries);
	links_flush(server->links);
	lanes_close(server->lanes);
	LOG_INFO("stopped", "port=%d", server->port);
	return 0;
}

void server_stop(struct server *server)
{
	for (size_t i = 0; i < server->loops_len; i++)
		loop_stop(server->loops[i]);
}

int server_reload(struct server *server)
{
	if (server->tls == NULL)
		return 0;
	return tls_server_reload(server->tls);
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	courier_stop(server->courier);
	inquiries_stop(server->inquiries);
	if (server->lanes != NULL)
		lanes_close(server->lanes);
	for (int round = 0; round < DRAIN_ROUNDS; round++)
		for (size_t i = 0; i < server->loops_len; i++)
			loop_drain(server->loops[i]);
	for (size_t i = 0; i < server->loops_len; i++)
		loop_free(server->loops[i]);
	metrics_free(server->metrics);
	timer_free(server->timer);
	keeper_free(server->keeper);
	web_free(server->web);
	streams_free(server->streams);
	links_free(server->links);
	courier_free(server->courier);
	inquiries_free(server->inquiries);
	lanes_free(server->lanes);
	tls_server_free(server->tls);
	depot_free(server->depot);
	vault_free(server->vault);
	if (server->lock >= 0)
		close(server->lock);
	arena_fini(&server->arena);
	mem_free(server);
}

uint16_t server_port(const struct server *server)
{
	return server->port;
}

uint16_t server_metrics_port(const struct server *server)
{
	return server->metrics_port;
}
