-- idempotency.sql - answers already given to money calls.

-- name: idempotency_get
SELECT request_hash, status, body FROM idempotency WHERE key = $1;

-- name: idempotency_add
INSERT INTO idempotency (key, request_hash, status, body, at_us) VALUES ($1, $2, $3, $4, $5);

-- name: idempotency_prune
DELETE FROM idempotency WHERE at_us <= $1;
