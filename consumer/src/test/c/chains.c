/*
 * A process whose threads start one another and end, writing all the time, and never pause.
 *
 *   chains PAGES CHAINS NANOS   maps so many pages, writes one in 64 of them, and registers them
 *                               with a userfaultfd; prints the address of the first.
 *                               Each thread writes three of the 64th pages, NANOS apart, and
 *                               then starts the next of its chain before it ends
 *
 * At each line of standard input the chains start, or all of them end: "done".
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define STRIDE 64
#define WRITES 3
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)

static char *area;
static unsigned long pages, pause_nanos;
static volatile int running;
static int alive;

static void start_thread(uint64_t seed);

static void *link_of_chain(void *argument)
{
	uint64_t seed = (uintptr_t)argument;
	struct timespec pause = { 0, (long)pause_nanos };

	for (int i = 0; i < WRITES; i++) {
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		++*(volatile uint64_t *)(area + (seed >> 33) % (pages / STRIDE) * STRIDE * PAGE);
		nanosleep(&pause, 0);
	}
	if (running)
		start_thread(seed);
	__atomic_fetch_sub(&alive, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void start_thread(uint64_t seed)
{
	pthread_attr_t detached;
	pthread_t thread;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	__atomic_fetch_add(&alive, 1, __ATOMIC_SEQ_CST);
	if (pthread_create(&thread, &detached, link_of_chain, (void *)(uintptr_t)seed))
		exit(3);
	pthread_attr_destroy(&detached);
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
	char line[16];
	unsigned long chains, seed = 1;

	if (argc != 4)
		return 2;
	pages = strtoul(argv[1], 0, 0);
	chains = strtoul(argv[2], 0, 0);
	pause_nanos = strtoul(argv[3], 0, 0);
	area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < pages; i += STRIDE)
		area[i * PAGE] = 1;
	if (enrol())
		return 4;
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		running = !running;
		for (unsigned long i = 0; running && i < chains; i++)
			start_thread(seed++);
		while (!running && __atomic_load_n(&alive, __ATOMIC_SEQ_CST) > 0)
			usleep(100);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
