package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What the pages hold that are in memory. Looking changes nothing: a page that is not in memory is
 * not read.
 */
final class HeldBytes {

  private static final int MOST_PAGES = 2048;

  private final Long2LongOpenHashMap sums = new Long2LongOpenHashMap();
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(MOST_PAGES * Pages.SIZE);
  private final byte[] page = new byte[Pages.SIZE];

  HeldBytes(TrackedProcess process, ShownMemory shown) {
    LongArrayList vpns = new LongArrayList();
    for (long vpn : shown.vpns()) {
      if (shown.page(vpn).isPresent()) {
        vpns.add(vpn);
      }
    }
    for (int from = 0; from < vpns.size(); from += MOST_PAGES) {
      read(process, vpns.subList(from, Math.min(vpns.size(), from + MOST_PAGES)).toLongArray());
    }
  }

  private void read(TrackedProcess process, long[] vpns) {
    long[] bounds = new long[2 * vpns.length];
    for (int i = 0; i < vpns.length; i++) {
      bounds[2 * i] = vpns[i];
      bounds[2 * i + 1] = vpns[i] + 1;
    }
    for (int done = 0; done < vpns.length; done++) {
      bytes.clear();
      int read = (int) process.readPages(bounds, done, vpns.length, bytes);
      bytes.flip();
      for (int i = 0; i < read; i++) {
        sums.put(vpns[done + i], sum());
      }
      // One page cannot be read; on with the next.
      done += read;
    }
  }

  private long sum() {
    bytes.get(page);
    CRC32 sum = new CRC32();
    sum.update(page);
    return sum.getValue();
  }

  /** {@return whether a page holds something else than at another time, if both are known} */
  boolean differs(HeldBytes other, long vpn) {
    return sums.containsKey(vpn)
        && other.sums.containsKey(vpn)
        && sums.get(vpn) != other.sums.get(vpn);
  }
}
