/* verify_meter.c - `leyden verify-meter`: checks signed meter readings without any server, database
 * or network, so that anybody can do it who has the file and the pile's public key. Reads plain
 * lines "OCMF|...", or the XML a receipt links to, where each line comes with its key. A key given
 * on the command line is the one that counts: a forger can write any key into a file. */
#include <stdio.h>
#include <string.h>

#include "server/command.h"
#include "wire/json.h"
#include "wire/ocmf.h"

#define METER_FILE_MAX (1024 * 1024)

struct verdict {
	struct str line, key;
	int outcome;
	struct ocmf ocmf;
};

static bool meter_load(const char *path, struct buf *ret)
{
	char part[4096];
	size_t got;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");

	if (!file) {
		fprintf(stderr, "leyden: cannot open %s: %m\n", path);
		return false;
	}
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_put(ret, part, got);
	if (ferror(file) || ret->failed)
		fprintf(stderr, "leyden: cannot read %s\n", path);
	if (file != stdin)
		fclose(file);
	return !ret->failed;
}

static ptrdiff_t meter_find(struct str text, const char *needle)
{
	const char *at = text.len ? memmem(text.ptr, text.len, needle, strlen(needle)) : NULL;

	return at ? at - text.ptr : -1;
}

/* Takes &lt; &gt; &amp; &quot; &apos; back. */
static struct str meter_unescape(struct arena *arena, struct str text)
{
	static const struct {
		const char *name;
		char c;
	} entities[] = {
		{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
	struct buf plain;

	buf_init(&plain, arena, METER_FILE_MAX);
	for (size_t i = 0; i < text.len;) {
		struct str rest = str_slice(text, i, text.len);
		size_t step = 1;
		char c = text.ptr[i];
		for (size_t e = 0; c == '&' && e < sizeof(entities) / sizeof(entities[0]); e++) {
			if (!str_starts(rest, str_from(entities[e].name)))
				continue;
			c = entities[e].c;
			step = strlen(entities[e].name);
			break;
		}
		buf_put_char(&plain, c);
		i += step;
	}
	return buf_str(&plain);
}

/* The next signed line of the file, and the key that stands behind it in XML. */
static bool meter_next(struct arena *arena, struct str *rest, struct verdict *ret)
{
	ptrdiff_t at = meter_find(*rest, "OCMF|"), end, next;
	struct str text;

	if (at < 0)
		return false;
	text = str_slice(*rest, (size_t)at, rest->len);
	end = meter_find(text, "</signedData>");
	if (end < 0 || (str_find(text, '\n') >= 0 && str_find(text, '\n') < end))
		end = str_find(text, '\n');
	if (end < 0)
		end = (ptrdiff_t)text.len;
	*ret = (struct verdict){.line = meter_unescape(arena, str_slice(text, 0, (size_t)end))};
	*rest = str_slice(text, (size_t)end, text.len);
	next = meter_find(*rest, "OCMF|");
	text = str_slice(*rest, 0, next < 0 ? rest->len : (size_t)next);
	at = meter_find(text, "<publicKey");
	if (at >= 0) {
		text = str_slice(text, (size_t)at, text.len);
		(void)str_cut(&text, '>');
		ret->key = str_trim(str_cut(&text, '<'));
	}
	return true;
}

static void meter_check(struct arena *arena, struct verdict *verdict, struct str given)
{
	struct str text = given.len ? given : verdict->key;
	struct sign_key key;

	if (!ocmf_key_read(text, &key))
		verdict->outcome = OCMF_E_KEY;
	else
		verdict->outcome = ocmf_verify(arena, verdict->line, &key, &verdict->ocmf);
}

static void meter_put_energy(struct buf *out, const char *name, int64_t energy_dwh)
{
	if (energy_dwh < 0)
		return;
	buf_format(out, "  %s ", name);
	buf_put_fixed(out, energy_dwh, 4);
	buf_put_str(out, STR(" kWh\n"));
}

static void meter_print(struct arena *arena, const struct verdict *verdict, bool given)
{
	const struct ocmf *ocmf = &verdict->ocmf;
	struct buf out;

	buf_init(&out, arena, OCMF_TEXT_MAX);
	if (verdict->outcome != 0) {
		printf("NOT GENUINE (%s)\n", ocmf_word(verdict->outcome));
		return;
	}
	buf_format(&out, "genuine%s: meter %.*s, point %.*s, record %llu, tag %.*s\n",
		given ? "" : " by the key in the file", STR_FMT(ocmf->meter_serial),
		STR_FMT(ocmf->point), (unsigned long long)ocmf->counter, STR_FMT(ocmf->tag));
	if (ocmf->choice.len)
		buf_format(&out, "  charged by %.*s\n", STR_FMT(ocmf->choice));
	for (size_t i = 0; i < ocmf->readings_len; i++) {
		buf_format(&out, "  %c  %.*s  ", ocmf->readings[i].why,
			STR_FMT(ocmf->readings[i].time));
		buf_put_fixed(&out, ocmf->readings[i].register_dwh, 4);
		buf_format(&out, " kWh%s\n", ocmf->readings[i].back ? " (back)" : "");
	}
	meter_put_energy(&out, "energy", ocmf_energy_dwh(ocmf, false));
	meter_put_energy(&out, "given back", ocmf_energy_dwh(ocmf, true));
	fwrite(out.ptr, 1, out.len, stdout);
}

int command_verify_meter(struct command *command)
{
	struct arena *arena = command->arena;
	struct str given = command->words_len > 1 ? command->words[1] : STR_NULL, rest;
	struct verdict verdict;
	struct buf file;
	size_t records = 0, forged = 0;

	if (command->words_len < 1 || command->words_len > 2) {
		fputs("usage: leyden verify-meter FILE [KEY]\n", stderr);
		return EXIT_USAGE;
	}
	buf_init(&file, arena, METER_FILE_MAX);
	if (!meter_load(str_dup_z(arena, command->words[0]), &file))
		return EXIT_FAILED;
	rest = buf_str(&file);
	while (meter_next(arena, &rest, &verdict)) {
		meter_check(arena, &verdict, given);
		meter_print(arena, &verdict, given.len > 0);
		records++;
		forged += verdict.outcome != 0;
	}
	if (records == 0) {
		fputs("leyden: no signed reading in the file\n", stderr);
		return EXIT_MISSING;
	}
	return forged ? EXIT_BROKEN : EXIT_OK;
}
