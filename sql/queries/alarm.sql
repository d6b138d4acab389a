-- alarm.sql - what needs attention beyond what the tables tell.

-- name: alarm_add
INSERT INTO alarm (id, tenant_id, at_us, kind, subject, detail) VALUES ($1, $2, $3, $4, $5, $6);

-- name: alarm_open_same
SELECT id FROM alarm WHERE tenant_id = $1 AND closed_us = 0 AND kind = $2 AND subject = $3 LIMIT 1;

-- name: alarm_close
UPDATE alarm SET closed_us = $3, closed_by = $4 WHERE id = $1 AND tenant_id = $2 AND closed_us = 0;

