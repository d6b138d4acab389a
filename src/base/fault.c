/* fault.c - the trace of a fault: one line per thread, from its origin through the frames it
 * passed. */
#include "base/fault.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char trace[1024];
static _Thread_local size_t trace_len;

/* Build systems give __FILE__ with leading folders that say nothing: keep what follows "src/". */
static const char *short_file(const char *file)
{
	const char *found = strstr(file, "src/");

	return found != NULL ? found + 4 : file;
}

static void trace_add(int written)
{
	if (written <= 0)
		return;
	trace_len += (size_t)written;
	if (trace_len >= sizeof(trace))
		trace_len = sizeof(trace) - 1;
}

int fault_origin(int fault, const char *file, int line, const char *format, ...)
{
	va_list args;

	trace_len = 0;
	trace_add(snprintf(trace, sizeof(trace), "%s: ", fault_name(fault)));
	va_start(args, format);
	trace_add(vsnprintf(trace + trace_len, sizeof(trace) - trace_len, format, args));
	va_end(args);
	trace_add(snprintf(
		trace + trace_len, sizeof(trace) - trace_len, " at %s:%d", short_file(file), line));
	return fault;
}

int fault_trace(int fault, const char *file, int line)
{
	trace_add(snprintf(
		trace + trace_len, sizeof(trace) - trace_len, " < %s:%d", short_file(file), line));
	return fault;
}

const char *fault_text(void)
{
	return trace;
}

void fault_clear(void)
{
	trace_len = 0;
	trace[0] = '\0';
}

const char *fault_name(int fault)
{
	switch (fault) {
	case FAULT_NOMEM:
		return "nomem";
	case FAULT_IO:
		return "io";
	case FAULT_BUSY:
		return "busy";
	case FAULT_CORRUPT:
		return "corrupt";
	case FAULT_BUG:
		return "bug";
	default:
		return "unknown";
	}
}

void fault_assert_failed(const char *expression, const char *file, int line)
{
	fprintf(stderr, "assertion failed: %s at %s:%d\n", expression, short_file(file), line);
	abort();
}
