-- session.sql - physical transactions and their energy per half hour. Column order: views session_full, session_scene.

-- name: session_by_start_key
SELECT * FROM session_full WHERE start_key = $1;

-- name: session_stopped
SELECT id FROM session
WHERE pile_id = $1 AND id_tag = $2 AND stop_us = $3 AND meter_stop_dwh = $4 AND open = 0 LIMIT 1;

-- name: session_by_id
SELECT * FROM session_full WHERE id = $1;

-- name: session_scene_by_transaction
SELECT * FROM session_scene WHERE pile_id = $1 AND transaction_id = $2;

-- name: session_scene_by_id
SELECT * FROM session_scene WHERE id = $1;

-- name: session_scene_open
SELECT * FROM session_scene WHERE pile_id = $1 AND connector_no = $2 AND open = 1 ORDER BY id DESC LIMIT 1;

-- An open transaction of the pile when the message names none: with this tag, the oldest first, since messages that
-- waited in the pile arrive in order.
-- name: session_scene_of_tag
SELECT * FROM session_scene WHERE pile_id = $1 AND id_tag = $2 AND open = 1 ORDER BY id LIMIT 1;

-- name: session_scene_any
SELECT * FROM session_scene WHERE pile_id = $1 AND open = 1 ORDER BY id LIMIT 2;

-- A stop that came before its start waits under a key of its own until the start takes it over.
-- name: session_take
UPDATE session SET start_key = $2, connector_no = $3, order_id = $4, start_us = $5, meter_start_dwh = $6,
	energy_dwh = $7, flags = $8, meter_last_dwh = $9, version = version + 1
WHERE id = $1;

-- name: session_rekey
UPDATE session SET start_key = $2 WHERE id = $1;

-- name: session_add
INSERT INTO session (
	id, tenant_id, pile_id, connector_no, order_id, transaction_id, id_tag, start_key,
	start_us, stop_us, meter_start_dwh, meter_last_dwh, meter_stop_dwh, last_us, aside_dwh,
	aside_us, energy_dwh, power_w, voltage_mv, current_ma, soc_pct, stop_reason, flags, open,
	version)
VALUES (
	$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
	$21, $22, $23, $24, $25);

-- name: session_put
UPDATE session SET
	connector_no = $2, order_id = $3, id_tag = $4, start_us = $5, stop_us = $6,
	meter_start_dwh = $7, meter_last_dwh = $8, meter_stop_dwh = $9, last_us = $10,
	aside_dwh = $11, aside_us = $12, energy_dwh = $13, power_w = $14, voltage_mv = $15,
	current_ma = $16, soc_pct = $17, stop_reason = $18, flags = $19, open = $20,
	version = version + 1
WHERE id = $1 AND version = $21;

-- name: session_usage_add
INSERT INTO session_usage (session_id, start_us, slot, energy_dwh, estimated) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id, start_us) DO UPDATE SET energy_dwh = session_usage.energy_dwh + excluded.energy_dwh,
	estimated = CASE WHEN excluded.estimated = 1 THEN 1 ELSE session_usage.estimated END;

-- name: session_usage
SELECT start_us, slot, energy_dwh, estimated FROM session_usage WHERE session_id = $1 ORDER BY start_us;
