/*
 * A process of many mappings that offers its userfaultfd to a tracker and does nothing with it.
 *
 *   many MAPPINGS [self]
 *                     maps so many times 4 pages with holes between, writes the first page of each,
 *                     and its own file, read-only and shared; prints the first address.
 *                     With "self" it registers the mappings itself
 *
 * Each line of standard input is obeyed and answered:
 *   w COUNT SEED      writes the first pages of COUNT mappings, which are chosen by SEED: "done"
 *   m                 maps 16 pages anew and writes them: their address
 *   e PAGES [ADDRESS] maps so many pages anew, there or away from the rest, and touches none: their address
 *   x ADDRESS         maps a page of its own file there: "done"
 *   s ADDRESS         writes there: "done"
 *   d ADDRESS         unmaps 16 pages there: "done"
 *   a ADDRESS         maps 4 pages there anew and writes the first: "done"
 *   f                 forks a child that has the userfaultfd too: the child's number
 *   o                 as f, and the child opens one of its own beside it
 *   c                 checks that every page holds what was written there: "right" or "wrong"
 * The end of its input ends it, with status 0.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define GIB (1UL << 30)
#define STRIDE (8 * PAGE)

static char *first;
static uint64_t mappings, *expected;

static void *map(void *place, size_t bytes)
{
	int fixed = place ? MAP_FIXED : 0;
	void *at = mmap(place, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1, 0);

	if (at == MAP_FAILED)
		exit(3);
	madvise(at, bytes, MADV_NOHUGEPAGE);
	return at;
}

static void write_some(uint64_t count, uint64_t seed)
{
	for (uint64_t i = 0; i < count; i++) {
		uint64_t k;

		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		k = (uint64_t)(((unsigned __int128)seed * mappings) >> 64);
		*(volatile uint64_t *)(first + k * STRIDE) = ++expected[k];
	}
	puts("done");
}

static void check(void)
{
	for (uint64_t k = 0; k < mappings; k++) {
		if (*(volatile uint64_t *)(first + k * STRIDE) != expected[k]) {
			puts("wrong");
			return;
		}
	}
	puts("right");
}

static void map_new(void)
{
	volatile char *at = map(0, 16 * PAGE);

	for (int page = 0; page < 16; page++)
		at[page * PAGE] = 1;
	printf("%lu\n", (unsigned long)(uintptr_t)at);
}

static void map_empty(uint64_t pages, uintptr_t at)
{
	/* Beside the rest, a look at the rest would come upon it. */
	if (!at)
		at = ((uintptr_t)first & -GIB) - GIB - pages * PAGE;
	printf("%lu\n", (unsigned long)(uintptr_t)map((void *)at, pages * PAGE));
}

static int register_all(int fd)
{
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURE_WP_ASYNC };
	struct uffdio_register reg = {
		.range = { (uintptr_t)first, mappings * STRIDE }, .mode = UFFDIO_REGISTER_MODE_WP,
	};

	return ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg);
}

static int open_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
}

static int child(int opens)
{
	int ready[2];
	char byte = 0;
	int pid;

	if (pipe(ready))
		exit(5);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (opens && open_userfaultfd() < 0)
			_exit(4);
		if (write(ready[1], &byte, 1) != 1)
			_exit(5);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		exit(5);
	close(ready[0]);
	return pid;
}

int main(int argc, char **argv)
{
	char line[64];
	int fd;

	if (argc < 2)
		return 2;
	mappings = strtoul(argv[1], 0, 0);
	expected = calloc(mappings, sizeof(*expected));
	/* Only the first call lets the kernel choose: the rest lies in the room that it found. */
	first = mmap(0, mappings * STRIDE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(first, mappings * STRIDE);
	for (uint64_t k = 0; k < mappings; k++)
		*(volatile uint64_t *)map(first + k * STRIDE, 4 * PAGE) = 0;
	mmap(0, PAGE, PROT_READ, MAP_SHARED, open("/proc/self/exe", O_RDONLY), 0);
	fd = open_userfaultfd();
	if (fd < 0 || (argc > 2 && register_all(fd)))
		return 4;
	printf("%lu\n", (unsigned long)(uintptr_t)first);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line + 1;
		uint64_t number = strtoul(rest, &rest, 0);

		switch (line[0]) {
		case 'w':
			write_some(number, strtoul(rest, 0, 0));
			break;
		case 'm':
			map_new();
			break;
		case 'e':
			map_empty(number, strtoul(rest, 0, 0));
			break;
		case 'x':
			mmap((void *)number, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED,
			     open("/proc/self/exe", O_RDONLY), 0);
			puts("done");
			break;
		case 's':
			*(volatile char *)number += 1;
			puts("done");
			break;
		case 'd':
			munmap((void *)number, 16 * PAGE);
			puts("done");
			break;
		case 'a':
			*(volatile char *)map((void *)number, 4 * PAGE) = 1;
			puts("done");
			break;
		case 'f':
		case 'o':
			printf("%d\n", child(line[0] == 'o'));
			break;
		case 'c':
			check();
			break;
		}
		fflush(stdout);
	}
	return 0;
}
