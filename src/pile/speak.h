/* speak.h - the speaker of a real pile: a recording where there is one, else espeak-ng, as programs
 * of their own, so that a voice that hangs never holds up the controller. */
#pragma once
#include "pile/hal/hal.h"

/* Directory of recordings, DIR/<language>/<part>.wav; NULL none. The programs that speak and that
 * play a recording from their standard input, NULL for espeak-ng and aplay. */
void speak_setup(const char *recordings, const char *program, const char *player);
/* Plays the recordings, as loud as wanted, when all parts are there and of one kind; else speaks
 * the text. 0, or a fault when the program does not start. */
int speak_say(const struct hal_speech *speech);
