/* config.h - the settings of `leyden`: one row each, from which the file reader, the flags, the
 * environment names, --help, the sample file and the manual text all come. Precedence: flag,
 * LEYDEN_* environment, file, default. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

enum config_outcome {
	CONFIG_E_BAD = 1, /* unknown setting or bad value: said in `errors`, one line each */
};

/* S(kind, section, name, default, bounds, help)
 * TEXT: bounds are least and most characters. INT: least and most value. BOOL: none. WORD: the
 * words allowed, the member is the word's place. The flag is --name with '-' for '_', the
 * environment name LEYDEN_NAME. */
#define CONFIG_ROWS(S) \
	S(TEXT, server, data, "leyden-data", (1, 3000), \
		"directory that holds everything: database, journals, server key") \
	S(TEXT, server, address, "0.0.0.0", (1, 64), "address to listen on") \
	S(INT, server, port, "8080", (0, 65535), \
		"port for piles, drivers and operators; 0: any free one") \
	S(TEXT, server, public_url, "", (0, 200), \
		"address others reach this server by, used in QR codes and payment returns; " \
		"empty: http(s)://localhost:PORT") \
	S(TEXT, server, trusted_proxies, "", (0, 300), \
		"proxies in front of this server, addresses or networks like 10.0.0.0/8 with " \
		"commas between: their X-Forwarded-For says who asks") \
	S(TEXT, server, tls_cert, "", (0, 3000), "certificate chain (PEM); empty: plain HTTP") \
	S(TEXT, server, tls_key, "", (0, 3000), "its private key (PEM)") \
	S(TEXT, server, tls_other_cert, "", (0, 3000), \
		"a second certificate of another key type (RSA beside P-256), chosen by what the " \
		"caller can use") \
	S(TEXT, server, tls_other_key, "", (0, 3000), "its private key (PEM)") \
	S(TEXT, server, contract_roots, "", (0, 3000), \
		"PEM file: roots of contracts of vehicles (V2G, MO); without it no contract " \
		"charges") \
	S(TEXT, server, contract_crl, "", (0, 3000), \
		"PEM file: revocation lists of those roots and their authorities") \
	S(TEXT, server, tls_client_ca, "", (0, 3000), \
		"authorities for certificates of piles (PEM); empty: our own of `leyden ca " \
		"init`, " \
		"if there is one") \
	S(TEXT, server, tls_client_crl, "", (0, 3000), \
		"their revocation lists (PEM), reread when the file changes; empty: that of our " \
		"own") \
	S(BOOL, server, plain_too, "no", (0, 1), \
		"with TLS: piles may also come without it through the same port, on their way to " \
		"security profile 2") \
	S(INT, server, io_threads, "0", (0, 32), "threads that serve sockets; 0: processors - 1") \
	S(INT, server, max_connections, "0", (0, 10000000), \
		"most open connections; 0: as many as file descriptors allow") \
	S(TEXT, metrics, metrics_address, "127.0.0.1", (1, 64), \
		"address of /metrics, /livez and /readyz") \
	S(INT, metrics, metrics_port, "9464", (-1, 65535), "their port; 0: any free one, -1: off") \
	S(TEXT, database, db_url, "", (0, 3000), \
		"sqlite:FILE or postgresql://...; empty: sqlite in the data directory. " \
		"A password goes into a file: ?passfile=FILE") \
	S(INT, database, node, "0", (0, 62), \
		"number of this server among those that share a database; goes into ids") \
	S(INT, database, db_readers, "2", (1, 32), "connections that read") \
	S(INT, database, db_workers, "2", (1, 32), "threads for slow work (password hashing)") \
	S(INT, database, db_writers, "1", (1, 8), \
		"connections that write; more than 1 only on PostgreSQL") \
	S(INT, database, journal_months, "13", (0, 240), \
		"whole months that messages and meter readings are kept beside the running one; " \
		"0: for ever") \
	S(WORD, piles, unknown_piles, "hold", (reject, hold, accept), \
		"a pile nobody registered: turn away, keep for approval, or let in") \
	S(INT, piles, least_profile, "0", (0, 3), \
		"security profile every pile must at least come with: 1 password, 2 password in " \
		"TLS, 3 certificate") \
	S(TEXT, piles, organisation, "Leyden", (0, 64), \
		"our name in certificates of piles (O); others are refused; empty: not looked at") \
	S(INT, piles, raise_profile, "0", (0, 3), \
		"security profile that a new pile is raised to once it has its certificate; 0: " \
		"as it came") \
	S(WORD, piles, sign_requests, "auto", (auto, hand), \
		"certificates that piles ask for: signed at once, or after an operator's " \
		"approval") \
	S(INT, piles, certificate_days, "730", (1, 3650), "life of a pile's certificate") \
	S(INT, piles, renew_days, "30", (1, 365), \
		"days before its end at which a pile is asked for a successor") \
	S(INT, piles, heartbeat, "300", (10, 86400), "seconds between heartbeats, told to piles") \
	S(INT, piles, boot_again, "60", (1, 86400), \
		"seconds after which a pile whose boot was not accepted tries again") \
	S(INT, piles, sample, "30", (5, 3600), \
		"seconds between meter values while charging, told to piles") \
	S(INT, piles, ping, "30", (0, 3600), "seconds between WebSocket pings; 0: none") \
	S(INT, piles, start_timeout, "60", (5, 600), \
		"seconds a remote start may take until current flows; then money goes back") \
	S(INT, piles, call_timeout, "30", (1, 600), "seconds a pile may take to answer a call") \
	S(INT, piles, keep_logs, "30", (0, 3650), \
		"days that logs sent by piles are kept; 0: for ever") \
	S(INT, offline, offline_max, "20000", (0, 100000000), \
		"most money (minor units) of one order at a pile without network; 0: not offered") \
	S(INT, offline, offline_credit, "0", (0, 100000000), \
		"most that may be charged there first and paid after; 0: never") \
	S(INT, offline, offline_valid, "300", (30, 3600), \
		"seconds in which a start code must be shown to the pile") \
	S(INT, offline, offline_lasts, "86400", (600, 604800), "longest charge there, seconds") \
	S(INT, offline, offline_wait, "7", (1, 90), \
		"days after which an order nobody heard of again gives its money back") \
	S(WORD, offline, offline_key, "es256", (ed25519, es256, sm2), \
		"kind of a new key that signs start codes") \
	S(TEXT, outside, ocsp_hosts, "", (0, 2000), \
		"hosts of OCSP responders that piles may have us ask, divided by commas; * for " \
		"any at a public address; empty: none") \
	S(TEXT, outside, crl_hosts, "", (0, 2000), \
		"hosts that lists of revoked certificates may be fetched from when a pile asks " \
		"by them, divided by commas; * for any at a public address; empty: none") \
	S(TEXT, outside, contract_pool_url, "", (0, 500), \
		"pool of contract certificates (ISO 15118): address that gets what vehicles ask " \
		"for; empty: none, and vehicles are told so") \
	S(TEXT, outside, vat_url, "", (0, 500), \
		"registry of VAT numbers (as VIES answers); empty: only shape and check digits " \
		"are judged") \
	S(TEXT, money, currency, "CNY", (3, 3), "currency of a new operator") \
	S(BOOL, money, tariff_required, "yes", (0, 1), "refuse to charge where no price is set") \
	S(BOOL, money, cards_at_once, "no", (0, 1), \
		"one card may charge at several outlets at the same time") \
	S(TEXT, sandbox, sandbox_url, "", (0, 200), \
		"payment channel `sandbox`: base URL; empty: not offered") \
	S(TEXT, sandbox, sandbox_merchant, "leyden", (1, 64), "our merchant number there") \
	S(TEXT, sandbox, sandbox_key_file, "", (0, 3000), "file with our key") \
	S(TEXT, sandbox, sandbox_peer_key_file, "", (0, 3000), "file with the channel's key") \
	S(WORD, log, log_level, "info", (debug, info, warn, error), "least level that is logged") \
	S(BOOL, log, log_json, "no", (0, 1), "log JSON objects instead of key=value lines") \
	S(BOOL, demo, demo, "no", (0, 1), "fill an empty database with demonstration data") \
	S(INT, demo, demo_limit, "0", (0, 4000), \
		"amperes of each phase that the demonstration's piles share; 0: no limit")

