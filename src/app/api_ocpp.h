/* api_ocpp.h - what can be sent raw, by version: the records of the calls that a pile takes.
 * Included by api_ocpp*.c alone. */
#pragma once
#include "wire/ocpp.h"
#include "wire/record.h"

/* The record of a call from us to a pile. NULL when this version has no such call, or when only
 * piles say it. A pile that never came speaks nothing yet (version 0): OCPP 1.6. */
const struct record *ocpp_call_record(enum ocpp_version version, struct str action);
/* Is it a call from us in any version? */
bool ocpp_call_known(struct str action);
/* A payload to begin from: every required field with a value that its rule allows. */
void ocpp_sample(struct json_out *out, const char *key, const struct record *record);
