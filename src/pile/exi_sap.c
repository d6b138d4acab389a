/* exi_sap.c - supportedAppProtocol: which protocols the car speaks, and which of them it is. */
#include "pile/exi_rows.h"

WORDS(outcomes, "OK_SuccessfulNegotiation", "OK_SuccessfulNegotiationWithMinorDeviation",
	"Failed_NoNegotiation");
TEXT(namespaces, 100);
SMALL(schema_id, 8, 0, 255);
SMALL(priority, 5, 1, 20);
static const struct exi_type version = {.kind = EXI_UINT};

GROUP(protocol, ONE("ProtocolNamespace", namespaces), ONE("VersionNumberMajor", version),
	ONE("VersionNumberMinor", version), ONE("SchemaID", schema_id), ONE("Priority", priority));
GROUP(request, MANY("AppProtocol", protocol, 1, 20));
GROUP(response, ONE("ResponseCode", outcomes), MAY("SchemaID", schema_id));

static const struct exi_root roots[] = {
	{0, ONE("supportedAppProtocolReq", request)},
	{1, ONE("supportedAppProtocolRes", response)},
};
const struct exi_schema exi_sap = {.bits = 2, .roots = roots, .len = EXI_COUNT(roots)};
