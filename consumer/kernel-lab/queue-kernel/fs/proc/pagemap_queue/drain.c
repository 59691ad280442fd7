// SPDX-License-Identifier: GPL-2.0-only
/*
 * A drain goes from each table of PMDs that has something queued to the tables below it, and
 * through the ranges beside, in ascending order. In one hold of a table's lock it takes the bits,
 * reads the entries and arms them. One flush of the TLBs follows at the end of the read; until
 * then do_wp_page() knows, by mm_tlb_flush_pending(), not to trust what it copies.
 */
#include <linux/bitmap.h>
#include <linux/hugetlb_inline.h>
#include <linux/list_sort.h>
#include <linux/mm_inline.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/tlbflush.h>
#include "entries.h"

#define NO_BLOCK	ULONG_MAX
#define ALL_WORDS	(BIT(PMQ_WORDS) - 1)

static void unload(struct pmq_drain *d)
{
	d->block.base = NO_BLOCK;
	d->block.whole = false;
}

int pmq_drain_init(struct pmq_drain *d, struct pmq *q)
{
	d->q = q;
	unload(d);
	d->flush_start = ULONG_MAX;
	d->out = kvmalloc_array(PMQ_OUT, sizeof(*d->out), GFP_KERNEL_ACCOUNT);
	return d->out ? 0 : -ENOMEM;
}

void pmq_drain_destroy(struct pmq_drain *d)
{
	kvfree(d->out);
	pmq_table_discard(d->spare);
}

/* ---- what is told ---- */

/* Returns whether there was room. */
static bool tell_region(struct pmq_drain *d, unsigned long start, unsigned long end, u64 now,
			u64 changed)
{
	struct page_change *last = d->len ? &d->out[d->len - 1] : NULL;

	if (last && last->now.end == start && last->now.categories == now &&
	    last->changed == changed) {
		last->now.end = end;
		return true;
	}
	if (d->len == PMQ_OUT)
		return false;
	if ((changed & PMQ_COARSE) && !d->peeking)
		d->q->coarse++;
	d->out[d->len++] = (struct page_change){ { start, end, now }, changed };
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

/* Tells of pages; returns up to where there was room. Nothing is told of one that was not. */
static __always_inline unsigned long tell(struct pmq_drain *d, unsigned long start, unsigned long end, u64 now,
			  unsigned int marks)
{
	/* A coarse range of writes alone is made exact by the entries, which remember them. */
	if ((marks & MARK(COARSE)) &&
	    !(marks & ~(MARK(COARSE) | MARK(SOFT_DIRTY) | MARK(HOT)))) {
		if (!(now & PAGE_IS_SOFT_DIRTY))
			return end;
		marks &= ~MARK(COARSE);
	}
	now &= d->q->now_mask;
	if (d->block.whole || !d->q->nr_watched)
		return tell_region(d, start, end, now, pmq_changed(marks)) ? end : start;
	return tell_watched(d, start, end, now, pmq_changed(marks));
}

/* ---- one block ---- */

/* The bits from @from to before @to, within word @word. */
static unsigned long part_mask(unsigned int word, unsigned int from, unsigned int to)
{
	unsigned long mask = ~0UL;

	if (word == from / BITS_PER_LONG)
		mask &= BITMAP_FIRST_WORD_MASK(from);
	if (word == (to - 1) / BITS_PER_LONG)
		mask &= BITMAP_LAST_WORD_MASK(to);
	return mask;
}

/* A row is good only while its mark is active. */
static unsigned long *row_of(struct pmq_block *b, unsigned int mark)
{
	if (!(b->active & BIT(mark))) {
		bitmap_zero(b->rows[mark], PTRS_PER_PTE);
		b->active |= BIT(mark);
	}
	return b->rows[mark];
}

/* Moves bits of one mark into the block; whether some stay behind. */
static bool take_row(struct pmq_drain *d, unsigned int mark, unsigned long *bits, unsigned int from,
		     unsigned int to)
{
	unsigned int word, last = (to - 1) / BITS_PER_LONG;
	unsigned long *row = NULL;

	for (word = from / BITS_PER_LONG; word <= last; word++) {
		unsigned long taken = bits[word];

		if (!taken)
			continue;
		taken &= part_mask(word, from, to);
		if (!row)
			row = row_of(&d->block, mark);
		row[word] |= taken;
		d->block.busy |= BIT(word);
		if (!d->peeking)
			bits[word] &= ~taken;
	}
	return (from || to != PTRS_PER_PTE) && !bitmap_empty(bits, PTRS_PER_PTE);
}

/* Moves the bits of a part of a table into the block. Under the table's lock. */
static void take_bits(struct pmq_drain *d, struct pmq_table *t, unsigned int from, unsigned int to)
{
	struct pmq *q = d->q;
	unsigned int marks;
	bool left = false;

	if (!t)
		return;
	marks = t->marks;
	for (; marks; marks &= marks - 1) {
		unsigned int mark = __ffs(marks);

		left |= take_row(d, mark, t->bits[q->slot[mark]], from, to);
	}
	if (d->peeking)
		return;
	/* What is left is taken by this drain, further on. What comes from now on calls the next. */
	t->listed = false;
	if (!left)
		t->marks = 0;
}

/* What is queued of the whole block, by the table above. */
static void take_upper(struct pmq_drain *d, pmd_t *pmdp, unsigned long block)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(pmdp));
	unsigned int mark, index = pmd_index(block);
	spinlock_t *ptl;

	if (!t || !test_bit(index, t->upper->huge))
		return;
	ptl = pmd_lock(d->q->mm, pmdp);
	for (mark = 0; mark < PMQ_TABLE_MARKS; mark++) {
		s8 slot = d->q->slot[mark];

		if (slot < 0 || !test_bit(index, t->bits[slot]))
			continue;
		bitmap_fill(row_of(&d->block, mark), PTRS_PER_PTE);
		d->block.busy = ALL_WORDS;
		if (!d->peeking)
			__clear_bit(index, t->bits[slot]);
	}
	if (!d->peeking)
		__clear_bit(index, t->upper->huge);
	spin_unlock(ptl);
}

