/* ocpp2.h - the pile's conversation in OCPP 2.0.1 and 2.1: structs of wire/ocpp2 from and to
 * pile.h, as rows of talk.h. Both versions are said by the same rows; the records of each leave out
 * what the older one does not know.
 *
 *   ocpp2.c              boot, states, tokens, events           what the pile says by itself
 *   ocpp2_transaction.c  TransactionEvent and its answer
 *   ocpp2_orders.c       start, stop, reset, availability ...   what the server asks for
 *   ocpp2_model.c        variables, reports
 *   ocpp2_monitor.c      monitors
 *   ocpp2_stream.c       periodic event streams (2.1)
 *   ocpp2_care.c         the list of cards, reservations, security events,
 *                        certificates, updates, files
 *   ocpp2_contract.c     contracts of cars, certificates towards them
 *   ocpp2_profiles.c     charging profiles
 *   ocpp2_energy.c       priority, dynamic schedules, both ways (2.1)
 *   ocpp2_der.c          the grid's controls of what flows back (2.1)
 *   ocpp2_tariff.c       tariffs and cost (2.1)
 *   ocpp2_board.c        messages on the display
 *   ocpp2_customer.c     what is kept of a customer
 *   ocpp2_network.c      servers to connect to
 *
 * An outlet is an EVSE with one connector, number 1. */
#pragma once
#include "pile/talk.h"
#include "wire/ocpp2/types.h"

extern const struct talk_version talk_201, talk_21;

/* Lists of rows, one or two a file. */
extern const struct talk_says ocpp2_transaction_says, ocpp2_model_says, ocpp2_monitor_says,
	ocpp2_stream_says, ocpp2_care_says, ocpp2_profile_says, ocpp2_board_says,
	ocpp2_customer_says, ocpp2_energy_says, ocpp2_needs_says, ocpp2_contract_says,
	ocpp2_der_says;
extern const struct talk_orders ocpp2_orders, ocpp2_model_orders, ocpp2_monitor_orders,
	ocpp2_stream_orders, ocpp2_care_orders, ocpp2_profile_orders, ocpp2_tariff_orders,
	ocpp2_board_orders, ocpp2_customer_orders, ocpp2_network_orders, ocpp2_energy_orders,
	ocpp2_der_orders;

/* A transaction's name: "<journal>-<our number>". The journal's identity makes it unique for ever.
 */
struct str ocpp2_name(const struct pile *pile, int64_t tx, struct arena *arena);
/* Our number of a transaction by its name; 0 when it is none of ours. */
int64_t ocpp2_tx(const struct pile *pile, struct str name);
/* Outlet by EVSE and, when given, connector; NULL when there is none. */
struct outlet *ocpp2_outlet(struct pile *pile, const struct ocpp2_evse *evse);
struct ocpp2_evse ocpp2_evse_of(int64_t connector);

/* Tokens: words of IdTokenEnum by enum token_kind and back (TOKEN_CENTRAL for unknown words). */
struct ocpp2_id_token ocpp2_token(const char *tag, int kind);
int ocpp2_token_kind(struct str type);
/* What a status says of the card itself for longer than this moment, in the house's words; 0:
 * nothing. */
int ocpp2_token_lasting(int status);
/* What the server says of a token: into the cache, and as the house's status at that outlet. */
int ocpp2_token_info(struct talk *talk, const char *tag, int64_t connector,
	const struct ocpp2_id_token_info *info);
/* What is to be said of energy in 2.1; CALL_NONE nothing. */
enum call_kind ocpp2_energy_due(struct pile *pile);
/* What is to be told of cars' needs and schedules, in 2.0.1 and 2.1. */
enum call_kind ocpp2_needs_due(struct pile *pile);
/* ... of the grid's controls (ocpp2_der.c). */
enum call_kind ocpp2_der_due(const struct pile *pile);
/* "12.30 EUR" for the display, and the number for limits. */
void ocpp2_show_cost(struct pile *pile, struct outlet *outlet, int64_t cost_e5);
