package io.github.dirtyrange.kernel.sim.machine;

import static io.github.dirtyrange.kernel.sim.machine.Affected.always;
import static io.github.dirtyrange.kernel.sim.machine.Affected.configured;
import static io.github.dirtyrange.kernel.sim.machine.Affected.protocol;
import static io.github.dirtyrange.kernel.sim.machine.Affected.since;
import static io.github.dirtyrange.kernel.sim.machine.Affected.until;
import static io.github.dirtyrange.kernel.sim.machine.Bound.between;
import static io.github.dirtyrange.kernel.sim.machine.Bound.commit;
import static io.github.dirtyrange.kernel.sim.machine.Bound.release;
import static io.github.dirtyrange.kernel.sim.machine.Effect.LOSES;
import static io.github.dirtyrange.kernel.sim.machine.Effect.REFUSES;
import static io.github.dirtyrange.kernel.sim.machine.Effect.REPORTS_TOO_MUCH;
import static io.github.dirtyrange.kernel.sim.machine.Effect.SHOWS_OTHERWISE;

/**
 * One way in which a kernel differs from the newest one modelled, or one known bug: each a switch
 * of its own, so that a test can turn it on or off. A {@link Profile} is a set of them.
 *
 * <p>Each line has what it does to a tracker and which kernels have it; {@link Bound} tells how
 * that is known. {@code dirtyrange quirks} prints them.
 */
public enum Quirk {

  /**
   * Soft-dirty is compiled out (CONFIG_MEM_SOFT_DIRTY): writing 4 to clear_refs succeeds and
   * changes no bit, bit 55 reads 0, and PAGEMAP_SCAN accepts SOFT_DIRTY and never matches it.
   */
  NO_SOFT_DIRTY(LOSES, configured("CONFIG_MEM_SOFT_DIRTY=n")),

  /**
   * The PAGEMAP_SCAN ioctl and userfaultfd's WP_ASYNC do not exist. {@code do_pagemap_cmd}, {@code
   * fs/proc/task_mmu.c}.
   */
  NO_PAGEMAP_SCAN(REFUSES, until(commit("52526ca7fdb9", "6.7"))),

  /**
   * PAGEMAP_SCAN knows no GUARD category and pagemap no bit 58, which came one release earlier,
   * with 8e2f2aeb8b48. {@code pagemap_page_category}.
   */
  NO_GUARD_CATEGORY(REFUSES, until(commit("a516403787e0", "6.16"))),

  /** There are no guard regions. {@code madvise_guard_install}, {@code mm/madvise.c}. */
  NO_GUARD_REGIONS(REFUSES, until(commit("662df3e5c376", "6.13"))),

  /** PAGEMAP_SCAN knows no ACCESSED category. {@code pagemap_page_category}. */
  NO_ACCESSED_CATEGORY(REFUSES, until(release("7.3"))),

  /**
   * Present and swapped pages without the write-protect bit read WRITTEN even where nothing is
   * registered for write-protection. {@code pagemap_page_category}.
   */
  WRITTEN_OUTSIDE_WRITE_PROTECT(
      REPORTS_TOO_MUCH, since(commit("52526ca7fdb9", "6.7")).until(release("7.3"))),

  /**
   * An empty entry in a page table reads WRITTEN only when WRITTEN alone is asked for. {@code
   * pagemap_scan_pmd_entry}'s fast path.
   */
  EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE(
      LOSES,
      since(commit("12f6b01a0bcb", "6.7"))
          .until(release("7.2").backported("6.12.103").measured("6.18.44"))),

  /** An empty entry in a page table reads WRITTEN in any mapping. {@code pagemap_page_category}. */
  EMPTY_ENTRY_WRITTEN_ANYWHERE(
      REPORTS_TOO_MUCH,
      since(release("7.2").backported("6.12.103").measured("6.18.44")).until(release("7.3"))),

  /** Where there is no page table, nothing reads WRITTEN. {@code pagemap_scan_pte_hole}. */
  HOLE_NEVER_WRITTEN(
      LOSES,
      since(commit("52526ca7fdb9", "6.7"))
          .until(release("7.2").backported("6.12.103").measured("6.18.44"))),

