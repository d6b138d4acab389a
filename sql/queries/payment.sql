-- payment.sql - attempts to move money through channels.

-- name: payment_add
INSERT INTO payment (id, tenant_id, order_id, member_id, parent_id, kind, state, channel, key, amount_minor, currency,
	next_us, created_us, tag_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: payment_get
SELECT id, tenant_id, order_id, member_id, parent_id, kind, state, channel, key, channel_ref, pay_url, amount_minor,
	currency, error, attempts, next_us, created_us, done_us, version, tag_id
FROM payment WHERE id = $1;

-- name: payment_by_key
SELECT id, tenant_id, order_id, member_id, parent_id, kind, state, channel, key, channel_ref, pay_url, amount_minor,
	currency, error, attempts, next_us, created_us, done_us, version, tag_id
FROM payment WHERE key = $1;

-- name: payment_put
UPDATE payment SET state = $3, channel_ref = $4, pay_url = $5, error = $6, attempts = $7, next_us = $8, done_us = $9,
	version = $2 + 1
WHERE id = $1 AND version = $2;

-- name: payment_of_order
SELECT id, tenant_id, order_id, member_id, parent_id, kind, state, channel, key, channel_ref, pay_url, amount_minor,
	currency, error, attempts, next_us, created_us, done_us, version, tag_id
FROM payment WHERE order_id = $1 AND order_id <> 0 ORDER BY id LIMIT $2;

-- name: payment_open_of_order
SELECT COUNT(*) FROM payment WHERE order_id = $1 AND order_id <> 0 AND kind <= 2 AND state <= 4;

-- name: payment_due
SELECT id, tenant_id, order_id, member_id, parent_id, kind, state, channel, key, channel_ref, pay_url, amount_minor,
	currency, error, attempts, next_us, created_us, done_us, version, tag_id
FROM payment WHERE next_us > 0 AND next_us <= $1 ORDER BY next_us LIMIT $2;
