/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * /proc/PID/pagemap_queue: which pages of a process changed, at the cost of the pages changed.
 * Page categories are those of PAGEMAP_SCAN, see <linux/fs.h>.
 */
#ifndef _UAPI_LINUX_PAGEMAP_QUEUE_H
#define _UAPI_LINUX_PAGEMAP_QUEUE_H

#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct pmq_open - what PAGEMAP_QUEUE_OPEN takes
 * @size: sizeof(struct pmq_open)
 * @flags: 0
 * @changed_mask: categories whose transitions are queued; 0: all that this kernel tells. That contents
 *                go is PRESENT or SWAPPED that fall: SOFT_DIRTY alone is not enough for a copy.
 * @now_mask: categories that @now tells of; 0: all that this kernel tells, FILE only if it is in
 *            @changed_mask, since it costs a look at each page
 * @max_bytes: memory for ranges, charged to the opener, and to the opener's user (RLIMIT_MEMLOCK);
 *             16 KiB to 1 GiB
 * @vec: struct page_region[], ascending and disjoint: what is watched
 * @vec_len: how many; 0: all of user space
 */
struct pmq_open {
	__u64 size;
	__u64 flags;
	__u64 changed_mask;
	__u64 now_mask;
	__u64 max_bytes;
	__u64 vec;
	__u64 vec_len;
};

/**
 * struct page_change - what read(2) returns
 * @now: start and end address; the categories that hold now
 * @changed: categories that had a transition since, and PMQ_* flags
 */
struct page_change {
	struct page_region now;
	__u64 changed;
};

/* Some part was unmapped, even if it is mapped anew. */
#define PMQ_GONE	(1ULL << 32)
/*
 * Wider than what changed, as there was no room; @now is told page by page even so. Or memory of
 * hugetlbfs: there @now is 0, and says nothing.
 */
#define PMQ_COARSE	(1ULL << 33)
/* Held unarmed on purpose, as a device may write it: told in every drain, if SOFT_DIRTY is in @changed_mask. */
#define PMQ_HOT		(1ULL << 34)

/**
 * struct pmq_vec - what PAGEMAP_QUEUE_PEEK and PAGEMAP_QUEUE_UNSEEN take
 * @size: sizeof(struct pmq_vec)
 * @start: where to begin, the address of a page; where to go on, when it returns
 * @vec: struct page_change[] of a peek, struct page_region[] of what is unseen
 * @vec_len: how many fit
 *
 * Both ioctls return how many were filled in; 0: there is no more.
 */
struct pmq_vec {
	__u64 size;
	__u64 start;
	__u64 vec;
	__u64 vec_len;
};

/**
 * struct pmq_status - what PAGEMAP_QUEUE_STATUS fills in
 * @size: sizeof(struct pmq_status), set by the caller
 * @told: categories that this kernel tells
 * @enabled: 1 while writes are queued
 * @epoch: drains completed
 * @coarse: regions told with PMQ_COARSE
 * @overflows: how often the ranges had no room
 * @bytes: memory that the queue takes now, with that of page tables
 * @tables: page tables that carry bits of this queue
 */
struct pmq_status {
	__u64 size;
	__u64 told;
	__u64 enabled;
	__u64 epoch;
	__u64 coarse;
	__u64 overflows;
	__u64 bytes;
	__u64 tables;
};

#define PAGEMAP_QUEUE_OPEN	_IOW('f', 32, struct pmq_open)
#define PAGEMAP_QUEUE_PEEK	_IOWR('f', 33, struct pmq_vec)
#define PAGEMAP_QUEUE_STATUS	_IOWR('f', 34, struct pmq_status)
#define PAGEMAP_QUEUE_UNSEEN	_IOWR('f', 35, struct pmq_vec)
#define PAGEMAP_QUEUE_ENABLE	_IO('f', 36)
#define PAGEMAP_QUEUE_DISABLE	_IO('f', 37)

#endif
