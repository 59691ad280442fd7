package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.sim.mm.pgtable.Pte;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.Arrays;

/**
 * Numbers for memory that outlive the frame it is in. Anonymous memory gets one when it is first
 * asked for, and takes it along to swap and back; a page of a file is known by the file.
 */
public final class MemoryIds {

  private static final long NONE = 0;

  /** Set in the number of a page of a file: the inode follows, then the page. */
  private static final long OF_FILE = 1L << 62;

  private static final int INODE_SHIFT = 36;

  private final Long2LongOpenHashMap ofFrame = new Long2LongOpenHashMap();
  private final Long2LongOpenHashMap ofSlot = new Long2LongOpenHashMap();
  private long last;

  /** Reads the number of each page of a range; 0 where there is no memory yet. */
  public static void read(AddressSpace mm, long startVpn, int count, long[] ids) {
    Arrays.fill(ids, 0, count, NONE);
    mm.areas()
        .forEachIn(
            startVpn,
            startVpn + count,
            (area, from, to) -> {
              for (long vpn = from; vpn < to; vpn++) {
                ids[(int) (vpn - startVpn)] = of(mm, area, vpn);
              }
            });
  }

  private static long of(AddressSpace mm, VmArea area, long vpn) {
    long entry = mm.pages().entryOf(vpn);
    Frames frames = mm.frames();
    if (Pte.isSwap(entry)) {
      return frames.memoryIds().inSlot(frames.swap(), Pte.slot(entry));
    }
    boolean anonymous = Pte.isPresent(entry) && (entry & Pte.FILE) == 0;
    if (anonymous) {
      boolean zero = (entry & Pte.SPECIAL) != 0;
      return zero ? NONE : frames.memoryIds().inFrame(frames.swap(), Pte.frame(entry));
    }
    PageCache file = area.file();
    boolean behind = file != null && area.pageOffset(vpn) < file.pages();
    return file != null && behind ? inFile(file, area.pageOffset(vpn)) : NONE;
  }

  private static long inFile(PageCache file, long page) {
    return OF_FILE | (file.inode() << INODE_SHIFT) | page;
  }

  private long inFrame(SwapSpace swap, long frame) {
    return known(frame, swap.slotOf(frame));
  }

  private long inSlot(SwapSpace swap, long slot) {
    return known(swap.cachedFrame(slot), slot);
  }

  /** {@return the number of what is in a frame, in a slot, or in both; a new one if it has none} */
  private long known(long frame, long slot) {
    long id = Math.max(ofFrame.get(frame), ofSlot.get(slot));
    if (id == NONE) {
      id = ++last;
    }
    if (frame != 0) {
      ofFrame.put(frame, id);
    }
    if (slot != 0) {
      ofSlot.put(slot, id);
    }
    return id;
  }

  /** Notes that a slot holds what a frame holds. */
  void toSlot(long frame, long slot) {
    copy(ofFrame.get(frame), ofSlot, slot);
  }

  /** Notes that a frame holds what a slot holds. */
  void fromSlot(long slot, long frame) {
    copy(ofSlot.get(slot), ofFrame, frame);
  }

  /** Notes that a frame holds what another one held. */
  void migrate(long from, long to) {
    copy(ofFrame.get(from), ofFrame, to);
  }

  private static void copy(long id, Long2LongOpenHashMap target, long key) {
    if (id != NONE) {
      target.put(key, id);
    }
  }

  void forgetFrame(long frame) {
    if (!ofFrame.isEmpty()) {
      ofFrame.remove(frame);
    }
  }

  void forgetSlot(long slot) {
    if (!ofSlot.isEmpty()) {
      ofSlot.remove(slot);
    }
  }

  /** Forgets as many frames from one on. */
  void forgetFrames(long first, int count) {
    for (int i = 0; i < count && !ofFrame.isEmpty(); i++) {
      ofFrame.remove(first + i);
    }
  }
}
