-- 0030: what terminals took beyond the bill, and how it went back (src/app/surplus.h). What stands in the books already is read from them.

CREATE TABLE surplus (
	payment_id {ID},                 -- which took it
	tenant_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	way TEXT NOT NULL,               -- '' not given back yet, wallet, terminal
	member_id BIGINT NOT NULL,
	reference TEXT NOT NULL,         -- of the payment service, for what went back at the terminal
	staff_id BIGINT NOT NULL,
	done_us BIGINT NOT NULL
);
CREATE INDEX surplus_tenant ON surplus (tenant_id, payment_id);
CREATE INDEX surplus_open ON surplus (tenant_id, payment_id) WHERE way = '';
CREATE INDEX surplus_order ON surplus (order_id);

INSERT INTO surplus (payment_id, tenant_id, order_id, amount_minor, currency, at_us, way, member_id, reference, staff_id, done_us)
SELECT t.payment_id, t.tenant_id, t.order_id, t.amount_minor, t.currency, t.at_us, '', 0, '', 0, 0
FROM transfer t JOIN account a ON a.id = t.credit_account WHERE a.kind = 12;
