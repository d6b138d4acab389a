/* sandbox_wire.c - the rows of the sandbox channel's messages. */
#include "pay/sandbox_wire.h"

FIELD_ENUM_DEFINE(sandbox_kind, SANDBOX_KIND, SANDBOX_KIND_LIST)
FIELD_ENUM_DEFINE(sandbox_status, SANDBOX, SANDBOX_STATE_LIST)
FIELD_ROWS(sandbox_request, SANDBOX_REQUEST_FIELDS)
FIELD_ROWS(sandbox_state, SANDBOX_STATE_FIELDS)
FIELD_ROWS(sandbox_error, SANDBOX_ERROR_FIELDS)
