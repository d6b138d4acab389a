/* fuzz_gbt.c - any frames from a car's battery: nine bytes a frame, the first chooses message and
 * length. Whatever comes, no current is asked for outside the charge, and no voltage above what the
 * car said first. */
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "fuzz.h"
#include "pile/gbt.h"

#define ROW 9

static void fuzz_frame(struct gbt *gbt, const uint8_t *row, int64_t ticks_us)
{
	struct hal_can frame = {.id = 0x180056f4, .len = 8};
	uint8_t choice = row[0];

	if (choice < 0x40)
		frame.id |= (uint32_t)gbt_row((enum gbt_kind)(choice % GBT_KINDS))->pf << 16;
	else if (choice < 0xc0)
		frame.id |= (choice & 1 ? 0xebu : 0xecu) << 16;
	else
		frame.id |= (uint32_t)row[1] << 16;
	if (choice >= 0xe0)
		frame.len = choice & 7;
	memcpy(frame.data, row + 1, frame.len);
	gbt_take(gbt, &frame, ticks_us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gbt_input input = {
		.wanted = true, .max_mv = 750000, .min_mv = 200000, .limit_ma = 250000};
	int64_t ticks_us = US_PER_S;
	struct hal_can frame;
	struct hal_car car;
	struct gbt gbt;

	gbt_init(&gbt);
	for (; size >= ROW; data += ROW, size -= ROW) {
		ticks_us += (data[0] + 1) * US_PER_MS;
		fuzz_frame(&gbt, data, ticks_us);
		input.dc = gbt.phase == GBT_INSULATION ? DC_PRECHARGE
			   : gbt.phase >= GBT_READY    ? DC_ENERGY
						       : DC_CHECK;
		gbt_step(&gbt, &input, ticks_us);
		while (gbt_link_next(&gbt.link, &frame))
			ASSERT(frame.len <= 8 && (frame.id & 0xffff) == 0xf456);
		car = gbt_car(&gbt);
		ASSERT(car.target_ma >= 0 && car.target_mv >= 0 && car.max_mv >= 0);
		ASSERT(car.target_ma == 0 || gbt.phase == GBT_CHARGE);
	}
	return 0;
}
