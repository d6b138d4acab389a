/* api_handlers.h - the handlers the route table names, by the file they stand in. Each reads the
 * call, holds one conversation, answers. */
#pragma once
#include "app/api_call.h"

/* api_public.c: drivers, no sign-in */
int public_pile(struct api_call *call);
int public_order_get(struct api_call *call);
int public_order_open(struct api_call *call);
int public_order_stop(struct api_call *call);
int public_order_priority(struct api_call *call);
int public_order_retry(struct api_call *call);
int public_order_pay(struct api_call *call);
int public_order_problem(struct api_call *call);
int public_notify(struct api_call *call);
int stream_order(struct api_call *call);
int stream_console(struct api_call *call);

/* api_desk.c: sign-in, dashboard */
int desk_login(struct api_call *call);
int desk_me(struct api_call *call);
int desk_logout(struct api_call *call);
int desk_dashboard(struct api_call *call);
int desk_alarm_close(struct api_call *call);
int desk_audit_check(struct api_call *call);
int desk_openapi(struct api_call *call);

/* api_trust.c: the server's own certificates */
int trust_get(struct api_call *call);

/* api_stations.c: sites and piles */
int site_get(struct api_call *call);
int site_add(struct api_call *call);
int site_patch(struct api_call *call);
int pile_get(struct api_call *call);
int pile_add(struct api_call *call);
int pile_patch(struct api_call *call);
int pile_approve(struct api_call *call);
int pile_hold(struct api_call *call);
int pile_reject(struct api_call *call);
int pile_password(struct api_call *call);

/* api_actions.c: what piles are told */
struct pile; /* store/pile.h */
/* Tells the pile in the words of 1.6 (app/ocpp.h); answered with the command's number and put on
 * record. P_PILE_OFFLINE, P_QUEUE_FULL. */
int action_say(
	struct api_call *call, const struct pile *pile, const char *action, struct str payload);
int action_start(struct api_call *call);
int action_stop(struct api_call *call);
int action_unlock(struct api_call *call);
int action_reset(struct api_call *call);
int action_availability(struct api_call *call);
int action_clear_cache(struct api_call *call);
int action_trigger(struct api_call *call);
int action_get_configuration(struct api_call *call);
int action_change_configuration(struct api_call *call);
int action_data_transfer(struct api_call *call);
int action_emergency(struct api_call *call);
int action_emergency_release(struct api_call *call);
int action_change_variable(struct api_call *call);
int model_streams(struct api_call *call);
int model_variables(struct api_call *call);
int command_get(struct api_call *call);

/* api_orders.c */
int order_get(struct api_call *call);
int order_priority(struct api_call *call);
int order_timeline(struct api_call *call);
int order_stop(struct api_call *call);
int order_close(struct api_call *call);
int order_write_off(struct api_call *call);
int surplus_back(struct api_call *call);

/* api_tariffs.c */
int tariff_post(struct api_call *call);
int tariff_series(struct api_call *call);
int tariff_simulate(struct api_call *call);

/* api_members.c */
int member_add(struct api_call *call);
int member_get(struct api_call *call);
int member_patch(struct api_call *call);
int member_tag_add(struct api_call *call);
int tag_get(struct api_call *call);
int tag_topup(struct api_call *call);
int tag_block(struct api_call *call);
int tag_unblock(struct api_call *call);

/* api_ledger.c */
int ledger_check(struct api_call *call);

/* pages*.c */
int page_start(struct api_call *call);
int page_web_code(struct api_call *call);
int web_code_get(struct api_call *call);
int web_code_put(struct api_call *call);
int web_code_renew(struct api_call *call);
int page_landing(struct api_call *call);
int page_landing_start(struct api_call *call);
int page_reserve(struct api_call *call);
int page_reserve_open(struct api_call *call);
int page_reservation(struct api_call *call);
int page_reservation_cancel(struct api_call *call);
int page_order(struct api_call *call);
int page_order_stop(struct api_call *call);
int page_order_priority(struct api_call *call);
int page_order_pay(struct api_call *call);
int page_receipt(struct api_call *call);
int page_meter(struct api_call *call);
int page_offline(struct api_call *call);
int page_offline_start(struct api_call *call);
int page_offline_refused(struct api_call *call, const char *word); /* why a code is no good */
int page_code(struct api_call *call);
int page_code_worker(struct api_call *call);
int page_scan(struct api_call *call);
int page_settle(struct api_call *call);
int page_wallet(struct api_call *call);
int page_wallet_topup(struct api_call *call);
int page_wallet_pay(struct api_call *call);
int page_card(struct api_call *call);
int page_card_topup(struct api_call *call);
int page_card_pay(struct api_call *call);
int page_return(struct api_call *call);
int page_console(struct api_call *call);

/* api_offline_keys.c */
int offline_keys_get(struct api_call *call);
int offline_key_accept(struct api_call *call);
int offline_key_revoke(struct api_call *call);
int action_offline_key(struct api_call *call); /* api_actions.c */

/* api_anchors.c */
int anchors_get(struct api_call *call);
int anchors_read(struct api_call *call);
int anchor_install(struct api_call *call);
int anchor_delete(struct api_call *call);

/* api_meter.c */
int pile_meter_keys(struct api_call *call);
int pile_meter_key_trust(struct api_call *call);
/* The list "meter_records" of a transaction in a reply that was begun. */
int meter_records_put(struct api_call *call, int64_t session_id);
/* api_security.c */
int certificate_get(struct api_call *call);
int certificate_sign(struct api_call *call);
int certificate_import(struct api_call *call);
int certificate_refuse(struct api_call *call);
int certificate_revoke(struct api_call *call);
int authority_get(struct api_call *call);
int security_get(struct api_call *call);
int pile_security_upgrade(struct api_call *call);
int pile_security_lower(struct api_call *call);
int pile_security_rotate(struct api_call *call);
int pile_security_renew(struct api_call *call);
