/* swtpm.h - a TPM 2.0 for tests: swtpm at a socket in a directory, reached by OpenSSL's provider
 * through the environment of this process. */
#pragma once
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Its process, or 0 where swtpm is not installed or does not start. */
static inline pid_t swtpm_start(const char *dir)
{
	char state_dir[128], kept[140], at[128], socket[160], control[160], tcti[200];
	pid_t pid;

	if (access("/usr/bin/swtpm", X_OK) != 0)
		return 0;
	snprintf(kept, sizeof(kept), "%s/tpm", dir);
	mkdir(kept, 0700);
	snprintf(state_dir, sizeof(state_dir), "dir=%s/tpm", dir);
	snprintf(at, sizeof(at), "%s/tpm.sock", dir);
	snprintf(socket, sizeof(socket), "type=unixio,path=%s", at);
	snprintf(control, sizeof(control), "type=unixio,path=%s.ctrl", at);
	snprintf(tcti, sizeof(tcti), "swtpm:path=%s", at);
	setenv("TPM2OPENSSL_TCTI", tcti, 1);
	setenv("TSS2_LOG", "all+NONE", 1);
	pid = fork();
	if (pid == 0) {
		execlp("swtpm", "swtpm", "socket", "--tpm2", "--tpmstate", state_dir, "--server",
			socket, "--ctrl", control, "--log", "level=0", "--flags",
			"not-need-init,startup-clear", NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && access(at, F_OK) != 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	return access(at, F_OK) == 0 ? pid : 0;
}

static inline void swtpm_stop(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}
