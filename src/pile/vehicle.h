/* vehicle.h - what is known of the car that is plugged in: the Recognition module [document A].
 * The cable tells it piece by piece (SLAC, its IPv6 address, SessionSetup, its battery's figures;
 * or BRM of GB/T 27930), so every piece says whether it is known. Nothing here is a secret: a MAC
 * can be copied by anybody, which is why the pieces are compared with each other and there is a
 * second identity beside it. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VEHICLE_MAC 6
#define VEHICLE_EVCCID 8
#define VEHICLE_VIN 17
#define VEHICLE_PROTOCOLS 160
#define VEHICLE_TAG 16   /* characters of "VID:" and 12 digits: an idToken of OCPP 1.6, too */
#define VEHICLE_PRINT 32 /* characters of a fingerprint */

struct vehicle_mac {
	bool known;
	uint8_t bytes[VEHICLE_MAC];
};

struct vehicle {
	/* The four places where a car says its MAC. They are the same in every car seen so far. */
	struct vehicle_mac source;  /* whom the frames of SLAC came from */
	struct vehicle_mac match;   /* inside CM_SLAC_MATCH.REQ; known only when it matched */
	struct vehicle_mac address; /* inside its link-local IPv6 address (EUI-64) */
	struct {
		bool known;
		uint8_t len; /* 6 in ISO 15118-2, up to 8 in DIN 70121 */
		uint8_t bytes[VEHICLE_EVCCID];
	} evccid;

	/* The second identity. */
	struct {
		bool known;
		char text[VEHICLE_VIN + 1];
	} vin; /* of BRM, which need not have it */
	struct {
		bool known;
		int64_t capacity_dwh; /* 0 not told; the same for the others */
		int64_t max_mv, max_ma, max_w;
		/* what it offered to speak, in its order: "urn:din:70121:2012:MsgDef 2.0 p1;" */
		char protocols[VEHICLE_PROTOCOLS];
	} battery;
	int32_t soc_percent; /* as told last, -1 not: no identity, it changes */
};

/* How well the four places agree. */
enum vehicle_check {
	VEHICLE_UNKNOWN = 0, /* it said its MAC nowhere */
	VEHICLE_ONE_SOURCE,  /* ... in one place: nothing to compare */
	VEHICLE_CONSISTENT,  /* ... in several, the same everywhere */
	VEHICLE_CONTRADICTS, /* ... not the same: copied, or somebody between */
};

/* Nothing is known. */
void vehicle_init(struct vehicle *vehicle);
void vehicle_set_mac(struct vehicle_mac *mac, const uint8_t bytes[VEHICLE_MAC]);
/* From the 16 bytes of its address; one that is not link-local with EUI-64 tells nothing. */
void vehicle_set_address(struct vehicle *vehicle, const uint8_t address[16]);
/* More than 8 bytes, none at all, or only zeros tell nothing. */
void vehicle_set_evccid(struct vehicle *vehicle, const uint8_t *bytes, size_t len);
/* Printable ASCII without blanks, 17 characters; others tell nothing. */
void vehicle_set_vin(struct vehicle *vehicle, const char *text);

/* Is the same known of both, their state of charge aside? */
bool vehicle_same(const struct vehicle *a, const struct vehicle *b);
enum vehicle_check vehicle_consistent(const struct vehicle *vehicle);
const char *vehicle_check_word(enum vehicle_check check);
/* The MAC the car is named by: what matched, else EVCCID, else the source of frames. False when
 * none of them is known. */
bool vehicle_name(const struct vehicle *vehicle, uint8_t ret[VEHICLE_MAC]);
/* The name as the idToken of Autocharge, "VID:" and 12 upper case digits; false without a name. */
bool vehicle_tag(const struct vehicle *vehicle, char ret[VEHICLE_TAG + 1]);
/* The second identity as hex digits, the same for the same car whenever it comes: of the VIN where
 * there is one, else of the battery's figures and the protocols. False when neither is known. */
bool vehicle_fingerprint(const struct vehicle *vehicle, char ret[VEHICLE_PRINT + 1]);
