/*
 * A process of which two threads write all the time, and a third one by a call that no event tells
 * of.
 *
 *   beside PAGES   maps twice as many pages, has a userfaultfd, prints the address of the first page
 *
 * The threads write the upper half, page by page. A line of standard input is the number of a page
 * of the lower half, which is then written through process_vm_writev, and answered with "done".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, USER_MODE_ONLY = 1 };

static char *memory;
static long pages;

static void *write_on(void *unused)
{
	for (long page = 0;; page = (page + 1) % pages) {
		memory[(pages + page) * PAGE]++;
		if (page % 64 == 0)
			sched_yield();
	}
	return unused;
}

int main(int count, char **arguments)
{
	char line[32], stamp = 1;
	pthread_t thread;

	pages = count > 1 ? atol(arguments[1]) : 1;
	syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	memory = mmap(0, 2 * pages * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("%lu\n", (unsigned long)memory);
	fflush(stdout);
	for (int i = 0; i < 2; i++)
		pthread_create(&thread, 0, write_on, 0);
	while (fgets(line, sizeof(line), stdin)) {
		struct iovec from = { &stamp, 1 };
		struct iovec to = { memory + atol(line) * PAGE, 1 };

		puts(process_vm_writev(getpid(), &from, 1, &to, 1, 0) == 1 ? "done" : "failed");
		fflush(stdout);
	}
	_exit(0);
}
