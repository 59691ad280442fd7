/*
 * A process whose memory is taken out of a tracker's sight while it is tracked.
 *
 *   shifting PAGES    maps so many pages and writes each; prints the address of the first
 *
 * Each line of standard input is obeyed and answered with "done", or with what went wrong. Pages
 * are named by their place; A and N are the first one and how many.
 *   r A N      registers pages with a userfaultfd of its own (WP_ASYNC), which a tracker can take
 *   a A N      arms them by it: its own tracking of them begins
 *   s A N      answers how many of them were written since, and arms those again (PAGEMAP_SCAN)
 *   b A N      registers pages with another userfaultfd of WP_ASYNC, and arms them; "s" tells of it
 *   o          opens that userfaultfd, and does nothing with it
 *   q A N      registers pages with another userfaultfd, whose faults wait (no WP_ASYNC)
 *   k          closes that of "q" or "b"
 *   c          closes the userfaultfd of "r"
 *   w A N      writes pages
 *   f A N      maps pages anew (MAP_FIXED) and writes them
 *   F A N      maps pages of the program's own file anew (private)
 *   z A N      maps pages anew and leaves them untouched
 *   m A N      moves pages away and back (mremap), and writes them
 *   n A N      unmaps N pages before A and moves those from A on there: their neighbour below,
 *              never moved itself, loses its registration on some kernels
 *   p A N      maps pages anew that the kernel may drop (MAP_DROPPABLE), and writes them
 *   g A N      unmaps what lies behind the area, and grows the last mapping by N pages (mremap)
 *   x A N      makes pages read-only
 *   u A N      unmaps pages
 *   e          executes another program
 * The end of its input ends it, with status 0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define SPARE 64UL
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)
#define USER_MODE_ONLY 1
#define DROPPABLE 0x08

static char *area;
static int own = -1, other = -1;

static const char *failed(void)
{
	return strerror(errno);
}

static int open_userfaultfd(unsigned long features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);

	if (fd >= 0 && ioctl(fd, UFFDIO_API, &api))
		return -1;
	return fd;
}

static const char *enrol(int fd, char *at, size_t bytes)
{
	struct uffdio_register r = {
		.range = { (uintptr_t)at, bytes }, .mode = UFFDIO_REGISTER_MODE_WP,
	};

	return fd < 0 || ioctl(fd, UFFDIO_REGISTER, &r) ? failed() : "done";
}

static const char *arm(int fd, char *at, size_t bytes)
{
	struct uffdio_writeprotect w = {
		.range = { (uintptr_t)at, bytes }, .mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return ioctl(fd, UFFDIO_WRITEPROTECT, &w) ? failed() : "done";
}

/* struct pm_scan_arg, struct page_region and what they are for: newer than some headers */
static const char *scan(char *at, size_t bytes)
{
	static char answer[32];
	static struct { uint64_t start, end, categories; } regions[4096];
	struct {
		uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
		uint64_t inverted, required, any_of, returned;
	} arg = {
		.size = sizeof(arg), .flags = 1, .start = (uintptr_t)at, .end = (uintptr_t)at + bytes,
		.vec = (uintptr_t)regions, .vec_len = 4096, .required = 2, .returned = 2,
	};
	int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	int found = ioctl(file, _IOC(_IOC_READ | _IOC_WRITE, 'f', 16, sizeof(arg)), &arg);
	unsigned long pages = 0;

	close(file);
	if (found < 0)
		return failed();
	for (int i = 0; i < found; i++)
		pages += (regions[i].end - regions[i].start) / PAGE;
	sprintf(answer, "%lu", pages);
	return answer;
}

static const char *write_pages(char *at, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += PAGE)
		++*(volatile uint64_t *)(at + i);
	return "done";
}

static const char *map_anew(char *at, size_t bytes, int flags)
{
	void *mapped = mmap(at, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_FIXED,
			    -1, 0);

	madvise(at, bytes, MADV_NOHUGEPAGE);
	return mapped == MAP_FAILED ? failed() : "done";
}

static const char *map_own_file(char *at, size_t bytes)
{
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	void *mapped;

	mapped = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0);
	close(file);
	return mapped == MAP_FAILED ? failed() : "done";
}

static const char *move(char *from, char *to, size_t bytes)
{
	void *at = mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);

	return at == to ? "done" : failed();
}

static const char *move_and_back(char *at, size_t bytes)
{
	char *away = area - 1024 * PAGE;

	move(at, away, bytes);
	move(away, at, bytes);
	return write_pages(at, bytes);
}

static const char *move_beside(char *at, size_t bytes)
{
	munmap(at - bytes, bytes);
	return move(at, at - bytes, bytes);
}

static const char *grow(char *end, size_t bytes)
{
	munmap(end, bytes);
	return mremap(end - PAGE, PAGE, PAGE + bytes, 0) == end - PAGE ? "done" : failed();
}

static const char *obey(char command, char *at, size_t bytes, size_t all)
{
	switch (command) {
	case 'o': own = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY); return "done";
	case 'r':
		if (own < 0)
			own = open_userfaultfd(FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED);
		return enrol(own, at, bytes);
	case 'a': return arm(own, at, bytes);
	case 's': return scan(at, bytes);
	case 'b':
		other = open_userfaultfd(FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED);
		if (strcmp(enrol(other, at, bytes), "done"))
			return failed();
		return arm(other, at, bytes);
	case 'q': other = open_userfaultfd(0); return enrol(other, at, bytes);
	case 'k': close(other); return "done";
	case 'c': close(own); own = -1; return "done";
	case 'w': return write_pages(at, bytes);
	case 'f': map_anew(at, bytes, MAP_PRIVATE); return write_pages(at, bytes);
	case 'F': return map_own_file(at, bytes);
	case 'z': return map_anew(at, bytes, MAP_PRIVATE);
	case 'm': return move_and_back(at, bytes);
	case 'n': return move_beside(at, bytes);
	case 'p':
		if (strcmp(map_anew(at, bytes, DROPPABLE), "done"))
			return failed();
		return write_pages(at, bytes);
	case 'g': return grow(area + all, bytes);
	case 'x': return mprotect(at, bytes, PROT_READ) ? failed() : "done";
	case 'u': return munmap(at, bytes) ? failed() : "done";
	case 'e': execl("/bin/sleep", "sleep", "60", (char *)0); return failed();
	}
	return "unknown";
}

int main(int argc, char **argv)
{
	char line[64], command;
	unsigned long from, pages;
	size_t all = argc > 1 ? strtoul(argv[1], 0, 0) * PAGE : 0;

	if (!all)
		return 2;
	/* Room before it to move pages to, and after it to grow. */
	area = mmap(0, all + (1024 + 1024 + SPARE) * PAGE, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	area += 1024 * PAGE;
	munmap(area - 1024 * PAGE, 1024 * PAGE);
	map_anew(area, all, MAP_PRIVATE);
	write_pages(area, all);
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		from = pages = 0;
		sscanf(line, "%c %lu %lu", &command, &from, &pages);
		puts(obey(command, area + from * PAGE, pages * PAGE, all));
		fflush(stdout);
	}
	return 0;
}
