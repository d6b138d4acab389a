-- BEGIN IMMEDIATE already keeps a second migrator out.

-- name: migration_lock
SELECT 1;
