-- 0035: what cars give back is paid for: the credit of an order, the payable half hours of a charge, when giving back was
-- allowed; and what is owed to drivers without an account is of more kinds than what terminals took.
ALTER TABLE orders ADD COLUMN credit_minor BIGINT NOT NULL DEFAULT 0;

ALTER TABLE session_export ADD COLUMN top_dwh BIGINT NOT NULL DEFAULT 0;     -- the highest register
ALTER TABLE session_export ADD COLUMN allowed_us BIGINT NOT NULL DEFAULT 0;  -- time in which it was allowed
ALTER TABLE session_export ADD COLUMN payable_dwh BIGINT NOT NULL DEFAULT 0; -- the sum of session_back
ALTER TABLE session_export ADD COLUMN flags BIGINT NOT NULL DEFAULT 0;       -- src/domain/exported.h
CREATE TABLE session_back (          -- payable energy per half hour of station time
	session_id BIGINT NOT NULL,
	start_us BIGINT NOT NULL,
	slot BIGINT NOT NULL,
	energy_dwh BIGINT NOT NULL,
	estimated BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (session_id, start_us)
);
CREATE TABLE session_back_right (    -- a time in which the charge was allowed to give back
	session_id BIGINT NOT NULL,
	from_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,        -- 0: still
	PRIMARY KEY (session_id, from_us)
);

ALTER TABLE surplus RENAME COLUMN payment_id TO id;
ALTER TABLE surplus ADD COLUMN payment_id BIGINT NOT NULL DEFAULT 0;      -- which took it; 0: none did
ALTER TABLE surplus ADD COLUMN kind TEXT NOT NULL DEFAULT 'terminal';     -- or feed_in
UPDATE surplus SET payment_id = id;

DROP VIEW session_scene;
DROP VIEW order_full;

CREATE VIEW order_full AS SELECT
	id, tenant_id, site_id, pile_id, connector_no, state, reason, starter, timing, source,
	token, owner_key, start_tag, id_tag, member_id, staff_id, channel, currency, language,
	tariff_id, tariff_hash, account_id, hold_id, limit_minor, limit_dwh, limit_s, limit_soc, session_id,
	energy_dwh, energy_minor, service_minor, idle_minor, total_minor, paid_minor,
	refund_minor, credit_minor, created_us, authorised_us, starting_us, started_us, stopped_us, ended_us,
	settled_us, idle_from_us, idle_until_us, idle_past_us, deadline_us, version
FROM orders;

CREATE VIEW session_scene AS SELECT
	s.id, s.tenant_id, s.pile_id, s.connector_no, s.order_id, s.transaction_id, s.id_tag,
	s.start_key, s.start_us, s.stop_us, s.meter_start_dwh, s.meter_last_dwh, s.meter_stop_dwh,
	s.last_us, s.aside_dwh, s.aside_us, s.energy_dwh, s.power_w, s.voltage_mv, s.current_ma,
	s.soc_pct, s.stop_reason, s.flags, s.open, s.version,
	o.id AS o_id, o.tenant_id AS o_tenant_id, o.site_id AS o_site_id, o.pile_id AS o_pile_id,
	o.connector_no AS o_connector_no, o.state AS o_state, o.reason AS o_reason,
	o.starter AS o_starter, o.timing AS o_timing, o.source AS o_source, o.token AS o_token,
	o.owner_key AS o_owner_key, o.start_tag AS o_start_tag, o.id_tag AS o_id_tag,
	o.member_id AS o_member_id, o.staff_id AS o_staff_id, o.channel AS o_channel,
	o.currency AS o_currency, o.language AS o_language, o.tariff_id AS o_tariff_id,
	o.tariff_hash AS o_tariff_hash, o.account_id AS o_account_id, o.hold_id AS o_hold_id,
	o.limit_minor AS o_limit_minor, o.limit_dwh AS o_limit_dwh,
	o.limit_s AS o_limit_s, o.limit_soc AS o_limit_soc, o.session_id AS o_session_id,
	o.energy_dwh AS o_energy_dwh, o.energy_minor AS o_energy_minor,
	o.service_minor AS o_service_minor, o.idle_minor AS o_idle_minor,
	o.total_minor AS o_total_minor, o.paid_minor AS o_paid_minor,
	o.refund_minor AS o_refund_minor, o.credit_minor AS o_credit_minor, o.created_us AS o_created_us,
	o.authorised_us AS o_authorised_us, o.starting_us AS o_starting_us,
	o.started_us AS o_started_us, o.stopped_us AS o_stopped_us, o.ended_us AS o_ended_us,
	o.settled_us AS o_settled_us, o.idle_from_us AS o_idle_from_us,
	o.idle_until_us AS o_idle_until_us, o.idle_past_us AS o_idle_past_us, o.deadline_us AS o_deadline_us,
	o.version AS o_version,
	pl.id AS pl_id, pl.tenant_id AS pl_tenant_id, pl.site_id, pl.code, pl.state AS pile_state, pl.online,
	pl.connected_us, pl.zone, pl.currency, pl.timing, pl.default_limit_minor, pl.tariff_series_id,
	COALESCE(c.status, '') AS status, COALESCE(c.max_w, 0) AS max_w
FROM session s
JOIN pile_place pl ON pl.id = s.pile_id
LEFT JOIN orders o ON o.id = s.order_id AND s.order_id <> 0
LEFT JOIN connector c ON c.pile_id = s.pile_id AND c.no = s.connector_no;