struct config {
#define CONFIG_MEMBER_TEXT(name) struct str name;
#define CONFIG_MEMBER_INT(name) int64_t name;
#define CONFIG_MEMBER_BOOL(name) bool name;
#define CONFIG_MEMBER_WORD(name) int name;
#define CONFIG_MEMBER(kind, section, name, value, bounds, help) CONFIG_MEMBER_##kind(name)
	CONFIG_ROWS(CONFIG_MEMBER)
#undef CONFIG_MEMBER
	struct arena *arena; /* holds the texts */
};

/* Fills in all defaults. Texts live in `arena`. */
void config_init(struct config *config, struct arena *arena);
/* Reads INI text (any bytes) over what is there. CONFIG_E_BAD with lines in `errors`; `file` names
 * it there. */
int config_read(struct config *config, struct str text, const char *file, struct buf *errors);
/* Sets one value by name ('-' and '_' are the same). CONFIG_E_BAD; `where` says in errors where it
 * was given. */
int config_set(struct config *config, struct str name, struct str value, const char *where,
	struct buf *errors);
/* Takes LEYDEN_* from an environment. Names that are no setting are ignored. */
int config_environment(struct config *config, char *const *environment, struct buf *errors);
/* True when `name` is a yes/no setting, whose flag may stand alone. */
bool config_is_switch(struct str name);
/* Checks what belongs together and fills in what follows from other settings (db_url).
 * CONFIG_E_BAD. */
int config_finish(struct config *config, struct buf *errors);

void config_help(struct buf *out);   /* lines of --help */
void config_sample(struct buf *out); /* a file with every setting at its default */
void config_manual(struct buf *out); /* plain manual text */
/* The settings in force, one `name = value` a line. */
void config_show(const struct config *config, struct buf *out);
