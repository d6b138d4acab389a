/* action.h - the catalogue of actions of OCPP 2.0.1 and 2.1. */
#pragma once
#include "base/field.h"
#include "base/str.h"
#include "wire/ocpp.h"

struct ocpp2_action {
	const char *name;
	const struct record *req_201, *conf_201; /* NULL: only since 2.1 */
	const struct record *req_21, *conf_21;   /* conf_21 NULL: sent, never answered */
	bool from_station;                       /* the pile may call it */
	bool from_server;                        /* we may call it */
};
extern const struct ocpp2_action ocpp2_actions[];
extern const size_t ocpp2_actions_len;

/* NULL when this version does not know the action. */
const struct ocpp2_action *ocpp2_action_find(enum ocpp_version version, struct str name);
/* The records of an action in a version that knows it; the answer's is NULL when it has none. */
const struct record *ocpp2_action_req(enum ocpp_version version, const struct ocpp2_action *action);
const struct record *ocpp2_action_conf(
	enum ocpp_version version, const struct ocpp2_action *action);
