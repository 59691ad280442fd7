/* SPDX-License-Identifier: Apache-2.0 */
/* What programs that count instructions share. */
#ifndef MEASURE_H
#define MEASURE_H

#include "pages.h"
#include <linux/userfaultfd.h>

#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED	(1 << 13)
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC		(1 << 15)
#endif

#define TABLE_PAGES	512

/* Under "--icount" instructions. */
static inline uint64_t ticks(void)
{
	unsigned int low, high;

	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) :: "memory");
	return (uint64_t)high << 32 | low;
}

static inline void show_what_is_counted(void)
{
	uint64_t start = ticks();

	for (long i = 0; i < 1000000; i++)
		__asm__ volatile("nop");
	printf("a million turns of a loop of three instructions: %llu ticks\n", (unsigned long long)(ticks() - start));
}

static inline uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline void register_uffd(char *m, size_t bytes)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_WP_ASYNC | UFFD_FEATURE_WP_UNPOPULATED };
	struct uffdio_register range = { .range = { (uintptr_t)m, bytes }, .mode = UFFDIO_REGISTER_MODE_WP };

	must(fd >= 0 && !ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &range));
}

/* The kernel clears room for as many regions as there may be, so no more are asked for. */
static inline size_t scan(char *m, size_t bytes)
{
	static struct page_region found[REGIONS];
	static int fd = -1;
	uint64_t at = (uintptr_t)m, end = at + bytes;
	size_t pages = 0;

	if (fd < 0)
		fd = open("/proc/self/pagemap", O_RDONLY);
	while (at < end) {
		size_t most = least(REGIONS, (end - at) / PAGE);
		struct pm_scan_arg arg = {
			.size = sizeof(arg), .flags = PM_SCAN_WP_MATCHING, .start = at, .end = end,
			.vec = (uintptr_t)found, .vec_len = most,
			.category_mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN,
		};
		int n = ioctl(fd, PAGEMAP_SCAN, &arg);

		must(n >= 0);
		for (int i = 0; i < n; i++)
			pages += (found[i].end - found[i].start) / PAGE;
		at = arg.walk_end;
	}
	return pages;
}

static inline void clear_refs(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/self/clear_refs", O_WRONLY);
	must(pwrite(fd, "4", 1, 0) == 1);
}

static inline size_t read_and_clear(char *m, size_t pages)
{
	static uint64_t words[1 << 16];
	size_t found = 0;

	for (size_t done = 0; done < pages; done += 1 << 16) {
		size_t n = pages - done < 1 << 16 ? pages - done : 1 << 16;

		read_pagemap(m + done * PAGE, n, words);
		for (size_t i = 0; i < n; i++)
			found += words[i] >> 55 & 1;
	}
	clear_refs();
	return found;
}

/* Where a table of page tables begins, so that as many are touched wherever this lies, at any size. */
static inline char *map_on_boundary(size_t bytes)
{
	char *reserved = mmap(NULL, bytes + (1UL << 30), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *m = (char *)(((uintptr_t)reserved + (1UL << 30) - 1) & -(1UL << 30));

	must(reserved != MAP_FAILED);
	must(mmap(m, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == m);
	return m;
}

struct workload {
	size_t pages;		/* mapped and present */
	size_t from;		/* the pages that change lie in [from, from + span) */
	size_t span, dirty, run;
};

/* One part of the span for each run, and in it a place at random. */
static inline size_t choose(const struct workload *w, size_t *at)
{
	size_t part = w->span / (w->dirty / w->run), tables = 0, last = SIZE_MAX;

	for (size_t i = 0; i < w->dirty; i += w->run) {
		size_t first = w->from + i / w->run * part + next_random() % (part - w->run + 1);

		for (size_t j = 0; j < w->run; j++)
			at[i + j] = first + j;
		tables += first / TABLE_PAGES != last;
		last = first / TABLE_PAGES;
	}
	return tables;
}

static inline int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The middle one: a tick of the timer falls into some rounds, and not into others. */
static inline uint64_t middle(uint64_t *of, int n)
{
	qsort(of, n, sizeof(*of), by_size);
	return of[n / 2];
}

#endif
