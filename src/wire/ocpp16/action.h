/* action.h - the catalogue of OCPP 1.6 actions spoken here. */
#pragma once
#include "base/field.h"
#include "base/str.h"

struct ocpp16_action {
	const char *name;
	const struct record *req, *conf;
	bool from_station; /* the pile may call it */
	bool from_server;  /* we may call it */
};
extern const struct ocpp16_action ocpp16_actions[];
extern const size_t ocpp16_actions_len;

/* NULL when not spoken here. */
const struct ocpp16_action *ocpp16_action_find(struct str name);
/* Does OCPP 1.6 know this action in any profile? Then the error is NotSupported, else
 * NotImplemented. */
bool ocpp16_action_known(struct str name);
