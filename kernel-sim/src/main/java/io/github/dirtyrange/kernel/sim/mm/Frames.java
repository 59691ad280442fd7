package io.github.dirtyrange.kernel.sim.mm;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The machine's page frames: which are in use, how many entries map each, and its content, which is
 * one number, the stamp.
 *
 * <p>Frames come in chunks of 512, the size of a huge page. A chunk takes memory for what is out of
 * the ordinary alone: counts of mappings when one is not 1, free frames when there are some.
 */
public final class Frames {

  /** The frame of zeros that all read-only untouched pages share. */
  public static final long ZERO = 1;

  /** The first of the 512 frames of zeros that untouched huge pages share. */
  public static final long HUGE_ZERO = 512;

  private static final int CHUNK_SHIFT = 9;
  private static final int CHUNK = 1 << CHUNK_SHIFT;

  /** The first that can be given out: the two chunks before it hold the zero pages alone. */
  private static final long FIRST = HUGE_ZERO + CHUNK;

  private static final int INDEX_MASK = CHUNK - 1;
  private static final int WORDS = CHUNK / Long.SIZE;

  private final FrameStamps stamps = new FrameStamps();
  private int[] @Nullable [] maps = new int[64][];
  private long[] @Nullable [] free = new long[64][];

  /** Chunks with freed frames, the last to be used first. */
  private final IntArrayList partlyFree = new IntArrayList();

  /** Entirely free chunks, for huge pages. */
  private final IntArrayList whollyFree = new IntArrayList();

  /** How often frames are pinned for the hardware, those that are. */
  private final Long2IntOpenHashMap pins = new Long2IntOpenHashMap();

  private final FrameMarks marks = new FrameMarks();
  private final MemoryIds memoryIds = new MemoryIds();
  private final SwapSpace swap = new SwapSpace(memoryIds);

  /** Pinned frames that nothing maps any more: they are in use until they are unpinned. */
  private final LongOpenHashSet pinnedAlone = new LongOpenHashSet();

  /** The next frame never used. */
  private long fresh = FIRST;

  private long inUse;

  /** {@return a frame of zeros, mapped once} */
  public long allocate() {
    inUse++;
    if (!partlyFree.isEmpty()) {
      return reuse(partlyFree.topInt());
    }
    int chunk = (int) (fresh >>> CHUNK_SHIFT);
    if (chunk >= maps.length) {
      grow();
    }
    return fresh++;
  }

  /** {@return the first of 512 frames in a row, for a huge page, all zero and mapped once} */
  long allocateHuge() {
    inUse += CHUNK;
    if (!whollyFree.isEmpty()) {
      return (long) whollyFree.popInt() << CHUNK_SHIFT;
    }
    while ((fresh & INDEX_MASK) != 0) {
      release(fresh++);
      inUse++;
    }
    if (fresh >>> CHUNK_SHIFT >= maps.length) {
      grow();
    }
    long first = fresh;
    fresh += CHUNK;
    return first;
  }

  /**
   * Pins a frame: a device may write it at any time, and so it stays in use until it is unpinned,
   * whoever unmaps it ({@code pin_user_pages}).
   */
  void pin(long frame) {
    requireOwned(frame);
    pins.addTo(frame, 1);
  }

  /** Takes back a pin; the last one gives a frame back that nothing maps. */
  void unpin(long frame) {
    if (!isPinned(frame)) {
      throw new IllegalArgumentException("frame " + frame + " is not pinned");
    }
    if (pins.addTo(frame, -1) > 1) {
      return;
    }
    pins.remove(frame);
    if (pinnedAlone.remove(frame)) {
      release(frame);
    }
  }

  /** {@return whether any frame is pinned} */
  public boolean hasPins() {
    return !pins.isEmpty();
  }

  /** {@return whether a frame is pinned} */
  public boolean isPinned(long frame) {
    return pins.containsKey(frame);
  }

