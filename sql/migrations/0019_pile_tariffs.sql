-- 0019: prices told to piles that calculate or show them, what piles calculated themselves, and limits of time and charge.
ALTER TABLE orders ADD COLUMN limit_s BIGINT NOT NULL DEFAULT 0;   -- longest charge, 0: no limit
ALTER TABLE orders ADD COLUMN limit_soc BIGINT NOT NULL DEFAULT 0; -- state of charge in percent, 0: no limit
-- The money limit that the pile was told for this transaction; -1: none yet.
ALTER TABLE pile_transaction ADD COLUMN told_limit_minor BIGINT NOT NULL DEFAULT -1;

DROP VIEW session_scene;
DROP VIEW order_full;

CREATE VIEW order_full AS SELECT
	id, tenant_id, site_id, pile_id, connector_no, state, reason, starter, timing, source,
	token, owner_key, start_tag, id_tag, member_id, staff_id, channel, currency, language,
	tariff_id, tariff_hash, account_id, hold_id, limit_minor, limit_dwh, limit_s, limit_soc, session_id,
	energy_dwh, energy_minor, service_minor, idle_minor, total_minor, paid_minor,
	refund_minor, created_us, authorised_us, starting_us, started_us, stopped_us, ended_us,
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
	o.refund_minor AS o_refund_minor, o.created_us AS o_created_us,
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

-- The pile said that it shows or calculates prices (TariffCostCtrlr).
ALTER TABLE pile ADD COLUMN wants_tariff BIGINT NOT NULL DEFAULT 0;

CREATE TABLE pile_tariff (           -- the price a pile has, and how it gets there (app/tariffs.c)
	pile_id {ID},
	tenant_id BIGINT NOT NULL,
	state TEXT NOT NULL,             -- waiting, asking, sending, clearing, current, failed, none
	wanted TEXT NOT NULL DEFAULT '', -- hash of the price that was sent last
	told TEXT NOT NULL DEFAULT '',   -- hash of the price it took; empty: none
	strange TEXT NOT NULL DEFAULT '', -- ids of other prices found there, one a line
	error TEXT NOT NULL DEFAULT '',
	drifts BIGINT NOT NULL DEFAULT 0, -- how often it was found with another price than told
	failures BIGINT NOT NULL DEFAULT 0,
	due_us BIGINT NOT NULL DEFAULT 0,
	checked_us BIGINT NOT NULL DEFAULT 0, -- when it was last asked what it has
	synced_us BIGINT NOT NULL DEFAULT 0,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX pile_tariff_due ON pile_tariff (due_us) WHERE due_us > 0;
CREATE INDEX pile_tariff_tenant ON pile_tariff (tenant_id, pile_id);

CREATE TABLE cost_report (           -- what a pile calculated for a charge, beside our own bill
	order_id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	tariff TEXT NOT NULL,            -- the id it named
	currency TEXT NOT NULL,
	theirs_e5 BIGINT NOT NULL,       -- its total with tax, in 1/100000 of the unit
	ours_minor BIGINT NOT NULL,      -- our total at that moment
	exact_e5 BIGINT NOT NULL,        -- the same before any rounding
	energy_dwh BIGINT NOT NULL,      -- as it reckoned
	charging_s BIGINT NOT NULL,
	idle_s BIGINT NOT NULL,
	verdict TEXT NOT NULL,           -- same, differs, failed
	reason TEXT NOT NULL,            -- in its own words, when it failed
	body TEXT NOT NULL               -- its whole calculation (JSON)
);
CREATE INDEX cost_report_recent ON cost_report (tenant_id, order_id);
CREATE INDEX cost_report_odd ON cost_report (tenant_id, order_id) WHERE verdict <> 'same';
