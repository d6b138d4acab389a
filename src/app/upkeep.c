/* upkeep.c - the beat of what happens by itself. */
#include "app/upkeep.h"

#include "app/costs.h"
#include "app/displays.h"
#include "app/locallists.h"
#include "app/ocpp_signed.h"
#include "app/reservations.h"
#include "app/smart.h"
#include "app/tariffs.h"
#include "app/terminal.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "app/webcodes.h"
#include "base/fault.h"

int upkeep_tick(struct ctx *ctx)
{
	TRY(costs_tick(ctx));
	TRY(tariffs_tick(ctx));
	TRY(terminal_tick(ctx));
	TRY(ocpp_signed_tick(ctx));
	TRY(reservations_tick(ctx));
	TRY(locallists_tick(ctx));
	TRY(updates_tick(ctx));
	TRY(smart_tick(ctx));
	TRY(displays_tick(ctx));
	TRY(webcodes_tick(ctx));
	return uploads_tick(ctx);
}
