// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue begins to listen, then arms what is mapped: a page that is written in between is noticed.
 */
#include <linux/cred.h>
#include <linux/memcontrol.h>
#include <linux/mm_inline.h>
#include <linux/mmu_notifier.h>
#include <linux/pagewalk.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait_bit.h>
#include <asm/tlbflush.h>
#include "entries.h"

#define MAX_WATCHED	4096		/* ranges */
#define PMQ_CATEGORIES_NAMED GENMASK_ULL(8, 0)	/* PAGE_IS_*, up to GUARD */

/* ---- making and freeing ---- */

/* Ranges that touch are one. */
static void join_watched(struct pmq *q)
{
	struct page_region *last = q->watched, *r, *end = q->watched + q->nr_watched;

	for (r = last + 1; r < end; r++) {
		if (r->start == last->end)
			last->end = r->end;
		else
			*++last = *r;
	}
	q->nr_watched = last + 1 - q->watched;
}

static int copy_watched(struct pmq *q, const struct pmq_open *open)
{
	size_t bytes = open->vec_len * sizeof(*q->watched);
	unsigned long i;
	u64 end = 0;

	if (!open->vec_len)
		return 0;
	q->watched = bytes > PAGE_SIZE ? __vmalloc(bytes, PMQ_GFP) : kmalloc(bytes, PMQ_GFP);
	if (!q->watched)
		return -ENOMEM;
	if (copy_from_user(q->watched, u64_to_user_ptr(open->vec), bytes))
		return -EFAULT;
	q->nr_watched = open->vec_len;
	for (i = 0; i < q->nr_watched; i++) {
		struct page_region *r = &q->watched[i];

		if (!PAGE_ALIGNED(r->start) || !PAGE_ALIGNED(r->end) || r->start >= r->end ||
		    r->start < end || r->end > TASK_SIZE_MAX || r->categories)
			return -EINVAL;
		end = r->end;
	}
	join_watched(q);
	return 0;
}

/* Which marks are asked for, and where tables keep them. */
static void give_slots(struct pmq *q)
{
	unsigned int mark;

	q->asked = pmq_marks(q->changed_mask);
	if (q->asked & MARK(SOFT_DIRTY))
		q->asked |= MARK(HOT);		/* what cannot be armed; else nothing is */
	for (mark = 0; mark < PMQ_TABLE_MARKS; mark++)
		q->slot[mark] = q->asked & BIT(mark) & ~MARK(HUGE) ? q->slots++ : -1;
	q->pte_slots = q->slots;
	if (q->asked & MARK(HUGE))
		q->slot[PMQ_MARK_HUGE] = q->slots++;
	q->asked |= MARK(GONE) | (q->asked & MARK(SOFT_DIRTY) ? MARK(NEW) : 0);
}

/*
 * As io_uring counts: against the limit of the user, by one number for all of a user's processes. That of a
 * process has the lock of its mappings, for which a close would wait without an end, perhaps in another process.
 * @bytes are one half, of whole pages.
 */
static int lock_pages(struct pmq *q, u64 bytes)
{
	unsigned long pages = 2 * (PAGE_ALIGN(bytes) >> PAGE_SHIFT), limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user = current_user();
	long had = atomic_long_read(&user->locked_vm);

	if (capable(CAP_IPC_LOCK))
		return 0;
	do {
		if (had + pages > limit)
			return -ENOMEM;
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &had, had + pages));
	q->user = get_uid(user);
	q->pages = pages;
	return 0;
}

