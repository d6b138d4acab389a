/* ocpp16.h - the OCPP 1.6 front desk: a table of what a pile may say, and the translation between
 * its messages and the conversations. Nothing is decided here. */
#pragma once
#include "app/ocpp.h"

extern const struct ocpp_desk ocpp16_desk;
