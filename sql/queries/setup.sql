-- setup.sql - wanted settings of piles, and how the real ones differ.

-- name: setup_add
INSERT INTO setup (id, tenant_id, name, created_us, revision) VALUES ($1, $2, $3, $4, $5);

-- name: setup_get
SELECT id, tenant_id, name, created_us, revision FROM setup WHERE id = $1;

-- name: setup_put
UPDATE setup SET name = $2, revision = revision + 1 WHERE id = $1 AND revision = $3;

-- name: setup_delete
DELETE FROM setup WHERE id = $1;

-- name: setup_values_clear
DELETE FROM setup_value WHERE setup_id = $1;

-- name: setup_value_add
INSERT INTO setup_value (setup_id, name, value) VALUES ($1, $2, $3);

-- name: setup_piles_clear
DELETE FROM setup_pile WHERE setup_id = $1;

-- name: setup_pile_put
INSERT INTO setup_pile (pile_id, setup_id) VALUES ($2, $1)
ON CONFLICT (pile_id) DO UPDATE SET setup_id = excluded.setup_id;

-- name: drift
SELECT v.name, v.value, CASE WHEN s.name IS NULL THEN 0 ELSE 1 END, COALESCE(s.value, ''), COALESCE(s.readonly, 0)
FROM setup_pile sp JOIN setup_value v ON v.setup_id = sp.setup_id
LEFT JOIN pile_setting s ON s.pile_id = sp.pile_id AND s.name = v.name
WHERE sp.pile_id = $1 ORDER BY v.name;

-- name: setup_pushed
INSERT INTO setup_push (pile_id, name, value, result, at_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pile_id, name) DO UPDATE SET value = excluded.value, result = excluded.result, at_us = excluded.at_us;

-- name: setup_push_result
UPDATE setup_push SET result = $3, at_us = $4 WHERE pile_id = $1 AND name = $2;

-- name: list_setups
SELECT s.id, s.name, s.created_us, s.revision, (SELECT COUNT(*) FROM setup_value v WHERE v.setup_id = s.id),
	(SELECT COUNT(*) FROM setup_pile p WHERE p.setup_id = s.id)
FROM setup s WHERE s.tenant_id = $1 AND s.id < $2 ORDER BY s.id DESC LIMIT $3;

-- name: list_setup_one
SELECT s.id, s.name, s.created_us, s.revision, (SELECT COUNT(*) FROM setup_value v WHERE v.setup_id = s.id),
	(SELECT COUNT(*) FROM setup_pile p WHERE p.setup_id = s.id)
FROM setup s WHERE s.tenant_id = $1 AND s.id = $2 LIMIT $3;

-- name: list_setup_values
SELECT name, value FROM setup_value WHERE setup_id = $1 ORDER BY name LIMIT $2;

-- name: list_setup_drift
SELECT sp.pile_id, p.code, p.name, p.online, v.name, v.value, CASE WHEN s.name IS NULL THEN 0 ELSE 1 END,
	COALESCE(s.value, ''), COALESCE(s.readonly, 0), COALESCE(s.at_us, 0), COALESCE(u.result, ''), COALESCE(u.at_us, 0)
FROM setup_pile sp JOIN pile p ON p.id = sp.pile_id JOIN setup_value v ON v.setup_id = sp.setup_id
LEFT JOIN pile_setting s ON s.pile_id = sp.pile_id AND s.name = v.name
LEFT JOIN setup_push u ON u.pile_id = sp.pile_id AND u.name = v.name
WHERE sp.setup_id = $1 AND sp.pile_id > $2 ORDER BY sp.pile_id, v.name LIMIT $3;

-- name: list_setup_piles
SELECT sp.pile_id, p.code, p.name, p.online FROM setup_pile sp JOIN pile p ON p.id = sp.pile_id
WHERE sp.setup_id = $1 ORDER BY p.name LIMIT $2;
