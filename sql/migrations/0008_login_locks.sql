-- 0008: wrong passwords are counted by what was typed as login, whether such a person exists or not, so that being locked
-- tells nobody which logins there are.
CREATE TABLE login_lock (
	login_hash TEXT PRIMARY KEY,
	failed_count BIGINT NOT NULL,
	failed_us BIGINT NOT NULL,       -- the last failure
	locked_until_us BIGINT NOT NULL
);
CREATE INDEX login_lock_failed ON login_lock (failed_us);
ALTER TABLE staff DROP COLUMN failed_count;
ALTER TABLE staff DROP COLUMN locked_until_us;
