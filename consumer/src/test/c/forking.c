/*
 * A process that forks all the time.
 *
 *   forking THREADS   says "ready"; each thread keeps its last children, which wait; "end": kills them and says "right"
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT 64
#define MOST_THREADS 8

static volatile int ends;

static void end(pid_t child)
{
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}

/* Its parent's thread's, or a minute's: whoever kills that leaves nothing behind. */
static void wait_for_the_end(void)
{
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	alarm(60);
	for (;;)
		syscall(SYS_pause);
}

static void *forking(void *unused)
{
	pid_t kept[KEPT] = { 0 };

	for (unsigned int next = 0; !ends; next = (next + 1) % KEPT) {
		end(kept[next]);
		/* Not by the library, which would have threads wait for each other. */
		kept[next] = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
		if (kept[next] == 0)
			wait_for_the_end();
	}
	for (int child = 0; child < KEPT; child++)
		end(kept[child]);
	return unused;
}

int main(int argc, char **argv)
{
	int threads = argc == 2 ? atoi(argv[1]) : 0;
	pthread_t thread[MOST_THREADS];
	char line[16];

	if (threads < 1 || threads > MOST_THREADS)
		return 2;
	for (int i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, forking, NULL);
	printf("ready\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		line[0] = 0;
	ends = 1;
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	printf("right\n");
	return 0;
}
