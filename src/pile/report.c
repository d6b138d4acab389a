/* report.c - the list of answers in parts (see report.h). */
#include "pile/report.h"

#include <string.h>

struct pile_report *report_add(struct pile *pile, enum call_kind kind, int32_t request_id)
{
	struct pile_report *report = &pile->reports[pile->reports_len];

	if (pile->reports_len == PILE_REPORTS)
		return NULL;
	memset(report, 0, sizeof(*report));
	report->kind = (uint8_t)kind;
	report->request_id = request_id;
	report->at_us = pile->now_us;
	pile->reports_len++;
	return report;
}

void report_want(struct pile_report *report, size_t row)
{
	if (row < REPORT_ROWS)
		report->wanted[row / 64] |= UINT64_C(1) << (row % 64);
}

bool report_wants(const struct pile_report *report, size_t row)
{
	return row < REPORT_ROWS && report->wanted[row / 64] >> (row % 64) & 1;
}

int report_next(const struct pile_report *report, int row)
{
	for (int i = row; i < REPORT_ROWS; i++)
		if (report_wants(report, (size_t)i))
			return i;
	return -1;
}

void report_drop(struct pile *pile)
{
	if (pile->reports_len == 0)
		return;
	mem_free(pile->reports[0].text);
	pile->reports_len--;
	memmove(pile->reports, pile->reports + 1, pile->reports_len * sizeof(pile->reports[0]));
}

void report_cancel(struct pile *pile)
{
	if (pile->reports_len == 0)
		return;
	pile->reports_len--;
	mem_free(pile->reports[pile->reports_len].text);
}

void report_drop_all(struct pile *pile)
{
	while (pile->reports_len > 0)
		report_drop(pile);
}
