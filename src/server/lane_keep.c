/* lane_keep.c - how long the journal is kept. SQLite: a month's file is unlinked when its time is
 * over, which costs nothing however much is in it. PostgreSQL: a few hundred rows at a time after a
 * commit, at most once a second, so that no batch ever waits for it. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/fault.h"
#include "base/log.h"
#include "server/lane_parts.h"
#include "store/journal.h"

#define PURGE_ROWS 500
#define PURGE_EVERY_US US_PER_S         /* while there is something to forget */
#define PURGE_REST_US (10 * US_PER_MIN) /* when there was nothing */

int journal_first_month(int month, int months_kept)
{
	int months = month / 100 * 12 + month % 100 - 1 - months_kept;

	return months / 12 * 100 + months % 12 + 1;
}

/* The month of one of our files, its WAL and index included; 0 for anything else. */
static int month_of_file(const char *name)
{
	static const char *const ends[] = {".db", ".db-wal", ".db-shm"};
	int month = 0, len = 0;

	if (sscanf(name, "journal-%6d%n", &month, &len) != 1 || len != 14)
		return 0;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(name + len, ends[i]) == 0)
			return month;
	return 0;
}

void journal_unlink_old(const struct lanes *lanes, int month)
{
	int first = journal_first_month(month, lanes->config.journal_months);
	char path[LANE_URL_MAX + 64];
	const struct dirent *entry;
	DIR *dir;

	if (lanes->config.journal_months == 0 || !lanes->sqlite)
		return;
	dir = opendir(lanes->journal_dir);
	if (!dir) {
		LOG_WARN("journals not looked through", "dir=%s", lanes->journal_dir);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		int of = month_of_file(entry->d_name);

		if (of == 0 || of >= first)
			continue;
		snprintf(path, sizeof(path), "%s/%.32s", lanes->journal_dir, entry->d_name);
		if (unlink(path) == 0)
			LOG_INFO("journal forgotten", "file=%s", entry->d_name);
		else
			LOG_WARN("journal not unlinked", "file=%s", entry->d_name);
	}
	closedir(dir);
}

static int purge(struct journal_lane *journal, int64_t until_us, int64_t *ret_count)
{
	TRY(db_begin(journal->db));
	TRY(store_journal_purge(journal->db, until_us, PURGE_ROWS, ret_count));
	return db_commit(journal->db);
}

void journal_purge(struct journal_lane *journal)
{
	const struct lanes_config *config = &journal->lanes->config;
	int64_t now_us = clock_now_us(config->clock), count = 0;

	if (config->journal_months == 0 || journal->lanes->sqlite || !journal->db ||
		now_us < journal->purge_us)
		return;
	if (purge(journal, month_begin(now_us, config->journal_months), &count) < 0) {
		/* another node is at it, or the database is away: nothing is lost by waiting */
		db_rollback(journal->db);
		fault_clear();
	}
	journal->purge_us = now_us + (count > 0 ? PURGE_EVERY_US : PURGE_REST_US);
}
