-- site.sql - places with piles.

-- name: site_by_id
SELECT id, tenant_id, name, address, zone, currency, helpline, COALESCE(latitude_e7, 0), COALESCE(longitude_e7, 0),
	CASE WHEN latitude_e7 IS NULL THEN 0 ELSE 1 END, tariff_series_id, timing, default_limit_minor, reserve_min,
	created_us, version
FROM site WHERE id = $1;

-- name: site_add
INSERT INTO site (id, tenant_id, name, address, zone, currency, helpline, latitude_e7, longitude_e7, tariff_series_id,
	timing, default_limit_minor, reserve_min, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: site_put
UPDATE site SET name = $2, address = $3, zone = $4, helpline = $5, latitude_e7 = $6, longitude_e7 = $7,
	tariff_series_id = $8, timing = $9, default_limit_minor = $10, reserve_min = $11, version = version + 1
WHERE id = $1 AND version = $12;

-- Where a pile nobody announced is put: the first operator's first site (0: none yet).
-- name: site_first
SELECT t.id, COALESCE((SELECT MIN(s.id) FROM site s WHERE s.tenant_id = t.id), 0) FROM tenant t ORDER BY t.id LIMIT 1;

-- name: tenant_add
INSERT INTO tenant (id, name, currency, created_us) VALUES ($1, $2, $3, $4);
