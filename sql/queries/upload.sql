-- upload.sql - files piles were asked for.

-- name: upload_add
INSERT INTO upload (id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: upload_put
UPDATE upload SET state = $2, error = $3, file_name = $4, bytes = $5, done_us = $6 WHERE id = $1;

-- name: upload_get
SELECT id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us
FROM upload WHERE id = $1;

-- name: upload_by_token
SELECT id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us
FROM upload WHERE token = $1;

-- name: upload_open
SELECT id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us
FROM upload WHERE pile_id = $1 AND state IN ('asked', 'uploading', 'uploaded')
	AND (number = $2 OR CAST($2 AS BIGINT) < 0)
ORDER BY id DESC LIMIT 1;

-- name: uploads_due
SELECT id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us
FROM upload WHERE state IN ('asked', 'uploading', 'uploaded') AND until_us <= $1 ORDER BY until_us LIMIT $2;

-- name: uploads_old
SELECT id, tenant_id, pile_id, kind, number, token, state, error, file_name, bytes, staff_id, created_us, until_us, done_us
FROM upload WHERE state = 'received' AND done_us <= $1 ORDER BY done_us LIMIT $2;

-- name: list_uploads
SELECT u.id, u.pile_id, p.code, p.name, u.kind, u.state, u.error, u.file_name, u.bytes, u.created_us, u.until_us,
	u.done_us, s.name
FROM upload u LEFT JOIN pile p ON p.id = u.pile_id LEFT JOIN staff s ON s.id = u.staff_id
WHERE u.tenant_id = $1 AND u.id < $2 AND (u.pile_id = $4 OR CAST($4 AS BIGINT) = 0) ORDER BY u.id DESC LIMIT $3;

-- name: list_upload_one
SELECT u.id, u.pile_id, p.code, p.name, u.kind, u.state, u.error, u.file_name, u.bytes, u.created_us, u.until_us,
	u.done_us, s.name
FROM upload u LEFT JOIN pile p ON p.id = u.pile_id LEFT JOIN staff s ON s.id = u.staff_id
WHERE u.tenant_id = $1 AND u.id = $2 LIMIT $3;
