-- ocpp2.sql - what OCPP 2.x piles tell: transactions by name, outlets, the device model, reports, notices.

-- name: transaction_get
SELECT pile_id, name, number, session_id, connector_no, id_tag, charging_state, start_us, meter_start_dwh, end_us,
	meter_end_dwh, reason, seq_top, seq_seen, started, told_minor, told_limit_minor
FROM pile_transaction WHERE pile_id = $1 AND name = $2;

-- name: transaction_name
SELECT name FROM pile_transaction WHERE pile_id = $1 AND number = $2;

-- name: transaction_put
INSERT INTO pile_transaction (pile_id, name, number, session_id, connector_no, id_tag, charging_state, start_us,
	meter_start_dwh, end_us, meter_end_dwh, reason, seq_top, seq_seen, started, told_minor, told_limit_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (pile_id, name) DO UPDATE SET number = excluded.number, session_id = excluded.session_id,
	connector_no = excluded.connector_no, id_tag = excluded.id_tag, charging_state = excluded.charging_state,
	start_us = excluded.start_us, meter_start_dwh = excluded.meter_start_dwh, end_us = excluded.end_us,
	meter_end_dwh = excluded.meter_end_dwh, reason = excluded.reason, seq_top = excluded.seq_top,
	seq_seen = excluded.seq_seen, started = excluded.started, told_minor = excluded.told_minor,
	told_limit_minor = excluded.told_limit_minor;

-- All but what tells a transaction from others and where it began.
-- name: transaction_seen
UPDATE pile_transaction SET session_id = $3, charging_state = $4, end_us = $5, meter_end_dwh = $6, reason = $7,
	seq_top = $8, seq_seen = $9, told_minor = $10, told_limit_minor = $11
WHERE pile_id = $1 AND name = $2;

-- An outlet never told is the first of the equipment with its number.
-- name: outlet_no
SELECT COALESCE((SELECT MIN(no) FROM connector WHERE pile_id = $1 AND no > 0 AND evse = $2 AND outlet = $3),
	(SELECT no FROM connector WHERE pile_id = $1 AND no = $2 AND no > 0 AND evse = 0 AND $3 = 1), 0);

-- name: outlet_at
SELECT evse, outlet FROM connector WHERE pile_id = $1 AND no = $2;

-- name: outlet_last
SELECT COALESCE(MAX(no), 0) FROM connector WHERE pile_id = $1;

-- name: outlet_taken
SELECT no FROM connector WHERE pile_id = $1 AND no = $2 AND evse <> 0;

-- name: outlet_put
INSERT INTO connector (pile_id, no, evse, outlet) VALUES ($1, $2, $3, $4)
ON CONFLICT (pile_id, no) DO UPDATE SET evse = excluded.evse, outlet = excluded.outlet;

-- name: variable_put
INSERT INTO pile_variable (pile_id, component, component_instance, evse, outlet, variable, variable_instance, attribute,
	value, has_value, mutability, data_type, unit, least, most, choices, monitored, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (pile_id, component, component_instance, evse, outlet, variable, variable_instance, attribute)
DO UPDATE SET value = excluded.value, has_value = excluded.has_value, mutability = excluded.mutability,
	data_type = excluded.data_type, unit = excluded.unit, least = excluded.least, most = excluded.most,
	choices = excluded.choices, monitored = excluded.monitored, at_us = excluded.at_us;

-- The value alone, as an answer tells it; what is known of its type stays.
-- name: variable_value
INSERT INTO pile_variable (pile_id, component, component_instance, evse, outlet, variable, variable_instance, attribute,
	value, has_value, mutability, data_type, unit, least, most, choices, monitored, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, '', '', '', '', '', '', 0, $10)
ON CONFLICT (pile_id, component, component_instance, evse, outlet, variable, variable_instance, attribute)
DO UPDATE SET value = excluded.value, has_value = 1, at_us = excluded.at_us;

-- name: variable_count
SELECT COUNT(*) FROM pile_variable WHERE pile_id = $1;

-- A controller that says of itself that it is not there, or switched off.
-- name: variable_off
SELECT COUNT(*) FROM pile_variable
WHERE pile_id = $1 AND component = $2 AND variable IN ('Available', 'Enabled') AND attribute = 'Actual'
	AND lower(value) = 'false';

-- name: variable_on
SELECT COUNT(*) FROM pile_variable
WHERE pile_id = $1 AND component = $2 AND variable = $3 AND attribute = 'Actual' AND lower(value) = 'true';

-- What a full inventory no longer names is gone.
-- name: variable_forget
DELETE FROM pile_variable WHERE pile_id = $1 AND at_us < $2;

-- name: monitor_put
INSERT INTO pile_monitor (pile_id, monitor_id, component, component_instance, evse, outlet, variable, variable_instance,
	kind, value, severity, during_charge, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (pile_id, monitor_id) DO UPDATE SET component = excluded.component,
	component_instance = excluded.component_instance, evse = excluded.evse, outlet = excluded.outlet,
	variable = excluded.variable, variable_instance = excluded.variable_instance, kind = excluded.kind,
	value = excluded.value, severity = excluded.severity, during_charge = excluded.during_charge, at_us = excluded.at_us;

-- name: monitor_count
SELECT COUNT(*) FROM pile_monitor WHERE pile_id = $1;

-- name: monitor_forget
DELETE FROM pile_monitor WHERE pile_id = $1 AND monitor_id = $2;

-- name: monitor_forget_old
DELETE FROM pile_monitor WHERE pile_id = $1 AND at_us < $2;

-- name: report_get
SELECT pile_id, kind, request_id, state, reason, parts, bytes, last_seq, begun_us, at_us
FROM pile_report WHERE pile_id = $1 AND kind = $2 AND request_id = $3;

-- name: report_put
INSERT INTO pile_report (pile_id, kind, request_id, state, reason, parts, bytes, last_seq, begun_us, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (pile_id, kind, request_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
	parts = excluded.parts, bytes = excluded.bytes, last_seq = excluded.last_seq, begun_us = excluded.begun_us,
	at_us = excluded.at_us;

-- name: report_part_add
INSERT INTO pile_report_part (pile_id, kind, request_id, seq, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (pile_id, kind, request_id, seq) DO NOTHING;

-- name: report_parts_drop
DELETE FROM pile_report_part WHERE pile_id = $1 AND kind = $2 AND request_id = $3;

-- name: report_silent
SELECT pile_id, kind, request_id, state, reason, parts, bytes, last_seq, begun_us, at_us
FROM pile_report WHERE state = 'open' AND at_us < $1 ORDER BY at_us LIMIT 20;

-- name: report_open_count
SELECT COUNT(*) FROM pile_report WHERE pile_id = $1 AND state = 'open';

-- Old reports of a pile make room: the last 50 stay.
-- name: report_trim
DELETE FROM pile_report WHERE pile_id = $1 AND state <> 'open' AND begun_us <=
	(SELECT begun_us FROM pile_report WHERE pile_id = $1 ORDER BY begun_us DESC LIMIT 1 OFFSET 50);

-- name: report_parts_trim
DELETE FROM pile_report_part WHERE pile_id = $1 AND NOT EXISTS (SELECT 1 FROM pile_report r
	WHERE r.pile_id = pile_report_part.pile_id AND r.kind = pile_report_part.kind
	AND r.request_id = pile_report_part.request_id);

-- name: notice_add
INSERT INTO pile_notice (id, tenant_id, pile_id, at_us, kind, connector_no, body) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- The last 500 of a pile are kept; all of them are in the log as well.
-- name: notice_trim
DELETE FROM pile_notice WHERE pile_id = $1 AND id <=
	(SELECT id FROM pile_notice WHERE pile_id = $1 ORDER BY id DESC LIMIT 1 OFFSET 500);

-- name: list_variables
SELECT component, component_instance, evse, outlet, variable, variable_instance, attribute, value, has_value, mutability,
	data_type, unit, least, most, choices, monitored, at_us
FROM pile_variable WHERE pile_id = $1
	AND (CAST($2 AS TEXT) = '' OR lower(component || '.' || variable) LIKE $2 ESCAPE '\' OR lower(value) LIKE $2 ESCAPE '\')
ORDER BY component, component_instance, evse, outlet, variable, variable_instance, attribute LIMIT $3 OFFSET $4;

-- name: list_monitors
SELECT component, component_instance, evse, outlet, variable, variable_instance, monitor_id, kind, value, severity,
	during_charge
FROM pile_monitor WHERE pile_id = $1 ORDER BY monitor_id LIMIT $2;

-- name: list_notices
SELECT id, at_us, kind, connector_no, body FROM pile_notice
WHERE pile_id = $1 AND id < $2 AND (CAST($4 AS TEXT) = '' OR kind = $4) ORDER BY id DESC LIMIT $3;

-- name: list_reports
SELECT kind, request_id, state, reason, parts, bytes, begun_us, at_us FROM pile_report
WHERE pile_id = $1 AND (CAST($2 AS TEXT) = '' OR kind = $2) ORDER BY begun_us DESC LIMIT $3;

-- name: list_report_parts
SELECT seq, body FROM pile_report_part WHERE pile_id = $1 AND kind = $2 AND request_id = $3 ORDER BY seq LIMIT $4;
