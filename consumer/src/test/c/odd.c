/*
 * A process that does what processes of the wild do to whoever tracks them by number.
 *
 *   odd PLACE STAMP MODE   maps a page at PLACE, writes STAMP there, prints the process's number
 *
 * Then, at the first line of standard input, by MODE:
 *   wait    nothing
 *   exec    becomes "odd PLACE STAMP+1 wait", which prints its number again
 *   thread  the first thread ends, a second one lives; each further line adds 1 to the stamp
 *   none    takes all rights to the page away (PROT_NONE)
 *   zombie  prints instead the number of a child that has ended and is never waited for
 *   vfork   prints instead the number of a child that shares the memory and becomes "odd ... wait"
 *   reborn  prints instead the number of a child, which is killed, and another gets its number
 * Each line is answered with "done", or with what went wrong.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;
static volatile uint64_t *page;
static uint64_t stamp;

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

/* A child goes with its parent, however that ends. */
static void await_end(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() != 1)
		pause();
	_exit(0);
}

static int listen_once(void)
{
	char line[16];

	return fgets(line, sizeof(line), stdin) != 0;
}

static void become_another(void)
{
	char place[32], next[32];

	snprintf(place, sizeof(place), "%lu", (unsigned long)(uintptr_t)page);
	snprintf(next, sizeof(next), "%lu", (unsigned long)stamp + 1);
	execl("/proc/self/exe", self, place, next, "wait", (char *)0);
	_exit(3);
}

static volatile int said;

static void *live_on(void *unused)
{
	usleep(200000); /* the first thread has ended by then */
	say("done");
	while (listen_once()) {
		*page += 1;
		say("done");
	}
	exit(0);
}

/* It shares its parent's memory, the C library's buffers too: both at once would spoil those. */
static int child(void *unused)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!said)
		usleep(1000);
	listen_once();
	become_another();
	return 3;
}

/* Kills a child and makes another with the same number (needs CAP_SYS_ADMIN). */
static void replace(int pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1,
	};
	long made;

	kill(pid, SIGKILL);
	waitpid(pid, 0, 0);
	*page += 1;
	made = syscall(SYS_clone3, &args, sizeof(args));
	if (made == 0)
		await_end();
	say(made == pid ? "done" : "a number cannot be chosen");
}

int main(int argc, char **argv)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	char *mode;
	pthread_t second;
	siginfo_t ended;
	int pid = getpid();

	if (argc != 4)
		return 2;
	self = argv[0];
	mode = argv[3];
	stamp = strtoul(argv[2], 0, 0);
	page = mmap((void *)strtoul(argv[1], 0, 0), 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	*page = stamp;
	if (!strcmp(mode, "zombie") && (pid = fork()) == 0)
		_exit(0);
	if (!strcmp(mode, "reborn") && (pid = fork()) == 0)
		await_end();
	if (!strcmp(mode, "vfork"))
		pid = clone(child, stack + sizeof(stack), CLONE_VM, 0);
	if (!strcmp(mode, "zombie"))
		waitid(P_PID, pid, &ended, WEXITED | WNOWAIT);
	printf("%d\n", pid);
	fflush(stdout);
	said = 1;
	if (!strcmp(mode, "vfork"))
		pause();
	listen_once();
	if (!strcmp(mode, "exec"))
		become_another();
	if (!strcmp(mode, "reborn")) {
		replace(pid);
		listen_once();
		kill(pid, SIGKILL);
		return 0;
	}
	if (!strcmp(mode, "none"))
		mprotect((void *)page, 4096, PROT_NONE);
	if (!strcmp(mode, "thread")) {
		pthread_create(&second, 0, live_on, 0);
		pthread_exit(0);
	}
	say("done");
	while (listen_once())
		say("done");
	return 0;
}
