/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a page-change queue.
 *
 * Locks, outermost first: @opening of the file or pmq->reading, mmap_lock, lock of a page table, then
 * pmq->lock or that of the wait queue, neither within the other. The bits of a table belong to that
 * table's lock. A queue is found through mm->pmq or through a table, both under
 * RCU, and freed after a grace period.
 */
#ifndef _FS_PROC_PAGEMAP_QUEUE_H
#define _FS_PROC_PAGEMAP_QUEUE_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <uapi/linux/pagemap_queue.h>

/* A mark is one thing that can be said of a page: a category that changed, or a flag. */
enum pmq_mark {
	PMQ_MARK_FILE,			/* in the order of PAGE_IS_*, from bit 2 on */
	PMQ_MARK_PRESENT,
	PMQ_MARK_SWAPPED,
	PMQ_MARK_PFNZERO,
	PMQ_MARK_HUGE,
	PMQ_MARK_SOFT_DIRTY,
	PMQ_MARK_HOT,
	PMQ_TABLE_MARKS,		/* those before are kept in tables, those behind in ranges alone */
	PMQ_MARK_GONE = PMQ_TABLE_MARKS,
	PMQ_MARK_NEW,			/* mapped: told as SOFT_DIRTY, which no entry remembers */
	PMQ_MARK_COARSE,
	PMQ_MARKS
};

#define MARK(name)	(1U << PMQ_MARK_##name)
#define PMQ_CATEGORIES_TOLD (PAGE_IS_FILE | PAGE_IS_PRESENT | PAGE_IS_SWAPPED | \
			     PAGE_IS_PFNZERO | PAGE_IS_HUGE | PAGE_IS_SOFT_DIRTY)
#define PMQ_CATEGORY_SHIFT 2		/* from PAGE_IS_* to marks */
#define PMQ_CATEGORY_MARKS ((unsigned int)(PMQ_CATEGORIES_TOLD >> PMQ_CATEGORY_SHIFT))

#define PMQ_WORDS	BITS_TO_LONGS(PTRS_PER_PTE)
#define PMQ_OUT		512		/* page_change in the queue's own buffer */
#define PMQ_MIN_BYTES	16384

/* What cannot be had is said, ENOMEM: nobody is killed for it. Charged to the opener. */
#define PMQ_GFP		(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

static inline unsigned int pmq_marks(u64 categories)
{
	return (categories & PMQ_CATEGORIES_TOLD) >> PMQ_CATEGORY_SHIFT;
}

static inline u64 pmq_changed(unsigned int marks)
{
	return ((u64)(marks & PMQ_CATEGORY_MARKS) << PMQ_CATEGORY_SHIFT) |
		(marks & MARK(NEW) ? PAGE_IS_SOFT_DIRTY : 0) |
		(marks & MARK(GONE) ? PMQ_GONE : 0) |
		(marks & MARK(COARSE) ? PMQ_COARSE : 0) |
		(marks & MARK(HOT) ? PMQ_HOT : 0);
}

/* ---- ranges.c: disjoint ranges of page numbers with marks, in a pool of fixed size ---- */

struct pmq_node {
	struct rb_node rb;
	unsigned long start, end;
	unsigned int marks;
};

struct pmq_ranges {
	struct rb_root root;
	struct pmq_node *pool, *free;
	unsigned int used, nodes;
	u64 overflows;
};

int pmq_ranges_init(struct pmq_ranges *r, u64 bytes);
void pmq_ranges_destroy(struct pmq_ranges *r);
void pmq_ranges_clear(struct pmq_ranges *r);
unsigned long pmq_ranges_add(struct pmq_ranges *r, unsigned long start, unsigned long end,
			     unsigned int marks, unsigned int *steps);
struct pmq_node *pmq_ranges_find(struct pmq_ranges *r, unsigned long page);
struct pmq_node *pmq_ranges_next(struct pmq_node *n);

/* ---- tables.c: what is queued of the entries of one page table ---- */

/* Of a table of PMDs: which of the tables below it have something queued. */
struct pmq_upper {
	struct list_head dirty;		/* in pmq->dirty while a bit of @child is set */
	struct list_head taken_link;	/* in pmq->taken while a bit of @taken may be set */
	unsigned long base;		/* the address that its first entry maps */
	DECLARE_BITMAP(child, PTRS_PER_PMD);
	DECLARE_BITMAP(huge, PTRS_PER_PMD);	/* something is queued of the entry itself */
	DECLARE_BITMAP(taken, PTRS_PER_PMD);
	struct list_head left;		/* of tables below that were taken away; under the queue's lock */
};

struct pmq_table {
	struct pmq *q;
	struct ptdesc *pt;
	struct list_head all;		/* in pmq->tables */
	struct list_head left_link;	/* in pmq_upper->left: @pt is NULL, and the bits stay as they are */
	struct rcu_head rcu;
	struct pmq_upper *upper;	/* of a table of PMDs */
	unsigned long base;		/* of a table of PTEs; known once it was listed */
	bool listed;			/* a drain will come: what is queued anew need not call it */
	bool stashed;			/* an entry was taken out in this hold of the lock: */
	u16 stash_index;
	unsigned int stash_marks;	/* what it was */
	pte_t stash_pte;
	unsigned int marks;		/* those of which a bit may be set */
	unsigned long bits[][PMQ_WORDS];
};

static inline struct pmq_table *pmq_table_of(struct ptdesc *pt)
{
	return (struct pmq_table *)READ_ONCE(pt->__page_mapping);
}

struct pmq_drain;

