-- 0036: what a charge that an operator started may take at most.
CREATE TABLE start_limit (
	order_id BIGINT PRIMARY KEY,
	most_w BIGINT NOT NULL
);

DROP VIEW outlet_power_row;
CREATE VIEW outlet_power_row AS
SELECT p.id AS pile_id, c.no AS no, p.code, p.name, p.protocol, p.online, c.status, c.plug, c.max_w,
	COALESCE(s.id, 0) AS open_session, COALESCE(s.transaction_id, 0) AS transaction_id,
	COALESCE(s.start_us, 0) AS start_us, COALESCE(s.power_w, -1) AS power_w, COALESCE(s.voltage_mv, -1) AS voltage_mv,
	COALESCE(s.current_ma, -1) AS current_ma, COALESCE(s.last_us, 0) AS last_us, COALESCE(s.energy_dwh, 0) AS energy_dwh, p.dynamic, p.periods,
	COALESCE(l.most_w, 0) AS charge_most_w,
	COALESCE(o.rotation, 'RST') AS rotation, COALESCE(o.most_ma, 0) AS most_ma, COALESCE(o.priority, 0) AS priority,
	COALESCE(o.cap_ma, -1) AS cap_ma, COALESCE(o.cap_until_us, 0) AS cap_until_us,
	COALESCE(o.external_ma, -1) AS external_ma, COALESCE(o.car_phases, 0) AS car_phases,
	COALESCE(o.car_most_ma, 0) AS car_most_ma, COALESCE(o.wanted_wh, 0) AS wanted_wh,
	COALESCE(o.depart_us, 0) AS depart_us, COALESCE(o.answer_owed, 0) AS answer_owed, COALESCE(o.urgent, 0) AS urgent,
	COALESCE(o.session_id, 0) AS session_id, COALESCE(o.told_ma, -1) AS told_ma, COALESCE(o.may_ma, -1) AS may_ma,
	COALESCE(o.sent_ma, -1) AS sent_ma, COALESCE(o.may_until_us, 0) AS may_until_us,
	COALESCE(o.raised_us, 0) AS raised_us, COALESCE(o.asked_id, 0) AS asked_id, COALESCE(o.default_ma, -1) AS default_ma,
	COALESCE(o.default_sent_ma, -1) AS default_sent_ma, COALESCE(o.default_asked_id, 0) AS default_asked_id,
	COALESCE(o.default_try_us, 0) AS default_try_us, COALESCE(o.failures, 0) AS failures,
	COALESCE(o.try_us, 0) AS try_us, COALESCE(o.error, '') AS error, COALESCE(o.share_ma, 0) AS share_ma,
	COALESCE(o.state, 0) AS state, COALESCE(o.reason, 5) AS reason, COALESCE(o.since_us, 0) AS since_us,
	COALESCE(o.has_turn, 0) AS has_turn, COALESCE(o.circuit_id, 0) AS circuit_id,
	COALESCE(o.external_source, '') AS external_source, COALESCE(o.rush, 0) AS rush,
	COALESCE(o.rush_asked_id, 0) AS rush_asked_id, COALESCE(o.dyn_phases, -1) AS dyn_phases,
	COALESCE(o.dyn_sent, -1) AS dyn_sent, COALESCE(o.told_plan, '') AS told_plan, COALESCE(o.may_plan, '') AS may_plan,
	COALESCE(o.sent_plan, '') AS sent_plan, COALESCE(o.plan_mode, 0) AS plan_mode, p.site_id, p.state AS pile_state, s.id AS session_row
FROM pile p
JOIN connector c ON c.pile_id = p.id AND c.no > 0
LEFT JOIN outlet_power o ON o.pile_id = p.id AND o.no = c.no
LEFT JOIN session s ON s.pile_id = p.id AND s.connector_no = c.no AND s.open = 1
LEFT JOIN start_limit l ON l.order_id = s.order_id;
