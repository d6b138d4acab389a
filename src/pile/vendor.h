/* vendor.h - what only our own server tells a pile, as DataTransfer of the vendor "leyden", in
 * every version: the running cost for the display, and the emergency stop. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"

/* Carries it out. Returns an enum ocpp16_data_transfer_status value; 2.x has the same words. */
int vendor_take(struct pile *pile, struct str vendor, struct str message, struct str data,
	struct arena *arena);
