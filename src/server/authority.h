/* authority.h - the small authority of a local installation: DATA/ca with a root, an authority for
 * devices under it, their keys (0600), and the revocation list. The root's key signs nothing but
 * the device authority; an operator may take it away and keep it offline. */
#pragma once
#include "app/ctx.h"
#include "base/arena.h"
#include "base/x509.h"

enum authority_file {
	AUTHORITY_ROOT = 0,       /* root.pem */
	AUTHORITY_ROOT_KEY = 1,   /* root.key */
	AUTHORITY_DEVICE = 2,     /* device.pem: what signs */
	AUTHORITY_DEVICE_KEY = 3, /* device.key */
	AUTHORITY_CHAIN = 4,      /* chain.pem: device and root, whom the server believes */
	AUTHORITY_CRL = 5,        /* device.crl */
	AUTHORITY_SERVER = 6, /* server.pem: certificate of the server's own port, with its chain */
	AUTHORITY_SERVER_KEY = 7, /* server.key */
	AUTHORITY_FILES = 8,
};
/* The file's path; text in the arena. */
struct str authority_path(struct arena *arena, struct str data, enum authority_file file);
bool authority_exists(struct arena *arena, struct str data);
/* Makes the two authorities. FAULT_IO when there are some already. */
int authority_init(struct arena *arena, struct str data, struct str organisation, int64_t now_us);
/* A certificate for our own port, made out to these hosts (comma separated). X509_E_NAME. */
int authority_server(struct arena *arena, struct str data, struct str organisation,
	struct str hosts, int64_t now_us);
/* Chain and key of the device authority for the conversations; both empty when there is none. */
int authority_load(struct arena *arena, struct str data, struct app_security *security);
/* A file written whole and durable: 0600 when `secret`, else 0644. */
int authority_write(struct arena *arena, struct str path, struct str text, bool secret);
