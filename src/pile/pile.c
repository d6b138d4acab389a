/* pile.c - the conversation around the outlets: opening, stepping, samples, statuses (see pile.h).
 * Claims and orders are in claim.c. */
#include "pile/pile.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/cost.h"
#include "pile/foresee_keep.h"
#include "pile/logbook.h"
#include "pile/monitor.h"
#include "pile/stream.h"
#include "pile/price.h"
#include "pile/report.h"
#include "pile/told.h"
#include "wire/ocpp16/enums.h"

#define PILE_CHECKPOINT_US (60 * US_PER_S)
#define PILE_OPEN_WAIT_US \
	(8 * US_PER_S) /* a car has 6 s to let go; a contactor that does not open then is welded, \
			  and the stop is written anyway */
#define PILE_NOTICE_US (8 * US_PER_S)
#define PILE_ROOM_US (5 * US_PER_S) /* the disk's room is looked at so often */

struct outlet *pile_outlet(struct pile *pile, int64_t number)
{
	return number >= 1 && number <= (int64_t)pile->outlets_len ? &pile->outlets[number - 1]
								   : NULL;
}

static void pile_clock(struct pile *pile)
{
	pile->ticks_us = clock_ticks_us(pile->clock);
	pile->now_us = clock_now_us(pile->clock) + pile->link.offset_us;
}

void pile_notice(struct pile *pile, struct outlet *outlet, enum outlet_notice notice)
{
	outlet->notice = notice;
	outlet->notice_until_us = pile->ticks_us + PILE_NOTICE_US;
}

/* ---- telling the server ---- */

/* Two states of ours may be one status of the version spoken. */
static const char *pile_status(const struct pile *pile, enum evse_state state)
{
	return pile_tells_states(pile) ? evse_taken(state) : evse_status(state);
}

static void pile_report_state(struct pile *pile, uint8_t connector, enum evse_state state,
	enum protect_kind fault, int64_t tx)
{
	struct status_note note = {.connector = connector,
		.state = (uint8_t)state,
		.fault = (uint8_t)fault,
		.tx = tx,
		.at_us = pile->now_us};

	if (pile->statuses_len == PILE_STATUS_QUEUE) {
		memmove(pile->statuses, pile->statuses + 1,
			(PILE_STATUS_QUEUE - 1) * sizeof(pile->statuses[0]));
		pile->statuses_len--;
	}
	pile->statuses[pile->statuses_len++] = note;
}

/* Only what the server does not know yet. */
static void outlet_report(struct pile *pile, struct outlet *outlet)
{
	enum evse_state state = outlet->evse.state;
	enum protect_kind fault = protect_first(&outlet->evse.protect);
	/* 2.x hears of it by events alone */
	enum easing easing = pile_tells_states(pile) ? EASING_NONE : outlet_easing(outlet);

	if (outlet->told && outlet->told_fault == fault && outlet->told_easing == easing &&
		strcmp(pile_status(pile, state),
			pile_status(pile, (enum evse_state)outlet->told_state)) == 0)
		return;
	outlet->told = true;
	outlet->told_state = (uint8_t)state;
	outlet->told_fault = (uint8_t)fault;
	outlet->told_easing = (uint8_t)easing;
	pile_report_state(pile, outlet->number, state, fault, outlet->tx);
	pile->statuses[pile->statuses_len - 1].easing = (uint8_t)easing;
}

void pile_report(struct pile *pile, uint8_t connector)
{
	struct outlet *outlet = pile_outlet(pile, connector);
	enum evse_state whole = pile->inoperative ? EVSE_UNAVAILABLE : EVSE_AVAILABLE;

	if (!pile->link.accepted)
		return; /* the present state is told when the connection is back */
	if (outlet)
		outlet_report(pile, outlet);
	else
		pile_report_state(pile, 0, whole, PROTECT_KINDS, 0);
}

void pile_report_conflict(struct pile *pile)
{
	pile_report_state(
		pile, 0, pile->inoperative ? EVSE_UNAVAILABLE : EVSE_AVAILABLE, PROTECT_KINDS, 0);
	pile->statuses[pile->statuses_len - 1].list_conflict = true;
}

