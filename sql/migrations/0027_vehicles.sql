-- 0027: vehicles known by their network address (Autocharge): whose they are, what they may spend, and what piles saw last.
CREATE TABLE vehicle (
	id {ID},
	tenant_id BIGINT NOT NULL,
	member_id BIGINT NOT NULL,
	vid TEXT NOT NULL,               -- VID: and 12 capital hex digits
	second TEXT NOT NULL,            -- digest of a second identity; empty: not learned
	kind TEXT NOT NULL,              -- what it was made of
	second_us BIGINT NOT NULL,       -- when it was learned
	state BIGINT NOT NULL,           -- 1 suspended, 2 active, 3 blocked
	charge_minor BIGINT NOT NULL,    -- the driver's caps: one charge,
	day_minor BIGINT NOT NULL,       -- and 24 hours; 0: none
	present_us BIGINT NOT NULL,      -- until then its driver stands by it
	alarm_us BIGINT NOT NULL,        -- it contradicted itself; 0: no, or cleared
	seen_us BIGINT NOT NULL,
	seen_pile_id BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	version BIGINT NOT NULL
);
CREATE UNIQUE INDEX vehicle_vid ON vehicle (tenant_id, vid);
CREATE INDEX vehicle_member ON vehicle (member_id, id);
CREATE INDEX vehicle_tenant ON vehicle (tenant_id, id);

CREATE TABLE vehicle_sight (         -- what a pile told last of a vehicle that was plugged in there; a day long
	pile_id BIGINT NOT NULL,
	vid TEXT NOT NULL,
	connector_no BIGINT NOT NULL,    -- 0: not known which
	second TEXT NOT NULL,
	kind TEXT NOT NULL,
	contradicts BIGINT NOT NULL,     -- the pile saw addresses that differ
	told_us BIGINT NOT NULL,         -- when that was told
	refused_us BIGINT NOT NULL,      -- when it was refused as unknown; 0: it was not
	PRIMARY KEY (pile_id, vid)
);
CREATE INDEX vehicle_sight_old ON vehicle_sight (told_us);
CREATE INDEX vehicle_sight_outlet ON vehicle_sight (pile_id, connector_no, refused_us);

CREATE TABLE vehicle_policy (        -- of an operator; no row: off
	tenant_id BIGINT NOT NULL PRIMARY KEY,
	mode BIGINT NOT NULL,            -- 0 off, 1 capped, 2 both
	single_minor BIGINT NOT NULL     -- most of one charge by the address alone
);

-- What a vehicle spent in the last 24 hours.
CREATE INDEX orders_vehicle ON orders (tenant_id, id_tag, created_us) WHERE starter = 6;

CREATE VIEW vehicle_row AS
SELECT v.id, v.vid, v.state, v.member_id, m.name AS member, v.charge_minor, v.day_minor, a.currency, v.kind, v.second,
	v.second_us, v.alarm_us, v.seen_us, v.seen_pile_id, p.name AS seen_pile, v.created_us, v.version, v.tenant_id
FROM vehicle v
LEFT JOIN member m ON m.id = v.member_id
LEFT JOIN account a ON a.id = m.account_id
LEFT JOIN pile p ON p.id = v.seen_pile_id;
