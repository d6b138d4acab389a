-- meter_record.sql - signed readings of transactions, and the keys of meters.

-- A repeated stop brings the same line again; the first one counts.
-- name: meter_record_add
INSERT INTO meter_record (session_id, why, pile_id, counter, line, public_key, state, at_us, format, method, connector_no)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (session_id, why) DO NOTHING;

-- name: meter_record_list
SELECT why, counter, line, public_key, state, at_us, format, method, connector_no
FROM meter_record WHERE session_id = $1 ORDER BY why;

-- Was this counter used for another transaction, or for the other end of this one?
-- name: meter_record_counter
SELECT session_id FROM meter_record
WHERE pile_id = $1 AND counter = $2 AND state = 'valid' AND NOT (session_id = $3 AND why = $4) LIMIT 1;

-- The key as settings told it: of this outlet, else the only one a pile has.
-- name: meter_record_key
SELECT COALESCE((SELECT value FROM pile_setting WHERE pile_id = $1 AND name = $2),
	(SELECT value FROM pile_setting WHERE pile_id = $1 AND name = 'MeterPublicKey[1]'), '');

-- The same in the device model: of this equipment, else of the pile.
-- name: meter_record_variable
SELECT COALESCE((SELECT MIN(value) FROM pile_variable WHERE pile_id = $1 AND component = 'FiscalMetering'
		AND variable = 'PublicKey' AND attribute = 'Actual' AND evse = $2 AND value <> ''),
	(SELECT MIN(value) FROM pile_variable WHERE pile_id = $1 AND component = 'FiscalMetering'
		AND variable = 'PublicKey' AND attribute = 'Actual' AND evse = 0 AND value <> ''), '');

-- What was signed with a key that a person took for good is genuine.
-- name: meter_record_trust
UPDATE meter_record SET state = 'valid' WHERE pile_id = $1 AND connector_no = $2 AND state = 'changed_key' AND public_key = $3;

-- name: meter_key_get
SELECT public_key, since_us, staff_id, other_key, other_us FROM meter_key WHERE pile_id = $1 AND connector_no = $2;

-- name: meter_key_list
SELECT connector_no, public_key, since_us, staff_id, other_key, other_us FROM meter_key WHERE pile_id = $1 ORDER BY connector_no;

-- name: meter_key_put
INSERT INTO meter_key (pile_id, connector_no, public_key, since_us, staff_id, other_key, other_us)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (pile_id, connector_no) DO UPDATE SET public_key = excluded.public_key, since_us = excluded.since_us,
	staff_id = excluded.staff_id, other_key = excluded.other_key, other_us = excluded.other_us;

-- name: meter_early_add
INSERT INTO meter_early (pile_id, name, why, line, format, method, public_key, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (pile_id, name, why) DO NOTHING;

-- name: meter_early_list
SELECT why, line, format, method, public_key, at_us FROM meter_early WHERE pile_id = $1 AND name = $2 ORDER BY why;

-- name: meter_early_drop
DELETE FROM meter_early WHERE pile_id = $1 AND name = $2;

-- name: meter_early_forget
DELETE FROM meter_early WHERE at_us < $1;
