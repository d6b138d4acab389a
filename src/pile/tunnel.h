/* tunnel.h - TLS on the charging cable as ISO 15118-2 asks for it: version 1.2, one cipher suite
 * (ECDHE-ECDSA-AES128-CBC-SHA256 on P-256), the pile with a certificate, the car without. It moves
 * bytes between memory and memory: what came from the line goes in, what is for the line comes out,
 * and nothing waits. The randomness is the library's own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

/* How every TLS greeting begins, and no message of ours. */
#define TUNNEL_FIRST 0x16

/* What handshakes of one side are made with; made once, for all its cars. A tunnel keeps what it
 * needs of it. */
struct tunnel_paper;
struct tunnel;

/* The pile's side: its private key and certificate with those above it (PEM). NULL when they cannot
 * be used. */
struct tunnel_paper *tunnel_paper_pile(struct str key, struct str chain);
/* The car's: the authorities it believes (PEM), by the time it has. NULL when they are none. */
struct tunnel_paper *tunnel_paper_car(struct str roots, int64_t now_us);
void tunnel_paper_free(struct tunnel_paper *paper);

/* One connection; NULL when there is no memory for it. */
struct tunnel *tunnel_new(const struct tunnel_paper *paper);
void tunnel_free(struct tunnel *tunnel);
/* Bytes of the line. False: it is broken, why is told; what tunnel_next still has is to be sent. */
bool tunnel_take(struct tunnel *tunnel, const uint8_t *bytes, size_t len);
/* What they said; 0 nothing whole yet. */
size_t tunnel_read(struct tunnel *tunnel, uint8_t *ret, size_t cap);
/* Says this. False when it is broken or not yet open. */
bool tunnel_write(struct tunnel *tunnel, const uint8_t *bytes, size_t len);
/* Says goodbye, so that nobody takes a cut line for an end. */
void tunnel_end(struct tunnel *tunnel);
/* Bytes for the line; 0 none. */
size_t tunnel_next(struct tunnel *tunnel, uint8_t *ret, size_t cap);
/* Did both sides prove that they mean each other? */
bool tunnel_open(const struct tunnel *tunnel);
/* Why it broke, in the library's words; "" it did not. */
const char *tunnel_why(const struct tunnel *tunnel);
