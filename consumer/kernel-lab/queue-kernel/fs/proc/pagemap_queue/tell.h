/* SPDX-License-Identifier: GPL-2.0-only */
/* How parts of the address space are told, for the way of a drain through all of it. See tell.c. */
#ifndef _FS_PROC_PAGEMAP_QUEUE_TELL_H
#define _FS_PROC_PAGEMAP_QUEUE_TELL_H

#include <linux/pagewalk.h>
#include "block.h"

extern const struct mm_walk_ops pmq_drain_ops;

int pmq_drain_entries(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp,
		      unsigned long addr, unsigned long end);
bool pmq_tell_nodes(struct pmq_drain *d, unsigned long addr, unsigned long end);
bool pmq_tell_gone(struct pmq_drain *d, unsigned long addr, unsigned long end);

#endif
