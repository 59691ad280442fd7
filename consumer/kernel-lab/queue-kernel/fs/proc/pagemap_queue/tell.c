// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is queued of a part of a block is told, beside what its entries say, and they are armed: in one
 * hold of the table's lock, in which the bits are taken too. Where no entries are, by the ranges alone.
 */
#include <linux/hugetlb_inline.h>
#include <linux/mm_inline.h>
#include <linux/pagewalk.h>
#include "entries.h"
#include "tell.h"

/* ---- what is told ---- */

/* Returns whether there was room. */
static bool tell_region(struct pmq_drain *d, unsigned long start, unsigned long end, u64 now,
			u64 changed)
{
	struct page_change *before = d->len ? &d->out[d->len - 1] : NULL;

	if (before && before->now.end == start && before->now.categories == now &&
	    before->changed == changed) {
		before->now.end = end;
		d->last.end = end;
		return true;
	}
	if (d->len == PMQ_OUT)
		return false;
	if ((changed & PMQ_COARSE) && !d->peeking)
		WRITE_ONCE(d->q->coarse, d->q->coarse + 1);
	d->out[d->len++] = (struct page_change){ { start, end, now }, changed };
	d->last.end = end;
	return true;
}

/* Tells the watched parts of [start, end); returns up to where. */
static unsigned long tell_watched(struct pmq_drain *d, unsigned long start, unsigned long end,
				  u64 now, u64 changed)
{
	struct page_region *r = pmq_watched_from(d->q, start), *last = d->q->watched + d->q->nr_watched;

	for (; r != last && r->start < end; r++) {
		unsigned long from = max_t(unsigned long, start, r->start);
		unsigned long to = min_t(unsigned long, end, r->end);

		if (from < to && !tell_region(d, from, to, now, changed))
			return from;
	}
	return end;
}

/* Most pages are told as the one before. */
static __always_inline void set_last(struct pmq_drain *d, u64 now, unsigned int marks)
{
	if (marks != d->last.marks) {
		d->last.marks = marks;
		d->last.changed = pmq_changed(marks);
	}
	d->last.now = now;
	d->last.end = ULONG_MAX;
}

/* Tells of pages; returns up to where there was room. Nothing is told of one that was not. */
static __always_inline unsigned long tell(struct pmq_drain *d, unsigned long start, unsigned long end,
					  u64 now, unsigned int marks)
{
	if (unlikely(d->blind))
		marks |= MARK(COARSE);
	set_last(d, now, marks);
	now &= d->q->now_mask;
	if (d->block.whole || !d->q->nr_watched)
		return tell_region(d, start, end, now, d->last.changed) ? end : start;
	return tell_watched(d, start, end, now, d->last.changed);
}

/* The short way, of the next page of a run, which is watched. There is room for one region. */
static __always_inline void tell_page(struct pmq_drain *d, unsigned long page, u64 now, unsigned int marks)
{
	if (page == d->last.end && marks == d->last.marks && now == d->last.now)
		d->last.end = d->out[d->len - 1].now.end = page + PAGE_SIZE;
	else
		tell(d, page, page + PAGE_SIZE, now, marks);
}

/* Tells what is queued of [addr, end), of whose pages all the same holds now; whether it fitted. */
static bool tell_alike(struct pmq_drain *d, unsigned long addr, unsigned long end, u64 now)
{
	unsigned int from = pte_index(addr), to = from + ((end - addr) >> PAGE_SHIFT);
	unsigned long block = addr & PMD_MASK, words = pmq_busy_words(&d->block, from, to);

	for (; words; words &= words - 1) {
		unsigned int word = __ffs(words);
		unsigned long told = 0, left;
		struct pmq_word w;

		pmq_word_of(&d->block, word, &w);
		for (left = w.any & pmq_part_mask(word, from, to); left; left &= left - 1) {
			unsigned int bit = __ffs(left);
			unsigned long page = block + ((word * BITS_PER_LONG + bit) << PAGE_SHIFT);

			if (tell(d, page, page + PAGE_SIZE, now, pmq_marks_at(&w, bit)) == page) {
				pmq_forget_word(&d->block, word, &w, told);
				d->cursor = page;
				return false;
			}
			told |= BIT(bit);
		}
		pmq_forget_word(&d->block, word, &w, told);
	}
	d->cursor = end;
	return true;
}

