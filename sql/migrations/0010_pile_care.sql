-- 0010: the care of piles: what they are asked, their own lists of cards, reservations, firmware, logs and wanted
-- settings. Words here belong to no version of OCPP.

-- What a command asks (enum ask_kind of src/app/ask.h), and the row of the conversation that hears its answer.
ALTER TABLE command ADD COLUMN ask BIGINT NOT NULL DEFAULT 0;
ALTER TABLE command ADD COLUMN about_id BIGINT NOT NULL DEFAULT 0;

-- Cards in order of their changes: a number per operator that only grows. A pile's list is what was changed up to a number.
ALTER TABLE tag ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN added BIGINT NOT NULL DEFAULT 0;
CREATE TABLE tag_change (
	tenant_id {ID},
	last BIGINT NOT NULL
);
INSERT INTO tag_change (tenant_id, last)
	SELECT tenant_id, COUNT(*) FROM tag GROUP BY tenant_id;
UPDATE tag SET changed = numbered.n, added = numbered.n
FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY tenant_id ORDER BY id) AS n FROM tag) AS numbered
WHERE numbered.id = tag.id;
CREATE INDEX tag_changed ON tag (tenant_id, changed);

CREATE TABLE local_list (            -- a pile's own list of cards
	pile_id {ID},
	tenant_id BIGINT NOT NULL,
	wanted BIGINT NOT NULL,          -- 0: an operator wants none kept there
	state TEXT NOT NULL,             -- waiting, asking, sending, current, full, failed, unsupported
	version BIGINT NOT NULL DEFAULT 0, -- of the list as the pile confirmed it; 0: nothing
	number BIGINT NOT NULL DEFAULT 0, -- the last version number given away
	upto BIGINT NOT NULL DEFAULT 0,  -- changes contained in that version
	built BIGINT NOT NULL DEFAULT 0, -- a whole list was sent to its end
	held BIGINT NOT NULL DEFAULT 0,  -- cards on it
	left_out BIGINT NOT NULL DEFAULT 0, -- cards that found no room
	sent_upto BIGINT NOT NULL DEFAULT 0, -- what the message under way brings
	sent_held BIGINT NOT NULL DEFAULT 0,
	sent_left_out BIGINT NOT NULL DEFAULT 0,
	failures BIGINT NOT NULL DEFAULT 0,
	error TEXT NOT NULL DEFAULT '',
	due_us BIGINT NOT NULL DEFAULT 0, -- when it is looked at; 0: when something happens
	synced_us BIGINT NOT NULL DEFAULT 0,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX local_list_due ON local_list (due_us) WHERE due_us > 0;
CREATE INDEX local_list_tenant ON local_list (tenant_id, pile_id);

CREATE TABLE reservation (
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	number BIGINT NOT NULL,          -- what the pile calls it: 31 bits
	state BIGINT NOT NULL,           -- enum reservation_state
	reason TEXT NOT NULL DEFAULT '',
	token TEXT NOT NULL UNIQUE,      -- its public page
	id_tag TEXT NOT NULL,            -- a card, or a start tag of its own
	parent TEXT NOT NULL DEFAULT '',
	member_id BIGINT NOT NULL DEFAULT 0,
	staff_id BIGINT NOT NULL DEFAULT 0,
	remote TEXT NOT NULL DEFAULT '', -- whose browser, for the bound on anonymous ones
	order_id BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	version BIGINT NOT NULL DEFAULT 1,
	UNIQUE (pile_id, number)
);
CREATE INDEX reservation_open ON reservation (pile_id, connector_no) WHERE state < 4;
CREATE INDEX reservation_due ON reservation (until_us) WHERE state < 4;
CREATE INDEX reservation_tenant ON reservation (tenant_id, id);

CREATE TABLE firmware (              -- files an operator uploaded; the bytes lie in the data directory
	id {ID},
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	version TEXT NOT NULL,           -- what a pile says it has once it is installed
	vendor TEXT NOT NULL DEFAULT '', -- only for these; empty: any
	model TEXT NOT NULL DEFAULT '',
	token TEXT NOT NULL UNIQUE,      -- of its address; the file is called by it
	bytes BIGINT NOT NULL DEFAULT 0,
	sha256 TEXT NOT NULL DEFAULT '',
	certificate TEXT NOT NULL DEFAULT '', -- of the maker, PEM: then updates are signed ones
	signature TEXT NOT NULL DEFAULT '',   -- base64
	state TEXT NOT NULL,             -- empty, ready, deleted
	staff_id BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL
);
CREATE INDEX firmware_tenant ON firmware (tenant_id, id);
CREATE TABLE campaign (
	id {ID},
	tenant_id BIGINT NOT NULL,
	firmware_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	state BIGINT NOT NULL,           -- enum campaign_state
	reason TEXT NOT NULL DEFAULT '',
	wave BIGINT NOT NULL DEFAULT 0,  -- the one under way, from 1
	waves BIGINT NOT NULL,
	fail_pct BIGINT NOT NULL,        -- more failures than this stop it
	rollback_of BIGINT NOT NULL DEFAULT 0,
	staff_id BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX campaign_tenant ON campaign (tenant_id, id);
CREATE INDEX campaign_running ON campaign (id) WHERE state = 1;
CREATE TABLE campaign_pile (
	id {ID},                         -- also the number the pile is given, in its low 31 bits
	campaign_id BIGINT NOT NULL,
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	wave BIGINT NOT NULL,
	state BIGINT NOT NULL,           -- enum update_state
	step TEXT NOT NULL DEFAULT '',   -- the pile's last word
	error TEXT NOT NULL DEFAULT '',
	number BIGINT NOT NULL,
	from_version TEXT NOT NULL DEFAULT '',
	to_version TEXT NOT NULL DEFAULT '',
	asked_us BIGINT NOT NULL DEFAULT 0,
	due_us BIGINT NOT NULL DEFAULT 0, -- given up then
	done_us BIGINT NOT NULL DEFAULT 0,
	UNIQUE (campaign_id, pile_id)
);
CREATE INDEX campaign_pile_open ON campaign_pile (pile_id) WHERE state < 4;
CREATE INDEX campaign_pile_due ON campaign_pile (due_us) WHERE state < 4 AND due_us > 0;

CREATE TABLE upload (                -- a file a pile was asked for: diagnostics, security log
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- diagnostics, security
	number BIGINT NOT NULL,          -- what the pile calls the request
	token TEXT NOT NULL UNIQUE,      -- of the one-time address
	state TEXT NOT NULL,             -- asked, uploading, uploaded, received, failed, deleted
	error TEXT NOT NULL DEFAULT '',
	file_name TEXT NOT NULL DEFAULT '',
	bytes BIGINT NOT NULL DEFAULT 0,
	staff_id BIGINT NOT NULL DEFAULT 0,
	created_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,        -- nothing is taken after
	done_us BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX upload_pile ON upload (pile_id, id);
CREATE INDEX upload_tenant ON upload (tenant_id, id);
CREATE INDEX upload_open ON upload (until_us) WHERE state IN ('asked', 'uploading', 'uploaded');
CREATE INDEX upload_kept ON upload (done_us) WHERE state = 'received';

CREATE TABLE setup (                 -- settings an operator wants on some piles
	id {ID},
	tenant_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	created_us BIGINT NOT NULL,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX setup_tenant ON setup (tenant_id, id);
CREATE TABLE setup_value (
	setup_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (setup_id, name)
);
CREATE TABLE setup_pile (            -- a pile has one setup at most
	pile_id {ID},
	setup_id BIGINT NOT NULL
);
CREATE INDEX setup_pile_setup ON setup_pile (setup_id, pile_id);
CREATE TABLE setup_push (            -- the last answer to each pushed setting
	pile_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	result TEXT NOT NULL,            -- sent, accepted, reboot, rejected, unsupported, lost
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, name)
);
