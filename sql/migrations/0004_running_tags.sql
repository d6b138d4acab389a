-- 0004: the running order of a card is found by the card alone; beside the operator's id the planner took the index of all
-- running orders instead.
DROP INDEX orders_tag_open;
CREATE INDEX orders_tag_open ON orders (id_tag) WHERE state < 8 AND id_tag <> '';
