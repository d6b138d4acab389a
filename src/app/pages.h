/* pages.h - HTML rendered by the server: templates, the values every page has, and texts in the
 * reader's language. */
#pragma once
#include "app/api_call.h"
#include "app/reads.h"
#include "wire/html.h"

/* An object with the values every page has (see web/README.md). NULL when the arena is full. */
struct html_value *pages_view(struct api_call *call);
/* Renders "templates/<name>.html" as the answer. */
int pages_render(struct api_call *call, int status, const char *name, struct html_value *view);
/* The page of a problem; STR_NULL when it cannot be made. */
struct str pages_error(struct api_call *call, int status, const char *word);
/* "'sha256-...'" of the one inline style, for the Content-Security-Policy; empty when there is
 * none. */
struct str pages_style_hash(struct arena *arena);
/* Sets pile, site and helpline of a place; gives the object `pile`. */
struct html_value *pages_place(
	struct html_value *view, const struct reads_place *place, struct arena *arena);
/* Sets price, next, bars, now_x, rows and idle of a pile whose price is known (pages_landing.c). */
void pages_prices(struct api_call *call, struct html_value *view, const struct reads_pile *pile);
/* Everything the pages of one order show (pages_order.c). NULL when the arena is full. */
struct html_value *pages_order_view(
	struct api_call *call, const struct reads_order *order, bool owner);
/* The cashier's address comes from the channel after the commit: looks for it a little while. True
 * when the handler is to be run again (nothing to send yet); false when the address is known, not
 * needed, or does not come. */
bool pages_await_cashier(struct api_call *call, const struct reads_order *facts);
/* The text of a catalogue key made of parts, never NULL. */
struct str pages_text(
	const struct api_call *call, const char *first, const char *word, const char *last);

/* Free connectors elsewhere, as the list `nearby` of a view. */
struct nearby;
void pages_nearby(
	struct api_call *call, struct html_value *view, const struct nearby *nearby, size_t len);

/* --- numbers and times as text in a language (pages_format.c) --- */
struct str format_money(struct arena *arena, struct str lang, int64_t minor, struct str currency);
/* Price per kWh or minute: at least the currency's digits, needless zeros left out. */
struct str format_price(struct arena *arena, struct str lang, int64_t e5, struct str currency);
/* Energy in kWh without unit: two decimals where it runs and where it is a headline ("28.94"), four
 * on a bill, whose lines, sum and registers must come out to the cent. web/shared/i18n.ts has the
 * same two. */
struct str format_kwh(struct arena *arena, struct str lang, int64_t dwh);
struct str format_billed(struct arena *arena, struct str lang, int64_t dwh);
struct str format_kw(struct arena *arena, struct str lang, int64_t w); /* "45.2" */
/* "350 m", "2.4 km", "38 km" */
struct str format_distance(struct arena *arena, struct str lang, int64_t metres);
struct str format_percent(struct arena *arena, struct str lang, int64_t bp);  /* "13 %" */
struct str format_clock(struct arena *arena, struct str zone, int64_t at_us); /* "14:32" */
struct str format_date(
	struct arena *arena, struct str lang, struct str zone, int64_t at_us); /* with clock */
struct str format_slot(struct arena *arena, int slot);        /* "13:30"; 48 gives "24:00" */
struct str format_duration(struct arena *arena, int64_t us);  /* "0:46" hours and minutes */
struct str format_tel(struct arena *arena, struct str phone); /* digits and + only */
