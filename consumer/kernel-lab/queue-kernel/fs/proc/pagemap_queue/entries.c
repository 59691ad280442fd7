// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an entry of a user page table says, in the words of PAGEMAP_SCAN, and how it is armed: it is
 * write-protected and its soft-dirty bit is cleared, so that the entry itself remembers a write.
 */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include "entries.h"

static pud_t *pud_at(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	return p4d_none(*p4d) ? NULL : pud_offset(p4d, addr);
}

/* Where the PMD of an address is; none where there is no table for it. */
pmd_t *pmq_pmd_at(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud = pud_at(mm, addr);

	/* A page of 1 GiB that is being migrated is not present. */
	return pud && pud_present(*pud) && !pud_leaf(*pud) ? pmd_offset(pud, addr) : NULL;
}

/*
 * The same for who has the mmap lock, and no lock of a table. Page tables of what is unmapped may be freed
 * even so, and one that hugetlb alone uses may be shared, and be taken away by who migrates its pages.
 */
pmd_t *pmq_own_pmd_at(struct mm_struct *mm, unsigned long addr)
{
	unsigned long start = addr & PUD_MASK, end = start + PUD_SIZE;
	struct vm_area_struct *vma = find_vma_intersection(mm, start, end);

	if (!vma || (is_vm_hugetlb_page(vma) && vma->vm_start <= start && end <= vma->vm_end))
		return NULL;
	return pmq_pmd_at(mm, addr);
}

/* Whether no entry is there, nor about to be set by who has queued that already. */
bool pmq_is_none(struct mm_struct *mm, pmd_t *pmdp)
{
	spinlock_t *ptl = pmd_lock(mm, pmdp);
	bool none = pmd_none(*pmdp);

	spin_unlock(ptl);
	return none;
}

/* Whether an entry is none of a table of PTEs: hugetlb sets those of PMDs and PUDs as if they were. */
bool pmq_is_place_of_huge(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	return ptep == (pte_t *)pud_at(mm, addr) || ptep == (pte_t *)pmq_pmd_at(mm, addr);
}

/* A page that is being migrated counts as the one that it is going to be. */
static u64 migrating_categories(swp_entry_t entry)
{
	return PAGE_IS_PRESENT | (folio_test_anon(pfn_swap_entry_folio(entry)) ? 0 : PAGE_IS_FILE);
}

/* The marker of an entry that nobody touched is nothing in swap; mremap makes it soft-dirty. */
u64 pmq_absent_categories(pte_t pte)
{
	u64 categories;
	swp_entry_t entry;

	if (pte_none(pte))
		return 0;
	entry = pte_to_swp_entry(pte);
	if (is_pte_marker_entry(entry))
		return pte_swp_soft_dirty(pte) ? PAGE_IS_SOFT_DIRTY : 0;
	categories = is_migration_entry(entry) ? migrating_categories(entry) : PAGE_IS_SWAPPED;
	return categories | (pte_swp_soft_dirty(pte) ? PAGE_IS_SOFT_DIRTY : 0);
}

/* The page that an entry of one that is being migrated stands for; none of any other that is absent. */
struct page *pmq_migrating_page(pte_t pte)
{
	swp_entry_t entry = pte_to_swp_entry(pte);

	return is_swap_pte(pte) && is_migration_entry(entry) ? pfn_swap_entry_to_page(entry) : NULL;
}

/* A PMD that points to a table says nothing. */
u64 pmq_pmd_categories(pmd_t pmd, u64 wanted)
{
	u64 categories = PAGE_IS_PRESENT | PAGE_IS_HUGE;

	if (pmd_none(pmd))
		return 0;
	if (is_pmd_migration_entry(pmd))
		return PAGE_IS_HUGE | migrating_categories(pmd_to_swp_entry(pmd)) |
			(pmd_swp_soft_dirty(pmd) ? PAGE_IS_SOFT_DIRTY : 0);
	if (!pmd_present(pmd) || !pmd_leaf(pmd))
		return 0;
	if (is_huge_zero_pmd(pmd))
		categories |= PAGE_IS_PFNZERO;
	else if ((wanted & PAGE_IS_FILE) && !pmd_special(pmd) && !PageAnon(pmd_page(pmd)))
		categories |= PAGE_IS_FILE;
	return categories | (pmd_soft_dirty(pmd) ? PAGE_IS_SOFT_DIRTY : 0);
}

/* Of a page that is being migrated, and could be written: it comes back as its entry says. */
static swp_entry_t armed_migration(swp_entry_t entry)
{
	return folio_test_anon(pfn_swap_entry_folio(entry)) ?
		make_readable_exclusive_migration_entry(swp_offset(entry)) :
		make_readable_migration_entry(swp_offset(entry));
}

