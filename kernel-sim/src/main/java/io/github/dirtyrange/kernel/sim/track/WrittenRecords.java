package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PteTable;

/**
 * What an exact scan adds to a queue: every page that is not armed, as if it changed just now. Of
 * memory that cannot be armed those are all pages that hold something, and COARSE says that they
 * may be too many.
 */
final class WrittenRecords {

  private static final long ARMABLE = Categories.SOFT_DIRTY | Categories.WRITTEN;

  private final AddressSpace mm;
  private final TrackedRanges ranges;
  private final UnseenPages unseen;

  WrittenRecords(AddressSpace mm, TrackedRanges ranges, UnseenPages unseen) {
    this.mm = mm;
    this.ranges = ranges;
    this.unseen = unseen;
  }

  /** Walks all that is mapped in the ranges; {@return how many pages that are} */
  long addTo(RegionVisitor sink) {
    long scanned = 0;
    for (int i = 0; i < ranges.count(); i++) {
      for (VmArea area : mm.areas().overlapping(ranges.startVpn(i), ranges.endVpn(i))) {
        long from = Math.max(ranges.startVpn(i), area.startVpn());
        long to = Math.min(ranges.endVpn(i), area.endVpn());
        mm.pages()
            .walk(from, to, unseen.includes(area) ? addingHeld(area, sink) : adding(area, sink));
        scanned += to - from;
      }
    }
    return scanned;
  }

  /** No scan calls an untouched page of the pool WRITTEN, but nothing has armed it. */
  private static long untouched(VmArea area, long entry) {
    return entry == Pte.NONE && area.has(VmFlags.UFFD_WP_ASYNC) ? Categories.WRITTEN : 0;
  }

  private static EntryVisitor addingHeld(VmArea area, RegionVisitor sink) {
    return (startVpn, endVpn, entry) -> {
      if (entry != Pte.NONE || area.file() != null) {
        sink.visit(startVpn, endVpn, Categories.WRITTEN | Categories.COARSE);
      }
    };
  }

  private static EntryVisitor adding(VmArea area, RegionVisitor sink) {
    return new Adding(area, sink);
  }

  /** Passes armed tables by: an exact drain of a tebibyte looks at those alone that are not. */
  private record Adding(VmArea area, RegionVisitor sink) implements EntryVisitor {

    @Override
    public boolean entries(long vpn, PteTable table, int from, int to) {
      boolean nothingToTell = !table.maySomeBeUnarmed() && written(Pte.ARMED) == 0;
      return nothingToTell || EntryVisitor.super.entries(vpn, table, from, to);
    }

    @Override
    public void entry(long startVpn, long endVpn, long entry) {
      long written = written(entry);
      if (written != 0) {
        sink.visit(startVpn, endVpn, written);
      }
    }

    private long written(long entry) {
      return (area.categories(entry) | untouched(area, entry)) & ARMABLE;
    }
  }
}
