/* action.h - the catalogue of OCPP 1.6 actions and of its security extension. */
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

/* NULL when OCPP 1.6 has no such action. */
const struct ocpp16_action *ocpp16_action_find(struct str name);
