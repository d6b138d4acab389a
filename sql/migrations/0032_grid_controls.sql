-- 0032: the grid's controls of energy that flows back (DER), as piles have them.
CREATE TABLE grid_control (
	pile_id BIGINT NOT NULL,
	name TEXT NOT NULL,           -- controlId
	kind TEXT NOT NULL,           -- LimitMaxDischarge, VoltVar ...
	is_default BIGINT NOT NULL,
	state TEXT NOT NULL,          -- set, superseded, started, ended
	body TEXT NOT NULL,           -- SetDERControl as it was sent
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, name)
);
