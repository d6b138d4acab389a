-- cost.sql - which piles are told the running cost of which charges, and when next.

-- name: cost_wanted
SELECT wants_cost FROM pile WHERE id = $1;

-- name: cost_want
UPDATE pile SET wants_cost = $2 WHERE id = $1 AND wants_cost <> $2;

-- name: cost_watch_add
INSERT INTO cost_watch (order_id, pile_id, due_us) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING;

-- name: cost_watch_due
SELECT order_id, pile_id, told_minor FROM cost_watch WHERE due_us <= $1 ORDER BY due_us LIMIT $2;

-- name: cost_watch_put
UPDATE cost_watch SET told_minor = $2, due_us = $3 WHERE order_id = $1;

-- name: cost_watch_drop
DELETE FROM cost_watch WHERE order_id = $1;

-- name: cost_transaction_told
SELECT told_minor FROM pile_transaction WHERE pile_id = $1 AND number = $2;
