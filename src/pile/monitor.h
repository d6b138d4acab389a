/* monitor.h - what the server wants to hear of: variables of the model watched for a threshold, a
 * change, or at times. They are kept as notes in the spool ("monitor:<id>"); what they see becomes
 * events (pile.h) with their severity, and nothing above the level asked for is told. */
#pragma once
#include "pile/model.h"

#define MONITORS_MAX 32
#define MONITOR_SEVERITY_MAX 9

enum monitor_kind {
	MONITOR_UPPER = 0,
	MONITOR_LOWER,
	MONITOR_DELTA,
	MONITOR_PERIODIC,
	MONITOR_ALIGNED,
	MONITOR_KINDS,
};

struct monitor {
	int32_t id; /* 1.., 0: a free place */
	enum monitor_kind kind;
	uint8_t severity;
	bool transaction;    /* only while the outlet charges */
	int64_t value_milli; /* threshold, change, or seconds */
	struct model_name name;
	char names[3][51]; /* what `name` points into */
	size_t variable;   /* its index in the model */
	/* as last seen */
	bool known, high;
	int64_t last_milli, next_us;
};

struct monitors {
	struct monitor list[MONITORS_MAX];
	uint8_t level; /* events of a severity above it are not told */
	int64_t next_us;
};

/* Takes up what was kept. */
void monitors_open(struct pile *pile);
/* Once a second or so: looks, and queues events. */
void monitors_step(struct pile *pile);

enum monitor_outcome {
	MONITOR_E_COMPONENT = 1,
	MONITOR_E_VARIABLE,
	MONITOR_E_KIND,      /* that variable cannot be watched so */
	MONITOR_E_VALUE,     /* a value or severity that makes no sense */
	MONITOR_E_DUPLICATE, /* the same is watched for already */
	MONITOR_E_UNKNOWN,   /* no monitor of that id */
	MONITOR_E_FULL,
};
/* Sets one, or (id not 0) replaces that one; fills *ret_id. A fault when it cannot be kept. */
int monitor_set(struct pile *pile, const struct monitor *wanted, int32_t *ret_id);
int monitor_clear(struct pile *pile, int32_t id);
/* Forgets all. */
int monitors_clear(struct pile *pile);
int monitors_level(struct pile *pile, uint8_t level);
const struct monitor *monitor_find(const struct pile *pile, int64_t id);
