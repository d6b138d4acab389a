-- tariff.sql - price versions; rows are never changed.

-- name: tariff_add
INSERT INTO tariff (id, tenant_id, series_id, version, name, currency, text, hash, valid_from_us, staff_id, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: tariff_get
SELECT id, tenant_id, series_id, version, name, text, hash, created_us FROM tariff WHERE id = $1;

-- name: tariff_by_hash
SELECT id, tenant_id, series_id, version, name, text, hash, created_us FROM tariff
WHERE hash = $2 AND tenant_id = $1 ORDER BY id DESC LIMIT 1;

-- The version of a series in force at a time: of those already valid, the newest.
-- name: tariff_current
SELECT id FROM tariff
WHERE series_id = $1 AND valid_from_us <= $2 ORDER BY valid_from_us DESC, version DESC LIMIT 1;

-- name: tariff_last_version
SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM tariff WHERE series_id = $1 AND tenant_id = $2;

-- name: tariff_series_owner
SELECT tenant_id FROM tariff WHERE series_id = $1 LIMIT 1;
