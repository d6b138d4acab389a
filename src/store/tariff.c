/* tariff.c - reads and adds price versions; a stored text that is no tariff is corruption. */
#include "store/tariff.h"

#include <string.h>

#include "base/fault.h"
#include "db/memo.h"

#define MEMO_TARIFF 't'

static int query_i64(struct stmt *stmt, int64_t *ret_value)
{
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	*ret_value = stmt_i64(stmt, 0);
	stmt_reset(stmt);
	return 0;
}

/* The next version of the series, which must be this tenant's. */
static int next_version(struct db *db, const struct tariff *tariff, int64_t *ret_version)
{
	struct stmt *stmt = stmt_of(db, SQL_TARIFF_SERIES_OWNER);
	int64_t owner = 0, last = 0;
	int result;

	stmt_bind_i64(stmt, 1, tariff->series_id);
	result = query_i64(stmt, &owner);
	TRY(result);
	if (result != 0 || owner != tariff->tenant_id)
		return STORE_E_MISSING;
	stmt = stmt_of(db, SQL_TARIFF_LAST_VERSION);
	stmt_bind_i64(stmt, 1, tariff->series_id);
	stmt_bind_i64(stmt, 2, tariff->tenant_id);
	TRY(query_i64(stmt, &last));
	*ret_version = last + 1;
	return 0;
}

int store_tariff_add(struct db *db, struct arena *arena, int64_t id, int64_t valid_from_us,
	int64_t staff_id, int64_t now_us, struct tariff *tariff)
{
	struct tariff row = *tariff;
	struct str text = tariff_text(arena, tariff);
	struct stmt *stmt;
	int result;

	if (!tariff_valid(tariff))
		return FAULT(FAULT_BUG, "tariff out of bounds");
	row.id = id;
	row.version = 1;
	row.created_us = now_us;
	row.hash = tariff_hash(arena, text);
	if (text.ptr == NULL || row.hash.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room for a tariff");
	if (row.series_id == 0) {
		row.series_id = id;
	} else {
		result = next_version(db, &row, &row.version);
		if (result != 0)
			return result;
	}
	stmt = stmt_of(db, SQL_TARIFF_ADD);
	stmt_bind_i64(stmt, 1, row.id);
	stmt_bind_i64(stmt, 2, row.tenant_id);
	stmt_bind_i64(stmt, 3, row.series_id);
	stmt_bind_i64(stmt, 4, row.version);
	stmt_bind_str(stmt, 5, row.name);
	stmt_bind_str(stmt, 6, row.currency);
	stmt_bind_str(stmt, 7, text);
	stmt_bind_str(stmt, 8, row.hash);
	stmt_bind_i64(stmt, 9, valid_from_us);
	stmt_bind_i64(stmt, 10, staff_id);
	stmt_bind_i64(stmt, 11, row.created_us);
	result = stmt_run(stmt, NULL);
	TRY(result);
	if (result == DB_E_UNIQUE)
		return STORE_E_UNIQUE;
	*tariff = row;
	return 0;
}

static int tariff_one(struct stmt *stmt, struct arena *arena, struct tariff *ret_tariff)
{
	struct tariff tariff;
	struct str text, hash;
	int64_t ids[4], created_us;
	struct str name;
	int row = stmt_step(stmt);

	TRY(row);
	if (row == 0)
		return STORE_E_MISSING;
	for (int i = 0; i < 4; i++)
		ids[i] = stmt_i64(stmt, i);
	name = stmt_dup(stmt, 4, arena);
	text = stmt_dup(stmt, 5, arena);
	hash = stmt_dup(stmt, 6, arena);
	created_us = stmt_i64(stmt, 7);
	stmt_reset(stmt);
	row = tariff_read_known(text, hash, arena, &tariff);
	TRY(row);
	if (row != 0)
		return FAULT(FAULT_CORRUPT, "text of tariff %lld is not what was hashed",
			(long long)ids[0]);
	tariff.id = ids[0];
	tariff.tenant_id = ids[1];
	tariff.series_id = ids[2];
	tariff.version = ids[3];
	tariff.name = name;
	tariff.created_us = created_us;
	*ret_tariff = tariff;
	return 0;
}

int store_tariff_read(struct db *db, struct arena *arena, int64_t id, struct tariff *ret_tariff)
{
	struct stmt *stmt = stmt_of(db, SQL_TARIFF_GET);

	stmt_bind_i64(stmt, 1, id);
	return tariff_one(stmt, arena, ret_tariff);
}

static struct str id_key(const int64_t *id)
{
	return (struct str){(const char *)id, sizeof(*id)};
}

/* A tariff in one piece, its texts behind it. */
struct kept_tariff {
	struct tariff tariff;
	char texts[];
};

static void keep(struct db *db, struct arena *arena, const struct tariff *tariff)
{
	const struct str texts[] = {tariff->name, tariff->currency, tariff->hash};
	size_t size = sizeof(struct kept_tariff) + texts[0].len + texts[1].len + texts[2].len;
	struct kept_tariff *kept = arena_alloc(arena, size);
	char *at;

	if (!kept)
		return;
	kept->tariff = *tariff;
	at = kept->texts;
	for (size_t i = 0; i < 3; i++) {
		memcpy(at, texts[i].ptr, texts[i].len);
		at += texts[i].len;
	}
	db_remember(db, MEMO_TARIFF, id_key(&tariff->id), kept, size);
}

static int recall(const struct kept_tariff *kept, struct arena *arena, struct tariff *ret_tariff)
{
	const char *at = kept->texts;
	struct str *texts[] = {&ret_tariff->name, &ret_tariff->currency, &ret_tariff->hash};

	*ret_tariff = kept->tariff;
	for (size_t i = 0; i < 3; i++) {
		*texts[i] = str_dup(arena, (struct str){at, texts[i]->len});
		at += texts[i]->len;
		if (!texts[i]->ptr)
			return FAULT(FAULT_NOMEM, "no room for a tariff");
	}
	return 0;
}

int store_tariff_get(struct db *db, struct arena *arena, int64_t id, struct tariff *ret_tariff)
{
	const struct kept_tariff *kept = db_recall(db, MEMO_TARIFF, id_key(&id));
	int result;

	if (kept)
		return recall(kept, arena, ret_tariff);
	result = store_tariff_read(db, arena, id, ret_tariff);
	if (result == 0)
		keep(db, arena, ret_tariff);
	return result;
}

int store_tariff_by_hash(struct db *db, struct arena *arena, int64_t tenant_id, struct str hash,
	struct tariff *ret_tariff)
{
	struct stmt *stmt = stmt_of(db, SQL_TARIFF_BY_HASH);

	stmt_bind_i64(stmt, 1, tenant_id);
	stmt_bind_str(stmt, 2, hash);
	return tariff_one(stmt, arena, ret_tariff);
}

int store_tariff_current(struct db *db, struct arena *arena, int64_t series_id, int64_t at_us,
	struct tariff *ret_tariff)
{
	struct stmt *stmt = stmt_of(db, SQL_TARIFF_CURRENT);
	int64_t id = 0;
	int result;

	stmt_bind_i64(stmt, 1, series_id);
	stmt_bind_i64(stmt, 2, at_us);
	result = query_i64(stmt, &id);
	return result != 0 ? result : store_tariff_get(db, arena, id, ret_tariff);
}
