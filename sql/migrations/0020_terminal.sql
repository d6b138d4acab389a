-- 0020: payment terminals at piles: what they say they took, and what became of it in the books. Batteries that were swapped,
-- streams of values.
CREATE TABLE settlement (
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	reference TEXT NOT NULL,         -- of the payment service
	name TEXT NOT NULL,              -- the pile's transaction; empty: none was named
	status TEXT NOT NULL,            -- Settled, Canceled, Rejected, Failed
	amount_e5 BIGINT NOT NULL,
	settled_us BIGINT NOT NULL,      -- the terminal's time
	order_id BIGINT NOT NULL DEFAULT 0,
	payment_id BIGINT NOT NULL DEFAULT 0,
	state TEXT NOT NULL,             -- waiting, booked, short, over, none, odd
	reason TEXT NOT NULL DEFAULT '', -- why it is odd: a stable word
	due_us BIGINT NOT NULL DEFAULT 0,
	at_us BIGINT NOT NULL,
	body TEXT NOT NULL               -- the message (JSON)
);
CREATE UNIQUE INDEX settlement_reference ON settlement (pile_id, reference, name);
CREATE INDEX settlement_due ON settlement (due_us) WHERE due_us > 0;
CREATE INDEX settlement_recent ON settlement (tenant_id, id);

CREATE TABLE battery_swap (          -- a battery that went into a station or came out of it
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	request_id BIGINT NOT NULL,
	event TEXT NOT NULL,             -- BatteryIn, BatteryOut, BatteryOutTimeout
	id_tag TEXT NOT NULL,
	evse BIGINT NOT NULL,
	serial TEXT NOT NULL,
	soc_e6 BIGINT NOT NULL,          -- percent, six decimals
	soh_e6 BIGINT NOT NULL,
	info TEXT NOT NULL
);
CREATE INDEX battery_swap_recent ON battery_swap (tenant_id, id);
CREATE INDEX battery_swap_pile ON battery_swap (pile_id, id);

CREATE TABLE event_stream (          -- a constant stream of one variable's values
	pile_id BIGINT NOT NULL,
	stream_id BIGINT NOT NULL,
	tenant_id BIGINT NOT NULL,
	monitor_id BIGINT NOT NULL,
	every_s BIGINT NOT NULL,         -- -1: not told
	most_values BIGINT NOT NULL,     -- -1: not told
	open BIGINT NOT NULL,
	pending BIGINT NOT NULL DEFAULT 0,
	received BIGINT NOT NULL DEFAULT 0,
	opened_us BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, stream_id)
);
CREATE TABLE event_value (           -- the newest values of each stream
	id {ID},
	pile_id BIGINT NOT NULL,
	stream_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	value TEXT NOT NULL
);
CREATE INDEX event_value_recent ON event_value (pile_id, stream_id, id);
