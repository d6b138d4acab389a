-- lists.sql - pages of rows for people. Every list walks one index from a key: no OFFSET, no counting.
-- A plus before tenant_id keeps the planner on the narrower index (order, member, account).
-- Parameters: $1 tenant, $2 the id before (newest first) or after which the page begins, $3 most rows.

-- name: list_orders
SELECT * FROM order_row WHERE tenant_id = $1 AND id < $2 AND id >= $4 ORDER BY id DESC LIMIT $3;

-- name: list_orders_state
SELECT * FROM order_row WHERE tenant_id = $1 AND state = $5 AND id < $2 AND id >= $4 ORDER BY id DESC LIMIT $3;

-- name: list_orders_pile
SELECT * FROM order_row
WHERE tenant_id = $1 AND pile_id = $5 AND id < $2 AND id >= $4 AND (state = $6 OR CAST($6 AS BIGINT) = 0)
ORDER BY id DESC LIMIT $3;

-- name: list_orders_site
SELECT * FROM order_row
WHERE tenant_id = $1 AND site_id = $5 AND id < $2 AND id >= $4 AND (state = $6 OR CAST($6 AS BIGINT) = 0)
ORDER BY id DESC LIMIT $3;

-- name: list_orders_member
SELECT * FROM order_row
WHERE tenant_id = $1 AND member_id = $5 AND member_id <> 0 AND id < $2 AND id >= $4
	AND (state = $6 OR CAST($6 AS BIGINT) = 0)
ORDER BY id DESC LIMIT $3;

-- name: list_orders_tag
SELECT * FROM order_row
WHERE tenant_id = $1 AND id_tag = $5 AND id_tag <> '' AND id < $2 AND id >= $4 ORDER BY id DESC LIMIT $3;

-- name: list_order_one
SELECT * FROM order_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_order_token
SELECT * FROM order_row WHERE tenant_id = $1 AND token = $2 LIMIT $3;

-- name: list_order_start_tag
SELECT * FROM order_row WHERE tenant_id = $1 AND start_tag = $2 LIMIT $3;

