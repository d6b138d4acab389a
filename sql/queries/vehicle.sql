-- vehicle.sql - vehicles known by their network address, what piles saw of them, and what operators trust them with.

-- name: vehicle_find
SELECT v.id, v.tenant_id, v.member_id, v.vid, v.second, v.kind, v.second_us, v.state, v.charge_minor, v.day_minor,
	v.present_us, v.alarm_us, v.seen_us, v.seen_pile_id, v.created_us, v.version,
	COALESCE(m.blocked, 1), COALESCE(m.account_id, 0)
FROM vehicle v LEFT JOIN member m ON m.id = v.member_id
WHERE v.tenant_id = $1 AND v.vid = $2;

-- name: vehicle_get
SELECT v.id, v.tenant_id, v.member_id, v.vid, v.second, v.kind, v.second_us, v.state, v.charge_minor, v.day_minor,
	v.present_us, v.alarm_us, v.seen_us, v.seen_pile_id, v.created_us, v.version,
	COALESCE(m.blocked, 1), COALESCE(m.account_id, 0)
FROM vehicle v LEFT JOIN member m ON m.id = v.member_id
WHERE v.id = $1;

-- name: vehicle_count
SELECT COUNT(*) FROM vehicle WHERE member_id = $1;

-- name: vehicle_add
INSERT INTO vehicle (id, tenant_id, member_id, vid, second, kind, second_us, state, charge_minor, day_minor, present_us,
	alarm_us, seen_us, seen_pile_id, created_us, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (tenant_id, vid) DO NOTHING;

-- name: vehicle_put
UPDATE vehicle SET second = $3, kind = $4, second_us = $5, state = $6, charge_minor = $7, day_minor = $8, present_us = $9,
	alarm_us = $10, seen_us = $11, seen_pile_id = $12, version = $2 + 1
WHERE id = $1 AND version = $2;

-- name: vehicle_drop
DELETE FROM vehicle WHERE id = $1;

-- 6 is STARTER_VEHICLE.
-- name: vehicle_spent
SELECT CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) FROM orders
WHERE tenant_id = $1 AND id_tag = $2 AND created_us > $3 AND starter = 6;

-- name: vehicle_sight_get
SELECT pile_id, vid, connector_no, second, kind, contradicts, told_us, refused_us FROM vehicle_sight
WHERE pile_id = $1 AND vid = $2;

-- name: vehicle_sight_put
INSERT INTO vehicle_sight (pile_id, vid, connector_no, second, kind, contradicts, told_us, refused_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (pile_id, vid) DO UPDATE SET connector_no = excluded.connector_no, second = excluded.second,
	kind = excluded.kind, contradicts = excluded.contradicts, told_us = excluded.told_us, refused_us = excluded.refused_us;

-- The last vehicle that was refused at an outlet.
-- name: vehicle_sight_refused
SELECT pile_id, vid, connector_no, second, kind, contradicts, told_us, refused_us FROM vehicle_sight
WHERE pile_id = $1 AND connector_no = $2 AND refused_us >= $3 ORDER BY refused_us DESC LIMIT 1;

-- name: vehicle_sight_there
SELECT COUNT(*) FROM vehicle_sight WHERE pile_id = $1 AND connector_no = $2;

-- An outlet is empty: what stood there is known no more, though it counts as a guess.
-- name: vehicle_sight_gone
UPDATE vehicle_sight SET connector_no = -1 WHERE pile_id = $1 AND connector_no = $2;

-- How many different ones were refused at a pile.
-- name: vehicle_sight_guesses
SELECT COUNT(*) FROM vehicle_sight WHERE pile_id = $1 AND refused_us > $2;

-- name: vehicle_sight_old
DELETE FROM vehicle_sight WHERE told_us < $1;

-- A member's vehicle is forgotten: so is where it was seen.
-- name: vehicle_sight_drop
DELETE FROM vehicle_sight WHERE vid = $1 AND pile_id IN (SELECT id FROM pile WHERE tenant_id = $2);

-- name: vehicle_policy_get
SELECT mode, single_minor FROM vehicle_policy WHERE tenant_id = $1;

-- name: vehicle_policy_put
INSERT INTO vehicle_policy (tenant_id, mode, single_minor) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id) DO UPDATE SET mode = excluded.mode, single_minor = excluded.single_minor;
