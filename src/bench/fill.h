/* fill.h - fills a stopped SQLite database with members, cards with money, and old orders, to
 * measure at size. */
#pragma once

struct fill_config {
	const char *db;     /* path of leyden.db, migrated and with demo data */
	int cards;          /* members, each with a card and a filled wallet */
	int orders;         /* settled orders of the past */
	const char *prefix; /* card numbers PREFIX00001 */
};
/* 0, or 1 with the reason on stderr. */
int fill_run(const struct fill_config *config);
