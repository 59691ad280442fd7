package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads ranges of a process's pages through one buffer, as many at a time as it holds, so that
 * memory stays bounded whatever is asked for. A page that cannot be read costs its batch the rest,
 * which is read again from the page after it.
 *
 * <p>Not safe for use by several threads.
 */
public final class BatchReader {

  private static final int MOST_PAGES = Integer.MAX_VALUE / Pages.SIZE;

  private final TrackedProcess process;
  private final ByteBuffer buffer;
  private final long[] batch;
  private int ranges;
  private int pages;

  /**
   * Makes a reader whose buffer holds {@code bufferPages} pages.
   *
   * @throws IllegalArgumentException if that is less than one page, or 2 GiB or more: a buffer's
   *     places are ints
   */
  public BatchReader(TrackedProcess process, int bufferPages) {
    if (bufferPages < 1 || bufferPages > MOST_PAGES) {
      throw new IllegalArgumentException(
          "bufferPages is " + bufferPages + ", 1 to " + MOST_PAGES + " needed");
    }
    this.process = process;
    buffer = ByteBuffer.allocateDirect(bufferPages * Pages.SIZE).order(ByteOrder.nativeOrder());
    batch = new long[2 * bufferPages];
  }

  /**
   * Receives every page that is read or cannot be, in the order in which they were asked for.
   *
   * @param <E> what it throws
   */
  public interface Sink<E extends Exception> {

    /**
     * Takes neighbouring pages, all of one range that was asked for.
     *
     * @param startVpn the first one
     * @param pages how many
     * @param buffer holds their bytes from {@code offset} on; valid during the call only
     * @param offset index of the first byte
     */
    void run(long startVpn, int pages, ByteBuffer buffer, int offset) throws E;

    /** Learns that a page cannot be read. */
    void unreadable(long vpn) throws E;
  }

  /** Asks for a range; the sink has it when this returns, or after the next {@link #flush}. */
  public <E extends Exception> void add(long startVpn, long endVpn, Sink<E> sink) throws E {
    long vpn = startVpn;
    while (vpn < endVpn) {
      vpn = append(vpn, endVpn);
      if (pages == capacity()) {
        flush(sink);
      }
    }
  }

  private int capacity() {
    return buffer.capacity() >> Pages.SHIFT;
  }

  private long append(long startVpn, long endVpn) {
    long end = Math.min(endVpn, startVpn + capacity() - pages);
    batch[2 * ranges] = startVpn;
    batch[2 * ranges + 1] = end;
    ranges++;
    pages += (int) (end - startVpn);
    return end;
  }

  /** Forgets what was asked for and not read. */
  public void clear() {
    ranges = 0;
    pages = 0;
  }

  /** Reads all that was asked for. */
  public <E extends Exception> void flush(Sink<E> sink) throws E {
    int from = 0;
    while (from < ranges) {
      buffer.clear();
      long read = process.readPages(batch, from, ranges, buffer);
      from = handOut(from, read, sink);
    }
    clear();
  }

  /** Hands out {@code read} pages from range {@code from} on; returns where to go on reading. */
  private <E extends Exception> int handOut(int from, long read, Sink<E> sink) throws E {
    int offset = 0;
    long left = read;
    for (int range = from; range < ranges; range++) {
      long start = batch[2 * range];
      long end = batch[2 * range + 1];
      int run = (int) Math.min(left, end - start);
      if (run > 0) {
        sink.run(start, run, buffer, offset);
      }
      offset += run * Pages.SIZE;
      left -= run;
      long unreadable = start + run;
      if (unreadable < end) {
        sink.unreadable(unreadable);
        batch[2 * range] = unreadable + 1;
        return unreadable + 1 < end ? range : range + 1;
      }
    }
    return ranges;
  }
}
