// SPDX-License-Identifier: GPL-2.0-only
/*
 * A drain goes from each table of PMDs that has something queued to the tables below it, and
 * through the ranges beside, in ascending order. One flush of the TLBs follows at the end of the
 * read; until then do_wp_page() knows, by mm_tlb_flush_pending(), not to trust what it copies.
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
#include "tell.h"

int pmq_drain_init(struct pmq_drain *d, struct pmq *q)
{
	d->q = q;
	pmq_unload(d);
	d->flush_start = ULONG_MAX;
	d->out = kmalloc_array(PMQ_OUT, sizeof(*d->out), PMQ_GFP);
	return d->out ? 0 : -ENOMEM;
}

void pmq_drain_destroy(struct pmq_drain *d)
{
	kfree(d->out);
	pmq_table_discard(d->spare);
}

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
	WRITE_ONCE(q->draining, !pmq_is_empty(q));
	if (q->draining) {
		smp_wmb();	/* who finds the queue emptied finds a drain: pairs with smp_rmb() of has_news() */
		list_for_each_entry_safe(upper, next, &q->dirty, dirty) {
			bitmap_or(upper->taken, upper->taken, upper->child, PTRS_PER_PMD);
			bitmap_zero(upper->child, PTRS_PER_PMD);
			list_del_init(&upper->dirty);
			if (list_empty(&upper->taken_link))
				list_add(&upper->taken_link, &q->taken);
		}
		list_sort(NULL, &q->taken, by_base);
		q->drain.ranges = q->current_ranges;
		WRITE_ONCE(q->current_ranges, &q->ranges[q->current_ranges == &q->ranges[0]]);
		q->drain.cursor = 0;
		q->drain.child = PMQ_NO_BLOCK;
		q->drain.complete = false;
		pmq_unload(&q->drain);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	return q->draining;
}

/* The first block from the cursor on that a table has something of. */
static unsigned long next_child(struct pmq_drain *d)
{
	struct pmq *q = d->q;
	struct pmq_upper *upper, *next;
	unsigned long flags, found = PMQ_NO_BLOCK;

	spin_lock_irqsave(&q->lock, flags);
	list_for_each_entry_safe(upper, next, &q->taken, taken_link) {
		unsigned int from = 0, bit;

		/* A drain clears what it passes, a peek does not. */
		if (d->peeking && d->cursor > upper->base)
			from = min((d->cursor - upper->base) >> PMD_SHIFT, PTRS_PER_PMD);
		bit = find_next_bit(upper->taken, PTRS_PER_PMD, from);
		if (bit < PTRS_PER_PMD) {
			found = upper->base + bit * PMD_SIZE;
			if (!d->peeking)
				__clear_bit(bit, upper->taken);
			break;
		}
		if (!d->peeking)
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
		return walk_page_range(mm, start, end, &pmq_drain_ops, d);
	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, mm, start, end);
	mmu_notifier_invalidate_range_start(&range);
	full = walk_page_range(mm, start, end, &pmq_drain_ops, d);
	mmu_notifier_invalidate_range_end(&range);
	return full;
}

/* The mapping that all of a block lies in, if one does; most often it is that of the block before. */
static struct vm_area_struct *mapping_of(struct pmq_drain *d, unsigned long block)
{
	if (!d->vma || block < d->vma->vm_start || block >= d->vma->vm_end)
		d->vma = vma_lookup(d->q->mm, block);
	if (!d->vma || block + PMD_SIZE > d->vma->vm_end || is_vm_hugetlb_page(d->vma))
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
	full = pmq_drain_entries(d, vma, pmdp, start, end);
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
	pmd_t *pmdp = vma ? pmq_pmd_at(mm, block) : pmq_own_pmd_at(mm, block);
	int full = -EAGAIN;

	pmq_load(d, block, pmdp);
	if (vma && pmdp && !pmd_none(*pmdp))
		full = drain_mapped(d, vma, pmdp, start, end);
	if (full == -EAGAIN)
		full = walk(d, max(d->cursor, block), end);
	if (full)
		return false;
	pmq_unload(d);
	d->cursor = end;
	return true;
}

/* Ranges up to @end, where no table has anything; of whole blocks, and below one table of PMDs at the most. */
static bool drain_stretch(struct pmq_drain *d, unsigned long start, unsigned long end)
{
	if (walk(d, start, end))
		return false;
	pmq_unload(d);
	d->cursor = end;
	return true;
}

