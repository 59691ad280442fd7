/* SPDX-License-Identifier: GPL-2.0-only */
/* What an entry says, and how it is armed: the short ways, for faults and drains. See entries.c. */
#ifndef _FS_PROC_PAGEMAP_QUEUE_ENTRIES_H
#define _FS_PROC_PAGEMAP_QUEUE_ENTRIES_H

#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include "queue.h"

pmd_t *pmq_pmd_at(struct mm_struct *mm, unsigned long addr);
u64 pmq_absent_categories(pte_t pte);
u64 pmq_pmd_categories(pmd_t pmd, u64 wanted);
bool pmq_may_not_arm(struct vm_area_struct *vma, unsigned long addr, pte_t pte);
bool pmq_arm_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp);

/* Needs no VMA: on x86 whatever has no page of its own is marked special. */
static inline bool pmq_is_of_file(pte_t pte)
{
	return !pte_special(pte) && pfn_valid(pte_pfn(pte)) && !PageAnon(pte_page(pte));
}

/* What is not in the entry itself is looked up only where it is wanted. */
static inline u64 pmq_pte_categories(pte_t pte, u64 wanted)
{
	u64 categories = PAGE_IS_PRESENT;

	if (!pte_present(pte))
		return pmq_absent_categories(pte);
	if (pte_soft_dirty(pte))
		categories |= PAGE_IS_SOFT_DIRTY;
	if (is_zero_pfn(pte_pfn(pte)))
		return categories | PAGE_IS_PFNZERO;
	if ((wanted & PAGE_IS_FILE) && pmq_is_of_file(pte))
		categories |= PAGE_IS_FILE;
	return categories;
}

static inline bool pmq_may_have_pins(struct vm_area_struct *vma)
{
	return test_bit(MMF_HAS_PINNED, &vma->vm_mm->flags);
}

/*
 * The processor may set Accessed and Dirty at any time, so the entry is taken out and put back
 * changed, not read and overwritten. Neither is a transition: nothing is noted.
 * Returns false where the page stays as it is. The caller flushes the TLBs.
 */
static inline bool pmq_arm_pte(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, pte_t pte)
{
	if (!pte_present(pte)) {
		if (is_swap_pte(pte) && pte_swp_soft_dirty(pte))
			set_pte(ptep, pte_swp_clear_soft_dirty(pte));
		return true;
	}
	if (!pte_write(pte) && !pte_soft_dirty(pte))
		return true;
	if (unlikely(pmq_may_have_pins(vma)) && pmq_may_not_arm(vma, addr, pte))
		return false;
	pte = native_ptep_get_and_clear(ptep);
	set_pte(ptep, pte_clear_soft_dirty(pte_wrprotect(pte)));
	return true;
}

#endif
