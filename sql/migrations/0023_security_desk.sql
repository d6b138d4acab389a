-- 0023: security events know how grave they are, so that a list can begin with those, with one index for each way to look;
-- a site's position stands in its row.

ALTER TABLE security_event ADD COLUMN critical BIGINT NOT NULL DEFAULT 0;
UPDATE security_event SET critical = 1 WHERE kind IN ('FailedToAuthenticateAtCsms', 'FailedToAuthenticateAtCentralSystem',
	'CsmsFailedToAuthenticate', 'CentralSystemFailedToAuthenticate', 'SecurityLogWasCleared',
	'ReconfigurationOfSecurityParameters', 'MemoryExhaustion', 'InvalidMessages', 'AttemptedReplayAttacks',
	'TamperDetectionActivated', 'InvalidFirmwareSignature', 'InvalidFirmwareSigningCertificate', 'InvalidCsmsCertificate',
	'InvalidCentralSystemCertificate', 'InvalidChargingStationCertificate', 'InvalidChargePointCertificate',
	'InvalidTLSVersion', 'InvalidTLSCipherSuite');
DROP INDEX security_event_pile;
DROP INDEX security_event_tenant;
CREATE INDEX security_event_pile ON security_event (pile_id, critical, id);
CREATE INDEX security_event_tenant ON security_event (tenant_id, critical, id);
CREATE INDEX security_event_kind ON security_event (tenant_id, kind, id);
CREATE INDEX certificate_state ON certificate (tenant_id, state, id);

DROP VIEW site_row;
CREATE VIEW site_row AS
SELECT s.id, s.name, s.address, s.zone, s.currency, s.helpline, s.timing, s.default_limit_minor,
	s.tariff_series_id, s.reserve_min, (SELECT COUNT(*) FROM pile p WHERE p.site_id = s.id) AS piles,
	s.created_us, s.version, CASE WHEN s.latitude_e7 IS NULL THEN 0 ELSE 1 END AS has_position,
	COALESCE(s.latitude_e7, 0) AS latitude_e7, COALESCE(s.longitude_e7, 0) AS longitude_e7, s.tenant_id
FROM site s;
