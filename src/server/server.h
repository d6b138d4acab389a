/* server.h - one running `leyden serve`: data directory, keys, lanes, loops, and everything between
 * them. Used by the command line and, in one process, by tests. */
#pragma once
#include <stdint.h>
#include "server/config.h"

struct server;
/* Opens the data directory (created 0700, locked against a second server), brings the schema up to
 * date, makes the server key on the first start, and listens. Nothing is served before server_run.
 * A fault's reason is in fault_text(). */
int server_new(const struct config *config, struct server **ret_server);
/* Serves until server_stop, says goodbye to everybody, finishes what was begun. The calling thread
 * is the first loop. */
int server_run(struct server *server);
/* From any thread. */
void server_stop(struct server *server);
/* Reads certificate and key again; open connections keep theirs. From any thread. */
int server_reload(struct server *server);
void server_free(struct server *server);

uint16_t server_port(const struct server *server);
uint16_t server_metrics_port(const struct server *server);

/* --- shared with the command line --- */

struct app_config;
/* What conversations are told of the settings. server_key is the caller's to fill in. */
void server_fill_app(
	const struct config *config, struct arena *arena, uint16_t port, struct app_config *app);

struct tls_server;
/* Our own authority and those of the settings, for the conversations. */
int server_fill_authorities(
	const struct config *config, struct arena *arena, struct app_config *app);
/* The server's side of TLS as the settings say. */
int server_make_tls(const struct config *config, struct arena *arena, struct tls_server **ret_tls);

/* The directory exists and is ours alone; false with errno. */
bool server_make_directory(struct str path, struct arena *arena);
/* The secret in DATA/server.key: 64 hex digits, made with mode 0600 when the file is not there. */
int server_read_key(struct str data, struct arena *arena, struct str *ret_key);
/* Written whole and durable under the name `fresh` first. */
int server_write_secret(const char *path, const char *fresh, struct str text);
/* A whole small file without blanks at its ends. */
int server_read_file(struct str path, struct arena *arena, struct str *ret_text);
