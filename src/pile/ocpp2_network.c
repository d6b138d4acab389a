/* ocpp2_network.c - SetNetworkProfile in OCPP 2.x (see network.h). */
#include <string.h>

#include "base/fault.h"
#include "pile/network.h"
#include "pile/ocpp2.h"
#include "wire/ocpp2/provisioning.h"

/* Does the pile speak that version at all? Which one is spoken is settled when it connects. */
static bool network_version(const struct pile *pile, int word)
{
	static const struct {
		int word;
		enum ocpp_version version;
	} words[] = {
		{OCPP2_OCPP_VERSION_OCPP16, OCPP_16},
		{OCPP2_OCPP_VERSION_OCPP20, OCPP_201}, /* 2.0.1 calls itself so */
		{OCPP2_OCPP_VERSION_OCPP201, OCPP_201},
		{OCPP2_OCPP_VERSION_OCPP21, OCPP_21},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (size_t v = 0; words[i].word == word && v < PILE_VERSIONS; v++)
			if (pile->config.versions[v] == words[i].version)
				return true;
	return false;
}

/* NULL, or why nothing of it is even tried: what this pile has not got. */
static const char *network_foreign(
	const struct talk *talk, const struct ocpp2_network_connection_profile *data)
{
	if (data->ocpp_transport != OCPP2_OCPP_TRANSPORT_JSON)
		return "UnsupportedTransport";
	/* 2.1 keeps the field for old schemas and says that it is ignored */
	if (talk->version == OCPP_201 && data->has_ocpp_version &&
		!network_version(talk->pile, data->ocpp_version))
		return "UnsupportedVersion";
	/* the modem and the tunnel are the operating system's business */
	if (data->has_apn)
		return "NoModem";
	return data->has_vpn ? "NoVpn" : NULL;
}

static int network_order(
	struct pile *pile, int64_t number, const struct ocpp2_network_connection_profile *data)
{
	struct network_slot wish = {.profile = data->security_profile,
		.timeout_s = data->message_timeout,
		.wire = data->ocpp_interface};

	if (data->ocpp_csms_url.len > NETWORK_URL_MAX)
		return NETWORK_E_URL;
	if (data->basic_auth_password.len > KEY_SECRET_MAX)
		return NETWORK_E_NAME;
	talk_text(wish.url, sizeof(wish.url), data->ocpp_csms_url);
	while (wish.url[0] && wish.url[strlen(wish.url) - 1] == '/')
		wish.url[strlen(wish.url) - 1] = 0;
	if (data->has_identity)
		talk_text(wish.name, sizeof(wish.name), data->identity);
	if (data->has_basic_auth_password)
		talk_text(wish.secret, sizeof(wish.secret), data->basic_auth_password);
	return network_set(pile, number, &wish);
}

static int order_network(struct talk *talk, const void *in, void *out)
{
	static const char *const words[] = {
		[NETWORK_E_SLOT] = "InvalidConfSlot",
		[NETWORK_E_URL] = "InvalidURL",
		[NETWORK_E_PROFILE] = "InvalidProfile",
		[NETWORK_E_NAME] = "InvalidCredential",
		[NETWORK_E_TIMEOUT] = "InvalidTimeout",
	};
	const struct ocpp2_set_network_profile_req *req = in;
	struct ocpp2_set_network_profile_conf *conf = out;
	const char *why = network_foreign(talk, &req->connection_data);
	int result =
		why ? 0 : network_order(talk->pile, req->configuration_slot, &req->connection_data);

	if (result > 0)
		why = words[result];
	if (result < 0)
		why = "OutOfStorage";
	conf->status = !why         ? OCPP2_SET_NETWORK_PROFILE_STATUS_ACCEPTED
		       : result < 0 ? OCPP2_SET_NETWORK_PROFILE_STATUS_FAILED
				    : OCPP2_SET_NETWORK_PROFILE_STATUS_REJECTED;
	conf->has_status_info = why != NULL;
	conf->status_info.reason_code = why ? str_from(why) : STR_NULL;
	return 0;
}

static const struct talk_order network_order_rows[] = {
	{"SetNetworkProfile", order_network},
};
const struct talk_orders ocpp2_network_orders = TALK_ROWS(network_order_rows);
