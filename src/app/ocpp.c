/* ocpp.c - the front desks by protocol version, and what is the same at each of them. */
#include "app/ocpp.h"

#include <stdio.h>

#include "app/desks.h"
#include "app/ocpp16.h"
#include "app/ocpp2.h"
#include "app/security.h"
#include "base/fault.h"
#include "base/limits.h"
#include "wire/json.h"

/* Best first. */
static const struct ocpp_desk *const desks[] = {&ocpp21_desk, &ocpp201_desk, &ocpp16_desk};
#define SET_MOST 20 /* variables of one call that are looked at for a password */
#define DESKS (sizeof(desks) / sizeof(desks[0]))

const struct ocpp_desk *ocpp_desk(enum ocpp_version version)
{
	for (size_t i = 0; i < DESKS; i++) {
		if (desks[i]->version == version)
			return desks[i];
	}
	return NULL;
}

struct str ocpp_spoken(struct arena *arena)
{
	struct str all = STR("");

	for (size_t i = 0; i < DESKS; i++)
		all = str_format(arena, "%.*s%s%.*s", STR_FMT(all), i > 0 ? ", " : "",
			STR_FMT(ocpp_protocol(desks[i]->version)));
	return all;
}

const struct ocpp_route *ocpp_route(
	const struct ocpp_desk *desk, struct str action, enum ocpp_code *ret_code)
{
	for (size_t i = 0; i < desk->routes->len; i++) {
		if (str_is(action, desk->routes->routes[i].action))
			return &desk->routes->routes[i];
	}
	*ret_code = desk->known(action) ? OCPP_CODE_NOT_SUPPORTED : OCPP_CODE_NOT_IMPLEMENTED;
	return NULL;
}

/* The boot itself, and the answers to what a server may ask meanwhile. */
bool ocpp_while_held(const struct ocpp_desk *desk, struct str action)
{
	static const char *const actions[] = {"BootNotification", "NotifyReport",
		"NotifyMonitoringReport", "SignCertificate", "LogStatusNotification",
		"FirmwareStatusNotification", "SecurityEventNotification"};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (str_is(action, actions[i]))
			return true;
	return desk->version == OCPP_16;
}

int ocpp_decode(const struct ocpp_route *route, struct str payload, struct arena *arena,
	void **ret_request, struct record_error *ret_error)
{
	void *request = arena_alloc(arena, route->req->size);

	if (!request)
		return FAULT(FAULT_NOMEM, "request");
	*ret_request = request;
	return ocpp_payload(route->req, payload, arena, request, ret_error);
}

int desk_refuse(struct desk *desk, enum ocpp_code code, struct str text)
{
	desk->reply->code = code;
	desk->reply->text = text;
	return 0;
}

int desk_ask(struct desk *desk, const struct inquiry *inquiry,
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer))
{
	struct inquiry *copy = ARENA_NEW(desk->arena, struct inquiry);

	if (!copy)
		return FAULT(FAULT_NOMEM, "inquiry");
	*copy = *inquiry;
	desk->reply->inquiry = copy;
	desk->reply->resume = resume;
	return 0;
}

/* `resume` and `answer` NULL: the first half. */
static int run(const struct ocpp_route *route, struct desk *desk,
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer),
	const struct inquiry_answer *answer)
{
	struct buf buf;

	desk->route = route;
	*desk->reply = (struct ocpp_reply){0};
	if (route->conf) {
		desk->conf = arena_alloc(desk->arena, route->conf->size);
		if (!desk->conf)
			return FAULT(FAULT_NOMEM, "answer");
	}
	TRY(resume ? resume(desk, answer) : route->handle(desk));
	if (desk->reply->code != 0 || desk->reply->inquiry || !route->conf)
		return 0;
	buf_init(&buf, desk->arena, LIMIT_FRAME_BYTES);
	if (record_encode(route->conf, desk->conf, &buf, NULL) != 0)
		return FAULT(FAULT_BUG, "an answer to %s does not fit its record", route->action);
	desk->reply->payload = buf_str(&buf);
	return 0;
}

int ocpp_resume(struct ctx *ctx, enum ocpp_version version, const struct ocpp_route *route,
	int64_t pile_id, const void *request,
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer),
	const struct inquiry_answer *answer, struct ocpp_reply *ret_reply)
{
	struct desk desk = {.version = version,
		.ctx = ctx,
		.arena = ctx->arena,
		.now_us = ctx->now_us,
		.pile_id = pile_id,
		.req = request,
		.reply = ret_reply};

	return run(route, &desk, resume, answer);
}

int ocpp_run(struct ctx *ctx, enum ocpp_version version, const struct ocpp_route *route,
	int64_t pile_id, const void *request, struct ocpp_reply *ret_reply)
{
	return ocpp_resume(ctx, version, route, pile_id, request, NULL, NULL, ret_reply);
}

int ocpp_run_light(const struct ocpp_route *route, int64_t now_us, struct arena *arena,
	struct ocpp_reply *ret_reply)
{
	struct desk desk = {.arena = arena, .now_us = now_us, .reply = ret_reply};

	ASSERT(route->light);
	return run(route, &desk, NULL, NULL);
}

int desks_encode(struct ctx *ctx, struct str protocol, const struct command *command,
	struct str *ret_action, struct str *ret_payload)
{
	const struct ocpp_desk *desk = ocpp_desk(ocpp_version_of(protocol));

	/* A pile that never connected speaks nothing yet; what it is told is encoded again when it
	 * comes. */
	if (!desk)
		desk = &ocpp16_desk;
	return desk->encode(ctx, command, ret_action, ret_payload);
}

struct str desks_password(struct arena *arena, struct str action, struct str payload)
{
	struct str name, value;
	char path[64];

	if (str_is(action, "ChangeConfiguration") && json_get_str(payload, "key", arena, &name) &&
		str_eq_nocase(name, STR("AuthorizationKey")) &&
		json_get_str(payload, "value", arena, &value))
		return value;
	for (int i = 0; i < SET_MOST && str_is(action, "SetVariables"); i++) {
		snprintf(path, sizeof(path), "setVariableData.%d.variable.name", i);
		if (!json_get_str(payload, path, arena, &name))
			break;
		snprintf(path, sizeof(path), "setVariableData.%d.attributeValue", i);
		if (str_eq_nocase(name, STR("BasicAuthPassword")) &&
			json_get_str(payload, path, arena, &value))
			return value;
	}
	return STR_NULL;
}

/* The one status of an answer, or of the only variable in it. */
static struct str status_of(struct arena *arena, struct str payload)
{
	struct str status;

	if (json_get_str(payload, "status", arena, &status) ||
		json_get_str(payload, "setVariableResult.0.attributeStatus", arena, &status))
		return status;
	return STR_NULL;
}

int ocpp_security_answered(struct ctx *ctx, int64_t command_id, struct str action,
	struct str payload, struct str error)
{
	static const char *const actions[] = {"CertificateSigned", "ChangeConfiguration",
		"DeleteCertificate", "InstallCertificate", "Reset", "SetNetworkProfile",
		"SetVariables"};
	struct command command;
	bool concerned = false;
	int found;

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		concerned |= str_is(action, actions[i]);
	if (!concerned)
		return 0;
	found = store_command_get(ctx->db, ctx->arena, command_id, &command);
	TRY(found);
	if (found != 0)
		return 0;
	return security_answered(
		ctx, &command, error.len == 0 ? status_of(ctx->arena, payload) : STR_NULL);
}
