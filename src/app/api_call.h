/* api_call.h - inside the HTTP front desk: one request on its way through a handler, the routes,
 * the problems. Only api*.c and pages*.c include this. */
#pragma once
#include "app/api.h"
#include "app/api_out.h"
#include "app/api_text.h"
#include "app/auth.h"
#include "base/clock.h"
#include "base/fault.h"
#include "wire/record.h"

#define API_PARAMS_MAX 4
#define API_PARAM_LEN 600 /* bytes of one path parameter or search text: a code of a pile */
#define API_FIELDS_MAX 64
#define API_QUERY_MAX 8

/* Everything that can be wrong with a request, by the word of its type urn. Status and word:
 * api_problem.c; the sentence of each language: web/i18n, `error.<word>.title` and `.detail`. */
enum api_problem {
	P_BAD_REQUEST = 1,
	P_JSON,
	P_FIELDS,
	P_SIGNED_OUT,
	P_LOGIN,
	P_LOCKED,
	P_FORBIDDEN,
	P_CSRF,
	P_NOT_FOUND,
	P_METHOD,
	P_TOO_LARGE,
	P_MEDIA,
	P_IDEMPOTENCY,
	P_CONFLICT,
	P_RATE,
	P_PILE_UNKNOWN,
	P_PILE_OFFLINE,
	P_CONNECTOR,
	P_BUSY,
	P_NO_TARIFF,
	P_PRICE_CHANGED,
	P_TAG,
	P_BLOCKED,
	P_EXPIRED,
	P_CONCURRENT,
	P_FUNDS,
	P_AMOUNT,
	P_STATE,
	P_UNKNOWN,
	P_CHANNEL,
	P_PENDING,
	P_NAME_TAKEN,
	P_GONE,
	P_SITE_LIMIT,
	P_SITE_LARGE,
	P_SITE_FREE,
	P_VERSION, /* of the protocol: another one has these words */
	P_SCAN,
	P_QUEUE_FULL,
	P_UNAVAILABLE,
	P_INTERNAL,
	P_COUNT,
};
struct api_field { /* what is wrong with one field of a body */
	struct str name;
	struct str word; /* text key behind "field." */
};

enum api_flag {
	API_MONEY = 1,    /* honours Idempotency-Key */
	API_PAGE = 2,     /* answers HTML; problems become pages */
	API_FORM = 4,     /* body is a posted form, read by the handler */
	API_RAW = 8,      /* body of any type, read by the handler */
	API_LIST = 16,    /* takes cursor, limit, format */
	API_NO_CSRF = 32, /* changes something without a session: signs in, or acts by an
			     unguessable key */
};
struct api_call;
struct api_list;
struct api_query { /* a parameter of the query string */
	const char *name, *help;
};
struct api_route {
	const char *method, *path; /* "/v1/piles/{id}" */
	enum api_lane lane;
	int roles; /* 0: public */
	int flags;
	int (*handle)(struct api_call *call); /* 0 answered, > 0 enum api_problem, < 0 fault */
	const struct record *body;            /* NULL: no JSON body */
	const struct api_list *list;
	const char *answer; /* what comes back, in words */
	const char *help;
	const struct api_query *query; /* ended by a NULL name */
};
extern const struct api_route api_routes[];
extern const size_t api_routes_len;

struct api_call {
	struct ctx *ctx;
	const struct api_route *route;
	const struct api_request *request;
	struct api_response *response;
	struct str params[API_PARAMS_MAX]; /* decoded */
	size_t params_len;
	struct str lang;  /* "zh-CN", "en", "de" */
	struct login who; /* signed in: staff and tenant; zero on public routes */
	int role;
	void *body; /* decoded by route->body */
	struct api_field fields[API_FIELDS_MAX];
	size_t fields_len;
	struct out out;
};

/* --- matching (api_match.c) --- */
/* Parameters of a path that route_find matched, decoded. False when one is malformed or too long.
 */
bool route_params(const struct api_route *route, struct str path, struct arena *arena,
	struct str *ret_params, size_t *ret_len);
/* The methods a path answers, for Allow; empty when none. */
struct str route_allow(struct str path, struct arena *arena);

/* --- reading the request (api_call.c) --- */
struct pile; /* store/pile.h */
/* A path parameter as id; false (then 404) when it is no positive number. */
bool call_id(const struct api_call *call, size_t index, int64_t *ret_id);
/* The pile named by the path's first parameter. P_NOT_FOUND also when it is another operator's: who
 * asks learns nothing of it. */
int call_pile(struct api_call *call, struct pile *ret_pile);
/* A query parameter, trimmed; empty when absent, malformed or too long. */
struct str call_query(const struct api_call *call, const char *name);
int64_t call_query_id(const struct api_call *call, const char *name); /* 0 when absent */
/* Notes what is wrong with a field of the body and returns P_FIELDS. */
int call_field(struct api_call *call, const char *name, const char *word);
/* An id that came as text in a body; false when it is not one. Empty text gives 0. */
bool call_text_id(struct str text, int64_t *ret_id);
struct str call_owner_key(const struct api_call *call, struct str token);
/* A wish for HTML rather than JSON. */
bool call_wants_html(const struct api_request *request);

/* --- answering (api_reply.c) --- */
void reply_header(struct api_call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Starts a JSON object as answer; reply_json ends it. */
void reply_begin(struct api_call *call);
int reply_json(struct api_call *call, int status);
int reply_empty(struct api_call *call, int status);
int reply_redirect(struct api_call *call, struct str location); /* 303 */
int reply_html(struct api_call *call, int status, struct str html);
void reply_cookie(struct api_call *call, struct str name, struct str value, int64_t age_s);
/* Fills the response with a problem, as JSON or as a page. */
void reply_problem(struct api_call *call, enum api_problem problem);
int problem_status(enum api_problem problem);
const char *problem_word(enum api_problem problem);
/* What a conversation's outcome is for the outside. */
enum api_problem problem_of_charging(int outcome);
/* ... of priority.h */
enum api_problem problem_of_priority(int outcome);
enum api_problem problem_of_payments(int outcome);
