-- 0001: the foundation. One text for both engines; two words differ and are filled in by db/migrate:
--   {ID}     INTEGER PRIMARY KEY (SQLite, the rowid itself)   BIGINT PRIMARY KEY (PostgreSQL)
--   {BLOB}   BLOB                                             BYTEA
-- Times are UTC microseconds, money minor units, energy 1/10 Wh, prices 1/100000 per kWh. Ids are made by us.

CREATE TABLE tenant (
	id {ID},
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	created_us BIGINT NOT NULL
);
CREATE TABLE staff (
	id {ID},
	tenant_id BIGINT NOT NULL,
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	role TEXT NOT NULL,              -- admin, operator, finance, auditor, installer
	password_hash TEXT NOT NULL,
	language TEXT NOT NULL DEFAULT '',
	disabled BIGINT NOT NULL DEFAULT 0,
	failed_count BIGINT NOT NULL DEFAULT 0,
	locked_until_us BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL
);
CREATE TABLE login (                -- one signed-in browser
	token_hash TEXT PRIMARY KEY,
	staff_id BIGINT NOT NULL,
	csrf TEXT NOT NULL,
	created_us BIGINT NOT NULL,
	seen_us BIGINT NOT NULL,
	expires_us BIGINT NOT NULL
);
CREATE INDEX login_staff ON login (staff_id);

