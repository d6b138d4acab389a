/* control.h - playing the car, the weather and the broken part: JSON lines over a local Unix
 * socket, standard input, or the display's control strip. One command a line, one answer a line;
 * the list of commands is control_help. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct fleet;
struct control;

extern const char control_help[];

/* Listens on a Unix socket at `path` (replaced when it exists) and, with `standard_input`, reads
 * commands from there. `path` may be NULL. 0 or a fault. */
int control_new(
	struct fleet *fleet, const char *path, bool standard_input, struct control **ret_control);
void control_free(struct control *control);
/* Takes what has come, without waiting. */
void control_step(struct control *control);

/* Carries out one command (a JSON object). `pile` names the pile when the command does not. The
 * answer is a JSON object in the arena. */
struct str control_command(
	struct fleet *fleet, struct str pile, struct str line, struct arena *arena);
