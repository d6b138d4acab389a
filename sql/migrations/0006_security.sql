-- 0006: security profiles, passwords on their way, certificates.

CREATE TABLE pile_security (         -- how a pile proves who it is; one row when there is something to say
	pile_id {ID},
	least BIGINT NOT NULL DEFAULT 0,       -- the profile it may not come below: the highest seen or ordered
	seen BIGINT NOT NULL DEFAULT 0,        -- the profile of its last handshake
	seen_us BIGINT NOT NULL DEFAULT 0,
	wanted BIGINT NOT NULL DEFAULT 0,      -- an upgrade under way, 0: none
	wanted_us BIGINT NOT NULL DEFAULT 0,
	wanted_state TEXT NOT NULL DEFAULT '', -- the step it is at, or how it ended (src/app/security.c)
	wanted_command BIGINT NOT NULL DEFAULT 0, -- the command of that step
	next_hash TEXT NOT NULL DEFAULT '',    -- the password it was told; takes over when first used
	next_us BIGINT NOT NULL DEFAULT 0,
	next_command BIGINT NOT NULL DEFAULT 0,
	rotated_us BIGINT NOT NULL DEFAULT 0,
	transport TEXT NOT NULL DEFAULT '',    -- of the last handshake: "TLSv1.3 TLS_AES_128_GCM_SHA256", empty: plain
	serial TEXT NOT NULL DEFAULT '',       -- of the certificate it showed, empty: none
	until_us BIGINT NOT NULL DEFAULT 0     -- when that ends
);
CREATE TABLE certificate (           -- of piles: asked for, signed, in use, gone
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- pile, v2g
	state TEXT NOT NULL,             -- requested, signed, installed, active, replaced, refused, revoked
	common_name TEXT NOT NULL DEFAULT '',
	organisation TEXT NOT NULL DEFAULT '',
	key_name TEXT NOT NULL DEFAULT '',
	key_hash TEXT NOT NULL DEFAULT '',
	serial TEXT NOT NULL DEFAULT '',
	fingerprint TEXT NOT NULL DEFAULT '',
	csr TEXT NOT NULL DEFAULT '',
	chain TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '', -- why it was refused or revoked
	request_id BIGINT NOT NULL DEFAULT 0, -- the pile's own number of its request, -1: none
	command_id BIGINT NOT NULL DEFAULT 0, -- the CertificateSigned that carries it
	local BIGINT NOT NULL DEFAULT 0, -- signed by our own authority
	from_us BIGINT NOT NULL DEFAULT 0,
	until_us BIGINT NOT NULL DEFAULT 0,
	asked_us BIGINT NOT NULL DEFAULT 0, -- when a successor was last asked for
	created_us BIGINT NOT NULL,
	done_us BIGINT NOT NULL DEFAULT 0 -- when its state last changed
);
CREATE INDEX certificate_pile ON certificate (pile_id, id);
CREATE INDEX certificate_tenant ON certificate (tenant_id, id);
CREATE INDEX certificate_due ON certificate (until_us) WHERE state = 'active';
CREATE INDEX certificate_open ON certificate (tenant_id, id) WHERE state = 'requested';
CREATE INDEX certificate_gone ON certificate (done_us) WHERE state = 'revoked';
CREATE INDEX certificate_command ON certificate (command_id) WHERE command_id <> 0;
CREATE INDEX certificate_serial ON certificate (serial) WHERE serial <> '';
CREATE TABLE pile_anchor (           -- certificates installed in a pile, as it last reported them
	pile_id BIGINT NOT NULL,
	kind TEXT NOT NULL,              -- csms, manufacturer, v2g, mo, chain
	algorithm TEXT NOT NULL,
	name_hash TEXT NOT NULL,
	key_hash TEXT NOT NULL,
	serial TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (pile_id, kind, key_hash, serial, name_hash)
);
CREATE TABLE security_event (        -- what piles said about their own safety
	id {ID},
	tenant_id BIGINT NOT NULL,
	pile_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	kind TEXT NOT NULL,
	info TEXT NOT NULL DEFAULT ''
);
CREATE INDEX security_event_pile ON security_event (pile_id, id);
CREATE INDEX security_event_tenant ON security_event (tenant_id, id);

-- A command that carries a secret is kept masked; the whole is sealed with the server's key until it is answered.
ALTER TABLE command ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