/* Of pages that are not there, or of which nothing is armed. */
static void forget_hot(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	if (d->block.active & MARK(HOT))
		bitmap_clear(d->block.rows[PMQ_MARK_HOT], pte_index(addr), (end - addr) >> PAGE_SHIFT);
}

static void flush_later(struct pmq_drain *d, unsigned long start, unsigned long end)
{
	if (d->flush_start == ULONG_MAX)
		inc_tlb_flush_pending(d->q->mm);
	d->flush_start = min(d->flush_start, start);
	d->flush_end = max(d->flush_end, end);
}

/*
 * Arms a page that is not armed; what is to be said of it then, beside what is queued: it may have been
 * written, unnoticed, while it was HOT or the queue was off.
 */
static unsigned int arm(struct pmq_drain *d, struct vm_area_struct *vma, struct pmq_table *t,
			pte_t *ptep, unsigned long page, pte_t pte)
{
	if (d->peeking)
		return pmq_is_hot(vma, page, pte) ? MARK(HOT) : MARK(SOFT_DIRTY);
	if (!pmq_arm_pte(vma, page, ptep, pte)) {
		pmq_note(d->q, d->q->mm, t, page, MARK(HOT));
		return MARK(HOT);
	}
	flush_later(d, page, page + PAGE_SIZE);
	return MARK(SOFT_DIRTY);
}

/* As tell_alike(), of the entries of a table, under its lock. */
static bool tell_entries(struct pmq_drain *d, struct vm_area_struct *vma, struct pmq_table *t,
			 pte_t *ptep, unsigned long addr, unsigned long end)
{
	unsigned int from = pte_index(addr), to = from + ((end - addr) >> PAGE_SHIFT);
	unsigned long block = addr & PMD_MASK, words = pmq_busy_words(&d->block, from, to);
	bool heeds = pmq_heeds_writes(d->q, vma);
	struct pmq *q = d->q;

	if (!heeds)
		forget_hot(d, addr, end);
	ptep -= from;
	for (; words; words &= words - 1) {
		unsigned int word = __ffs(words);
		unsigned long told = 0, left;
		struct pmq_word w;

		pmq_word_of(&d->block, word, &w);
		for (left = w.any & pmq_part_mask(word, from, to); left; left &= left - 1) {
			unsigned int bit = __ffs(left), index = word * BITS_PER_LONG + bit;
			unsigned long page = block + ((unsigned long)index << PAGE_SHIFT);
			unsigned int queued = pmq_marks_at(&w, bit), marks = queued & ~MARK(HOT);
			pte_t pte = ptep_get(ptep + index);
			u64 now = pmq_pte_categories(pte, q->now_mask);

			if (d->len == PMQ_OUT) {	/* nothing is armed that is not told */
				pmq_forget_word(&d->block, word, &w, told);
				d->cursor = page;
				return false;
			}
			/*
			 * What was HOT may have been armed by another, and written by a device even so;
			 * and what is pinned may have been, before any drain knew that it is HOT.
			 */
			if (heeds && ((queued & MARK(HOT)) || !pmq_is_armed(pte) || pmq_is_hot(vma, page, pte)))
				marks |= arm(d, vma, t, ptep + index, page, pte);
			told |= BIT(bit);
			tell_page(d, page, now, marks);
		}
		pmq_forget_word(&d->block, word, &w, told);
	}
	d->cursor = end;
	return true;
}

static void refill_spare(struct pmq_drain *d)
{
	if (!d->spare)
		d->spare = pmq_table_alloc(d->q, false, GFP_KERNEL);
}

/*
 * Tables that are older than the queue, or whose memory could not be had, get bitmaps here; those of
 * PMDs by pmq_serve_upper().
 */
static struct pmq_table *table_at(struct pmq_drain *d, pte_t *ptep)
{
	struct ptdesc *pt = virt_to_ptdesc(ptep);

	if (!pmq_table_of(pt) && d->spare) {
		pmq_table_attach(d->q, pt, d->spare);
		d->spare = NULL;
	}
	return pmq_table_of(pt);
}

