/* linux.h - an outlet of a real pile: the `linux` backend of hal.h. A file of settings (INI, one an
 * outlet, docs/pile.md) says which line, file, serial port and register is what; a part that is not
 * named is not there. Nothing here blocks the loop: the meter, whose answers take their time, is
 * read by a thread of its own, and what it said last counts for a second. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pile/hal/hal.h"

struct linux_outlet;

/* Opens the parts named in the file at `path`. The outlet's hal is linux_hal()'s. 0 or a fault that
 * names the setting. linux_close is owed after 0. */
int linux_open(const char *path, struct linux_outlet **ret_outlet);
void linux_close(struct linux_outlet *outlet);
const struct hal *linux_hal(const struct linux_outlet *outlet);
