/* export.c - the register of energy that cars gave back, kept in the journal: a note for each
 * outlet that may let it flow, written with the checkpoint of the other register (pile.h). */
#include <stdio.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"

static struct str export_key(char room[24], const struct outlet *outlet)
{
	return (struct str){room, (size_t)snprintf(room, 24, "export:%d", outlet->number)};
}

void export_load(struct pile *pile, struct outlet *outlet)
{
	char room[24];
	struct str note = spool_note_get(&pile->spool, export_key(room, outlet));
	struct str counted = str_cut(&note, ' ');
	int64_t export_dwh, raw_dwh;

	if (str_to_i64(counted, &export_dwh) && str_to_i64(note, &raw_dwh))
		meter_init_export(&outlet->evse.meter, export_dwh, raw_dwh);
}

void export_keep(struct pile *pile, const struct outlet *outlet)
{
	const struct meter *meter = &outlet->evse.meter;
	char room[24], value[48];

	if (meter->read_at_us == 0 || (meter->export_dwh == 0 && meter->export_raw_dwh == 0))
		return;
	snprintf(value, sizeof(value), "%lld %lld", (long long)meter->export_dwh,
		(long long)meter->export_raw_dwh);
	if (spool_note(&pile->spool, export_key(room, outlet), str_from(value)) < 0)
		LOG_WARN("register not journalled", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
}
