/* firmware.c - the way of an update (see firmware.h). The wish is a small file; what runs on trial
 * is a note, "firmware" = "<version>|<version before>|<number or ->|<boots>". */
#include "pile/firmware.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/x509.h"
#include "pile/carry.h"
#include "pile/pile.h"

#define FIRMWARE_FILE "firmware"      /* the wish */
#define FIRMWARE_IMAGE "firmware.img" /* what came */
#define FIRMWARE_NOTE STR("firmware")
#define FIRMWARE_MAGIC "LEYDEN-FIRMWARE "
#define FIRMWARE_UNKNOWN "?" /* version of what a command put in place: its start tells */
#define FIRMWARE_BOOTS 3     /* of a new program without being accepted */
#define FIRMWARE_TRIES_MAX 20
#define FIRMWARE_PAUSE_MAX_S 86400
#define FIRMWARE_TELL_US (5 * US_PER_S) /* the server hears of the reboot before it, if it can */

extern char **environ;

/* What the older message can tell. */
static const bool firmware_plain_words[] = {
	[FIRMWARE_IDLE] = true,
	[FIRMWARE_DOWNLOADING] = true,
	[FIRMWARE_DOWNLOADED] = true,
	[FIRMWARE_DOWNLOAD_FAILED] = true,
	[FIRMWARE_INSTALLING] = true,
	[FIRMWARE_INSTALLED] = true,
	[FIRMWARE_INSTALLATION_FAILED] = true,
};

static void firmware_say_of(
	struct pile *pile, enum firmware_status status, bool plain, int64_t number)
{
	struct firmware *firmware = &pile->firmware;

	firmware->status = status;
	LOG_INFO("firmware", "pile=%.*s status=%d", STR_FMT(pile->config.name), status);
	if (plain && !firmware_plain_words[status])
		return;
	if (firmware->told_len == FIRMWARE_STATUSES)
		memmove(firmware->told, firmware->told + 1,
			--firmware->told_len * sizeof(firmware->told[0]));
	firmware->told[firmware->told_len].status = status;
	firmware->told[firmware->told_len].plain = plain;
	firmware->told[firmware->told_len++].number = number;
}

static void firmware_say(struct pile *pile, enum firmware_status status)
{
	const struct firmware_wish *wish = pile->firmware.wish;

	firmware_say_of(pile, status, wish && wish->plain, wish ? wish->number : -1);
}

static bool firmware_path(const struct pile *pile, char ret[512])
{
	return pile->config.dir &&
	       (size_t)snprintf(ret, 512, "%s/" FIRMWARE_IMAGE, pile->config.dir) < 512;
}

/* Over, well or badly: nothing of it stays. */
static void firmware_end(struct pile *pile, enum firmware_status status)
{
	char path[512];

	firmware_say(pile, status);
	if (firmware_path(pile, path))
		unlink(path);
	if (shelf_put(pile->shelf, FIRMWARE_FILE, STR("")) < 0)
		LOG_WARN("update not forgotten", "pile=%.*s", STR_FMT(pile->config.name));
	mem_free(pile->firmware.wish);
	pile->firmware.wish = NULL;
	pile->firmware.step = FIRMWARE_NOTHING;
}

/* ---- the wish ---- */

static int firmware_save(struct pile *pile, const struct firmware_wish *wish)
{
	/* one program's own file: a wish of another layout has another length and is none */
	return shelf_put(
		pile->shelf, FIRMWARE_FILE, (struct str){(const char *)wish, sizeof(*wish)});
}

