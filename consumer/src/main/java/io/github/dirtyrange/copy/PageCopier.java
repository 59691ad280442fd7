package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.track.ChangedPages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies changed pages out of a process, batch by batch through one buffer, so that memory stays
 * bounded whatever changed. A page that cannot be read costs one batch its tail, which is read
 * again from the page after it.
 *
 * <p>What was changed and could not be handed over is owed (law L10): a page that could not be read
 * now, all that was left when the sink or the process failed. The kernel will not tell of it again.
 * It comes with the next {@link #copy}, until it is copied or gone. So one copier is to be used for
 * one process from its first round to its last.
 */
public final class PageCopier {

  private static final int MOST_PAGES = Integer.MAX_VALUE / Pages.SIZE;

  private final TrackedProcess process;
  private final ByteBuffer buffer;
  private final long[] batch;
  private final OwedPages owed = new OwedPages();
  private int batchRanges;
  private int batchPages;

  /**
   * Makes a copier whose buffer holds {@code bufferPages} pages.
   *
   * @throws IllegalArgumentException if that is less than one page, or 2 GiB or more: a buffer's
   *     places are ints
   */
  public PageCopier(TrackedProcess process, int bufferPages) {
    if (bufferPages < 1 || bufferPages > MOST_PAGES) {
      throw new IllegalArgumentException(
          "bufferPages is " + bufferPages + ", 1 to " + MOST_PAGES + " needed");
    }
    this.process = process;
    buffer = ByteBuffer.allocateDirect(bufferPages * Pages.SIZE).order(ByteOrder.nativeOrder());
    batch = new long[2 * bufferPages];
  }

  /**
   * Tells the sink of every region and of what is gone, then copies the ranges to copy and hands
   * each page over, or says that it is unreadable; what is owed from earlier copies is among them,
   * in order. If the sink or the process throws, all that was not taken is owed.
   */
  public void copy(ChangedPages changed, PageSink sink) {
    try {
      owed.tell(changed, sink);
      copyRanges(owed.due(process, sink), sink);
    } finally {
      owed.keepRest();
    }
  }

  /** {@return how many pages were to be copied, and could not be until now} */
  public long owedPages() {
    return owed.pages();
  }

  private void copyRanges(ChangedPages due, PageSink sink) {
    batchRanges = 0;
    batchPages = 0;
    for (int range = 0; range < due.ranges(); range++) {
      long vpn = due.startVpn(range);
      while (vpn < due.endVpn(range)) {
        vpn = append(vpn, due.endVpn(range));
        if (batchPages == capacity()) {
          copyBatch(sink);
        }
      }
    }
    copyBatch(sink);
  }

  private int capacity() {
    return buffer.capacity() >> Pages.SHIFT;
  }

  private long append(long startVpn, long endVpn) {
    long end = Math.min(endVpn, startVpn + capacity() - batchPages);
    batch[2 * batchRanges] = startVpn;
    batch[2 * batchRanges + 1] = end;
    batchRanges++;
    batchPages += (int) (end - startVpn);
    return end;
  }

  private void copyBatch(PageSink sink) {
    int from = 0;
    while (from < batchRanges) {
      buffer.clear();
      long copied = process.readPages(batch, from, batchRanges, buffer);
      from = handOut(from, copied, sink);
    }
    batchRanges = 0;
    batchPages = 0;
  }

  /** Hands out {@code copied} pages from range {@code from} on; returns where to go on reading. */
  private int handOut(int from, long copied, PageSink sink) {
    int range = from;
    int offset = 0;
    long left = copied;
    while (range < batchRanges) {
      long vpn = batch[2 * range];
      long end = batch[2 * range + 1];
      for (; vpn < end && left > 0; vpn++, left--, offset += Pages.SIZE) {
        sink.page(vpn, buffer, offset);
        owed.taken(vpn);
      }
      if (vpn < end) {
        owed.unreadable(vpn);
        sink.unreadable(vpn);
        batch[2 * range] = vpn + 1;
        return vpn + 1 < end ? range : range + 1;
      }
      range++;
    }
    return range;
  }
}
