/* SPDX-License-Identifier: GPL-2.0-only */
/* What an entry says, and how it is armed: the short ways, for faults and drains. See entries.c. */
#ifndef _FS_PROC_PAGEMAP_QUEUE_ENTRIES_H
#define _FS_PROC_PAGEMAP_QUEUE_ENTRIES_H

#include <linux/fs.h>
#include <linux/hugetlb_inline.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include "queue.h"

#define PMQ_DEPTH_OF_PMD	3	/* of a hole, as walk_page_range() counts */

pmd_t *pmq_pmd_at(struct mm_struct *mm, unsigned long addr);
bool pmq_is_none(struct mm_struct *mm, pmd_t *pmdp);
pmd_t *pmq_own_pmd_at(struct mm_struct *mm, unsigned long addr);
bool pmq_is_place_of_huge(struct mm_struct *mm, unsigned long addr, pte_t *ptep);
u64 pmq_absent_categories(pte_t pte);
u64 pmq_pmd_categories(pmd_t pmd, u64 wanted);
pte_t pmq_armed_absent(pte_t pte);
struct page *pmq_migrating_page(pte_t pte);
bool pmq_is_pinned(struct page *page);
bool pmq_is_armed_pmd(pmd_t pmd);
bool pmq_is_hot_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t pmd);
bool pmq_arm_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp);
unsigned int pmq_brought_page(unsigned int before, struct page *page);
unsigned int pmq_brought_pmd(struct mm_struct *mm, unsigned int before, pmd_t old, pmd_t new);

/*
 * Memory of the hugetlb pool has no soft-dirty bit, and what a driver or a device's memory stands
 * behind is written by others too. Nothing of it is armed: it is listed as unseen.
 */
static inline bool pmq_sees(struct vm_area_struct *vma)
{
	return !is_vm_hugetlb_page(vma) && !vma_is_dax(vma) && !(vma->vm_flags & (VM_PFNMAP | VM_IO));
}

/*
 * Whether writes to it are told: a drain that takes something there arms it too, and it has no VM_SOFTDIRTY
 * when it is new. What is not seen keeps that: it is the only sign that others have.
 */
static inline bool pmq_heeds_writes(struct pmq *q, struct vm_area_struct *vma)
{
	return (q->asked & MARK(SOFT_DIRTY)) && pmq_sees(vma);
}

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
 * What is to be told, beside what the entries say, where one that says @before is about to stand for a
 * page. A device may have written the page while no entry stood for it. If it still may, the page is HOT
 * from here on; if the pin has ended, nobody knows of it, so that each page of a file that comes counts as
 * written. One that is being migrated was there all the time. Needs no VMA, as pmq_is_of_file().
 */
static inline unsigned int pmq_brought(struct mm_struct *mm, unsigned int before, pte_t pte)
{
	if (likely(!test_bit(MMF_HAS_PINNED, &mm->flags)) || !pte_present(pte) || pte_special(pte) ||
	    !pfn_valid(pte_pfn(pte)))
		return 0;
	return pmq_brought_page(before, pte_page(pte));
}

/* Whether each write from now on is noticed. */
static inline bool pmq_is_armed(pte_t pte)
{
	if (pte_present(pte))
		return !pte_write(pte) && !pte_soft_dirty(pte);
	return pte_none(pte) || pte_same(pmq_armed_absent(pte), pte);
}

/*
 * A device may write the page, through no entry: it is HOT until it is unpinned. So it is while it is being
 * migrated, which fails as long as it is pinned: the pin may end before the page is back.
 */
static inline bool pmq_is_hot(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	return unlikely(pmq_may_have_pins(vma)) &&
		pmq_is_pinned(pte_present(pte) ? vm_normal_page(vma, addr, pte) : pmq_migrating_page(pte));
}

/*
 * The processor may set Accessed and Dirty at any time, so the entry is taken out and put back
 * changed, not read and overwritten. Neither is a transition: nothing is noted. Who pins without the
 * lock looks at the entry again afterwards, and finds none.
 * Returns false where the page is HOT, and stays as it is. The caller flushes the TLBs.
 */
static inline bool pmq_arm_pte(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, pte_t pte)
{
	if (!pte_present(pte)) {
		if (pmq_is_hot(vma, addr, pte))
			return false;
		set_pte(ptep, pmq_armed_absent(pte));
		return true;
	}
	pte = native_ptep_get_and_clear(ptep);
	if (pmq_is_hot(vma, addr, pte)) {
		set_pte(ptep, pte);
		return false;
	}
	set_pte(ptep, pte_clear_soft_dirty(pte_wrprotect(pte)));
	return true;
}

#endif
