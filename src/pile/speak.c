/* speak.c - starting the program that speaks (see speak.h). */
#include "pile/speak.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "pile/wav.h"

#define SPEAK_PATH_MAX 300

extern char **environ;

static const char *speak_recordings;
static const char *speak_program = "espeak-ng", *speak_player = "aplay";
static pid_t speak_now; /* 0: nobody speaks */

void speak_setup(const char *recordings, const char *program, const char *player)
{
	speak_recordings = recordings;
	speak_program = program ? program : "espeak-ng";
	speak_player = player ? player : "aplay";
}

/* What is being said is old by now. */
static void speak_stop(void)
{
	if (speak_now && waitpid(speak_now, NULL, WNOHANG) == 0) {
		kill(speak_now, SIGTERM);
		waitpid(speak_now, NULL, 0);
	}
	speak_now = 0;
}

/* The program only reads its words: the cast gives posix_spawn the type it declares. `input`
 * becomes its standard input, -1 leaves it ours. */
static int speak_run(const char *const argv[], int input)
{
	posix_spawn_file_actions_t actions;
	int result;

	speak_stop();
	posix_spawn_file_actions_init(&actions);
	if (input >= 0)
		posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	result = posix_spawnp(
		&speak_now, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result != 0) {
		speak_now = 0;
		return FAULT(FAULT_IO, "cannot start %s: %s", argv[0], strerror(result));
	}
	return 0;
}

/* ---- recordings: all parts one after another, as loud as wanted, in a file without a name ---- */

struct speak_take {
	int file;
	struct wav like; /* the first part; the others must be of its kind */
	size_t len;
};

/* A recording's bytes, to be freed; NULL when it is not there or too long. */
static uint8_t *speak_load(const char *path, size_t *ret_len)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *bytes = NULL;
	struct stat is;

	if (file < 0)
		return NULL;
	if (fstat(file, &is) == 0 && S_ISREG(is.st_mode) && is.st_size > 0 &&
		is.st_size <= WAV_MOST) {
		bytes = mem_alloc((size_t)is.st_size);
		*ret_len = (size_t)is.st_size;
	}
	if (bytes && read(file, bytes, *ret_len) != (ssize_t)*ret_len) {
		mem_free(bytes);
		bytes = NULL;
	}
	close(file);
	return bytes;
}

static bool speak_add(struct speak_take *take, const char *path, int32_t volume)
{
	size_t len = 0;
	uint8_t *bytes = speak_load(path, &len);
	struct wav wav;
	bool good = bytes && wav_read(bytes, len, &wav) && take->len + wav.len <= WAV_MOST &&
		    (take->len == 0 ||
			    (wav.rate == take->like.rate && wav.channels == take->like.channels));

	if (good) {
		wav_scale(wav.samples, wav.len, volume, bytes);
		good = pwrite(take->file, bytes, wav.len, (off_t)(WAV_HEAD + take->len)) ==
		       (ssize_t)wav.len;
		take->len += wav.len;
		take->like = wav;
	}
	mem_free(bytes);
	return good;
}

/* The whole announcement, or false: a sentence with one word in another voice is worse than one
 * voice that is not the best. */
static bool speak_take(struct speak_take *take, const struct hal_speech *speech)
{
	uint8_t head[WAV_HEAD];
	char path[SPEAK_PATH_MAX];
	int written;

	for (size_t i = 0; i < speech->parts_len; i++) {
		written = snprintf(path, sizeof(path), "%s/%s/%s.wav", speak_recordings,
			speech->language, speech->parts[i]);
		if (written >= (int)sizeof(path) || !speak_add(take, path, speech->volume))
			return false;
	}
	if (take->len == 0)
		return false;
	wav_head(&take->like, take->len, head);
	return pwrite(take->file, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	       lseek(take->file, 0, SEEK_SET) == 0;
}

/* True when the recordings say it, or *ret_result tells why their player did not start. */
static bool speak_recorded(const struct hal_speech *speech, int *ret_result)
{
	const char *const argv[] = {speak_player, "-q", "-", NULL};
	struct speak_take take = {.file = -1};
	bool whole;

	if (!speak_recordings)
		return false;
	take.file = memfd_create("announcement", MFD_CLOEXEC);
	if (take.file < 0)
		return false;
	whole = speak_take(&take, speech);
	if (whole)
		*ret_result = speak_run(argv, take.file);
	close(take.file);
	return whole;
}

int speak_say(const struct hal_speech *speech)
{
	char amplitude[16], language[16], text[400];
	/* behind "--" a sentence can never be an option */
	const char *const spoken[] = {
		speak_program, "-v", language, "-a", amplitude, "--", text, NULL};
	int result = 0;

	if (speech->volume <= 0) {
		speak_stop();
		return 0;
	}
	if (speak_recorded(speech, &result))
		return result;
	snprintf(language, sizeof(language), "%s",
		strcmp(speech->language, "zh") == 0 ? "cmn" : speech->language);
	snprintf(amplitude, sizeof(amplitude), "%d", speech->volume * 2);
	snprintf(text, sizeof(text), "%s", speech->text);
	return speak_run(spoken, -1);
}
