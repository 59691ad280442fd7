/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests and measurements of /proc/PID/pagemap_queue share. */
#ifndef PMQ_TESTS_H
#define PMQ_TESTS_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/types.h>
#include <linux/fs.h>
#ifndef PAGEMAP_SCAN			/* headers of before 6.7 */
struct page_region {
	__u64 start, end, categories;
};
struct pm_scan_arg {
	__u64 size, flags, start, end, walk_end, vec, vec_len, max_pages;
	__u64 category_inverted, category_mask, category_anyof_mask, return_mask;
};
#define PAGEMAP_SCAN		_IOWR('f', 16, struct pm_scan_arg)
#define PAGE_IS_WRITTEN		(1 << 1)
#define PAGE_IS_FILE		(1 << 2)
#define PAGE_IS_PRESENT		(1 << 3)
#define PAGE_IS_SWAPPED		(1 << 4)
#define PAGE_IS_PFNZERO		(1 << 5)
#define PAGE_IS_HUGE		(1 << 6)
#define PM_SCAN_WP_MATCHING	(1 << 0)
#endif
#ifndef PAGE_IS_SOFT_DIRTY
#define PAGE_IS_SOFT_DIRTY	(1 << 7)
#endif
#include "../include/uapi/linux/pagemap_queue.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define PAGE		4096UL
#define REGIONS		(1 << 16)

#define die(what) do { \
	printf("Bail out! line %d: %s: %s\n", __LINE__, what, strerror(errno)); exit(1); } while (0)
#define must(condition) do { if (!(condition)) die(#condition); } while (0)

static uint64_t seed = 88172645463325252ULL;

static inline uint64_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static inline char *map_pages(size_t pages)
{
	char *m = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(m != MAP_FAILED);
	return m;
}

static inline int open_file(void)
{
	int fd = open("/proc/self/pagemap_queue", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	must(fd >= 0);
	return fd;
}

/* A queue of this process; of one range, or of everything where @from is NULL. */
static inline int open_queue(void *from, size_t bytes, uint64_t changed, uint64_t max_bytes)
{
	struct page_region range = { (uintptr_t)from, (uintptr_t)from + bytes, 0 };
	struct pmq_open arg = {
		.size = sizeof(arg), .changed_mask = changed, .max_bytes = max_bytes,
		.vec = (uintptr_t)&range, .vec_len = from != NULL,
	};
	int fd = open_file();

	must(ioctl(fd, PAGEMAP_QUEUE_OPEN, &arg) == 0);
	return fd;
}

static struct page_change changes[REGIONS];

/* One whole drain into changes[]; returns how many regions. */
static inline size_t drain(int fd)
{
	size_t n = 0;

	for (;;) {
		ssize_t bytes = read(fd, changes + n, sizeof(changes) - n * sizeof(*changes));

		if (bytes < 0 && (errno == EAGAIN || errno == ESRCH))
			return n;
		must(bytes >= 0);
		if (!bytes)
			return n;
		n += bytes / sizeof(*changes);
	}
}

/* pagemap's words of some pages. */
static inline void read_pagemap(char *m, size_t pages, uint64_t *words)
{
	static int fd = -1;
	size_t done = 0;

	if (fd < 0)
		fd = open("/proc/self/pagemap", O_RDONLY);
	while (done < pages) {
		ssize_t bytes = pread(fd, words + done, (pages - done) * 8,
				      ((uintptr_t)m / PAGE + done) * 8);

		must(bytes > 0);
		done += bytes / 8;
	}
}

#endif
