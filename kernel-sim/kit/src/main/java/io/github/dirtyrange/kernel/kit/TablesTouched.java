package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The page tables, of all levels, above the pages that a queue was told of: for each of them it may
 * take some memory that is no part of its budget (law L6).
 */
final class TablesTouched {

  private static final int BITS_PER_LEVEL = 9;
  private static final int VPN_BITS = 52;

  /** Each as its level and its number. */
  private final Set<Long> tables = new HashSet<>();

  /** Adds the tables above a range. */
  void add(long startVpn, long endVpn) {
    for (int shift = BITS_PER_LEVEL; shift < VPN_BITS + BITS_PER_LEVEL; shift += BITS_PER_LEVEL) {
      for (long table = startVpn >> shift; table <= (endVpn - 1) >> shift; table++) {
        tables.add(((long) shift << VPN_BITS) | table);
      }
    }
  }

  /** {@return what is wrong with a queue's memory beside page tables, or null} */
  @Nullable String tooLarge(RecordQueue queue) {
    long tableBytes = queue.tableBytes();
    return tableBytes > RecordQueue.MOST_BYTES_A_TABLE * (tables.size() + 1)
        ? tableBytes + " bytes beside " + tables.size() + " page tables"
        : null;
  }
}
