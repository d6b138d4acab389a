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

-- name: cost_report_put
INSERT INTO cost_report (order_id, tenant_id, pile_id, at_us, tariff, currency, theirs_e5, ours_minor, exact_e5, energy_dwh,
	charging_s, idle_s, verdict, reason, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (order_id) DO NOTHING;

-- name: list_cost_reports
SELECT c.order_id, c.at_us, c.pile_id, p.code, c.tariff, c.currency, c.theirs_e5, c.ours_minor, c.exact_e5, c.energy_dwh,
	c.charging_s, c.idle_s, c.verdict, c.reason, c.body
FROM cost_report c JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.order_id < $2 ORDER BY c.order_id DESC LIMIT $3;

-- name: list_cost_reports_odd
SELECT c.order_id, c.at_us, c.pile_id, p.code, c.tariff, c.currency, c.theirs_e5, c.ours_minor, c.exact_e5, c.energy_dwh,
	c.charging_s, c.idle_s, c.verdict, c.reason, c.body
FROM cost_report c JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.order_id < $2 AND c.verdict <> 'same' ORDER BY c.order_id DESC LIMIT $3;
