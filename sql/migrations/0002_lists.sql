-- 0002: what the lists, the dashboard and the sign-in need beyond 0001: an index for every filter that meets a million
-- orders, and the counters that slow down password guessing from one address.

CREATE INDEX orders_site ON orders (site_id, id);
CREATE INDEX orders_tag ON orders (tenant_id, id_tag, id) WHERE id_tag <> '';
-- Covers "today": settled orders by time with the two numbers that are summed.
CREATE INDEX orders_settled ON orders (tenant_id, settled_us, total_minor, energy_dwh) WHERE settled_us > 0;
CREATE INDEX orders_tariff ON orders (tariff_id, id) WHERE state < 7;
CREATE INDEX pile_name ON pile (tenant_id, name, id);
CREATE INDEX member_name ON member (tenant_id, name, id);
CREATE INDEX tariff_tenant ON tariff (tenant_id, series_id, version);
CREATE INDEX command_order ON command (order_id, id) WHERE order_id <> 0;
CREATE INDEX payment_state ON payment (tenant_id, state, id);
CREATE INDEX transfer_tenant ON transfer (tenant_id, id);
CREATE INDEX session_order ON session (order_id) WHERE order_id <> 0;
CREATE INDEX refusal_code ON refusal (code, id);
CREATE INDEX alarm_all ON alarm (tenant_id, id);
CREATE INDEX idempotency_age ON idempotency (at_us);
CREATE INDEX login_age ON login (expires_us);

CREATE TABLE login_try (             -- failed sign-ins per address, forgotten after the window
	remote TEXT PRIMARY KEY,
	count BIGINT NOT NULL,
	from_us BIGINT NOT NULL
);
CREATE INDEX login_try_age ON login_try (from_us);