  /** {@return whether any part of the huge page that holds a frame is pinned} */
  boolean isAnyPinned(long frame) {
    long first = frame & -CHUNK;
    for (int i = 0; i < CHUNK && hasPins(); i++) {
      if (isPinned(first + i)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the machine's swap} */
  public SwapSpace swap() {
    return swap;
  }

  /** {@return the numbers of the memory in frames and in swap} */
  MemoryIds memoryIds() {
    return memoryIds;
  }

  /** {@return what is out of the ordinary about frames} */
  FrameMarks marks() {
    return marks;
  }

  /** {@return how many frames are in use} */
  public long inUse() {
    return inUse;
  }

  /** {@return what a frame holds} */
  public long stamp(long frame) {
    return stamps.get(frame);
  }

  /** Writes what a frame holds. */
  public void setStamp(long frame, long stamp) {
    requireOwned(frame);
    stamps.set(frame, stamp);
  }

  /** {@return how many entries map a frame} */
  public int mapCount(long frame) {
    int[] counts = maps[(int) (frame >>> CHUNK_SHIFT)];
    return counts == null ? 1 : counts[(int) frame & INDEX_MASK];
  }

  /** Notes one more entry that maps a frame. */
  public void map(long frame) {
    requireOwned(frame);
    int chunk = (int) (frame >>> CHUNK_SHIFT);
    int[] counts = maps[chunk];
    if (counts == null) {
      counts = new int[CHUNK];
      Arrays.fill(counts, 1);
      maps[chunk] = counts;
    }
    counts[(int) frame & INDEX_MASK]++;
  }

  /** Notes one more entry that maps each frame of a huge page. */
  void mapHuge(long first) {
    for (long frame = first; frame < first + CHUNK; frame++) {
      map(frame);
    }
  }

  /** Notes one entry less that maps each frame of a huge page. */
  void unmapHuge(long first) {
    requireOwned(first);
    int[] counts = maps[(int) (first >>> CHUNK_SHIFT)];
    if (counts != null || inUseElsewhere(first) || hasPins()) {
      for (long frame = first; frame < first + CHUNK; frame++) {
        unmap(frame);
      }
      return;
    }
    int chunk = (int) (first >>> CHUNK_SHIFT);
    stamps.clearChunk(chunk);
    for (int i = 0; i < CHUNK && !marks.isEmpty(); i++) {
      marks.clear(first + i);
    }
    memoryIds.forgetFrames(first, CHUNK);
    whollyFree.push(chunk);
    inUse -= CHUNK;
  }

  private boolean inUseElsewhere(long first) {
    return free[(int) (first >>> CHUNK_SHIFT)] != null;
  }

  /** The zero pages are nobody's: whoever counts, writes or gives back one has lost its way. */
  private static void requireOwned(long frame) {
    if (frame < FIRST) {
      throw new IllegalStateException("frame " + frame + " is a zero page, and nobody's");
    }
  }

  /** Notes one entry less that maps a frame, and frees it with the last unless it is pinned. */
  public void unmap(long frame) {
    requireOwned(frame);
    int chunk = (int) (frame >>> CHUNK_SHIFT);
    int index = (int) frame & INDEX_MASK;
    int[] counts = maps[chunk];
    if (counts != null && --counts[index] > 0) {
      return;
    }
    if (counts != null) {
      counts[index] = 1;
    }
    if (hasPins() && isPinned(frame)) {
      pinnedAlone.add(frame);
    } else {
      release(frame);
    }
  }

  private void release(long frame) {
    int chunk = (int) (frame >>> CHUNK_SHIFT);
    int index = (int) frame & INDEX_MASK;
    stamps.set(frame, 0);
    forget(frame);
    inUse--;
    long[] bits = free[chunk];
    if (bits == null) {
      bits = new long[WORDS];
      free[chunk] = bits;
      partlyFree.push(chunk);
    }
    bits[index >>> 6] |= 1L << index;
  }

  private void forget(long frame) {
    if (swap.slotsInUse() != 0) {
      swap.uncache(frame);
    }
    marks.clear(frame);
    memoryIds.forgetFrame(frame);
  }

  /** Takes the lowest free frame of a chunk that has one. */
  private long reuse(int chunk) {
    long[] bits = free[chunk];
    int word = 0;
    while (bits != null && word < WORDS && bits[word] == 0) {
      word++;
    }
    if (bits == null || word == WORDS) {
      throw new IllegalStateException("chunk " + chunk + " has no free frame");
    }
    int index = (word << 6) + Long.numberOfTrailingZeros(bits[word]);
    bits[word] &= bits[word] - 1;
    if (isEmpty(bits, word)) {
      free[chunk] = null;
      partlyFree.popInt();
    }
    return ((long) chunk << CHUNK_SHIFT) + index;
  }

  private static boolean isEmpty(long[] bits, int from) {
    for (int i = from; i < WORDS; i++) {
      if (bits[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    int size = maps.length * 2;
    maps = Arrays.copyOf(maps, size);
    free = Arrays.copyOf(free, size);
  }
}
