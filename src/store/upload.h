/* upload.h - files piles were asked for <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

struct upload {
	int64_t id, tenant_id, pile_id;
	struct str kind;  /* diagnostics, security */
	int64_t number;   /* what the pile calls the request */
	struct str token; /* of the one-time address, and the name of its file */
	struct str state; /* asked, uploading, uploaded, received, failed, deleted */
	struct str error;
	struct str file_name;
	int64_t bytes, user_id;
	int64_t created_us, until_us, done_us;
};
int store_upload_add(struct db *db, const struct upload *upload);
/* State, error, file name, bytes, end. */
int store_upload_put(struct db *db, const struct upload *upload);
int store_upload_get(struct db *db, struct arena *arena, int64_t id, struct upload *ret);
int store_upload_by_token(struct db *db, struct arena *arena, struct str token, struct upload *ret);
/* The newest open request of a pile with this number (below 0: any). */
int store_upload_open(
	struct db *db, struct arena *arena, int64_t pile_id, int64_t number, struct upload *ret);
/* Open ones past their time, and received ones older than `kept_us`. */
int store_uploads_due(struct db *db, struct arena *arena, int64_t now_us, size_t most,
	struct upload **ret_uploads, size_t *ret_len);
int store_uploads_old(struct db *db, struct arena *arena, int64_t before_us, size_t most,
	struct upload **ret_uploads, size_t *ret_len);
