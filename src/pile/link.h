/* link.h - the state of a pile's connection to its server. Changed by client.c alone. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/hal/hal.h"

/* How bytes reach the server: the network, or a scripted peer in tests. */
struct uplink {
	/* Begins to connect; client_opened or client_closed follows later. False when it failed at
	 * once. */
	bool (*connect)(void *context);
	void (*send)(void *context, struct str text);
	/* Ends the connection; client_closed follows. */
	void (*close)(void *context, int code, struct str reason);
	void *context;
};

enum link_state {
	LINK_DOWN = 0,
	LINK_CONNECTING,
	LINK_OPEN, /* socket up; `accepted` tells whether the server took the boot */
};

enum call_kind {
	CALL_NONE = 0,
	CALL_BOOT,
	CALL_HEARTBEAT,
	CALL_STATUS,
	CALL_AUTHORIZE,
	CALL_METER, /* values outside the journal */
	CALL_START, /* the head of the spool, by its kind */
	CALL_SAMPLE,
	CALL_STOP,
	CALL_STATE,  /* ... which 1.6 has no words for */
	CALL_ALERT,  /* the oldest of pile->alerts */
	CALL_REPORT, /* the next part of the oldest of pile->reports, by its kind */
	CALL_MONITORS,
	CALL_STREAM_OPEN, /* a stream begins (stream.h) ... */
	CALL_STREAM_CLOSE,
	CALL_PROFILES,
	CALL_DISPLAYS,
	CALL_CUSTOMER,
	CALL_PRIORITY, /* of a charge: its driver asked here */
	CALL_NEEDS,    /* of a car (needs.h) ... */
	CALL_EV_PLAN,  /* ... and what it will draw */
	CALL_PULL,     /* what a dynamic profile says now */
	CALL_DER,      /* a control of the grid, as a part of a report ... */
	CALL_DER_ALARM,
	CALL_DER_START_STOP, /* ... and what became of one (der.h) */
	CALL_RESERVATION,    /* the oldest end of a reservation */
	CALL_VEHICLE,        /* what is known of a plugged car */
	CALL_PAPER,          /* a car asks for a contract (contract.h) */
	CALL_OFFLINE,        /* our key for offline codes, and the platform's */
	CALL_EVENT,          /* security (care.h), as all below */
	CALL_SIGN,           /* a request for a certificate of our own */
	CALL_FIRMWARE,       /* how an update goes ... */
	CALL_FIRMWARE_PLAIN, /* ... asked for in the words of 1.6 before its extension */
	CALL_LOG,            /* how a file goes; the next as above */
	CALL_DIAGNOSTICS,
	CALL_SIGN_SECC, /* a request for a certificate towards cars (secc.h) */
};

/* Why the controller began to run (OCPP 2.x BootReason). */
enum boot_reason {
	BOOT_POWER_UP = 0,
	BOOT_REMOTE_RESET,
	BOOT_SCHEDULED_RESET,
	BOOT_FIRMWARE,
	BOOT_TRIGGERED,
};

#define LINK_ID_MAX 36

struct talk_version;
struct link {
	struct uplink uplink;
	const struct talk_version *talk; /* the version of this connection, or of the last one */
	enum link_state state;
	bool accepted;  /* the last boot was accepted on this connection */
	bool rejected;  /* ... was rejected: the server's calls are not answered */
	bool pending;   /* ... waits for an operator: only what the server asks for is said */
	bool boot_wish; /* TriggerMessage */
	const struct talk_version *registered; /* spoken when the server took our boot; NULL: it
						  has not since the program began */
	int64_t lost_us; /* monotonic: when the last connection that was accepted ended */
	enum boot_reason boot_reason;
	bool heartbeat_wish;
	bool reconnect_wish; /* a new key takes effect with a new connection */
	bool leaving;        /* it is us who end the connection */
	int64_t next_connect_us, next_boot_us, next_heartbeat_us; /* monotonic */
	int64_t heard_us;                                         /* last message of the server */
	int64_t offset_us;    /* server's clock minus ours, 0 when close enough */
	bool clock_told;      /* the server has told its clock since the program began */
	uint8_t password[20]; /* the bytes of one that was told as digits */
	uint32_t tries;       /* connection attempts since the last success */
	uint64_t number;      /* of the next call that is not the spool's */
	struct {
		enum call_kind kind;
		char id[LINK_ID_MAX + 1];
		uint8_t connector;
		char tag[HAL_TAG_MAX + 1];
		int64_t sent_us;
	} call;                  /* the one outstanding call */
	int32_t stream;          /* what a call about a stream is about */
	uint32_t spool_refusals; /* CALLERRORs of the spool's head that say "never" */
	uint32_t spool_failures; /* ... that say "not now" */
	int64_t spool_retry_us;  /* not before; 0 at once */
	char refusal[64]; /* why the last connection ended or was refused, for the display and the
			     log */
};
