/*
 * A process that says what a fault and a switch between its threads cost it.
 *
 *   faults PAGES     maps so many pages and registers them with a userfaultfd; prints "ready"
 *
 * Each line of standard input is obeyed and answered with a number:
 *   w       arms all pages and writes each: nanoseconds of CPU a write
 *   d DEPTH the same, behind so many calls that have frames
 *   p       two threads on one CPU wake each other, 2,000 times: nanoseconds a switch
 *   t N     starts so many threads, which wait
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)
#define SWITCHES 2000
#define PAGE_IS_WRITTEN_BIT (1UL << 1)

struct scan_argument { /* struct pm_scan_arg of linux/fs.h, newer than some headers */
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t inverted, required, any_of, returned;
};
#define SCAN _IOWR('f', 16, struct scan_argument)
#define WP_MATCHING 1

static char *area;
static unsigned long pages;
static int pagemap, there[2], back[2];

static uint64_t nanos(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000UL + now.tv_nsec;
}

static uint64_t write_all(void)
{
	struct scan_argument arm = {
		.size = sizeof(arm), .flags = WP_MATCHING, .start = (uintptr_t)area,
		.end = (uintptr_t)area + pages * PAGE, .required = PAGE_IS_WRITTEN_BIT,
	};
	uint64_t start;

	if (ioctl(pagemap, SCAN, &arm) < 0)
		exit(5);
	start = nanos(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned long i = 0; i < pages; i++)
		++*(volatile char *)(area + i * PAGE);
	return (nanos(CLOCK_THREAD_CPUTIME_ID) - start) / pages;
}

__attribute__((noipa)) static uint64_t write_behind(unsigned long depth)
{
	static void *volatile frame;
	uint64_t took;

	frame = __builtin_frame_address(0);
	took = depth > 1 ? write_behind(depth - 1) : write_all();
	frame = 0;
	return took;
}

static void *answer(void *unused)
{
	char byte;

	for (int i = 0; i < SWITCHES; i++)
		if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1)
			exit(6);
	return 0;
}

static uint64_t switch_threads(void)
{
	pthread_t other;
	cpu_set_t one, all;
	char byte = 0;
	uint64_t start;

	sched_getaffinity(0, sizeof(all), &all);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (pipe(there) || pipe(back) || pthread_create(&other, 0, answer, 0))
		exit(7);
	start = nanos(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < SWITCHES; i++)
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			exit(8);
	start = nanos(CLOCK_PROCESS_CPUTIME_ID) - start;
	pthread_join(other, 0);
	for (int i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
	sched_setaffinity(0, sizeof(all), &all);
	return start / (2 * SWITCHES);
}

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static uint64_t start_threads(unsigned long count)
{
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	for (unsigned long i = 0; i < count; i++)
		if (pthread_create(&thread, &small, wait_for_ever, 0))
			exit(9);
	return count;
}

static int enrol(void)
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
	unsigned long count;
	char line[64];

	pages = argc > 1 ? strtoul(argv[1], 0, 0) : 0;
	area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < pages; i++)
		area[i * PAGE] = 1;
	pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (enrol())
		return 4;
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "t %lu", &count) == 1)
			printf("%lu\n", start_threads(count));
		else if (sscanf(line, "d %lu", &count) == 1)
			printf("%lu\n", write_behind(count));
		else
			printf("%lu\n", line[0] == 'w' ? write_all() : switch_threads());
		fflush(stdout);
	}
	return 0;
}
