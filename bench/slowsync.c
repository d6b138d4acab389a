/* slowsync.c - makes the cost of durability a parameter: preloaded over a database on a memory file
 * system, it lets each fsync and fdatasync take SYNC_US microseconds, free of the disk the machine
 * happens to have. */
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static long sync_us = -1;

static int nap(void)
{
	if (sync_us < 0) {
		const char *text = getenv("SYNC_US");
		sync_us = text ? atol(text) : 0;
	}
	if (sync_us > 0) {
		struct timespec wait = {sync_us / 1000000, (sync_us % 1000000) * 1000};
		prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
		nanosleep(&wait, NULL);
	}
	return 0;
}

int fsync(int fd)
{
	(void)fd;
	return nap();
}

int fdatasync(int fd)
{
	(void)fd;
	return nap();
}