static int init(struct pmq *q, const struct pmq_open *open)
{
	int i, err;

	q->changed_mask = open->changed_mask ? open->changed_mask : PMQ_CATEGORIES_TOLD;
	/* Whether a page is of a file stands beside its entry, and costs a look there. */
	q->now_mask = open->now_mask ? open->now_mask :
		PMQ_CATEGORIES_TOLD & ~(u64)(q->changed_mask & PAGE_IS_FILE ? 0 : PAGE_IS_FILE);
	q->enabled = true;
	refcount_set(&q->refs, 1);
	spin_lock_init(&q->lock);
	mutex_init(&q->reading);
	INIT_LIST_HEAD(&q->dirty);
	INIT_LIST_HEAD(&q->taken);
	INIT_LIST_HEAD(&q->tables);
	give_slots(q);
	q->current_ranges = &q->ranges[0];
	err = copy_watched(q, open);
	if (!err)
		err = lock_pages(q, open->max_bytes / 2);
	if (!err)
		err = pmq_drain_init(&q->drain, q);
	for (i = 0; i < 2 && !err; i++)
		err = pmq_ranges_init(&q->ranges[i], open->max_bytes / 2);
	return err;
}

/* What is refused takes no memory first. Another queue is looked for again when the lock is held. */
static int refusal(struct mm_struct *mm, const struct pmq_open *open)
{
	u64 masks = open->changed_mask | open->now_mask;

	if (open->size != sizeof(*open) || open->flags || open->max_bytes < PMQ_MIN_BYTES ||
	    open->max_bytes > SZ_1G)
		return -EINVAL;
	if (masks & ~PMQ_CATEGORIES_TOLD)
		return masks & ~PMQ_CATEGORIES_NAMED ? -EINVAL : -EOPNOTSUPP;
	if (open->vec_len > MAX_WATCHED)
		return -E2BIG;
	if (!atomic_read(&mm->mm_users))
		return -ESRCH;
	return READ_ONCE(mm->pmq) ? -EBUSY : 0;
}

/* The caller has a reference to @mm, which the file keeps; so it does @wait. */
struct pmq *pmq_new(struct mm_struct *mm, wait_queue_head_t *wait, const struct pmq_open *open)
{
	struct pmq *q;
	int err = refusal(mm, open);

	if (err)
		return ERR_PTR(err);
	q = kzalloc(sizeof(*q), PMQ_GFP);
	if (!q)
		return ERR_PTR(-ENOMEM);
	q->mm = mm;
	q->wait = wait;
	q->memcg = get_mem_cgroup_from_mm(current->mm);
	err = init(q, open);
	if (err) {
		pmq_free(q);
		return ERR_PTR(err);
	}
	return q;
}

/* When no reader and no hook can know it any more. */
void pmq_free(struct pmq *q)
{
	if (q->user) {
		atomic_long_sub(q->pages, &q->user->locked_vm);
		free_uid(q->user);
	}
	mem_cgroup_put(q->memcg);
	pmq_ranges_destroy(&q->ranges[0]);
	pmq_ranges_destroy(&q->ranges[1]);
	pmq_drain_destroy(&q->drain);
	kvfree(q->watched);
	kfree(q);
}

void pmq_put(struct pmq *q)
{
	refcount_dec(&q->refs);
	smp_mb__after_atomic();		/* see wake_up_bit() */
	wake_up_var(&q->refs);
}

/* ---- arming all, and finding all that is not armed ---- */

struct all {
	struct pmq *q;
	struct pmq_table *spare;
	bool arming;			/* else what is not armed is noted */
	struct ptdesc *served;		/* a table of PMDs, all of whose deposited tables have bitmaps */
};

/*
 * Tables that were laid aside for huge pages get bitmaps too: they will be used where one splits. They are a
 * ring, as long as there are huge pages below the table of PMDs, so it is not walked for each of those again.
 */
static bool attach_deposited(struct all *a, pmd_t *pmdp)
{
	pgtable_t first = pmd_huge_pte(a->q->mm, pmdp), table = first;

	if (!first || a->served == virt_to_ptdesc(pmdp))
		return true;
	do {
		if (!pmq_table_of(page_ptdesc(table))) {
			if (!a->spare)
				return false;
			pmq_table_attach(a->q, page_ptdesc(table), a->spare);
			a->spare = NULL;
			pmd_huge_pte(a->q->mm, pmdp) = table;	/* where the next look begins */
		}
		table = list_next_entry(table, lru);
	} while (table != first);
	a->served = virt_to_ptdesc(pmdp);
	return true;
}

