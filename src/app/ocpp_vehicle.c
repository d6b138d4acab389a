/* ocpp_vehicle.c - second identities of cars out of messages (see ocpp_vehicle.h). */
#include "app/ocpp_vehicle.h"

#include "app/vehicles.h"
#include "base/fault.h"
#include "base/limits.h"
#include "wire/record.h"

#define OWN STR("leyden-") /* of our additionalInfo types */
#define VIN_LEN 17

#define VEHICLE_DATA(F, S) \
	F(INT, REQ, S, connector, "connectorId", (1, LIMIT_CONNECTORS), "where it is") \
	F(STR, REQ, S, vid, "vid", 20, "its idTag") \
	F(STR, OPT, S, second, "second", VID_SECOND_LEN, "hex of its second identity") \
	F(STR, OPT, S, kind, "kind", VID_KIND_MAX, "what that was made of: vin, battery") \
	F(BOOL, OPT, S, contradicts, "contradicts", 0, "it says differing addresses")
FIELD_STRUCT(vehicle_data, VEHICLE_DATA)
FIELD_ROWS(vehicle_data, VEHICLE_DATA)

int ocpp_vehicle_data(struct ctx *ctx, int64_t pile_id, struct str data)
{
	struct vehicle_data told;
	struct vehicle_sight sight;

	if (record_decode(&vehicle_data_record, data, RECORD_STRICT, ctx->arena, &told, NULL) != 0)
		return OCPP_VEHICLE_E_FORM;
	sight = (struct vehicle_sight){.pile_id = pile_id,
		.vid = vid_normal(ctx->arena, told.vid),
		.connector_no = told.connector,
		.second = vid_second(ctx->arena, told.second),
		.kind = told.kind,
		.contradicts = told.contradicts};
	if (!vid_good(sight.vid) || (told.has_second && sight.second.len == 0))
		return OCPP_VEHICLE_E_FORM;
	return vehicles_told(ctx, &sight);
}

struct str ocpp_vehicle_tag(struct arena *arena, const struct ocpp2_id_token *token)
{
	if (str_is(token->type, "MacAddress") || str_is(token->type, "EVCCID") ||
		vid_is(token->id_token))
		return vid_normal(arena, token->id_token);
	if (str_is(token->type, "VIN"))
		return vid_of_vin(arena, token->id_token);
	return STR("");
}

static void read_info(
	struct arena *arena, const struct ocpp2_additional_info *info, struct vehicle_sight *sight)
{
	struct str kind;

	if (str_eq_nocase(info->type, STR("VIN")) && info->additional_id_token.len == VIN_LEN) {
		sight->second = vid_second_of_vin(arena, info->additional_id_token);
		sight->kind = STR("vin");
		return;
	}
	if (!str_starts(info->type, OWN))
		return;
	kind = str_slice(info->type, OWN.len, info->type.len);
	if (str_is(kind, "contradiction")) {
		sight->contradicts = true;
		return;
	}
	sight->second = vid_second(arena, info->additional_id_token);
	sight->kind = sight->second.len > 0 && kind.len <= VID_KIND_MAX ? kind : STR("");
}

int ocpp_vehicle_token(struct ctx *ctx, int64_t pile_id, int64_t connector_no,
	const struct ocpp2_id_token *token, bool bare)
{
	struct vehicle_sight sight = {.pile_id = pile_id,
		.vid = ocpp_vehicle_tag(ctx->arena, token),
		.connector_no = connector_no};

	if (sight.vid.len == 0)
		return 0;
	for (size_t i = 0; i < token->additional_info_len; i++)
		read_info(ctx->arena, &token->additional_info[i], &sight);
	if (!bare && sight.second.len == 0 && !sight.contradicts)
		return 0;
	return vehicles_told(ctx, &sight);
}
