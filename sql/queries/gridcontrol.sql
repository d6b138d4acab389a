-- gridcontrol.sql - the grid's controls as piles have them.

-- name: grid_control_put
INSERT INTO grid_control (pile_id, name, kind, is_default, state, body, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pile_id, name) DO UPDATE SET kind = excluded.kind, is_default = excluded.is_default, state = excluded.state,
	body = excluded.body, at_us = excluded.at_us;

-- name: grid_control_state
UPDATE grid_control SET state = $3, at_us = $4 WHERE pile_id = $1 AND name = $2;

-- name: grid_control_clear
DELETE FROM grid_control WHERE pile_id = $1 AND is_default = $2 AND (CAST($3 AS TEXT) = '' OR name = $3)
	AND (CAST($4 AS TEXT) = '' OR kind = $4);

-- name: list_grid_controls
SELECT name, kind, is_default, state, body, at_us FROM grid_control WHERE pile_id = $1 AND name > $2 ORDER BY name LIMIT $3;