CREATE TABLE site (
	id {ID},
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	address TEXT NOT NULL DEFAULT '',
	zone TEXT NOT NULL,              -- IANA name
	currency TEXT NOT NULL,
	latitude_e7 BIGINT,
	longitude_e7 BIGINT,
	helpline TEXT NOT NULL DEFAULT '',
	tariff_series_id BIGINT NOT NULL DEFAULT 0,
	timing TEXT NOT NULL DEFAULT 'prepay', -- what a driver without account gets: prepay or hold
	default_limit_minor BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX site_tenant ON site (tenant_id, id);

CREATE TABLE pile (
	id {ID},
	tenant_id BIGINT NOT NULL,
	site_id BIGINT NOT NULL,
	code TEXT NOT NULL UNIQUE,       -- the identity in its URL
	name TEXT NOT NULL,              -- what is painted on it: A-07
	state BIGINT NOT NULL,           -- enum pile_state
	secret_hash TEXT NOT NULL DEFAULT '',
	vendor TEXT NOT NULL DEFAULT '',
	model TEXT NOT NULL DEFAULT '',
	serial TEXT NOT NULL DEFAULT '',
	firmware TEXT NOT NULL DEFAULT '',
	protocol TEXT NOT NULL DEFAULT '',
	boot_status TEXT NOT NULL DEFAULT '',
	online BIGINT NOT NULL DEFAULT 0,
	last_seen_us BIGINT NOT NULL DEFAULT 0,
	connected_us BIGINT NOT NULL DEFAULT 0,
	tariff_series_id BIGINT NOT NULL DEFAULT 0, -- 0: the site's
	created_us BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX pile_site ON pile (site_id, name);
CREATE INDEX pile_tenant ON pile (tenant_id, id);
CREATE TABLE connector (
	pile_id BIGINT NOT NULL,
	no BIGINT NOT NULL,              -- 0 is the pile itself
	status TEXT NOT NULL DEFAULT '',
	error_code TEXT NOT NULL DEFAULT '',
	info TEXT NOT NULL DEFAULT '',
	vendor_error TEXT NOT NULL DEFAULT '',
	plug TEXT NOT NULL DEFAULT '',
	max_w BIGINT NOT NULL DEFAULT 0,
	status_us BIGINT NOT NULL DEFAULT 0,
	last_good_us BIGINT NOT NULL DEFAULT 0, -- end of the last successful charge
	PRIMARY KEY (pile_id, no)
);
CREATE TABLE pile_setting (          -- configuration keys as last reported
	pile_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	readonly BIGINT NOT NULL DEFAULT 0,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, name)
);
CREATE TABLE refusal (               -- the last refused handshakes, for the installer
	id {ID},
	at_us BIGINT NOT NULL,
	code TEXT NOT NULL,
	remote TEXT NOT NULL,
	reason TEXT NOT NULL,            -- stable word
	detail TEXT NOT NULL
);
CREATE TABLE command (               -- what a pile is told
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL DEFAULT 0,
	staff_id BIGINT NOT NULL DEFAULT 0,
	action TEXT NOT NULL,
	payload TEXT NOT NULL,
	state TEXT NOT NULL,             -- queued, answered, failed
	answer TEXT NOT NULL DEFAULT '',
	error TEXT NOT NULL DEFAULT '',
	latency_us BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	expires_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX command_open ON command (pile_id, id) WHERE state = 'queued';
CREATE INDEX command_due ON command (expires_us) WHERE state = 'queued';

CREATE TABLE tariff (                -- versions, never changed
	id {ID},
	tenant_id BIGINT NOT NULL,
	series_id BIGINT NOT NULL,
	version BIGINT NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	text TEXT NOT NULL,              -- canonical, what is hashed
	hash TEXT NOT NULL,
	valid_from_us BIGINT NOT NULL,
	staff_id BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	UNIQUE (series_id, version)
);
CREATE INDEX tariff_hash ON tariff (hash);
CREATE INDEX tariff_now ON tariff (series_id, valid_from_us);

CREATE TABLE member (
	id {ID},
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL DEFAULT '',
	wallet_token TEXT NOT NULL UNIQUE, -- unguessable link of the wallet page
	account_id BIGINT NOT NULL,
	blocked BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX member_tenant ON member (tenant_id, id);
CREATE TABLE tag (                   -- RFID cards and other idTags
	id {ID},
	tenant_id BIGINT NOT NULL,
	id_tag TEXT NOT NULL,            -- upper case; OCPP compares case-insensitively
	member_id BIGINT NOT NULL,
	state TEXT NOT NULL,             -- active, blocked
	parent TEXT NOT NULL DEFAULT '',
	expires_us BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	UNIQUE (tenant_id, id_tag)
);
CREATE INDEX tag_member ON tag (member_id);

CREATE TABLE orders (
	id {ID},
	tenant_id BIGINT NOT NULL,
	site_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	state BIGINT NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	starter BIGINT NOT NULL,
	timing BIGINT NOT NULL,
	source BIGINT NOT NULL,
	token TEXT NOT NULL UNIQUE,
	owner_key TEXT NOT NULL,
	start_tag TEXT NOT NULL UNIQUE,
	id_tag TEXT NOT NULL DEFAULT '',
	member_id BIGINT NOT NULL DEFAULT 0,
	staff_id BIGINT NOT NULL DEFAULT 0,
	channel TEXT NOT NULL DEFAULT '',
	currency TEXT NOT NULL,
	language TEXT NOT NULL DEFAULT '',
	tariff_id BIGINT NOT NULL DEFAULT 0,
	tariff_hash TEXT NOT NULL DEFAULT '',
	account_id BIGINT NOT NULL DEFAULT 0,
	hold_id BIGINT NOT NULL DEFAULT 0,
	limit_minor BIGINT NOT NULL DEFAULT 0,
	limit_dwh BIGINT NOT NULL DEFAULT 0,
	session_id BIGINT NOT NULL DEFAULT 0,
	energy_dwh BIGINT NOT NULL DEFAULT 0,
	energy_minor BIGINT NOT NULL DEFAULT 0,
	service_minor BIGINT NOT NULL DEFAULT 0,
	idle_minor BIGINT NOT NULL DEFAULT 0,
	total_minor BIGINT NOT NULL DEFAULT 0,
	paid_minor BIGINT NOT NULL DEFAULT 0,
	refund_minor BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	authorised_us BIGINT NOT NULL DEFAULT 0,
	starting_us BIGINT NOT NULL DEFAULT 0,
	started_us BIGINT NOT NULL DEFAULT 0,
	stopped_us BIGINT NOT NULL DEFAULT 0,
	ended_us BIGINT NOT NULL DEFAULT 0,
	settled_us BIGINT NOT NULL DEFAULT 0,
	idle_from_us BIGINT NOT NULL DEFAULT 0,
	idle_until_us BIGINT NOT NULL DEFAULT 0,
	deadline_us BIGINT NOT NULL DEFAULT 0, -- when the timer must look at it; 0 never
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX orders_tenant ON orders (tenant_id, id);
CREATE INDEX orders_pile ON orders (pile_id, id);
CREATE INDEX orders_member ON orders (member_id, id) WHERE member_id <> 0;
CREATE INDEX orders_open ON orders (pile_id, connector_no) WHERE state < 8; -- ended ones may still be idle
CREATE INDEX orders_state ON orders (tenant_id, state, id);
CREATE INDEX orders_due ON orders (deadline_us) WHERE deadline_us > 0;
CREATE TABLE order_event (           -- the order's timeline
	id {ID},
	order_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- state, payment, command, meter, staff, warning
	word TEXT NOT NULL,              -- stable word, translated by the pages
	detail TEXT NOT NULL DEFAULT '', -- JSON object
	staff_id BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX order_event_order ON order_event (order_id, id);

CREATE TABLE session (
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	order_id BIGINT NOT NULL DEFAULT 0,
	transaction_id BIGINT NOT NULL,
	id_tag TEXT NOT NULL,
	start_key TEXT NOT NULL UNIQUE,
	start_us BIGINT NOT NULL,
	stop_us BIGINT NOT NULL DEFAULT 0,
	meter_start_dwh BIGINT NOT NULL,
	meter_last_dwh BIGINT NOT NULL,
	meter_stop_dwh BIGINT NOT NULL DEFAULT -1,
	last_us BIGINT NOT NULL,
	aside_dwh BIGINT NOT NULL DEFAULT -1, -- the odd reading set aside (domain/session.h)
	aside_us BIGINT NOT NULL DEFAULT 0,
	energy_dwh BIGINT NOT NULL DEFAULT 0, -- believed so far: the sum of session_usage
	power_w BIGINT NOT NULL DEFAULT -1,
	voltage_mv BIGINT NOT NULL DEFAULT -1,
	current_ma BIGINT NOT NULL DEFAULT -1,
	soc_pct BIGINT NOT NULL DEFAULT -1,
	stop_reason TEXT NOT NULL DEFAULT '',
	flags BIGINT NOT NULL DEFAULT 0,
	open BIGINT NOT NULL DEFAULT 1,
	version BIGINT NOT NULL DEFAULT 1,
	UNIQUE (pile_id, transaction_id)
);
CREATE INDEX session_open ON session (pile_id, connector_no) WHERE open = 1;
CREATE TABLE session_usage (         -- energy per half hour of station time
	session_id BIGINT NOT NULL,
	start_us BIGINT NOT NULL,
	slot BIGINT NOT NULL,
	energy_dwh BIGINT NOT NULL,
	estimated BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (session_id, start_us)
);

CREATE TABLE account (
	id {ID},
	tenant_id BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	owner_id BIGINT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	currency TEXT NOT NULL,
	flags BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	UNIQUE (tenant_id, kind, owner_id, name, currency)
);
CREATE TABLE balance (               -- counters that only grow; busy accounts have a row per lane
	account_id BIGINT NOT NULL,
	shard BIGINT NOT NULL,
	debits_pending BIGINT NOT NULL DEFAULT 0,
	debits_posted BIGINT NOT NULL DEFAULT 0,
	credits_pending BIGINT NOT NULL DEFAULT 0,
	credits_posted BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (account_id, shard)
);
CREATE TABLE transfer (              -- append only: one row is both legs
	id {ID},
	key TEXT NOT NULL UNIQUE,
	tenant_id BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	code BIGINT NOT NULL,
	debit_account BIGINT NOT NULL,
	credit_account BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	pending_id BIGINT,               -- NULL unless it resolves a hold
	order_id BIGINT NOT NULL DEFAULT 0,
	payment_id BIGINT NOT NULL DEFAULT 0,
	at_us BIGINT NOT NULL,
	expires_us BIGINT NOT NULL DEFAULT 0,
	UNIQUE (pending_id)              -- a hold resolves at most once
);
CREATE INDEX transfer_debit ON transfer (debit_account, id);
CREATE INDEX transfer_credit ON transfer (credit_account, id);
CREATE INDEX transfer_order ON transfer (order_id, id) WHERE order_id <> 0;
CREATE TABLE transfer_refused (      -- sticky failures: this key never succeeds later
	key TEXT PRIMARY KEY,
	outcome BIGINT NOT NULL,
	content TEXT NOT NULL,
	at_us BIGINT NOT NULL
);
CREATE TABLE hold_open (             -- unresolved holds with an expiry, so the timer finds them
	transfer_id {ID},
	expires_us BIGINT NOT NULL
);
CREATE INDEX hold_due ON hold_open (expires_us);

CREATE TABLE payment (
	id {ID},
	tenant_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL DEFAULT 0,
	member_id BIGINT NOT NULL DEFAULT 0,
	parent_id BIGINT NOT NULL DEFAULT 0,
	kind BIGINT NOT NULL,
	state BIGINT NOT NULL,
	channel TEXT NOT NULL,
	key TEXT NOT NULL UNIQUE,
	channel_ref TEXT NOT NULL DEFAULT '',
	pay_url TEXT NOT NULL DEFAULT '',
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	error TEXT NOT NULL DEFAULT '',
	attempts BIGINT NOT NULL DEFAULT 0,
	next_us BIGINT NOT NULL DEFAULT 0, -- 0: nothing to do
	created_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX payment_order ON payment (order_id, id) WHERE order_id <> 0;
CREATE INDEX payment_member ON payment (member_id, id) WHERE member_id <> 0;
CREATE INDEX payment_due ON payment (next_us) WHERE next_us > 0;
CREATE INDEX payment_tenant ON payment (tenant_id, id);

CREATE TABLE idempotency (           -- answers already given to money calls
	key TEXT PRIMARY KEY,
	request_hash TEXT NOT NULL,
	status BIGINT NOT NULL,
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL
);
CREATE TABLE audit (                 -- append only, hash chained per tenant
	id {ID},
	tenant_id BIGINT NOT NULL,
	staff_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL,
	hash TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant_id, id);
CREATE TABLE alarm (                 -- what needs attention beyond what the tables tell
	id {ID},
	tenant_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL,
	closed_us BIGINT NOT NULL DEFAULT 0,
	closed_by BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX alarm_open ON alarm (tenant_id, id) WHERE closed_us = 0;
