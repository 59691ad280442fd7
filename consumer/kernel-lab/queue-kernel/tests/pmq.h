/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests and measurements of /proc/PID/pagemap_queue share. */
#ifndef PMQ_TESTS_H
#define PMQ_TESTS_H

#include "pages.h"
#include "../include/uapi/linux/pagemap_queue.h"

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

#endif
