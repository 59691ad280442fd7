/*
 * A process that maps a file whose pages come in large folios.
 *
 *   folios PATH PAGES [FOLDER]
 *                       makes the file, writes it in one piece, maps it shared at a place for huge
 *                       pages, touches every block of it and then registers it with a userfaultfd;
 *                       prints the address of the first page. With FOLDER it mounts a tmpfs of
 *                       huge pages there before, which nobody else sees, and in the end takes
 *                       back that it is one of huge pages
 *
 * Each line of standard input is obeyed and answered with "done", or with what went wrong:
 *   w PAGE...     writes pages
 *   d             drops all page tables (MADV_DONTNEED)
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
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL
#define BLOCK (512 * PAGE)
#define FEATURES (1UL << 15 | 1UL << 13 | 1UL << 12) /* WP_ASYNC, _UNPOPULATED, _HUGETLBFS_SHMEM */

static char *map_file(const char *path, size_t bytes)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *piece = mmap(0, BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *room = mmap(0, bytes + BLOCK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *place = (char *)(((uintptr_t)room + BLOCK - 1) & -BLOCK);

	memset(piece, 1, BLOCK);
	for (size_t at = 0; at < bytes; at += BLOCK)
		if (write(fd, piece, BLOCK) != (ssize_t)BLOCK)
			return MAP_FAILED;
	return mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
}

static int enrol(char *area, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURES };
	struct uffdio_register r = {
		.range = { (uintptr_t)area, bytes }, .mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1);

	return ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &r);
}

static int mount_huge(const char *folder)
{
	return unshare(CLONE_NEWNS) || mount(0, "/", 0, MS_REC | MS_PRIVATE, 0) ||
	       mount("none", folder, "tmpfs", 0, "huge=always");
}

int main(int argc, char **argv)
{
	char line[4096], *area;
	size_t bytes;

	if (argc < 3)
		return 2;
	if (argc > 3 && mount_huge(argv[3])) {
		puts("0");
		return 5;
	}
	bytes = strtoul(argv[2], 0, 0) * PAGE;
	area = map_file(argv[1], bytes);
	if (area == MAP_FAILED)
		return 3;
	for (size_t at = 0; at < bytes; at += BLOCK)
		++*(volatile char *)(area + at);
	if (argc > 3 && mount("none", argv[3], "tmpfs", MS_REMOUNT, "huge=never"))
		return 5;
	if (enrol(area, bytes))
		return 4;
	printf("%lu\n", (unsigned long)(uintptr_t)area);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == 'd' && madvise(area, bytes, MADV_DONTNEED))
			puts(strerror(errno));
		for (char *word = strtok(line + 1, " \n"); word; word = strtok(0, " \n"))
			++*(volatile uint64_t *)(area + strtoul(word, 0, 0) * PAGE);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
