-- 0013: charging at piles without network. A pile's public keys, and per order the codes that went by the driver's phone.
CREATE TABLE pile_key (
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,               -- ed25519, es256, sm2
	public TEXT NOT NULL,             -- hex
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, public)
);
CREATE TABLE offline_order (
	order_id {ID},
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	nonce BIGINT NOT NULL,            -- of the pile's screen
	driver TEXT NOT NULL,             -- hash of the browser's own secret
	limit_s BIGINT NOT NULL,
	limit_dwh BIGINT NOT NULL DEFAULT 0,
	offset_min BIGINT NOT NULL DEFAULT 0, -- station time less UTC when the code was made
	issued_us BIGINT NOT NULL DEFAULT 0,  -- 0: no start code yet
	valid_us BIGINT NOT NULL DEFAULT 0,   -- until when it may start
	kid TEXT NOT NULL DEFAULT '',
	code TEXT NOT NULL DEFAULT '',        -- the start code as its text
	serial BIGINT NOT NULL DEFAULT 0,     -- of the settlement code, 0: none came
	settled_us BIGINT NOT NULL DEFAULT 0,
	amount_minor BIGINT NOT NULL DEFAULT -1, -- as the pile reckoned, -1: it did not
	content TEXT NOT NULL DEFAULT ''      -- hash of the settlement
);
CREATE UNIQUE INDEX offline_order_serial ON offline_order (pile_id, serial) WHERE serial > 0;
CREATE INDEX offline_order_driver ON offline_order (driver);