void pile_report_all(struct pile *pile)
{
	pile->statuses_len = 0;
	for (size_t i = 0; i < pile->outlets_len; i++)
		pile->outlets[i].told = false;
	for (size_t number = 0; number <= pile->outlets_len; number++) {
		if (pile->statuses_len == PILE_STATUS_QUEUE)
			pile->triggered_status |= UINT64_C(1) << (number & 63);
		else
			pile_report(pile, (uint8_t)number);
	}
}

/* ---- settings ---- */

/* A changed key takes effect at once where something runs by it. */
static void pile_apply_key(struct pile *pile, enum key_id id)
{
	int64_t value = pile->keys.values[id];

	if (id == KEY_AUTHORIZATION_KEY)
		pile->link.reconnect_wish = true;
	if (id == KEY_HEARTBEAT_INTERVAL)
		pile->link.next_heartbeat_us = pile->ticks_us + value * US_PER_S;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		if (id == KEY_SAMPLE_INTERVAL)
			outlet->next_sample_us = pile->ticks_us + value * US_PER_S;
		if (id == KEY_ALIGNED_INTERVAL)
			outlet->next_aligned_us = meter_next_aligned(pile->now_us, value);
		if (id == KEY_FORESIGHT)
			outlet->evse.foresight = value;
		if (id == KEY_BASE_CURRENT)
			outlet->evse.base_ma = (int32_t)value * 1000;
		if (id == KEY_MAX_CURRENT)
			outlet->evse.limit_ma = value > 0 && value * 1000 < outlet->hal.max_ma
							? (int32_t)value * 1000
							: outlet->hal.max_ma;
	}
}

/* What cars are told: without a name of its own the country that is none, and no operator. */
static void outlet_name(const struct pile *pile, struct outlet *outlet)
{
	char *name = outlet->evse.name;

	if (pile->keys.evse_id[0])
		snprintf(name, sizeof(outlet->evse.name), "%s*%u", pile->keys.evse_id,
			outlet->number);
	else
		snprintf(name, sizeof(outlet->evse.name), "ZZ*000*E%u", outlet->number);
}

int pile_set_key(struct pile *pile, struct str name, struct str value)
{
	enum key_id id = key_find(name);
	int64_t profile = -1, slots = 0;
	int result;

	if (id == KEY_AUTHORIZATION_KEY)
		return access_set_secret(pile, str_trim(value));
	if (id == KEY_SECURITY_PROFILE)
		return str_to_i64(str_trim(value), &profile) ? access_set_profile(pile, profile)
							     : OCPP16_CONFIGURATION_STATUS_REJECTED;
	if (id == KEY_NETWORK_PRIORITY &&
		!(keys_parse_slots(str_trim(value), &slots) && network_priority_ok(pile, slots)))
		return OCPP16_CONFIGURATION_STATUS_REJECTED;
	result = keys_set(&pile->keys, &pile->spool, name, value);
	TRY(result);
	/* it is tried by the next start, which the server chooses */
	if (id == KEY_NETWORK_PRIORITY && result == OCPP16_CONFIGURATION_STATUS_ACCEPTED)
		return OCPP16_CONFIGURATION_STATUS_REBOOT_REQUIRED;
	if (result == OCPP16_CONFIGURATION_STATUS_ACCEPTED)
		pile_apply_key(pile, key_find(name));
	for (size_t i = 0; id == KEY_EVSE_ID && i < pile->outlets_len; i++)
		outlet_name(pile, &pile->outlets[i]);
	return result;
}

/* ---- opening ---- */

/* Is the note "<what>:<connector>" set? */
static bool pile_noted(const struct pile *pile, const char *what, uint8_t connector)
{
	char key[32];
	struct arena arena;
	bool noted;

	arena_init(&arena, sizeof(key) * 4);
	noted = str_is(
		spool_note_get(&pile->spool, str_format(&arena, "%s:%d", what, connector)), "1");
	arena_fini(&arena);
	return noted;
}

