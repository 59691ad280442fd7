package io.github.dirtyrange.kernel.sim.mm;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.function.LongPredicate;

/** The madvise system call: {@code mm/madvise.c}. */
public final class Madvise {

  private static final String CALL = "madvise";

  /** What MADV_MERGEABLE passes over: {@code vma_ksm_compatible}, and what is marked already. */
  private static final long NEVER_MERGED =
      VmFlags.SHARED | VmFlags.MAYSHARE | VmFlags.HUGETLB | VmFlags.MERGEABLE;

  /** What can be advised, with Linux's names and numbers. */
  public enum Advice {
    DONTNEED(4),
    FREE(8),
    REMOVE(9),
    DONTFORK(10),
    DOFORK(11),
    MERGEABLE(12),
    UNMERGEABLE(13),
    HUGEPAGE(14),
    NOHUGEPAGE(15),
    WIPEONFORK(18),
    KEEPONFORK(19),
    POPULATE_READ(22),
    POPULATE_WRITE(23),
    DONTNEED_LOCKED(24),
    PAGEOUT(21),
    COLLAPSE(25),
    GUARD_INSTALL(102),
    GUARD_REMOVE(103);

    private final int number;

    Advice(int number) {
      this.number = number;
    }

    /** {@return the number that madvise takes} */
    public int number() {
      return number;
    }
  }

  private Madvise() {}

  /**
   * Advises about a range, mapping by mapping; gaps are passed over and reported at the end.
   *
   * @throws KernelException EINVAL, ENOMEM where the range has a gap, EFAULT
   */
  public static void advise(AddressSpace mm, long address, long bytes, Advice advice) {
    advise(mm, address, bytes, advice, vpn -> true);
  }

  /**
   * Takes those pages of a range out of memory that are chosen, and can be reclaimed.
   *
   * @throws KernelException as {@link #advise}
   */
  public static void pageOut(AddressSpace mm, long address, long bytes, LongPredicate chosen) {
    advise(mm, address, bytes, Advice.PAGEOUT, chosen);
  }

  private static void advise(
      AddressSpace mm, long address, long bytes, Advice advice, LongPredicate chosen) {
    mm.clock().charge(Cost.MAPPING_CALL);
    long start = Pages.vpn(address);
    long end = start + Pages.count(bytes);
    refuseIf(!Pages.isAligned(address) || bytes < 0, Errno.EINVAL, CALL);
    refuseIf(isUnknown(mm, advice), Errno.EINVAL, CALL);
    if (start == end) {
      return;
    }
    boolean whole = mm.areas().isCovered(start, end);
    if (isPopulate(advice) && !mm.profile().has(Quirk.POPULATE_PASSES_OVER_GAPS)) {
      populate(mm, start, end, access(advice));
      return;
    }
    for (VmArea area : mm.areas().overlapping(start, end)) {
      advisePart(
          mm, area, Math.max(start, area.startVpn()), Math.min(end, area.endVpn()), advice, chosen);
    }
    refuseIf(!whole, Errno.ENOMEM, CALL);
  }

  private static boolean isPopulate(Advice advice) {
    return advice == Advice.POPULATE_READ || advice == Advice.POPULATE_WRITE;
  }

  private static long access(Advice advice) {
    return advice == Advice.POPULATE_READ ? VmFlags.READ : VmFlags.WRITE;
  }

  private static boolean isUnknown(AddressSpace mm, Advice advice) {
    boolean guard = advice == Advice.GUARD_INSTALL || advice == Advice.GUARD_REMOVE;
    return guard && mm.profile().has(Quirk.NO_GUARD_REGIONS);
  }

  private static void advisePart(
      AddressSpace mm, VmArea area, long from, long to, Advice advice, LongPredicate chosen) {
    switch (advice) {
      case DONTNEED -> {
        refuseIf(area.has(VmFlags.LOCKED), Errno.EINVAL, CALL);
        dontNeed(mm, area, from, to);
      }
      case DONTNEED_LOCKED -> dontNeed(mm, area, from, to);
      case FREE -> {
        refuseIf(area.has(VmFlags.LOCKED) || area.has(VmFlags.HUGETLB), Errno.EINVAL, CALL);
        mm.tell(area, UserfaultEvent.remove(from, to));
        LazyFree.free(mm, area, from, to);
      }
      case POPULATE_READ, POPULATE_WRITE -> {
        refuseIf(!area.has(access(advice)), Errno.EINVAL, CALL);
        Populate.touch(mm, from, to, access(advice));
      }
      case REMOVE -> remove(mm, area, from, to);
      case PAGEOUT -> Reclaim.pageOut(mm, area, from, to, chosen);
      case COLLAPSE -> Collapse.collapse(mm, area, from, to);
      case GUARD_INSTALL -> GuardRegion.install(mm, area, from, to);
      case GUARD_REMOVE -> GuardRegion.remove(mm, area, from, to);
      case MERGEABLE -> mergeable(mm, area, from, to);
      case UNMERGEABLE -> unmergeable(mm, area, from, to);
      default -> {
        long flags = changed(mm, area, advice);
        if (flags != area.flags()) {
          mm.changeFlags(from, to, flags);
        }
      }
    }
  }