/* One step on; false where there is no more room, or no more: then the drain is complete. */
static bool step(struct pmq_drain *d)
{
	struct pmq_node *n;
	unsigned long child, start, end;

	if (d->block.base != PMQ_NO_BLOCK && d->cursor < d->block.base + PMD_SIZE)
		return drain_block(d, d->block.base);
	n = pmq_ranges_find(d->ranges, d->cursor >> PAGE_SHIFT);
	child = d->child != PMQ_NO_BLOCK ? d->child : next_child(d);
	d->child = PMQ_NO_BLOCK;
	if (!n) {
		d->complete = child == PMQ_NO_BLOCK;
		return !d->complete && drain_block(d, child);
	}
	start = max(d->cursor, (n->start << PAGE_SHIFT) & PMD_MASK);
	if (child <= (start & PMD_MASK))
		return drain_block(d, child);
	d->child = child;
	end = min3(ALIGN(n->end << PAGE_SHIFT, PMD_SIZE), child, (start | ~PUD_MASK) + 1);
	end = min_t(unsigned long, end, TASK_SIZE_MAX);
	return drain_stretch(d, start, end);
}

/* Of a process that has exited, whose tables are gone: the ranges are all there is. */
static void fill_of_dead(struct pmq_drain *d)
{
	unsigned long end = d->block.base + PMD_SIZE;

	if (d->block.base != PMQ_NO_BLOCK && d->cursor < end && !pmq_tell_gone(d, d->cursor, end))
		return;
	pmq_unload(d);
	d->complete = pmq_tell_nodes(d, d->cursor, TASK_SIZE_MAX);
}

static bool is_interrupted(struct pmq_drain *d)
{
	return d->to_be_killed ? fatal_signal_pending(current) : signal_pending(current);
}

/* Who waits for the lock, or sent a signal, waits for what is below one table of PMDs at the most. */
static void fill_of_living(struct pmq_drain *d)
{
	struct mm_struct *mm = d->q->mm;

	if (mmap_read_lock_killable(mm))
		return;		/* to be killed */
	d->vma = NULL;
	while (step(d)) {
		if (is_interrupted(d) || mmap_lock_is_contended(mm))
			break;
		cond_resched();
	}
	mmap_read_unlock(mm);
}

/* Fills the buffer; after a signal perhaps a part of it, or nothing: whether all is told says @complete. */
void pmq_fill(struct pmq_drain *d)
{
	struct mm_struct *mm = d->q->mm;

	d->len = d->done = 0;
	d->last.end = ULONG_MAX;
	if (d->complete)
		return;
	if (mmget_not_zero(mm)) {
		do
			fill_of_living(d);
		while (!d->complete && d->len < PMQ_OUT && !is_interrupted(d));
		mmput(mm);
	} else {
		fill_of_dead(d);
	}
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

/* Copies out what of the buffer is from vec->start on, and has room. */
static int copy_peeked(struct pmq_drain *d, struct pmq_vec *vec, unsigned long *told)
{
	struct page_change __user *to = u64_to_user_ptr(vec->vec);
	unsigned int i;

	for (i = 0; i < d->len && *told < vec->vec_len; i++) {
		struct page_change change = d->out[i];

		if (change.now.end <= vec->start)
			continue;
		change.now.start = max(change.now.start, vec->start);
		if (copy_to_user(to + *told, &change, sizeof(change)))
			return -EFAULT;
		vec->start = change.now.end;
		++*told;
	}
	return 0;
}

/*
 * What the next reads of this drain will tell, from vec->start on. Nothing is taken or armed; a drain
 * that was not begun begins, so that the next read tells just this. It keeps nothing of where it came to, so
 * a signal does not end it before it has something to tell: regular signals would for ever. Under q->reading.
 */
long pmq_peek(struct pmq *q, struct pmq_vec *vec)
{
	unsigned long told = 0;
	struct pmq_drain *d;
	bool cut = false;
	int err;

	if (!q->draining && !pmq_take(q))
		return 0;
	d = kzalloc(sizeof(*d), PMQ_GFP);
	if (!d || pmq_drain_init(d, q)) {
		kfree(d);
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
	for (;;) {
		err = copy_peeked(d, vec, &told);
		if (err || cut || told == vec->vec_len || (!d->len && d->complete))
			break;
		d->to_be_killed = !told;
		pmq_fill(d);
		/* After a signal the last region may go on, which a read will tell as one. */
		cut = !d->complete && d->len < PMQ_OUT;
		if (cut && d->len)
			d->len--;
	}
	if (cut && !told && !err)
		err = -EINTR;		/* killed */
	pmq_drain_destroy(d);
	kfree(d);
	return err ? err : told;
}
