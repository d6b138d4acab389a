/* mask.h - passwords out of texts that are kept: commands, the message log, the audit record. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct arena;

/* Is this a setting whose value is a secret? */
bool mask_is_secret(struct str setting);

/* Is there a secret in this JSON text, as OCPP carries them (the settings AuthorizationKey,
 * BasicAuthPassword and SharedSecret, members named password)? Then *ret_shown is a copy with a
 * star for each of its characters. It need not be valid JSON. When the arena is full *ret_shown is
 * empty. */
bool mask_secrets(struct arena *arena, struct str json, struct str *ret_shown);
