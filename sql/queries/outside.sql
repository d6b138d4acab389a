-- outside.sql - what was asked outside for piles, and contracts as judged.

-- name: ocsp_get
SELECT status, proven, body, until_us FROM ocsp_answer WHERE key = $1 AND until_us > $2;

-- name: ocsp_put
INSERT INTO ocsp_answer (key, status, proven, body, until_us, at_us) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (key) DO UPDATE SET status = excluded.status, proven = excluded.proven, body = excluded.body,
	until_us = excluded.until_us, at_us = excluded.at_us;

-- name: ocsp_forget
DELETE FROM ocsp_answer WHERE until_us <= $1;

-- name: verdict_get
SELECT verdict FROM contract_verdict WHERE pile_id = $1 AND emaid = $2;

-- name: verdict_put
INSERT INTO contract_verdict (pile_id, emaid, verdict, at_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (pile_id, emaid) DO UPDATE SET verdict = excluded.verdict, at_us = excluded.at_us;

-- name: fetched_list_get
SELECT url, state, pem, issuer, revoked, from_us, until_us, ask_us, at_us, read_us FROM fetched_list WHERE url = $1;

-- name: fetched_list_put
INSERT INTO fetched_list (url, state, pem, issuer, revoked, from_us, until_us, ask_us, at_us, read_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (url) DO UPDATE SET state = excluded.state, pem = excluded.pem, issuer = excluded.issuer, revoked = excluded.revoked,
	from_us = excluded.from_us, until_us = excluded.until_us, ask_us = excluded.ask_us, at_us = excluded.at_us,
	read_us = excluded.read_us;

-- Piles name the addresses: those that were looked at longest ago go.
-- name: fetched_list_forget
DELETE FROM fetched_list WHERE url IN (SELECT url FROM fetched_list WHERE at_us > 0 ORDER BY at_us DESC LIMIT 1000 OFFSET $1);

-- name: fetched_list_recent
SELECT url, state, '', issuer, revoked, from_us, until_us, ask_us, at_us, read_us FROM fetched_list WHERE at_us > 0 ORDER BY at_us DESC LIMIT $1;
