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
	const struct exi_node *request;
	struct exi_doc out;
	struct exi_node *answer;
	bool ok; /* the code is no failure */
	bool later;
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
void hlc_fill_details(struct hlc_talk *talk);
void hlc_fill_authorise(struct hlc_talk *talk);
void hlc_fill_parameters(struct hlc_talk *talk);
void hlc_fill_cable(struct hlc_talk *talk);
void hlc_fill_voltage(struct hlc_talk *talk);
void hlc_fill_status(struct hlc_talk *talk);
void hlc_fill_demand(struct hlc_talk *talk);
void hlc_fill_charging(struct hlc_talk *talk);
