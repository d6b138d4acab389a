/* ocmf.h - the Open Charge Metering Format: meter readings of a charge with a signature that
 * anybody can check, as one line of text "OCMF|payload|signature". The signature is over the
 * payload's bytes as they stand. ECDSA on P-256 with SHA-256 is the format's default; SM2 with SM3
 * is named "SM2-SM3", which is ours. The public key travels beside the line as the hexadecimal
 * digits of its X.509 structure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/sign.h"
#include "base/str.h"

#define OCMF_READINGS_MAX 16
#define OCMF_TEXT_MAX 4096
#define OCMF_KEY_MAX 200 /* hexadecimal digits of a public key, and to spare */

enum ocmf_outcome {
	OCMF_E_FORMAT = 1, /* not three parts, no JSON, or a field that has to be there is not */
	OCMF_E_ALGORITHM,  /* of a kind we cannot check */
	OCMF_E_KEY,        /* the public key is none */
	OCMF_E_SIGNATURE,  /* does not belong to this payload and key */
};

struct ocmf_reading {
	int64_t at_us;
	char time_status; /* U unknown, I informative, S synchronised, R relative */
	char why;         /* B begin, C during, E end, X error */
	int64_t register_dwh;
	bool back;  /* the register of what was given back, OBIS 2.8.0; else of what was taken */
	bool error; /* the meter reported one: EF "E" */
	struct str time; /* as written, when read */
};

struct ocmf {
	struct str gateway, gateway_serial, gateway_version;
	struct str meter_vendor, meter_model, meter_serial;
	uint64_t counter; /* of the transaction records of this gateway: page "T<counter>" */
	bool identified;  /* IS: somebody was named */
	struct str tag;
	struct str point; /* CI: the outlet, "A-07*1" */
	/* UM: how the car was charged, "iec-type2 > ac-3 > signal > ac-phase-sum"; the format
	 * leaves names from U on to makers */
	struct str choice;
	struct ocmf_reading readings[OCMF_READINGS_MAX];
	size_t readings_len;
};

/* The payload, which is what gets signed. In the arena; STR_NULL when it does not fit. */
struct str ocmf_payload(struct arena *arena, const struct ocmf *ocmf);
/* The whole line, from payload and signature (64 bytes, r and s). */
struct str ocmf_line(struct arena *arena, struct str payload, enum sign_kind kind,
	const uint8_t signature[SIGN_LEN]);

/* Reads a line and checks its signature with `key`. 0, or why not; `ret` is only filled by 0, its
 * texts live in the arena or in `line`. */
int ocmf_verify(struct arena *arena, struct str line, const struct sign_key *key, struct ocmf *ret);
/* Only reads: nothing is proven. 0, OCMF_E_FORMAT. */
int ocmf_read(struct arena *arena, struct str line, struct ocmf *ret);
/* The first and the last reading of one register; NULL: there is none. */
const struct ocmf_reading *ocmf_first(const struct ocmf *ocmf, bool back);
const struct ocmf_reading *ocmf_last(const struct ocmf *ocmf, bool back);
/* Energy between these two; -1 when there are no two. */
int64_t ocmf_energy_dwh(const struct ocmf *ocmf, bool back);
/* "format", "algorithm", "key", "signature", "ok". */
const char *ocmf_word(int outcome);

/* A public key as hexadecimal digits of its X.509 structure (SubjectPublicKeyInfo). */
struct str ocmf_key_text(struct arena *arena, const struct sign_key *key);
/* Reads a key as its digits, as "oca:base16:asn1:" or "oca:base64:asn1:" with them, or any of these
 * and the bytes themselves as base64 (the ways chargers tell it). False when the text is no such
 * key of P-256 or SM2. */
bool ocmf_key_read(struct str text, struct sign_key *ret);