/* As arm(), of the pages from @addr on of a huge page. */
static void arm_huge(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr,
		     unsigned long end)
{
	bool hot = d->peeking ? pmq_is_hot_pmd(vma, addr, *pmdp) : !pmq_arm_pmd(vma, addr, pmdp);

	if (!hot && !d->peeking)
		flush_later(d, addr & PMD_MASK, (addr & PMD_MASK) + PMD_SIZE);
	if (hot && !d->peeking)
		pmq_note_pmd(d->q, pmdp, addr, MARK(HOT));
	/* What is before @addr was told when it was not this page yet, and is armed now. */
	if (!hot && !d->peeking && (addr & ~PMD_MASK))
		pmq_note_pmd(d->q, pmdp, addr, MARK(SOFT_DIRTY));
	bitmap_set(pmq_row_of(&d->block, hot ? PMQ_MARK_HOT : PMQ_MARK_SOFT_DIRTY), pte_index(addr),
		   (end - addr) >> PAGE_SHIFT);
	d->block.busy = PMQ_ALL_WORDS;
}

/* A huge entry. It is armed before its first page is told, so that no write to it is missed. */
static int drain_huge(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp,
		      unsigned long addr, unsigned long end)
{
	u64 now = pmq_pmd_categories(*pmdp, d->q->now_mask);

	if (d->len == PMQ_OUT) {
		d->cursor = addr;
		return 1;
	}
	if (pmq_heeds_writes(d->q, vma) && d->block.active) {
		unsigned long *hot = pmq_row_of(&d->block, PMQ_MARK_HOT);
		bool was_hot = !bitmap_empty(hot, PTRS_PER_PTE);

		bitmap_zero(hot, PTRS_PER_PTE);
		if (was_hot || !pmq_is_armed_pmd(*pmdp) || pmq_is_hot_pmd(vma, addr, *pmdp))
			arm_huge(d, vma, pmdp, addr, end);
	} else {
		forget_hot(d, addr, end);
	}
	return !tell_alike(d, addr, end, now);
}

/* All that is queued of [addr, end), part of a block; 1: no more room. -EAGAIN: something else came. */
int pmq_drain_entries(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp,
			 unsigned long addr, unsigned long end)
{
	struct pmq_table *t;
	spinlock_t *ptl;
	pte_t *ptep;
	int full;

	pmq_load(d, addr & PMD_MASK, pmdp);
	if (!d->peeking)
		pmq_serve_upper(d->q, pmdp);
	ptl = pmd_trans_huge_lock(pmdp, vma);
	if (ptl) {
		pmq_take_left(d, pmdp, addr, end);
		/* To arm a part of a huge page, it must be split. */
		if (!d->block.whole && !d->peeking && pmq_heeds_writes(d->q, vma) && d->block.active &&
		    !pmq_is_armed_pmd(*pmdp)) {
			spin_unlock(ptl);
			split_huge_pmd(vma, pmdp, addr);
			return -EAGAIN;
		}
		full = drain_huge(d, vma, pmdp, addr, end);
		spin_unlock(ptl);
		return full;
	}
	if (!d->peeking)
		refill_spare(d);
	ptep = pte_offset_map_lock(vma->vm_mm, pmdp, addr, &ptl);
	if (!ptep)
		return -EAGAIN;
	t = d->peeking ? pmq_table_of(virt_to_ptdesc(ptep)) : table_at(d, ptep);
	pmq_take_bits(d, t, pte_index(addr), pte_index(addr) + ((end - addr) >> PAGE_SHIFT));
	pmq_take_left(d, pmdp, addr, end);
	full = !tell_entries(d, vma, t, ptep, addr, end);
	pte_unmap_unlock(ptep, ptl);
	return full;
}

static int drain_pmd(pmd_t *pmdp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	int full = pmq_drain_entries(walk->private, walk->vma, pmdp, addr, end);

	cond_resched();
	if (full != -EAGAIN)
		return full;
	walk->action = ACTION_AGAIN;
	return 0;
}

/* ---- holes ---- */

/*
 * Page tables of what is unmapped may be freed under our read lock of the mmap lock; not where
 * something else is mapped that needs the same table.
 */
static bool needs_table(struct mm_struct *mm, unsigned long addr)
{
	unsigned long start = addr & PMD_MASK;

	return find_vma_intersection(mm, start, start + PMD_SIZE);
}

