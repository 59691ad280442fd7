/*
 * A process that maps files in four ways and changes them, behind its page tables and through them.
 *
 *   files FOLDER
 *     maps 8 pages each of a memfd, shared and private, and of a file in the folder, shared and
 *     private; page i of each file holds i + 1, and every page is read once. Opens a userfaultfd,
 *     and prints the four addresses, a line each.
 *
 * Each line of standard input is obeyed, and answered with a number; FILE is 0 for the memfd, 1 for
 * the other:
 *   s ADDRESS VALUE          stores 8 bytes: 0
 *   l ADDRESS                loads 8 bytes: the value
 *   p FILE OFFSET BYTES      punches a hole: 0
 *   r ADDRESS BYTES          MADV_REMOVE: 0
 *   t FILE BYTES             gives the file another size: 0
 *   w FILE OFFSET VALUE      pwrite(2) of 8 bytes: 0
 *   k ADDRESS BYTES          mlock(2): 0
 *   b                        maps and unmaps the other file and memory from now on, in a thread: 0
 * or with -1 where the call fails. The end of its input ends it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define PAGES 8UL

static int file[2];

static int make(int fd)
{
	if (fd < 0 || ftruncate(fd, PAGES * PAGE))
		exit(3);
	for (uint64_t i = 0; i < PAGES; i++) {
		uint64_t value = i + 1;

		if (pwrite(fd, &value, sizeof(value), i * PAGE) != sizeof(value))
			exit(3);
	}
	return fd;
}

static void map(int fd, int flags)
{
	volatile char *at = mmap(0, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		exit(3);
	for (uint64_t i = 0; i < PAGES; i++)
		(void)at[i * PAGE];
	printf("%lu\n", (unsigned long)(uintptr_t)at);
}

static pthread_t busy;

/*
 * Each mapping lives while many others are made. Every other one is anonymous, so that the file comes to lie
 * in a hole that has memory to be armed on both sides.
 */
static void *map_and_unmap(void *unused)
{
	static void *mapped[512];

	for (unsigned long i = 0;; i++) {
		void **at = &mapped[i % 512];
		int kind = i % 2 ? MAP_PRIVATE : MAP_PRIVATE | MAP_ANONYMOUS;

		if (*at)
			munmap(*at, PAGES * PAGE);
		*at = mmap(0, PAGES * PAGE, PROT_READ | PROT_WRITE, kind, i % 2 ? file[1] : -1, 0);
		usleep(100);
	}
	return unused;
}

static long obey(char what, uint64_t a, uint64_t b, uint64_t c)
{
	switch (what) {
	case 's':
		*(volatile uint64_t *)a = b;
		return 0;
	case 'l':
		return *(volatile uint64_t *)a;
	case 'b':
		return pthread_create(&busy, 0, map_and_unmap, 0);
	case 'k':
		return mlock((void *)a, b);
	case 'p':
		return fallocate(file[a], FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, b, c);
	case 'r':
		return madvise((void *)a, b, MADV_REMOVE);
	case 't':
		return ftruncate(file[a], b);
	case 'w':
		return pwrite(file[a], &c, sizeof(c), b) == sizeof(c) ? 0 : -1;
	}
	return -1;
}

int main(int argc, char **argv)
{
	char line[96];

	if (argc != 2)
		return 2;
	if (syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY) < 0)
		return 4;
	file[0] = make(memfd_create("files", MFD_CLOEXEC));
	file[1] = make(open(argv[1], O_TMPFILE | O_RDWR, 0600));
	for (int i = 0; i < 2; i++) {
		map(file[i], MAP_SHARED);
		map(file[i], MAP_PRIVATE);
	}
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line + 1;
		uint64_t a = strtoul(rest, &rest, 0);
		uint64_t b = strtoul(rest, &rest, 0);
		uint64_t c = strtoul(rest, &rest, 0);

		printf("%ld\n", obey(line[0], a, b, c));
		fflush(stdout);
	}
	return 0;
}
