-- ledger.sql - accounts, their counters, and the transfers that move them.

-- name: ledger_account_add
INSERT INTO account (id, tenant_id, kind, owner_id, name, currency, flags, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING;

-- name: ledger_account_find
SELECT id, flags FROM account
WHERE tenant_id = $1 AND kind = $2 AND owner_id = $3 AND name = $4 AND currency = $5;

-- name: ledger_account_get
SELECT a.id, a.tenant_id, a.kind, a.owner_id, a.name, a.currency, a.flags,
	CAST(COALESCE(SUM(b.debits_pending), 0) AS BIGINT), CAST(COALESCE(SUM(b.debits_posted), 0) AS BIGINT),
	CAST(COALESCE(SUM(b.credits_pending), 0) AS BIGINT), CAST(COALESCE(SUM(b.credits_posted), 0) AS BIGINT)
FROM account a LEFT JOIN balance b ON b.account_id = a.id
WHERE a.id = $1
GROUP BY a.id, a.tenant_id, a.kind, a.owner_id, a.name, a.currency, a.flags;

-- What was once answered to this key, and both accounts of a transfer with the counters this lane may add to. Always one
-- row; an account that is not there is NULL.
-- name: ledger_pair
SELECT r.outcome,
	d.id, d.tenant_id, d.kind, d.owner_id, d.name, d.currency, d.flags,
	COALESCE(e.debits_pending, 0), COALESCE(e.debits_posted, 0),
	COALESCE(e.credits_pending, 0), COALESCE(e.credits_posted, 0),
	c.id, c.tenant_id, c.kind, c.owner_id, c.name, c.currency, c.flags,
	COALESCE(b.debits_pending, 0), COALESCE(b.debits_posted, 0),
	COALESCE(b.credits_pending, 0), COALESCE(b.credits_posted, 0)
FROM (SELECT 1 AS one) x
LEFT JOIN transfer_refused r ON r.key = $4
LEFT JOIN account d ON d.id = $1
LEFT JOIN balance e ON e.account_id = d.id AND e.shard = CASE WHEN d.flags >= 2 THEN $3 ELSE 0 END
LEFT JOIN account c ON c.id = $2
LEFT JOIN balance b ON b.account_id = c.id AND b.shard = CASE WHEN c.flags >= 2 THEN $3 ELSE 0 END;

-- name: ledger_count
INSERT INTO balance (account_id, shard, debits_pending, debits_posted, credits_pending, credits_posted)
VALUES ($1, $2, $3, $4, 0, 0), ($5, $6, 0, 0, $7, $8)
ON CONFLICT (account_id, shard) DO UPDATE SET
	debits_pending = balance.debits_pending + excluded.debits_pending,
	debits_posted = balance.debits_posted + excluded.debits_posted,
	credits_pending = balance.credits_pending + excluded.credits_pending,
	credits_posted = balance.credits_posted + excluded.credits_posted;

-- name: ledger_transfer_add
INSERT INTO transfer (id, key, tenant_id, kind, code, debit_account, credit_account, amount_minor, currency,
	pending_id, order_id, payment_id, at_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING;

-- name: ledger_transfer_by_key
SELECT t.id, t.key, t.tenant_id, t.kind, t.code, t.debit_account, t.credit_account, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0), t.order_id, t.payment_id, t.at_us, t.expires_us, 0
FROM transfer t WHERE t.key = $1;

-- A transfer and, when it is a hold, what resolved it.
-- name: ledger_transfer_get
SELECT t.id, t.key, t.tenant_id, t.kind, t.code, t.debit_account, t.credit_account, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0), t.order_id, t.payment_id, t.at_us, t.expires_us, COALESCE(r.id, 0)
FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id WHERE t.id = $1;

-- name: ledger_transfers_of_order
SELECT t.id, t.key, t.tenant_id, t.kind, t.code, t.debit_account, t.credit_account, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0), t.order_id, t.payment_id, t.at_us, t.expires_us, COALESCE(r.id, 0)
FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id
WHERE t.order_id = $1 AND t.order_id <> 0 AND t.id > $2 ORDER BY t.id LIMIT $3;

-- name: ledger_transfers_of_debit
SELECT t.id, t.key, t.tenant_id, t.kind, t.code, t.debit_account, t.credit_account, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0), t.order_id, t.payment_id, t.at_us, t.expires_us, COALESCE(r.id, 0)
FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id
WHERE t.debit_account = $1 AND t.id > $2 ORDER BY t.id LIMIT $3;

-- name: ledger_transfers_of_credit
SELECT t.id, t.key, t.tenant_id, t.kind, t.code, t.debit_account, t.credit_account, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0), t.order_id, t.payment_id, t.at_us, t.expires_us, COALESCE(r.id, 0)
FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id
WHERE t.credit_account = $1 AND t.id > $2 ORDER BY t.id LIMIT $3;

-- name: ledger_refused_get
SELECT outcome, content FROM transfer_refused WHERE key = $1;

-- name: ledger_refused_add
INSERT INTO transfer_refused (key, outcome, content, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: ledger_hold_add
INSERT INTO hold_open (transfer_id, expires_us) VALUES ($1, $2);

-- name: ledger_hold_done
DELETE FROM hold_open WHERE transfer_id = $1;

-- name: ledger_hold_due
SELECT transfer_id FROM hold_open WHERE expires_us <= $1 ORDER BY expires_us, transfer_id LIMIT $2;
