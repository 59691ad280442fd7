package io.github.dirtyrange.kernel.sim.machine;

import static io.github.dirtyrange.kernel.sim.machine.Quirk.COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.COLLAPSE_NEEDS_WRITABLE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.DOFORK_TAKES_POOL_MEMORY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.DONTNEED_KEEPS_TABLES;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.EMPTY_ENTRY_WRITTEN_ANYWHERE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HOLE_NEVER_WRITTEN;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HUGE_ZERO_PAGE_READS_FILE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HUGE_ZERO_PAGE_SPLITS_ON_WRITE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MERGE_FORGETS_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MERGE_REFUSES_UNTOUCHED_TARGET;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MIGRATION_DIRTIES;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MMAP_MERGES_NEXT_FIRST;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MMAP_OVER_A_PART_IS_ENOMEM;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MPROTECT_KEEPS_ACCOUNT;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_DOES_NOT_REALIGN;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_MOVES_ONE_MAPPING;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_TELLS_OF_WHAT_IT_UNMAPPED;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_UNMAPS_BEFORE_IT_REFUSES;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.MREMAP_UNREGISTERS_NEIGHBOURS;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_ACCESSED_CATEGORY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_GUARD_CATEGORY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_GUARD_REGIONS;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_PAGEMAP_SCAN;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.POOL_REFUSES_FORCED_WRITES;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.POPULATE_PASSES_OVER_GAPS;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.PROC_MEM_WRITES_READ_ONLY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.RECLAIM_FORGETS_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.REGISTERING_FORGETS_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.SPLIT_SPREADS_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.STALE_WALK_END;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.SWAP_IN_READS_READ_ONLY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.TABLE_MOVE_KEEPS_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.UNMERGE_WRITES;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.ZERO_PAGE_OFFLINE_IS_EIO;

import java.util.EnumSet;
import java.util.Set;

/**
 * A kernel as it is built and configured somewhere: a name and a set of quirks.
 *
 * @param name what {@code release()} answers
 * @param quirks in what it differs from the newest kernel modelled
 */
public record Profile(String name, Set<Quirk> quirks) {

  /** Linux 6.1: soft-dirty, and no PAGEMAP_SCAN. */
  public static final Profile V6_1 =
      of(
          "6.1",
          COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL,
          DOFORK_TAKES_POOL_MEMORY,
          MMAP_OVER_A_PART_IS_ENOMEM,
          MMAP_MERGES_NEXT_FIRST,
          TABLE_MOVE_KEEPS_SOFT_DIRTY,
          RECLAIM_FORGETS_SOFT_DIRTY,
          SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY,
          NO_PAGEMAP_SCAN,
          NO_GUARD_CATEGORY,
          NO_GUARD_REGIONS,
          NO_ACCESSED_CATEGORY,
          MERGE_FORGETS_SOFT_DIRTY,
          MERGE_REFUSES_UNTOUCHED_TARGET,
          MPROTECT_KEEPS_ACCOUNT,
          DONTNEED_KEEPS_TABLES,
          HUGE_ZERO_PAGE_SPLITS_ON_WRITE,
          COLLAPSE_NEEDS_WRITABLE,
          PROC_MEM_WRITES_READ_ONLY,
          MREMAP_DOES_NOT_REALIGN,
          MREMAP_MOVES_ONE_MAPPING,
          POOL_REFUSES_FORCED_WRITES,
          MREMAP_UNMAPS_BEFORE_IT_REFUSES,
          MREMAP_TELLS_OF_WHAT_IT_UNMAPPED,
          MREMAP_UNREGISTERS_NEIGHBOURS,
          MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE,
          HUGE_ZERO_PAGE_READS_FILE,
          SWAP_IN_READS_READ_ONLY,
          MIGRATION_DIRTIES,
          UNMERGE_WRITES,
          POPULATE_PASSES_OVER_GAPS,
          HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST,
          ZERO_PAGE_OFFLINE_IS_EIO);

