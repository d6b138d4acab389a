/* replay.h - runs recorded SQL again (bench/record.c), raw: no network, no messages, no rules. */
#pragma once

struct replay_config {
	const char *dir;     /* the data folder as it was when recording began; it is changed */
	const char *records; /* folder of the recording */
	int batch;           /* calls in one commit */
	double seconds;      /* most time to take; 0: to the end of the recording */
};
/* Prints one line of JSON; 0, or 1 with the reason on stderr. */
int replay_run(const struct replay_config *config);
