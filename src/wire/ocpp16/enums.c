/* enums.c - name tables of the OCPP 1.6 enumerations. */
#include "wire/ocpp16/enums.h"

#define OCPP16_ENUM_DEFINE(tag, prefix) FIELD_ENUM_DEFINE(tag, prefix, prefix##_LIST)
OCPP16_ENUMS(OCPP16_ENUM_DEFINE)