struct pmq_table *pmq_table_alloc(struct pmq *q, bool of_pmds, gfp_t how);
void pmq_table_discard(struct pmq_table *t);
void pmq_table_attach(struct pmq *q, struct ptdesc *pt, struct pmq_table *t);
bool pmq_serve_upper(struct pmq *q, pmd_t *pmdp);
void pmq_note_collapse(struct pmq *q, pmd_t *pmdp, unsigned long addr);
void pmq_take_left(struct pmq_drain *d, pmd_t *pmdp, unsigned long addr, unsigned long end);
void pmq_tables_detach(struct pmq *q);
struct page_region *pmq_watched_from(struct pmq *q, unsigned long addr);
bool pmq_is_among_watched(struct pmq *q, unsigned long start, unsigned long end);
bool pmq_watches_block(struct pmq *q, unsigned long block);
void pmq_forget(struct pmq_table *t);
void pmq_note(struct pmq *q, struct mm_struct *mm, struct pmq_table *t, unsigned long addr,
	      unsigned int marks);
void pmq_note_pmd(struct pmq *q, pmd_t *pmdp, unsigned long addr, unsigned int marks);
void pmq_note_range(struct pmq *q, unsigned long start, unsigned long end, unsigned int marks);
void pmq_note_mapping(struct pmq *q, unsigned long start, unsigned long end, unsigned int marks);
void pmq_note_moved(struct pmq *q, unsigned long from, unsigned long to, unsigned long len);
bool pmq_is_empty(struct pmq *q);

/* ---- block.c, tell.c, drain.c ---- */

/* What is still to be told of one block of PTRS_PER_PTE pages. */
struct pmq_block {
	unsigned long base;		/* ULONG_MAX: none */
	unsigned int active;		/* marks whose row is good */
	bool whole;			/* all of it is watched */
	unsigned long busy;		/* a bit for each word of which some row has a bit */
	unsigned long rows[PMQ_MARKS][PMQ_WORDS];
};

struct pmq_drain {
	struct pmq *q;
	bool peeking;			/* takes and arms nothing */
	bool to_be_killed;		/* no other signal ends it */
	struct pmq_ranges *ranges;
	unsigned long cursor;		/* all before this address is told */
	bool complete;			/* all is in @out */
	unsigned long child;		/* a block that was taken, and waits for its turn */
	bool blind;			/* in memory of whose pages nothing is known */
	struct vm_area_struct *vma;	/* the last one, while the mmap lock is held */
	struct pmq_block block;
	struct {
		unsigned long end;	/* ULONG_MAX: none */
		unsigned int marks;
		u64 now, changed;	/* @changed is @marks in the words of the interface */
	} last;				/* what was told last into @out */
	struct page_change *out;
	unsigned int len, done;		/* entries in @out, and those that were copied out */
	unsigned long flush_start, flush_end;
	struct pmq_table *spare;	/* for a table that is met without one */
};

int pmq_drain_init(struct pmq_drain *d, struct pmq *q);
void pmq_drain_destroy(struct pmq_drain *d);
bool pmq_take(struct pmq *q);
void pmq_fill(struct pmq_drain *d);
void pmq_flush(struct pmq_drain *d);
long pmq_peek(struct pmq *q, struct pmq_vec *vec);

/* ---- open.c ---- */

struct pmq *pmq_new(struct mm_struct *mm, wait_queue_head_t *wait, const struct pmq_open *open);
void pmq_free(struct pmq *q);
int pmq_start(struct pmq *q);
void pmq_stop(struct pmq *q);
int pmq_enable(struct pmq *q);
long pmq_unseen(struct pmq *q, struct pmq_vec *vec);

/* ---- the queue ---- */

struct pmq {
	refcount_t refs;
	struct rcu_head rcu;
	struct mm_struct *mm;
	struct mem_cgroup *memcg;	/* of the opener, who pays for tables too */
	struct user_struct *user;	/* of the opener, who has @pages locked; NULL: not counted */
	unsigned long pages;
	unsigned int asked;		/* marks */
	u64 changed_mask, now_mask;
	s8 slot[PMQ_TABLE_MARKS];	/* where a table keeps a mark; -1: not asked for */
	unsigned int slots, pte_slots;	/* those of PTEs come first */
	struct page_region *watched;	/* ascending */
	unsigned long nr_watched;	/* 0: everything */

	spinlock_t lock;
	struct list_head dirty, taken, tables;
	unsigned long nr_tables, nr_uppers;
	struct pmq_ranges ranges[2];
	struct pmq_ranges *current_ranges;	/* looked at without the lock, too */
	bool enabled, exited, closed;
	wait_queue_head_t *wait;	/* of the file */

	bool turned_away;		/* somebody, while another was reading */
	struct mutex reading;		/* what is below belongs to the reader */
	bool draining;			/* looked at without the lock, as are @epoch and @coarse */
	struct pmq_drain drain;
	u64 epoch, coarse;
};

void pmq_put(struct pmq *q);

/* In mm->pmq while a queue lets go of its tables: none listens, and none can begin. */
#define PMQ_CLOSING	((struct pmq *)1)

/* A huge page is nothing that a table of PTEs tells of. */
static inline unsigned int pmq_rows(struct pmq *q, bool of_pmds)
{
	return of_pmds ? q->slots : q->pte_slots;
}

static inline size_t pmq_table_bytes(struct pmq *q, bool of_pmds)
{
	return struct_size_t(struct pmq_table, bits, pmq_rows(q, of_pmds));
}

/* Whether something of [start, end) is to be watched. */
static inline bool pmq_is_watched(struct pmq *q, unsigned long start, unsigned long end)
{
	if (!q->nr_watched)
		return true;
	if (q->nr_watched == 1)
		return start < q->watched->end && q->watched->start < end;
	return pmq_is_among_watched(q, start, end);
}

#endif
