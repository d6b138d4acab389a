/* offline_code.h - the three codes of offline charging as text for a QR code, and as signed bytes.
 * Identification and settlement are addresses that any phone's camera opens: {host}/Q/ or {host}/S/
 * and the bytes as digits. Scheme and host are written in capitals, which a QR code packs tighter
 * and a browser does not mind. The start code is no address: nobody but a pile shall read it. Its
 * bytes follow "LY1:" in base45.
 * Bytes: COSE_Sign1; the kind of code is signed with it, so that one kind never passes as another.
 */
#pragma once
#include "base/arena.h"
#include "base/sign.h"
#include "base/str.h"

#define OFFLINE_CODE_BYTES_MAX 256
#define OFFLINE_CODE_TEXT_MAX 600
#define OFFLINE_CODE_START_MAX 311 /* characters of a start code: QR version 10, level M */
#define OFFLINE_CODE_KID_LEN 4

enum offline_code_kind {
	OFFLINE_CODE_IDENT = 1,
	OFFLINE_CODE_START = 2,
	OFFLINE_CODE_SETTLEMENT = 3,
	OFFLINE_CODE_KEY = 4 /* a key's word for its successor: never a QR code, only bytes */
};

struct cose_sign1;

/* Appends the text of signed bytes. `base` is "https://host" for addresses, unused else. */
void offline_code_text(
	enum offline_code_kind kind, struct str base, struct str bytes, struct buf *buf);
/* Which kind of code a scanned text is; 0 when it is none of ours. */
int offline_code_kind(struct str text);
/* The bytes of a text: a whole address, or what stands behind /Q/ or /S/ in it (digits, or
 * base64url for links that people pass on), or a start code. In the arena; STR_NULL on bad text. */
struct str offline_code_bytes(enum offline_code_kind kind, struct str text, struct arena *arena);

/* Signs a payload as a code of its kind. FAULT_*. */
int offline_code_sign(enum offline_code_kind kind, const struct sign_secret *secret, struct str kid,
	struct str payload, struct arena *arena, struct str *ret_bytes);
/* The same by another's hand (cose.h), whose outcome is passed on. */
struct cose_hand;
int offline_code_sign_by(enum offline_code_kind kind, const struct cose_hand *hand, struct str kid,
	struct str payload, struct arena *arena, struct str *ret_bytes);
/* Is the message of this kind and by this key? Headers outside the signature are refused. COSE_E_*.
 */
int offline_code_verify(enum offline_code_kind kind, const struct cose_sign1 *message,
	const struct sign_key *key, struct arena *arena);
