/* pages_vehicle.h - the part of a wallet's page that is about cars. */
#pragma once
#include "wire/html.h"

struct api_call;

/* Sets `cars` of the view: those of a member, when there are any or the operator lets cars start.
 * Nothing else. */
int pages_vehicles(
	struct api_call *call, struct html_value *view, int64_t tenant_id, int64_t member_id);
