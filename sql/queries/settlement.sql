-- settlement.sql - what payment terminals at piles took.

-- name: settlement_get
SELECT id, tenant_id, pile_id, reference, name, status, amount_e5, settled_us, order_id, payment_id, state, reason, due_us,
	at_us, body
FROM settlement WHERE pile_id = $1 AND reference = $2 AND name = $3;

-- name: settlement_add
INSERT INTO settlement (id, tenant_id, pile_id, reference, name, status, amount_e5, settled_us, order_id, payment_id, state,
	reason, due_us, at_us, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: settlement_put
UPDATE settlement SET order_id = $2, payment_id = $3, state = $4, reason = $5, due_us = $6 WHERE id = $1;

-- name: settlement_due
SELECT id, tenant_id, pile_id, reference, name, status, amount_e5, settled_us, order_id, payment_id, state, reason, due_us,
	at_us, body
FROM settlement WHERE due_us > 0 AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- name: list_settlements
SELECT s.id, s.at_us, s.pile_id, p.code, s.reference, s.name, s.status, s.amount_e5, s.order_id, s.payment_id, s.state,
	s.reason, s.settled_us
FROM settlement s JOIN pile p ON p.id = s.pile_id
WHERE s.tenant_id = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3;

-- name: swap_add
INSERT INTO battery_swap (id, tenant_id, pile_id, at_us, request_id, event, id_tag, evse, serial, soc_e6, soh_e6, info)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- The last 500 of a station are kept.
-- name: swap_trim
DELETE FROM battery_swap WHERE pile_id = $1 AND id <=
	(SELECT id FROM battery_swap WHERE pile_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 500);

-- name: list_swaps
SELECT s.id, s.at_us, s.pile_id, p.code, s.request_id, s.event, s.id_tag, s.evse, s.serial, s.soc_e6, s.soh_e6, s.info
FROM battery_swap s JOIN pile p ON p.id = s.pile_id
WHERE s.tenant_id = $1 AND s.id < $2 AND (CAST($4 AS BIGINT) = 0 OR s.pile_id = $4) ORDER BY s.id DESC LIMIT $3;

-- name: stream_open_count
SELECT COUNT(*) FROM event_stream WHERE pile_id = $1;

-- name: stream_get
SELECT pile_id, stream_id, tenant_id, monitor_id, every_s, most_values, open, pending, received, opened_us, at_us
FROM event_stream WHERE pile_id = $1 AND stream_id = $2;

-- name: stream_put
INSERT INTO event_stream (pile_id, stream_id, tenant_id, monitor_id, every_s, most_values, open, pending, received,
	opened_us, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (pile_id, stream_id) DO UPDATE SET monitor_id = excluded.monitor_id, every_s = excluded.every_s,
	most_values = excluded.most_values, open = excluded.open, pending = excluded.pending,
	received = excluded.received, opened_us = excluded.opened_us, at_us = excluded.at_us;

-- name: stream_value_add
INSERT INTO event_value (id, pile_id, stream_id, at_us, value) VALUES ($1, $2, $3, $4, $5);

-- The last 200 values of a stream are kept.
-- name: stream_values_trim
DELETE FROM event_value WHERE pile_id = $1 AND stream_id = $2 AND id <=
	(SELECT id FROM event_value WHERE pile_id = $1 AND stream_id = $2 ORDER BY id DESC LIMIT 1 OFFSET 200);

-- name: list_streams
SELECT stream_id, monitor_id, every_s, most_values, open, pending, received, opened_us, at_us
FROM event_stream WHERE pile_id = $1 ORDER BY stream_id LIMIT $2;

-- name: list_stream_values
SELECT at_us, value FROM event_value WHERE pile_id = $1 AND stream_id = $2 ORDER BY id DESC LIMIT $3;

-- name: surplus_add
INSERT INTO surplus (id, tenant_id, order_id, amount_minor, currency, at_us, way, member_id, reference, staff_id, done_us, payment_id, kind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: surplus_get
SELECT id, tenant_id, order_id, amount_minor, currency, at_us, way, member_id, reference, staff_id, done_us, payment_id, kind
FROM surplus WHERE id = $1;

-- name: surplus_of_order
SELECT id, tenant_id, order_id, amount_minor, currency, at_us, way, member_id, reference, staff_id, done_us, payment_id, kind
FROM surplus WHERE order_id = $1 ORDER BY order_id LIMIT 1;

-- name: surplus_give
UPDATE surplus SET way = $2, member_id = $3, reference = $4, staff_id = $5, done_us = $6 WHERE id = $1 AND way = '';

-- name: list_surplus
SELECT u.id, u.at_us, u.order_id, p.code, u.amount_minor, u.currency, o.id_tag, u.way, u.member_id, m.name, u.reference, u.done_us, u.kind
FROM surplus u JOIN orders o ON o.id = u.order_id LEFT JOIN pile p ON p.id = o.pile_id LEFT JOIN member m ON m.id = u.member_id
WHERE u.tenant_id = $1 AND u.id < $2 ORDER BY u.id DESC LIMIT $3;

-- name: list_surplus_open
SELECT u.id, u.at_us, u.order_id, p.code, u.amount_minor, u.currency, o.id_tag, u.way, u.member_id, m.name, u.reference, u.done_us, u.kind
FROM surplus u JOIN orders o ON o.id = u.order_id LEFT JOIN pile p ON p.id = o.pile_id LEFT JOIN member m ON m.id = u.member_id
WHERE u.tenant_id = $1 AND u.way = '' AND u.id < $2 ORDER BY u.id DESC LIMIT $3;

-- name: list_surplus_one
SELECT u.id, u.at_us, u.order_id, p.code, u.amount_minor, u.currency, o.id_tag, u.way, u.member_id, m.name, u.reference, u.done_us, u.kind
FROM surplus u JOIN orders o ON o.id = u.order_id LEFT JOIN pile p ON p.id = o.pile_id LEFT JOIN member m ON m.id = u.member_id
WHERE u.tenant_id = $1 AND u.id = $2 LIMIT $3;