/* Memory for the bitmaps of what is below @pmdp, and of the table that it is in. */
static bool refill(struct all *a, pmd_t *pmdp)
{
	if (!a->spare)
		a->spare = pmq_table_alloc(a->q, false, GFP_KERNEL);
	return pmq_serve_upper(a->q, pmdp) && a->spare;
}

static void do_pmd(struct all *a, struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr)
{
	struct pmq *q = a->q;

	if (!a->arming) {
		if (pmq_pmd_categories(*pmdp, 0) & PAGE_IS_SOFT_DIRTY)
			pmq_note_pmd(q, pmdp, addr, MARK(SOFT_DIRTY));
	} else if (pmq_is_armed_pmd(*pmdp) ? pmq_is_hot_pmd(vma, addr, *pmdp) :
						!pmq_arm_pmd(vma, addr, pmdp)) {
		pmq_note_pmd(q, pmdp, addr, MARK(HOT));
	}
}

static void do_pte(struct all *a, struct vm_area_struct *vma, struct pmq_table *t, pte_t *ptep,
		   unsigned long addr)
{
	struct pmq *q = a->q;
	pte_t pte = ptep_get(ptep);

	if (!a->arming) {
		if (pmq_pte_categories(pte, 0) & PAGE_IS_SOFT_DIRTY)
			pmq_note(q, q->mm, t, addr, MARK(SOFT_DIRTY));
	} else if (pmq_is_armed(pte) ? pmq_is_hot(vma, addr, pte) :
					!pmq_arm_pte(vma, addr, ptep, pte)) {
		pmq_note(q, q->mm, t, addr, MARK(HOT));
	}
}

/* A huge entry; its lock is given back. */
static void all_huge(struct all *a, pmd_t *pmdp, spinlock_t *ptl, unsigned long addr, unsigned long end,
		     struct mm_walk *walk)
{
	bool more_memory = a->spare, split = false;

	if (!attach_deposited(a, pmdp) && more_memory) {
		walk->action = ACTION_AGAIN;
	} else if (pmq_is_watched(a->q, addr, end)) {
		/* To arm a part of a huge page, it must be split. */
		split = a->arming && !pmq_is_armed_pmd(*pmdp) && !pmq_watches_block(a->q, addr & PMD_MASK);
		if (!split)
			do_pmd(a, walk->vma, pmdp, addr & PMD_MASK);
	}
	spin_unlock(ptl);
	if (split) {
		split_huge_pmd(walk->vma, pmdp, addr);
		walk->action = ACTION_AGAIN;
	}
	cond_resched();
}

static int all_pmd(pmd_t *pmdp, unsigned long addr, unsigned long end, struct mm_walk *walk)
{
	struct all *a = walk->private;
	struct pmq_table *t;
	spinlock_t *ptl;
	pte_t *ptep, *first;

	if (fatal_signal_pending(current))
		return -EINTR;
	/* What is only noted can do without: a drain that comes there tries again. */
	if (!refill(a, pmdp) && a->arming)
		return -ENOMEM;
	ptl = pmd_trans_huge_lock(pmdp, walk->vma);
	if (ptl) {
		all_huge(a, pmdp, ptl, addr, end, walk);
		return 0;
	}
	ptep = first = pte_offset_map_lock(walk->mm, pmdp, addr, &ptl);
	if (!ptep) {
		walk->action = ACTION_AGAIN;
		return 0;
	}
	if (!pmq_table_of(virt_to_ptdesc(ptep)) && a->spare) {
		pmq_table_attach(a->q, virt_to_ptdesc(ptep), a->spare);
		a->spare = NULL;
	}
	t = pmq_table_of(virt_to_ptdesc(ptep));
	for (; addr != end; ptep++, addr += PAGE_SIZE)
		if (pmq_is_watched(a->q, addr, addr + PAGE_SIZE))
			do_pte(a, walk->vma, t, ptep, addr);
	pte_unmap_unlock(first, ptl);
	cond_resched();
	return 0;
}

/*
 * As drain_hole(): an entry that was to be seen again has gone, and the walk goes on; and one that is about to be
 * set, by who found the queue off, is waited for.
 */
