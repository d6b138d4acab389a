-- 0011: what a pile's meter signed about a transaction, kept as it came, for anybody to check.
CREATE TABLE meter_record (
	session_id BIGINT NOT NULL,
	why TEXT NOT NULL,               -- begin, end
	pile_id BIGINT NOT NULL,
	counter BIGINT NOT NULL,         -- of the pile's records; 0 not told
	line TEXT NOT NULL,              -- the signed line itself
	public_key TEXT NOT NULL,        -- the pile's, as it was then; empty: not known
	state TEXT NOT NULL,             -- valid, or why not
	at_us BIGINT NOT NULL,
	PRIMARY KEY (session_id, why)
);
CREATE INDEX meter_record_counter ON meter_record (pile_id, counter);
