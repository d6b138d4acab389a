-- 0007: "today" looks at settled orders only, so the index need not follow an order while it runs.
DROP INDEX orders_settled;
CREATE INDEX orders_settled ON orders (tenant_id, settled_us, total_minor, energy_dwh) WHERE settled_us > 0;
