/* sandbox.h - the payment channel of demo and tests, spoken to like a real one: signed JSON over
 * HTTP, a cashier page, notifications, queries. Its other end is the program leyden-sandbox. */
#pragma once
#include "pay/pay.h"

extern const struct pay_channel pay_sandbox;
