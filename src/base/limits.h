/* limits.h - every bound of the house by name. Checked at the edge, asserted inside. */
#pragma once

#define LIMIT_FRAME_BYTES (256 * 1024)     /* one WebSocket message */
#define LIMIT_HTTP_HEAD_BYTES (8 * 1024)   /* request line and headers */
#define LIMIT_HTTP_BODY_BYTES (256 * 1024) /* request body */
#define LIMIT_HTTP_REPLY_BYTES (16 * 1024 * 1024)
#define LIMIT_HANDSHAKE_US (10 * 1000 * 1000)
#define LIMIT_OUTBOUND_BYTES \
	(1024 * 1024) /* unsent bytes of one connection before it is closed \
		       */
#define LIMIT_JSON_DEPTH 32
#define LIMIT_JSON_KEYS 4096 /* of one object */
#define LIMIT_JOB_ARENA (4 * 1024 * 1024)
#define LIMIT_SITE_ARENA (16 * 1024 * 1024) /* a site's outlets while they are looked at */
#define LIMIT_LANE_BATCH 512
#define LIMIT_LANE_BATCH_US (10 * 1000)
#define LIMIT_LANE_QUEUE 16384
#define LIMIT_CALL_TIMEOUT_US (30 * 1000 * 1000) /* an answer to our call */
#define LIMIT_PILE_CODE 48                       /* characters of a pile's identity in the URL */
#define LIMIT_CONNECTORS 64
#define LIMIT_TARIFF_SLOTS 48
#define LIMIT_LIST_PAGE 200
#define LIMIT_QUEUED_CALLS 64 /* calls waiting for one pile */
#define LIMIT_CAMPAIGN_PILES 20000
#define LIMIT_SETUP_VALUES 200 /* wanted settings of a pile */
