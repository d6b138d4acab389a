-- locallist.sql - piles' own lists of cards.

-- name: locallist_get
SELECT pile_id, tenant_id, wanted, state, version, number, upto, built, held, left_out, sent_upto, sent_held,
	sent_left_out, failures, error, due_us, synced_us, revision
FROM local_list WHERE pile_id = $1;

-- name: locallist_add
INSERT INTO local_list (pile_id, tenant_id, wanted, state, version, number, upto, built, held, left_out, sent_upto,
	sent_held, sent_left_out, failures, error, due_us, synced_us, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (pile_id) DO NOTHING;

-- name: locallist_put
UPDATE local_list SET tenant_id = $2, wanted = $3, state = $4, version = $5, number = $6, upto = $7, built = $8,
	held = $9, left_out = $10, sent_upto = $11, sent_held = $12, sent_left_out = $13, failures = $14, error = $15,
	due_us = $16, synced_us = $17, revision = revision + 1
WHERE pile_id = $1 AND revision = $18;

-- name: locallist_due
SELECT pile_id FROM local_list WHERE due_us > 0 AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- name: locallist_touch
UPDATE local_list SET due_us = $2, revision = revision + 1
WHERE tenant_id = $1 AND wanted = 1 AND state IN ('current', 'full', 'failed') AND (due_us = 0 OR due_us > $2);

-- name: cards_changed
SELECT t.id_tag, t.state, t.parent, t.expires_us, t.changed, t.added, COALESCE(m.blocked, 0)
FROM tag t LEFT JOIN member m ON m.id = t.member_id
WHERE t.tenant_id = $1 AND t.changed > $2 ORDER BY t.changed LIMIT $3;

-- name: card_next_change
INSERT INTO tag_change (tenant_id, last) VALUES ($1, 1)
ON CONFLICT (tenant_id) DO UPDATE SET last = tag_change.last + 1 RETURNING last;

-- name: card_touch
UPDATE tag SET changed = $3, added = CASE WHEN added = 0 THEN $3 ELSE added END WHERE tenant_id = $1 AND id = $2;

-- name: cards_last_change
SELECT last FROM tag_change WHERE tenant_id = $1;

-- name: pile_setting_get
SELECT value FROM pile_setting WHERE pile_id = $1 AND lower(name) = lower($2) LIMIT 1;

-- name: list_local_lists
SELECT l.pile_id, p.code, p.name, p.online, l.wanted, l.state, l.version, l.held, l.left_out, l.failures, l.error,
	l.synced_us, CASE WHEN l.state = 'current' THEN 0 ELSE COALESCE(c.last, 0) - l.upto END
FROM local_list l JOIN pile p ON p.id = l.pile_id LEFT JOIN tag_change c ON c.tenant_id = l.tenant_id
WHERE l.tenant_id = $1 AND l.pile_id < $2 ORDER BY l.pile_id DESC LIMIT $3;

-- name: list_local_list_one
SELECT l.pile_id, p.code, p.name, p.online, l.wanted, l.state, l.version, l.held, l.left_out, l.failures, l.error,
	l.synced_us, CASE WHEN l.state = 'current' THEN 0 ELSE COALESCE(c.last, 0) - l.upto END
FROM local_list l JOIN pile p ON p.id = l.pile_id LEFT JOIN tag_change c ON c.tenant_id = l.tenant_id
WHERE l.tenant_id = $1 AND l.pile_id = $2 LIMIT $3;