static void take_ranges(struct pmq_drain *d, unsigned long block)
{
	unsigned long first = block >> PAGE_SHIFT, last = first + PTRS_PER_PTE;
	struct pmq_node *n;

	for (n = pmq_ranges_find(d->ranges, first); n && n->start < last; n = pmq_ranges_next(n)) {
		unsigned long from = max(n->start, first), to = min(n->end, last);
		unsigned int marks = n->marks;

		for (; marks; marks &= marks - 1)
			bitmap_set(row_of(&d->block, __ffs(marks)), from - first, to - from);
		d->block.busy = ALL_WORDS;
	}
}

/* Ranges and huge entries may reach beyond what is watched, whose pages are not ours to arm. */
static void forget_unwatched(struct pmq_drain *d)
{
	struct page_region *r = pmq_watched_from(d->q, d->block.base);
	struct page_region *last = d->q->watched + d->q->nr_watched;
	unsigned long first = d->block.base >> PAGE_SHIFT, from, to;
	struct pmq_block *b = &d->block;
	DECLARE_BITMAP(watched, PTRS_PER_PTE);
	unsigned int marks;

	bitmap_zero(watched, PTRS_PER_PTE);
	for (; r != last && r->start < b->base + PMD_SIZE; r++) {
		from = max(r->start >> PAGE_SHIFT, first);
		to = min(r->end >> PAGE_SHIFT, first + PTRS_PER_PTE);
		bitmap_set(watched, from - first, to - from);
	}
	for (marks = b->active; marks; marks &= marks - 1) {
		unsigned int mark = __ffs(marks);

		if (!bitmap_and(b->rows[mark], b->rows[mark], watched, PTRS_PER_PTE))
			b->active &= ~BIT(mark);
	}
}

