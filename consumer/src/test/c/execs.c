/*
 * A process that becomes itself again and again.
 *
 *   execs [LIFE DESCRIPTORS]   what it tells its next life, not given from outside
 *
 * Prints "ready" in its first life. Each life does some calls, has its first thread execute
 * the next or another one, in turn, and has no more descriptors than the first one, but for
 * moments. At a line of input: "right", with the lives it has had, or what was wrong.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static int descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = -1; /* but the folder's own */

	for (struct dirent *entry; (entry = readdir(folder)); )
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static char *self, next[32], kept[32];

static void *become_another(void *unused)
{
	execl("/proc/self/exe", self, next, kept, (char *)0);
	(void)unused;
	_exit(3);
}

int main(int count, char **arguments)
{
	long life = count > 1 ? atol(arguments[1]) : 0;
	struct pollfd input = { 0, POLLIN, 0 };
	pthread_t other;
	int known = count > 2 ? atoi(arguments[2]) : descriptors();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (life == 0) {
		printf("ready\n");
		fflush(stdout);
	}
	for (int i = 0; i < 50; i++)
		usleep(100);
	if (descriptors() != known && (usleep(50000), descriptors() != known)) {
		printf("life %ld has %d descriptors, not %d\n", life, descriptors(), known);
		return 1;
	}
	if (poll(&input, 1, 0)) {
		printf("right %ld\n", life);
		return 0;
	}
	self = arguments[0];
	snprintf(next, sizeof(next), "%ld", life + 1);
	snprintf(kept, sizeof(kept), "%d", known);
	if (life % 2 == 0)
		become_another(0);
	pthread_create(&other, 0, become_another, 0);
	for (;;)
		usleep(10);
}
