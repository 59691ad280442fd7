/*
 * A process whose thread must not be treated as others are.
 *
 *   inside KIND MILLIS   says "ready", computes for so long with no system call, says "right" if it is as it was
 *
 * KIND: alternate (in a signal handler, on an alternate stack that lies in its first stack, and has little room);
 * coroutine (on a small stack of its own making, there as well); dispatch (its system calls are dispatched to
 * itself); dispatching (so are those of its first thread, and a second one waits); dispatching-many (so are those of
 * ten more, and the last one waits); arena (its first thread must not be stopped, and a second one stands on a
 * stack cut from the end of a block that begins with a table); apart (a second thread waits,
 * which has descriptors of its own, and the process has some more).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH, newer than some headers */
#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51 /* newer than some headers */
#endif
#define PATTERN 0x5A
#define BELOW 8192
#define SMALL 1024

static unsigned long ticks;

/* Calls nothing: it may have no stack to do so. */
static void compute(void)
{
	unsigned long start = __builtin_ia32_rdtsc();

	while (__builtin_ia32_rdtsc() - start < ticks)
		;
}

static int unchanged(const volatile unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != PATTERN)
			return 0;
	return 1;
}

static void ready(void)
{
	printf("ready\n");
	fflush(stdout);
}

/* Leaves less than a frame takes above the end of the stack, however much that is on this CPU. */
static void in_handler(int signal)
{
	volatile char used[2 * BELOW - getauxval(AT_MINSIGSTKSZ) - 1000];

	used[0] = signal;
	compute();
	used[1] = used[0];
}

static __attribute__((noinline)) int below_alternate(void)
{
	unsigned char locals[2 * BELOW];

	memset(locals, PATTERN, sizeof(locals));
	__asm__ volatile("" ::"r"(locals) : "memory");
	ready();
	raise(SIGUSR1);
	return unchanged(locals, sizeof(locals));
}

static __attribute__((noinline)) int alternate(void)
{
	char stack[2 * BELOW];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = in_handler, .sa_flags = SA_ONSTACK };

	if (sigaltstack(&alternate, 0) || sigaction(SIGUSR1, &action, 0))
		return 0;
	return below_alternate();
}

static int coroutine(void)
{
	static ucontext_t back, there;
	struct { unsigned char below[BELOW], stack[SMALL]; } here __attribute__((aligned(64)));

	memset(here.below, PATTERN, sizeof(here.below));
	getcontext(&there);
	there.uc_stack.ss_sp = here.stack;
	there.uc_stack.ss_size = sizeof(here.stack);
	there.uc_link = &back;
	makecontext(&there, compute, 0);
	ready();
	swapcontext(&back, &there);
	return unchanged(here.below, sizeof(here.below));
}

static void *wait_apart(void *unused)
{
	unshare(CLONE_FILES);
	for (int fd = 3; fd < 40; fd++)
		close(fd);
	for (;;)
		pause();
	return unused;
}

static void *wait_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void *wait_dispatched(void *unused)
{
	static volatile char allows;

	prctl(DISPATCH, 1, 0, 0, &allows);
	return wait_on(unused);
}

static int compute_dispatched(void)
{
	static volatile char blocks;

	ready();
	if (prctl(DISPATCH, 1, 0, 0, &blocks))
		return 0;
	blocks = 1;
	compute();
	blocks = 0;
	return 1;
}

/* Behind a page that is not accessible: a table that nothing was ever written to, and a stack. */
static int arena(void)
{
	size_t table = 256 << 10, stack = 256 << 10;
	unsigned char *block = mmap(0, 4096 + table + stack + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attributes;
	pthread_t thread;

	mprotect(block + 4096, table + stack, PROT_READ | PROT_WRITE);
	pthread_attr_init(&attributes);
	if (pthread_attr_setstack(&attributes, block + 4096 + table, stack) ||
	    pthread_create(&thread, &attributes, wait_on, 0))
		return 0;
	if (!compute_dispatched())
		return 0;
	for (size_t i = 0; i < table; i++)
		if (block[4096 + i])
			return 0;
	return 1;
}

static unsigned long ticks_a_millisecond(void)
{
	struct timespec pause = { 0, 10000000 };
	unsigned long start = __builtin_ia32_rdtsc();

	nanosleep(&pause, 0);
	return (__builtin_ia32_rdtsc() - start) / 10;
}

int main(int count, char **arguments)
{
	const char *kind = count == 3 ? arguments[1] : "";
	pthread_t thread;
	int right = 1;

	ticks = count == 3 ? atol(arguments[2]) * ticks_a_millisecond() : 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < 10 && !strcmp(kind, "dispatching-many"); i++)
		pthread_create(&thread, 0, wait_dispatched, 0);
	if (!strncmp(kind, "dispatching", 11))
		pthread_create(&thread, 0, wait_on, 0);
	if (!strcmp(kind, "apart")) {
		for (int i = 0; i < 20; i++)
			open("/dev/null", O_RDWR);
		pthread_create(&thread, 0, wait_apart, 0);
	}
	if (!strcmp(kind, "alternate"))
		right = alternate();
	else if (!strcmp(kind, "coroutine"))
		right = coroutine();
	else if (!strcmp(kind, "arena"))
		right = arena();
	else if (!strncmp(kind, "dispatch", 8))
		right = compute_dispatched();
	else {
		ready();
		compute();
	}
	printf(right ? "right\n" : "changed\n");
	return !right;
}