/* All that is queued of a block but the bits of its own table. */
static void load(struct pmq_drain *d, unsigned long block, pmd_t *pmdp)
{
	unsigned int marks;

	if (d->block.base == block)
		return;
	d->block.base = block;
	d->block.active = 0;
	d->block.busy = 0;
	d->block.whole = pmq_watches_block(d->q, block);
	take_ranges(d, block);
	if (pmdp && d->cursor <= block)
		take_upper(d, pmdp, block);
	if (!d->block.whole)
		forget_unwatched(d);
	if (d->cursor > block)		/* what is before it was told, out of the ranges */
		for (marks = d->block.active; marks; marks &= marks - 1)
			bitmap_clear(d->block.rows[__ffs(marks)], 0, (d->cursor - block) >> PAGE_SHIFT);
}

/* One word of all rows that have something. */
struct word {
	unsigned int nr;
	u8 mark[PMQ_MARKS];
	unsigned long bits[PMQ_MARKS];
	unsigned long any;
};

static void word_of(struct pmq_block *b, unsigned int index, struct word *w)
{
	unsigned int active = b->active;

	w->nr = 0;
	w->any = 0;
	for (; active; active &= active - 1) {
		unsigned int mark = __ffs(active);
		unsigned long bits = b->rows[mark][index];

		if (!bits)
			continue;
		w->mark[w->nr] = mark;
		w->bits[w->nr++] = bits;
		w->any |= bits;
	}
}

static unsigned int marks_at(const struct word *w, unsigned int bit)
{
	unsigned int i, marks = 0;

	if (w->nr == 1)
		return BIT(w->mark[0]);
	for (i = 0; i < w->nr; i++)
		marks |= ((w->bits[i] >> bit) & 1) << w->mark[i];
	return marks;
}

static void forget_word(struct pmq_block *b, unsigned int index, const struct word *w,
			unsigned long told)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		b->rows[w->mark[i]][index] &= ~told;
}

/* The words that [from, to) is in and that some row has bits in. */
static unsigned long busy_words(struct pmq_block *b, unsigned int from, unsigned int to)
{
	return b->busy & GENMASK((to - 1) / BITS_PER_LONG, from / BITS_PER_LONG);
}

/* Tells what is queued of [addr, end), of whose pages all the same holds now; whether it fitted. */
static bool tell_alike(struct pmq_drain *d, unsigned long addr, unsigned long end, u64 now)
{
	unsigned int from = pte_index(addr), to = from + ((end - addr) >> PAGE_SHIFT);
	unsigned long block = addr & PMD_MASK, words = busy_words(&d->block, from, to);

	for (; words; words &= words - 1) {
		unsigned int word = __ffs(words);
		unsigned long told = 0, left;
		struct word w;

		word_of(&d->block, word, &w);
		for (left = w.any & part_mask(word, from, to); left; left &= left - 1) {
			unsigned int bit = __ffs(left);
			unsigned long page = block + ((word * BITS_PER_LONG + bit) << PAGE_SHIFT);

			if (tell(d, page, page + PAGE_SIZE, now, marks_at(&w, bit)) == page) {
				forget_word(&d->block, word, &w, told);
				d->cursor = page;
				return false;
			}
			told |= BIT(bit);
		}
		forget_word(&d->block, word, &w, told);
	}
	d->cursor = end;
	return true;
}

static void flush_later(struct pmq_drain *d, unsigned long start, unsigned long end)
{
	if (d->flush_start == ULONG_MAX)
		inc_tlb_flush_pending(d->q->mm);
	d->flush_start = min(d->flush_start, start);
	d->flush_end = max(d->flush_end, end);
}

