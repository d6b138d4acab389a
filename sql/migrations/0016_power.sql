-- 0016: smart charging: a site's limit, and what its outlets were told (src/domain/power.h).

CREATE TABLE site_power (
	site_id {ID},
	tenant_id BIGINT NOT NULL,
	limit1_ma BIGINT NOT NULL,       -- of each phase
	limit2_ma BIGINT NOT NULL,
	limit3_ma BIGINT NOT NULL,
	limit_w BIGINT NOT NULL,         -- over all phases, 0 none
	base1_ma BIGINT NOT NULL,        -- what else runs there
	base2_ma BIGINT NOT NULL,
	base3_ma BIGINT NOT NULL,
	reserve_ma BIGINT NOT NULL,      -- never given away
	offline_ma BIGINT NOT NULL,      -- default of every outlet: what a charge takes that nobody told
	turn_s BIGINT NOT NULL,
	hours TEXT NOT NULL,             -- percent of the limit by half hour, '' always all
	off BIGINT NOT NULL,             -- taken back
	over_us BIGINT NOT NULL,
	revision BIGINT NOT NULL
);

CREATE TABLE outlet_power (
	pile_id BIGINT NOT NULL,
	no BIGINT NOT NULL,
	rotation TEXT NOT NULL,
	most_ma BIGINT NOT NULL,
	priority BIGINT NOT NULL,
	cap_ma BIGINT NOT NULL,
	cap_until_us BIGINT NOT NULL,
	external_ma BIGINT NOT NULL,
	car_phases BIGINT NOT NULL,
	car_most_ma BIGINT NOT NULL,
	wanted_wh BIGINT NOT NULL,
	depart_us BIGINT NOT NULL,
	answer_owed BIGINT NOT NULL,
	urgent BIGINT NOT NULL,
	session_id BIGINT NOT NULL,
	told_ma BIGINT NOT NULL,
	may_ma BIGINT NOT NULL,
	sent_ma BIGINT NOT NULL,
	may_until_us BIGINT NOT NULL,
	raised_us BIGINT NOT NULL,
	asked_id BIGINT NOT NULL,
	default_ma BIGINT NOT NULL,
	default_sent_ma BIGINT NOT NULL,
	default_asked_id BIGINT NOT NULL,
	default_try_us BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	try_us BIGINT NOT NULL,
	error TEXT NOT NULL,
	share_ma BIGINT NOT NULL,
	state BIGINT NOT NULL,
	reason BIGINT NOT NULL,
	since_us BIGINT NOT NULL,
	has_turn BIGINT NOT NULL,
	PRIMARY KEY (pile_id, no)
);
