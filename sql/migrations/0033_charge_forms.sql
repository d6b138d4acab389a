-- 0033: messages on a display for one charge, over with it.
ALTER TABLE display_message ADD COLUMN order_id BIGINT NOT NULL DEFAULT 0; -- shown until its charge ends; 0: for everybody
CREATE INDEX display_message_charge ON display_message (order_id) WHERE order_id > 0 AND state IN ('sent', 'shown');
