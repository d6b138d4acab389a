-- 0022: signed readings of every protocol version: the format they came in, and the key each meter is known by.
ALTER TABLE meter_record ADD COLUMN format TEXT NOT NULL DEFAULT 'OCMF'; -- as the pile named it
ALTER TABLE meter_record ADD COLUMN method TEXT NOT NULL DEFAULT '';     -- of signing, as the pile named it; empty: the line says so
ALTER TABLE meter_record ADD COLUMN connector_no BIGINT NOT NULL DEFAULT 0;

CREATE TABLE meter_key (             -- the public key of a meter, pinned by its first genuine reading
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	public_key TEXT NOT NULL,
	since_us BIGINT NOT NULL,
	staff_id BIGINT NOT NULL,        -- who took it for good after a change; 0: the first one
	other_key TEXT NOT NULL,         -- another one that signs now and waits for a person; empty: none
	other_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, connector_no)
);

CREATE TABLE meter_early (           -- signed readings of a transaction that charges nobody yet
	pile_id BIGINT NOT NULL,
	name TEXT NOT NULL,              -- the pile's name of the transaction
	why TEXT NOT NULL,               -- begin, end
	line TEXT NOT NULL,
	format TEXT NOT NULL,
	method TEXT NOT NULL,
	public_key TEXT NOT NULL,        -- as it was told with it; empty: not
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, name, why)
);
CREATE INDEX meter_early_old ON meter_early (at_us);
