-- 0012: what OCPP 2.0.1 and 2.1 add: transactions named by the pile, outlets under supply equipment, the device model, reports
-- that arrive in parts, and what a pile notices.

-- Empty: worded as the house words its commands; else the one protocol that has these words.
ALTER TABLE command ADD COLUMN protocol TEXT NOT NULL DEFAULT '';

-- Where a connector is in the words of 2.x. 0: never told, then it is the first outlet of the equipment with its number.
ALTER TABLE connector ADD COLUMN evse BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connector ADD COLUMN outlet BIGINT NOT NULL DEFAULT 0;

CREATE TABLE pile_transaction (      -- what is known of a transaction, whatever order its events came in
	pile_id BIGINT NOT NULL,
	name TEXT NOT NULL,              -- the pile's own id
	number BIGINT NOT NULL,          -- ours, of the session
	session_id BIGINT NOT NULL DEFAULT 0,
	connector_no BIGINT NOT NULL DEFAULT 0,
	id_tag TEXT NOT NULL DEFAULT '',
	charging_state TEXT NOT NULL DEFAULT '',
	start_us BIGINT NOT NULL DEFAULT 0,
	meter_start_dwh BIGINT NOT NULL DEFAULT -1,
	end_us BIGINT NOT NULL DEFAULT 0, -- 0: not ended
	meter_end_dwh BIGINT NOT NULL DEFAULT -1,
	reason TEXT NOT NULL DEFAULT '',
	seq_top BIGINT NOT NULL DEFAULT -1, -- the highest number seen
	seq_seen BIGINT NOT NULL DEFAULT 0, -- which of the 63 below were
	started BIGINT NOT NULL DEFAULT 0,  -- its Started event was seen
	PRIMARY KEY (pile_id, name)
);
CREATE INDEX pile_transaction_number ON pile_transaction (pile_id, number);

CREATE TABLE pile_variable (         -- the device model: one row an attribute
	pile_id BIGINT NOT NULL,
	component TEXT NOT NULL,
	component_instance TEXT NOT NULL,
	evse BIGINT NOT NULL,
	outlet BIGINT NOT NULL,
	variable TEXT NOT NULL,
	variable_instance TEXT NOT NULL,
	attribute TEXT NOT NULL,         -- Actual, Target, MinSet, MaxSet
	value TEXT NOT NULL,
	has_value BIGINT NOT NULL,       -- write-only ones have none
	mutability TEXT NOT NULL,
	data_type TEXT NOT NULL,
	unit TEXT NOT NULL,
	least TEXT NOT NULL,
	most TEXT NOT NULL,
	choices TEXT NOT NULL,
	monitored BIGINT NOT NULL,       -- can carry monitors
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, component, component_instance, evse, outlet, variable, variable_instance, attribute)
);

CREATE TABLE pile_monitor (
	pile_id BIGINT NOT NULL,
	monitor_id BIGINT NOT NULL,
	component TEXT NOT NULL,
	component_instance TEXT NOT NULL,
	evse BIGINT NOT NULL,
	outlet BIGINT NOT NULL,
	variable TEXT NOT NULL,
	variable_instance TEXT NOT NULL,
	kind TEXT NOT NULL,              -- UpperThreshold, LowerThreshold, Delta, Periodic ...
	value TEXT NOT NULL,
	severity BIGINT NOT NULL,
	during_charge BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, monitor_id)
);

CREATE TABLE pile_report (           -- a report in parts
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- NotifyReport, NotifyCustomerInformation ...
	request_id BIGINT NOT NULL,
	state TEXT NOT NULL,             -- open, done, dropped
	reason TEXT NOT NULL DEFAULT '', -- why it was dropped
	parts BIGINT NOT NULL DEFAULT 0,
	bytes BIGINT NOT NULL DEFAULT 0,
	last_seq BIGINT NOT NULL DEFAULT -1, -- of the part that says it is the last; -1: not come
	begun_us BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, kind, request_id)
);
CREATE INDEX pile_report_open ON pile_report (at_us) WHERE state = 'open';
CREATE TABLE pile_report_part (
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	request_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	body TEXT NOT NULL,              -- JSON of the message; empty when it went to a table of its own
	PRIMARY KEY (pile_id, kind, request_id, seq)
);

CREATE TABLE pile_notice (           -- what a pile told beside its charges: events, limits, needs, alarms
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- the message
	connector_no BIGINT NOT NULL,
	body TEXT NOT NULL               -- its JSON
);
CREATE INDEX pile_notice_recent ON pile_notice (pile_id, id);
