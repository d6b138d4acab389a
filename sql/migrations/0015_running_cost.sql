-- 0015: the running cost of a charge, told to piles that can show it.

-- The pile said that it shows the cost of a charge (TariffCostCtrlr, LeydenDisplay).
ALTER TABLE pile ADD COLUMN wants_cost BIGINT NOT NULL DEFAULT 0;
-- The cost that the last answer to this transaction told; -1: none yet.
ALTER TABLE pile_transaction ADD COLUMN told_minor BIGINT NOT NULL DEFAULT -1;

CREATE TABLE cost_watch (            -- charges whose cost a pile is told of its own accord
	order_id {ID},
	pile_id BIGINT NOT NULL,
	due_us BIGINT NOT NULL,          -- looked at again then
	told_minor BIGINT NOT NULL DEFAULT -1
);
CREATE INDEX cost_watch_due ON cost_watch (due_us);
