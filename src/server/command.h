/* command.h - the commands of `leyden` beside `serve`: what they are given, and the exit codes all
 * share. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "server/config.h"

enum command_exit {
	EXIT_OK = 0,
	EXIT_FAILED = 1,  /* it was tried and did not work: the reason is on stderr */
	EXIT_USAGE = 2,   /* wrong command or settings */
	EXIT_MISSING = 3, /* what was asked for does not exist, or exists already */
	EXIT_BROKEN = 4,  /* verify: the books do not balance */
};
#define COMMAND_WORDS 4
struct command {
	struct config *config;
	struct arena *arena;
	struct str words[COMMAND_WORDS]; /* behind the command's own name */
	size_t words_len;
	bool json;
	struct str name, role, site; /* --name, --role, --site */
};

/* leyden ca ...: command_ca.c */
int command_ca(struct command *command);
int command_check(struct command *command);
int command_user(struct command *command);
int command_pile(struct command *command);
int command_order(struct command *command);
int command_offline(struct command *command);
int command_verify(struct command *command);
int command_verify_meter(struct command *command);
