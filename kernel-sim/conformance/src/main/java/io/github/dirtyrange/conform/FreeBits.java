package io.github.dirtyrange.conform;

import com.google.common.base.CaseFormat;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The one table of what may differ between the machines because the running kernel is free to
 * choose, and how often that was needed.
 */
public final class FreeBits {

  /** A freedom, and why the kernel has it. */
  public enum Freedom {
    /** A guard is not installed where the call would never return; the program goes on without. */
    ENDLESS_GUARD_INSTALL(
        "MADV_GUARD_INSTALL does not return on memory of files that userfaultfd protects"),

    /** A collapse is left out where it might concern shared memory; the program goes on without. */
    COLLAPSE_OF_FILE("huge pages of shared memory and files are not simulated"),

    /** Pages of huge pages are not freed, reclaimed, migrated or merged. */
    PARTS_OF_HUGE_PAGES(
        "that what frees, reclaims, migrates or merges a part of a huge page splits it for good is"
            + " not simulated"),

    /** Nothing is reclaimed once memory of files, or shared memory, is mapped. */
    RECLAIM_OF_FILE(
        "a page of a file or of shared memory that lost its mapping may have left memory, with the"
            + " large folio around it, or not; pagemap does not tell"),

    /** A part of private memory of the pool is not moved. */
    LOST_RESERVATION(
        "mremap of a part of a private hugetlb mapping takes the rest's reserved pages from the"
            + " pool for good"),

    /** The rest of a program is not compared once parts of a huge page read soft-dirty too soon. */
    DIRTY_IN_BATCHES(
        "protecting entries of one large folio at a time makes all of them soft-dirty if one is"
            + " dirty (modify_prot_start_ptes, since 6.17)"),

    /** The rest of a program that punched a hole into a file on disk is not compared. */
    HOLE_ON_DISK("what is read into a hole of a file may come, and be mapped, as one large folio"),

    /** The simulated queue tells of pages whose file was written, cut or emptied. */
    QUEUE_OF_FILE("what calls on a file change, and no page-table entry shows, no queue is told"),

    /** The simulated queue tells more of what was mapped, or calls it soft-dirty. */
    QUEUE_OF_NEW_MAPPING(
        "a new mapping, and what it merges with, reads soft-dirty (VM_SOFTDIRTY); where the kernel"
            + " keeps a queue it tells of the new part, and marks nothing"),

    /**
     * The kernel's queue tells SOFT_DIRTY of a page that mremap moved, and the simulated does not.
     */
    QUEUE_OF_MOVED(
        "mremap moves a whole page table as it is; of a process with a queue it moves entry by"
            + " entry, and each becomes soft-dirty (move_soft_dirty_pte)"),

    /** A marker is SWAPPED to the simulated queue. */
    QUEUE_OF_MARKER("a userfaultfd's marker in an empty entry is nothing to the kernel's queue"),

    /** Beside GONE one tells what was there, and the other does not. */
    QUEUE_OF_UNMAPPED(
        "what is unmapped is told as gone from memory, too, unless its page table went with it"),

    /** The kernel's queue tells PRESENT beside HUGE. */
    QUEUE_OF_SPLIT("the table that the huge zero page is split into is filled entry by entry"),

    /** The kernel's queue tells SOFT_DIRTY of a page of a file that came. */
    QUEUE_OF_PINS(
        "once a process has pinned a page, what comes of a file may have been written by a device"
            + " before, and the kernel tells it"),

    /** Of memory of the pool GONE and HOT are compared, and not whether it reads soft-dirty. */
    QUEUE_OF_POOL(
        "the kernel's queue leaves the soft-dirty of hugetlb pages as it is, and lists them as"
            + " unseen"),

    /**
     * Where queues are drained, neither a scan nor smaps looks at soft-dirty once memory of the
     * pool is mapped.
     */
    SCAN_OF_POOL(
        "scans and smaps show the soft-dirty of hugetlb memory, which the kernel's queue leaves as"
            + " it is, and the simulated queue arms"),

    /** A difference that was gone when the same program was run again. */
    NOT_REPEATED("the kernel's own threads, or a want of free huge pages, came between");

    private final String reason;

    Freedom(String reason) {
      this.reason = reason;
    }

    /** {@return the name in reports, for instance {@code not-repeated}} */
    public String label() {
      return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name());
    }

