/* SPDX-License-Identifier: GPL-2.0-only */
/* What is still to be told of one block, by words of its rows: the short ways. See block.c. */
#ifndef _FS_PROC_PAGEMAP_QUEUE_BLOCK_H
#define _FS_PROC_PAGEMAP_QUEUE_BLOCK_H

#include <linux/bitmap.h>
#include "queue.h"

#define PMQ_NO_BLOCK	ULONG_MAX
#define PMQ_ALL_WORDS	(BIT(PMQ_WORDS) - 1)

void pmq_take_bits(struct pmq_drain *d, struct pmq_table *t, unsigned int from, unsigned int to);
void pmq_load(struct pmq_drain *d, unsigned long block, pmd_t *pmdp);

static inline void pmq_unload(struct pmq_drain *d)
{
	d->block.base = PMQ_NO_BLOCK;
	d->block.whole = false;
}

/* The bits from @from to before @to, within word @word. */
static inline unsigned long pmq_part_mask(unsigned int word, unsigned int from, unsigned int to)
{
	unsigned long mask = ~0UL;

	if (word == from / BITS_PER_LONG)
		mask &= BITMAP_FIRST_WORD_MASK(from);
	if (word == (to - 1) / BITS_PER_LONG)
		mask &= BITMAP_LAST_WORD_MASK(to);
	return mask;
}

/* A row is good only while its mark is active. */
static inline unsigned long *pmq_row_of(struct pmq_block *b, unsigned int mark)
{
	if (!(b->active & BIT(mark))) {
		bitmap_zero(b->rows[mark], PTRS_PER_PTE);
		b->active |= BIT(mark);
	}
	return b->rows[mark];
}

/* One word of all rows that have something. */
struct pmq_word {
	unsigned int nr;
	u8 mark[PMQ_MARKS];
	unsigned long bits[PMQ_MARKS];
	unsigned long any;
};

static inline void pmq_word_of(struct pmq_block *b, unsigned int index, struct pmq_word *w)
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

static inline unsigned int pmq_marks_at(const struct pmq_word *w, unsigned int bit)
{
	unsigned int i, marks = 0;

	if (w->nr == 1)
		return BIT(w->mark[0]);
	for (i = 0; i < w->nr; i++)
		marks |= ((w->bits[i] >> bit) & 1) << w->mark[i];
	return marks;
}

static inline void pmq_forget_word(struct pmq_block *b, unsigned int index, const struct pmq_word *w,
				   unsigned long told)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		b->rows[w->mark[i]][index] &= ~told;
}

/* The words that [from, to) is in and that some row has bits in. */
static inline unsigned long pmq_busy_words(struct pmq_block *b, unsigned int from, unsigned int to)
{
	return b->busy & GENMASK((to - 1) / BITS_PER_LONG, from / BITS_PER_LONG);
}

#endif
