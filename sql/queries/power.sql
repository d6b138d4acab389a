-- power.sql - sites with a limit, and their outlets.

-- name: site_power_get
SELECT site_id, tenant_id, limit1_ma, limit2_ma, limit3_ma, limit_w, base1_ma, base2_ma, base3_ma, reserve_ma, offline_ma,
	turn_s, hours, off, over_us, revision
FROM site_power WHERE site_id = $1;

-- name: start_limit_add
INSERT INTO start_limit (order_id, most_w) VALUES ($1, $2);

-- name: start_limit_get
SELECT most_w FROM start_limit WHERE order_id = $1;

-- name: site_power_after
SELECT site_id FROM site_power WHERE site_id > $1 ORDER BY site_id LIMIT $2;

-- name: site_power_add
INSERT INTO site_power (site_id, tenant_id, limit1_ma, limit2_ma, limit3_ma, limit_w, base1_ma, base2_ma, base3_ma,
	reserve_ma, offline_ma, turn_s, hours, off, over_us, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: site_power_put
UPDATE site_power SET limit1_ma = $2, limit2_ma = $3, limit3_ma = $4, limit_w = $5, base1_ma = $6, base2_ma = $7,
	base3_ma = $8, reserve_ma = $9, offline_ma = $10, turn_s = $11, hours = $12, off = $13, over_us = $14,
	revision = revision + 1
WHERE site_id = $1 AND revision = $15;

-- name: site_power_delete
DELETE FROM site_power WHERE site_id = $1;

-- A connector with two open transactions comes twice, the newest first.
-- name: outlet_powers
SELECT * FROM outlet_power_row WHERE site_id = $1 AND pile_state = 2 ORDER BY name, pile_id, no, session_row DESC LIMIT $2;

-- name: outlet_powers_of_pile
SELECT * FROM outlet_power_row WHERE pile_id = $1 AND pile_state = 2 ORDER BY pile_id, no, session_row DESC LIMIT $2;

-- name: outlet_count
SELECT COUNT(*) FROM pile p JOIN connector c ON c.pile_id = p.id AND c.no > 0 WHERE p.site_id = $1 AND p.state = 2;

-- name: outlet_power_put
INSERT INTO outlet_power (pile_id, no, rotation, most_ma, priority, cap_ma, cap_until_us, external_ma, car_phases,
	car_most_ma, wanted_wh, depart_us, answer_owed, urgent, session_id, told_ma, may_ma, sent_ma, may_until_us, raised_us,
	asked_id, default_ma, default_sent_ma, default_asked_id, default_try_us, failures, try_us, error, share_ma, state, reason, since_us,
	has_turn, circuit_id, external_source, rush, rush_asked_id, dyn_phases, dyn_sent, told_plan, may_plan,
	sent_plan, plan_mode)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
	$26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)
ON CONFLICT (pile_id, no) DO UPDATE SET rotation = excluded.rotation, most_ma = excluded.most_ma,
	priority = excluded.priority, cap_ma = excluded.cap_ma, cap_until_us = excluded.cap_until_us,
	external_ma = excluded.external_ma, car_phases = excluded.car_phases, car_most_ma = excluded.car_most_ma,
	wanted_wh = excluded.wanted_wh, depart_us = excluded.depart_us, answer_owed = excluded.answer_owed,
	urgent = excluded.urgent, session_id = excluded.session_id, told_ma = excluded.told_ma, may_ma = excluded.may_ma,
	sent_ma = excluded.sent_ma, may_until_us = excluded.may_until_us, raised_us = excluded.raised_us,
	asked_id = excluded.asked_id, default_ma = excluded.default_ma, default_sent_ma = excluded.default_sent_ma,
	default_asked_id = excluded.default_asked_id, default_try_us = excluded.default_try_us, failures = excluded.failures, try_us = excluded.try_us,
	error = excluded.error, share_ma = excluded.share_ma, state = excluded.state, reason = excluded.reason,
	since_us = excluded.since_us, has_turn = excluded.has_turn, circuit_id = excluded.circuit_id,
	external_source = excluded.external_source, rush = excluded.rush, rush_asked_id = excluded.rush_asked_id,
	dyn_phases = excluded.dyn_phases, dyn_sent = excluded.dyn_sent, told_plan = excluded.told_plan,
	may_plan = excluded.may_plan, sent_plan = excluded.sent_plan, plan_mode = excluded.plan_mode;

-- What was told is not known any more: somebody else changed the pile's profiles. Nor does an answer to what is on its way
-- count: the other's words come behind it.
-- name: outlet_power_forget
UPDATE outlet_power SET default_ma = -1, default_sent_ma = -1, default_asked_id = 0, told_ma = -1, may_ma = -1, sent_ma = -1,
	asked_id = 0, dyn_phases = -1, dyn_sent = -1, told_plan = '', may_plan = '', sent_plan = ''
WHERE pile_id = $1 AND (default_ma >= 0 OR default_asked_id <> 0 OR told_ma >= 0 OR may_ma >= 0 OR asked_id <> 0);

-- name: site_circuits
SELECT id, tenant_id, site_id, name, limit1_ma, limit2_ma, limit3_ma, created_us, revision
FROM site_circuit WHERE site_id = $1 ORDER BY id LIMIT $2;

-- name: site_circuit_get
SELECT id, tenant_id, site_id, name, limit1_ma, limit2_ma, limit3_ma, created_us, revision FROM site_circuit WHERE id = $1;

-- name: site_circuit_add
INSERT INTO site_circuit (id, tenant_id, site_id, name, limit1_ma, limit2_ma, limit3_ma, created_us, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: site_circuit_put
UPDATE site_circuit SET name = $2, limit1_ma = $3, limit2_ma = $4, limit3_ma = $5, revision = revision + 1
WHERE id = $1 AND revision = $6;

-- name: site_circuit_delete
DELETE FROM site_circuit WHERE id = $1;

-- name: site_circuit_empty
UPDATE outlet_power SET circuit_id = 0 WHERE circuit_id = $1 AND circuit_id <> 0;

-- name: site_signals
SELECT id, tenant_id, site_id, from_us, until_us, percent, limit_w, note, created_us
FROM site_signal WHERE site_id = $1 AND until_us > $2 ORDER BY until_us, id LIMIT $3;

-- name: site_signal_get
SELECT id, tenant_id, site_id, from_us, until_us, percent, limit_w, note, created_us FROM site_signal WHERE id = $1;

-- name: site_signal_add
INSERT INTO site_signal (id, tenant_id, site_id, from_us, until_us, percent, limit_w, note, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: site_signal_delete
DELETE FROM site_signal WHERE id = $1;

-- name: site_signal_forget
DELETE FROM site_signal WHERE site_id = $1 AND until_us < $2;