static int all_hole(unsigned long addr, unsigned long end, int depth, struct mm_walk *walk)
{
	pmd_t *pmdp = depth == PMQ_DEPTH_OF_PMD ? pmq_pmd_at(walk->mm, addr) : NULL;
	int err = 0;

	walk->action = ACTION_SUBTREE;
	while (!err && pmdp && !pmq_is_none(walk->mm, pmdp)) {
		err = all_pmd(pmdp, addr, end, walk);
		if (walk->action != ACTION_AGAIN)
			break;
		walk->action = ACTION_SUBTREE;
	}
	return err;
}

static const struct mm_walk_ops arm_ops = {
	.pmd_entry	= all_pmd,
	.pte_hole	= all_hole,
	.walk_lock	= PGWALK_WRLOCK,
};

static const struct mm_walk_ops note_ops = {
	.pmd_entry	= all_pmd,
	.pte_hole	= all_hole,
	.walk_lock	= PGWALK_RDLOCK,
};

/* The tables of PMDs, also of what is not watched: they are those of what is mapped there later. */
static bool serve_uppers(struct pmq *q, struct vm_area_struct *vma)
{
	unsigned long addr = vma->vm_start & PUD_MASK;

	for (; addr < vma->vm_end; addr += PUD_SIZE) {
		pmd_t *pmdp = pmq_own_pmd_at(q->mm, addr);

		if (pmdp && !pmq_serve_upper(q, pmdp))
			return false;
		cond_resched();
	}
	return true;
}

/* Under the mmap lock; for writing, where everything is armed. */
static int walk_all(struct pmq *q, bool arming)
{
	struct all a = { .q = q, .arming = arming };
	struct vm_area_struct *vma;
	int err = 0;

	VMA_ITERATOR(vmi, q->mm, 0);

	for_each_vma(vmi, vma) {
		bool watched = pmq_is_watched(q, vma->vm_start, vma->vm_end);

		cond_resched();
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		if (arming) {
			vma_start_write(vma);	/* no table is made meanwhile, by a fault */
			if (!serve_uppers(q, vma)) {
				err = -ENOMEM;
				break;
			}
			if (watched && pmq_heeds_writes(q, vma))
				vm_flags_clear(vma, VM_SOFTDIRTY);
			/* Shared mappings need to notice writes, also one that moves to where we watch. */
			vma_set_page_prot(vma);
		}
		if (watched && pmq_heeds_writes(q, vma))
			err = walk_page_range(q->mm, vma->vm_start, vma->vm_end,
					      arming ? &arm_ops : &note_ops, &a);
		if (err)
			break;
	}
	pmq_table_discard(a.spare);
	return err;
}

/* Under the mmap lock for writing. */
static int arm_all(struct pmq *q)
{
	struct mm_struct *mm = q->mm;
	struct mmu_notifier_range range;
	int err;

	inc_tlb_flush_pending(mm);
	mmu_notifier_range_init(&range, MMU_NOTIFY_SOFT_DIRTY, 0, mm, 0, -1UL);
	mmu_notifier_invalidate_range_start(&range);
	err = walk_all(q, true);
	mmu_notifier_invalidate_range_end(&range);
	flush_tlb_mm(mm);
	dec_tlb_flush_pending(mm);
	return err;
}

/* ---- beginning and ending ---- */

static bool is_something_mapped(struct pmq *q)
{
	struct vm_area_struct *vma;

	VMA_ITERATOR(vmi, q->mm, 0);

	for_each_vma(vmi, vma)
		if (pmq_is_watched(q, vma->vm_start, vma->vm_end))
			return true;
	return false;
}

/* Under the mmap lock for writing. */
static int listen_and_arm(struct pmq *q)
{
	if (READ_ONCE(q->mm->pmq))
		return -EBUSY;
	if (!(q->asked & MARK(SOFT_DIRTY)) && is_something_mapped(q))
		return -EOPNOTSUPP;
	WRITE_ONCE(q->mm->pmq, q);
	return arm_all(q);
}

