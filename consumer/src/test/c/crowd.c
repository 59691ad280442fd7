/*
 * A process with a crowd of threads, and of processes that share its memory.
 *
 *   crowd PAGES      maps so many pages and registers them with a userfaultfd; prints the address
 *                    of the first
 *
 * Each line of standard input is obeyed, and then answered with the number of pages that were
 * written until then, one after the other, each once:
 *   churn TOTAL AT_ONCE    threads start and end, each writes a page, and one of
 *                          its own that goes with it; so many at a time
 *   threads N              so many threads start, wait for each other, write a page each, and stay
 *   share N                a process that shares the memory (CLONE_VM) writes so many pages, ends
 *   stay N                 the same, but it stays
 *   vfork N                a child by vfork writes so many pages and executes another program
 *   fork N                 a child by fork writes so many pages, of its own copy, and ends
 *   exec                   becomes another program, which waits for the end of its input
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)

static char *area;
static unsigned long next;
static sem_t room;
static pthread_attr_t small;
static pthread_barrier_t all_here;

static void write_next(void)
{
	unsigned long page = __atomic_fetch_add(&next, 1, __ATOMIC_SEQ_CST);

	++*(volatile char *)(area + page * PAGE);
}

static void *write_and_end(void *unused)
{
	char *own = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*(volatile char *)own = 1;
	munmap(own, PAGE);
	write_next();
	sem_post(&room);
	return 0;
}

static void *write_and_stay(void *unused)
{
	pthread_barrier_wait(&all_here);
	write_next();
	sem_post(&room);
	pause();
	return 0;
}

static void start(void *(*work)(void *))
{
	pthread_t thread;

	while (pthread_create(&thread, &small, work, 0))
		usleep(1000);
}

static void churn(unsigned long total, unsigned long at_once)
{
	sem_init(&room, 0, at_once);
	for (unsigned long i = 0; i < total; i++) {
		sem_wait(&room);
		start(write_and_end);
	}
	for (unsigned long i = 0; i < at_once; i++)
		sem_wait(&room);
}

static void crowd(unsigned long count)
{
	pthread_barrier_init(&all_here, 0, count);
	sem_init(&room, 0, 0);
	for (unsigned long i = 0; i < count; i++)
		start(write_and_stay);
	for (unsigned long i = 0; i < count; i++)
		sem_wait(&room);
}

static int write_pages(void *count)
{
	for (unsigned long i = 0; i < (uintptr_t)count; i++)
		write_next();
	return 0;
}

static int write_and_wait(void *count)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	write_pages(count);
	sem_post(&room);
	for (;;)
		pause();
}

static void share(int (*work)(void *), unsigned long count)
{
	char *stack = malloc(1 << 16);
	int child;

	sem_init(&room, 1, 0);
	child = clone(work, stack + (1 << 16), CLONE_VM | SIGCHLD, (void *)count);
	if (work == write_pages)
		waitpid(child, 0, 0);
	else
		sem_wait(&room);
}

static void by_fork(unsigned long count)
{
	int child = fork();

	if (child == 0) {
		write_pages((void *)count);
		_exit(0);
	}
	waitpid(child, 0, 0);
}

static void by_vfork(unsigned long count)
{
	int child = vfork();

	if (child == 0) {
		write_pages((void *)count);
		execl("/bin/sh", "sh", "-c", ":", (char *)0);
		_exit(3);
	}
	waitpid(child, 0, 0);
}

static int enrol(unsigned long pages)
{
	struct uffdio_api api = {
		.api = UFFD_API, .features = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED,
	};
	struct uffdio_register r = {
		.range = { (uintptr_t)area, pages * PAGE }, .mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1);

	return ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &r);
}

int main(int argc, char **argv)
{
	unsigned long pages = argc > 1 ? strtoul(argv[1], 0, 0) : 0, one, two;
	char line[64], word[16];

	area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	pthread_attr_init(&small);
	pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&small, 1 << 16);
	for (unsigned long i = 0; i < pages; i++)
		area[i * PAGE] = 1;
	if (enrol(pages))
		return 4;
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		one = two = 0;
		sscanf(line, "%15s %lu %lu", word, &one, &two);
		if (!strcmp(word, "churn"))
			churn(one, two);
		else if (!strcmp(word, "threads"))
			crowd(one);
		else if (!strcmp(word, "share"))
			share(write_pages, one);
		else if (!strcmp(word, "stay"))
			share(write_and_wait, one);
		else if (!strcmp(word, "fork"))
			by_fork(one);
		else if (!strcmp(word, "vfork"))
			by_vfork(one);
		else if (!strcmp(word, "exec"))
			execl("/bin/sh", "sh", "-c", "echo 0; read line", (char *)0);
		printf("%lu\n", next);
		fflush(stdout);
	}
	return 0;
}
