-- certificate.sql - certificates of piles, and what is installed in them. Column order: certificate_columns in
-- src/store/certificate.c.

-- name: certificate_add
INSERT INTO certificate (id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial,
	fingerprint, csr, chain, reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22);

-- name: certificate_put
UPDATE certificate SET state = $2, serial = $3, fingerprint = $4, chain = $5, reason = $6, command_id = $7, local = $8,
	from_us = $9, until_us = $10, asked_us = $11, done_us = $12, common_name = $13, organisation = $14
WHERE id = $1;

-- name: certificate_by_id
SELECT id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial, fingerprint, csr, chain,
	reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us
FROM certificate WHERE id = $1;

-- name: certificate_by_command
SELECT id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial, fingerprint, csr, chain,
	reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us
FROM certificate WHERE command_id = $1 AND command_id <> 0;

-- name: certificate_by_serial
SELECT id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial, fingerprint, csr, chain,
	reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us
FROM certificate WHERE serial = $1 AND serial <> '' AND pile_id = $2 ORDER BY id DESC LIMIT 1;

-- name: certificate_waiting
SELECT COUNT(*) FROM certificate WHERE pile_id = $1 AND state = 'requested';

-- name: certificate_under_way
SELECT COUNT(*) FROM certificate WHERE pile_id = $1 AND kind = 'pile'
	AND state IN ('requested', 'signed', 'installed', 'active');

-- Requests of a pile that wait, oldest first.
-- name: certificate_requests
SELECT id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial, fingerprint, csr, chain,
	reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us
FROM certificate WHERE pile_id = $1 AND state = 'requested' AND kind = 'pile' ORDER BY id LIMIT $2;

-- name: certificate_ready
SELECT COUNT(*) FROM certificate WHERE pile_id = $1 AND kind = 'pile' AND state IN ('installed', 'active') AND until_us > $2;

-- An older request of the same kind is answered by the newer one.
-- name: certificate_supersede
UPDATE certificate SET state = 'replaced', done_us = $4 WHERE pile_id = $1 AND kind = $2 AND state = $3 AND id <> $5;

-- In use, ending before $1, and not asked for a successor since $2.
-- name: certificate_due
SELECT id, tenant_id, pile_id, kind, state, common_name, organisation, key_name, key_hash, serial, fingerprint, csr, chain,
	reason, request_id, command_id, local, from_us, until_us, asked_us, created_us, done_us
FROM certificate WHERE state = 'active' AND until_us < $1 AND asked_us < $2 ORDER BY until_us LIMIT $3;

-- What a revocation list says: our own, not yet over by themselves.
-- name: certificate_revoked
SELECT serial, done_us FROM certificate WHERE state = 'revoked' AND local = 1 AND until_us > $1 ORDER BY done_us, id
LIMIT $2;

-- name: certificate_revoked_mark
SELECT COUNT(*), COALESCE(MAX(done_us), 0) FROM certificate WHERE state = 'revoked' AND local = 1;

-- Piles that are connected with a certificate that no longer counts.
-- name: certificate_revoked_online
SELECT p.id FROM pile p JOIN pile_security s ON s.pile_id = p.id
JOIN certificate c ON c.serial = s.serial AND c.pile_id = p.id
WHERE c.state = 'revoked' AND s.serial <> '' AND p.online = 1 AND c.done_us >= $1 LIMIT $2;

-- name: certificate_list
SELECT id, common_name, kind, state, serial, until_us FROM certificate ORDER BY id DESC;

-- name: anchor_clear
DELETE FROM pile_anchor WHERE pile_id = $1 AND kind = $2;

-- name: anchor_put
INSERT INTO pile_anchor (pile_id, kind, algorithm, name_hash, key_hash, serial, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pile_id, kind, key_hash, serial, name_hash) DO UPDATE SET at_us = excluded.at_us;

-- name: security_event_add
INSERT INTO security_event (id, tenant_id, pile_id, at_us, kind, info, critical) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: security_get
SELECT pile_id, least, seen, seen_us, wanted, wanted_us, wanted_state, wanted_command, next_hash, next_us, next_command,
	rotated_us, transport, serial, until_us
FROM pile_security WHERE pile_id = $1;

-- name: security_put
INSERT INTO pile_security (pile_id, least, seen, seen_us, wanted, wanted_us, wanted_state, wanted_command, next_hash,
	next_us, next_command, rotated_us, transport, serial, until_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (pile_id) DO UPDATE SET least = excluded.least, seen = excluded.seen, seen_us = excluded.seen_us,
	wanted = excluded.wanted, wanted_us = excluded.wanted_us, wanted_state = excluded.wanted_state,
	wanted_command = excluded.wanted_command, next_hash = excluded.next_hash, next_us = excluded.next_us,
	next_command = excluded.next_command, rotated_us = excluded.rotated_us, transport = excluded.transport,
	serial = excluded.serial, until_us = excluded.until_us;

-- name: certificate_serial
SELECT id FROM certificate WHERE serial = $1 AND serial <> '' ORDER BY id DESC;

-- name: list_anchors
SELECT kind, algorithm, name_hash, key_hash, serial, at_us FROM pile_anchor
WHERE pile_id = $1 ORDER BY kind, key_hash, serial, name_hash LIMIT $2;

-- The grave ones first, then the newest; the place of a page is both.
-- name: list_security_events
SELECT e.id, e.pile_id, p.code, p.name, e.at_us, e.kind, e.info, e.critical, CASE e.critical WHEN 1 THEN '1' ELSE '0' END
FROM security_event e LEFT JOIN pile p ON p.id = e.pile_id
WHERE e.tenant_id = $1 AND (e.critical, e.id) < ($4, $2) ORDER BY e.critical DESC, e.id DESC LIMIT $3;

-- name: list_security_events_pile
SELECT e.id, e.pile_id, p.code, p.name, e.at_us, e.kind, e.info, e.critical, CASE e.critical WHEN 1 THEN '1' ELSE '0' END
FROM security_event e LEFT JOIN pile p ON p.id = e.pile_id
WHERE +e.tenant_id = $1 AND e.pile_id = $5 AND (e.critical, e.id) < ($4, $2)
	AND (CAST($6 AS TEXT) = '' OR e.kind = $6) ORDER BY e.critical DESC, e.id DESC LIMIT $3;

-- name: list_security_events_kind
SELECT e.id, e.pile_id, p.code, p.name, e.at_us, e.kind, e.info, e.critical, CASE e.critical WHEN 1 THEN '1' ELSE '0' END
FROM security_event e LEFT JOIN pile p ON p.id = e.pile_id
WHERE e.tenant_id = $1 AND e.kind = $4 AND e.id < $2 ORDER BY e.id DESC LIMIT $3;

-- How each pile proves who it is, and what it was last heard to hold.
-- name: list_pile_security
SELECT p.id, p.code, p.name, p.online, p.protocol, COALESCE(s.seen, 0), COALESCE(s.least, 0), COALESCE(s.transport, ''),
	COALESCE(s.serial, ''), COALESCE(s.until_us, 0), (SELECT COUNT(*) FROM pile_anchor a WHERE a.pile_id = p.id),
	COALESCE((SELECT MAX(b.at_us) FROM pile_anchor b WHERE b.pile_id = p.id), 0)
FROM pile p LEFT JOIN pile_security s ON s.pile_id = p.id
WHERE p.tenant_id = $1 AND p.state = 2 AND p.id > $2 ORDER BY p.id LIMIT $3;