/* The entry of a page that is not there, armed. */
pte_t pmq_armed_absent(pte_t pte)
{
	swp_entry_t entry = pte_to_swp_entry(pte);
	pte_t armed;

	if (!is_writable_migration_entry(entry))
		return pte_swp_clear_soft_dirty(pte);
	armed = swp_entry_to_pte(armed_migration(entry));
	return pte_swp_uffd_wp(pte) ? pte_swp_mkuffd_wp(armed) : armed;
}

static pmd_t armed_absent_pmd(pmd_t pmd)
{
	swp_entry_t entry = pmd_to_swp_entry(pmd);
	pmd_t armed;

	if (!is_writable_migration_entry(entry))
		return pmd_swp_clear_soft_dirty(pmd);
	armed = swp_entry_to_pmd(armed_migration(entry));
	return pmd_swp_uffd_wp(pmd) ? pmd_swp_mkuffd_wp(armed) : armed;
}

/*
 * A pin of a small page counts as 1,024 references, and each mapping of it as one: those are left out.
 * They come and go while they are counted, so that half a pin counts as one.
 */
static bool is_pinned(struct folio *folio)
{
	unsigned int before, mapped, after;

	if (!folio_maybe_dma_pinned(folio) || folio_test_large(folio))
		return folio_maybe_dma_pinned(folio);
	before = folio_ref_count(folio);
	smp_rmb();
	mapped = folio_mapcount(folio);
	smp_rmb();
	after = folio_ref_count(folio);
	return max(before, after) >= mapped + GUP_PIN_COUNTING_BIAS / 2;
}

/*
 * To break the pin by copying would take the page away from the device. Whether it is pinned to be
 * written, or to be read alone, cannot be told.
 */
bool pmq_is_pinned(struct page *page)
{
	return page && is_pinned(page_folio(page));
}

bool pmq_is_armed_pmd(pmd_t pmd)
{
	if (pmd_present(pmd))
		return !pmd_write(pmd) && !pmd_soft_dirty(pmd);
	return !is_pmd_migration_entry(pmd) || pmd_same(armed_absent_pmd(pmd), pmd);
}

bool pmq_is_hot_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t pmd)
{
	if (likely(!pmq_may_have_pins(vma)))
		return false;
	if (is_pmd_migration_entry(pmd))
		return pmq_is_pinned(pfn_swap_entry_to_page(pmd_to_swp_entry(pmd)));
	return pmd_present(pmd) && pmq_is_pinned(vm_normal_page_pmd(vma, addr, pmd));
}

/* See pmq_brought(). */
unsigned int pmq_brought_page(unsigned int before, struct page *page)
{
	if (pmq_is_pinned(page))
		return MARK(HOT);
	return (before & MARK(PRESENT)) || PageAnon(page) ? 0 : MARK(SOFT_DIRTY);
}

/*
 * As pmq_brought(), of a huge page that takes the place of something else. Where only what its entry says
 * changes, the drain that tells it will ask whether it is pinned.
 */
unsigned int pmq_brought_pmd(struct mm_struct *mm, unsigned int before, pmd_t old, pmd_t new)
{
	if (likely(!test_bit(MMF_HAS_PINNED, &mm->flags)) || !pmd_present(new) || !pmd_leaf(new) ||
	    pmd_special(new) || is_huge_zero_pmd(new) || (pmd_present(old) && pmd_pfn(old) == pmd_pfn(new)))
		return 0;
	return pmq_brought_page(before, pmd_page(new));
}

/* With what the processor has set meanwhile. */
static void put_back_pmd(pmd_t *pmdp, pmd_t pmd)
{
	pmd_t now = READ_ONCE(*pmdp);

	do {
		if (pmd_young(now))
			pmd = pmd_mkyoung(pmd);
		if (pmd_dirty(now) && !pmd_dirty(pmd))
			pmd = pmd_mkdirty(pmd);
	} while (!try_cmpxchg((long *)pmdp, (long *)&now, pmd_val(pmd)));
}

/*
 * As pmq_arm_pte(), of a huge page. Its entry is never none or absent in between: others find their
 * way by what a huge entry looks like.
 */
bool pmq_arm_pmd(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	pmd_t pmd = READ_ONCE(*pmdp);

	if (!pmd_present(pmd)) {
		if (pmq_is_hot_pmd(vma, addr, pmd))
			return false;
		set_pmd(pmdp, armed_absent_pmd(pmd));
		return true;
	}
	while (!try_cmpxchg((long *)pmdp, (long *)&pmd,
			    pmd_val(pmd_clear_soft_dirty(pmd_wrprotect(pmd)))))
		;
	if (!pmq_is_hot_pmd(vma, addr, pmd))
		return true;
	put_back_pmd(pmdp, pmd);
	return false;
}
