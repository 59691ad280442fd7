/* SPDX-License-Identifier: GPL-2.0-only */
/* Where entries of user page tables are set, and where tables come and go; see fs/proc/pagemap_queue/. */
#ifndef _LINUX_PAGEMAP_QUEUE_HOOKS_H
#define _LINUX_PAGEMAP_QUEUE_HOOKS_H

#ifdef CONFIG_PAGEMAP_QUEUE
#include <linux/jump_label.h>

struct ptdesc;
struct vm_area_struct;

DECLARE_STATIC_KEY_FALSE(pmq_key);
#define pmq_on() static_branch_unlikely(&pmq_key)
#define pmq_on_of(mm) \
	(pmq_on() && ({ struct mm_struct *__mm = (mm); unlikely(__mm && READ_ONCE(__mm->pmq)); }))

/*
 * Some hooks stand in loops over entries, or in what such loops call. There, a call that is hardly ever
 * made would still cost: the compiler keeps nothing in a register that a call may change. So these
 * change none, and are called in a way that says so. A tracer of their returns would change some, as
 * it saves only those that a caller relies on: so they cannot be traced.
 */
#define pmq_keeps_registers __attribute__((no_caller_saved_registers)) notrace

pmq_keeps_registers void __pmq_set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
					pte_t new, unsigned int nr);
pmq_keeps_registers void __pmq_clear_pte(struct mm_struct *mm, unsigned long addr, pte_t *ptep);
pmq_keeps_registers void __pmq_takes_out(struct mm_struct *mm, unsigned long addr, pte_t *ptep);
pmq_keeps_registers bool __pmq_tracks(struct mm_struct *mm);

static __always_inline void pmq_call_set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
					      pte_t new, unsigned int nr)
{
	register unsigned long fifth asm("r8") = nr;

	asm volatile("call __pmq_set_ptes" : ASM_CALL_CONSTRAINT
		     : "D" (mm), "S" (addr), "d" (ptep), "c" (new.pte), "r" (fifth) : "memory");
}

static __always_inline void pmq_call_clear_pte(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	asm volatile("call __pmq_clear_pte" : ASM_CALL_CONSTRAINT
		     : "D" (mm), "S" (addr), "d" (ptep) : "memory");
}

static __always_inline void pmq_call_takes_out(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	asm volatile("call __pmq_takes_out" : ASM_CALL_CONSTRAINT
		     : "D" (mm), "S" (addr), "d" (ptep) : "memory");
}

static __always_inline bool pmq_call_tracks(struct mm_struct *mm)
{
	bool tracks;

	asm volatile("call __pmq_tracks" : ASM_CALL_CONSTRAINT, "=a" (tracks) : "D" (mm) : "memory");
	return tracks;
}

void __pmq_set_pmd(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp, pmd_t new);
void __pmq_split_pmd(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp, struct page *table);
void __pmq_table_made(struct mm_struct *mm, struct ptdesc *pt, bool of_pmds);
void __pmq_table_freed(struct ptdesc *pt);
void __pmq_table_deposited(struct page *table);
void __pmq_table_shared(struct ptdesc *pt);
void __pmq_mapped(struct mm_struct *mm, unsigned long start, unsigned long end);
void __pmq_gone(struct mm_struct *mm, unsigned long start, unsigned long end);
void __pmq_moved(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len);
void __pmq_exited(struct mm_struct *mm);
bool __pmq_heeds(struct vm_area_struct *vma, unsigned long start, unsigned long end);

/* Before an entry is set, or taken out. These, and those up to the split, run under the table's lock. */
#define pmq_set_ptes(mm, addr, ptep, new, nr) \
	do { if (pmq_on_of(mm)) pmq_call_set_ptes(mm, addr, ptep, new, nr); } while (0)
#define pmq_clear_pte(mm, addr, ptep) \
	do { if (pmq_on_of(mm)) pmq_call_clear_pte(mm, addr, ptep); } while (0)
/* Before an entry is taken out that another one, or itself, takes the place of in the same hold of the lock. */
#define pmq_takes_out(mm, addr, ptep) \
	do { if (pmq_on_of(mm)) pmq_call_takes_out(mm, addr, ptep); } while (0)
#define pmq_set_pmd(mm, addr, pmdp, new) \
	do { if (pmq_on_of(mm)) __pmq_set_pmd(mm, addr, pmdp, new); } while (0)
/* When @table has been filled and @pmdp still is the huge entry. */
#define pmq_split_pmd(mm, addr, pmdp, table) \
	do { if (pmq_on_of(mm)) __pmq_split_pmd(mm, addr, pmdp, table); } while (0)
#define pmq_table_made(mm, pt, of_pmds) \
	do { if (pmq_on_of(mm)) __pmq_table_made(mm, pt, of_pmds); } while (0)
#define pmq_table_freed(pt) \
	do { if (pmq_on()) __pmq_table_freed(pt); } while (0)
#define pmq_table_deposited(table) \
	do { if (pmq_on()) __pmq_table_deposited(table); } while (0)
/* When another mapping, most often another process's, comes to use a table of PMDs of hugetlb too. */
#define pmq_table_shared(pt) \
	do { if (pmq_on()) __pmq_table_shared(pt); } while (0)
/* Under the mmap lock. */
#define pmq_mapped(mm, start, end) \
	do { if (pmq_on_of(mm)) __pmq_mapped(mm, start, end); } while (0)
#define pmq_gone(mm, start, end) \
	do { if (pmq_on_of(mm)) __pmq_gone(mm, start, end); } while (0)
#define pmq_moved(mm, from, to, len) \
	do { if (pmq_on_of(mm)) __pmq_moved(mm, from, to, len); } while (0)
#define pmq_exited(mm) \
	do { if (pmq_on_of(mm)) __pmq_exited(mm); } while (0)
/* Whether entries of this process are write-protected by a queue. */
#define pmq_tracks(mm) (pmq_on() && pmq_call_tracks(mm))
/* Whether writes to something of [start, end), which is of that mapping, are told. */
#define pmq_heeds(vma, start, end) (pmq_on_of((vma)->vm_mm) && __pmq_heeds(vma, start, end))
#else
#define pmq_set_ptes(mm, addr, ptep, new, nr) do { } while (0)
#define pmq_clear_pte(mm, addr, ptep) do { } while (0)
#define pmq_takes_out(mm, addr, ptep) do { } while (0)
#define pmq_set_pmd(mm, addr, pmdp, new) do { } while (0)
#define pmq_split_pmd(mm, addr, pmdp, table) do { } while (0)
#define pmq_table_made(mm, pt, of_pmds) do { } while (0)
#define pmq_table_freed(pt) do { } while (0)
#define pmq_table_deposited(table) do { } while (0)
#define pmq_table_shared(pt) do { } while (0)
#define pmq_mapped(mm, start, end) do { } while (0)
#define pmq_gone(mm, start, end) do { } while (0)
#define pmq_moved(mm, from, to, len) do { } while (0)
#define pmq_exited(mm) do { } while (0)
#define pmq_tracks(mm) false
#define pmq_heeds(vma, start, end) false
#endif

#endif