static void firmware_load(struct pile *pile)
{
	struct firmware *firmware = &pile->firmware;
	struct buf bytes;

	buf_init(&bytes, NULL, SHELF_FILE_MAX);
	if (shelf_get(pile->shelf, FIRMWARE_FILE, &bytes) == 0 &&
		bytes.len == sizeof(*firmware->wish)) {
		firmware->wish = mem_alloc(sizeof(*firmware->wish));
		memcpy(firmware->wish, bytes.ptr, bytes.len);
		firmware->wish->url[FIRMWARE_URL_MAX] = 0;
		firmware->wish->certificate[FIRMWARE_PEM_MAX] = 0;
		firmware->wish->signature[FIRMWARE_SIGNATURE_MAX] = 0;
		firmware->step = FIRMWARE_WAITS;
		firmware->next_us = pile->ticks_us;
	}
	buf_fini(&bytes);
}

/* The maker's certificate leads to an authority that is installed for makers. */
static int firmware_judge(struct pile *pile, const struct firmware_wish *wish)
{
	struct arena arena;
	struct str anchors;
	int outcome;

	if (!wish->is_signed)
		return 0;
	arena_init(&arena, 512 * 1024);
	outcome = certs_anchors(pile, CERTS_MAKER, &arena, &anchors);
	if (outcome == 0)
		outcome = anchors.len ? x509_check_signer(&arena, str_from(wish->certificate),
						anchors, pile->now_us)
				      : X509_E_FOREIGN;
	arena_fini(&arena);
	if (outcome > 0)
		events_add(pile, "InvalidFirmwareSigningCertificate", "%s", x509_word(outcome));
	return outcome > 0 ? FIRMWARE_E_CERTIFICATE : outcome;
}

int firmware_update(struct pile *pile, const struct firmware_wish *wish)
{
	struct firmware *firmware = &pile->firmware;
	struct str url = str_from(wish->url);
	bool replaced = firmware->wish != NULL;
	char path[512];
	int outcome;

	if ((!str_starts(url, STR("http://")) && !str_starts(url, STR("https://"))) ||
		firmware->step >= FIRMWARE_INSTALLS || !firmware_path(pile, path))
		return FIRMWARE_E_REFUSED;
	outcome = firmware_judge(pile, wish);
	if (outcome != 0)
		return outcome;
	TRY(firmware_save(pile, wish));
	carry_free(firmware->carry);
	firmware->carry = NULL;
	if (!firmware->wish)
		firmware->wish = mem_alloc(sizeof(*firmware->wish));
	*firmware->wish = *wish;
	if (firmware->wish->tries > FIRMWARE_TRIES_MAX)
		firmware->wish->tries = FIRMWARE_TRIES_MAX;
	if (firmware->wish->pause_s > FIRMWARE_PAUSE_MAX_S)
		firmware->wish->pause_s = FIRMWARE_PAUSE_MAX_S;
	firmware->step = FIRMWARE_WAITS;
	firmware->next_us = pile->ticks_us;
	if (wish->fetch_us > pile->now_us)
		firmware_say(pile, FIRMWARE_DOWNLOAD_SCHEDULED);
	return replaced ? FIRMWARE_E_REPLACED : 0;
}

/* ---- fetching ---- */

static void firmware_fetch(struct pile *pile)
{
	struct firmware *firmware = &pile->firmware;
	char path[512];
	struct carry_wish wish = {.url = str_from(firmware->wish->url),
		.path = path,
		.ca_file = str_from(pile->config.ca_file)};

	if (pile->now_us < firmware->wish->fetch_us || pile->ticks_us < firmware->next_us)
		return;
	if (!firmware_path(pile, path)) {
		firmware_end(pile, FIRMWARE_DOWNLOAD_FAILED);
		return;
	}
	firmware->carry = carry_start(&wish);
	firmware->step = FIRMWARE_FETCHES;
	firmware_say(pile, FIRMWARE_DOWNLOADING);
}

