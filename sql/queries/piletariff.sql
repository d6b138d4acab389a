-- piletariff.sql - the price each pile has.

-- name: piletariff_get
SELECT pile_id, tenant_id, state, wanted, told, strange, error, drifts, failures, due_us, checked_us, synced_us, revision
FROM pile_tariff WHERE pile_id = $1;

-- name: piletariff_add
INSERT INTO pile_tariff (pile_id, tenant_id, state, wanted, told, strange, error, drifts, failures, due_us, checked_us,
	synced_us, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (pile_id) DO NOTHING;

-- name: piletariff_put
UPDATE pile_tariff SET tenant_id = $2, state = $3, wanted = $4, told = $5, strange = $6, error = $7, drifts = $8,
	failures = $9, due_us = $10, checked_us = $11, synced_us = $12, revision = revision + 1
WHERE pile_id = $1 AND revision = $13;

-- name: piletariff_due
SELECT pile_id FROM pile_tariff WHERE due_us > 0 AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- Prices of an operator changed: its piles are looked at now. One that waits for an answer is looked at after it.
-- name: piletariff_touch
UPDATE pile_tariff SET due_us = $2, revision = revision + 1
WHERE tenant_id = $1 AND state IN ('current', 'failed', 'none') AND due_us > $2;

-- name: piletariff_wanted
SELECT wants_tariff FROM pile WHERE id = $1;

-- name: piletariff_want
UPDATE pile SET wants_tariff = $2 WHERE id = $1 AND wants_tariff <> $2;

-- name: list_piletariffs
SELECT t.pile_id, p.code, t.state, t.wanted, t.told, t.strange, t.error, t.drifts, t.failures, t.checked_us, t.synced_us
FROM pile_tariff t JOIN pile p ON p.id = t.pile_id
WHERE t.tenant_id = $1 AND t.pile_id > $2 ORDER BY t.pile_id LIMIT $3;