static void outlet_open(struct pile *pile, struct outlet *outlet, const struct hal *hal)
{
	const struct spool_register *kept = &pile->spool.registers[outlet->number - 1];
	int64_t amps = pile->keys.values[KEY_MAX_CURRENT];
	int64_t power_mw;

	outlet->hal = *hal;
	evse_init(&outlet->evse, &outlet->hal);
	outlet->evse.cable.rng = pile->rng;
	outlet_name(pile, outlet);
	if (amps > 0 && amps * 1000 < hal->max_ma)
		outlet->evse.limit_ma = (int32_t)amps * 1000;
	outlet->evse.base_ma = (int32_t)pile->keys.values[KEY_BASE_CURRENT] * 1000;
	outlet->evse.foresight = pile->keys.values[KEY_FORESIGHT];
	evse_remote_stop(&outlet->evse, pile_noted(pile, "emergency", outlet->number));
	power_mw = hal->max_mv ? (int64_t)hal->max_ma * hal->max_mv / 1000
			       : (int64_t)hal->max_ma * 253 * hal->phases;
	meter_init(&outlet->evse.meter, kept->register_dwh, kept->raw_dwh, power_mw);
	export_load(pile, outlet);
	if (pile->inoperative || pile_noted(pile, "inoperative", outlet->number)) {
		evse_operate(&outlet->evse, false, pile->ticks_us);
		outlet->inoperative_wish = true;
	}
	outlet->next_aligned_us =
		meter_next_aligned(pile->now_us, pile->keys.values[KEY_ALIGNED_INTERVAL]);
	outlet->next_checkpoint_us = pile->ticks_us + PILE_CHECKPOINT_US;
}

/* A transaction that was running when the power went: goes on when its car is still there and the
 * key says so, else ends with what is known. The first step reads the meter before anything is
 * written. */
static void outlet_take_up(struct pile *pile, struct outlet *outlet)
{
	struct spool_tx *tx = spool_tx_running(&pile->spool, outlet->number);

	if (!tx)
		return;
	outlet->tx = tx->id;
	outlet->told_charging = EVSE_CHARGING;
	if (pile->keys.values[KEY_POWER_LOSS_RESUME]) {
		outlet->resuming = true;
		outlet->claim_until_us =
			pile->ticks_us + pile->keys.values[KEY_CONNECTION_TIMEOUT] * US_PER_S;
	} else {
		outlet->stop = (struct stop_wish){true, STOP_POWER_LOSS, "", pile->ticks_us};
	}
}

/* A clock that lost its battery starts years ago: time goes on from the newest thing we know, until
 * the server tells better. A clock that runs ahead cannot be told from here. */
static void pile_trust_journal(struct pile *pile)
{
	int64_t newest_us = spool_newest_us(&pile->spool);

	if (pile->now_us >= newest_us)
		return;
	LOG_WARN("clock is behind the journal", "pile=%.*s by_s=%lld", STR_FMT(pile->config.name),
		(long long)((newest_us - pile->now_us) / US_PER_S));
	pile->link.offset_us = newest_us - pile->now_us;
	pile_clock(pile);
}

/* The small files beside the journal. */
static int pile_open_shelf(struct pile *pile)
{
	pile->shelf = pile->config.shelf ? pile->config.shelf : &pile->own_shelf;
	if (!pile->config.shelf)
		shelf_open_memory(&pile->own_shelf);
	TRY(locallist_open(&pile->list, pile->shelf));
	TRY(board_open(pile));
	return events_open(pile);
}