static bool firmware_proved(struct pile *pile, const struct carry_end *end)
{
	const struct firmware_wish *wish = pile->firmware.wish;
	uint8_t signature[FIRMWARE_SIGNATURE_MAX];
	struct arena arena;
	size_t len;
	bool good;

	if (!wish->is_signed)
		return true;
	arena_init(&arena, 128 * 1024);
	good = base64_read(str_from(wish->signature), signature, sizeof(signature), &len) &&
	       x509_signed_by(&arena, str_from(wish->certificate), end->sha256,
		       (struct str){(const char *)signature, len}) == 0;
	arena_fini(&arena);
	return good;
}

static void firmware_fetched(struct pile *pile, const struct carry_end *end)
{
	struct firmware *firmware = &pile->firmware;

	if (!end->good && firmware->wish->tries > 0) {
		firmware->wish->tries--;
		firmware->step = FIRMWARE_WAITS;
		firmware->next_us = pile->ticks_us + firmware->wish->pause_s * US_PER_S;
		LOG_WARN("firmware not fetched", "pile=%.*s why=\"%s\"", STR_FMT(pile->config.name),
			end->error);
		return;
	}
	if (!end->good) {
		firmware_end(pile, FIRMWARE_DOWNLOAD_FAILED);
		return;
	}
	firmware_say(pile, FIRMWARE_DOWNLOADED);
	if (!firmware_proved(pile, end)) {
		events_add(pile, "InvalidFirmwareSignature", "%lld bytes", (long long)end->bytes);
		firmware_end(pile, FIRMWARE_INVALID_SIGNATURE);
		return;
	}
	if (firmware->wish->is_signed)
		firmware_say(pile, FIRMWARE_SIGNATURE_VERIFIED);
	firmware->step = FIRMWARE_READY;
	if (!pile_quiet(pile) || pile->now_us < firmware->wish->install_us)
		firmware_say(pile, FIRMWARE_INSTALL_SCHEDULED);
}

/* ---- putting it in place ---- */

static bool firmware_idle(const struct pile *pile)
{
	for (size_t i = 0; i < pile->outlets_len; i++)
		if (pile->outlets[i].tx || pile->outlets[i].claim != CLAIM_NONE)
			return false;
	return pile->reset == RESET_NONE;
}

/* The version a simulated pile's file names: "LEYDEN-FIRMWARE <version>[ broken]". */
static bool firmware_named(const char *path, char ret[FIRMWARE_VERSION_MAX + 1])
{
	char head[128];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file >= 0 ? read(file, head, sizeof(head)) : -1;
	struct str text = {head, got > 0 ? (size_t)got : 0}, line = str_trim(str_cut(&text, '\n'));

	if (file >= 0)
		close(file);
	if (!str_starts(line, STR(FIRMWARE_MAGIC)))
		return false;
	line = str_slice(line, sizeof(FIRMWARE_MAGIC) - 1, line.len);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] < ' ' || line.ptr[i] >= 127 || line.ptr[i] == '|')
			return false;
	if (line.len == 0 || line.len > FIRMWARE_VERSION_MAX)
		return false;
	memset(ret, 0, FIRMWARE_VERSION_MAX + 1);
	memcpy(ret, line.ptr, line.len);
	return true;
}

/* What runs on trial since the last reboot. */
struct firmware_trial {
	char version[FIRMWARE_VERSION_MAX + 1], before[FIRMWARE_VERSION_MAX + 1];
	int64_t number, plain, boots;
};

static int firmware_note(struct pile *pile, const struct firmware_trial *trial)
{
	struct arena arena;
	int result;

	arena_init(&arena, 1024);
	result = spool_note(&pile->spool, FIRMWARE_NOTE,
		str_format(&arena, "%s|%s|%lld|%lld|%lld", trial->version, trial->before,
			(long long)trial->number, (long long)trial->plain,
			(long long)trial->boots));
	arena_fini(&arena);
	return result;
}

static void firmware_text(char ret[FIRMWARE_VERSION_MAX + 1], struct str text)
{
	size_t len = text.len < FIRMWARE_VERSION_MAX ? text.len : FIRMWARE_VERSION_MAX;

	memset(ret, 0, FIRMWARE_VERSION_MAX + 1);
	if (len > 0) /* of a note that is not there no byte may be asked for */
		memcpy(ret, text.ptr, len);
}

