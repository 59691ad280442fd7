package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.pgtable.PageTable;
import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;

/**
 * A drain under way: what was taken out of the queue is read, armed again and handed out, from the
 * lowest page on, for as long as the caller has room.
 *
 * <p>A region is handed out only when the next page is known to differ. One that no longer fits is
 * kept for the next call, armed and read; that is all that is ever held back.
 */
final class Drain {

  private final AddressSpace mm;
  private final TakenRegions taken;
  private final Rearm rearm;
  private final RegionJoiner joiner = new RegionJoiner();
  private PageChangeBuffer buffer = new PageChangeBuffer(1);

  /** What a report still has to say of how the pages were found. */
  private long entries;

  private CauseCounts causes = CauseCounts.NONE;

  Drain(AddressSpace mm, TakenRegions taken, Rearm rearm) {
    this.mm = mm;
    this.taken = taken;
    this.rearm = rearm;
  }

  /** Notes how many entries of the queue it took to find the pages, and what changed those. */
  void found(long entriesGoneThrough, CauseCounts causesOfChanges) {
    entries += entriesGoneThrough;
    causes = causes.pages().isEmpty() ? causesOfChanges : causes.plus(causesOfChanges);
  }

  /** {@return a new drain, which reports what this one has not} */
  Drain restarted() {
    Drain restarted = new Drain(mm, taken, rearm.restarted());
    restarted.found(entries, causes);
    return restarted;
  }

  /** {@return a report of this call} What it took to find the pages is in the first alone. */
  DrainReport report(long epoch, DrainReport.Method method, long pagesInspected) {
    DrainReport report =
        new DrainReport(epoch, method, pagesInspected, entries, 1, causes, isComplete());
    entries = 0;
    causes = CauseCounts.NONE;
    return report;
  }

  /** Says where regions go from now on, and hands over the one held back if it is the last. */
  void fill(PageChangeBuffer newBuffer) {
    buffer = newBuffer;
    joiner.handTo(newBuffer);
    finishIfTaken();
  }

  /** {@return whether there are pages to arm, and room for what they say} */
  boolean hasUnarmed() {
    return !taken.isEmpty() && !buffer.isFull();
  }

  /** Reads and arms the next pages. */
  void arm() {
    step(buffer.capacity() - buffer.size());
    finishIfTaken();
  }

  /**
   * Puts back what was read and armed and nobody has taken: the buffer's regions from one on, and
   * what is held back. The next call reads and arms it again and hands it out first (law L10).
   */
  void putBack(int firstUntold) {
    joiner.peek(taken::putBack);
    joiner.drop();
    for (int i = buffer.size() - 1; i >= firstUntold; i--) {
      taken.putBack(buffer.startVpn(i), buffer.endVpn(i), buffer.changed(i));
    }
  }

  private void finishIfTaken() {
    if (taken.isEmpty() && !buffer.isFull()) {
      joiner.finish();
    }
  }

  /** Hands out all that is left as it is now, and arms nothing. */
  void reportUnarmed(ChangeSink sink) {
    new Peek(mm, rearm, new RegionJoiner()).show(taken.copy(), sink);
  }

  /** Hands out what is left as the next calls would, and neither takes nor arms anything. */
  void peek(ChangeSink sink) {
    new Peek(mm, rearm, joiner.copy()).show(taken.copy(), sink);
  }

  /** {@return whether everything was handed out} */
  boolean isComplete() {
    return taken.isEmpty() && !joiner.isHolding();
  }

  /** Shows what is left to hand out, in ascending order. */
  void forEachLeft(RegionVisitor visitor) {
    joiner.peek(visitor);
    taken.forEach(visitor);
  }

  /** {@return how many pages were looked at so far} */
  long pages() {
    return rearm.pages();
  }

  /** Takes the next pages, at most so many unless they are one huge page. */
  private void step(long mostPages) {
    long start = taken.startVpn();
    long end = taken.endVpn();
    if (end - start > mostPages) {
      end = Math.min(end, start + Math.max(mostPages, restOfHuge(start)));
    }
    rearm.take(start, end, taken.changed(), joiner);
    taken.removeUntil(end);
  }

  /** A huge page is one region, and looking at it in parts would split it. */
  private long restOfHuge(long vpn) {
    boolean huge = mm.pages().huge(vpn) != Pte.NONE;
    return huge ? Pages.PER_TABLE - PageTable.index(vpn) : 0;
  }
}