/* A drain that takes something arms it too, and a peek says what that would find. */
static bool heeds_writes(struct pmq_drain *d)
{
	return d->q->asked & MARK(SOFT_DIRTY);
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
		pmq_note(d->q, d->q->mm, t, page, 1, MARK(HOT));
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
	unsigned long block = addr & PMD_MASK, words = busy_words(&d->block, from, to);
	bool heeds = heeds_writes(d);
	struct pmq *q = d->q;

	ptep -= from;
	for (; words; words &= words - 1) {
		unsigned int word = __ffs(words);
		unsigned long told = 0, left;
		struct word w;

		word_of(&d->block, word, &w);
		for (left = w.any & part_mask(word, from, to); left; left &= left - 1) {
			unsigned int bit = __ffs(left), index = word * BITS_PER_LONG + bit;
			unsigned long page = block + ((unsigned long)index << PAGE_SHIFT);
			unsigned int queued = marks_at(&w, bit), marks = queued & ~MARK(HOT);
			pte_t pte = ptep_get(ptep + index);
			u64 now = pmq_pte_categories(pte, q->now_mask);

			if (d->len == PMQ_OUT) {	/* nothing is armed that is not told */
				forget_word(&d->block, word, &w, told);
				d->cursor = page;
				return false;
			}
			/* What was HOT may have been armed by another, and written by a device even so. */
			if (heeds && ((queued & MARK(HOT)) || !pmq_is_armed(pte)))
				marks |= arm(d, vma, t, ptep + index, page, pte);
			told |= BIT(bit);
			tell(d, page, page + PAGE_SIZE, now, marks);
		}
		forget_word(&d->block, word, &w, told);
	}
	d->cursor = end;
	return true;
}

static void refill_spare(struct pmq_drain *d)
{
	if (!d->spare)
		d->spare = pmq_table_alloc(d->q, false);
}

/* Tables that are older than the queue, or whose memory could not be had, get bitmaps here. */
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
	bitmap_set(row_of(&d->block, hot ? PMQ_MARK_HOT : PMQ_MARK_SOFT_DIRTY), pte_index(addr),
		   (end - addr) >> PAGE_SHIFT);
	d->block.busy = ALL_WORDS;
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
	if (heeds_writes(d) && d->block.active) {
		unsigned long *hot = row_of(&d->block, PMQ_MARK_HOT);
		bool was_hot = !bitmap_empty(hot, PTRS_PER_PTE);

		bitmap_zero(hot, PTRS_PER_PTE);
		if (was_hot || !pmq_is_armed_pmd(*pmdp))
			arm_huge(d, vma, pmdp, addr, end);
	}
	return !tell_alike(d, addr, end, now);
}

/* All that is queued of [addr, end), part of a block; 1: no more room. -EAGAIN: something else came. */
static int drain_entries(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp,
			 unsigned long addr, unsigned long end)
{
	struct pmq_table *t;
	spinlock_t *ptl;
	pte_t *ptep;
	int full;

	load(d, addr & PMD_MASK, pmdp);
	ptl = pmd_trans_huge_lock(pmdp, vma);
	if (ptl) {
		/* To arm a part of a huge page, it must be split. */
		if (!d->block.whole && !d->peeking && heeds_writes(d) && d->block.active &&
		    !pmq_is_armed_pmd(*pmdp)) {
			spin_unlock(ptl);
			split_huge_pmd(vma, pmdp, addr);
			return -EAGAIN;
		}
		full = drain_huge(d, vma, pmdp, addr, end);
		spin_unlock(ptl);
		return full;
	}
	refill_spare(d);
	ptep = pte_offset_map_lock(vma->vm_mm, pmdp, addr, &ptl);
	if (!ptep)
		return -EAGAIN;
	t = d->peeking ? pmq_table_of(virt_to_ptdesc(ptep)) : table_at(d, ptep);
	take_bits(d, t, pte_index(addr), pte_index(addr) + ((end - addr) >> PAGE_SHIFT));
	full = !tell_entries(d, vma, t, ptep, addr, end);
	pte_unmap_unlock(ptep, ptl);
	return full;
}

