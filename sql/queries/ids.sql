-- ids.sql - where the id makers go on after a restart.

-- name: id_newest
SELECT MAX(id) FROM (
	SELECT MAX(id) AS id FROM orders UNION ALL SELECT MAX(id) FROM order_event
	UNION ALL SELECT MAX(id) FROM session UNION ALL SELECT MAX(id) FROM transfer
	UNION ALL SELECT MAX(id) FROM payment UNION ALL SELECT MAX(id) FROM command
	UNION ALL SELECT MAX(id) FROM audit UNION ALL SELECT MAX(id) FROM alarm
	UNION ALL SELECT MAX(id) FROM refusal UNION ALL SELECT MAX(id) FROM pile) AS newest;

-- name: frame_newest
SELECT MAX(id) FROM frame;
