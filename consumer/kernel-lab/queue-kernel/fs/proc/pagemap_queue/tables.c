// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is queued of the entries of one page table: a bitmap for each mark, made with the table and
 * found from it. A change sets a bit; the first one in a table also sets a bit of the table above,
 * and the first one there puts that table into the queue's list. A drain goes the same way down.
 *
 * A table that goes while its pages stay, as where they are collapsed, leaves its bitmaps to the table above.
 * One that is given back since they are unmapped leaves ranges.
 *
 * A table that has no bitmaps (its memory could not be had, it is older than the queue and was not
 * met yet, or it was shared) is served by the ranges.
 *
 * hugetlb lets processes share a table of PMDs: where one mapping of theirs has all of it. Bitmaps are
 * of one place in one process, so such a table has none, and gets none before it is one process's own.
 */
#include <linux/bitmap.h>
#include <linux/memcontrol.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "block.h"
#include "entries.h"

/*
 * Charged to the opener. From a fault of the process that is watched it must not wait: GFP_NOWAIT. Others do
 * not try hard either, unlike PMQ_GFP: a drain would reclaim for what it can do without, and get it later.
 */
struct pmq_table *pmq_table_alloc(struct pmq *q, bool of_pmds, gfp_t how)
{
	gfp_t gfp = how | __GFP_ACCOUNT | __GFP_ZERO | __GFP_NORETRY | __GFP_NOWARN;
	struct mem_cgroup *before = set_active_memcg(q->memcg);
	struct pmq_table *t = kmalloc(pmq_table_bytes(q, of_pmds), gfp);

	if (t && of_pmds) {
		t->upper = kmalloc(sizeof(*t->upper), gfp);
		if (t->upper) {
			INIT_LIST_HEAD(&t->upper->dirty);
			INIT_LIST_HEAD(&t->upper->taken_link);
			INIT_LIST_HEAD(&t->upper->left);
		} else {
			kfree(t);
			t = NULL;
		}
	}
	set_active_memcg(before);
	return t;
}

void pmq_table_discard(struct pmq_table *t)
{
	if (t)
		kfree(t->upper);
	kfree(t);
}

/* The caller knows that the page table is not freed meanwhile. Takes over @t. */
void pmq_table_attach(struct pmq *q, struct ptdesc *pt, struct pmq_table *t)
{
	unsigned long flags;
	bool attached = false;

	if (!t)
		return;
	t->q = q;
	t->pt = pt;
	INIT_LIST_HEAD(&t->left_link);
	spin_lock_irqsave(&q->lock, flags);
	if (!q->closed && !pmq_table_of(pt)) {
		list_add(&t->all, &q->tables);
		q->nr_tables++;
		q->nr_uppers += t->upper != NULL;
		WRITE_ONCE(pt->__page_mapping, (unsigned long)t);
		attached = true;
	}
	spin_unlock_irqrestore(&q->lock, flags);
	if (!attached)
		pmq_table_discard(t);
}

/*
 * Gives bitmaps to the table of PMDs that @pmdp is in, if it has none: without them each change below
 * it is a range of its own. Not for one that hugetlb may share. Returns false where there is no memory.
 */
bool pmq_serve_upper(struct pmq *q, pmd_t *pmdp)
{
	struct ptdesc *pt = virt_to_ptdesc(pmdp);
	struct pmq_table *t;
	spinlock_t *ptl;

	if (pmq_table_of(pt))
		return true;
	t = pmq_table_alloc(q, true, GFP_KERNEL);
	if (!t)
		return false;
	ptl = pmd_lock(q->mm, pmdp);
	pmq_table_attach(q, pt, t);
	spin_unlock(ptl);
	return true;
}

static void free_after_readers(struct rcu_head *head)
{
	pmq_table_discard(container_of(head, struct pmq_table, rcu));
}

/* Under the queue's lock. Once. */
static void detach(struct pmq *q, struct pmq_table *t)
{
	struct pmq_table *left, *next;

	list_del_init(&t->all);
	list_del_init(&t->left_link);
	q->nr_tables--;
	if (t->upper) {
		q->nr_uppers--;
		list_del_init(&t->upper->dirty);
		list_del_init(&t->upper->taken_link);
		list_for_each_entry_safe(left, next, &t->upper->left, left_link)
			list_del_init(&left->left_link);
	}
	if (t->pt)
		WRITE_ONCE(t->pt->__page_mapping, 0);
	call_rcu(&t->rcu, free_after_readers);
}