int pmq_start(struct pmq *q)
{
	struct mm_struct *mm = q->mm;
	int err;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	static_branch_inc(&pmq_key);
	err = mmap_write_lock_killable(mm);
	if (!err) {
		err = listen_and_arm(q);
		mmap_write_unlock(mm);
	}
	if (err && READ_ONCE(mm->pmq) == q)
		pmq_stop(q);
	else if (err)
		static_branch_dec(&pmq_key);
	mmput(mm);
	return err;
}

/*
 * Hooks run under RCU, those that allocate or sleep with a reference. Another queue begins when this
 * one has let go of all tables.
 */
void pmq_stop(struct pmq *q)
{
	WRITE_ONCE(q->mm->pmq, PMQ_CLOSING);
	synchronize_rcu();
	wait_var_event(&q->refs, refcount_read(&q->refs) == 1);
	pmq_tables_detach(q);
	synchronize_rcu();
	WRITE_ONCE(q->mm->pmq, NULL);
	static_branch_dec(&pmq_key);
}

/* What is not armed may have been written while the queue was off: it counts as changed. */
static int listen_and_note(struct pmq *q)
{
	int err = mmap_read_lock_killable(q->mm);

	if (err)
		return err;
	WRITE_ONCE(q->enabled, true);
	smp_mb();	/* who finds it off has made the tables that the walk is to find */
	err = walk_all(q, false);
	if (err)	/* the caller is killed; who else has the file may enable the queue */
		WRITE_ONCE(q->enabled, false);
	mmap_read_unlock(q->mm);
	return err;
}

int pmq_enable(struct pmq *q)
{
	int err;

	if (!mmget_not_zero(q->mm))
		return -ESRCH;
	err = q->enabled ? 0 : listen_and_note(q);
	mmput(q->mm);
	return err;
}

/* ---- what is not seen ---- */

/* The watched parts of a mapping from @start on, as many as fit. */
static long copy_unseen(struct pmq *q, struct vm_area_struct *vma, unsigned long start,
			struct page_region *to, unsigned long room)
{
	struct page_region *r, *last = q->watched + q->nr_watched;
	unsigned long n = 0;

	start = max(start, vma->vm_start);
	if (!q->nr_watched) {
		*to = (struct page_region){ start, vma->vm_end, 0 };
		return 1;
	}
	for (r = pmq_watched_from(q, start); r != last && r->start < vma->vm_end && n < room; r++)
		to[n++] = (struct page_region){ max_t(u64, r->start, start), min_t(u64, r->end, vma->vm_end), 0 };
	return n;
}

/* Memory of the hugetlb pool has no soft-dirty bit, and a driver's pages are written by devices. */
long pmq_unseen(struct pmq *q, struct pmq_vec *vec)
{
	unsigned long room = min_t(u64, vec->vec_len, PMQ_OUT), n = 0, next = vec->start;
	struct page_region *found;
	struct vm_area_struct *vma;

	VMA_ITERATOR(vmi, q->mm, vec->start);

	found = kmalloc_array(PMQ_OUT, sizeof(*found), PMQ_GFP);
	if (!found)
		return -ENOMEM;
	if (!mmget_not_zero(q->mm)) {
		kfree(found);
		return -ESRCH;
	}
	if (mmap_read_lock_killable(q->mm)) {
		mmput(q->mm);
		kfree(found);
		return -EINTR;
	}
	for_each_vma(vmi, vma) {
		cond_resched();
		if (fatal_signal_pending(current))
			break;		/* nobody will look at what was found */
		if (!pmq_heeds_writes(q, vma))
			n += copy_unseen(q, vma, next, found + n, room - n);
		if (n == room) {	/* perhaps not all of this mapping */
			next = found[n - 1].end;
			break;
		}
		next = vma->vm_end;
	}
	mmap_read_unlock(q->mm);
	mmput(q->mm);
	vec->start = next;
	if (copy_to_user(u64_to_user_ptr(vec->vec), found, n * sizeof(*found)))
		n = -EFAULT;
	kfree(found);
	return n;
}
