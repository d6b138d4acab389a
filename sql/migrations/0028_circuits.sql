-- 0028: circuits of a site with limits of their own, and what the grid wants for a time (src/domain/power.h).

CREATE TABLE site_circuit (
	id {ID},
	tenant_id BIGINT NOT NULL,
	site_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	limit1_ma BIGINT NOT NULL,
	limit2_ma BIGINT NOT NULL,
	limit3_ma BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	revision BIGINT NOT NULL
);
CREATE INDEX site_circuit_site ON site_circuit (site_id, id);

CREATE TABLE site_signal (
	id {ID},
	tenant_id BIGINT NOT NULL,
	site_id BIGINT NOT NULL,
	from_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,
	percent BIGINT NOT NULL,         -- of the site's limit
	limit_w BIGINT NOT NULL,         -- 0 none
	note TEXT NOT NULL,
	created_us BIGINT NOT NULL
);
CREATE INDEX site_signal_site ON site_signal (site_id, until_us);

ALTER TABLE outlet_power ADD COLUMN circuit_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outlet_power_circuit ON outlet_power (circuit_id) WHERE circuit_id <> 0;

-- An outlet as the sharing sees it. What was never decided about it has the values of the beginning.
CREATE VIEW outlet_power_row AS
SELECT p.id AS pile_id, c.no AS no, p.code, p.name, p.protocol, p.online, c.status, c.plug, c.max_w,
	COALESCE(s.id, 0) AS open_session, COALESCE(s.transaction_id, 0) AS transaction_id,
	COALESCE(s.start_us, 0) AS start_us, COALESCE(s.power_w, -1) AS power_w, COALESCE(s.voltage_mv, -1) AS voltage_mv,
	COALESCE(s.current_ma, -1) AS current_ma, COALESCE(s.last_us, 0) AS last_us, COALESCE(s.energy_dwh, 0) AS energy_dwh,
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
	COALESCE(o.has_turn, 0) AS has_turn, COALESCE(o.circuit_id, 0) AS circuit_id, p.site_id, p.state AS pile_state, s.id AS session_row
FROM pile p
JOIN connector c ON c.pile_id = p.id AND c.no > 0
LEFT JOIN outlet_power o ON o.pile_id = p.id AND o.no = c.no
LEFT JOIN session s ON s.pile_id = p.id AND s.connector_no = c.no AND s.open = 1;
