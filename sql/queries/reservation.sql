-- reservation.sql - connectors kept free. "state < 4" is the words of the indexes of open ones.

-- name: reservation_add
INSERT INTO reservation (id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id,
	staff_id, remote, order_id, created_us, until_us, done_us, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: reservation_put
UPDATE reservation SET state = $2, reason = $3, order_id = $4, done_us = $5, version = version + 1
WHERE id = $1 AND version = $6;

-- name: reservation_get
SELECT id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id, staff_id, remote,
	order_id, created_us, until_us, done_us, version
FROM reservation WHERE id = $1;

-- name: reservation_by_token
SELECT id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id, staff_id, remote,
	order_id, created_us, until_us, done_us, version
FROM reservation WHERE token = $1;

-- name: reservation_by_number
SELECT id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id, staff_id, remote,
	order_id, created_us, until_us, done_us, version
FROM reservation WHERE pile_id = $1 AND number = $2;

-- name: reservation_on
SELECT id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id, staff_id, remote,
	order_id, created_us, until_us, done_us, version
FROM reservation WHERE pile_id = $1 AND connector_no = $2 AND state < 4 ORDER BY id LIMIT 1;

-- name: reservation_due
SELECT id, tenant_id, pile_id, connector_no, number, state, reason, token, id_tag, parent, member_id, staff_id, remote,
	order_id, created_us, until_us, done_us, version
FROM reservation WHERE state < 4 AND until_us <= $1 ORDER BY until_us LIMIT $2;

-- name: reservation_held_by
SELECT COUNT(*) FROM reservation WHERE tenant_id = $1 AND remote = $2 AND state < 4;

-- How often an address asked lately, whatever became of it.
-- name: reservation_asked_from
SELECT COUNT(*) FROM reservation WHERE tenant_id = $1 AND remote = $2 AND remote <> '' AND created_us > $3;

-- name: list_reservations
SELECT r.id, r.pile_id, p.code, p.name, r.connector_no, r.state, r.reason, r.id_tag, r.member_id, m.name, r.staff_id,
	s.name, r.order_id, r.created_us, r.until_us, r.done_us, r.number
FROM reservation r LEFT JOIN pile p ON p.id = r.pile_id LEFT JOIN member m ON m.id = r.member_id
LEFT JOIN staff s ON s.id = r.staff_id
WHERE r.tenant_id = $1 AND r.id < $2 AND (r.pile_id = $4 OR CAST($4 AS BIGINT) = 0)
	AND (r.state < 4 OR CAST($5 AS BIGINT) = 0)
ORDER BY r.id DESC LIMIT $3;

-- name: list_reservation_one
SELECT r.id, r.pile_id, p.code, p.name, r.connector_no, r.state, r.reason, r.id_tag, r.member_id, m.name, r.staff_id,
	s.name, r.order_id, r.created_us, r.until_us, r.done_us, r.number
FROM reservation r LEFT JOIN pile p ON p.id = r.pile_id LEFT JOIN member m ON m.id = r.member_id
LEFT JOIN staff s ON s.id = r.staff_id
WHERE r.tenant_id = $1 AND r.id = $2 LIMIT $3;
