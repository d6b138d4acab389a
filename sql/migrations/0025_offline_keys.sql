-- 0025: a pile's key can be replaced, with both counting for a while, and revoked; and which of our keys a pile was told.
ALTER TABLE pile_key ADD COLUMN state BIGINT NOT NULL DEFAULT 2;    -- 1 offered, 2 believed, 3 replaced, 4 revoked
ALTER TABLE pile_key ADD COLUMN until_us BIGINT NOT NULL DEFAULT 0; -- when it was replaced or revoked
CREATE TABLE pile_trust (
	pile_id {ID},
	kids TEXT NOT NULL,               -- of our keys that it said it has, with blanks between
	at_us BIGINT NOT NULL
);
