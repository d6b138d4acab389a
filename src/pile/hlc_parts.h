/* hlc_parts.h - between the order of the talk (hlc.c) and what is in the answers (hlc_msg.c). */
#pragma once
#include "pile/hlc.h"

/* One request under way. */
struct hlc_talk {
	struct hlc *hlc;
	const struct hlc_input *input;
	struct vehicle *vehicle;
	struct rng *rng;
	int64_t ticks_us;
	const struct exi_node *header, *request;
	struct str raw; /* the request as it came */
	struct exi_doc out;
	struct exi_node *answer;
	bool ok; /* the code is no failure */
	bool later;
	struct str whole; /* another's answer, passed on as it is; empty: `out` */
};

bool hlc_is_din(const struct hlc *hlc);
/* A PhysicalValue in thousandths of its unit, kept within int32_t. */
int32_t hlc_value(const struct exi_node *parent, const char *name, int32_t otherwise);
/* The same without the thousandths, for what is larger. */
int64_t hlc_large(const struct exi_node *parent, const char *name);

/* What each answer holds beside its code, complete also when the code is a failure. */
void hlc_fill_setup(struct hlc_talk *talk);
void hlc_fill_services(struct hlc_talk *talk);
void hlc_fill_detail(struct hlc_talk *talk);
void hlc_fill_nothing(struct hlc_talk *talk);
void hlc_fill_authorise(struct hlc_talk *talk);
void hlc_fill_parameters(struct hlc_talk *talk);
void hlc_fill_cable(struct hlc_talk *talk);
void hlc_fill_voltage(struct hlc_talk *talk);
void hlc_fill_status(struct hlc_talk *talk);
void hlc_fill_demand(struct hlc_talk *talk);
void hlc_fill_charging(struct hlc_talk *talk);

/* A PhysicalValue out of thousandths of its unit. */
void hlc_put(struct hlc_talk *talk, struct exi_node *parent, const char *name, int64_t milli,
	const char *unit);

/* ---- schedules (hlc_needs.c) ---- */

/* What the car needs, by its AC_ or DC_EVChargeParameter, once in each ChargeParameterDiscovery
 * that is granted. */
void hlc_note_needs(struct hlc_talk *talk, const struct exi_node *group, bool three);
/* Is its schedule still being asked for? */
bool hlc_awaits_plan(const struct hlc_talk *talk);
/* The schedule it may choose, and draw by. */
void hlc_put_schedule(struct hlc_talk *talk, int64_t most_mw);
/* What it will draw, in PowerDelivery. False when that is more than it was offered. */
bool hlc_take_plan(struct hlc_talk *talk);

/* ---- contracts (hlc_contract.c) ---- */

#define HLC_SERVICE_CHARGE 1
#define HLC_SERVICE_PAPER 2 /* the standard's number for contract certificates */

/* Is the service one that was offered? */
bool hlc_contract_service(const struct hlc *hlc, int64_t service);
const char *hlc_contract_choose(struct hlc_talk *talk);
const char *hlc_contract_authorise(struct hlc_talk *talk);
const char *hlc_on_details(struct hlc_talk *talk);
const char *hlc_on_install(struct hlc_talk *talk);
const char *hlc_on_receipt(struct hlc_talk *talk);
/* Into the loop's answer: is the next request to be a signed receipt? */
bool hlc_contract_receipt(struct hlc_talk *talk);
void hlc_contract_services(struct hlc_talk *talk, struct exi_node *payments);
void hlc_contract_parameters(struct hlc_talk *talk);
void hlc_fill_details(struct hlc_talk *talk);
void hlc_fill_install(struct hlc_talk *talk);
