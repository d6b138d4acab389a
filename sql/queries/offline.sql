-- offline.sql - keys of piles, and what is known of orders for piles without network beside the order itself.

-- name: pile_key_add
INSERT INTO pile_key (pile_id, kind, public, at_us, state) VALUES ($1, $2, $3, $4, $5);

-- name: pile_key_put
UPDATE pile_key SET state = $3, until_us = $4 WHERE pile_id = $1 AND public = $2;

-- Only the last key that somebody offered waits for an answer.
-- name: pile_key_drop_offered
DELETE FROM pile_key WHERE pile_id = $1 AND state = 1;

-- The newest first: an exchanged controller has a new key, and what the old one signed still counts.
-- name: pile_keys
SELECT kind, public, state, at_us, until_us FROM pile_key WHERE pile_id = $1 ORDER BY at_us DESC LIMIT 8;

-- name: pile_trust_put
INSERT INTO pile_trust (pile_id, kids, at_us) VALUES ($1, $2, $3)
ON CONFLICT (pile_id) DO UPDATE SET kids = excluded.kids, at_us = excluded.at_us;

-- name: pile_trust_get
SELECT kids FROM pile_trust WHERE pile_id = $1;

-- name: offline_add
INSERT INTO offline_order (order_id, pile_id, connector_no, nonce, driver, limit_s)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: offline_get
SELECT order_id, pile_id, connector_no, nonce, driver, limit_s, limit_dwh, offset_min, issued_us, valid_us, kid, code,
	serial, settled_us, amount_minor, content
FROM offline_order WHERE order_id = $1;

-- name: offline_issue
UPDATE offline_order SET nonce = $2, connector_no = $3, limit_dwh = $4, offset_min = $5, issued_us = $6, valid_us = $7,
	kid = $8, code = $9
WHERE order_id = $1;

-- The tag under which the pile will tell of this order is made from its start code.
-- name: offline_tag
UPDATE orders SET start_tag = $2, connector_no = $3, version = version + 1 WHERE id = $1 AND version = $4;

-- name: offline_settle
UPDATE offline_order SET serial = $2, settled_us = $3, amount_minor = $4, content = $5 WHERE order_id = $1 AND serial = 0;

-- name: offline_serial
SELECT order_id FROM offline_order WHERE pile_id = $1 AND serial = $2 AND serial > 0;

-- What this driver has not settled: began and not ended, or ended and not paid.
-- name: offline_unsettled
SELECT o.token FROM offline_order f JOIN orders o ON o.id = f.order_id
WHERE f.driver = $1 AND (o.state BETWEEN 2 AND 7 OR o.state = 11) ORDER BY f.order_id LIMIT 1;
