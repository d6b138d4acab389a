/* tell.c - hints and alarms. */
#include "app/tell.h"

#include "base/fault.h"
#include "store/alarm.h"

static int hint(
	struct ctx *ctx, int64_t tenant_id, const char *name, struct str topic, struct str payload)
{
	struct effect *effect = effects_add(ctx->effects, EFFECT_EVENT);

	if (!topic.ptr || !payload.ptr)
		return FAULT(FAULT_NOMEM, "hint");
	effect->tenant_id = tenant_id;
	effect->topic = topic;
	effect->name = str_from(name);
	effect->payload = payload;
	return 0;
}

int tell(struct ctx *ctx, int64_t tenant_id, const char *name, int64_t id, struct str topic)
{
	struct str payload = str_format(ctx->arena, "{\"id\":\"%lld\"}", (long long)id);

	TRY(hint(ctx, tenant_id, name, topic, payload));
	return hint(ctx, tenant_id, name,
		str_format(ctx->arena, "tenant:%lld", (long long)tenant_id), payload);
}

int tell_alarm(
	struct ctx *ctx, int64_t tenant_id, const char *kind, struct str subject, struct str detail)
{
	struct alarm alarm = {.id = CTX_ID(ctx),
		.tenant_id = tenant_id,
		.at_us = ctx->now_us,
		.kind = str_from(kind),
		.subject = subject,
		.detail = detail.len > 0 ? detail : STR("{}")};

	TRY(store_alarm_raise(ctx->db, &alarm, true));
	return hint(ctx, tenant_id, "alarm",
		str_format(ctx->arena, "tenant:%lld", (long long)tenant_id),
		str_format(ctx->arena, "{\"id\":\"%lld\"}", (long long)alarm.id));
}
