-- pile.sql - piles, their connectors and settings, refused handshakes. Column order: views pile_full, pile_place.

-- name: pile_by_code
SELECT * FROM pile_full WHERE code = $1;

-- name: pile_by_id
SELECT * FROM pile_full WHERE id = $1;

-- name: pile_place
SELECT pl.id, pl.tenant_id, pl.site_id, pl.code, pl.state, pl.online, pl.connected_us, pl.zone, pl.currency, pl.timing,
	pl.default_limit_minor, pl.tariff_series_id, COALESCE(c.status, '') AS status, COALESCE(c.max_w, 0) AS max_w
FROM pile_place pl
LEFT JOIN connector c ON c.pile_id = pl.id AND c.no = $2
WHERE pl.id = $1;

-- name: pile_add
INSERT INTO pile (id, tenant_id, site_id, code, name, state, secret_hash, tariff_series_id, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: pile_put
UPDATE pile SET site_id = $2, name = $3, state = $4, secret_hash = $5, tariff_series_id = $6, version = version + 1
WHERE id = $1;

-- name: pile_boot
UPDATE pile SET vendor = $2, model = $3, serial = $4, firmware = $5, boot_status = $6, last_seen_us = $7
WHERE id = $1;

-- name: pile_online
UPDATE pile SET online = 1, connected_us = $2, last_seen_us = $2, protocol = $3 WHERE id = $1;

-- name: pile_offline
UPDATE pile SET online = 0, last_seen_us = $2 WHERE id = $1;

-- name: pile_all_offline
UPDATE pile SET online = 0 WHERE online = 1;

-- What it says of charging profiles.
-- name: pile_dynamic
UPDATE pile SET dynamic = $2 WHERE id = $1 AND dynamic <> $2;

-- name: pile_periods
UPDATE pile SET periods = $2 WHERE id = $1 AND periods <> $2;

-- name: pile_seen
UPDATE pile SET last_seen_us = $2 WHERE id = $1 AND last_seen_us < $2;

-- name: connector_status
INSERT INTO connector (pile_id, no, status, error_code, info, vendor_error, status_us)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pile_id, no) DO UPDATE SET status = excluded.status, error_code = excluded.error_code,
	info = excluded.info, vendor_error = excluded.vendor_error, status_us = excluded.status_us;

-- Its state alone; what else it said of itself stands, unless there is new info.
-- name: connector_state
INSERT INTO connector (pile_id, no, status, error_code, info, status_us) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (pile_id, no) DO UPDATE SET status = excluded.status, error_code = excluded.error_code,
	info = CASE WHEN excluded.info = '' THEN connector.info ELSE excluded.info END, vendor_error = '',
	status_us = excluded.status_us;

-- name: connector_plate
INSERT INTO connector (pile_id, no, plug, max_w) VALUES ($1, $2, $3, $4)
ON CONFLICT (pile_id, no) DO UPDATE SET plug = excluded.plug, max_w = excluded.max_w;

-- name: connector_good
UPDATE connector SET last_good_us = $3 WHERE pile_id = $1 AND no = $2;

-- name: connector_list
SELECT pile_id, no, status, error_code, info, vendor_error, plug, max_w, status_us, last_good_us
FROM connector WHERE pile_id = $1 ORDER BY no;

-- name: pile_setting_put
INSERT INTO pile_setting (pile_id, name, value, readonly, at_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pile_id, name) DO UPDATE SET value = excluded.value, readonly = excluded.readonly, at_us = excluded.at_us;

-- name: refusal_add
INSERT INTO refusal (id, at_us, code, remote, reason, detail, tenant_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- Only the last 200 of each operator are kept, and of strangers: an installer looks minutes back, a port scan must not fill
-- the disk, and nobody's noise pushes out what another one looks for.
-- name: refusal_trim
DELETE FROM refusal WHERE tenant_id = $1
	AND id <= (SELECT id FROM refusal WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 200);

-- For who holds the machine: everybody's, strangers included.
-- name: refusal_all
SELECT r.at_us, r.code, COALESCE(t.name, ''), r.remote, r.reason, r.detail FROM refusal r
LEFT JOIN tenant t ON t.id = r.tenant_id ORDER BY r.id DESC LIMIT 1000;

-- name: pile_list
SELECT code, name, state, online, vendor, model, firmware FROM pile ORDER BY code, id;
