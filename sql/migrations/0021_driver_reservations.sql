-- 0021: drivers reserve by themselves: the site's limit in the list of sites, and how often one address asked.

DROP VIEW site_row;
CREATE VIEW site_row AS
SELECT s.id, s.name, s.address, s.zone, s.currency, s.helpline, s.timing, s.default_limit_minor,
	s.tariff_series_id, s.reserve_min, (SELECT COUNT(*) FROM pile p WHERE p.site_id = s.id) AS piles,
	s.created_us, s.version, s.tenant_id
FROM site s;

CREATE INDEX reservation_remote ON reservation (remote, created_us) WHERE remote <> '';