-- What approved piles do now ($8): 0 anything, 1 online, 2 offline, 3 charging, 4 faulted; the last two only while online, like
-- the numbers of the dashboard.
-- name: list_piles
SELECT * FROM pile_row
WHERE tenant_id = $1 AND (name > $4 OR (name = $4 AND id > $2)) AND (state = $5 OR CAST($5 AS BIGINT) = 0)
	AND (site_id = $6 OR CAST($6 AS BIGINT) = 0)
	AND (CAST($7 AS TEXT) = '' OR lower(code) LIKE $7 ESCAPE '\' OR lower(name) LIKE $7 ESCAPE '\'
		OR lower(serial) LIKE $7 ESCAPE '\' OR lower(vendor || ' ' || model) LIKE $7 ESCAPE '\')
	AND (CAST($8 AS BIGINT) = 0 OR (state = 2 AND online = CASE CAST($8 AS BIGINT) WHEN 2 THEN 0 ELSE 1 END
		AND (CAST($8 AS BIGINT) < 3 OR EXISTS (SELECT 1 FROM connector c WHERE c.pile_id = pile_row.id
			AND c.status = CASE CAST($8 AS BIGINT) WHEN 3 THEN 'Charging' ELSE 'Faulted' END))))
ORDER BY name, id LIMIT $3;

-- name: list_pile_one
SELECT * FROM pile_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_pile_named
SELECT id FROM pile WHERE +tenant_id = $1 AND code = $2
UNION SELECT id FROM pile WHERE tenant_id = $1 AND name = $2 ORDER BY 1 LIMIT $3;

-- name: list_connectors
-- "state < 8" is the words of the index orders_open.
SELECT c.no, c.status, c.error_code, c.info, c.vendor_error, c.plug, c.max_w, c.status_us, c.last_good_us,
	COALESCE((SELECT o.id FROM orders o WHERE o.pile_id = c.pile_id AND o.connector_no = c.no AND o.state < 8
		AND o.state < 7
		ORDER BY o.id DESC LIMIT 1), 0)
FROM connector c WHERE c.pile_id = $1 ORDER BY c.no;

-- name: list_pile_settings
SELECT name, value, readonly, at_us FROM pile_setting WHERE pile_id = $1 ORDER BY name;

-- name: list_pile_success
SELECT CAST(COALESCE(SUM(CASE WHEN state = 9 THEN 0 ELSE 1 END), 0) AS BIGINT), COUNT(*) FROM (
	SELECT state FROM orders WHERE pile_id = $1 AND id >= $2 AND state IN (8, 9, 11, 12)
	ORDER BY id DESC LIMIT 500) AS last_ones;

-- name: list_sites
SELECT * FROM site_row WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: list_site_one
SELECT * FROM site_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_members
SELECT * FROM member_row
WHERE tenant_id = $1 AND (name > $4 OR (name = $4 AND id > $2))
	AND (CAST($5 AS TEXT) = '' OR lower(name) LIKE $5 ESCAPE '\' OR phone LIKE $5 ESCAPE '\')
ORDER BY name, id LIMIT $3;

-- name: list_member_one
SELECT * FROM member_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_member_wallet
SELECT * FROM member_row WHERE wallet_token = $1 LIMIT 1;

-- name: list_tags
SELECT * FROM tag_row
WHERE tenant_id = $1 AND id_tag > $4
	AND (CAST($5 AS TEXT) = '' OR id_tag LIKE $5 ESCAPE '\' OR lower(member) LIKE $6 ESCAPE '\')
ORDER BY id_tag LIMIT $3;

-- name: list_tags_member
SELECT * FROM tag_row WHERE +tenant_id = $1 AND member_id = $2 ORDER BY id_tag LIMIT $3;

-- name: list_tag_one
SELECT * FROM tag_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_vehicles
SELECT * FROM vehicle_row WHERE tenant_id = $1 AND id < $2 AND (CAST($4 AS BIGINT) = 0 OR state = $4) ORDER BY id DESC LIMIT $3;

-- name: list_vehicles_member
SELECT * FROM vehicle_row WHERE +tenant_id = $1 AND member_id = $4 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_vehicle_one
SELECT * FROM vehicle_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_tariffs
SELECT r.*, (SELECT COUNT(*) FROM pile p JOIN site s ON s.id = p.site_id WHERE s.tenant_id = $1 AND
	(p.tariff_series_id = r.series_id OR (p.tariff_series_id = 0 AND s.tariff_series_id = r.series_id)))
FROM tariff_row r
WHERE r.tenant_id = $1 AND r.series_id > $2
	AND r.version = (SELECT MAX(x.version) FROM tariff x WHERE x.series_id = r.series_id AND x.valid_from_us <= $4)
ORDER BY r.series_id LIMIT $3;

-- name: list_tariff_series
SELECT r.*, (SELECT COUNT(*) FROM pile p JOIN site s ON s.id = p.site_id WHERE s.tenant_id = $1 AND
	(p.tariff_series_id = r.series_id OR (p.tariff_series_id = 0 AND s.tariff_series_id = r.series_id)))
FROM tariff_row r WHERE r.tenant_id = $1 AND r.series_id = $2 ORDER BY r.version DESC LIMIT $3;

-- name: list_accounts
SELECT * FROM account_row WHERE tenant_id = $1 AND kind >= 3 AND kind <> 10 AND id > $2 ORDER BY id LIMIT $3;

-- name: list_accounts_kind
SELECT * FROM account_row WHERE tenant_id = $1 AND kind = $4 AND id > $2 ORDER BY id LIMIT $3;

-- name: list_account_one
SELECT * FROM account_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_transfers
SELECT * FROM transfer_row WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_transfers_debit
SELECT * FROM transfer_row WHERE +tenant_id = $1 AND debit_account = $4 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_transfers_credit
SELECT * FROM transfer_row WHERE +tenant_id = $1 AND credit_account = $4 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_transfers_order
SELECT * FROM transfer_row
WHERE +tenant_id = $1 AND order_id = $4 AND order_id <> 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_payments
SELECT * FROM payment_row WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_payments_state
SELECT * FROM payment_row WHERE tenant_id = $1 AND state = $4 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_payments_order
SELECT * FROM payment_row
WHERE +tenant_id = $1 AND order_id = $4 AND order_id <> 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_payments_member
SELECT * FROM payment_row
WHERE +tenant_id = $1 AND member_id = $4 AND member_id <> 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_commands_order
SELECT * FROM command_row
WHERE +tenant_id = $1 AND order_id = $4 AND order_id <> 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- What people told a pile; what the house tells by itself is in the log.
-- name: list_commands_pile
SELECT * FROM command_row
WHERE +tenant_id = $1 AND pile_id = $4 AND staff_id <> 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_command_one
SELECT * FROM command_row WHERE tenant_id = $1 AND id = $2 LIMIT $3;

-- name: list_order_events
SELECT e.id, e.at_us, e.kind, e.word, e.detail, e.staff_id, s.name FROM order_event e
LEFT JOIN staff s ON s.id = e.staff_id WHERE e.order_id = $1 ORDER BY e.id LIMIT $2;

-- name: list_audit
SELECT * FROM audit_row WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_alarms
SELECT * FROM alarm_row WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: list_alarms_open
SELECT * FROM alarm_row WHERE tenant_id = $1 AND closed_us = 0 AND id < $2 ORDER BY id DESC LIMIT $3;

-- Those of strangers are only shown where there is no other operator whose they could be.
-- name: list_refusals
SELECT r.id, r.at_us, r.code, COALESCE(p.id, 0), r.remote, r.reason, r.detail FROM refusal r
LEFT JOIN pile p ON p.code = r.code AND p.tenant_id = $1
WHERE r.id < $2 AND (r.tenant_id = $1 OR (r.tenant_id = 0 AND (SELECT COUNT(*) FROM tenant) = 1))
ORDER BY r.id DESC LIMIT $3;

-- name: list_refusals_pile
SELECT r.id, r.at_us, r.code, p.id, r.remote, r.reason, r.detail FROM refusal r
JOIN pile p ON p.code = r.code
WHERE p.tenant_id = $1 AND r.code = $4 AND r.id < $2
	AND (r.tenant_id = $1 OR (r.tenant_id = 0 AND (SELECT COUNT(*) FROM tenant) = 1)) ORDER BY r.id DESC LIMIT $3;

-- name: list_certificates
SELECT c.id, c.pile_id, p.code, c.kind, c.state, c.common_name, c.organisation, c.key_name, c.serial, c.reason, c.local,
	c.from_us, c.until_us, c.created_us, c.done_us FROM certificate c
LEFT JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.id < $2 ORDER BY c.id DESC LIMIT $3;

-- name: list_certificates_pile
SELECT c.id, c.pile_id, p.code, c.kind, c.state, c.common_name, c.organisation, c.key_name, c.serial, c.reason, c.local,
	c.from_us, c.until_us, c.created_us, c.done_us FROM certificate c
LEFT JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.pile_id = $4 AND c.id < $2 ORDER BY c.id DESC LIMIT $3;

-- name: list_certificates_state
SELECT c.id, c.pile_id, p.code, c.kind, c.state, c.common_name, c.organisation, c.key_name, c.serial, c.reason, c.local,
	c.from_us, c.until_us, c.created_us, c.done_us FROM certificate c
LEFT JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.state = $4 AND c.id < $2 ORDER BY c.id DESC LIMIT $3;

-- name: list_certificate_one
SELECT c.id, c.pile_id, p.code, c.kind, c.state, c.common_name, c.organisation, c.key_name, c.serial, c.reason, c.local,
	c.from_us, c.until_us, c.created_us, c.done_us FROM certificate c
LEFT JOIN pile p ON p.id = c.pile_id
WHERE c.tenant_id = $1 AND c.id = $2 LIMIT $3;
