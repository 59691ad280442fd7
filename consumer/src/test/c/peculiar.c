/*
 * A process of an unusual kind, that sleeps while it is armed.
 *
 *   peculiar KIND MILLIS   prints the number of the process to arm, sleeps, prints "right"
 *
 * KIND: plain; kill, trap, errno (a filter that answers userfaultfd so, and kills whoever calls
 * restart_syscall), allow (a filter that kills whoever makes another call than it does itself);
 * soft, hard (as many descriptors as it may have, which it may raise, or not); namespaces; nobody;
 * undumpable; leader (the first thread has ended); stopped (SIGSTOP before it sleeps); traced (by
 * its parent); others-thread (a thread of it is of another user, and the whole can be dumped); uring (a kernel thread of io_uring in it); kernel-only (all it has is that thread
 * and one that waits in a vfork); late (reads a line, installs the filter of kill, says "filtered",
 * and reads another); late-nap (sleeps instead of that).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long millis;
static const char *kind;

static int is(const char *name)
{
	return !strcmp(kind, name);
}

static void install(struct sock_filter *code, int count)
{
	struct sock_fprog program = { count, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		exit(8);
}

static void filter(unsigned answer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_restart_syscall, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_userfaultfd, 0, 2),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	install(code, 6);
}

static void allow_own_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_nanosleep, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	install(code, 7);
}

static struct rlimit descriptors(int may_be_raised)
{
	struct rlimit now, all;
	int last = open("/dev/null", O_RDONLY);

	getrlimit(RLIMIT_NOFILE, &now);
	all.rlim_cur = last + 1;
	all.rlim_max = may_be_raised ? now.rlim_max : all.rlim_cur;
	setrlimit(RLIMIT_NOFILE, &all);
	return all;
}

static void start_uring(void)
{
	struct io_uring_params p = { .flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 5000 };

	syscall(425, 8, &p);
}

static void say(const char *word)
{
	if (write(1, word, strlen(word)) < 0)
		_exit(9);
}

static void read_line(void)
{
	char byte = 0;

	while (byte != '\n')
		if (read(0, &byte, 1) != 1)
			_exit(9);
}

static void nap(void)
{
	struct timespec t = { millis / 1000, millis % 1000 * 1000000 };
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (syscall(SYS_nanosleep, &t, 0)) {
		say("interrupted\n");
		_exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if ((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000 < millis - 5) {
		say("too short\n");
		_exit(1);
	}
}

static void *sleeper(void *unused)
{
	(void)unused;
	nap();
	say("right\n");
	_exit(0);
}

static void tell_number(pid_t pid)
{
	char line[32];

	snprintf(line, sizeof(line), "%d\n", pid);
	say(line);
}

static void be_traced(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		nap();
		say("right\n");
		_exit(0);
	}
	if (ptrace(PTRACE_SEIZE, child, 0, 0))
		exit(8);
	tell_number(child);
	waitpid(child, &status, 0);
	exit(status != 0);
}

static void *sleeper_of_another(void *unused)
{
	(void)unused;
	/* The C library's function would change all threads. */
	if (syscall(SYS_setresuid, 65534, 65534, 65534) || prctl(PR_SET_DUMPABLE, 1))
		_exit(8);
	tell_number(getpid());
	for (;;)
		pause();
}

int main(int count, char **arguments)
{
	struct rlimit limit = { 0, 0 }, after;
	pthread_t thread;

	if (count != 3)
		return 2;
	kind = arguments[1];
	millis = atol(arguments[2]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (is("traced"))
		be_traced();
	if (is("uring") || is("kernel-only"))
		start_uring();
	if (is("namespaces") && unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET))
		return 8;
	if (is("nobody") && setresuid(65534, 65534, 65534))
		return 8;
	if (is("undumpable"))
		prctl(PR_SET_DUMPABLE, 0);
	if (is("soft") || is("hard"))
		limit = descriptors(is("soft"));
	if (is("others-thread"))
		pthread_create(&thread, 0, sleeper_of_another, 0);
	else
		tell_number(getpid());
	if (is("kill") || is("trap") || is("errno"))
		filter(is("kill") ? SECCOMP_RET_KILL_PROCESS
		       : is("trap") ? SECCOMP_RET_TRAP : SECCOMP_RET_ERRNO | EPERM);
	if (is("allow"))
		allow_own_calls();
	if (is("late") || is("late-nap")) {
		read_line();
		filter(SECCOMP_RET_KILL_PROCESS);
		say("filtered\n");
		if (is("late-nap"))
			nap();
		else
			read_line();
		say("right\n");
		_exit(0);
	}
	if (is("stopped"))
		raise(SIGSTOP);
	if (is("leader")) {
		pthread_create(&thread, 0, sleeper, 0);
		pthread_exit(0);
	}
	if (is("kernel-only")) {
		if (!vfork()) {
			nap();
			_exit(0);
		}
		say("right\n");
		_exit(0);
	}
	nap();
	if (limit.rlim_cur) {
		getrlimit(RLIMIT_NOFILE, &after);
		if (after.rlim_cur != limit.rlim_cur || after.rlim_max != limit.rlim_max)
			say("another limit\n");
	}
	say("right\n");
	_exit(0);
}
