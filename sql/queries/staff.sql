-- staff.sql - people who sign in.

-- name: staff_by_login
SELECT id, tenant_id, login, name, role, password_hash, language, disabled
FROM staff WHERE login = $1;

-- name: staff_add
INSERT INTO staff (id, tenant_id, login, name, role, password_hash, language, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: staff_password
UPDATE staff SET password_hash = $2 WHERE id = $1;

-- name: staff_list
SELECT login, name, role, disabled FROM staff ORDER BY login;
