-- login.sql - signed-in browsers and failed tries per address.

-- name: login_add
INSERT INTO login (token_hash, staff_id, csrf, created_us, seen_us, expires_us) VALUES ($1, $2, $3, $4, $4, $5);

-- name: login_get
SELECT s.id, s.tenant_id, s.login, s.name, s.role, s.language, l.csrf, l.seen_us, t.name, t.currency
FROM login l
JOIN staff s ON s.id = l.staff_id
JOIN tenant t ON t.id = s.tenant_id
WHERE l.token_hash = $1 AND l.expires_us > $2 AND s.disabled = 0;

-- name: login_seen
UPDATE login SET seen_us = $2, expires_us = $3 WHERE token_hash = $1;

-- name: login_del
DELETE FROM login WHERE token_hash = $1;

-- name: login_prune
DELETE FROM login WHERE expires_us <= $1;

-- name: login_try_get
SELECT count FROM login_try WHERE remote = $1 AND from_us > $2;

-- name: login_try_add
INSERT INTO login_try (remote, count, from_us) VALUES ($1, 1, $2)
ON CONFLICT (remote) DO UPDATE SET
	count = CASE WHEN login_try.from_us > $3 THEN login_try.count + 1 ELSE 1 END,
	from_us = CASE WHEN login_try.from_us > $3 THEN login_try.from_us ELSE $2 END;

-- name: login_try_prune
DELETE FROM login_try WHERE from_us <= $1;

-- name: login_lock_get
SELECT failed_count, failed_us, locked_until_us FROM login_lock WHERE login_hash = $1;

-- name: login_lock_put
INSERT INTO login_lock (login_hash, failed_count, failed_us, locked_until_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (login_hash) DO UPDATE SET failed_count = $2, failed_us = $3, locked_until_us = $4;

-- name: login_lock_del
DELETE FROM login_lock WHERE login_hash = $1;

-- Old failures are forgotten; and beyond so many, the oldest few.
-- name: login_lock_prune
DELETE FROM login_lock WHERE failed_us <= $1
	OR login_hash IN (SELECT login_hash FROM login_lock ORDER BY failed_us DESC LIMIT 16 OFFSET $2);
