/*
 * A process that has pages of its memory changed in every way that it knows.
 *
 *   writers PAGES     maps so many pages, writes the last and registers them with a userfaultfd;
 *                     prints the address of the first
 *
 * Each line of standard input, WAY PAGE, is obeyed and answered with "done", or with what went
 * wrong. The ways are in the table at the end; "robust-list" works once, on the last page, and "pin" once;
 * "...-until-told" begins at the first line and ends at the second.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "writers.h"

#define PAGE 4096UL
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)
#define POPULATE_WRITE 23

static char *area;

static long store(uint32_t *word)
{
	*(volatile uint32_t *)word += 1;
	return 0;
}

static void *store_and_end(void *word)
{
	store(word);
	return 0;
}

static long in_thread(void *(*work)(void *), void *argument)
{
	pthread_t thread;

	return pthread_create(&thread, 0, work, argument) || pthread_join(thread, 0);
}

static long by_thread(uint32_t *word)
{
	return in_thread(store_and_end, word);
}

static long by_read(uint32_t *word)
{
	int zero = open("/dev/zero", O_RDONLY);
	long got = read(zero, word, 4);

	close(zero);
	return got != 4;
}

static long by_wake_op(uint32_t *word)
{
	static uint32_t other;
	int op = FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0);

	return syscall(SYS_futex, &other, FUTEX_WAKE_OP, 1, 1, word, op) < 0;
}

static long by_lock_pi(uint32_t *word)
{
	uint32_t *lock = word + 1;

	if (syscall(SYS_futex, lock, FUTEX_LOCK_PI, 0, 0, 0, 0))
		return 1;
	return 0;
}

/* The kernel clears the word when the thread has ended, which nobody can then wait for. */
static void *end_with_tid(void *word)
{
	pthread_detach(pthread_self());
	syscall(SYS_set_tid_address, word);
	return 0;
}

static long by_clear_tid(uint32_t *word)
{
	pthread_t thread;

	if (pthread_create(&thread, 0, end_with_tid, word + 2))
		return 1;
	usleep(50000);
	return 0;
}

/*
 * A thread that owns a lock and waits to be told to end: the kernel then marks the lock. Its word
 * is in the last page, and was written before anything is tracked.
 */
static int begin[2];
static pthread_t owner;

static void *own_lock(void *argument)
{
	static struct robust_list_head head;
	static struct robust_list entry;
	uint32_t *lock = argument;
	char byte;

	*lock = (uint32_t)syscall(SYS_gettid);
	entry.next = &head.list;
	head.list.next = &entry;
	head.futex_offset = (char *)lock - (char *)&entry;
	syscall(SYS_set_robust_list, &head, sizeof(head));
	return read(begin[0], &byte, 1) == 1 ? 0 : argument;
}

static long by_robust_list(uint32_t *word)
{
	return write(begin[1], "", 1) != 1 || pthread_join(owner, 0);
}

static long by_mlock(uint32_t *word)
{
	return mlock(word, PAGE) || munlock(word, PAGE);
}

static long by_populate(uint32_t *word)
{
	return madvise(word, PAGE, POPULATE_WRITE);
}

static long by_own_mem(uint32_t *word)
{
	int mem = open("/proc/self/mem", O_RDWR);
	long put = pwrite(mem, "7", 1, (off_t)(uintptr_t)word);

	close(mem);
	return put != 1;
}

static long by_own_writev(uint32_t *word)
{
	char seven = 7;
	struct iovec from = { &seven, 1 }, to = { word, 1 };

	return process_vm_writev(getpid(), &from, 1, &to, 1, 0) != 1;
}

static int store_in_child(void *word)
{
	store(word);
	_exit(0);
}

static long by_sharing_child(uint32_t *word)
{
	static char stack[1 << 16] __attribute__((aligned(16)));
	int child = clone(store_in_child, stack + sizeof(stack), CLONE_VM | SIGCHLD, word);

	return waitpid(child, 0, 0) != child;
}

static long drop(uint32_t *word)
{
	return madvise(word, PAGE, MADV_DONTNEED);
}

static const struct {
	const char *name;
	long (*change)(uint32_t *word);
} ways[] = {
	{ "store", store },
	{ "thread", by_thread },
	{ "read", by_read },
	{ "wake-op", by_wake_op },
	{ "lock-pi", by_lock_pi },
	{ "clear-tid", by_clear_tid },
	{ "robust-list", by_robust_list },
	{ "mlock", by_mlock },
	{ "populate", by_populate },
	{ "own-mem", by_own_mem },
	{ "own-writev", by_own_writev },
	{ "sharing-child", by_sharing_child },
	{ "drop", drop },
	{ "direct", by_direct },
	{ "pin", pin },
	{ "into-pinned", into_pinned },
	{ "direct-until-told", direct_until_told },
	{ "reads-until-told", reads_until_told },
};

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

static const char *obey(const char *name, unsigned long page)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(name, ways[i].name))
			return ways[i].change((uint32_t *)(area + page * PAGE)) ? strerror(errno)
										 : "done";
	return "unknown";
}

int main(int argc, char **argv)
{
	char line[64], name[32];
	unsigned long page, pages = argc > 1 ? strtoul(argv[1], 0, 0) : 0;

	area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	store((uint32_t *)(area + (pages - 1) * PAGE));
	if (pipe(begin) || pthread_create(&owner, 0, own_lock, area + (pages - 1) * PAGE + 12))
		return 3;
	usleep(50000);
	if (enrol(pages))
		return 3;
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%31s %lu", name, &page) == 2)
			puts(obey(name, page));
		fflush(stdout);
	}
	return 0;
}
