/* provision.h - giving a new pile its identity: name, server, the key its connection proves itself
 * with, and the key its meter signs with. Everything a start needs stands then in the pile's
 * directory; the operator approves the pile in the console when it first knocks. */
#pragma once
#include "base/keyprint.h"
#include "base/rng.h"
#include "base/sign.h"
#include "base/str.h"

#define PROVISION_NAME_MAX 48
#define PROVISION_SERVER_MAX 200
#define PROVISION_KEY_MAX 40 /* OCPP's AuthorizationKey */

struct provision {
	char name[PROVISION_NAME_MAX + 1];
	char server[PROVISION_SERVER_MAX + 1]; /* "wss://host/ocpp" */
	char key[PROVISION_KEY_MAX + 1];       /* "" : one is made */
	int64_t until_us;                      /* the code counts until then; 0: always */
};

/* The installer's code: "LEYDEN1;N=<name>;S=<server>[;K=<key>][;E=<yyyymmdd>]", in any order. False
 * for anything else: unknown parts, a part twice, a name or address that cannot be one. */
bool provision_parse(struct str code, struct provision *ret);
/* Writes the directory `dir`: "identity" (name, server) and "passwords", both readable by their
 * owner alone, and the meter's key in `dir`/<name>/meter.key, in the TPM when `tpm`. A key that is
 * there already stays. 0 or a fault; fills provision->key and *ret_meter. */
int provision_write(const char *dir, struct provision *provision, bool tpm, struct rng *rng,
	struct sign_key *ret_meter);
/* The key of the pile's certificate, in the same directory; its fingerprint is what the console
 * shows when the pile is approved. 0 or a fault. */
int provision_device_key(const char *dir, const struct provision *provision, bool tpm,
	char ret_print[KEYPRINT_LEN + 1]);
/* What provision_write wrote; false when there is none. */
bool provision_load(const char *dir, struct provision *ret);
/* `leyden-pile provision ...`: the exit code. */
int provision_main(int argc, char **argv);