  /**
   * A complete PAGEMAP_SCAN may answer, as the end of its walk, a page before it: where its inner
   * buffer was full last, if it found more than 512 regions, or where a huge page was cut that it
   * then split. {@code do_pagemap_scan}.
   */
  STALE_WALK_END(
      SHOWS_OTHERWISE, since(commit("52526ca7fdb9", "6.7")).until(between("6.18.44", "7.3.4"))),

  /**
   * When two existing mappings merge, VM_SOFTDIRTY of the one that survives decides for both.
   * {@code is_mergeable_vma}.
   */
  MERGE_FORGETS_SOFT_DIRTY(LOSES, until(commit("6707915e030a", "6.19").backported("6.18.37"))),

  /**
   * When a mapping merges because it is registered with a userfaultfd, or no longer, VM_SOFTDIRTY
   * of the neighbour that survives decides for both. {@code userfaultfd_set_ctx}; 6.1 takes that of
   * the mapping that is registered.
   */
  REGISTERING_FORGETS_SOFT_DIRTY(
      LOSES, since(between("6.1.176", "6.12.95")).until(between("6.12.95", "7.3.4"))),

  /**
   * A mapping with anonymous pages does not merge into a neighbour that has had none. {@code
   * is_mergeable_anon_vma}.
   */
  MERGE_REFUSES_UNTOUCHED_TARGET(SHOWS_OTHERWISE, until(commit("879bca0a2c4f", "6.16"))),

  /**
   * Untouched private memory that mprotect makes read-only stays accounted, and so does not merge
   * with memory that always was. {@code mprotect_fixup}.
   */
  MPROTECT_KEEPS_ACCOUNT(SHOWS_OTHERWISE, until(commit("9b9143298585", "6.7"))),

  /** A page table that MADV_DONTNEED has emptied stays. {@code CONFIG_PT_RECLAIM} frees it. */
  DONTNEED_KEEPS_TABLES(SHOWS_OTHERWISE, until(commit("6375e95f381e", "6.14"))),

  /**
   * A huge page that the CPU has marked dirty makes all 512 pages soft-dirty when it is split.
   * {@code __split_huge_pmd_locked}.
   */
  SPLIT_SPREADS_DIRTY(REPORTS_TOO_MUCH, since(commit("e833bc503405", "6.2"))),

  /**
   * A store to the huge zero page splits it and copies one page, instead of making a huge page.
   * Newer kernels have {@code do_huge_zero_wp_pmd}.
   */
  HUGE_ZERO_PAGE_SPLITS_ON_WRITE(SHOWS_OTHERWISE, until(commit("1ced09e0331f", "6.13"))),

  /**
   * MADV_POPULATE_READ and _WRITE go on behind a gap between mappings, and report it at the end.
   * {@code madvise_populate}.
   */
  POPULATE_PASSES_OVER_GAPS(
      SHOWS_OTHERWISE, until(commit("631426ba1d45", "6.9").backported("6.6.30"))),

  /**
   * mmap merges a new mapping with the next one first, and with the previous one only if what came
   * of that may: {@code mmap_region}, {@code mm/mmap.c}.
   */
  MMAP_MERGES_NEXT_FIRST(SHOWS_OTHERWISE, until(between("6.1.176", "6.12.95"))),

  /**
   * mremap that moves less than it was given tells the reader of a userfaultfd that all of it
   * moved, though the rest was unmapped. {@code mremap_to}.
   */
  MREMAP_TELLS_OF_WHAT_IT_UNMAPPED(SHOWS_OTHERWISE, until(release("6.17"))),

  /**
   * mremap with DONTUNMAP may merge the copy with the mapping that it was copied from. {@code
   * copy_vma}.
   */
  MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE(SHOWS_OTHERWISE, until(between("6.18.44", "7.3.4"))),

  /**
   * mmap over a part of a huge page of the pool fails with ENOMEM, whatever munmap says: {@code
   * mmap_region}, {@code mm/mmap.c}; newer kernels pass EINVAL on.
   */
  MMAP_OVER_A_PART_IS_ENOMEM(SHOWS_OTHERWISE, until(between("6.1.176", "6.12.95"))),

