/* log.h - structured lines to stderr: time level message key=value. Secrets never; phones and cards
 * masked by the caller. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

enum log_level { LOG_LEVEL_DEBUG = 0, LOG_LEVEL_INFO = 1, LOG_LEVEL_WARN = 2, LOG_LEVEL_ERROR = 3 };

/* The level below which lines are dropped; and whether lines are JSON objects instead of logfmt.
 * Set once at boot. */
void log_setup(enum log_level least, bool json);
/* `event` is a short fixed phrase ("pile connected"); `format` makes key=value pairs, values with
 * blanks quoted by "%s" callers through log_quote. Control characters are escaped. */
void log_write(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The text as a value for "key=%s": in double quotes and escaped when it holds blanks, quotes or
 * control characters, cut after 200 bytes. Valid until this thread's eighth next call. */
const char *log_quote(struct str text);
#define LOG_DEBUG(event, ...) log_write(LOG_LEVEL_DEBUG, (event), __VA_ARGS__)
#define LOG_INFO(event, ...) log_write(LOG_LEVEL_INFO, (event), __VA_ARGS__)
#define LOG_WARN(event, ...) log_write(LOG_LEVEL_WARN, (event), __VA_ARGS__)
#define LOG_ERROR(event, ...) log_write(LOG_LEVEL_ERROR, (event), __VA_ARGS__)