/* What is queued of pages that no entry stands for any more, by the table that they share. */
static void take_bits_of_hole(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = d->q->mm;
	spinlock_t *ptl;
	pmd_t *pmdp;
	pte_t *ptep;

	if (!needs_table(mm, addr))
		return;
	pmdp = pmq_pmd_at(mm, addr);
	if (!pmdp || pmd_none(*pmdp) || pmd_leaf(*pmdp))
		return;
	ptep = pte_offset_map_lock(mm, pmdp, addr, &ptl);
	if (!ptep)
		return;
	pmq_take_bits(d, pmq_table_of(virt_to_ptdesc(ptep)), pte_index(addr),
		  pte_index(addr) + ((end - addr) >> PAGE_SHIFT));
	pte_unmap_unlock(ptep, ptl);
}

/* Nodes of a stretch that has no tables, and so no pages that are HOT. */
bool pmq_tell_nodes(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	struct pmq_node *n = pmq_ranges_find(d->ranges, addr >> PAGE_SHIFT);

	pmq_unload(d);
	for (; n && n->start << PAGE_SHIFT < end; n = pmq_ranges_next(n)) {
		unsigned long from = max(addr, n->start << PAGE_SHIFT);
		unsigned long to = min(end, n->end << PAGE_SHIFT);
		unsigned int marks = n->marks & ~MARK(HOT);
		unsigned long told = marks & ~MARK(COARSE) ? tell(d, from, to, 0, marks) : to;

		if (told != to) {
			d->cursor = told;
			return false;
		}
	}
	d->cursor = end;
	return true;
}

/* As tell_alike(), of pages that are not there, and so not pinned. */
bool pmq_tell_gone(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	forget_hot(d, addr, end);
	return tell_alike(d, addr, end, 0);
}

/* Whether all was told of a stretch without entries. */
static bool tell_hole(struct pmq_drain *d, struct vm_area_struct *vma, unsigned long addr, unsigned long end)
{
	if (d->block.base == (addr & PMD_MASK)) {
		unsigned long stop = min(end, d->block.base + PMD_SIZE);

		if (!vma)
			take_bits_of_hole(d, addr, stop);
		if (!pmq_tell_gone(d, addr, stop))
			return false;
		addr = stop;
	}
	return addr == end || pmq_tell_nodes(d, addr, end);
}

/*
 * Of a mapping, where a table or a huge page may be, none is. A change is queued before the entry is set: who finds
 * it in between waits for the entry, by its lock, and goes on with what is there then.
 */
static int drain_none(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr,
		      unsigned long end)
{
	int full = -EAGAIN;

	while (full == -EAGAIN) {
		if (pmq_is_none(vma->vm_mm, pmdp)) {
			if (d->block.base == (addr & PMD_MASK))
				pmq_take_left(d, pmdp, addr, end);
			return !tell_hole(d, vma, addr, end);
		}
		full = pmq_drain_entries(d, vma, pmdp, addr, end);
		cond_resched();
	}
	return full;
}

/*
 * An entry may have gone after drain_pmd() wanted to see it again. That is forgotten here: where nothing but
 * holes follows, all below this table of PMDs would be walked again.
 */
static int drain_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk)
{
	struct pmq_drain *d = walk->private;
	pmd_t *pmdp;

	walk->action = ACTION_SUBTREE;
	pmdp = walk->vma && depth == PMQ_DEPTH_OF_PMD ? pmq_pmd_at(d->q->mm, addr) : NULL;
	return pmdp ? drain_none(d, walk->vma, pmdp, addr, end) : !tell_hole(d, walk->vma, addr, end);
}

/*
 * All is walked but memory of the hugetlb pool, of which nothing but its mapping is queued: what holds
 * there is not known, so it is COARSE.
 */
static int drain_test(unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	struct pmq_drain *d = walk->private;
	int full;

	if (!is_vm_hugetlb_page(walk->vma))
		return 0;
	d->blind = true;
	full = drain_hole(addr, end, -1, walk);
	d->blind = false;
	return full ? -ENOSPC : 1;
}

const struct mm_walk_ops pmq_drain_ops = {
	.pmd_entry	= drain_pmd,
	.pte_hole	= drain_hole,
	.test_walk	= drain_test,
	.walk_lock	= PGWALK_RDLOCK,
};