  /**
   * MADV_DOFORK of memory of the pool is allowed. {@code madvise_vma_behavior}; newer kernels
   * refuse whatever is VM_SPECIAL.
   */
  DOFORK_TAKES_POOL_MEMORY(SHOWS_OTHERWISE, until(between("6.18.44", "7.3.4"))),

  /**
   * MADV_COLLAPSE of a range that lies inside one block of 2 MiB fails with EINVAL: the number of
   * blocks wraps around. {@code madvise_collapse}; in newer kernels it does nothing.
   */
  COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL(REFUSES, until(between("6.18.44", "7.3.4"))),

  /**
   * MADV_COLLAPSE refuses a range without any writable entry. {@code hpage_collapse_scan_pmd},
   * {@code mm/khugepaged.c}.
   */
  COLLAPSE_NEEDS_WRITABLE(REFUSES, until(release("6.18"))),

  /**
   * A store through /proc/PID/mem ignores that the page is read-only. {@code mem_rw}, {@code
   * fs/proc/base.c}. A kernel can be configured not to since 6.12 (41e8149c8892); the 7.3.4 that
   * was measured is.
   */
  PROC_MEM_WRITES_READ_ONLY(SHOWS_OTHERWISE, until(between("6.18.44", "7.3.4"))),

  /**
   * mremap moves a page table as a whole only where the mapping itself is aligned. Newer kernels
   * have {@code try_realign_addr}.
   */
  MREMAP_DOES_NOT_REALIGN(SHOWS_OTHERWISE, until(commit("af8ca1c14906", "6.7"))),

  /**
   * mremap moves one mapping at a time, and refuses a range of several. Newer kernels have {@code
   * remap_move}, {@code mm/mremap.c}.
   */
  MREMAP_MOVES_ONE_MAPPING(REFUSES, until(commit("d23cb648e365", "6.17"))),

  /**
   * mremap to a fixed place unmaps what is there before it checks what is to be moved, and so may
   * refuse and have unmapped something. {@code mremap_to}.
   */
  MREMAP_UNMAPS_BEFORE_IT_REFUSES(SHOWS_OTHERWISE, until(release("6.17"))),

  /**
   * A mapping that mremap moves next to others of the same userfaultfd merges with them, and then
   * all of it is unregistered. {@code mremap_userfaultfd_prep}.
   */
  MREMAP_UNREGISTERS_NEIGHBOURS(REPORTS_TOO_MUCH, until(release("7.4").backported("7.3.4"))),

  /**
   * Whether the pages of a huge page read exclusive (bit 56) is decided by the first of them, for
   * all. {@code pagemap_pmd_range}.
   */
  HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST(
      SHOWS_OTHERWISE,
      until(commit("2c1f057e5be6", "6.11")).againSince(between("6.12.95", "6.18.44"))),

  /**
   * The huge zero page reads as one of a file (bit 61), since it is not anonymous. {@code
   * pagemap_pmd_range}. PAGEMAP_SCAN never calls it FILE ({@code pagemap_thp_category}; measured on
   * 6.18.44), nor does a change queue.
   */
  HUGE_ZERO_PAGE_READS_FILE(SHOWS_OTHERWISE, until(between("6.18.44", "7.3.4"))),

  /**
   * A load that brings a page back from swap maps it read-only even where a store would tell
   * nothing new. {@code do_swap_page}.
   */
  SWAP_IN_READS_READ_ONLY(SHOWS_OTHERWISE, until(commit("c18160dba5ff", "6.11"))),

  /**
   * A page that the CPU has marked dirty becomes soft-dirty when it is migrated. {@code
   * remove_migration_pte}.
   */
  MIGRATION_DIRTIES(REPORTS_TOO_MUCH, until(between("6.1.176", "6.12.95"))),

  /**
   * Merged pages that part because of MADV_UNMERGEABLE do so as if they were written. {@code
   * break_ksm}.
   */
  UNMERGE_WRITES(REPORTS_TOO_MUCH, until(commit("6cce3314b928", "6.2"))),

  /**
   * MADV_SOFT_OFFLINE of the zero page fails with EIO; newer kernels say ENOTRECOVERABLE. {@code
   * get_any_page}, {@code mm/memory-failure.c}. Measured on 6.1.176 and 6.12.95; the change was
   * still under review just before 7.1.
   */
  ZERO_PAGE_OFFLINE_IS_EIO(SHOWS_OTHERWISE, until(between("7.1", "7.3.4"))),