  /** {@code ksm_madvise}: shared memory is passed over. */
  private static void mergeable(AddressSpace mm, VmArea area, long from, long to) {
    if ((area.flags() & NEVER_MERGED) == 0) {
      mm.changeFlags(from, to, area.flags() | VmFlags.MERGEABLE);
    }
  }

  private static void unmergeable(AddressSpace mm, VmArea area, long from, long to) {
    if (area.has(VmFlags.MERGEABLE)) {
      SamePageMerging.unmerge(mm, area, from, to);
      mm.changeFlags(from, to, area.flags() & ~VmFlags.MERGEABLE);
    }
  }

  private static long changed(AddressSpace mm, VmArea area, Advice advice) {
    long flags = area.flags();
    refuseIf(advice == Advice.WIPEONFORK && !isPrivateAnonymous(area), Errno.EINVAL, CALL);
    boolean special =
        area.has(VmFlags.DONTEXPAND) && !mm.profile().has(Quirk.DOFORK_TAKES_POOL_MEMORY);
    refuseIf(advice == Advice.DOFORK && special, Errno.EINVAL, CALL);
    return switch (advice) {
      case DONTFORK -> flags | VmFlags.DONTCOPY;
      case DOFORK -> flags & ~VmFlags.DONTCOPY;
      case HUGEPAGE -> (flags & ~VmFlags.NOHUGEPAGE) | VmFlags.HUGEPAGE;
      case NOHUGEPAGE -> (flags & ~VmFlags.HUGEPAGE) | VmFlags.NOHUGEPAGE;
      case WIPEONFORK -> flags | VmFlags.WIPEONFORK;
      case KEEPONFORK -> flags & ~VmFlags.WIPEONFORK;
      default -> flags;
    };
  }

  static boolean isPrivateAnonymous(VmArea area) {
    return area.file() == null && !area.has(VmFlags.SHARED);
  }

  /** {@code madvise_dontneed_single_vma}; newer kernels free a page table emptied as a whole. */
  private static void dontNeed(AddressSpace mm, VmArea area, long from, long end) {
    long to = area.has(VmFlags.HUGETLB) ? HugeTlb.dontNeedEnd(from, end) : end;
    if (from == to) {
      return;
    }
    mm.tell(area, UserfaultEvent.remove(from, to));
    Zap.empty(mm, area, from, to);
    if (!mm.profile().has(Quirk.DONTNEED_KEEPS_TABLES)) {
      long first = Pages.blockAtOrAfter(from);
      for (long vpn = first; vpn + Pages.PER_TABLE <= to; vpn += Pages.PER_TABLE) {
        mm.pages().freeTableIfEmpty(vpn);
      }
    }
  }

  /** Punches a hole into the file: {@code madvise_remove}. */
  private static void remove(AddressSpace mm, VmArea area, long from, long to) {
    PageCache file = area.file();
    refuseIf(area.has(VmFlags.LOCKED) || file == null, Errno.EINVAL, CALL);
    refuseIf(!area.has(VmFlags.SHARED | VmFlags.MAYWRITE), Errno.EACCES, CALL);
    mm.tell(area, UserfaultEvent.remove(from, to));
    if (file != null && area.has(VmFlags.HUGETLB)) {
      HugeTlb.punchHole(mm, file, area.pageOffset(from), area.pageOffset(to));
    } else if (file != null) {
      Truncation.punchHole(file, area.pageOffset(from), area.pageOffset(to));
    }
  }

  /** {@code madvise_populate}: stops at the first page that is not mapped or not accessible. */
  private static void populate(AddressSpace mm, long start, long end, long access) {
    long reached = start;
    for (VmArea area : mm.areas().overlapping(start, end)) {
      refuseIf(area.startVpn() > reached, Errno.ENOMEM, CALL);
      refuseIf(!area.has(access), Errno.EINVAL, CALL);
      reached = Math.min(end, area.endVpn());
      Populate.touch(mm, Math.max(start, area.startVpn()), reached, access);
    }
    refuseIf(reached < end, Errno.ENOMEM, CALL);
  }
}
