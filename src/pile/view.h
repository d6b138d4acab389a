/* view.h - a pile as its display sees it: one JSON object, and the QR code of the driver's page as
 * SVG. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"

struct fleet;
struct unit;

/* All about one pile, with the sensors when `whole`: they change at every look and would keep each
 * display busy for nothing. The members are described in web/pile/display.ts. In the arena;
 * STR_NULL when it is full. */
struct str view_pile(const struct unit *unit, bool whole, struct arena *arena);
/* {"piles":["A-01",...]} */
struct str view_names(const struct fleet *fleet, struct arena *arena);
/* Address of the driver's page for an outlet. */
struct str view_driver_url(const struct unit *unit, size_t outlet, struct arena *arena);
/* Text of the QR code an outlet shows: its settlement, its identification while there is no
 * network, else the address of the driver's page. */
struct str view_code(const struct unit *unit, size_t outlet, struct arena *arena);
/* The text as a QR code (level M, quiet zone of 4) in SVG, black on white; STR_NULL when it is too
 * long. */
struct str view_qr(struct str text, struct arena *arena);
