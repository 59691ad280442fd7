package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;

/**
 * The first eight bytes of some pages, which is what the programs write: values there, or zeros
 * everywhere.
 */
final class HeldBytes {

  private static final int MOST_PAGES = 512;
  private static final ByteBuffer BYTES =
      ByteBuffer.allocateDirect(MOST_PAGES * Pages.SIZE).order(ByteOrder.nativeOrder());

  private final long[] values;
  private final boolean[] known;

  /** Reads pages that are in memory: to look at others would bring them there. */
  HeldBytes(TrackedProcess process, PageIndices indices, IntPredicate wanted) {
    values = new long[indices.count()];
    known = new boolean[indices.count()];
    int[] pages = new int[MOST_PAGES];
    int count = 0;
    for (int page = 0; page < indices.count(); page++) {
      if (wanted.test(page)) {
        pages[count++] = page;
      }
      if (count == MOST_PAGES || page == indices.count() - 1) {
        read(process, indices, pages, count);
        count = 0;
      }
    }
  }

  private void read(TrackedProcess process, PageIndices indices, int[] pages, int count) {
    long[] bounds = new long[2 * count];
    for (int i = 0; i < count; i++) {
      bounds[2 * i] = indices.vpn(pages[i]);
      bounds[2 * i + 1] = bounds[2 * i] + 1;
    }
    for (int done = 0; done < count; done++) {
      int read = (int) process.readPages(bounds, done, count, BYTES.clear());
      for (int i = 0; i < read; i++) {
        values[pages[done + i]] = BYTES.getLong(i * Pages.SIZE);
        known[pages[done + i]] = true;
      }
      // One page cannot be read; on with the next.
      done += read;
    }
  }

  /** {@return whether a page holds something else than at another time, if both are known} */
  boolean differs(HeldBytes other, int page) {
    return known[page] && other.known[page] && values[page] != other.values[page];
  }
}
