/* filter.h - the sensors' 100 samples a second, made quiet at the edge: one value a channel for the
 * controller, one summary a minute for the log, instead of 800 numbers a second for anybody. A
 * median of three takes single spikes out, an average with a short memory takes the noise out, and
 * the peak since the last look is kept, because a protection must not miss what an average hides.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "pile/hal/hal.h"

struct filter_channel {
	int32_t before[2];   /* the two samples before, for the median */
	uint32_t seen;       /* samples so far, stops counting at 3 */
	int64_t mean_x16;    /* the average, times 16 */
	int32_t value;       /* the average; HAL_ABSENT when the sensor is not fitted */
	int32_t peak;        /* largest median since filter_take began a new look */
	int32_t least, most; /* of the medians since the summary began */
};

struct filter {
	struct filter_channel channels[HAL_CHANNELS];
	uint64_t samples; /* rows taken since the start */
};

void filter_init(struct filter *filter);
/* Takes the rows of one look; the peaks are those of this look. */
void filter_take(struct filter *filter, const struct hal_samples *samples);
/* Begins a new summary: least and most are forgotten. */
void filter_summarised(struct filter *filter);
