/* pg.c - a private PostgreSQL for tests. A supervisor process owns the cluster and listens on a
 * pipe: when the test ends or dies, the pipe closes, and the supervisor stops the server and
 * removes the directory. The server refuses to run as root, so root hands it to an ordinary user. A
 * made cluster is kept as a template in the build directory, because copying one is ten times
 * faster than initdb. */
#include <fcntl.h>
#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "pg.h"

#define START_TRIES 600                   /* of 50 ms */
#define MEMORY_WANTED (UINT64_C(3) << 30) /* bytes free before the cluster is made in memory */

static char directory[256], data[300], bin[256], url[512];
static struct passwd *owner; /* whom the server runs as when we are root */
static int command_pipe = -1, report_pipe = -1;
static pid_t supervisor, server;

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "private PostgreSQL: %s\n", what);
	_exit(99);
}

/* In a child: become the server's user, silence stdout, run. */
static _Noreturn void become(const char *const *args, bool as_owner)
{
	int log = open(
		as_owner && *directory ? "log" : "/dev/null", O_CREAT | O_WRONLY | O_APPEND, 0666);

	if (owner && as_owner && (setgid(owner->pw_gid) || setuid(owner->pw_uid)))
		_exit(98);
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	dup2(log, 1);
	dup2(log, 2);
	execvp(args[0], (char *const *)(const void *)args);
	_exit(97);
}

static bool run(const char *const *args, bool as_owner)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		become(args, as_owner);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
}

static void find_programs(void)
{
	glob_t found;

	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) || !found.gl_pathc)
		give_up("no server found in /usr/lib/postgresql (install the package postgresql)");
	snprintf(bin, sizeof(bin), "%s", found.gl_pathv[found.gl_pathc - 1]);
	*strrchr(bin, '/') = '\0';
	globfree(&found);
}

/* Keeps a copy for the next test program; two at once do no harm, the first one's rename wins. */
static void keep_template(void)
{
	char copy[512];

	snprintf(copy, sizeof(copy), "%s.%d", PG_TEMPLATE, (int)getpid());
	if (run((const char *const[]){"cp", "-a", data, copy, NULL}, false) &&
		rename(copy, PG_TEMPLATE) == 0)
		return;
	run((const char *const[]){"rm", "-rf", copy, NULL}, false);
}

static void make_cluster(void)
{
	char initdb[300], who[64];

	if (access(PG_TEMPLATE "/PG_VERSION", R_OK) == 0 &&
		run((const char *const[]){"cp", "-a", "--no-preserve=ownership", PG_TEMPLATE, data,
			    NULL},
			false)) {
		snprintf(who, sizeof(who), "%d:%d", owner ? (int)owner->pw_uid : (int)getuid(),
			owner ? (int)owner->pw_gid : (int)getgid());
		if (owner && !run((const char *const[]){"chown", "-R", who, data, NULL}, false))
			give_up("cannot hand the cluster over");
		return;
	}
	snprintf(initdb, sizeof(initdb), "%s/initdb", bin);
	if (!run((const char *const[]){initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E",
			 "UTF8", "--locale=C", "--no-sync", "--no-instructions", "--wal-segsize=1",
			 NULL},
		    true))
		give_up("initdb failed");
	keep_template();
}

static void launch(void)
{
	char program[300], sockets[300];
	int tries = 0;

	snprintf(program, sizeof(program), "%s/postgres", bin);
	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s", directory);
	server = fork();
	if (server == 0)
		become((const char *const[]){program, "-D", data, "-c", sockets, "-c",
			       "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
			       "-c", "autovacuum=off", "-c", "max_connections=50", "-c",
			       "shared_buffers=32MB", "-c", "max_wal_size=256MB", NULL},
			true);
	while (PQping(url) != PQPING_OK) {
		if (++tries == START_TRIES || waitpid(server, NULL, WNOHANG) == server)
			give_up("the server did not start");
		nap();
	}
}

static void halt(void)
{
	if (server > 0) {
		kill(server, SIGQUIT);
		waitpid(server, NULL, 0);
	}
	server = 0;
}

static _Noreturn void supervise(int commands, int reports)
{
	char command = 'r';

	setsid();
	find_programs();
	if (chdir(directory))
		give_up("no directory");
	make_cluster();
	do {
		if (command == 'r')
			launch();
		else
			halt();
		if (write(reports, "k", 1) != 1)
			break;
	} while (read(commands, &command, 1) == 1);
	halt();
	if (chdir("/") == 0)
		run((const char *const[]){"rm", "-rf", directory, NULL}, false);
	_exit(0);
}

static void await_report(void)
{
	char ok;

	if (read(report_pipe, &ok, 1) != 1)
		give_up("could not be started");
}

static void command(char letter)
{
	if (write(command_pipe, &letter, 1) != 1)
		give_up("its supervisor is gone");
	await_report();
}

static void finish(void)
{
	close(command_pipe);
	waitpid(supervisor, NULL, 0);
}

/* Every schema is some six hundred files: making them in memory halves the system's time. */
static const char *base_directory(void)
{
	const char *asked = getenv("TMPDIR");
	struct statvfs memory;

	if (asked)
		return asked;
	if (statvfs("/dev/shm", &memory) == 0 && access("/dev/shm", W_OK) == 0 &&
		memory.f_bavail > MEMORY_WANTED / memory.f_frsize)
		return "/dev/shm";
	return "/tmp";
}

static void start_once(void)
{
	int commands[2], reports[2];

	snprintf(directory, sizeof(directory), "%s/leyden-pg-XXXXXX", base_directory());
	if (!mkdtemp(directory) || pipe2(commands, O_CLOEXEC) || pipe2(reports, O_CLOEXEC))
		give_up("no temporary directory");
	if (geteuid() == 0) {
		owner = getpwnam("postgres");
		owner = owner ? owner : getpwnam("nobody");
		if (!owner || chown(directory, owner->pw_uid, owner->pw_gid))
			give_up("no ordinary user to run it as");
	}
	snprintf(data, sizeof(data), "%s/data", directory);
	snprintf(url, sizeof(url), "postgresql:///postgres?host=%s&user=postgres", directory);
	supervisor = fork();
	if (supervisor == 0) {
		close(commands[1]);
		close(reports[0]);
		supervise(commands[0], reports[1]);
	}
	close(commands[0]);
	close(reports[1]);
	command_pipe = commands[1];
	report_pipe = reports[0];
	atexit(finish);
	await_report();
}

const char *pg_url(void)
{
	if (!supervisor)
		start_once();
	return url;
}

void pg_url_fresh(char *ret_url, size_t size)
{
	static int count;
	PGconn *conn = PQconnectdb(pg_url());
	char text[64];
	PGresult *result;

	snprintf(text, sizeof(text), "CREATE SCHEMA test_%d", ++count);
	result = PQexec(conn, text);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		give_up(PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	snprintf(ret_url, size, "%s&options=-csearch_path%%3Dtest_%d", url, count);
}

void pg_stop(void)
{
	command('s');
}

void pg_start(void)
{
	command('r');
}
