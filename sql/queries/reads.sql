-- reads.sql - what a page needs beside the aggregates.

-- name: read_place
SELECT p.code, p.name, p.online, p.state, s.id, s.name, s.address, s.zone, s.helpline, s.currency, s.timing,
	s.default_limit_minor, p.id, p.tenant_id, CASE WHEN p.tariff_series_id <> 0 THEN p.tariff_series_id
		ELSE COALESCE(s.tariff_series_id, 0) END, COALESCE(s.reserve_min, 0)
FROM pile p LEFT JOIN site s ON s.id = p.site_id WHERE p.id = $1;

-- name: read_place_code
SELECT p.code, p.name, p.online, p.state, s.id, s.name, s.address, s.zone, s.helpline, s.currency, s.timing,
	s.default_limit_minor, p.id, p.tenant_id, CASE WHEN p.tariff_series_id <> 0 THEN p.tariff_series_id
		ELSE COALESCE(s.tariff_series_id, 0) END, COALESCE(s.reserve_min, 0)
FROM pile p LEFT JOIN site s ON s.id = p.site_id WHERE p.code = $1;

-- name: read_order_accepted
SELECT done_us FROM command
WHERE order_id = $1 AND order_id <> 0 AND action = 'RemoteStartTransaction' AND state = 'answered' AND error = ''
ORDER BY id LIMIT 1;

-- name: read_demo_piles
SELECT p.code, p.name, s.name FROM pile p LEFT JOIN site s ON s.id = p.site_id
WHERE p.state = 2 ORDER BY p.name, p.id LIMIT 50;

-- name: read_wallet_moves
SELECT t.id, t.kind, t.code, t.debit_account, t.amount_minor, t.currency, t.at_us, o.token,
	(SELECT r.id FROM transfer r WHERE r.pending_id = t.id)
FROM transfer t LEFT JOIN orders o ON o.id = t.order_id
WHERE t.debit_account = $1 AND t.id < $2
UNION ALL
SELECT t.id, t.kind, t.code, t.debit_account, t.amount_minor, t.currency, t.at_us, o.token, NULL
FROM transfer t LEFT JOIN orders o ON o.id = t.order_id
WHERE t.credit_account = $1 AND t.id < $2
ORDER BY 1 DESC LIMIT $3;

-- name: read_topup_waiting
SELECT pay_url FROM payment WHERE id = $1 AND member_id = $2 AND tag_id = $3 AND order_id = 0 AND state = 3
	AND pay_url <> '';

-- What a member still owes; an unpaid order's open amount is its total less its credit and what came in and stayed.
-- name: read_wallet_unpaid
SELECT o.token, o.total_minor - o.credit_minor - o.paid_minor + o.refund_minor, o.currency, p.name, COALESCE(s.zone, 'UTC'),
	o.created_us
FROM orders o JOIN pile p ON p.id = o.pile_id LEFT JOIN site s ON s.id = o.site_id
WHERE o.state = 11 AND o.member_id = $1 ORDER BY o.id LIMIT $2;

-- The same of one card with money of its own.
-- name: read_card_unpaid
SELECT o.token, o.total_minor - o.credit_minor - o.paid_minor + o.refund_minor, o.currency, p.name, COALESCE(s.zone, 'UTC'),
	o.created_us
FROM orders o JOIN pile p ON p.id = o.pile_id LEFT JOIN site s ON s.id = o.site_id
WHERE o.state = 11 AND o.source = 4 AND o.tenant_id = $1 AND o.id_tag = $2 ORDER BY o.id LIMIT $3;

-- Places of an operator that tell their position, for the distance from another one.
-- name: read_positions
SELECT id, latitude_e7, longitude_e7 FROM site WHERE tenant_id = $1 AND latitude_e7 IS NOT NULL ORDER BY id LIMIT $2;

-- Connectors at a site where nobody stands and nobody is about to charge.
-- name: read_free
SELECT p.id, c.no, c.plug, c.max_w FROM pile p JOIN connector c ON c.pile_id = p.id
WHERE p.site_id = $1 AND p.tenant_id = $2 AND p.state = 2 AND p.online = 1 AND c.no > 0 AND c.status = 'Available'
	AND NOT EXISTS (SELECT 1 FROM orders o
		WHERE o.pile_id = p.id AND o.connector_no = c.no AND o.state < 8 AND o.state BETWEEN 2 AND 6)
ORDER BY p.name, p.id, c.no LIMIT $3;
