-- verify.sql - the books recomputed from the transfers, with no trust in counters. Every statement gives one row: how
-- many rows contradict it, and the id of the first. $1: the tenant, 0 for all.

-- name: verify_sums
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT MIN(a.id) AS id FROM account a JOIN balance b ON b.account_id = a.id
	WHERE CAST($1 AS BIGINT) = 0 OR a.tenant_id = $1
	GROUP BY a.tenant_id, a.currency
	HAVING SUM(b.debits_posted) <> SUM(b.credits_posted) OR SUM(b.debits_pending) <> SUM(b.credits_pending)) AS bad;

-- name: verify_transfers
SELECT COUNT(*), COALESCE(MIN(t.id), 0) FROM transfer t
LEFT JOIN account d ON d.id = t.debit_account
LEFT JOIN account c ON c.id = t.credit_account
WHERE (CAST($1 AS BIGINT) = 0 OR t.tenant_id = $1) AND (d.id IS NULL OR c.id IS NULL OR d.id = c.id
	OR d.tenant_id <> t.tenant_id OR c.tenant_id <> t.tenant_id
	OR d.currency <> t.currency OR c.currency <> t.currency OR t.amount_minor < 1
	OR t.kind NOT BETWEEN 1 AND 5 OR (t.kind <= 2 AND t.pending_id IS NOT NULL));

-- name: verify_balances
SELECT COUNT(*), COALESCE(MIN(a.id), 0) FROM account a
LEFT JOIN (
	SELECT account, SUM(dp) AS dp, SUM(d) AS d, SUM(cp) AS cp, SUM(c) AS c FROM (
		SELECT t.debit_account AS account,
			CASE WHEN t.kind = 2 AND r.id IS NULL THEN t.amount_minor ELSE 0 END AS dp,
			CASE WHEN t.kind IN (1, 3) THEN t.amount_minor ELSE 0 END AS d, 0 AS cp, 0 AS c
		FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id
		UNION ALL
		SELECT t.credit_account, 0, 0,
			CASE WHEN t.kind = 2 AND r.id IS NULL THEN t.amount_minor ELSE 0 END,
			CASE WHEN t.kind IN (1, 3) THEN t.amount_minor ELSE 0 END
		FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id) AS legs
	GROUP BY account) AS m ON m.account = a.id
LEFT JOIN (
	SELECT account_id, SUM(debits_pending) AS dp, SUM(debits_posted) AS d, SUM(credits_pending) AS cp,
		SUM(credits_posted) AS c
	FROM balance GROUP BY account_id) AS b ON b.account_id = a.id
WHERE (CAST($1 AS BIGINT) = 0 OR a.tenant_id = $1) AND (COALESCE(m.dp, 0) <> COALESCE(b.dp, 0)
	OR COALESCE(m.d, 0) <> COALESCE(b.d, 0) OR COALESCE(m.cp, 0) <> COALESCE(b.cp, 0)
	OR COALESCE(m.c, 0) <> COALESCE(b.c, 0));

-- name: verify_limits
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT a.id FROM account a
	LEFT JOIN (SELECT t.debit_account AS account, SUM(CASE WHEN t.kind IN (1, 3) OR (t.kind = 2 AND r.id IS NULL)
			THEN t.amount_minor ELSE 0 END) AS used
		FROM transfer t LEFT JOIN transfer r ON r.pending_id = t.id GROUP BY t.debit_account) AS d
		ON d.account = a.id
	LEFT JOIN (SELECT credit_account AS account, SUM(amount_minor) AS got FROM transfer WHERE kind IN (1, 3)
		GROUP BY credit_account) AS c ON c.account = a.id
	WHERE a.flags IN (1, 3) AND (CAST($1 AS BIGINT) = 0 OR a.tenant_id = $1)
		AND COALESCE(d.used, 0) > COALESCE(c.got, 0)) AS bad;

-- name: verify_holds
SELECT COUNT(*), COALESCE(MIN(r.id), 0) FROM transfer r LEFT JOIN transfer h ON h.id = r.pending_id
WHERE (CAST($1 AS BIGINT) = 0 OR r.tenant_id = $1) AND r.kind >= 3 AND (h.id IS NULL OR h.kind <> 2
	OR h.debit_account <> r.debit_account OR h.credit_account <> r.credit_account OR h.currency <> r.currency
	OR h.order_id <> r.order_id OR r.amount_minor > h.amount_minor
	OR (r.kind IN (4, 5) AND r.amount_minor <> h.amount_minor)
	OR (r.kind = 3 AND h.expires_us > 0 AND r.at_us >= h.expires_us)
	OR (r.kind = 5 AND (h.expires_us = 0 OR r.at_us < h.expires_us)));

