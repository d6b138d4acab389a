-- meter_record.sql - signed readings of transactions.

-- A repeated stop brings the same line again; the first one counts.
-- name: meter_record_add
INSERT INTO meter_record (session_id, why, pile_id, counter, line, public_key, state, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (session_id, why) DO NOTHING;

-- name: meter_record_list
SELECT why, counter, line, public_key, state, at_us FROM meter_record WHERE session_id = $1 ORDER BY why;

-- Was this counter used for another transaction, or for the other end of this one?
-- name: meter_record_counter
SELECT session_id FROM meter_record
WHERE pile_id = $1 AND counter = $2 AND state = 'valid' AND NOT (session_id = $3 AND why = $4) LIMIT 1;

-- name: meter_record_key
SELECT value FROM pile_setting WHERE pile_id = $1 AND name = 'MeterPublicKey[1]';