int pile_open(struct pile *pile, const struct pile_config *config, const struct hal *hals,
	const struct disk *disk, const struct clock *clock, struct rng *rng)
{
	struct journal_recovery recovery;

	ASSERT(config->outlets > 0 && config->outlets < LIMIT_CONNECTORS);
	memset(pile, 0, sizeof(*pile));
	TRY(spool_open(&pile->spool, disk, config->outlets, rng, &recovery));
	if (recovery.damaged)
		LOG_ERROR("journal damaged", "pile=%.*s cut_bytes=%lld kept=journal.damaged",
			STR_FMT(config->name), (long long)recovery.cut_bytes);
	else if (recovery.cut_bytes)
		LOG_INFO("journal tail cut", "pile=%.*s cut_bytes=%lld", STR_FMT(config->name),
			(long long)recovery.cut_bytes);
	pile->config = *config;
	pile->clock = clock;
	pile->rng = rng;
	pile_clock(pile);
	pile_trust_journal(pile);
	if (pile_open_shelf(pile) < 0) {
		spool_close(&pile->spool);
		return fault_trace(FAULT_IO, __FILE__, __LINE__);
	}
	attest_open(pile, config->signer);
	keys_load(&pile->keys, &pile->spool, (int64_t)config->outlets);
	pile->inoperative = pile_noted(pile, "inoperative", 0);
	pile->outlets = mem_alloc(config->outlets * sizeof(*pile->outlets));
	pile->outlets_len = config->outlets;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		pile->outlets[i].number = (uint8_t)(i + 1);
		outlet_open(pile, &pile->outlets[i], &hals[i]);
		outlet_take_up(pile, &pile->outlets[i]);
	}
	foresee_open(pile);
	network_open(pile);
	access_open(pile);
	secc_open(pile);
	firmware_open(pile);
	reserve_open(pile);
	profiles_load(pile);
	der_load(pile);
	profiles_step(pile);
	pile->monitors = mem_alloc(sizeof(*pile->monitors));
	monitors_open(pile);
	streams_open(pile);
	cost_open(pile);
	return 0;
}

/* Nothing is written here: closing and losing power leave the same journal behind. */
void pile_close(struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		const struct hal *hal = &pile->outlets[i].hal;
		hal->ops->contactor_set(hal->context, false);
		hal->ops->pilot_set(hal->context, HAL_DUTY_OFF);
	}
	profiles_free(pile);
	der_free(pile);
	secc_close(pile);
	for (size_t i = 0; i < pile->outlets_len; i++) {
		cable_fini(&pile->outlets[i].evse.cable);
		mem_free(pile->outlets[i].start_profile);
		mem_free(pile->outlets[i].account);
	}
	cost_close(pile);
	board_close(pile);
	network_close(pile);
	report_drop_all(pile);
	mem_free(pile->outlets);
	locallist_close(&pile->list);
	logs_close(pile);
	firmware_close(pile);
	events_close(pile);
	shelf_close(&pile->own_shelf);
	mem_free(pile->monitors);
	streams_free(pile);
	spool_close(&pile->spool);
	memset(pile, 0, sizeof(*pile));
}

/* ---- a step ---- */

void pile_sample(struct pile *pile, struct outlet *outlet, enum spool_context context)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);
	struct spool_facts facts = outlet_facts(pile, outlet);

	if (outlet->tx &&
		spool_sample(&pile->spool, outlet->tx, context, pile->now_us, values.register_dwh,
			&values, outlet->evse.connector_mc, &facts) < 0)
		LOG_WARN("sample not journalled", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
}

static void outlet_samples(struct pile *pile, struct outlet *outlet)
{
	int64_t interval_us = pile->keys.values[KEY_SAMPLE_INTERVAL] * US_PER_S;

	if (outlet->tx && !outlet->stop.owed && interval_us > 0 &&
		pile->ticks_us >= outlet->next_sample_us) {
		outlet->next_sample_us = pile->ticks_us + interval_us;
		pile_sample(pile, outlet, SPOOL_PERIODIC);
	}
	if (pile->now_us >= outlet->next_aligned_us) {
		outlet->next_aligned_us =
			meter_next_aligned(pile->now_us, pile->keys.values[KEY_ALIGNED_INTERVAL]);
		if (outlet->tx)
			pile_sample(pile, outlet, SPOOL_CLOCK);
		else if (pile->link.accepted)
			pile->triggered_meter |= UINT64_C(1) << outlet->number;
	}
}

