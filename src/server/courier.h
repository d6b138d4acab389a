/* courier.h - the only one who calls payment channels. It finds due payments in their table (a hint
 * only makes it look sooner), stores the mark that one is being sent, calls the channel outside any
 * transaction, and brings the answer back as a write job. A payment is on its way at most once at a
 * time; after a crash it is asked about, not sent anew. */
#pragma once
#include "app/payments.h"
#include "base/clock.h"
#include "pay/pay.h"
#include "server/config.h"
#include "server/lane.h"

/* The channels of this installation; all texts live as long as the server. */
struct courier_channels {
	const struct pay_channel_config *list;
	size_t len;
};
struct courier_config {
	struct lanes *lanes; /* with threads */
	const struct clock *clock;
	const struct app_config *app; /* for the links back from cashiers */
	struct courier_channels channels;
	int64_t timeout_ms; /* for one call, 0: 10 s */
};
struct courier;
int courier_new(const struct courier_config *config, struct courier **ret_courier);
/* There is work (EFFECT_COURIER). Any thread. */
void courier_hint(struct courier *courier);
/* Cuts calls under way and waits for what is in the lanes, which must still run. Hints do nothing
 * from then on. Accepts NULL. */
void courier_stop(struct courier *courier);
/* courier_stop when that was not called yet; gives the memory back. Accepts NULL. */
void courier_free(struct courier *courier);

/* For app_hooks.notify_verify; context is a struct courier_channels. 0, or enum pay_outcome, or -1
 * for a channel that is not configured or a notification that cannot be read. */
int courier_notify(void *context, struct str channel, struct str headers, struct str body,
	int64_t now_us, struct arena *arena, struct payment_news *ret_news,
	struct str *ret_accepted, struct str *ret_refused);
/* Reads the configured channels and their keys. *ret_list is empty when none is configured. Texts
 * and list in the arena. */
int courier_channels_read(const struct config *config, struct str public_url, struct arena *arena,
	struct courier_channels *ret_channels);
