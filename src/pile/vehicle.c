/* vehicle.c - the plugged car's identity: setting, comparing, naming (vehicle.h). */
#include "pile/vehicle.h"

#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"

void vehicle_init(struct vehicle *vehicle)
{
	memset(vehicle, 0, sizeof(*vehicle));
	vehicle->soc_percent = -1;
}

static bool vehicle_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

void vehicle_set_mac(struct vehicle_mac *mac, const uint8_t bytes[VEHICLE_MAC])
{
	/* a group's address, or none at all, is nobody's */
	if (vehicle_zero(bytes, VEHICLE_MAC) || bytes[0] & 1)
		return;
	mac->known = true;
	memcpy(mac->bytes, bytes, VEHICLE_MAC);
}

/* EUI-64 is a MAC with FF FE in its middle. */
static bool vehicle_of_eui64(const uint8_t eui[8], uint8_t ret[VEHICLE_MAC])
{
	if (eui[3] != 0xff || eui[4] != 0xfe)
		return false;
	memcpy(ret, eui, 3);
	memcpy(ret + 3, eui + 5, 3);
	return true;
}

void vehicle_set_address(struct vehicle *vehicle, const uint8_t address[16])
{
	uint8_t mac[VEHICLE_MAC];

	if (address[0] != 0xfe || (address[1] & 0xc0) != 0x80 ||
		!vehicle_of_eui64(address + 8, mac))
		return;
	mac[0] ^= 2; /* the bit "given locally" is turned around in addresses */
	vehicle_set_mac(&vehicle->address, mac);
}

void vehicle_set_evccid(struct vehicle *vehicle, const uint8_t *bytes, size_t len)
{
	if (len == 0 || len > VEHICLE_EVCCID || vehicle_zero(bytes, len))
		return;
	vehicle->evccid.known = true;
	vehicle->evccid.len = (uint8_t)len;
	memset(vehicle->evccid.bytes, 0, sizeof(vehicle->evccid.bytes));
	memcpy(vehicle->evccid.bytes, bytes, len);
}

void vehicle_set_vin(struct vehicle *vehicle, const char *text)
{
	if (strnlen(text, VEHICLE_VIN + 1) != VEHICLE_VIN)
		return;
	for (size_t i = 0; i < VEHICLE_VIN; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return;
	vehicle->vin.known = true;
	memcpy(vehicle->vin.text, text, VEHICLE_VIN + 1);
}

static bool vehicle_same_mac(const struct vehicle_mac *a, const struct vehicle_mac *b)
{
	return a->known == b->known && memcmp(a->bytes, b->bytes, VEHICLE_MAC) == 0;
}

bool vehicle_same(const struct vehicle *a, const struct vehicle *b)
{
	return vehicle_same_mac(&a->source, &b->source) && vehicle_same_mac(&a->match, &b->match) &&
	       vehicle_same_mac(&a->address, &b->address) && a->evccid.known == b->evccid.known &&
	       a->evccid.len == b->evccid.len &&
	       memcmp(a->evccid.bytes, b->evccid.bytes, VEHICLE_EVCCID) == 0 &&
	       a->vin.known == b->vin.known && strcmp(a->vin.text, b->vin.text) == 0 &&
	       a->battery.known == b->battery.known &&
	       a->battery.capacity_dwh == b->battery.capacity_dwh &&
	       a->battery.max_mv == b->battery.max_mv && a->battery.max_ma == b->battery.max_ma &&
	       a->battery.max_w == b->battery.max_w &&
	       strcmp(a->battery.protocols, b->battery.protocols) == 0;
}

/* The MAC an EVCCID stands for: it is one, one with two zeros at an end, or an EUI-64. */
static bool vehicle_evccid_mac(const struct vehicle *vehicle, uint8_t ret[VEHICLE_MAC])
{
	const uint8_t *bytes = vehicle->evccid.bytes;

	if (!vehicle->evccid.known)
		return false;
	if (vehicle->evccid.len == VEHICLE_MAC ||
		(vehicle->evccid.len == 8 && vehicle_zero(bytes + 6, 2))) {
		memcpy(ret, bytes, VEHICLE_MAC);
		return true;
	}
	if (vehicle->evccid.len == 8 && vehicle_zero(bytes, 2)) {
		memcpy(ret, bytes + 2, VEHICLE_MAC);
		return true;
	}
	return vehicle->evccid.len == 8 && vehicle_of_eui64(bytes, ret);
}

enum vehicle_check vehicle_consistent(const struct vehicle *vehicle)
{
	const struct vehicle_mac *told[] = {&vehicle->source, &vehicle->match, &vehicle->address};
	struct vehicle_mac evccid = {0};
	const struct vehicle_mac *first = NULL;
	int count = 0;

	evccid.known = vehicle_evccid_mac(vehicle, evccid.bytes);
	/* the last one last: an EVCCID that is no MAC takes no part */
	for (size_t i = 0; i <= sizeof(told) / sizeof(told[0]); i++) {
		const struct vehicle_mac *mac =
			i < sizeof(told) / sizeof(told[0]) ? told[i] : &evccid;
		if (!mac->known)
			continue;
		count++;
		if (!first)
			first = mac;
		else if (memcmp(first->bytes, mac->bytes, VEHICLE_MAC) != 0)
			return VEHICLE_CONTRADICTS;
	}
	if (count == 0)
		return VEHICLE_UNKNOWN;
	return count == 1 ? VEHICLE_ONE_SOURCE : VEHICLE_CONSISTENT;
}

const char *vehicle_check_word(enum vehicle_check check)
{
	static const char *const words[] = {"unknown", "one-source", "consistent", "contradicts"};

	ASSERT(check <= VEHICLE_CONTRADICTS);
	return words[check];
}

bool vehicle_name(const struct vehicle *vehicle, uint8_t ret[VEHICLE_MAC])
{
	const struct vehicle_mac *mac = vehicle->match.known ? &vehicle->match : &vehicle->source;

	if (!vehicle->match.known && vehicle_evccid_mac(vehicle, ret))
		return true;
	if (mac->known)
		memcpy(ret, mac->bytes, VEHICLE_MAC);
	return mac->known;
}

bool vehicle_tag(const struct vehicle *vehicle, char ret[VEHICLE_TAG + 1])
{
	uint8_t mac[VEHICLE_MAC];

	if (!vehicle_name(vehicle, mac))
		return false;
	snprintf(ret, VEHICLE_TAG + 1, "VID:%02X%02X%02X%02X%02X%02X", mac[0], mac[1], mac[2],
		mac[3], mac[4], mac[5]);
	return true;
}

bool vehicle_fingerprint(const struct vehicle *vehicle, char ret[VEHICLE_PRINT + 1])
{
	char text[VEHICLE_PROTOCOLS + 120];
	uint8_t digest[SHA256_LEN];
	int len;

	if (vehicle->vin.known)
		len = snprintf(text, sizeof(text), "vin %s", vehicle->vin.text);
	else if (vehicle->battery.known)
		len = snprintf(text, sizeof(text), "battery %lld %lld %lld %lld %s",
			(long long)vehicle->battery.capacity_dwh,
			(long long)vehicle->battery.max_mv, (long long)vehicle->battery.max_ma,
			(long long)vehicle->battery.max_w, vehicle->battery.protocols);
	else
		return false;
	sha256(text, (size_t)len, digest);
	for (int i = 0; i < VEHICLE_PRINT / 2; i++)
		snprintf(ret + (ptrdiff_t)2 * i, 3, "%02x", digest[i]);
	return true;
}