/* In place: the note first, so that the next start knows what it is. */
static void firmware_placed(struct pile *pile, const char *version)
{
	struct firmware *firmware = &pile->firmware;
	struct firmware_trial trial = {
		.number = firmware->wish->number, .plain = firmware->wish->plain};

	firmware_text(trial.version, str_from(version));
	firmware_text(trial.before, pile->config.firmware);
	if (firmware_note(pile, &trial) < 0) {
		firmware_end(pile, FIRMWARE_INSTALLATION_FAILED);
		return;
	}
	firmware_end(pile, FIRMWARE_INSTALL_REBOOTING);
	firmware->step = FIRMWARE_REBOOTS;
	firmware->restart = pile->config.install != NULL;
	firmware->next_us = pile->ticks_us + FIRMWARE_TELL_US;
}

static void firmware_install(struct pile *pile)
{
	struct firmware *firmware = &pile->firmware;
	char path[512], version[FIRMWARE_VERSION_MAX + 1];
	char *args[] = {(char *)(uintptr_t)pile->config.install, path, NULL};

	if (!firmware_idle(pile) || pile->now_us < firmware->wish->install_us)
		return;
	firmware_say(pile, FIRMWARE_INSTALLING);
	if (!firmware_path(pile, path)) {
		firmware_end(pile, FIRMWARE_INSTALLATION_FAILED);
	} else if (pile->config.install) {
		pid_t child;
		if (posix_spawnp(&child, pile->config.install, NULL, NULL, args, environ) == 0) {
			firmware->child = child;
			firmware->step = FIRMWARE_INSTALLS;
		} else {
			firmware_end(pile, FIRMWARE_INSTALLATION_FAILED);
		}
	} else if (firmware_named(path, version)) {
		firmware_placed(pile, version);
	} else {
		firmware_end(pile, FIRMWARE_INSTALLATION_FAILED);
	}
}