-- name: verify_watched
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT h.id FROM transfer h
	LEFT JOIN transfer r ON r.pending_id = h.id
	LEFT JOIN hold_open o ON o.transfer_id = h.id
	WHERE (CAST($1 AS BIGINT) = 0 OR h.tenant_id = $1) AND h.kind = 2 AND h.expires_us > 0
		AND ((r.id IS NULL AND (o.transfer_id IS NULL OR o.expires_us <> h.expires_us))
			OR (r.id IS NOT NULL AND o.transfer_id IS NOT NULL))
	UNION ALL
	SELECT o.transfer_id FROM hold_open o LEFT JOIN transfer h ON h.id = o.transfer_id AND h.kind = 2
	WHERE h.id IS NULL AND CAST($1 AS BIGINT) = 0) AS bad;

-- name: verify_orders_zero
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT o.id FROM orders o
	JOIN account a ON a.kind = 2 AND a.owner_id = o.id AND a.tenant_id = o.tenant_id
	JOIN (SELECT account, SUM(amount) AS balance FROM (
			SELECT credit_account AS account, amount_minor AS amount FROM transfer WHERE kind IN (1, 3)
			UNION ALL
			SELECT debit_account, -amount_minor FROM transfer WHERE kind IN (1, 3)) AS legs
		GROUP BY account) AS s ON s.account = a.id
	WHERE o.state >= 8 AND (CAST($1 AS BIGINT) = 0 OR o.tenant_id = $1) AND s.balance <> 0) AS bad;

-- name: verify_orders_holds
SELECT COUNT(*), COALESCE(MIN(o.id), 0) FROM orders o
JOIN transfer h ON h.order_id = o.id AND h.order_id <> 0 AND h.kind = 2
LEFT JOIN transfer r ON r.pending_id = h.id
WHERE o.state >= 8 AND r.id IS NULL AND (CAST($1 AS BIGINT) = 0 OR o.tenant_id = $1);

-- name: verify_orders_fees
SELECT COUNT(*), COALESCE(MIN(o.id), 0) FROM orders o
LEFT JOIN (
	SELECT t.order_id, SUM(CASE WHEN t.code = 4 AND a.kind = 4 THEN t.amount_minor ELSE 0 END) AS energy,
		SUM(CASE WHEN t.code = 5 AND a.kind = 5 THEN t.amount_minor ELSE 0 END) AS service,
		SUM(CASE WHEN t.code = 6 AND a.kind = 6 THEN t.amount_minor ELSE 0 END) AS idle,
		SUM(CASE WHEN t.code = 11 AND a.kind = 2 THEN t.amount_minor ELSE 0 END) AS bought,
		SUM(CASE WHEN t.code = 11 AND a.kind <> 2 THEN t.amount_minor ELSE 0 END) AS over_paid
	FROM transfer t JOIN account a ON a.id = t.credit_account
	WHERE t.kind = 1 AND t.code IN (4, 5, 6, 11) AND t.order_id <> 0 GROUP BY t.order_id) AS f ON f.order_id = o.id
WHERE (CAST($1 AS BIGINT) = 0 OR o.tenant_id = $1)
	AND ((o.state IN (8, 11, 12) AND (o.total_minor <> o.energy_minor + o.service_minor + o.idle_minor
			OR o.energy_minor <> COALESCE(f.energy, 0) OR o.service_minor <> COALESCE(f.service, 0)
			OR o.idle_minor <> COALESCE(f.idle, 0) OR o.credit_minor <> COALESCE(f.bought, 0)
			OR COALESCE(f.over_paid, 0) <> CASE WHEN o.credit_minor > o.total_minor THEN o.credit_minor - o.total_minor
				ELSE 0 END))
		OR (o.state NOT IN (8, 11, 12) AND f.order_id IS NOT NULL));

