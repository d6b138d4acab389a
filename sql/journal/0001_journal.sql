-- 0001: what was said and measured. A file per month on SQLite (retention is an unlink), tables beside the truth on PostgreSQL.
CREATE TABLE frame (                 -- one call with its answer
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	from_pile BIGINT NOT NULL,
	connector_no BIGINT NOT NULL DEFAULT 0,
	order_id BIGINT NOT NULL DEFAULT 0,
	action TEXT NOT NULL,
	message_id TEXT NOT NULL,
	request TEXT NOT NULL,
	answer TEXT NOT NULL,
	error TEXT NOT NULL,
	latency_us BIGINT NOT NULL
);
CREATE INDEX frame_pile ON frame (pile_id, id);
CREATE INDEX frame_order ON frame (order_id, id) WHERE order_id <> 0;
CREATE TABLE sample (                -- one packed row per MeterValues message
	session_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	packed {BLOB} NOT NULL,
	PRIMARY KEY (session_id, at_us)
);
