-- 0014: a driver's unsettled offline orders and a pile's keys in the order they are asked for.
DROP INDEX offline_order_driver;
CREATE INDEX offline_order_driver ON offline_order (driver, order_id);
CREATE INDEX pile_key_newest ON pile_key (pile_id, at_us);
