-- 0018: what people told piles, messages on displays, firmware that a pile gives on to its neighbours, reservations by drivers.

CREATE INDEX command_staff ON command (pile_id, id) WHERE staff_id <> 0;

CREATE TABLE display_message (       -- what an operator wants on a pile's display
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	number BIGINT NOT NULL,          -- what the pile calls it
	content TEXT NOT NULL,
	format TEXT NOT NULL,            -- ASCII, UTF8, HTML, URI, QRCODE
	language TEXT NOT NULL,          -- empty: none said
	priority TEXT NOT NULL,          -- AlwaysFront, InFront, NormalCycle
	shown_while TEXT NOT NULL,       -- a state of the pile; empty: always
	from_us BIGINT NOT NULL DEFAULT 0,
	until_us BIGINT NOT NULL DEFAULT 0, -- 0: until it is taken away
	state TEXT NOT NULL,             -- sent, shown, refused, clearing, cleared, over
	error TEXT NOT NULL DEFAULT '',
	staff_id BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	UNIQUE (pile_id, number)
);
CREATE INDEX display_message_tenant ON display_message (tenant_id, id);
CREATE INDEX display_message_due ON display_message (until_us) WHERE state IN ('sent', 'shown') AND until_us > 0;

CREATE TABLE publication (           -- firmware that a pile fetched once and offers to the others of its site
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	firmware_id BIGINT NOT NULL,
	number BIGINT NOT NULL,          -- of the request
	state TEXT NOT NULL,             -- asked, loading, published, failed, withdrawing, withdrawn
	error TEXT NOT NULL DEFAULT '',
	place TEXT NOT NULL DEFAULT '',  -- addresses at which its neighbours find it, one a line
	staff_id BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	UNIQUE (pile_id, number)
);
CREATE INDEX publication_tenant ON publication (tenant_id, id);

-- Publishing is checked by MD5, because the protocol has nothing else.
ALTER TABLE firmware ADD COLUMN md5 TEXT NOT NULL DEFAULT '';

-- How long drivers may reserve a connector by themselves; 0: not at all.
ALTER TABLE site ADD COLUMN reserve_min BIGINT NOT NULL DEFAULT 0;
