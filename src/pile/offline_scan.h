/* offline_scan.h - second scan module: QR codes in what the pile's camera sees, by zbar. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct offline;
struct picture;

#define OFFLINE_SCAN_MAX 8

/* Texts of all QR codes in a picture, copied into the arena; each text once. Returns how many. */
size_t offline_scan_picture(
	const struct picture *picture, struct arena *arena, struct str ret_texts[OFFLINE_SCAN_MAX]);
/* The one start code among texts seen together: NULL and the text, or a word: "two", "form" (codes,
 * but none of ours), "none". */
const char *offline_scan_choose(const struct str *texts, size_t count, struct str *ret_text);
/* A frame of the camera: the one start code in it is shown to the pile. Other codes beside it (a
 * poster, a sticker) do not matter; two different start codes are refused. NULL, or the word of the
 * refusal: "picture", "none", "two", or offline_show's. */
const char *offline_scan_frame(
	struct offline *offline, const struct picture *picture, struct arena *arena);
/* The same from the bytes of a picture file, and from a file. */
const char *offline_scan_bytes(struct offline *offline, struct str bytes, struct arena *arena);
const char *offline_scan_file(struct offline *offline, struct str path, struct arena *arena);
