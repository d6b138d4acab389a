-- Two nodes that start at once migrate one after the other; the lock ends with the transaction.

-- name: migration_lock
SELECT pg_advisory_xact_lock(7306911);
