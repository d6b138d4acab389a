-- webcode.sql - codes on piles' screens that change with the time, and those that were scanned.

-- name: webcode_get
SELECT id, pile_id, tenant_id, evse, mode, state, generation, told, error, failures, due_us, synced_us, revision
FROM web_code WHERE id = $1;

-- The screen of an outlet, or the one of the whole pile.
-- name: webcode_at
SELECT id, pile_id, tenant_id, evse, mode, state, generation, told, error, failures, due_us, synced_us, revision
FROM web_code WHERE pile_id = $1 AND evse IN (0, $2) ORDER BY evse DESC LIMIT 1;

-- name: webcode_of_pile
SELECT id, pile_id, tenant_id, evse, mode, state, generation, told, error, failures, due_us, synced_us, revision
FROM web_code WHERE pile_id = $1 ORDER BY evse LIMIT $2;

-- name: webcode_add
INSERT INTO web_code (id, pile_id, tenant_id, evse, mode, state, generation, told, error, failures, due_us, synced_us,
	revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (pile_id, evse) DO NOTHING;

-- name: webcode_put
UPDATE web_code SET mode = $5, state = $6, generation = $7, told = $8, error = $9, failures = $10, due_us = $11,
	synced_us = $12, pile_id = $2, tenant_id = $3, evse = $4, revision = revision + 1
WHERE id = $1 AND revision = $13;

-- name: webcode_due
SELECT id FROM web_code WHERE due_us > 0 AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- name: webscan_add
INSERT INTO web_scan (id, pile_id, connector_no, step, ticket, remote, at_us, limit_minor, limit_dwh, limit_s)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: webscan_at
SELECT id, pile_id, connector_no, step, ticket, remote, at_us, limit_minor, limit_dwh, limit_s
FROM web_scan WHERE pile_id = $1 AND connector_no = $2 AND step = $3 AND step > 0;

-- name: webscan_by_ticket
SELECT id, pile_id, connector_no, step, ticket, remote, at_us, limit_minor, limit_dwh, limit_s
FROM web_scan WHERE ticket = $1 AND ticket <> '';

-- name: webscan_wrong
SELECT COUNT(*) FROM web_scan WHERE remote = $1 AND at_us > $2 AND step = 0;

-- name: webscan_forget
DELETE FROM web_scan WHERE at_us < $1;
