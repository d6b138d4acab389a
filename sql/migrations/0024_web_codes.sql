-- 0024: codes on piles' screens that change with the time and lead to the driver's page.
CREATE TABLE web_code (              -- one screen: of an outlet (equipment), or (evse 0) of the whole pile
	id {ID},
	pile_id BIGINT NOT NULL,
	tenant_id BIGINT NOT NULL,
	evse BIGINT NOT NULL,
	mode TEXT NOT NULL,              -- off; offered: the page opens without the code too; required: a start needs it
	state TEXT NOT NULL,             -- none, waiting, sending, current, failed (app/webcodes.c)
	generation BIGINT NOT NULL DEFAULT 0, -- of the secret that was sent last; 0: none yet
	told BIGINT NOT NULL DEFAULT 0,  -- of the secret the pile took
	error TEXT NOT NULL DEFAULT '',
	failures BIGINT NOT NULL DEFAULT 0,
	due_us BIGINT NOT NULL DEFAULT 0,
	synced_us BIGINT NOT NULL DEFAULT 0,
	revision BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX web_code_screen ON web_code (pile_id, evse);
CREATE INDEX web_code_due ON web_code (due_us) WHERE due_us > 0;

CREATE TABLE web_scan (              -- a code that was shown to us
	id {ID},
	pile_id BIGINT NOT NULL,
	connector_no BIGINT NOT NULL,
	step BIGINT NOT NULL,            -- time step of a right code; 0: it was none
	ticket TEXT NOT NULL,            -- what the browser got for it; empty: nothing
	remote TEXT NOT NULL,            -- address it came from
	at_us BIGINT NOT NULL,
	limit_minor BIGINT NOT NULL DEFAULT 0, -- limits the driver chose at the pile; 0: none
	limit_dwh BIGINT NOT NULL DEFAULT 0,
	limit_s BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX web_scan_once ON web_scan (pile_id, connector_no, step) WHERE step > 0;
CREATE UNIQUE INDEX web_scan_ticket ON web_scan (ticket) WHERE ticket <> '';
CREATE INDEX web_scan_wrong ON web_scan (remote, at_us) WHERE step = 0;
CREATE INDEX web_scan_old ON web_scan (at_us);
