/* station.h - the connections of the load maker: raw epoll, hand-made frames, OpenSSL. Nothing of
 * the server's network code is used, and nothing ever waits for one station while others have
 * something to say. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/ssl.h>

#define STATION_FRAME_MAX 4096

enum station_state {
	STATION_DOWN,
	STATION_CONNECTING,
	STATION_SHAKING, /* TLS */
	STATION_UPGRADING,
	STATION_OPEN,
};
struct station {
	int fd; /* only while not down */
	SSL *ssl;
	enum station_state state;
	int number; /* its identity is PREFIX and this, five digits */
	int in_len;
	char *in; /* STATION_FRAME_MAX bytes, only while something is coming in */
};
/* What happens to stations. `text` may be written to until the call returns. After `gone` the
 * station is down. */
struct station_events {
	void (*opened)(void *context, struct station *station);
	void (*text)(void *context, struct station *station, char *text);
	void (*gone)(void *context, struct station *station);
};
struct stations {
	int epoll;
	SSL_CTX *ssl; /* NULL: plain */
	uint16_t port;
	const char *prefix, *protocol;
	const struct station_events *events;
	void *context;
	char spare[STATION_FRAME_MAX];
};
/* As many open files as the system allows, and the epoll. */
void stations_init(struct stations *stations, bool tls);
void stations_close(struct stations *stations);
/* Waits up to wait_ms and lets happen what is due. */
void stations_poll(struct stations *stations, int wait_ms);

/* Begins to connect; `opened` or `gone` follows. False: refused at once, the station is down. */
bool station_connect(struct stations *stations, struct station *station);
/* One text frame; false: the station is gone (and `gone` was called). */
bool station_send(struct stations *stations, struct station *station, const char *text, size_t len);
/* Ends the connection without telling anybody. */
void station_drop(struct station *station);
/* Answers a call of the server with `status` "Accepted", so that nothing waits for us. */
bool station_accept(struct stations *stations, struct station *station, const char *text);
