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
SELECT o.id, COALESCE(p.name, ''), o.total_minor - o.credit_minor - o.paid_minor, o.ended_us FROM orders o LEFT JOIN pile p ON p.id = o.pile_id
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

-- Certificates that piles use, in use until a successor is: soonest end first.
-- name: attention_certificates
SELECT p.id, p.name, 0, c.until_us FROM certificate c JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.state = 'active' AND c.until_us < $3 AND p.state = 2 ORDER BY c.until_us LIMIT $2;

-- How many of each there are, whatever a page shows of them: kind and number, in the order of the list.
-- name: attention_counts
SELECT 'unpaid', COUNT(*) FROM orders WHERE tenant_id = $1 AND state = 11
UNION ALL SELECT 'stuck', COUNT(*) FROM session s CROSS JOIN orders o
	WHERE s.open = 1 AND s.tenant_id = $1 AND s.last_us < $2 AND o.id = s.order_id AND o.state IN (4, 5, 6)
UNION ALL SELECT 'offline', COUNT(*) FROM pile WHERE tenant_id = $1 AND state = 2 AND online = 0 AND last_seen_us < $3
UNION ALL SELECT 'pending', COUNT(*) FROM pile WHERE tenant_id = $1 AND state = 1
UNION ALL SELECT 'refused', COUNT(DISTINCT r.code) FROM refusal r
	WHERE r.id >= $4 AND (r.tenant_id = $1 OR (r.tenant_id = 0 AND (SELECT COUNT(*) FROM tenant) = 1))
UNION ALL SELECT 'faulted', COUNT(*) FROM pile p JOIN connector c ON c.pile_id = p.id
	WHERE p.tenant_id = $1 AND p.state = 2 AND p.online = 1 AND c.status = 'Faulted'
UNION ALL SELECT 'payment_unknown', COUNT(*) FROM payment WHERE tenant_id = $1 AND state = 4
UNION ALL SELECT 'certificate', COUNT(*) FROM certificate c JOIN pile p ON p.id = c.pile_id
	WHERE c.tenant_id = $1 AND c.state = 'active' AND c.until_us < $5 AND p.state = 2
UNION ALL SELECT 'alarm', COUNT(*) FROM alarm WHERE tenant_id = $1 AND closed_us = 0;

-- How many piles a filter of their list would show.
-- name: count_piles
SELECT CAST(COALESCE(SUM(CASE WHEN p.state = 2 THEN p.online ELSE 0 END), 0) AS BIGINT),
	CAST(COALESCE(SUM(CASE WHEN p.state = 2 THEN 1 - p.online ELSE 0 END), 0) AS BIGINT),
	CAST(COALESCE(SUM(CASE WHEN p.state = 2 AND p.online = 1 AND EXISTS (SELECT 1 FROM connector c
		WHERE c.pile_id = p.id AND c.status = 'Charging') THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(COALESCE(SUM(CASE WHEN p.state = 2 AND p.online = 1 AND EXISTS (SELECT 1 FROM connector c
		WHERE c.pile_id = p.id AND c.status = 'Faulted') THEN 1 ELSE 0 END), 0) AS BIGINT),
	CAST(COALESCE(SUM(CASE WHEN p.state = 1 THEN 1 ELSE 0 END), 0) AS BIGINT), COUNT(*)
FROM pile p WHERE p.tenant_id = $1;
