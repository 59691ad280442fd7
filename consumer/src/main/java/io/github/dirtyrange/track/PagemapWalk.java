package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.TrackedProcess;

/** Reads pagemap entries, chunk by chunk, and picks the pages whose bit says changed. */
final class PagemapWalk {

  /** Entries a read: 256 KiB of buffer, 128 MiB of address space. */
  private static final int CHUNK_PAGES = 1 << 15;

  private final TrackedProcess process;
  private final long bit;
  private final long whenChanged;
  private final long[] entries = new long[CHUNK_PAGES];
  private long firstVpn;
  private int count;

  PagemapWalk(TrackedProcess process, TrackedBit tracked) {
    this.process = process;
    this.bit = tracked.bit();
    this.whenChanged = tracked.whenChanged();
  }

  /** Picks the changed pages of a range; {@return how many pages were looked at} */
  long pick(long startVpn, long endVpn, ChangedPages changed) {
    long vpn = startVpn;
    while (vpn < endVpn && load(vpn, endVpn)) {
      pickLoaded(changed);
      vpn = loadedEnd();
    }
    return vpn - startVpn;
  }

  /**
   * Reads as many entries from a page on as there is room for, up to a page.
   *
   * @return whether there were any: the address space may end there
   */
  boolean load(long startVpn, long endVpn) {
    firstVpn = startVpn;
    count = process.readPagemap(startVpn, (int) Math.min(CHUNK_PAGES, endVpn - startVpn), entries);
    return count > 0;
  }

  /** {@return the page after the last that was read} */
  long loadedEnd() {
    return firstVpn + count;
  }

  /** {@return whether a page that was read is changed} */
  boolean isChanged(long vpn) {
    return (entries[(int) (vpn - firstVpn)] & bit) == whenChanged;
  }

  /** Picks the changed pages among those that were read. */
  void pickLoaded(ChangedPages changed) {
    int at = 0;
    while (at < count) {
      if ((entries[at] & bit) != whenChanged) {
        at++;
        continue;
      }
      int start = at;
      while (at < count && (entries[at] & bit) == whenChanged) {
        at++;
      }
      changed.add(firstVpn + start, firstVpn + at);
    }
  }

  /** {@return the memory that the buffer takes, in bytes} */
  long memoryBytes() {
    return (long) entries.length * Long.BYTES;
  }
}
