-- order.sql - orders and their timeline. Column order: view order_full.

-- name: order_by_id
SELECT * FROM order_full WHERE id = $1;

-- name: order_by_token
SELECT * FROM order_full WHERE token = $1;

-- name: order_by_start_tag
SELECT * FROM order_full WHERE start_tag = $1;

-- name: order_add
INSERT INTO orders (
	id, tenant_id, site_id, pile_id, connector_no, state, reason, starter, timing, source,
	token, owner_key, start_tag, id_tag, member_id, staff_id, channel, currency, language,
	tariff_id, tariff_hash, account_id, hold_id, limit_minor, limit_dwh, limit_s, limit_soc,
	session_id, energy_dwh, energy_minor, service_minor, idle_minor, total_minor, paid_minor,
	refund_minor, credit_minor, created_us, authorised_us, starting_us, started_us, stopped_us, ended_us,
	settled_us, idle_from_us, idle_until_us, idle_past_us, deadline_us, version)
VALUES (
	$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
	$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,
	$39, $40, $41, $42, $43, $44, $45, $46, $47, $48);

-- What an order was at birth never changes; the rest does, if nobody else changed it meanwhile.
-- name: order_put
UPDATE orders SET
	connector_no = $2, state = $3, reason = $4, timing = $5, source = $6, id_tag = $7,
	member_id = $8, channel = $9, tariff_id = $10, tariff_hash = $11, account_id = $12,
	hold_id = $13, limit_minor = $14, limit_dwh = $15, session_id = $16, energy_dwh = $17,
	energy_minor = $18, service_minor = $19, idle_minor = $20, total_minor = $21,
	paid_minor = $22, refund_minor = $23, credit_minor = $24, authorised_us = $25, starting_us = $26,
	started_us = $27, stopped_us = $28, ended_us = $29, settled_us = $30, idle_from_us = $31,
	idle_until_us = $32, idle_past_us = $33, deadline_us = $34,
	version = version + 1
WHERE id = $1 AND version = $35;

-- name: order_live
UPDATE orders SET energy_dwh = $3, energy_minor = $4, service_minor = $5, idle_minor = $6, total_minor = $7,
	credit_minor = $8, deadline_us = $9, version = version + 1
WHERE id = $1 AND version = $2;

-- Orders whose money is secured hold their connector; a wish that nobody paid for yet does not.
-- A start code that was given out (starter 4, starting) may never be shown: it takes nothing either.
-- name: order_busy
SELECT id FROM orders
WHERE pile_id = $1 AND connector_no = $2 AND state < 8 AND state BETWEEN 2 AND 6 AND NOT (starter = 4 AND state = 3)
ORDER BY id DESC LIMIT 1;

-- name: order_on_connector
SELECT * FROM order_full
WHERE pile_id = $1 AND connector_no = $2 AND state < 8 AND state BETWEEN 3 AND 7 AND NOT (starter = 4 AND state = 3)
ORDER BY id DESC LIMIT 1;

-- The plus keeps the planner on the tag's own index, away from all running orders of the operator.
-- name: order_of_tag
SELECT id FROM orders
WHERE +tenant_id = $1 AND id_tag = $2 AND state < 8 AND id_tag <> '' AND +state BETWEEN 2 AND 6 LIMIT 1;

-- The oldest order a commercial card has not paid.
-- name: order_card_unpaid
SELECT id FROM orders
WHERE tenant_id = $1 AND id_tag = $2 AND state = 11 AND source = 4 ORDER BY id LIMIT 1;

-- name: order_of_wallet
SELECT * FROM order_full
WHERE member_id = $1 AND member_id <> 0 AND source = 2 AND state IN (4, 5) ORDER BY id DESC LIMIT 1;

-- name: order_due
SELECT id FROM orders WHERE deadline_us > 0 AND deadline_us <= $1 ORDER BY deadline_us LIMIT $2;

-- name: order_event_add
INSERT INTO order_event (id, order_id, at_us, kind, word, detail, staff_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: order_events
SELECT id, order_id, at_us, kind, word, detail, staff_id FROM order_event WHERE order_id = $1 AND id > $2
ORDER BY id LIMIT $3;
