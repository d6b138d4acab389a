-- journal.sql - frames and samples. Lists walk one index; the optional conditions are checked on the way.

-- name: frame_add
INSERT INTO frame (id, tenant_id, pile_id, at_us, from_pile, connector_no, order_id, action, message_id, request, answer,
	error, latency_us, repeats)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: frame_of_pile
SELECT id, tenant_id, pile_id, at_us, from_pile, connector_no, order_id, action, message_id, request, answer, error,
	latency_us, repeats
FROM frame WHERE pile_id = $2 AND id < $3 AND tenant_id = $1 AND ($4 = '' OR action = $4) AND ($5 = 0 OR error <> '')
	AND (CAST($7 AS BIGINT) = 0 OR connector_no = $7) AND (CAST($8 AS BIGINT) = 0 OR from_pile = 2 - $8)
ORDER BY id DESC LIMIT $6;

-- name: frame_of_order
SELECT id, tenant_id, pile_id, at_us, from_pile, connector_no, order_id, action, message_id, request, answer, error,
	latency_us, repeats
FROM frame WHERE order_id = $2 AND order_id <> 0 AND id < $3 AND tenant_id = $1 AND ($4 = '' OR action = $4)
	AND ($5 = 0 OR error <> '') AND (CAST($7 AS BIGINT) = 0 OR connector_no = $7)
	AND (CAST($8 AS BIGINT) = 0 OR from_pile = 2 - $8) AND (CAST($9 AS BIGINT) = 0 OR pile_id = $9)
ORDER BY id DESC LIMIT $6;

-- name: sample_add
INSERT INTO sample (session_id, at_us, pile_id, connector_no, packed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id, at_us) DO UPDATE SET packed = excluded.packed;

-- name: sample_list
SELECT session_id, at_us, pile_id, connector_no, packed FROM sample
WHERE session_id = $1 AND at_us >= $2 AND at_us < $3 ORDER BY at_us LIMIT $4;

-- Retention where there is one journal for all months: a few rows at a time, oldest first, along the primary keys.
-- name: frame_purge
DELETE FROM frame WHERE id IN (SELECT id FROM frame WHERE id < $1 ORDER BY id LIMIT $2);

-- name: sample_purge
DELETE FROM sample WHERE (session_id, at_us) IN (
	SELECT session_id, at_us FROM sample WHERE session_id < $1 AND at_us < $2 ORDER BY session_id, at_us LIMIT $3);
