/* fault.h - how things go wrong. One int for every function that can fail:
 *   < 0  a fault: the machine, a library or we ourselves failed. Forwarded unchanged with TRY(),
 * never matched on above the driver; the lane rolls back. Its origin and the frames it passed are
 * kept per thread. = 0  done. > 0  an outcome of that module's own enum (X_E_...): handled by the
 * caller, never forwarded. */
#pragma once

enum fault {
	FAULT_NOMEM = -1,   /* a bound or the arena's cap was reached */
	FAULT_IO = -2,      /* disk, socket or library I/O failed */
	FAULT_BUSY = -3,    /* the database asks to run the job again */
	FAULT_CORRUPT = -4, /* stored data contradicts itself */
	FAULT_BUG = -5,     /* we called something wrongly */
};

/* Records a fault where it arises and returns `fault`. `format` says in words what happened. */
int fault_origin(int fault, const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Adds the frame a fault passes through; returns `fault` unchanged. */
int fault_trace(int fault, const char *file, int line);
/* The trace of this thread's last fault as one line of text; "" when none. Valid until the next
 * fault. */
const char *fault_text(void);
/* Forgets the trace. */
void fault_clear(void);
/* Short name of a fault ("io", "busy" ...). */
const char *fault_name(int fault);

/* Goes through an inline function so that the compiler sees the value: an optimiser that knows it
 * is not 0 does not suspect results of being used after a fault. */
static inline int fault_value(int recorded, int fault)
{
	(void)recorded;
	return fault;
}
#define FAULT(fault, ...) \
	fault_value(fault_origin((fault), __FILE__, __LINE__, __VA_ARGS__), (fault))
#define TRY(call) \
	do { \
		int try_result_ = (call); \
		if (__builtin_expect(try_result_ < 0, 0)) { \
			(void)fault_trace(try_result_, __FILE__, __LINE__); \
			return try_result_; \
		} \
	} while (0)

/* An assertion about our own code: stays on in release, prints where, and aborts. */
void fault_assert_failed(const char *expression, const char *file, int line)
	__attribute__((noreturn));
#define ASSERT(expression) \
	((expression) ? (void)0 : fault_assert_failed(#expression, __FILE__, __LINE__))