-- What the channels' accounts say about each payment against what became of it.
-- name: verify_payments
SELECT COUNT(*), COALESCE(MIN(p.id), 0) FROM payment p
LEFT JOIN (
	SELECT payment_id, SUM(amount) AS moved FROM (
		SELECT t.payment_id, t.amount_minor AS amount FROM transfer t
		JOIN account a ON a.id = t.debit_account AND a.kind = 3 WHERE t.kind IN (1, 3)
		UNION ALL
		SELECT t.payment_id, -t.amount_minor FROM transfer t
		JOIN account a ON a.id = t.credit_account AND a.kind = 3 WHERE t.kind IN (1, 3)) AS legs
	GROUP BY payment_id) AS m ON m.payment_id = p.id
LEFT JOIN payment b ON b.parent_id = p.id AND b.kind = 5 AND b.amount_minor = p.amount_minor
	AND p.kind = 1 AND p.state IN (6, 7) AND b.order_id = p.order_id AND b.member_id = p.member_id
WHERE (CAST($1 AS BIGINT) = 0 OR p.tenant_id = $1) AND COALESCE(m.moved, 0) <> CASE
	WHEN p.kind = 1 AND p.state = 5 THEN p.amount_minor
	WHEN p.kind = 1 AND b.id IS NOT NULL THEN p.amount_minor
	WHEN p.kind = 3 AND p.state NOT IN (6, 7) THEN p.amount_minor
	WHEN p.kind = 5 THEN -p.amount_minor
	ELSE 0 END;

-- name: verify_channels
SELECT COUNT(*), COALESCE(MIN(t.id), 0) FROM transfer t
JOIN account a ON a.id IN (t.debit_account, t.credit_account) AND a.kind = 3
LEFT JOIN payment p ON p.id = t.payment_id AND p.tenant_id = t.tenant_id AND p.channel = a.name
WHERE (CAST($1 AS BIGINT) = 0 OR t.tenant_id = $1) AND t.kind IN (1, 2, 3) AND p.id IS NULL;

-- name: verify_refunds
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT p.id FROM payment p JOIN payment c ON c.parent_id = p.id AND c.kind IN (3, 5) AND c.state NOT IN (6, 7)
	WHERE CAST($1 AS BIGINT) = 0 OR p.tenant_id = $1
	GROUP BY p.id, p.amount_minor, p.kind
	HAVING SUM(c.amount_minor) > p.amount_minor OR (p.kind = 2 AND COUNT(*) > 1)) AS bad;

-- name: verify_attempts
SELECT COUNT(*), COALESCE(MIN(order_id), 0) FROM (
	SELECT order_id FROM payment
	WHERE order_id <> 0 AND kind <= 2 AND state <= 4 AND (CAST($1 AS BIGINT) = 0 OR tenant_id = $1)
	GROUP BY order_id HAVING COUNT(*) > 1) AS bad;

-- name: verify_cards
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT t.id FROM tag t LEFT JOIN account a ON a.id = t.account_id
	WHERE t.kind = 1 AND (CAST($1 AS BIGINT) = 0 OR t.tenant_id = $1)
		AND (a.id IS NULL OR a.kind <> 10 OR a.owner_id <> t.id OR a.tenant_id <> t.tenant_id)
	UNION ALL
	SELECT a.id FROM account a LEFT JOIN tag t ON t.account_id = a.id AND t.kind = 1
	WHERE a.kind = 10 AND t.id IS NULL AND (CAST($1 AS BIGINT) = 0 OR a.tenant_id = $1)
	UNION ALL
	SELECT h.id FROM transfer h JOIN account a ON a.id = h.debit_account AND a.kind = 10
	LEFT JOIN orders o ON o.id = h.order_id AND o.source = 4
	LEFT JOIN tag t ON t.id = a.owner_id AND t.id_tag = o.id_tag
	WHERE h.order_id <> 0 AND t.id IS NULL AND (CAST($1 AS BIGINT) = 0 OR h.tenant_id = $1)) AS bad;

