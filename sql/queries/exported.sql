-- exported.sql - energy given back during charges.

-- name: exported_get
SELECT session_id, tenant_id, pile_id, order_id, start_dwh, last_dwh, energy_dwh, last_us, top_dwh, allowed_us, payable_dwh, flags
FROM session_export WHERE session_id = $1;

-- name: exported_put
INSERT INTO session_export (session_id, tenant_id, pile_id, order_id, start_dwh, last_dwh, energy_dwh, last_us, top_dwh,
	allowed_us, payable_dwh, flags)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (session_id) DO UPDATE SET order_id = excluded.order_id, start_dwh = excluded.start_dwh, last_dwh = excluded.last_dwh,
	energy_dwh = excluded.energy_dwh, last_us = excluded.last_us, top_dwh = excluded.top_dwh, allowed_us = excluded.allowed_us,
	payable_dwh = excluded.payable_dwh, flags = excluded.flags;

-- name: exported_usage_add
INSERT INTO session_back (session_id, start_us, slot, energy_dwh, estimated) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (session_id, start_us) DO UPDATE SET energy_dwh = session_back.energy_dwh + excluded.energy_dwh,
	estimated = CASE WHEN excluded.estimated = 1 THEN 1 ELSE session_back.estimated END;

-- name: exported_usage
SELECT start_us, slot, energy_dwh, estimated FROM session_back WHERE session_id = $1 ORDER BY start_us;

-- name: exported_rights
SELECT from_us, until_us FROM session_back_right WHERE session_id = $1 ORDER BY from_us LIMIT $2;

-- name: exported_right_put
INSERT INTO session_back_right (session_id, from_us, until_us) VALUES ($1, $2, $3)
ON CONFLICT (session_id, from_us) DO UPDATE SET until_us = excluded.until_us;
