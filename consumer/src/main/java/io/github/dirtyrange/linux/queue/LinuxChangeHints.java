package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeHints;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.bpf.RecordedRanges;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.Smaps;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Records of the kernel's own functions, sorted by what they leave of the soft-dirty bits. */
public final class LinuxChangeHints implements ChangeHints {

  /**
   * What clear_refs walks makes a record for each page table, at each rearming: of 64 GiB that are
   * populated they take as much.
   */
  private static final long LEAST_RING_BYTES = 1 << 20;

  private final MemoryIdentity identity;
  private final RecordedMemory memory;
  private final TrackedRanges ranges;
  private final RecordLosses losses;

  private LinuxChangeHints(MemoryIdentity identity, RecordedMemory memory, TrackedRanges ranges) {
    this.identity = identity;
    this.memory = memory;
    this.ranges = ranges;
    losses = memory.losses();
  }

  /**
   * Attaches programs to the kernel's functions; nothing is recorded yet.
   *
   * @param maxBytes what the ring may take; it has 1 MiB at least
   * @param test finds out whether they tell of every change
   * @throws KernelException where none can be attached, or the process has gone
   */
  public static LinuxChangeHints open(
      MemoryIdentity identity,
      TrackedRanges ranges,
      long maxBytes,
      Function<RecordPrograms, SelfTestResult> test) {
    long bytes = Math.max(maxBytes, LEAST_RING_BYTES);
    return new LinuxChangeHints(identity, RecordedMemory.open(identity, bytes, test), ranges);
  }

  @Override
  public void enable() {
    memory.follow();
  }

  @Override
  public void disable() {
    memory.followNobody();
  }

  /**
   * {@inheritDoc} To be asked for losses after reading: one is counted before its thread goes on.
   */
  @Override
  public boolean take(Taker taker) {
    Sorting sorting = new Sorting(taker);
    boolean whole = memory.read(new RecordedRanges(sorting));
    return !losses.take().any() && whole && !sorting.unknown;
  }

  /** Sorts what was done to memory. */
  private final class Sorting implements RecordedRanges.Taker {

    private final Taker taker;
    private boolean unknown;

    Sorting(Taker taker) {
      this.taker = taker;
    }

    @Override
    public void done(Change change, long start, long end) {
      Kind kind = kind(change);
      long from = Pages.vpn(start);
      long to = Pages.vpn(end + Pages.SIZE - 1);
      if (kind == Kind.MAPPED) {
        taker.take(kind, from, to);
      } else {
        ranges.clip(from, to, (first, last) -> taker.take(kind, first, last));
      }
    }

    @Override
    public void anywhere(Change change) {
      if (change == Change.USERFAULTFD) {
        unknown = true;
        return;
      }
      for (PageRange range : ranges.toList()) {
        taker.take(kind(change), range.startVpn(), range.endVpn());
      }
    }

    // All of these are told as done, too.

    @Override
    public void range(long start, long end) {}

    @Override
    public void written(long start, long end) {}

    @Override
    public void mapped(long start, long end) {}

    @Override
    public void emptied(long start, long end) {}
  }

  /**
   * {@return what a change leaves of the bits} A move of whole page tables sets none ({@code
   * move_normal_pmd}), nor does a page keep its own that becomes one with others ({@code
   * replace_page}); what was emptied has none.
   */
  private static Kind kind(Change change) {
    return switch (change) {
      case ZAPPED, UNMAPPED, FREED, GUARDED -> Kind.CHANGED;
      case MOVED, MERGED, USERFAULTFD, PATCHED, WRITTEN_BY_ANOTHER -> Kind.CHANGED;
      case RECLAIMED -> Kind.RECLAIMED;
      // All of what becomes huge can be written from then on, and makes no record.
      case COLLAPSED -> Kind.CHANGED;
      // An entry that is away while bits are cleared may come back writable.
      case MIGRATED -> Kind.CHANGED;
      case RETRACTED, SPLIT -> Kind.RETRACTED;
      case NEW_MAPPING -> Kind.MAPPED;
      case REFERENCES_CLEARED -> Kind.CLEARED;
      case FAULT, MAPPED, HUGE_FAULT, REMOTE_FAULT, SWAPPED_OFF -> Kind.LOOK;
      case WRITE_PROTECTED, UNREGISTERED, REMAPPED -> Kind.LOOK;
    };
  }

  @Override
  public boolean tellsAll() {
    return memory.tellsAll();
  }

  /**
   * {@inheritDoc} A page of hugetlbfs has no such bit, and once it is there no write faults. A
   * driver's memory is never armed ({@code clear_refs_test_walk}).
   */
  @Override
  public List<Unseen> unseen() {
    List<Unseen> unseen = new ArrayList<>();
    Path smaps = identity.path("smaps");
    add(Smaps.withFlag(smaps, Smaps.HUGETLB), "hugetlbfs has no soft-dirty", unseen);
    add(Smaps.ofDrivers(smaps), "a driver's memory (VM_PFNMAP) is not armed", unseen);
    identity.requireSame();
    return unseen;
  }

  private void add(List<PageRange> mappings, String why, List<Unseen> to) {
    for (PageRange range : mappings) {
      ranges.clip(
          range.startVpn(), range.endVpn(), (start, end) -> to.add(new Unseen(start, end, why)));
    }
  }

  @Override
  public String describe() {
    return memory.describe();
  }

  @Override
  public long memoryBytes() {
    return memory.records().memoryBytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
