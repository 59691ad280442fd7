package io.github.dirtyrange.lab.calibrate;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.nio.ByteBuffer;

/**
 * Reading pagemap, and reading memory: a call for one page, and a call for many. The difference is
 * what a page costs; what is left of the first is the call.
 */
final class ReadingProbe implements Probe {

  private static final int CALLS = 64;
  private static final int MOST_ENTRIES = 1 << 15;
  private static final int MOST_COPIED = 256;

  private final Stopwatch stopwatch;
  private final TrackedProcess process;
  private final PageRange range;
  private final int entries;
  private final int copied;
  private final long[] read;
  private final ByteBuffer copy;

  ReadingProbe(Stopwatch stopwatch, TrackedProcess process, PageRange range) {
    this.stopwatch = stopwatch;
    this.process = process;
    this.range = range;
    entries = (int) Math.min(MOST_ENTRIES, range.pages());
    copied = (int) Math.min(MOST_COPIED, range.pages());
    read = new long[entries];
    copy = ByteBuffer.allocateDirect(copied * Pages.SIZE);
  }

  @Override
  public void measure(Samples samples) {
    double one = stopwatch.nanosEach(CALLS, () -> process.readPagemap(range.startVpn(), 1, read));
    long calls = (range.pages() + entries - 1) / entries;
    double all = stopwatch.nanos(this::readAll);
    double page = (all - calls * one) / (range.pages() - calls);
    samples.add(
        Cost.PAGEMAP_PAGE, page, "reads of 1 and of all entries, " + entries + " in a read");
    samples.add(Cost.PAGEMAP_CALL, one - page, "a read of 1 entry, less the entry");

    double copyOne = stopwatch.nanosEach(CALLS, () -> copy(1));
    double copyMany = stopwatch.nanos(() -> copy(copied));
    double copyPage = (copyMany - copyOne) / (copied - 1);
    samples.add(Cost.COPY_PAGE, copyPage, "reads of 1 and of " + copied + " pages in one range");
    samples.add(Cost.READ_MEMORY_CALL, copyOne - copyPage, "a read of 1 page, less the page");
  }

  private void readAll() {
    for (long vpn = range.startVpn(); vpn < range.endVpn(); vpn += entries) {
      process.readPagemap(vpn, (int) Math.min(entries, range.endVpn() - vpn), read);
    }
  }

  private void copy(int pages) {
    copy.clear();
    long[] bounds = {range.startVpn(), range.startVpn() + pages};
    process.readPages(bounds, 0, 1, copy);
  }
}
