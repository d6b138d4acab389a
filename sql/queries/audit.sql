-- audit.sql - who did what, append only, each row chained to the one before.

-- name: audit_head
SELECT hash, count FROM audit_head WHERE tenant_id = $1;

-- name: audit_head_add
INSERT INTO audit_head (tenant_id, hash, count) VALUES ($1, $2, 1);

-- name: audit_head_move
UPDATE audit_head SET hash = $2, count = count + 1 WHERE tenant_id = $1 AND hash = $3;

-- name: audit_add
INSERT INTO audit (id, tenant_id, staff_id, at_us, action, subject, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: audit_walk
SELECT id, staff_id, at_us, action, subject, detail, hash FROM audit WHERE tenant_id = $1 ORDER BY id;