  /** Linux 6.12. */
  public static final Profile V6_12 =
      of(
          "6.12",
          COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL,
          DOFORK_TAKES_POOL_MEMORY,
          TABLE_MOVE_KEEPS_SOFT_DIRTY,
          RECLAIM_FORGETS_SOFT_DIRTY,
          SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY,
          NO_GUARD_CATEGORY,
          NO_GUARD_REGIONS,
          NO_ACCESSED_CATEGORY,
          WRITTEN_OUTSIDE_WRITE_PROTECT,
          EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE,
          HOLE_NEVER_WRITTEN,
          STALE_WALK_END,
          MERGE_FORGETS_SOFT_DIRTY,
          REGISTERING_FORGETS_SOFT_DIRTY,
          MERGE_REFUSES_UNTOUCHED_TARGET,
          DONTNEED_KEEPS_TABLES,
          SPLIT_SPREADS_DIRTY,
          HUGE_ZERO_PAGE_SPLITS_ON_WRITE,
          COLLAPSE_NEEDS_WRITABLE,
          PROC_MEM_WRITES_READ_ONLY,
          MREMAP_MOVES_ONE_MAPPING,
          POOL_REFUSES_FORCED_WRITES,
          MREMAP_UNMAPS_BEFORE_IT_REFUSES,
          MREMAP_TELLS_OF_WHAT_IT_UNMAPPED,
          MREMAP_UNREGISTERS_NEIGHBOURS,
          MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE,
          HUGE_ZERO_PAGE_READS_FILE,
          ZERO_PAGE_OFFLINE_IS_EIO);

  /** Linux 6.18 with soft-dirty compiled out, as a cloud's kernel was measured. */
  public static final Profile V6_18 =
      of(
          "6.18",
          COLLAPSE_INSIDE_A_BLOCK_IS_EINVAL,
          DOFORK_TAKES_POOL_MEMORY,
          TABLE_MOVE_KEEPS_SOFT_DIRTY,
          RECLAIM_FORGETS_SOFT_DIRTY,
          SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY,
          NO_SOFT_DIRTY,
          NO_ACCESSED_CATEGORY,
          WRITTEN_OUTSIDE_WRITE_PROTECT,
          EMPTY_ENTRY_WRITTEN_ANYWHERE,
          STALE_WALK_END,
          MERGE_FORGETS_SOFT_DIRTY,
          SPLIT_SPREADS_DIRTY,
          PROC_MEM_WRITES_READ_ONLY,
          MREMAP_UNREGISTERS_NEIGHBOURS,
          MREMAP_DONTUNMAP_MERGES_WITH_ITS_SOURCE,
          HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST,
          HUGE_ZERO_PAGE_READS_FILE,
          ZERO_PAGE_OFFLINE_IS_EIO);

  /** Linux 7.3: the newest modelled. */
  public static final Profile V7_3 =
      of(
          "7.3",
          TABLE_MOVE_KEEPS_SOFT_DIRTY,
          RECLAIM_FORGETS_SOFT_DIRTY,
          SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY,
          SPLIT_SPREADS_DIRTY,
          HUGE_PAGE_EXCLUSIVE_BY_ITS_FIRST);

  /** Copies the set. */
  public Profile {
    quirks = Set.copyOf(quirks);
  }

  /**
   * {@return the kernel of a release, with the quirks that it has however it is configured}
   *
   * @param release from 6.1 to 7.3, as 6.8 or 6.12.95; without a third number the series as it was
   *     measured, if it was, or else its first release
   * @throws IllegalArgumentException if there is no such release; the message says which there are
   */
  public static Profile linux(String release) {
    Release simulated = Release.simulated(release);
    Set<Quirk> quirks = EnumSet.allOf(Quirk.class);
    quirks.removeIf(quirk -> !quirk.affected().includes(simulated));
    return new Profile(release, quirks);
  }

  /** {@return a profile with these quirks} */
  public static Profile of(String name, Quirk... quirks) {
    return new Profile(name, Set.of(quirks));
  }

  /** {@return whether the kernel has the quirk} */
  public boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  /** {@return the same kernel with the quirk} */
  public Profile with(Quirk quirk) {
    Set<Quirk> more = copy();
    more.add(quirk);
    return new Profile(name + "+" + quirk, more);
  }

  /** {@return the same kernel without the quirk} */
  public Profile without(Quirk quirk) {
    Set<Quirk> fewer = copy();
    fewer.remove(quirk);
    return new Profile(name + "-" + quirk, fewer);
  }

  private Set<Quirk> copy() {
    Set<Quirk> copy = EnumSet.noneOf(Quirk.class);
    copy.addAll(quirks);
    return copy;
  }
}
