/* speak.h - the speaker of a real pile: a recording where there is one, else espeak-ng, as programs
 * of their own, so that a voice that hangs never holds up the controller. */
#pragma once
#include "pile/hal/hal.h"

/* Directory of recordings, DIR/<language>/<name>.wav, played with aplay; NULL none. The program
 * that speaks, NULL for espeak-ng. */
void speak_setup(const char *recordings, const char *program);
/* 0, or a fault when the program does not start. */
int speak_say(const struct hal_speech *speech);
