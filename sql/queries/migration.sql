-- The record of done migrations; part is "main" or "journal" (both live in one PostgreSQL database).

-- name: migration_create
CREATE TABLE IF NOT EXISTS migration (
	part TEXT NOT NULL,
	version BIGINT NOT NULL,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	done_us BIGINT NOT NULL,
	PRIMARY KEY (part, version)
);

-- name: migration_list
SELECT version, name, sha256 FROM migration WHERE part = $1 ORDER BY version;

-- name: migration_add
INSERT INTO migration (part, version, name, sha256, done_us) VALUES ($1, $2, $3, $4, $5);
