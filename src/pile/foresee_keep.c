/* foresee_keep.c - the file "foresight" (see foresee_keep.h): a line a model with its weights and
 * scores, then the hash of all that.
 *
 *   1 1 0 <weight> x 8 <error> <naive> <seen>      version, outlet, part
 *   <sha256, hex> */
#include "pile/foresee_keep.h"

#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"

#define KEEP_FILE "foresight"
#define KEEP_VERSION 1
#define KEEP_MAX (64 * 1024)
#define KEEP_EVERY_US (3600 * US_PER_S)
#define KEEP_SCORE_MAX (1000000 * 16)

static void keep_write_part(struct buf *text, const struct outlet *outlet, enum foresee_part part)
{
	const struct foresee *foresee = &outlet->evse.foresee;
	const struct foresee_score *score = &foresee->scores[part];

	buf_format(text, "%d %d %d", KEEP_VERSION, outlet->number, (int)part);
	for (int i = 0; i < FORESEE_FEATURES; i++)
		buf_format(text, " %d", foresee->waiting.of[part][i]);
	buf_format(text, " %d %d %u\n", score->error_mc, score->naive_mc, score->seen);
}

static void keep_hash(struct str text, uint8_t ret[SHA256_LEN])
{
	sha256(text.ptr, text.len, ret);
}

int foresee_save(struct pile *pile)
{
	uint8_t hash[SHA256_LEN];
	struct buf text;
	int result;

	buf_init(&text, NULL, KEEP_MAX);
	for (size_t i = 0; i < pile->outlets_len; i++)
		for (int part = 0; part < FORESEE_PARTS; part++)
			keep_write_part(&text, &pile->outlets[i], (enum foresee_part)part);
	keep_hash(buf_str(&text), hash);
	hex_write(&text, hash, sizeof(hash));
	buf_put_char(&text, '\n');
	result = text.failed ? FAULT(FAULT_NOMEM, "too many models")
			     : shelf_put(pile->shelf, KEEP_FILE, buf_str(&text));
	buf_fini(&text);
	TRY(result);
	for (size_t i = 0; i < pile->outlets_len; i++)
		pile->outlets[i].evse.foresee.learned = false;
	return 0;
}

static bool keep_number(struct str *line, int64_t least, int64_t most, int64_t *ret)
{
	return str_to_i64(str_cut(line, ' '), ret) && *ret >= least && *ret <= most;
}

static bool keep_read_line(struct pile *pile, struct str line)
{
	int64_t version, number, part, error, naive, seen, weights[FORESEE_FEATURES];
	struct foresee *foresee;

	if (!keep_number(&line, KEEP_VERSION, KEEP_VERSION, &version) ||
		!keep_number(&line, 1, LIMIT_CONNECTORS, &number) ||
		!keep_number(&line, 0, FORESEE_PARTS - 1, &part))
		return false;
	for (int i = 0; i < FORESEE_FEATURES; i++)
		if (!keep_number(&line, -FORESEE_WEIGHT_MAX, FORESEE_WEIGHT_MAX, &weights[i]))
			return false;
	if (!keep_number(&line, 0, KEEP_SCORE_MAX, &error) ||
		!keep_number(&line, 0, KEEP_SCORE_MAX, &naive) ||
		!keep_number(&line, 0, UINT32_MAX, &seen) || line.len)
		return false;
	if (number > (int64_t)pile->outlets_len)
		return true; /* an outlet that is not there any more */
	foresee = &pile->outlets[number - 1].evse.foresee;
	for (int i = 0; i < FORESEE_FEATURES; i++)
		foresee->waiting.of[part][i] = (int32_t)weights[i];
	foresee->weights = foresee->waiting;
	foresee->scores[part] = (struct foresee_score){
		.error_mc = (int32_t)error, .naive_mc = (int32_t)naive, .seen = (uint32_t)seen};
	foresee->trusted = foresee_trusts(foresee, FORESEE_CONNECTOR) ||
			   foresee_trusts(foresee, FORESEE_CABINET);
	return true;
}

/* All of it, or nothing. */
static bool keep_read(struct pile *pile, struct str text)
{
	uint8_t said[SHA256_LEN], hash[SHA256_LEN];
	size_t hash_len = 2 * sizeof(hash) + 1;
	struct str lines = str_slice(text, 0, text.len > hash_len ? text.len - hash_len : 0);
	struct str end = str_slice(text, lines.len, text.len);

	if (end.len != hash_len || end.ptr[hash_len - 1] != '\n' ||
		!hex_read(str_slice(end, 0, hash_len - 1), said, sizeof(said)))
		return false;
	keep_hash(lines, hash);
	if (!crypt_equal(said, hash, sizeof(hash)))
		return false;
	while (lines.len > 0)
		if (!keep_read_line(pile, str_cut(&lines, '\n')))
			return false;
	return true;
}

void foresee_open(struct pile *pile)
{
	struct buf text;

	/* a thousand piles of one program do not write in the same moment */
	pile->next_foresee_us = pile->ticks_us + KEEP_EVERY_US / 2 +
				(int64_t)(pile->spool.journal.identity % (KEEP_EVERY_US / 2));
	buf_init(&text, NULL, KEEP_MAX);
	if (shelf_get(pile->shelf, KEEP_FILE, &text) == 0 && buf_str(&text).len > 0 &&
		!keep_read(pile, buf_str(&text))) {
		LOG_WARN("what was learned of heat is damaged", "pile=%.*s",
			STR_FMT(pile->config.name));
		for (size_t i = 0; i < pile->outlets_len; i++)
			foresee_init(&pile->outlets[i].evse.foresee);
	}
	buf_fini(&text);
}

void foresee_step(struct pile *pile)
{
	bool learned = false;

	if (pile->ticks_us < pile->next_foresee_us)
		return;
	pile->next_foresee_us = pile->ticks_us + KEEP_EVERY_US;
	for (size_t i = 0; i < pile->outlets_len; i++)
		learned = learned || pile->outlets[i].evse.foresee.learned;
	if (learned && foresee_save(pile) < 0)
		LOG_WARN("what was learned of heat is not kept", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
}
