-- exported.sql - energy given back during charges.

-- name: exported_get
SELECT session_id, tenant_id, pile_id, order_id, start_dwh, last_dwh, energy_dwh, last_us FROM session_export WHERE session_id = $1;

-- name: exported_put
INSERT INTO session_export (session_id, tenant_id, pile_id, order_id, start_dwh, last_dwh, energy_dwh, last_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (session_id) DO UPDATE SET order_id = excluded.order_id, start_dwh = excluded.start_dwh, last_dwh = excluded.last_dwh,
	energy_dwh = excluded.energy_dwh, last_us = excluded.last_us;
