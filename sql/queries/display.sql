-- display.sql - messages on piles' displays, and firmware that piles give on.

-- name: display_add
INSERT INTO display_message (id, tenant_id, pile_id, number, content, format, language, priority, shown_while, from_us,
	until_us, state, error, staff_id, created_us, done_us, order_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (pile_id, number) DO NOTHING;

-- name: display_put
UPDATE display_message SET state = $2, error = $3, done_us = $4 WHERE id = $1;

-- name: display_get
SELECT id, tenant_id, pile_id, number, content, format, language, priority, shown_while, from_us, until_us, state, error,
	staff_id, created_us, done_us, order_id
FROM display_message WHERE id = $1;

-- A pile takes it away by itself then.
-- name: display_end
UPDATE display_message SET state = 'over', done_us = $1
WHERE state IN ('sent', 'shown') AND until_us > 0 AND until_us <= $1;

-- Those of charges that do not run any more: a pile takes them away with the charge.
-- name: display_charge_over
SELECT d.id FROM display_message d
WHERE d.order_id > 0 AND d.state IN ('sent', 'shown')
	AND NOT EXISTS (SELECT 1 FROM session s WHERE s.order_id = d.order_id AND s.order_id <> 0 AND s.open = 1)
LIMIT $1;

-- A message for a charge is younger than its order.
-- name: list_displays
SELECT d.id, d.pile_id, p.code, p.name, p.online, d.content, d.format, d.language, d.priority, d.shown_while, d.from_us,
	d.until_us, d.state, d.error, d.created_us, s.name, d.order_id
FROM display_message d LEFT JOIN pile p ON p.id = d.pile_id LEFT JOIN staff s ON s.id = d.staff_id
WHERE d.tenant_id = $1 AND d.id < $2 AND d.id > $5 AND (CAST($4 AS BIGINT) = 0 OR d.pile_id = $4)
	AND (CAST($5 AS BIGINT) = 0 OR d.order_id = $5)
ORDER BY d.id DESC LIMIT $3;

-- name: list_display_one
SELECT d.id, d.pile_id, p.code, p.name, p.online, d.content, d.format, d.language, d.priority, d.shown_while, d.from_us,
	d.until_us, d.state, d.error, d.created_us, s.name, d.order_id
FROM display_message d LEFT JOIN pile p ON p.id = d.pile_id LEFT JOIN staff s ON s.id = d.staff_id
WHERE d.tenant_id = $1 AND d.id = $2 LIMIT $3;

-- name: publication_add
INSERT INTO publication (id, tenant_id, pile_id, firmware_id, number, state, error, place, staff_id, created_us, done_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (pile_id, number) DO NOTHING;

-- name: publication_put
UPDATE publication SET state = $2, error = $3, place = $4, done_us = $5 WHERE id = $1;

-- name: publication_get
SELECT id, tenant_id, pile_id, firmware_id, number, state, error, place, staff_id, created_us, done_us
FROM publication WHERE id = $1;

-- name: publication_by_number
SELECT id, tenant_id, pile_id, firmware_id, number, state, error, place, staff_id, created_us, done_us
FROM publication WHERE pile_id = $1 AND number = $2;

-- name: list_publications
SELECT u.id, u.pile_id, p.code, p.name, p.online, u.firmware_id, f.name, f.version, u.state, u.error, u.place, u.created_us
FROM publication u LEFT JOIN pile p ON p.id = u.pile_id LEFT JOIN firmware f ON f.id = u.firmware_id
WHERE u.tenant_id = $1 AND u.id < $2 ORDER BY u.id DESC LIMIT $3;

-- name: list_publication_one
SELECT u.id, u.pile_id, p.code, p.name, p.online, u.firmware_id, f.name, f.version, u.state, u.error, u.place, u.created_us
FROM publication u LEFT JOIN pile p ON p.id = u.pile_id LEFT JOIN firmware f ON f.id = u.firmware_id
WHERE u.tenant_id = $1 AND u.id = $2 LIMIT $3;