static int drain_pmd(pmd_t *pmdp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	int full = drain_entries(walk->private, walk->vma, pmdp, addr, end);

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
static bool needs_tables(struct mm_struct *mm, unsigned long addr, unsigned long size)
{
	unsigned long start = addr & -size;

	return find_vma_intersection(mm, start, start + size);
}

/* What is queued of pages that no entry stands for any more, by the table that they share. */
static void take_bits_of_hole(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = d->q->mm;
	spinlock_t *ptl;
	pmd_t *pmdp;
	pte_t *ptep;

	if (!needs_tables(mm, addr, PMD_SIZE))
		return;
	pmdp = pmq_pmd_at(mm, addr);
	if (!pmdp || pmd_none(*pmdp) || pmd_leaf(*pmdp))
		return;
	ptep = pte_offset_map_lock(mm, pmdp, addr, &ptl);
	if (!ptep)
		return;
	take_bits(d, pmq_table_of(virt_to_ptdesc(ptep)), pte_index(addr),
		  pte_index(addr) + ((end - addr) >> PAGE_SHIFT));
	pte_unmap_unlock(ptep, ptl);
}

/* Nodes of a stretch that has no tables. */
static bool tell_nodes(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	struct pmq_node *n = pmq_ranges_find(d->ranges, addr >> PAGE_SHIFT);

	unload(d);
	for (; n && n->start << PAGE_SHIFT < end; n = pmq_ranges_next(n)) {
		unsigned long from = max(addr, n->start << PAGE_SHIFT);
		unsigned long to = min(end, n->end << PAGE_SHIFT);
		unsigned long told = tell(d, from, to, 0, n->marks);

		if (told != to) {
			d->cursor = told;
			return false;
		}
	}
	d->cursor = end;
	return true;
}

/* As tell_alike(), of pages that are not there, and so not pinned. */
static bool tell_gone(struct pmq_drain *d, unsigned long addr, unsigned long end)
{
	d->block.active &= ~MARK(HOT);
	return tell_alike(d, addr, end, 0);
}

static int drain_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk)
{
	struct pmq_drain *d = walk->private;

	if (d->block.base == (addr & PMD_MASK)) {
		unsigned long stop = min(end, d->block.base + PMD_SIZE);

		if (!walk->vma)
			take_bits_of_hole(d, addr, stop);
		if (!tell_gone(d, addr, stop))
			return 1;
		addr = stop;
	}
	return addr < end && !tell_nodes(d, addr, end);
}

/* All is walked but memory of the hugetlb pool, of which nothing but its mapping is queued. */
static int drain_test(unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	if (!is_vm_hugetlb_page(walk->vma))
		return 0;
	return drain_hole(addr, end, -1, walk) ? -ENOSPC : 1;
}

static const struct mm_walk_ops drain_ops = {
	.pmd_entry	= drain_pmd,
	.pte_hole	= drain_hole,
	.test_walk	= drain_test,
	.walk_lock	= PGWALK_RDLOCK,
};

/* ---- the way through all blocks ---- */

static int by_base(void *priv, const struct list_head *a, const struct list_head *b)
{
	return list_entry(a, struct pmq_upper, taken_link)->base >
		list_entry(b, struct pmq_upper, taken_link)->base;
}

