/* SPDX-License-Identifier: Apache-2.0 */
/* What programs that test and measure changes of pages share. */
#ifndef PAGES_H
#define PAGES_H

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
