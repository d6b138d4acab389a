-- dashboard.sql - the numbers an operator sees first, each from an index of its own.

-- name: dash_piles
SELECT COUNT(*), CAST(COALESCE(SUM(online), 0) AS BIGINT) FROM pile WHERE tenant_id = $1 AND state = 2;

-- name: dash_faulted
SELECT COUNT(DISTINCT c.pile_id) FROM pile p JOIN connector c ON c.pile_id = p.id
WHERE p.tenant_id = $1 AND p.state = 2 AND p.online = 1 AND c.status = 'Faulted';

-- name: dash_charging
SELECT COUNT(*) FROM orders WHERE tenant_id = $1 AND state IN (4, 5);

-- name: dash_power
SELECT CAST(COALESCE(SUM(power_w), 0) AS BIGINT) FROM session WHERE open = 1 AND tenant_id = $1 AND power_w > 0;

-- The condition that names the index (settled_us > 0) stands last: SQLite begins its walk at the first one.
-- name: dash_today
SELECT COUNT(*), CAST(COALESCE(SUM(energy_dwh), 0) AS BIGINT), CAST(COALESCE(SUM(total_minor), 0) AS BIGINT)
FROM orders WHERE tenant_id = $1 AND settled_us >= $2 AND settled_us > 0;

-- name: dash_hours
SELECT (settled_us - $2) / 3600000000 AS hour, CAST(SUM(energy_dwh) AS BIGINT), CAST(SUM(total_minor) AS BIGINT)
FROM orders WHERE tenant_id = $1 AND settled_us >= $2 AND settled_us > 0 GROUP BY 1 ORDER BY 1;

-- name: dash_zone
SELECT zone FROM site WHERE tenant_id = $1 ORDER BY id LIMIT 1;

-- name: attention_unpaid
SELECT o.id, COALESCE(p.name, ''), o.total_minor - o.paid_minor, o.ended_us FROM orders o LEFT JOIN pile p ON p.id = o.pile_id
WHERE o.tenant_id = $1 AND o.state = 11 ORDER BY o.id LIMIT $2;

-- name: attention_stuck
-- From the open sessions, of which there are few, to their orders: the cross join keeps that order.
SELECT o.id, COALESCE(p.name, ''), 0, s.last_us FROM session s
CROSS JOIN orders o
LEFT JOIN pile p ON p.id = o.pile_id
WHERE s.open = 1 AND s.tenant_id = $1 AND s.last_us < $3 AND o.id = s.order_id AND o.state IN (4, 5, 6)
ORDER BY o.id LIMIT $2;

-- name: attention_offline
SELECT id, name, 0, last_seen_us FROM pile
WHERE tenant_id = $1 AND state = 2 AND online = 0 AND last_seen_us < $3 ORDER BY id LIMIT $2;

-- name: attention_pending
SELECT id, code, 0, created_us FROM pile WHERE tenant_id = $1 AND state = 1 ORDER BY id LIMIT $2;

-- name: attention_faulted
SELECT p.id, p.name, c.no, c.status_us, c.error_code FROM pile p JOIN connector c ON c.pile_id = p.id
WHERE p.tenant_id = $1 AND p.state = 2 AND p.online = 1 AND c.status = 'Faulted' ORDER BY p.id, c.no LIMIT $2;

-- name: attention_unknown_payment
SELECT id, key, amount_minor, created_us FROM payment WHERE tenant_id = $1 AND state = 4 ORDER BY id LIMIT $2;

-- name: attention_alarms
SELECT id, subject, 0, at_us, kind, detail FROM alarm WHERE tenant_id = $1 AND closed_us = 0 ORDER BY id LIMIT $2;

-- name: attention_refusals
SELECT MAX(r.id), r.code, COUNT(*), MAX(r.at_us), MAX(r.reason) FROM refusal r
WHERE r.id >= $3 AND (r.tenant_id = $1 OR (r.tenant_id = 0 AND (SELECT COUNT(*) FROM tenant) = 1))
GROUP BY r.code ORDER BY 1 DESC LIMIT $2;
