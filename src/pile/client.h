/* client.h - a pile's end of OCPP-J: connecting with growing pauses, the boot, one call at a time,
 * heartbeats, and the delivery of the spool in order. The network behind link.uplink calls
 * client_opened, client_message, client_closed; everything else happens in client_step. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"
#include "wire/ocpp.h"

void client_init(struct pile *pile, const struct uplink *uplink);
/* Sends what is due; at most one call is outstanding. After pile_step, with the same clock. */
void client_step(struct pile *pile, struct arena *scratch);
/* The connection is up, and the server chose this version. */
void client_opened(struct pile *pile, enum ocpp_version version);
/* A whole frame of the server. Whatever it is, it changes nothing unless it is a valid answer to
 * the outstanding call or a valid call. */
void client_message(struct pile *pile, struct str text, struct arena *scratch);
/* The connection ended or was refused (`http_status` of the refusal, 0 otherwise). */
void client_closed(struct pile *pile, int http_status, struct str why);
/* Ends the connection by our own will, which says nothing against the server or the credentials on
 * trial. */
void client_leave(struct pile *pile, int code, struct str why);
