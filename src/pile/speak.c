/* speak.c - starting the program that speaks (see speak.h). */
#include "pile/speak.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"

#define SPEAK_PATH_MAX 300

extern char **environ;

static const char *speak_recordings;
static const char *speak_program = "espeak-ng";
static pid_t speak_now; /* 0: nobody speaks */

void speak_setup(const char *recordings, const char *program)
{
	speak_recordings = recordings;
	speak_program = program ? program : "espeak-ng";
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

/* The program only reads its words: the cast gives posix_spawn the type it declares. */
static int speak_run(const char *const argv[])
{
	int result;

	speak_stop();
	result = posix_spawnp(
		&speak_now, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ);
	if (result != 0) {
		speak_now = 0;
		return FAULT(FAULT_IO, "cannot start %s: %s", argv[0], strerror(result));
	}
	return 0;
}

int speak_say(const struct hal_speech *speech)
{
	char path[SPEAK_PATH_MAX], amplitude[16], language[16], text[400];
	const char *const recording[] = {"aplay", "-q", path, NULL};
	/* behind "--" a sentence can never be an option */
	const char *const spoken[] = {
		speak_program, "-v", language, "-a", amplitude, "--", text, NULL};

	if (speech->volume <= 0) {
		speak_stop();
		return 0;
	}
	snprintf(path, sizeof(path), "%s/%s/%s.wav", speak_recordings ? speak_recordings : "",
		speech->language, speech->name);
	if (speak_recordings && access(path, R_OK) == 0)
		return speak_run(recording);
	snprintf(language, sizeof(language), "%s",
		strcmp(speech->language, "zh") == 0 ? "cmn" : speech->language);
	snprintf(amplitude, sizeof(amplitude), "%d", speech->volume * 2);
	snprintf(text, sizeof(text), "%s", speech->text);
	return speak_run(spoken);
}