/* When the queue is closed; some at a time, since there may be many. */
void pmq_tables_detach(struct pmq *q)
{
	unsigned long flags;
	bool more = true;

	while (more) {
		int some = 64;

		spin_lock_irqsave(&q->lock, flags);
		q->closed = true;
		while (some-- && !list_empty(&q->tables))
			detach(q, list_first_entry(&q->tables, struct pmq_table, all));
		more = !list_empty(&q->tables);
		spin_unlock_irqrestore(&q->lock, flags);
		cond_resched();
	}
}

/* The first range that ends behind @addr, or where the ranges end. */
struct page_region *pmq_watched_from(struct pmq *q, unsigned long addr)
{
	unsigned long low = 0, high = q->nr_watched;

	while (low < high) {
		unsigned long middle = (low + high) / 2;

		if (q->watched[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return q->watched + low;
}

bool pmq_is_among_watched(struct pmq *q, unsigned long start, unsigned long end)
{
	struct page_region *r = pmq_watched_from(q, start);

	return r < q->watched + q->nr_watched && r->start < end;
}

/* Whether all of the block is watched. */
bool pmq_watches_block(struct pmq *q, unsigned long block)
{
	struct page_region *r = pmq_watched_from(q, block);

	return !q->nr_watched || (r < q->watched + q->nr_watched && r->start <= block &&
				  block + PMD_SIZE <= r->end);
}

bool pmq_is_empty(struct pmq *q)
{
	return list_empty(&q->dirty) && RB_EMPTY_ROOT(&READ_ONCE(q->current_ranges)->root);
}

static void wake_reader(struct pmq *q)
{
	if (wq_has_sleeper(q->wait))
		wake_up(q->wait);
}

/* In one hold of the queue's lock, for which interrupts are off: there may be as many ranges as fit the pool. */
#define STEPS		64

/* As much of [page, end), page numbers, as one hold allows; returns up to where. */
static unsigned long queue_some(struct pmq *q, unsigned long page, unsigned long end, unsigned int marks)
{
	unsigned int steps = STEPS;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	page = pmq_ranges_add(q->current_ranges, page, end, marks, &steps);
	spin_unlock_irqrestore(&q->lock, flags);
	return page;
}

/* Addresses; those of whole pages. A drain that begins in between leaves the rest to the next one. */
static void queue_range(struct pmq *q, unsigned long start, unsigned long end, unsigned int marks)
{
	unsigned long page = start >> PAGE_SHIFT;

	while (page < end >> PAGE_SHIFT)
		page = queue_some(q, page, end >> PAGE_SHIFT, marks);
}

/* As queue_range(), of what is asked for and watched. */
void pmq_note_range(struct pmq *q, unsigned long start, unsigned long end, unsigned int marks)
{
	marks &= q->asked;
	if (!marks || !pmq_is_watched(q, start, end))
		return;
	queue_range(q, start, end, marks);
	wake_reader(q);
}

/*
 * The same for who may sleep, and has a reference: a mapping may have as many ranges as fit the pool, and
 * others are to get the CPU in between.
 */
void pmq_note_mapping(struct pmq *q, unsigned long start, unsigned long end, unsigned int marks)
{
	unsigned long page = start >> PAGE_SHIFT;

	marks &= q->asked;
	if (!marks || !pmq_is_watched(q, start, end))
		return;
	while (page < end >> PAGE_SHIFT) {
		page = queue_some(q, page, end >> PAGE_SHIFT, marks);
		cond_resched();
	}
	wake_reader(q);
}

/* The table of PMDs that @addr belongs to; none where it has no bitmaps. */
static struct pmq_table *upper_of(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmdp = pmq_pmd_at(mm, addr);

	return pmdp ? pmq_table_of(virt_to_ptdesc(pmdp)) : NULL;
}

/* Under the queue's lock. */
static void queue_child(struct pmq *q, struct pmq_upper *upper, unsigned long addr)
{
	__set_bit(pmd_index(addr), upper->child);
	if (list_empty(&upper->dirty)) {
		upper->base = addr & PUD_MASK;
		list_add(&upper->dirty, &q->dirty);
	}
}

static void list_child(struct pmq *q, struct pmq_upper *upper, unsigned long addr)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	queue_child(q, upper, addr);
	spin_unlock_irqrestore(&q->lock, flags);
	wake_reader(q);
}

/* Lists @t if it is not listed yet; false where it cannot be. Under the table's lock. */
static bool list_table(struct pmq *q, struct mm_struct *mm, struct pmq_table *t, unsigned long addr)
{
	struct pmq_table *above;

	if (t->listed)
		return true;
	above = upper_of(mm, addr);
	if (!above)
		return false;
	t->base = addr & PMD_MASK;
	t->listed = true;
	list_child(q, above->upper, addr);
	return true;
}

static void set_bits(struct pmq *q, struct pmq_table *t, unsigned int index, unsigned int marks)
{
	t->marks |= marks;
	for (; marks; marks &= marks - 1)
		__set_bit(index, t->bits[q->slot[__ffs(marks)]]);
}

/* Of one page. Under the lock of its table. */
void pmq_note(struct pmq *q, struct mm_struct *mm, struct pmq_table *t, unsigned long addr,
	      unsigned int marks)
{
	marks &= q->asked;
	if (!marks || !pmq_is_watched(q, addr, addr + PAGE_SIZE))
		return;
	if (t && list_table(q, mm, t, addr))
		set_bits(q, t, pte_index(addr), marks);
	else
		pmq_note_range(q, addr, addr + PAGE_SIZE, marks);
}

/* Under the lock of the table that @pmdp is in: something of all pages of a huge entry. */
void pmq_note_pmd(struct pmq *q, pmd_t *pmdp, unsigned long addr, unsigned int marks)
{
	struct pmq_table *t = pmq_table_of(virt_to_ptdesc(pmdp));

	marks &= q->asked;
	addr &= PMD_MASK;
	if (!marks || !pmq_is_watched(q, addr, addr + PMD_SIZE))
		return;
	if (!t || !t->upper) {
		pmq_note_range(q, addr, addr + PMD_SIZE, marks);
		return;
	}
	set_bits(q, t, pmd_index(addr), marks);
	__set_bit(pmd_index(addr), t->upper->huge);
	list_child(q, t->upper, addr);	/* the queue's lock, so that a drain that takes the child sees the bits */
}

/* Nothing is queued of it any more. Its bit in the upper table may stay: a drain comes in vain. */
void pmq_forget(struct pmq_table *t)
{
	memset(t->bits, 0, pmq_rows(t->q, t->upper) * sizeof(t->bits[0]));
	t->marks = 0;
	t->stashed = false;
	t->listed = false;
}

/* What a move does to addresses: all of [from, end) is @distance further on. */
struct pmq_move {
	unsigned long from, end, distance;
};

static const struct pmq_move nowhere = { 0, ULONG_MAX, 0 };

/* The runs of one row, as they are after @m, become ranges. Under RCU, so that the row stays. */
static void copy_row(struct pmq *q, const unsigned long *row, unsigned long base,
		     unsigned int shift, const struct pmq_move *m, unsigned int mark)
{
	unsigned int first, last;

	for_each_set_bitrange(first, last, row, PTRS_PER_PTE) {
		unsigned long start = max(base + ((unsigned long)first << shift), m->from);
		unsigned long end = min(base + ((unsigned long)last << shift), m->end);

		if (start < end)
			queue_range(q, start + m->distance, end + m->distance, BIT(mark));
	}
}

static void copy_rows(struct pmq *q, struct pmq_table *t, unsigned long base, const struct pmq_move *m)
{
	unsigned int mark, shift = t->upper ? PMD_SHIFT : PAGE_SHIFT;

	for (mark = 0; mark < PMQ_TABLE_MARKS; mark++)
		if (q->slot[mark] >= 0 && q->slot[mark] < pmq_rows(q, t->upper))
			copy_row(q, t->bits[q->slot[mark]], base, shift, m, mark);
}

/* ---- tables that go ---- */

static struct pmq_table *left_at(struct pmq_upper *upper, unsigned long block)
{
	struct pmq_table *t;

	list_for_each_entry(t, &upper->left, left_link)
		if (t->base == block)
			return t;
	return NULL;
}

/*
 * The pages of a table stay, without it. What was queued of them waits beside the table above for the drain that
 * comes there, so that one that is under way tells it as well. All its entries are out, and nobody else has its
 * lock. Under RCU; returns whether it can wait there.
 */
static bool leave(struct pmq *q, struct pmq_table *t, struct pmq_table *above, unsigned long block)
{
	struct pmq_upper *upper = above ? above->upper : NULL;
	struct pmq_table *before;
	unsigned long flags;
	unsigned int i;

	if (!upper)
		return false;
	spin_lock_irqsave(&q->lock, flags);
	if (!list_empty(&t->all) && !list_empty(&above->all)) {	/* not closed meanwhile */
		WRITE_ONCE(t->pt->__page_mapping, 0);
		t->pt = NULL;
		t->base = block;
		before = left_at(upper, block);
		if (before) {
			for (i = 0; i < pmq_rows(q, false); i++)
				bitmap_or(before->bits[i], before->bits[i], t->bits[i], PTRS_PER_PTE);
			before->marks |= t->marks;
			detach(q, t);
		} else {
			list_add(&t->left_link, &upper->left);
		}
		if (!test_bit(pmd_index(block), upper->taken))
			queue_child(q, upper, block);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	wake_reader(q);
	return true;
}

/*
 * Before the entry of a table is taken out, as where a file's pages become a huge one. Under its lock, and that
 * of the table. Other tables that are taken out still have entries, and will be laid aside or come back.
 */
void pmq_note_collapse(struct pmq *q, pmd_t *pmdp, unsigned long addr)
{
	struct ptdesc *pt = page_ptdesc(pmd_page(*pmdp));
	struct pmq_table *t = pmq_table_of(pt);
	pte_t *entries = ptdesc_address(pt);
	unsigned int i;

	if (!t || !t->marks)
		return;
	for (i = 0; i < PTRS_PER_PTE; i++)
		if (!pte_none(ptep_get(entries + i)))
			return;
	leave(q, t, pmq_table_of(virt_to_ptdesc(pmdp)), addr & PMD_MASK);
}

/* Moves what such tables left of [addr, end), in the block that is loaded, into it. */
void pmq_take_left(struct pmq_drain *d, pmd_t *pmdp, unsigned long addr, unsigned long end)
{
	struct pmq_table *t, *above = pmq_table_of(virt_to_ptdesc(pmdp));
	struct pmq *q = d->q;
	unsigned long flags;

	if (!above || list_empty_careful(&above->upper->left))
		return;
	spin_lock_irqsave(&q->lock, flags);
	t = left_at(above->upper, addr & PMD_MASK);
	if (t) {
		pmq_take_bits(d, t, pte_index(addr), pte_index(addr) + ((end - addr) >> PAGE_SHIFT));
		if (!t->marks)
			detach(q, t);
	}
	spin_unlock_irqrestore(&q->lock, flags);
}

/*
 * What a table that is given back still had to tell, or had left to it, becomes ranges. All its entries are out,
 * and nobody else has its lock. Under RCU.
 */
static void spill(struct pmq *q, struct pmq_table *t)
{
	struct pmq_table *left;
	unsigned long flags;

	if (!t->upper && !t->marks)
		return;
	copy_rows(q, t, t->upper ? t->upper->base : t->base, &nowhere);
	while (t->upper) {
		spin_lock_irqsave(&q->lock, flags);
		left = list_first_entry_or_null(&t->upper->left, struct pmq_table, left_link);
		if (left)
			list_del_init(&left->left_link);
		spin_unlock_irqrestore(&q->lock, flags);
		if (!left)
			break;
		copy_rows(q, left, left->base, &nowhere);
		spin_lock_irqsave(&q->lock, flags);
		if (!list_empty(&left->all))	/* the queue may have been closed meanwhile */
			detach(q, left);
		spin_unlock_irqrestore(&q->lock, flags);
	}
	wake_reader(q);
}

void __pmq_table_freed(struct ptdesc *pt)
{
	struct pmq_table *t;
	unsigned long flags;

	rcu_read_lock();
	t = pmq_table_of(pt);
	if (t) {
		struct pmq *q = t->q;

		spill(q, t);
		spin_lock_irqsave(&q->lock, flags);
		if (pmq_table_of(pt) == t)	/* the queue may have been closed meanwhile */
			detach(q, t);
		spin_unlock_irqrestore(&q->lock, flags);
	}
	rcu_read_unlock();
}

/* It has no entries but those of hugetlb, of which nothing is queued; what it had before becomes ranges. */
void __pmq_table_shared(struct ptdesc *pt)
{
	__pmq_table_freed(pt);
}

/* A table that is laid aside may be used for another address later: it gets bitmaps anew, if they can be had. */
void __pmq_table_deposited(struct page *table)
{
	struct ptdesc *pt = page_ptdesc(table);
	struct pmq_table *t;

	rcu_read_lock();
	t = pmq_table_of(pt);
	if (t && t->marks) {
		struct pmq *q = t->q;

		if (leave(q, t, upper_of(q->mm, t->base), t->base)) {
			pmq_table_attach(q, pt, pmq_table_alloc(q, false, GFP_NOWAIT));
		} else {
			spill(q, t);
			pmq_forget(t);
		}
	}
	rcu_read_unlock();
}

/* ---- moves ---- */

/* What a table of that block left, whose pages stayed. Under RCU. */
static struct pmq_table *left_below(struct pmq *q, pmd_t *pmdp, unsigned long block)
{
	struct pmq_table *left, *above = pmq_table_of(virt_to_ptdesc(pmdp));
	unsigned long flags;

	if (!above || list_empty_careful(&above->upper->left))
		return NULL;
	spin_lock_irqsave(&q->lock, flags);
	left = left_at(above->upper, block);
	spin_unlock_irqrestore(&q->lock, flags);
	return left;
}

/* What is queued of the table of PTEs, or the huge page, at @pmdp. No table goes before RCU lets it. */
static void move_block(struct pmq *q, pmd_t *pmdp, unsigned long block, const struct pmq_move *m)
{
	struct pmq_table *t = NULL;
	pmd_t pmd;

	rcu_read_lock();
	pmd = READ_ONCE(*pmdp);
	if (pmd_present(pmd) && !pmd_leaf(pmd))
		t = pmq_table_of(page_ptdesc(pmd_page(pmd)));
	if (t && t->marks)
		copy_rows(q, t, block, m);
	t = left_below(q, pmdp, block);
	if (t)
		copy_rows(q, t, block, m);
	rcu_read_unlock();
}

/* Of the huge pages that a table of PMDs has, as far as they are moved. */
static void move_huge(struct pmq *q, pmd_t *pmdp, unsigned long base, const struct pmq_move *m)
{
	struct pmq_table *t;

	rcu_read_lock();
	t = pmq_table_of(virt_to_ptdesc(pmdp));
	if (t && t->upper && t->marks)
		copy_rows(q, t, base, m);
	rcu_read_unlock();
}

/*
 * Nodes of [from, end), page numbers, again so much further on; some in one hold of the lock, and perhaps
 * a part of one, where many are at the new place. The list of nodes changes meanwhile.
 */
static void move_nodes(struct pmq *q, unsigned long from, unsigned long end, unsigned long distance)
{
	unsigned long flags;
	bool more = true;

	while (more) {
		unsigned int steps = STEPS;

		spin_lock_irqsave(&q->lock, flags);
		while (more && steps) {
			struct pmq_node *n = pmq_ranges_find(q->current_ranges, from);
			unsigned long start, stop;

			more = n && n->start < end;
			if (!more)
				break;
			start = max(from, n->start) + distance;
			stop = min(end, n->end) + distance;
			from = pmq_ranges_add(q->current_ranges, start, stop, n->marks, &steps) - distance;
			more = from < end;
		}
		spin_unlock_irqrestore(&q->lock, flags);
		cond_resched();
	}
}

/*
 * What is queued of the old place is queued of the new one too. Under the mmap lock for writing;
 * called before the entries move, so that each of them is still told by its table. Block by block,
 * and some ranges at a time, as interrupts are off meanwhile.
 */
void pmq_note_moved(struct pmq *q, unsigned long from, unsigned long to, unsigned long len)
{
	struct pmq_move m = { from, from + len, to - from };
	unsigned long block, end = from + len;

	for (block = from & PMD_MASK; block < end; block += PMD_SIZE) {
		pmd_t *pmdp = pmq_own_pmd_at(q->mm, block);

		if (!pmdp) {
			block = (block | ~PUD_MASK) & PMD_MASK;	/* the last one that needs that table */
			continue;
		}
		if (block == (from & PMD_MASK) || !(block & ~PUD_MASK))
			move_huge(q, pmdp, block & PUD_MASK, &m);
		move_block(q, pmdp, block, &m);
		cond_resched();
	}
	/* Last: a table that was given back meanwhile has left what it had to tell there. */
	move_nodes(q, from >> PAGE_SHIFT, end >> PAGE_SHIFT, (to >> PAGE_SHIFT) - (from >> PAGE_SHIFT));
}
