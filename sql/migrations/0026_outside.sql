-- 0026: what was asked outside for piles: states of certificates of other authorities, contracts of vehicles as judged last.
CREATE TABLE ocsp_answer (           -- until it is asked again
	key TEXT NOT NULL PRIMARY KEY,   -- algorithm:issuer name:issuer key:serial
	status TEXT NOT NULL,            -- good, revoked, unknown, failed
	proven BIGINT NOT NULL,          -- signed by one below our roots
	body TEXT NOT NULL,              -- the response (base64); empty: failed
	until_us BIGINT NOT NULL,
	at_us BIGINT NOT NULL
);
CREATE INDEX ocsp_answer_until ON ocsp_answer (until_us);

CREATE TABLE contract_verdict (      -- what was last said of a vehicle's contract at a pile
	pile_id BIGINT NOT NULL,
	emaid TEXT NOT NULL,             -- capitals and digits alone
	verdict BIGINT NOT NULL,         -- enum contracts_outcome; 0: good
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, emaid)
);
