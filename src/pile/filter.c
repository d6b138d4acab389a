/* filter.c - median, average, peak, a channel at a time (see filter.h). */
#include "pile/filter.h"

#include <string.h>

#define FILTER_SHIFT 4 /* memory of the average: 16 samples, 160 ms */

void filter_init(struct filter *filter)
{
	memset(filter, 0, sizeof(*filter));
	for (int i = 0; i < HAL_CHANNELS; i++)
		filter->channels[i].value = filter->channels[i].peak = HAL_ABSENT;
	filter_summarised(filter);
}

void filter_summarised(struct filter *filter)
{
	for (int i = 0; i < HAL_CHANNELS; i++) {
		filter->channels[i].least = INT32_MAX;
		filter->channels[i].most = INT32_MIN;
	}
}

static int32_t filter_median(int32_t a, int32_t b, int32_t c)
{
	int32_t low = a < b ? a : b, high = a < b ? b : a;

	return c < low ? low : c > high ? high : c;
}

static void filter_one(struct filter_channel *channel, int32_t sample)
{
	int32_t median = sample;

	if (sample == HAL_ABSENT) {
		channel->value = HAL_ABSENT;
		channel->seen = 0;
		return;
	}
	if (channel->seen >= 2)
		median = filter_median(channel->before[0], channel->before[1], sample);
	channel->before[0] = channel->before[1];
	channel->before[1] = sample;
	if (channel->seen == 0)
		channel->mean_x16 = (int64_t)median << FILTER_SHIFT;
	else
		channel->mean_x16 += median - (channel->mean_x16 >> FILTER_SHIFT);
	if (channel->seen < 3)
		channel->seen++;
	channel->value = (int32_t)(channel->mean_x16 >> FILTER_SHIFT);
	if (channel->peak == HAL_ABSENT || median > channel->peak)
		channel->peak = median;
	channel->least = median < channel->least ? median : channel->least;
	channel->most = median > channel->most ? median : channel->most;
}

void filter_take(struct filter *filter, const struct hal_samples *samples)
{
	if (samples->len == 0)
		return; /* nothing new: what was seen last still counts */
	for (int i = 0; i < HAL_CHANNELS; i++) {
		filter->channels[i].peak = HAL_ABSENT;
		for (size_t row = 0; row < samples->len; row++)
			filter_one(&filter->channels[i], samples->rows[row][i]);
	}
	filter->samples += samples->len;
}