  /**
   * UFFDIO_UNREGISTER takes memory off whatever userfaultfd registered it; later it fails with
   * EINVAL. {@code userfaultfd_unregister}.
   */
  UFFD_UNREGISTERS_ANOTHERS(SHOWS_OTHERWISE, until(release("6.17"))),

  /**
   * UFFDIO_COPY overwrites the marker of a guard region's page. {@code mfill_atomic_install_pte};
   * mended by "mm: correctly handle UFFD PTE markers".
   */
  UFFD_COPY_OVERWRITES_GUARDS(
      SHOWS_OTHERWISE, since(commit("662df3e5c376", "6.13")).until(between("6.18.44", "7.3.4"))),

  /** There is no MADV_SOFT_OFFLINE: CONFIG_MEMORY_FAILURE is not set. */
  NO_SOFT_OFFLINE(REFUSES, configured("CONFIG_MEMORY_FAILURE=n")),

  /**
   * Anonymous memory gets huge pages without having asked for them: {@code
   * /sys/kernel/mm/transparent_hugepage/enabled} is "always".
   */
  HUGE_PAGES_UNASKED(SHOWS_OTHERWISE, configured("transparent_hugepage/enabled=always")),

  /**
   * No page table may map the zero page, so that a page that was only read is one of its own, and
   * writable where its mapping is: {@code mm_forbids_zeropage}, {@code include/linux/mm.h}; some
   * kernels of virtual machines are built so. Seen on 6.18.44 with pvm_no_zero_page=1.
   */
  NO_ZERO_PAGE(SHOWS_OTHERWISE, configured("mm_forbids_zeropage")),

  /**
   * The reader arms pages and does not flush the TLBs, so that a CPU goes on writing through a
   * translation from before. Xiao Guangrong's remark on the first soft-dirty patches, May 2013.
   */
  NO_FLUSH(LOSES, protocol()),

  /**
   * The reader is told of a page before the page is armed again: what is written after the copy and
   * before the arming is lost. So does reading pagemap and then writing 4 to clear_refs.
   */
  REPORT_FIRST(LOSES, protocol()),

  /**
   * The reader arms entries without the page-table lock, and so between the record and the setting
   * of an entry by a fault.
   */
  NON_ATOMIC_CLEAR(LOSES, protocol()),

  /**
   * The reader copies what is queued and empties the queue afterwards: what is recorded in between
   * is lost. The get-and-clear that GET_DIRTY_LOG does with one exchange for each word.
   */
  EMPTY_AFTER_READING(LOSES, protocol()),

  /** Records of CPUs that log apart are merged without regard to the moves among them (law L9). */
  MERGE_OUT_OF_ORDER(LOSES, protocol()),

  /** A drain does not hold the mmap lock, and so pages are moved away between its steps. */
  DRAIN_WITHOUT_MMAP_LOCK(LOSES, protocol()),

  /**
   * A fault is recorded when it is entered, before the page table changes, as perf samples it: the
   * page may be armed and reported in between, and only then written.
   */
  RECORD_AT_ENTRY(LOSES, protocol()),

  /**
   * A fault is recorded after the page-table lock is given back: another CPU may write the page,
   * and a drain pass, before the record.
   */
  RECORD_AFTER_UNLOCK(LOSES, protocol()),

  /**
   * A queue arms before it listens: at opening, and when it is turned on again, where it looks for
   * what was written before it listens. A page that is written in between is recorded by nobody,
   * and no later store to it faults (law L12).
   */
  ARM_BEFORE_LISTENING(LOSES, protocol()),

  /**
   * Arming reads an entry and writes it back in a second step; a Dirty bit that the processor sets
   * in between is wiped out, and reclaim drops what was stored. Of pages of the pool of huge pages:
   * CVE-2026-72175, mended by {@code huge_ptep_modify_prot_start}.
   */
  ARM_LOSES_HARDWARE_DIRTY(
      LOSES,
      since(commit("52526ca7fdb9", "6.7"))
          .until(release("7.2").backported("6.12.101").backported("6.18.42").backported("7.1.5"))),

