/* told.h - what a server of OCPP 2.x is told of an outlet beside its status: each charging state of
 * a transaction, its end at a limit or by a fault, protections and easings as events. pile.c calls
 * these in each step. */
#pragma once
#include "pile/pile.h"

/* Would a server of 2.x be told? Offline that is the version spoken last, or preferred. */
bool pile_tells_states(const struct pile *pile);
/* How things stand at the outlet now. */
struct spool_facts outlet_facts(const struct pile *pile, const struct outlet *outlet);
void outlet_states(struct pile *pile, struct outlet *outlet);
void outlet_limits(struct pile *pile, struct outlet *outlet);
void outlet_alerts(struct pile *pile, const struct outlet *outlet);
/* More or less power by heat or grid: notices what evse_step saw. */
void outlet_eases(struct pile *pile, struct outlet *outlet, uint32_t happened);
/* The most serious easing now. */
enum easing outlet_easing(const struct outlet *outlet);
/* Why a transaction ends when a protection ends it. */
enum stop_reason outlet_fault_reason(const struct outlet *outlet);

struct easing_row {
	const char *code; /* "W01" */
	const char *info;
	const char *component, *variable;
};
const struct easing_row *easing_row(enum easing easing);
/* 0 danger .. 9 debug. */
uint8_t pile_alert_severity(const struct pile *pile, const struct pile_alert *event);
