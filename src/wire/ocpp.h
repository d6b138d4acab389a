/* ocpp.h - the OCPP-J envelope: CALL, CALLRESULT and CALLERROR as JSON arrays, the same for every
 * version. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "wire/record.h"

#define OCPP_ID_MAX 36 /* characters of a message id */

enum ocpp_kind {
	OCPP_CALL = 2,
	OCPP_RESULT = 3,
	OCPP_ERROR = 4,
	OCPP_RESULT_ERROR = 5, /* 2.1: the answer to our call could not be used */
	OCPP_SEND = 6,         /* 2.1: a call without answer */
};
enum ocpp_version { OCPP_16 = 16, OCPP_201 = 201, OCPP_21 = 210 };
/* "ocpp1.6", "ocpp2.0.1", "ocpp2.1" and back; 0 for anything else. */
struct str ocpp_protocol(enum ocpp_version version);
enum ocpp_version ocpp_version_of(struct str protocol);

/* Error codes; the names differ a little between versions (1.6 has "FormationViolation" and
 * "Occurence..."). */
enum ocpp_code {
	OCPP_CODE_NOT_IMPLEMENTED = 1, /* action unknown */
	OCPP_CODE_NOT_SUPPORTED,       /* action known, not spoken here */
	OCPP_CODE_INTERNAL,
	OCPP_CODE_PROTOCOL,
	OCPP_CODE_SECURITY,
	OCPP_CODE_FORMATION,  /* payload is no object of the action's shape */
	OCPP_CODE_PROPERTY,   /* a field has an impossible value */
	OCPP_CODE_OCCURRENCE, /* a field is missing, or a list has too few or many elements */
	OCPP_CODE_TYPE,       /* a field has the wrong type */
	OCPP_CODE_GENERIC,
	OCPP_CODE_MESSAGE_TYPE, /* 2.0.1 only; 1.6 says ProtocolError */
	OCPP_CODE_FRAMEWORK,    /* 2.0.1 only; 1.6 says FormationViolation */
};

struct ocpp_message {
	enum ocpp_kind kind;
	struct str id;
	struct str action;  /* CALL, SEND */
	struct str payload; /* CALL, SEND, RESULT: the JSON text of the payload, checked to be valid
			       JSON */
	struct str code, text, details; /* ERROR, RESULT_ERROR; details is JSON text */
};
enum ocpp_outcome {
	OCPP_E_JSON = 1, /* not one valid JSON value */
	OCPP_E_SHAPE,    /* not an array, or wrong number or kinds of elements */
	OCPP_E_KIND,     /* message type is not 2, 3 or 4 */
	OCPP_E_ID,       /* id is no text of 1 to 36 characters */
};
/* Takes a frame apart. On an outcome, ret->kind and ret->id are set as far as they could be read
 * (kind 0, empty id otherwise), so that a CALLERROR can answer: code ocpp_code_of_frame(outcome).
 * Views into `text` or the arena. */
int ocpp_parse(struct str text, struct arena *arena, struct ocpp_message *ret_message);
/* The same with the message types of a version: 5 and 6 exist since 2.1. */
int ocpp_parse_in(enum ocpp_version version, struct str text, struct arena *arena,
	struct ocpp_message *ret_message);
enum ocpp_code ocpp_code_of_frame(int outcome);
/* The code that answers a payload refused with RECORD_E_*. */
enum ocpp_code ocpp_code_of_record(int outcome);
struct str ocpp_code_name(enum ocpp_code code, enum ocpp_version version);
/* Any version's spelling; 0 when unknown. */
enum ocpp_code ocpp_code_find(struct str name);
/* Decodes a payload. A null payload is taken as {} when the record requires nothing (1.6J 4.2.1),
 * else RECORD_E_OBJECT. */
int ocpp_payload(const struct record *record, struct str payload, struct arena *arena, void *ret,
	struct record_error *ret_error);

/* Append whole frames. `payload` and `details` are JSON texts; empty means {}. */
void ocpp_write_call(struct buf *buf, struct str id, struct str action, struct str payload);
void ocpp_write_result(struct buf *buf, struct str id, struct str payload);
/* The description is cut to 255 characters. */
void ocpp_write_error(struct buf *buf, struct str id, enum ocpp_code code,
	enum ocpp_version version, struct str text, struct str details);
/* The same from structs. Return 0, RECORD_E_* or FAULT_NOMEM as record_encode; the frame is only
 * complete on 0. */
int ocpp_encode_call(struct buf *buf, struct str id, struct str action, const struct record *record,
	const void *value);
int ocpp_encode_result(
	struct buf *buf, struct str id, const struct record *record, const void *value);