/* Begins a drain of all that is queued now; whether there is something. */
bool pmq_take(struct pmq *q)
{
	struct pmq_upper *upper, *next;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	q->draining = !pmq_is_empty(q);
	if (q->draining) {
		list_for_each_entry_safe(upper, next, &q->dirty, dirty) {
			bitmap_or(upper->taken, upper->taken, upper->child, PTRS_PER_PMD);
			bitmap_zero(upper->child, PTRS_PER_PMD);
			list_del_init(&upper->dirty);
			if (list_empty(&upper->taken_link))
				list_add(&upper->taken_link, &q->taken);
		}
		list_sort(NULL, &q->taken, by_base);
		q->drain.ranges = q->current_ranges;
		q->current_ranges = &q->ranges[q->current_ranges == &q->ranges[0]];
		q->drain.cursor = 0;
		q->drain.child = NO_BLOCK;
		q->drain.complete = false;
		unload(&q->drain);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	return q->draining;
}

/* The first block from the cursor on that a table has something of. */
static unsigned long next_child(struct pmq_drain *d)
{
	struct pmq *q = d->q;
	struct pmq_upper *upper, *next;
	unsigned long flags, found = NO_BLOCK;

	spin_lock_irqsave(&q->lock, flags);
	list_for_each_entry_safe(upper, next, &q->taken, taken_link) {
		unsigned int from = 0, bit;

		if (d->cursor > upper->base)
			from = min((d->cursor - upper->base) >> PMD_SHIFT, PTRS_PER_PMD);
		bit = find_next_bit(upper->taken, PTRS_PER_PMD, from);
		if (bit < PTRS_PER_PMD) {
			found = upper->base + bit * PMD_SIZE;
			if (!d->peeking)
				__clear_bit(bit, upper->taken);
			break;
		}
		if (!d->peeking && bitmap_empty(upper->taken, PTRS_PER_PMD))
			list_del_init(&upper->taken_link);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	return found;
}

static int walk(struct pmq_drain *d, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = d->q->mm;
	struct mmu_notifier_range range;
	int full;

	if (d->peeking)
		return walk_page_range(mm, start, end, &drain_ops, d);
	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, mm, start, end);
	mmu_notifier_invalidate_range_start(&range);
	full = walk_page_range(mm, start, end, &drain_ops, d);
	mmu_notifier_invalidate_range_end(&range);
	return full;
}

/* Most blocks lie in one mapping, and in the one of the block before. */
static struct vm_area_struct *mapping_of(struct pmq_drain *d, unsigned long block)
{
	if (!d->vma || block < d->vma->vm_start || block >= d->vma->vm_end)
		d->vma = find_vma(d->q->mm, block);
	if (!d->vma || block < d->vma->vm_start || block + PMD_SIZE > d->vma->vm_end ||
	    is_vm_hugetlb_page(d->vma))
		return NULL;
	return d->vma;
}

/* The short way to a block that is in one mapping and has a table or a huge page. */
static int drain_mapped(struct pmq_drain *d, struct vm_area_struct *vma, pmd_t *pmdp,
			unsigned long start, unsigned long end)
{
	struct mmu_notifier_range range;
	int full;

	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, d->q->mm, start, end);
	if (!d->peeking)
		mmu_notifier_invalidate_range_start(&range);
	full = drain_entries(d, vma, pmdp, start, end);
	if (!d->peeking)
		mmu_notifier_invalidate_range_end(&range);
	return full;
}

/* The rest of a block; whether all was told. */
static bool drain_block(struct pmq_drain *d, unsigned long block)
{
	unsigned long start = max(d->cursor, block), end = block + PMD_SIZE;
	struct mm_struct *mm = d->q->mm;
	struct vm_area_struct *vma = mapping_of(d, block);
	pmd_t *pmdp = vma || needs_tables(mm, block, PUD_SIZE) ? pmq_pmd_at(mm, block) : NULL;
	int full = -EAGAIN;

	load(d, block, pmdp);
	if (vma && pmdp && !pmd_none(*pmdp))
		full = drain_mapped(d, vma, pmdp, start, end);
	if (full == -EAGAIN)
		full = walk(d, max(d->cursor, block), end);
	if (full)
		return false;
	unload(d);
	d->cursor = end;
	return true;
}

/* Ranges up to @end, where no table has anything. */
static bool drain_stretch(struct pmq_drain *d, unsigned long start, unsigned long end)
{
	if (walk(d, start, end))
		return false;
	unload(d);
	d->cursor = end;
	return true;
}

