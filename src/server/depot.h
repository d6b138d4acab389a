/* depot.h - the door for large files: a body is written to the vault as it comes, never held in
 * memory. Logs of piles (/up/TOKEN) and the bytes of firmware (/up/TOKEN of a file that is still
 * empty) come in here; the token is the permission and counts once. */
#pragma once
#include "net/net.h"
#include "server/lane.h"
#include "server/vault.h"

struct depot;
struct depot *depot_new(struct lanes *lanes, struct vault *vault);
/* After the loops have ended. */
void depot_free(struct depot *depot);
/* net_handler.stream: takes PUT and POST below /up/. The connection is paused until the token is
 * known to be good. */
bool depot_stream(
	struct depot *depot, struct conn *conn, const struct http_head *head, int64_t *ret_most);
/* net_handler.part. */
void depot_part(struct depot *depot, struct conn *conn, struct str bytes);
/* The body is whole. False when this connection brings no file. */
bool depot_whole(struct depot *depot, struct conn *conn);
/* The connection is gone. */
void depot_closed(struct depot *depot, struct conn *conn);
