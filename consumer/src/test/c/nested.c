/*
 * A process whose threads are each in functions of known names, to be looked at by a debugger.
 *
 *   nested        starts them; prints "ROLE TID" of each, then "ready"
 *
 * Each has functions ROLE_start, ROLE_middle and ROLE_deep, and in the last one a local variable
 * "local" of its own value:
 *   computing     counts (101)
 *   sleeping      in clock_nanosleep(2) (102)
 *   locked        in futex(2), for a condition (103)
 *   reading       in read(2), of a pipe (104)
 * The first thread is in main, serve, and in read(2) of standard input. A line of that is answered
 * with "right" if the counter has gone on, and the process ends.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t all_here;
static int silent_pipe[2];

volatile long counter;
int written = 1;            /* becomes 4711 */
int untouched = 815;        /* of the file's page, as all beside it that nobody writes */
const char constant[] = "a text of the program's file";
char *on_heap;
int zeros[16384];           /* of which one is written */

struct pair {
	int number;
	double half;
} pair;

static void computing_deep(long local)
{
	for (;;)
		counter += local / 101;
}

static void sleeping_deep(long local)
{
	struct timespec hour = {local + 3600, 0};

	nanosleep(&hour, 0);
}

static void locked_deep(long local)
{
	pthread_mutex_lock(&mutex);
	while (local)
		pthread_cond_wait(&never, &mutex);
}

static void reading_deep(long local)
{
	char byte;

	if (read(silent_pipe[0], &byte, 1) == local)
		abort();
}

#define THREAD(role, value)                                                        \
	static void role##_middle(long local)                                      \
	{                                                                          \
		printf("%s %d\n", #role, gettid());                                \
		pthread_barrier_wait(&all_here);                                   \
		role##_deep(local);                                                \
	}                                                                          \
	static void *role##_start(void *unused)                                    \
	{                                                                          \
		role##_middle(value);                                              \
		return unused;                                                     \
	}

THREAD(computing, 101)
THREAD(sleeping, 102)
THREAD(locked, 103)
THREAD(reading, 104)

static void serve(void)
{
	char line[16];
	long before;

	if (read(0, line, sizeof(line)) < 1)
		exit(1);
	before = counter;
	for (int i = 0; i < 1000 && counter == before; i++)
		usleep(10000);
	puts(counter == before ? "wrong" : "right");
	fflush(stdout);
}

int main(void)
{
	void *(*all[])(void *) = {computing_start, sleeping_start, locked_start, reading_start};
	pthread_t thread;

	if (pipe(silent_pipe))
		return 3;
	pthread_barrier_init(&all_here, 0, 5);
	on_heap = strdup("a text on the heap");
	written = 4711;
	zeros[8000] = 7;
	pair = (struct pair){21, 10.5};
	for (int i = 0; i < 4; i++)
		if (pthread_create(&thread, 0, all[i], 0))
			return 4;
	pthread_barrier_wait(&all_here);
	usleep(50000);
	puts("ready");
	fflush(stdout);
	serve();
	return 0;
}