/* One step on; false where there is no more, or no more room. */
static bool step(struct pmq_drain *d)
{
	struct pmq_node *n;
	unsigned long child, start, end;

	if (d->block.base != NO_BLOCK && d->cursor < d->block.base + PMD_SIZE)
		return drain_block(d, d->block.base);
	n = pmq_ranges_find(d->ranges, d->cursor >> PAGE_SHIFT);
	child = d->child != NO_BLOCK ? d->child : next_child(d);
	d->child = NO_BLOCK;
	if (!n)
		return child != NO_BLOCK && drain_block(d, child);
	start = max(d->cursor, n->start << PAGE_SHIFT);
	if (child <= (start & PMD_MASK))
		return drain_block(d, child);
	d->child = child;
	end = min3(ALIGN(n->end << PAGE_SHIFT, PMD_SIZE), child, (unsigned long)TASK_SIZE_MAX);
	return drain_stretch(d, start, end);
}

/* Of a process that has exited, whose tables are gone: the ranges are all there is. */
static void fill_of_dead(struct pmq_drain *d)
{
	unsigned long end = d->block.base + PMD_SIZE;

	if (d->block.base != NO_BLOCK && d->cursor < end && !tell_gone(d, d->cursor, end))
		return;
	unload(d);
	tell_nodes(d, d->cursor, TASK_SIZE_MAX);
}

/* Fills the buffer; leaves it empty when all is told. */
void pmq_fill(struct pmq_drain *d)
{
	struct mm_struct *mm = d->q->mm;

	d->len = d->done = 0;
	if (d->complete)
		return;
	if (mmget_not_zero(mm)) {
		mmap_read_lock(mm);
		d->vma = NULL;
		while (step(d))
			cond_resched();
		mmap_read_unlock(mm);
		mmput(mm);
	} else {
		fill_of_dead(d);
	}
	d->complete = d->len < PMQ_OUT;
	if (d->complete && !d->peeking)
		pmq_ranges_clear(d->ranges);
}

/* Makes good on what was armed: from here on every write is noticed. */
void pmq_flush(struct pmq_drain *d)
{
	if (d->flush_start == ULONG_MAX)
		return;
	flush_tlb_mm_range(d->q->mm, d->flush_start, d->flush_end, PAGE_SHIFT, false);
	dec_tlb_flush_pending(d->q->mm);
	d->flush_start = ULONG_MAX;
	d->flush_end = 0;
}

/*
 * What the next reads of this drain will tell, from vec->start on. Nothing is taken or armed; a drain
 * that was not begun begins, so that the next read tells just this. Under q->reading.
 */
long pmq_peek(struct pmq *q, struct pmq_vec *vec)
{
	struct page_change __user *to = u64_to_user_ptr(vec->vec);
	struct pmq_drain *d;
	u64 start = vec->start;
	unsigned int i;
	long told = 0, err = 0;

	if (!q->draining && !pmq_take(q))
		return 0;
	d = kvzalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);
	if (!d || pmq_drain_init(d, q)) {
		kvfree(d);
		return -ENOMEM;
	}
	d->peeking = true;
	d->ranges = q->drain.ranges;
	d->cursor = q->drain.cursor;
	d->child = q->drain.child;
	d->block = q->drain.block;
	d->complete = q->drain.complete;
	/* First what is in the buffer already. */
	d->len = q->drain.len - q->drain.done;
	memcpy(d->out, q->drain.out + q->drain.done, d->len * sizeof(*d->out));
	do {
		for (i = 0; i < d->len && told < vec->vec_len; i++) {
			struct page_change change = d->out[i];

			if (change.now.end <= start)
				continue;
			change.now.start = max(change.now.start, start);
			if (copy_to_user(to + told, &change, sizeof(change))) {
				err = -EFAULT;
				goto out;
			}
			vec->start = change.now.end;
			told++;
		}
		if (told == vec->vec_len)
			break;
		pmq_fill(d);
	} while (d->len);
out:
	pmq_drain_destroy(d);
	kvfree(d);
	return err ? err : told;
}
