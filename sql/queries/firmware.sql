-- firmware.sql - files, campaigns and their piles. "state < 4" is the words of the indexes of open updates.

-- name: firmware_add
INSERT INTO firmware (id, tenant_id, name, version, vendor, model, token, bytes, sha256, certificate, signature, state, staff_id, created_us,
	md5)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: firmware_get
SELECT id, tenant_id, name, version, vendor, model, token, bytes, sha256, certificate, signature, state, staff_id, created_us, md5
FROM firmware WHERE id = $1;

-- name: firmware_by_token
SELECT id, tenant_id, name, version, vendor, model, token, bytes, sha256, certificate, signature, state, staff_id, created_us, md5
FROM firmware WHERE token = $1;

-- name: firmware_of_version
SELECT id, tenant_id, name, version, vendor, model, token, bytes, sha256, certificate, signature, state, staff_id, created_us, md5
FROM firmware WHERE tenant_id = $1 AND state = 'ready' AND version = $2 AND (vendor = '' OR vendor = $3)
	AND (model = '' OR model = $4)
ORDER BY id DESC LIMIT 1;

-- name: firmware_put
UPDATE firmware SET bytes = $2, sha256 = $3, state = $4, md5 = $5 WHERE id = $1;

-- name: campaign_add
INSERT INTO campaign (id, tenant_id, firmware_id, name, state, reason, wave, waves, fail_pct, rollback_of, staff_id, created_us, done_us,
	revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: campaign_get
SELECT id, tenant_id, firmware_id, name, state, reason, wave, waves, fail_pct, rollback_of, staff_id, created_us, done_us,
	revision
FROM campaign WHERE id = $1;

-- name: campaign_put
UPDATE campaign SET state = $2, reason = $3, wave = $4, done_us = $5, fail_pct = $7, revision = revision + 1
WHERE id = $1 AND revision = $6;

-- name: campaigns_running
SELECT id FROM campaign WHERE state = 1 ORDER BY id LIMIT $1;

-- name: campaign_pile_add
INSERT INTO campaign_pile (id, campaign_id, tenant_id, pile_id, wave, state, step, error, number, from_version, to_version, asked_us, due_us,
	done_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: campaign_pile_put
UPDATE campaign_pile SET state = $2, step = $3, error = $4, asked_us = $5, due_us = $6, done_us = $7 WHERE id = $1;

-- name: campaign_pile_get
SELECT id, campaign_id, tenant_id, pile_id, wave, state, step, error, number, from_version, to_version, asked_us, due_us,
	done_us
FROM campaign_pile WHERE id = $1;

-- name: campaign_pile_open
SELECT id, campaign_id, tenant_id, pile_id, wave, state, step, error, number, from_version, to_version, asked_us, due_us,
	done_us
FROM campaign_pile WHERE pile_id = $1 AND state < 4 AND state > 1 ORDER BY id DESC LIMIT 1;

-- name: campaign_piles
SELECT id, campaign_id, tenant_id, pile_id, wave, state, step, error, number, from_version, to_version, asked_us, due_us,
	done_us
FROM campaign_pile WHERE campaign_id = $1 AND state = $2 ORDER BY id LIMIT $3;

-- Of a wave: those that wait and are here, or all that wait ($3), since those away must not stand before them.
-- name: campaign_piles_ready
SELECT c.id, c.campaign_id, c.tenant_id, c.pile_id, c.wave, c.state, c.step, c.error, c.number, c.from_version, c.to_version,
	c.asked_us, c.due_us, c.done_us
FROM campaign_pile c LEFT JOIN pile p ON p.id = c.pile_id
WHERE c.campaign_id = $1 AND c.state = 1 AND c.wave = $2 AND (COALESCE(p.online, 1) = 1 OR CAST($3 AS BIGINT) = 1)
ORDER BY c.id LIMIT $4;

-- name: campaign_piles_due
SELECT id, campaign_id, tenant_id, pile_id, wave, state, step, error, number, from_version, to_version, asked_us, due_us,
	done_us
FROM campaign_pile WHERE state < 4 AND due_us > 0 AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- name: campaign_count
SELECT wave, state, COUNT(*) FROM campaign_pile WHERE campaign_id = $1 AND wave <= $2 GROUP BY wave, state;

-- name: campaign_skip
UPDATE campaign_pile SET state = 6, done_us = $2 WHERE campaign_id = $1 AND state = 1;

-- name: list_firmware
SELECT id, name, version, vendor, model, bytes, sha256, CASE WHEN signature = '' THEN 0 ELSE 1 END, state, created_us
FROM firmware WHERE tenant_id = $1 AND state <> 'deleted' AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_firmware_one
SELECT id, name, version, vendor, model, bytes, sha256, CASE WHEN signature = '' THEN 0 ELSE 1 END, state, created_us
FROM firmware WHERE tenant_id = $1 AND state <> 'deleted' AND id = $2 LIMIT $3;

-- name: list_campaigns
SELECT c.id, c.name, c.state, c.reason, c.wave, c.waves, c.fail_pct, c.firmware_id, f.name, f.version, c.rollback_of,
	c.created_us, c.done_us,
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state = 4),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state = 5),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state IN (2, 3))
FROM campaign c LEFT JOIN firmware f ON f.id = c.firmware_id
WHERE c.tenant_id = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3;

-- name: list_campaign_one
SELECT c.id, c.name, c.state, c.reason, c.wave, c.waves, c.fail_pct, c.firmware_id, f.name, f.version, c.rollback_of,
	c.created_us, c.done_us,
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state = 4),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state = 5),
	(SELECT COUNT(*) FROM campaign_pile p WHERE p.campaign_id = c.id AND p.state IN (2, 3))
FROM campaign c LEFT JOIN firmware f ON f.id = c.firmware_id
WHERE c.tenant_id = $1 AND c.id = $2 LIMIT $3;

-- name: list_campaign_piles
SELECT cp.id, cp.pile_id, p.code, p.name, p.online, cp.wave, cp.state, cp.step, cp.error, cp.from_version,
	cp.to_version, p.firmware, cp.asked_us, cp.done_us
FROM campaign_pile cp LEFT JOIN pile p ON p.id = cp.pile_id
WHERE cp.tenant_id = $1 AND cp.campaign_id = $4 AND cp.id > $2 ORDER BY cp.id LIMIT $3;

-- name: list_campaign_rollback
SELECT cp.from_version, COUNT(*), COALESCE((SELECT MAX(f.id) FROM firmware f WHERE f.tenant_id = $1 AND f.state = 'ready'
	AND f.version = cp.from_version), 0)
FROM campaign_pile cp WHERE cp.campaign_id = $2 AND cp.state = 4 GROUP BY cp.from_version ORDER BY cp.from_version LIMIT $3;

-- name: list_pile_ids
SELECT id FROM pile WHERE tenant_id = $1 AND state = 2 AND (site_id = $2 OR CAST($2 AS BIGINT) = 0) ORDER BY id LIMIT $3;
