/* certificate.h - certificates of piles, what is installed in piles, how piles prove who they are,
 * and their security events <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* A certificate from the request to its end:
 *
 *   requested --> signed --> installed --> active --> replaced
 *       |            '--> refused (by the pile)  '--> revoked
 *       '--> refused (by us)
 *
 * "installed": the pile took it; "active": it was shown in a handshake. */
struct certificate {
	int64_t id, tenant_id, pile_id;
	struct str kind; /* "pile", "v2g" */
	struct str state;
	struct str common_name, organisation;
	struct str key_name, key_hash; /* of x509_csr */
	struct str serial, fingerprint;
	struct str csr, chain; /* PEM */
	struct str reason;
	int64_t request_id; /* the pile's own number, -1: none */
	int64_t command_id;
	bool local; /* signed by our own authority: our revocation list speaks of it */
	int64_t from_us, until_us, asked_us, created_us, done_us;
};
int store_certificate_add(struct db *db, const struct certificate *certificate);
/* All that changes after the request. */
int store_certificate_put(struct db *db, const struct certificate *certificate);
/* STORE_E_MISSING; texts in the arena. */
int store_certificate_get(
	struct db *db, struct arena *arena, int64_t id, struct certificate *ret_certificate);
int store_certificate_by_command(struct db *db, struct arena *arena, int64_t command_id,
	struct certificate *ret_certificate);
int store_certificate_by_serial(struct db *db, struct arena *arena, struct str serial,
	int64_t pile_id, struct certificate *ret_certificate);
/* How many requests of this pile wait for a signature. */
int store_certificate_waiting(struct db *db, int64_t pile_id, int64_t *ret_count);
/* How many it has asked for, was sent or holds, whatever became of the older ones. */
int store_certificate_under_way(struct db *db, int64_t pile_id, int64_t *ret_count);
/* Those for the pile itself, oldest first, at most `most`. */
int store_certificate_requests(struct db *db, struct arena *arena, int64_t pile_id, size_t most,
	struct certificate **ret_certificates, size_t *ret_len);
/* Does the pile hold a certificate it can show: how many, still valid. */
int store_certificate_ready(struct db *db, int64_t pile_id, int64_t now_us, int64_t *ret_count);
/* Certificates of this pile, kind and state, other than `but`, are replaced. */
int store_certificate_supersede(struct db *db, int64_t pile_id, struct str kind, const char *state,
	int64_t but, int64_t now_us);
/* In use, ending before `until_us`, not asked for a successor since `asked_us`. */
int store_certificate_due(struct db *db, struct arena *arena, int64_t until_us, int64_t asked_us,
	size_t most, struct certificate **ret_certificates, size_t *ret_len);
struct revoked {
	struct str serial;
	int64_t at_us;
};
/* Our own revoked ones that would still be valid, at most `most`. */
int store_certificate_revoked(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct revoked **ret_revoked, size_t *ret_len);
/* Changes whenever store_certificate_revoked may. */
int store_certificate_revoked_mark(struct db *db, int64_t *ret_count, int64_t *ret_last_us);
/* Connected piles whose certificate was revoked since then. */
int store_certificate_revoked_online(struct db *db, struct arena *arena, int64_t since_us,
	size_t most, int64_t **ret_piles, size_t *ret_len);

/* A certificate in a pile as OCPP names it. */
struct anchor {
	struct str kind;      /* "csms", "manufacturer", "v2g", "mo", "chain" */
	struct str algorithm; /* "SHA256" ... */
	struct str name_hash, key_hash, serial;
};
/* Replaces all of one kind. */
int store_anchors_put(struct db *db, int64_t pile_id, struct str kind, const struct anchor *anchors,
	size_t len, int64_t now_us);

struct security_event {
	int64_t id, tenant_id, pile_id, at_us;
	struct str kind, info;
	bool critical; /* means an attack or a broken defence */
};
int store_security_event_add(struct db *db, const struct security_event *event);

/* How a pile proves who it is. Profiles: 0 nothing, 1 password, 2 password inside TLS, 3
 * certificate inside TLS. */
struct security {
	int64_t pile_id;
	int64_t least; /* it may not come below */
	int64_t seen, seen_us;
	int64_t wanted, wanted_us; /* an upgrade under way, 0: none */
	struct str wanted_state;   /* the step it is at, or how it ended: app/security.c */
	int64_t wanted_command;
	struct str next_hash; /* the password it was told; takes over when first used */
	int64_t next_us, next_command, rotated_us;
	struct str transport, serial;
	int64_t until_us;
};
/* All zero (but pile_id) when there is no row. */
int store_security_get(
	struct db *db, struct arena *arena, int64_t pile_id, struct security *ret_security);
int store_security_put(struct db *db, const struct security *security);
