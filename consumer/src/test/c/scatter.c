/*
 * A process whose threads write pages at random, all the time, and log what they write.
 *
 *   scatter THREADS PAGES LOG [WAY...]
 *                     maps so many pages, and prints the address of the first page;
 *                     then each of its threads goes on writing one page a millisecond, in one of the ways:
 *     store           a store
 *     read            read(2)
 *     outside         process_vm_writev from a child, all pages of which are its parent's
 *     drop            MADV_DONTNEED
 *     move            writes a page in a mapping beside, and moves that mapping
 *     fork            starts a child that ends at once, and stores
 *   (store alone if none is named)
 *
 * LOG is a file that is shared: a word for how many writes were begun, one for how many were done, and then the page of
 * each, begun and done, in two lists of LOG_ENTRIES words. A page is in the first list before it is written, and in the
 * second afterwards. Of "move" nothing is logged. The end of its input ends it, with status 0.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define LOG_ENTRIES (1UL << 20)

struct log {
	_Atomic uint32_t begun, done;
	_Atomic uint32_t begun_page[LOG_ENTRIES], done_page[LOG_ENTRIES];
};

static struct log *writes;
static char *area;
static uint64_t pages;
static const char **ways;
static int way_count, ask[2], reply[2];

static void begin(uint32_t page)
{
	uint32_t at = writes->begun++;

	if (at < LOG_ENTRIES)
		writes->begun_page[at] = page + 1;
}

static void done(uint32_t page)
{
	uint32_t at = writes->done++;

	if (at < LOG_ENTRIES)
		writes->done_page[at] = page + 1;
}

/* The child that writes from outside: it is told an address and a value. */
static void write_from_outside(void)
{
	struct { char *at; uint64_t value; } wish;
	pid_t parent = getppid();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(ask[0], &wish, sizeof(wish)) == sizeof(wish)) {
		struct iovec from = { &wish.value, 8 }, to = { wish.at, 8 };

		if (process_vm_writev(parent, &from, 1, &to, 1, 0) != 8 || write(reply[1], "", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static void outside(char *at, uint64_t value)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	struct { char *at; uint64_t value; } wish = { at, value };
	char byte;

	pthread_mutex_lock(&one);
	if (write(ask[1], &wish, sizeof(wish)) != sizeof(wish) || read(reply[0], &byte, 1) != 1)
		exit(5);
	pthread_mutex_unlock(&one);
}

static void by_read(char *at)
{
	static __thread int random = -1;

	if (random < 0)
		random = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (read(random, at, 8) != 8)
		exit(6);
}

static void move(uint64_t value)
{
	static __thread char *beside;

	if (!beside)
		beside = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	*(volatile uint64_t *)(beside + value % 8 * PAGE) = value;
	char *place = mmap(0, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *moved = mremap(beside, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place);

	if (moved == MAP_FAILED)
		exit(7);
	munmap(place + 8 * PAGE, 8 * PAGE);
	beside = moved;
}

static void have_child(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, 0, 0);
}

static void play(const char *way, uint64_t page, uint64_t value)
{
	char *at = area + page * PAGE;

	if (!strcmp(way, "move")) {
		move(value);
		return;
	}
	begin(page);
	if (!strcmp(way, "read"))
		by_read(at);
	else if (!strcmp(way, "outside"))
		outside(at, value);
	else if (!strcmp(way, "drop"))
		madvise(at, PAGE, MADV_DONTNEED);
	else {
		if (!strcmp(way, "fork"))
			have_child();
		*(volatile uint64_t *)at = value;
	}
	done(page);
}

static void *write_at_random(void *argument)
{
	uint64_t seed = (uintptr_t)argument;

	for (;;) {
		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		uint64_t page = (uint64_t)(((unsigned __int128)seed * pages) >> 64);

		play(ways[(seed >> 20) % way_count], page, seed | 1);
		usleep(1000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const char *store_alone[] = { "store" };
	int threads = argc > 3 ? atoi(argv[1]) : 0, fd;
	char byte;

	if (threads < 1 || (fd = open(argv[3], O_RDWR | O_CREAT, 0600)) < 0 || ftruncate(fd, sizeof(*writes)))
		return 2;
	writes = mmap(0, sizeof(*writes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pages = strtoul(argv[2], 0, 0);
	ways = argc > 4 ? (const char **)argv + 4 : store_alone;
	way_count = argc > 4 ? argc - 4 : 1;
	if (pipe(ask) || pipe(reply))
		return 3;
	area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(area, pages * PAGE, MADV_NOHUGEPAGE);
	if (!fork())
		write_from_outside();
	for (long i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, 0, write_at_random, (void *)(i + 1)))
			return 4;
	}
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