    /** {@return why the kernel may differ} */
    public String reason() {
      return reason;
    }
  }

  private static final long HUGE_BYTES = 1L << 21;
  private static final String SOFT_DIRTY = PagemapEntry.toString(PagemapEntry.SOFT_DIRTY);

  private final Map<Freedom, Long> used = new EnumMap<>(Freedom.class);

  /** Counts a use of a freedom. */
  void use(Freedom freedom) {
    used.merge(freedom, 1L, Long::sum);
  }

  /** {@return whether an operation is left out after those done; counts it} */
  boolean skips(List<Operation> done, Operation next) {
    if (takesPages(next) && done.stream().anyMatch(FreeBits::mayBeHuge)) {
      use(Freedom.PARTS_OF_HUGE_PAGES);
      return true;
    }
    if (next instanceof Operation.Pageout && done.stream().anyMatch(FreeBits::mapsFile)) {
      use(Freedom.RECLAIM_OF_FILE);
      return true;
    }
    if (next instanceof Operation.Mremap mremap && PoolMoves.loseReservations(done, mremap)) {
      use(Freedom.LOST_RESERVATION);
      return true;
    }
    if (!(next instanceof Operation.Madvise madvise)) {
      return false;
    }
    boolean endless =
        madvise.advice() == Madvise.Advice.GUARD_INSTALL.number()
            && done.stream().anyMatch(FreeBits::mapsFile)
            && done.stream().anyMatch(Operation.UffdRegister.class::isInstance);
    boolean ofFile =
        madvise.advice() == Madvise.Advice.COLLAPSE.number()
            && done.stream().anyMatch(FreeBits::mapsHugeFile);
    if (endless) {
      use(Freedom.ENDLESS_GUARD_INSTALL);
    } else if (ofFile) {
      use(Freedom.COLLAPSE_OF_FILE);
    }
    return endless || ofFile;
  }

  /**
   * {@return whether an operation is left out where queues are drained, after those done; counts
   * it}
   */
  boolean skipsDrained(List<Operation> done, Operation next) {
    boolean tells =
        next instanceof Operation.Smaps
            || (next instanceof Operation.Scan scan && looksAtSoftDirty(scan));
    if (!tells || done.stream().noneMatch(FreeBits::mapsPool)) {
      return false;
    }
    use(Freedom.SCAN_OF_POOL);
    return true;
  }

  private static boolean looksAtSoftDirty(Operation.Scan scan) {
    long looked = scan.inverted() | scan.required() | scan.anyOf() | scan.returned();
    return (looked & Categories.SOFT_DIRTY) != 0;
  }

  private static boolean mapsPool(Operation operation) {
    return operation instanceof Operation.Mmap mmap && (mmap.mapFlags() & X64Abi.MAP_HUGETLB) != 0;
  }

  private static boolean takesPages(Operation operation) {
    return operation instanceof Operation.Pageout
        || operation instanceof Operation.SoftOffline
        || operation instanceof Operation.Merge
        || (operation instanceof Operation.Madvise madvise
            && (madvise.advice() == Madvise.Advice.FREE.number()
                || madvise.advice() == Madvise.Advice.UNMERGEABLE.number()));
  }

  private static boolean mayBeHuge(Operation operation) {
    return operation instanceof Operation.Mmap mmap
        && (mmap.length() >= HUGE_BYTES || (mmap.mapFlags() & X64Abi.MAP_HUGETLB) != 0);
  }

  private static boolean mapsHugeFile(Operation operation) {
    return (operation instanceof Operation.MmapFile file && file.length() >= HUGE_BYTES)
        || (operation instanceof Operation.Mmap mmap
            && mmap.length() >= HUGE_BYTES
            && (mmap.mapFlags() & X64Abi.MAP_HUGETLB) == 0
            && mapsFile(mmap));
  }

  private static boolean mapsFile(Operation operation) {
    return operation instanceof Operation.MmapFile
        || (operation instanceof Operation.Mmap mmap && (mmap.mapFlags() & X64Abi.MAP_SHARED) != 0);
  }

  /** {@return whether the rest of a program is left to the kernel after this step; counts it} */
  boolean ends(List<Operation> done, Operation last) {
    boolean removes =
        last instanceof Operation.Madvise madvise
            && madvise.advice() == Madvise.Advice.REMOVE.number();
    if (!removes || done.stream().noneMatch(FreeBits::mapsDisk)) {
      return false;
    }
    use(Freedom.HOLE_ON_DISK);
    return true;
  }

  /**
   * {@return whether the rest of a program is left to the kernel after this difference; counts it}
   * What the running kernel calls soft-dirty too soon is too much, and loses nothing.
   */
  boolean explains(List<Operation> done, Operation last, Mismatch mismatch) {
    boolean batched =
        mismatch.symptom().equals("pagemap " + SOFT_DIRTY)
            && mismatch.real().endsWith("D")
            && changesProtection(last)
            && done.stream().anyMatch(FreeBits::mayBeHuge);
    if (batched) {
      use(Freedom.DIRTY_IN_BATCHES);
    }
    return batched;
  }

  private static boolean changesProtection(Operation operation) {
    return operation instanceof Operation.Mprotect
        || operation instanceof Operation.UffdWriteProtect
        || operation instanceof Operation.UffdUnregister
        || operation instanceof Operation.UffdOpen;
  }

  private static boolean mapsDisk(Operation operation) {
    return operation instanceof Operation.MmapFile mmap && mmap.file() != Files.MEMFD;
  }

  /** {@return how often each freedom was needed} */
  public Map<Freedom, Long> used() {
    return Map.copyOf(used);
  }
}