/* The register on disk is never far behind, so that a power cut cannot hide energy. */
static void outlet_checkpoint(struct pile *pile, struct outlet *outlet)
{
	const struct meter *meter = &outlet->evse.meter;
	const struct spool_register *kept = &pile->spool.registers[outlet->number - 1];

	if (pile->ticks_us < outlet->next_checkpoint_us && outlet->checkpointed)
		return;
	outlet->next_checkpoint_us = pile->ticks_us + PILE_CHECKPOINT_US;
	outlet->checkpointed = meter->read_at_us != 0;
	export_keep(pile, outlet);
	if (!meter->read_at_us || (kept->register_dwh == meter->register_dwh &&
					  kept->raw_dwh == meter->raw_dwh && !outlet->tx))
		return;
	if (spool_register(&pile->spool, outlet->number, meter->register_dwh, meter->raw_dwh,
		    pile->now_us, true) < 0)
		LOG_WARN("register not journalled", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
}

/* Writes an owed stop once the contactor is open (or clearly will not open). A transaction of
 * before the power loss ends at the last time known of it, not now: nobody pays for the dark. */
static void outlet_settle_stop(struct pile *pile, struct outlet *outlet)
{
	struct spool_tx *tx = spool_tx(&pile->spool, outlet->tx);
	bool lost = outlet->stop.reason == STOP_POWER_LOSS;
	struct spool_facts facts = outlet_facts(pile, outlet);
	int64_t register_dwh = outlet->evse.meter.register_dwh;
	int64_t at_us = lost && tx ? tx->last_us : pile->now_us;

	if (!outlet->stop.owed || !tx || !outlet->evse.meter.read_at_us)
		return;
	if (outlet->evse.closed && pile->ticks_us - outlet->stop.since_us < PILE_OPEN_WAIT_US)
		return;
	if (register_dwh < tx->start_dwh)
		register_dwh = tx->start_dwh;
	if (at_us < tx->started_us)
		at_us = tx->started_us;
	outlet->last_charge.valid = true;
	outlet->last_charge.tx = tx->id;
	outlet->last_charge.energy_dwh = register_dwh - tx->start_dwh;
	outlet->last_charge.seconds = (at_us - tx->started_us) / US_PER_S;
	facts.offline = facts.offline || lost;
	if (spool_stop(&pile->spool, outlet->tx, outlet->stop.tag, register_dwh, at_us,
		    outlet->stop.reason, &facts) < 0) {
		LOG_ERROR("stop not journalled, will try again", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
		outlet->stop.since_us = pile->ticks_us - PILE_OPEN_WAIT_US + US_PER_S;
		return;
	}
	LOG_INFO("transaction stopped", "pile=%.*s connector=%d tx=%lld energy_dwh=%lld",
		STR_FMT(pile->config.name), outlet->number, (long long)outlet->tx,
		(long long)outlet->last_charge.energy_dwh);
	profiles_ended(pile, outlet);
	cost_end(pile, outlet);
	outlet->tx = 0;
	outlet->stop = (struct stop_wish){0};
	outlet->checkpointed = false;
}

/* Starts the granted transaction: first the journal, then energy. */
static void outlet_begin(struct pile *pile, struct outlet *outlet)
{
	int32_t reservation = reserve_of(pile, outlet, outlet->claim_tag, outlet->claim_parent);
	struct spool_facts facts = outlet_facts(pile, outlet);
	int64_t tx;
	int result;

	facts.token = outlet->claim_from.token;
	facts.remote = outlet->claim_from.numbered;
	facts.remote_id = outlet->claim_from.remote_id;
	facts.choice = mode_chosen(&outlet->evse.mode);
	facts.cause = outlet->claim_remote    ? START_REMOTE
		      : outlet->claim_plugged ? START_AUTHORIZED
					      : START_PLUGGED;
	result = spool_start(&pile->spool, outlet->number, outlet->claim_tag,
		outlet->evse.meter.register_dwh, pile->now_us, reservation, &facts, &tx);
	outlet->claim = CLAIM_NONE;
	if (result != 0) {
		LOG_ERROR("no new transaction", "pile=%.*s why=\"%s\"", STR_FMT(pile->config.name),
			result < 0 ? fault_text() : "disk full");
		pile_notice(pile, outlet, NOTICE_STORAGE);
		events_add(pile, "MemoryExhaustion", "no room for a transaction");
		evse_claim(&outlet->evse, false, pile->ticks_us);
		return;
	}
	outlet->tx = tx;
	if (reservation >= 0)
		reserve_used(pile, reservation);
	outlet->told_charging = facts.state;
	if (outlet->start_profile && profiles_set(pile, outlet->start_profile) != 0)
		LOG_WARN("profile of the start not kept", "pile=%.*s", STR_FMT(pile->config.name));
	mem_free(outlet->start_profile);
	outlet->start_profile = NULL;
	outlet->cost[0] = 0;
	price_forget(&outlet->price);
	outlet->cost_e5 = -1;
	cost_begin(pile, outlet);
	outlet->notice = NOTICE_NONE;
	outlet->last_charge.valid = false;
	outlet->next_sample_us = pile->ticks_us + pile->keys.values[KEY_SAMPLE_INTERVAL] * US_PER_S;
	LOG_INFO("transaction started", "pile=%.*s connector=%d tx=%lld",
		STR_FMT(pile->config.name), outlet->number, (long long)tx);
	if (!evse_begin(&outlet->evse, pile->ticks_us))
		pile_stop(pile, outlet, STOP_OTHER, "");
}

static void outlet_resume(struct pile *pile, struct outlet *outlet)
{
	struct evse *evse = &outlet->evse;

	if (evse->plugged && !evse->protect.active) {
		evse_claim(evse, true, pile->ticks_us);
		if (evse_begin(evse, pile->ticks_us)) {
			outlet->resuming = false;
			outlet->next_sample_us =
				pile->ticks_us + pile->keys.values[KEY_SAMPLE_INTERVAL] * US_PER_S;
			pile_sample(pile, outlet, SPOOL_INTERRUPT_END);
			return;
		}
	}
	if (pile->ticks_us >= outlet->claim_until_us) {
		outlet->resuming = false;
		evse_claim(evse, false, pile->ticks_us);
		outlet->stop = (struct stop_wish){true, STOP_POWER_LOSS, "", pile->ticks_us};
	}
}

static void outlet_claims(struct pile *pile, struct outlet *outlet)
{
	struct evse *evse = &outlet->evse;

	if (outlet->resuming) {
		outlet_resume(pile, outlet);
		return;
	}
	if (outlet->claim == CLAIM_NONE || outlet->tx)
		return; /* of a running charge another card is only asked about */
	if (outlet->claim == CLAIM_GRANTED && evse->mode.plug && evse->mode.max_ma <= 0) {
		outlet->claim = CLAIM_NONE;
		evse_claim(evse, false, pile->ticks_us);
		pile_notice(pile, outlet, NOTICE_PLUG);
		return;
	}
	if (outlet->claim == CLAIM_GRANTED && evse->plugged && !evse->protect.active &&
		evse->operative && !outlet->tx && evse->meter.read_at_us) {
		evse_claim(evse, true, pile->ticks_us);
		outlet_begin(pile, outlet);
		return;
	}
	if (pile->ticks_us >= outlet->claim_until_us) {
		outlet->claim = CLAIM_NONE;
		evse_claim(evse, false, pile->ticks_us);
		pile_notice(pile, outlet, NOTICE_TIMEOUT);
	}
}

/* The server does not accept the card of a running transaction: it ends, or gives no energy. */
static void outlet_obey(struct pile *pile, struct outlet *outlet)
{
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;

	if (!tx || !tx->refused || outlet->stop.owed)
		return;
	if (pile->keys.values[KEY_STOP_ON_INVALID])
		pile_stop(pile, outlet, STOP_DEAUTHORIZED, "");
	else
		evse_permit(&outlet->evse, false);
	pile_notice(pile, outlet, NOTICE_REFUSED);
}

/* Where the battery stood when energy began to flow: the pace since then tells when it is full. */
static void outlet_pace(struct pile *pile, struct outlet *outlet, uint32_t happened)
{
	if (happened & EVSE_H_STATE && outlet->evse.state == EVSE_CHARGING) {
		outlet->pace.since_us = pile->ticks_us;
		outlet->pace.from_percent =
			meter_values(&outlet->evse.meter, pile->ticks_us).soc_percent;
	}
}

/* Out of service by order, or because the disk is full: a running charge ends first, and whoever
 * comes is told before he plugs in, not after. */
static void outlet_operate(struct pile *pile, struct outlet *outlet)
{
	bool operative = !outlet->inoperative_wish && !pile->full;

	if (pile->full && !outlet->tx && !outlet->notice)
		pile_notice(pile, outlet, NOTICE_STORAGE);
	if (outlet->tx || operative == outlet->evse.operative)
		return;
	if (!operative && outlet->claim != CLAIM_NONE) {
		outlet->claim = CLAIM_NONE;
		evse_claim(&outlet->evse, false, pile->ticks_us);
	}
	evse_operate(&outlet->evse, operative, pile->ticks_us);
}

static void outlet_step(struct pile *pile, struct outlet *outlet)
{
	struct evse *evse = &outlet->evse;
	uint32_t happened;

	evse->utc_us = pile->now_us;
	evse->look = pile->keys.values[KEY_AUTOCHARGE] != 0;
	evse->probe = evse->look && pile->keys.values[KEY_AUTOCHARGE_PROBE] != 0;
	evse->wall_us = pile->now_us + pile->keys.values[KEY_UTC_OFFSET] * US_PER_MIN;
	happened = evse_step(evse, pile->ticks_us);

	outlet_log(pile, outlet, happened);
	if (happened & EVSE_H_PROTECT)
		outlet_alerts(pile, outlet);
	outlet_eases(pile, outlet, happened);
	outlet_pace(pile, outlet, happened);
	autocharge_step(pile, outlet, happened);
	contract_step(pile, outlet, happened);
	if (happened & EVSE_H_TAG)
		pile_card(pile, outlet, evse->tag);
	if (happened & EVSE_H_MUST_END)
		pile_stop(pile, outlet, outlet_fault_reason(outlet), "");
	if (happened & EVSE_H_UNPLUGGED && outlet->tx && !outlet->resuming &&
		pile->keys.values[KEY_STOP_ON_DISCONNECT])
		pile_stop(pile, outlet, STOP_EV_DISCONNECTED, "");
	outlet_obey(pile, outlet);
	outlet_claims(pile, outlet);
	outlet_states(pile, outlet);
	outlet_samples(pile, outlet);
	cost_step(pile, outlet);
	outlet_limits(pile, outlet);
	outlet_settle_stop(pile, outlet);
	outlet_checkpoint(pile, outlet);
	outlet_operate(pile, outlet);
	if (outlet->notice && pile->ticks_us >= outlet->notice_until_us)
		outlet->notice = NOTICE_NONE;
	pile_report(pile, outlet->number);
	price_turn(&outlet->price, pile->now_us);
	voice_step(pile, outlet);
}

static void pile_room(struct pile *pile)
{
	bool full;

	if (pile->ticks_us < pile->next_room_us)
		return;
	pile->next_room_us = pile->ticks_us + PILE_ROOM_US;
	full = spool_full(&pile->spool);
	if (full != pile->full)
		LOG_ERROR(full ? "disk full, no new transactions" : "room on the disk again",
			"pile=%.*s", STR_FMT(pile->config.name));
	pile->full = full;
}

void pile_step(struct pile *pile)
{
	pile_clock(pile);
	pile_room(pile);
	der_step(pile);
	profiles_step(pile);
	needs_step(pile);
	for (size_t i = 0; i < pile->outlets_len; i++)
		outlet_step(pile, &pile->outlets[i]);
	foresee_step(pile);
	reserve_step(pile);
	board_step(pile);
	care_step(pile);
	if (pile->reset_wish && pile_quiet(pile)) {
		pile->reset_wish = false;
		pile->reset = RESET_SOFT;
		pile->link.boot_reason = BOOT_SCHEDULED_RESET;
	}
	if (pile_tells_states(pile))
		monitors_step(pile);
	attest_step(pile);
}

bool pile_quiet(const struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++)
		if (pile->outlets[i].tx)
			return false;
	return true;
}
