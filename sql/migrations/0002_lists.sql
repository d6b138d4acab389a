-- 0002: what the lists, the dashboard and the sign-in need beyond 0001: an index for every filter that meets a million
-- orders, and the counters that slow down password guessing from one address.

CREATE INDEX orders_site ON orders (site_id, id);
CREATE INDEX orders_tag ON orders (tenant_id, id_tag, id) WHERE id_tag <> '';
-- Covers "today": settled orders by time with the two numbers that are summed.
CREATE INDEX orders_settled ON orders (tenant_id, settled_us, total_minor, energy_dwh);
CREATE INDEX orders_tariff ON orders (tariff_id, id) WHERE state < 7;
CREATE INDEX pile_name ON pile (tenant_id, name, id);
CREATE INDEX member_name ON member (tenant_id, name, id);
CREATE INDEX tariff_tenant ON tariff (tenant_id, series_id, version);
CREATE INDEX command_order ON command (order_id, id) WHERE order_id <> 0;
CREATE INDEX payment_state ON payment (tenant_id, state, id);
CREATE INDEX transfer_tenant ON transfer (tenant_id, id);
CREATE INDEX session_order ON session (order_id) WHERE order_id <> 0;
CREATE INDEX refusal_code ON refusal (code, id);
CREATE INDEX idempotency_age ON idempotency (at_us);
CREATE INDEX login_age ON login (expires_us);

CREATE TABLE login_try (             -- failed sign-ins per address, forgotten after the window
	remote TEXT PRIMARY KEY,
	count BIGINT NOT NULL,
	from_us BIGINT NOT NULL
);
CREATE INDEX login_try_age ON login_try (from_us);
CREATE TABLE audit_head (            -- the newest link of each tenant's chain: two writers cannot both follow it
	tenant_id {ID},
	hash TEXT NOT NULL,
	count BIGINT NOT NULL
);
CREATE INDEX account_kind ON account (tenant_id, kind, id);

-- What people see of a row, names beside ids. Always outer joins, so that the list's own index leads.
CREATE VIEW order_row AS
SELECT o.id, o.token, o.state, o.reason, o.site_id, s.name AS site, o.pile_id, p.code AS pile_code,
	p.name AS pile, o.connector_no, o.starter, o.timing, o.source, o.channel, o.member_id,
	m.name AS member, o.id_tag, o.energy_dwh, o.total_minor, o.paid_minor, o.refund_minor,
	o.currency, o.created_us, o.started_us, o.stopped_us, o.settled_us,
	o.tenant_id, o.start_tag, o.tariff_id
FROM orders o
LEFT JOIN pile p ON p.id = o.pile_id
LEFT JOIN site s ON s.id = o.site_id
LEFT JOIN member m ON m.id = o.member_id;

CREATE VIEW pile_row AS
SELECT p.id, p.code, p.name, p.state, p.site_id, s.name AS site, p.online, p.last_seen_us, p.connected_us,
	p.vendor, p.model, p.serial, p.firmware, p.protocol, p.boot_status,
	CASE WHEN p.secret_hash = '' THEN 0 ELSE 1 END AS has_password,
	p.tariff_series_id, p.created_us, p.version, p.tenant_id
FROM pile p
LEFT JOIN site s ON s.id = p.site_id;

CREATE VIEW site_row AS
SELECT s.id, s.name, s.address, s.zone, s.currency, s.helpline, s.timing, s.default_limit_minor,
	s.tariff_series_id, (SELECT COUNT(*) FROM pile p WHERE p.site_id = s.id) AS piles,
	s.created_us, s.version, s.tenant_id
FROM site s;

CREATE VIEW account_row AS
SELECT a.id, a.kind, a.name, a.owner_id,
	CASE a.kind WHEN 1 THEN (SELECT m.name FROM member m WHERE m.id = a.owner_id) END AS owner,
	a.currency,
	CAST((SELECT COALESCE(SUM(b.debits_pending), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS debits_pending,
	CAST((SELECT COALESCE(SUM(b.debits_posted), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS debits_posted,
	CAST((SELECT COALESCE(SUM(b.credits_pending), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS credits_pending,
	CAST((SELECT COALESCE(SUM(b.credits_posted), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS credits_posted,
	a.created_us, a.tenant_id
FROM account a;

CREATE VIEW member_row AS
SELECT m.id, m.name, m.phone, m.blocked,
	(SELECT COUNT(*) FROM tag t WHERE t.member_id = m.id) AS tags,
	m.account_id, a.currency,
	a.credits_posted - a.debits_posted AS balance_minor,
	a.credits_posted - a.debits_posted - a.debits_pending AS available_minor,
	m.wallet_token, m.created_us, m.version, m.tenant_id
FROM member m
LEFT JOIN account_row a ON a.id = m.account_id;

CREATE VIEW tag_row AS
SELECT t.id, t.id_tag, t.state, t.parent, t.expires_us, t.member_id, m.name AS member, t.created_us, t.tenant_id
FROM tag t
LEFT JOIN member m ON m.id = t.member_id;

CREATE VIEW transfer_row AS
SELECT t.id, t.key, t.kind, t.code, t.debit_account, d.kind AS debit_kind, d.name AS debit_name,
	t.credit_account, c.kind AS credit_kind, c.name AS credit_name, t.amount_minor, t.currency,
	COALESCE(t.pending_id, 0) AS pending_id, t.order_id, t.payment_id, t.at_us, t.expires_us, t.tenant_id
FROM transfer t
LEFT JOIN account d ON d.id = t.debit_account
LEFT JOIN account c ON c.id = t.credit_account;

CREATE VIEW payment_row AS
SELECT id, order_id, member_id, parent_id, kind, state, channel, key, channel_ref, amount_minor, currency,
	error, attempts, next_us, created_us, done_us, tenant_id
FROM payment;

CREATE VIEW command_row AS
SELECT c.id, c.pile_id, p.name AS pile, c.order_id, c.staff_id, s.name AS staff, c.action, c.payload, c.state,
	c.answer, c.error, c.latency_us, c.created_us, c.expires_us, c.done_us, c.tenant_id
FROM command c
LEFT JOIN pile p ON p.id = c.pile_id
LEFT JOIN staff s ON s.id = c.staff_id;

CREATE VIEW audit_row AS
SELECT a.id, a.at_us, a.staff_id, s.name AS staff, a.action, a.subject, a.detail, a.hash, a.tenant_id
FROM audit a
LEFT JOIN staff s ON s.id = a.staff_id;

CREATE VIEW alarm_row AS
SELECT a.id, a.at_us, a.kind, a.subject, a.detail, a.closed_us, a.closed_by, s.name AS closed_name, a.tenant_id
FROM alarm a
LEFT JOIN staff s ON s.id = a.closed_by;

CREATE VIEW tariff_row AS
SELECT t.id, t.series_id, t.version, t.name, t.currency, t.hash, t.valid_from_us, t.created_us,
	t.staff_id, s.name AS staff,
	(SELECT COUNT(*) FROM orders o WHERE o.tariff_id = t.id AND o.state < 7) AS live_orders,
	t.text, t.tenant_id
FROM tariff t
LEFT JOIN staff s ON s.id = t.staff_id;
