-- 0017: cards with money of their own. A personal card (kind 0) spends its member's wallet; a commercial one (kind 1) is
-- filled beforehand and has an account and a page behind an unguessable link.
ALTER TABLE tag ADD COLUMN kind BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN account_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tag ADD COLUMN link TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX tag_link ON tag (link) WHERE link <> '';
CREATE INDEX tag_account ON tag (account_id) WHERE account_id <> 0;
ALTER TABLE payment ADD COLUMN tag_id BIGINT NOT NULL DEFAULT 0; -- the card a top-up fills
-- What a card still owes, for the swipe that pays it.
CREATE INDEX orders_unpaid_tag ON orders (tenant_id, id_tag, id) WHERE state = 11 AND source = 4;

DROP VIEW tag_row;
DROP VIEW member_row;
DROP VIEW account_row;

CREATE VIEW account_row AS
SELECT a.id, a.kind, a.name, a.owner_id,
	CASE a.kind WHEN 1 THEN (SELECT m.name FROM member m WHERE m.id = a.owner_id)
		WHEN 10 THEN (SELECT t.id_tag FROM tag t WHERE t.id = a.owner_id) END AS owner,
	a.currency,
	CAST((SELECT COALESCE(SUM(b.debits_pending), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS debits_pending,
	CAST((SELECT COALESCE(SUM(b.debits_posted), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS debits_posted,
	CAST((SELECT COALESCE(SUM(b.credits_pending), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS credits_pending,
	CAST((SELECT COALESCE(SUM(b.credits_posted), 0) FROM balance b WHERE b.account_id = a.id) AS BIGINT)
		AS credits_posted,
	a.created_us, a.tenant_id
FROM account a;

CREATE VIEW member_row AS
SELECT m.id, m.name, m.phone, m.blocked,
	(SELECT COUNT(*) FROM tag t WHERE t.member_id = m.id) AS tags,
	m.account_id, a.currency,
	a.credits_posted - a.debits_posted AS balance_minor,
	a.credits_posted - a.debits_posted - a.debits_pending AS available_minor,
	m.wallet_token, m.created_us, m.version, m.tenant_id
FROM member m
LEFT JOIN account_row a ON a.id = m.account_id;

CREATE VIEW tag_row AS
SELECT t.id, t.id_tag, t.state, t.parent, t.expires_us, t.member_id, m.name AS member, t.created_us, t.kind,
	a.currency, a.credits_posted - a.debits_posted AS balance_minor,
	a.credits_posted - a.debits_posted - a.debits_pending AS available_minor,
	t.account_id, t.link, t.tenant_id
FROM tag t
LEFT JOIN member m ON m.id = t.member_id
LEFT JOIN account_row a ON a.id = t.account_id AND t.account_id <> 0;