-- What was taken too much, against the account it stands on: each row came once, went once when it is marked as given back, and
-- went where it says; nothing moved there without a row.
-- name: verify_surplus
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT u.order_id AS id FROM surplus u
	LEFT JOIN (
		SELECT t.order_id, t.tenant_id, t.currency, SUM(CASE WHEN t.credit_account = a.id THEN t.amount_minor ELSE 0 END) AS came,
			SUM(CASE WHEN t.debit_account = a.id THEN t.amount_minor ELSE 0 END) AS went
		FROM account a JOIN transfer t ON a.id IN (t.debit_account, t.credit_account)
		WHERE a.kind = 12 AND t.kind IN (1, 3)
		GROUP BY t.order_id, t.tenant_id, t.currency) AS m
		ON m.order_id = u.order_id AND m.tenant_id = u.tenant_id AND m.currency = u.currency
	WHERE (CAST($1 AS BIGINT) = 0 OR u.tenant_id = $1) AND (COALESCE(m.came, 0) <> u.amount_minor
		OR COALESCE(m.went, 0) <> CASE WHEN u.way = '' THEN 0 ELSE u.amount_minor END)
	UNION ALL
	SELECT t.order_id FROM account a JOIN transfer t ON a.id IN (t.debit_account, t.credit_account)
	LEFT JOIN surplus u ON u.order_id = t.order_id AND u.tenant_id = t.tenant_id
	WHERE a.kind = 12 AND u.order_id IS NULL AND (CAST($1 AS BIGINT) = 0 OR t.tenant_id = $1)
	UNION ALL
	SELECT t.order_id FROM account a JOIN transfer t ON t.debit_account = a.id
	JOIN account d ON d.id = t.credit_account
	JOIN surplus u ON u.order_id = t.order_id AND u.tenant_id = t.tenant_id
	WHERE a.kind = 12 AND (CAST($1 AS BIGINT) = 0 OR t.tenant_id = $1)
		AND NOT ((u.way = 'wallet' AND d.kind = 1 AND d.owner_id = u.member_id)
			OR (u.way = 'terminal' AND u.kind = 'terminal' AND d.kind = 3 AND d.name = 'terminal' AND u.reference <> '')
			OR (u.way = 'till' AND u.kind = 'feed_in' AND d.kind = 11 AND u.reference <> ''))) AS bad;

-- name: verify_energy
SELECT COUNT(*), COALESCE(MIN(s.id), 0) FROM session s
LEFT JOIN (SELECT session_id, SUM(energy_dwh) AS energy, MIN(energy_dwh) AS least FROM session_usage
	GROUP BY session_id) AS u ON u.session_id = s.id
WHERE (CAST($1 AS BIGINT) = 0 OR s.tenant_id = $1)
	AND (s.energy_dwh <> COALESCE(u.energy, 0) OR COALESCE(u.least, 0) < 0);

-- name: verify_exported
SELECT COUNT(*), COALESCE(MIN(id), 0) FROM (
	SELECT e.session_id AS id FROM session_export e
	LEFT JOIN (SELECT session_id, SUM(energy_dwh) AS energy, MIN(energy_dwh) AS least FROM session_back GROUP BY session_id) AS u
		ON u.session_id = e.session_id
	WHERE (CAST($1 AS BIGINT) = 0 OR e.tenant_id = $1)
		AND (e.payable_dwh <> COALESCE(u.energy, 0) OR COALESCE(u.least, 0) < 0 OR e.payable_dwh > e.energy_dwh)
	UNION ALL
	SELECT b.session_id FROM session_back b JOIN session s ON s.id = b.session_id
	LEFT JOIN session_export e ON e.session_id = b.session_id
	WHERE e.session_id IS NULL AND (CAST($1 AS BIGINT) = 0 OR s.tenant_id = $1)
	UNION ALL
	SELECT b.session_id FROM session_back b JOIN session s ON s.id = b.session_id
	WHERE (CAST($1 AS BIGINT) = 0 OR s.tenant_id = $1) AND (
		NOT EXISTS (SELECT 1 FROM session_back_right r WHERE r.session_id = b.session_id AND r.from_us < b.start_us + 1800000000)
		OR NOT EXISTS (SELECT 1 FROM session_back_right r
			WHERE r.session_id = b.session_id AND (r.until_us = 0 OR r.until_us >= b.start_us)))) AS bad;

-- name: verify_billed
SELECT * FROM order_full WHERE state IN (8, 11, 12) AND id > $2 AND (CAST($1 AS BIGINT) = 0 OR tenant_id = $1)
ORDER BY id LIMIT $3;

-- name: verify_tariffs
SELECT id FROM tariff WHERE id > $2 AND (CAST($1 AS BIGINT) = 0 OR tenant_id = $1) ORDER BY id LIMIT $3;