  /**
   * A CPU that finds a ring full waits for the reader and keeps the page-table lock, which the
   * reader needs to arm pages: both wait for ever. KVM leaves the guest for that ({@code
   * KVM_EXIT_DIRTY_RING_FULL}).
   */
  WAIT_UNDER_LOCK(LOSES, protocol()),

  /**
   * What a system call changes in a file is not told to those who map it: a hole punched, a file
   * cut, write(2). No scan of Linux sees that either.
   */
  FILE_CHANGES_UNTOLD(LOSES, protocol()),

  /**
   * A write through {@code /proc/PID/mem} to read-only memory of the pool of huge pages fails.
   * {@code check_vma_flags}, {@code mm/gup.c}. Measured on 6.12.95; the change was proposed when
   * 6.13 was nearly done.
   */
  POOL_REFUSES_FORCED_WRITES(REFUSES, until(between("6.13", "6.18.44"))),

  /**
   * A new mapping does not read soft-dirty, so that memory unmapped and mapped anew at the same
   * place seems untouched. That is what VM_SOFTDIRTY is for.
   */
  NEW_MAPPING_READS_CLEAN(LOSES, until(commit("d9104d1ca966", "3.12"))),

  /** Pages that mremap moves one by one do not become soft-dirty. {@code move_ptes}. */
  MREMAP_KEEPS_SOFT_DIRTY(LOSES, until(commit("0f8975ec4db2", "3.11"))),

  /**
   * Where mremap moves a whole page table by its pointer, its pages stay as soft-dirty as they
   * were: at the new place they seem untouched. {@code move_normal_pmd}, {@code mm/mremap.c}.
   */
  TABLE_MOVE_KEEPS_SOFT_DIRTY(LOSES, always()),

  /**
   * A load maps a page of a shared mapping writable although soft-dirty is tracked, and the store
   * that follows takes no fault. {@code vma_wants_writenotify}.
   */
  READ_FAULT_MAPS_WRITABLE(LOSES, until(commit("64e455079e1b", "3.18"))),

  /**
   * mprotect makes pages writable that are not soft-dirty, and the store that follows takes no
   * fault. {@code can_change_pte_writable}, since 64fe24a3e05e.
   */
  MPROTECT_FORGETS_SOFT_DIRTY(LOSES, until(commit("76aefad628aa", "6.0"))),

  /** A page that goes to swap comes back without its soft-dirty bit. Andy Lutomirski, July 2013. */
  SWAP_FORGETS_SOFT_DIRTY(LOSES, until(commit("179ef71cbc08", "3.11"))),

  /**
   * A page of a file or of shared memory that is reclaimed leaves an empty entry, and so comes back
   * without its soft-dirty bit: {@code try_to_unmap_one}, {@code mm/rmap.c}. What is
   * write-protected by userfaultfd leaves a marker there.
   */
  RECLAIM_FORGETS_SOFT_DIRTY(LOSES, always()),

  /**
   * A page that same-page merging replaces loses its soft-dirty bit, though what it holds was
   * written since: {@code replace_page}, {@code mm/ksm.c}.
   */
  SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY(LOSES, always()),

  /**
   * A page that is migrated loses its soft-dirty bit: until c3d16e16522f where fork or mprotect
   * came while it was under way, and longer of huge pages. Here a migration is one step.
   */
  MIGRATION_FORGETS_SOFT_DIRTY(LOSES, until(commit("b83d7e432399", "4.14"))),

  /**
   * PAGEMAP_SCAN write-protects what matches even if it was only asked to look: a missing test of
   * PM_SCAN_WP_MATCHING, found by syzbot before the release.
   */
  SCAN_PROTECTS_UNASKED(
      LOSES, since(commit("52526ca7fdb9", "6.7")).until(commit("4980e837cab7", "6.7")));

  private final Effect effect;

  @SuppressWarnings("ImmutableEnumChecker") // records of records and unmodifiable lists
  private final Affected affected;

  Quirk(Effect effect, Affected affected) {
    this.effect = effect;
    this.affected = affected;
  }

  /** {@return what it does to whoever tracks changes} */
  public Effect effect() {
    return effect;
  }

  /** {@return which kernels have it} */
  public Affected affected() {
    return affected;
  }
}
