/* ocpp2.h - the front desk of OCPP 2.0.1 and 2.1: two tables of what a pile may say, one set of
 * handlers, since both versions share their structs (wire/ocpp2/table.h). Nothing is decided here.
 */
#pragma once
#include "app/ocpp.h"

extern const struct ocpp_desk ocpp201_desk, ocpp21_desk;
