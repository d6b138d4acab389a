-- 0031: energy that cars gave back, beside what they took.
CREATE TABLE session_export (
	session_id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	order_id BIGINT NOT NULL,   -- 0: of no order
	start_dwh BIGINT NOT NULL,  -- the register, first and last believed
	last_dwh BIGINT NOT NULL,
	energy_dwh BIGINT NOT NULL, -- counted
	last_us BIGINT NOT NULL
);
