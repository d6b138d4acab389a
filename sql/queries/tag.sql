-- tag.sql - RFID cards and other idTags, with what is needed of their member.

-- name: tag_find
SELECT t.id, t.tenant_id, t.member_id, t.id_tag, t.state, t.parent, t.expires_us, t.created_us,
	COALESCE(m.blocked, 1), COALESCE(m.account_id, 0)
FROM tag t LEFT JOIN member m ON m.id = t.member_id
WHERE t.tenant_id = $1 AND t.id_tag = $2;

-- name: tag_add
INSERT INTO tag (id, tenant_id, id_tag, member_id, state, parent, expires_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: tag_state
UPDATE tag SET state = $3 WHERE id = $1 AND tenant_id = $2;
