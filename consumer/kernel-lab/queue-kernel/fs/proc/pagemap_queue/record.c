// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hooks of <linux/pagemap_queue_hooks.h> note. They stand where CONFIG_PAGE_TABLE_CHECK
 * has its own, at the few functions through which entries of user page tables are set, and run
 * before the entry changes: a reader arms under the same lock, and finds both or neither.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include "entries.h"

DEFINE_STATIC_KEY_FALSE(pmq_key);
EXPORT_SYMBOL_GPL(pmq_key);

/* To be used under RCU, which the lock of a page table is as good as. */
static struct pmq *queue_of(struct mm_struct *mm)
{
	struct pmq *q = mm ? READ_ONCE(mm->pmq) : NULL;

	return q == PMQ_CLOSING ? NULL : q;
}

static struct pmq *get_queue_of(struct mm_struct *mm)
{
	struct pmq *q;

	rcu_read_lock();
	q = queue_of(mm);
	if (q && !refcount_inc_not_zero(&q->refs))
		q = NULL;
	rcu_read_unlock();
	return q;
}

/*
 * A queue that is off leaves writes to the scan that enabling makes, and takes what no scan finds
 * later. So soft-dirty that falls, other than by a drain, is told: of a page that was written while
 * the queue was off, or while it was HOT, the bit was the last evidence. Any other write is queued already.
 */
static unsigned int transition(struct pmq *q, unsigned int old, unsigned int new)
{
	unsigned int changed = old ^ new;

	return READ_ONCE(q->enabled) ? changed : changed & ~(new & MARK(SOFT_DIRTY));
}

pmq_keeps_registers bool __pmq_tracks(struct mm_struct *mm)
{
	return queue_of(mm);
}
EXPORT_SYMBOL_GPL(__pmq_tracks);

bool __pmq_heeds(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct pmq *q;
	bool heeds;

	rcu_read_lock();
	q = queue_of(vma->vm_mm);
	heeds = q && pmq_heeds_writes(q, vma) && pmq_is_watched(q, start, end);
	rcu_read_unlock();
	return heeds;
}

/* Whether the entry at @index was taken out in this hold of the lock, to be put back or replaced. */
static bool is_stashed(struct pmq_table *t, unsigned int index)
{
	return t && t->stashed && t->stash_index == index;
}

static unsigned int marks_before(struct pmq *q, struct pmq_table *t, pte_t *ptep,
				 unsigned int index)
{
	if (is_stashed(t, index)) {
		t->stashed = false;
		return t->stash_marks;
	}
	return pmq_marks(pmq_pte_categories(ptep_get(ptep), q->changed_mask));
}

/* The same page as before: all that can change is that it was written. */
static bool is_same_page(pte_t old, pte_t new)
{
	return pte_present(old) && pte_present(new) && pte_pfn(old) == pte_pfn(new);
}

/* The short way of a write to an armed page. */
static void note_write(struct pmq *q, struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));
	unsigned int marks = transition(q, 0, MARK(SOFT_DIRTY)) & q->asked;

	if (!marks || !t || !t->listed || !pmq_is_watched(q, addr, addr + PAGE_SIZE)) {
		pmq_note(q, mm, t, addr, marks);
		return;
	}
	t->marks |= MARK(SOFT_DIRTY);
	__set_bit(pte_index(addr), t->bits[q->slot[PMQ_MARK_SOFT_DIRTY]]);
}

static void note_ptes(struct pmq *q, struct mm_struct *mm, unsigned long addr, pte_t *ptep,
		      pte_t new, unsigned int nr)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));
	unsigned int i, marks;

	marks = pmq_marks(pmq_pte_categories(new, q->changed_mask));
	for (i = 0; i < nr; i++, addr += PAGE_SIZE) {
		unsigned int old = marks_before(q, t, ptep + i, pte_index(addr));

		pmq_note(q, mm, t, addr, transition(q, old, marks) | pmq_brought(mm, old, new));
	}
}

/* What was taken out is put back with other rights, as mprotect does: nothing to note. */
static bool is_put_back(pte_t *ptep, unsigned long addr, pte_t new)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));

	if (!is_stashed(t, pte_index(addr)) || !is_same_page(t->stash_pte, new) ||
	    pte_soft_dirty(t->stash_pte) != pte_soft_dirty(new))
		return false;
	t->stashed = false;
	return true;
}

/*
 * An entry of the hugetlb pool goes by the name of a PTE, and is in a table of PMDs or PUDs. It is not
 * seen. Where the table has no bitmaps, as one of PUDs never has, its place in the tree says it.
 */
static bool is_of_hugetlb(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));

	return t ? t->upper != NULL : pmq_is_place_of_huge(mm, addr, ptep);
}

static noinline void set_ptes_of(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t new,
				 unsigned int nr, struct pmq *q)
{
	pte_t old = ptep_get(ptep);

	if (unlikely(is_of_hugetlb(mm, addr, ptep)))
		return;
	rcu_read_lock();
	if (nr == 1 && is_same_page(old, new)) {
		if (pte_soft_dirty(new) && !pte_soft_dirty(old))
			note_write(q, mm, addr, ptep);
	} else if (nr != 1 || !is_put_back(ptep, addr, new)) {
		note_ptes(q, mm, addr, ptep, new, nr);
	}
	rcu_read_unlock();
}

