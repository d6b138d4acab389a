/* tell.h - the small words a conversation leaves behind: hints for live streams and alarms for
 * people. */
#pragma once
#include "app/ctx.h"

/* Something about `id` changed: a hint named `name` on `topic` and on the tenant's topic, payload
 * {"id":"..."}. */
int tell(struct ctx *ctx, int64_t tenant_id, const char *name, int64_t id, struct str topic);
/* Raises an alarm, once while the same kind and subject is open. `detail` is a JSON object. */
int tell_alarm(struct ctx *ctx, int64_t tenant_id, const char *kind, struct str subject,
	struct str detail);