static void firmware_watch(struct pile *pile)
{
	struct firmware *firmware = &pile->firmware;
	int status;
	pid_t gone = waitpid(firmware->child, &status, WNOHANG);

	if (gone == 0)
		return;
	firmware->child = 0;
	if (gone > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		firmware_placed(pile, FIRMWARE_UNKNOWN);
	else
		firmware_end(pile, FIRMWARE_INSTALLATION_FAILED);
}

void firmware_step(struct pile *pile)
{
	struct firmware *firmware = &pile->firmware;
	struct carry_end end;

	switch (firmware->step) {
	case FIRMWARE_WAITS:
		firmware_fetch(pile);
		break;
	case FIRMWARE_FETCHES:
		if (firmware->carry && !carry_ended(firmware->carry, &end))
			break;
		if (!firmware->carry)
			end = (struct carry_end){.error = "no thread"};
		carry_free(firmware->carry);
		firmware->carry = NULL;
		firmware_fetched(pile, &end);
		break;
	case FIRMWARE_READY:
		firmware_install(pile);
		break;
	case FIRMWARE_INSTALLS:
		firmware_watch(pile);
		break;
	case FIRMWARE_REBOOTS:
		/* the server hears of it first, as far as it listens */
		if ((firmware->told_len > 0 && pile->link.accepted &&
			    pile->ticks_us < firmware->next_us) ||
			!firmware_idle(pile))
			break;
		firmware->step = FIRMWARE_NOTHING;
		pile_reset(pile, false);
		break;
	case FIRMWARE_TRIAL:
	case FIRMWARE_NOTHING:
		break;
	}
}

/* ---- after the reboot ---- */

/* False when nothing is on trial; then ret->version is what was proved, "" as built. */
static bool firmware_read(struct pile *pile, struct firmware_trial *ret)
{
	struct str note = spool_note_get(&pile->spool, FIRMWARE_NOTE), number, plain;

	memset(ret, 0, sizeof(*ret));
	firmware_text(ret->version, str_cut(&note, '|'));
	firmware_text(ret->before, str_cut(&note, '|'));
	number = str_cut(&note, '|');
	plain = str_cut(&note, '|');
	return str_to_i64(number, &ret->number) && str_to_i64(plain, &ret->plain) &&
	       str_to_i64(note, &ret->boots);
}

/* From now on the pile says it runs this version. */
static void firmware_run(struct pile *pile, const char *version)
{
	firmware_text(pile->firmware.version, str_from(version));
	pile->config.firmware = str_from(pile->firmware.version);
}

/* Did the new one come up? A simulated pile reads it from the version itself; a real one is another
 * program than before. */
static bool firmware_came(const struct pile *pile, const struct firmware_trial *trial)
{
	static const char broken[] = " broken";
	size_t len = strlen(trial->version), tail = sizeof(broken) - 1;

	if (trial->boots >= FIRMWARE_BOOTS)
		return false;
	if (strcmp(trial->version, FIRMWARE_UNKNOWN) == 0)
		return !str_is(pile->config.firmware, trial->before);
	return len < tail || strcmp(trial->version + len - tail, broken) != 0;
}

/* The program before goes on, and the server hears of it. */
static void firmware_back(struct pile *pile, const struct firmware_trial *trial)
{
	if (spool_note(&pile->spool, FIRMWARE_NOTE,
		    pile->config.install ? STR_NULL : str_from(trial->before)) < 0)
		LOG_ERROR("rollback not kept", "pile=%.*s", STR_FMT(pile->config.name));
	if (!pile->config.install)
		firmware_run(pile, trial->before);
	firmware_say_of(pile, FIRMWARE_INSTALLATION_FAILED, trial->plain != 0, trial->number);
}

void firmware_open(struct pile *pile)
{
	struct firmware_trial trial;
	bool on;

	pile->firmware = (struct firmware){.status = FIRMWARE_IDLE};
	firmware_load(pile);
	on = firmware_read(pile, &trial);
	if (on && !firmware_came(pile, &trial)) {
		firmware_back(pile, &trial);
		return;
	}
	if (trial.version[0] && !pile->config.install)
		firmware_run(pile, trial.version);
	if (!on)
		return;
	pile->firmware.step = FIRMWARE_TRIAL;
	trial.boots++;
	if (firmware_note(pile, &trial) < 0)
		LOG_WARN("boot not counted", "pile=%.*s", STR_FMT(pile->config.name));
}

void firmware_close(struct pile *pile)
{
	carry_free(pile->firmware.carry);
	if (pile->firmware.child > 0)
		kill(pile->firmware.child, SIGTERM);
	mem_free(pile->firmware.wish);
	pile->firmware = (struct firmware){.status = FIRMWARE_IDLE};
}

void firmware_accepted(struct pile *pile)
{
	struct firmware_trial trial;

	if (pile->firmware.step != FIRMWARE_TRIAL || !firmware_read(pile, &trial))
		return;
	if (spool_note(&pile->spool, FIRMWARE_NOTE,
		    pile->config.install ? STR_NULL : pile->config.firmware) < 0)
		return; /* once more after the next boot */
	pile->firmware.step = FIRMWARE_NOTHING;
	firmware_say_of(pile, FIRMWARE_INSTALLED, trial.plain != 0, trial.number);
	events_add(pile, "FirmwareUpdated", "%.*s", STR_FMT(pile->config.firmware));
}

void firmware_tell(struct pile *pile, bool plain)
{
	const struct firmware *firmware = &pile->firmware;

	firmware_say_of(pile, firmware->step == FIRMWARE_NOTHING ? FIRMWARE_IDLE : firmware->status,
		plain, firmware->wish ? firmware->wish->number : -1);
}
