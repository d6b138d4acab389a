-- 0037: lists of revoked certificates, fetched from the addresses that questions name (src/app/revocations.h).
CREATE TABLE fetched_list (
	url TEXT NOT NULL PRIMARY KEY,
	state TEXT NOT NULL,             -- good, or why the last look brought none: unreachable, no_list, foreign, stale
	pem TEXT NOT NULL,               -- the last good one; empty: none yet
	issuer TEXT NOT NULL,
	revoked BIGINT NOT NULL,
	from_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,        -- its next update
	ask_us BIGINT NOT NULL,          -- not asked for again before
	at_us BIGINT NOT NULL,           -- of the last look
	read_us BIGINT NOT NULL          -- of the last good one
);
CREATE INDEX fetched_list_at ON fetched_list (at_us);
