// SPDX-License-Identifier: GPL-2.0-only
/*
 * A drain takes what is queued of one block at a time out of its table, the table above and the
 * ranges, into rows of bits: one row for each mark, one bit for each page.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include "block.h"

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
		taken &= pmq_part_mask(word, from, to);
		if (!row)
			row = pmq_row_of(&d->block, mark);
		row[word] |= taken;
		d->block.busy |= BIT(word);
		if (!d->peeking)
			bits[word] &= ~taken;
	}
	return (from || to != PTRS_PER_PTE) && !bitmap_empty(bits, PTRS_PER_PTE);
}

/* Moves the bits of a part of a table into the block. Under the table's lock. */
void pmq_take_bits(struct pmq_drain *d, struct pmq_table *t, unsigned int from, unsigned int to)
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

	/*
	 * An entry that is empty for a moment, as __split_huge_zero_page_pmd() makes it, is waited for by this:
	 * the bit is set when it is taken out, before anything is listed of the table that comes there.
	 */
	if (!t || !test_bit(index, t->upper->huge))
		return;
	ptl = pmd_lock(d->q->mm, pmdp);
	for (mark = 0; mark < PMQ_TABLE_MARKS; mark++) {
		s8 slot = d->q->slot[mark];

		if (slot < 0 || !test_bit(index, t->bits[slot]))
			continue;
		bitmap_fill(pmq_row_of(&d->block, mark), PTRS_PER_PTE);
		d->block.busy = PMQ_ALL_WORDS;
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
			bitmap_set(pmq_row_of(&d->block, __ffs(marks)), from - first, to - from);
		d->block.busy = PMQ_ALL_WORDS;
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
void pmq_load(struct pmq_drain *d, unsigned long block, pmd_t *pmdp)
{
	unsigned int marks;

	if (d->block.base == block)
		return;
	d->block.base = block;
	d->block.active = 0;
	d->block.busy = 0;
	d->block.whole = pmq_watches_block(d->q, block);
	take_ranges(d, block);
	if (pmdp && d->cursor <= block) {
		take_upper(d, pmdp, block);
		pmq_take_left(d, pmdp, block, block + PMD_SIZE);
	}
	if (!d->block.whole)
		forget_unwatched(d);
	if (d->cursor > block)		/* what is before it was told, out of the ranges */
		for (marks = d->block.active; marks; marks &= marks - 1)
			bitmap_clear(d->block.rows[__ffs(marks)], 0,
				     min((d->cursor - block) >> PAGE_SHIFT, PTRS_PER_PTE));
}
