-- member.sql - people with a wallet, and the tags that stand for them.

-- name: member_add
INSERT INTO member (id, tenant_id, name, phone, wallet_token, account_id, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: member_get
SELECT id, tenant_id, name, phone, wallet_token, account_id, blocked, created_us, version, priority FROM member WHERE id = $1;

-- name: member_by_wallet
SELECT id, tenant_id, name, phone, wallet_token, account_id, blocked, created_us, version, priority
FROM member WHERE wallet_token = $1;

-- name: member_put
UPDATE member SET name = $3, phone = $4, blocked = $5, priority = $6, version = $2 + 1 WHERE id = $1 AND version = $2;

-- name: member_tag_add
INSERT INTO tag (id, tenant_id, id_tag, member_id, state, parent, expires_us, created_us, kind, account_id, link)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: member_tag_find
SELECT t.id, t.tenant_id, t.member_id, t.id_tag, t.state, t.parent, t.expires_us, t.created_us,
	COALESCE(m.blocked, 0), COALESCE(m.account_id, 0), t.kind, t.account_id, t.link
FROM tag t LEFT JOIN member m ON m.id = t.member_id
WHERE t.tenant_id = $1 AND t.id_tag = $2;

-- name: member_tag_get
SELECT t.id, t.tenant_id, t.member_id, t.id_tag, t.state, t.parent, t.expires_us, t.created_us,
	COALESCE(m.blocked, 0), COALESCE(m.account_id, 0), t.kind, t.account_id, t.link
FROM tag t LEFT JOIN member m ON m.id = t.member_id
WHERE t.id = $1;

-- name: member_tag_by_link
SELECT t.id, t.tenant_id, t.member_id, t.id_tag, t.state, t.parent, t.expires_us, t.created_us,
	COALESCE(m.blocked, 0), COALESCE(m.account_id, 0), t.kind, t.account_id, t.link
FROM tag t LEFT JOIN member m ON m.id = t.member_id
WHERE t.link = $1 AND t.link <> '';

-- name: member_tag_put
UPDATE tag SET state = $3, expires_us = $4 WHERE id = $1 AND tenant_id = $2;