pmq_keeps_registers void __pmq_set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
					pte_t new, unsigned int nr)
{
	struct pmq *q = queue_of(mm);

	if (q)
		set_ptes_of(mm, addr, ptep, new, nr, q);
}
EXPORT_SYMBOL_GPL(__pmq_set_ptes);	/* drivers set entries too */

/* An entry that was announced is told by what takes its place; any other that is taken out is gone. */
static noinline void clear_pte_of(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
				  struct pmq *q)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));
	unsigned int marks;

	if (unlikely(is_of_hugetlb(mm, addr, ptep)) || is_stashed(t, pte_index(addr)))
		return;
	rcu_read_lock();
	marks = pmq_marks(pmq_pte_categories(ptep_get(ptep), q->changed_mask));
	pmq_note(q, mm, t, addr, transition(q, marks, 0));
	rcu_read_unlock();
}

pmq_keeps_registers void __pmq_clear_pte(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct pmq *q = queue_of(mm);

	if (q)
		clear_pte_of(mm, addr, ptep, q);
}
EXPORT_SYMBOL_GPL(__pmq_clear_pte);

/*
 * Where there is no table to remember the entry in, it counts as gone, and as back when it is set:
 * more than what happened, never less.
 */
pmq_keeps_registers void __pmq_takes_out(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct pmq *q = queue_of(mm);
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(ptep));

	if (!q || !t || t->upper || !pmq_is_watched(q, addr, addr + PAGE_SIZE))
		return;
	t->stashed = true;
	t->stash_index = pte_index(addr);
	t->stash_pte = ptep_get(ptep);
	t->stash_marks = pmq_marks(pmq_pte_categories(t->stash_pte, q->changed_mask));
}
EXPORT_SYMBOL_GPL(__pmq_takes_out);

void __pmq_set_pmd(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp, pmd_t new)
{
	struct pmq *q = queue_of(mm);
	unsigned int old;

	if (likely(!q))
		return;
	rcu_read_lock();
	if (unlikely(pmd_present(*pmdp) && !pmd_leaf(*pmdp)))
		pmq_note_collapse(q, pmdp, addr);
	old = pmq_marks(pmq_pmd_categories(*pmdp, q->changed_mask));
	pmq_note_pmd(q, pmdp, addr,
		     transition(q, old, pmq_marks(pmq_pmd_categories(new, q->changed_mask))) |
		     pmq_brought_pmd(mm, old, *pmdp, new));
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(__pmq_set_pmd);

/*
 * The new table was filled while it was not in use yet, which looked like as many first touches.
 * What really changed is what its entries say otherwise than the huge one. They are all alike.
 */
void __pmq_split_pmd(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp, struct page *table)
{
	struct pmq *q = queue_of(mm);
	struct ptdesc *pt = page_ptdesc(table);
	struct pmq_table *t;
	pte_t *entries = ptdesc_address(pt);

	if (likely(!q))
		return;
	rcu_read_lock();
	t = pmq_table_of(pt);
	if (t)
		pmq_forget(t);
	pmq_note_pmd(q, pmdp, addr, transition(q, pmq_marks(pmq_pmd_categories(*pmdp, q->changed_mask)),
					       pmq_marks(pmq_pte_categories(ptep_get(entries), q->changed_mask))));
	rcu_read_unlock();
}

/* Before others can see the table. */
void __pmq_table_made(struct mm_struct *mm, struct ptdesc *pt, bool of_pmds)
{
	struct pmq *q = get_queue_of(mm);

	if (!q)
		return;
	pmq_table_attach(q, pt, pmq_table_alloc(q, of_pmds, GFP_NOWAIT));
	pmq_put(q);
}

/* Under the mmap lock and no other, as all that comes here. */
static void note_mapping_of(struct mm_struct *mm, unsigned long start, unsigned long end,
			    unsigned int marks)
{
	struct pmq *q = get_queue_of(mm);

	if (!q)
		return;
	pmq_note_mapping(q, start, end, marks);
	pmq_put(q);
}

/* Instead of VM_SOFTDIRTY, which would make the pages of a new mapping read as soft-dirty. */
void __pmq_mapped(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	note_mapping_of(mm, start, end, MARK(NEW));
}

void __pmq_gone(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	note_mapping_of(mm, start, end, MARK(GONE));
}

/* The old place is told as gone where it is unmapped; with MREMAP_DONTUNMAP it stays. */
void __pmq_moved(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len)
{
	struct pmq *q = get_queue_of(mm);

	if (!q)
		return;
	pmq_note_moved(q, from, to, len);
	pmq_note_mapping(q, to, to + len, MARK(GONE));
	pmq_put(q);
}

/* All is unmapped, and the page tables are freed. */
void __pmq_exited(struct mm_struct *mm)
{
	struct pmq *q;

	rcu_read_lock();
	q = queue_of(mm);
	if (q) {
		smp_store_release(&q->exited, true);	/* all that it had to tell is queued */
		wake_up_all(q->wait);
	}
	rcu_read_unlock();
}
