/* display.h - the pile's own display as a web page: /pile/{name}, live by server-sent events, with
 * the QR code of the driver's page and, on simulated hardware, a strip to play the car. */
#pragma once
#include <stdint.h>
#include "base/str.h"

struct fleet;
struct display;

/* Listens on "address:port" (port 0: any; *ret_port tells). 0 or a fault. */
int display_new(
	struct fleet *fleet, struct str listen, struct display **ret_display, uint16_t *ret_port);
void display_free(struct display *display);
/* Sends news to those who watch: at every change, and once a second while there is something to
 * count. */
void display_step(struct display *display);
