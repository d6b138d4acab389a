-- staff.sql - people who sign in.

-- name: staff_by_login
SELECT id, tenant_id, login, name, role, password_hash, language, disabled, failed_count, locked_until_us
FROM staff WHERE login = $1;

-- name: staff_add
INSERT INTO staff (id, tenant_id, login, name, role, password_hash, language, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: staff_failed
UPDATE staff SET failed_count = $2, locked_until_us = $3 WHERE id = $1;

-- name: staff_password
UPDATE staff SET password_hash = $2, failed_count = 0, locked_until_us = 0 WHERE id = $1;

-- name: staff_list
SELECT login, name, role, disabled FROM staff ORDER BY login;
