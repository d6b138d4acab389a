-- 0009: a refused handshake belongs to the operator of the pile it named; 0: nobody knows whose it is.
ALTER TABLE refusal ADD COLUMN tenant_id BIGINT NOT NULL DEFAULT 0;
UPDATE refusal SET tenant_id = COALESCE((SELECT p.tenant_id FROM pile p WHERE p.code = refusal.code), 0);
CREATE INDEX refusal_tenant ON refusal (tenant_id, id);
