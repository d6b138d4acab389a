-- command.sql - what piles are told.

-- name: command_waiting
SELECT COUNT(*) FROM command WHERE pile_id = $1 AND state = 'queued';

-- name: command_add
INSERT INTO command (id, tenant_id, pile_id, order_id, staff_id, action, payload, state, created_us, expires_us, ask,
	about_id, protocol, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9, $10, $11, $12, $13);

-- name: command_by_id
SELECT id, tenant_id, pile_id, order_id, staff_id, action, payload, state, answer, error, latency_us, created_us,
	expires_us, done_us, ask, about_id, protocol, sealed
FROM command WHERE id = $1;

-- What a pile that came back is told again. A start that has its transaction was heard, though its answer was lost.
-- name: command_open
SELECT id, tenant_id, pile_id, order_id, staff_id, action, payload, state, answer, error, latency_us, created_us,
	expires_us, done_us, ask, about_id, protocol, sealed
FROM command WHERE pile_id = $1 AND state = 'queued' AND expires_us > $2
	AND (action NOT IN ('RemoteStartTransaction', 'RequestStartTransaction')
		OR NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = command.order_id AND o.session_id <> 0))
ORDER BY id LIMIT $3;

-- name: command_due
SELECT id, tenant_id, pile_id, order_id, staff_id, action, payload, state, answer, error, latency_us, created_us,
	expires_us, done_us, ask, about_id, protocol, sealed
FROM command WHERE state = 'queued' AND expires_us <= $1 ORDER BY expires_us LIMIT $2;

-- name: command_done
UPDATE command SET state = $2, answer = $3, error = $4, latency_us = $5, done_us = $6, sealed = ''
WHERE id = $1 AND state = 'queued';

-- name: command_of_order
SELECT id FROM command WHERE pile_id = $1 AND order_id = $2 AND action = $3 AND state = 'queued' LIMIT 1;
