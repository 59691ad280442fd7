package io.github.dirtyrange.kernel.sim.mm;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What page frames hold: one number each, 0 unless it was set. Kept in chunks of 512 frames, which
 * take memory only when frames in them hold different numbers, and 32 bits a frame while that
 * suffices. A tebibyte that was filled with one number takes none.
 */
final class FrameStamps {

  private static final int SHIFT = 9;
  private static final int CHUNK = 1 << SHIFT;
  private static final int INDEX_MASK = CHUNK - 1;
  private static final long FITS = 0xFFFF_FFFFL;

  /** Which frames of a chunk hold its common number, the first and the one after the last. */
  private short[] alikeFrom = new short[64];

  private short[] alikeTo = new short[64];
  private long[] common = new long[64];

  /** Of the other chunks, whose frames have a place each. */
  private int[] @Nullable [] narrow = new int[64][];

  private long[] @Nullable [] wide = new long[64][];

  long get(long frame) {
    int chunk = (int) (frame >>> SHIFT);
    int index = (int) frame & INDEX_MASK;
    if (chunk >= narrow.length) {
      return 0;
    }
    int[] small = narrow[chunk];
    if (small != null) {
      return small[index] & FITS;
    }
    long[] large = wide[chunk];
    if (large != null) {
      return large[index];
    }
    return isAlike(chunk, index) ? common[chunk] : 0;
  }

  void set(long frame, long stamp) {
    int chunk = (int) (frame >>> SHIFT);
    int index = (int) frame & INDEX_MASK;
    if (chunk >= narrow.length) {
      grow(chunk);
    }
    int[] small = narrow[chunk];
    if (small != null && (stamp & ~FITS) == 0) {
      small[index] = (int) stamp;
    } else {
      setInChunk(chunk, index, stamp);
    }
  }

  private void setInChunk(int chunk, int index, long stamp) {
    long[] large = wide[chunk];
    if (large != null) {
      large[index] = stamp;
    } else if (narrow[chunk] != null) {
      widen(chunk)[index] = stamp;
    } else if (!continues(chunk, index, stamp)) {
      spread(chunk);
      set(((long) chunk << SHIFT) + index, stamp);
    }
  }

  private boolean isAlike(int chunk, int index) {
    return index >= alikeFrom[chunk] && index < alikeTo[chunk];
  }

  /**
   * Sets a frame of a chunk of which some neighbours hold one number and the rest 0; {@return
   * whether that still says all}
   */
  private boolean continues(int chunk, int index, long stamp) {
    if (alikeFrom[chunk] == alikeTo[chunk]) {
      alikeFrom[chunk] = (short) index;
      alikeTo[chunk] = (short) index;
      common[chunk] = stamp;
    }
    if (stamp == (isAlike(chunk, index) ? common[chunk] : 0)) {
      return true;
    }
    if (stamp == 0) {
      return shrinks(chunk, index);
    }
    return stamp == common[chunk] && grows(chunk, index);
  }

  private boolean shrinks(int chunk, int index) {
    if (index == alikeFrom[chunk]) {
      alikeFrom[chunk]++;
      return true;
    }
    if (index == alikeTo[chunk] - 1) {
      alikeTo[chunk]--;
      return true;
    }
    return false;
  }

  private boolean grows(int chunk, int index) {
    if (index == alikeTo[chunk]) {
      alikeTo[chunk]++;
      return true;
    }
    if (index == alikeFrom[chunk] - 1) {
      alikeFrom[chunk]--;
      return true;
    }
    return false;
  }

  /** Gives each frame of a chunk a place of its own. */
  private void spread(int chunk) {
    if ((common[chunk] & ~FITS) == 0) {
      int[] small = new int[CHUNK];
      Arrays.fill(small, alikeFrom[chunk], alikeTo[chunk], (int) common[chunk]);
      narrow[chunk] = small;
    } else {
      long[] large = new long[CHUNK];
      Arrays.fill(large, alikeFrom[chunk], alikeTo[chunk], common[chunk]);
      wide[chunk] = large;
    }
    alikeTo[chunk] = alikeFrom[chunk];
  }

  private long[] widen(int chunk) {
    long[] large = new long[CHUNK];
    int[] small = Objects.requireNonNull(narrow[chunk]);
    Arrays.setAll(large, i -> small[i] & FITS);
    narrow[chunk] = null;
    wide[chunk] = large;
    return large;
  }

  /** Sets every frame of a chunk to 0. */
  void clearChunk(int chunk) {
    if (chunk < narrow.length) {
      alikeTo[chunk] = alikeFrom[chunk];
      narrow[chunk] = null;
      wide[chunk] = null;
    }
  }

  private void grow(int chunk) {
    int size = Math.max(chunk + 1, narrow.length * 2);
    alikeFrom = Arrays.copyOf(alikeFrom, size);
    alikeTo = Arrays.copyOf(alikeTo, size);
    common = Arrays.copyOf(common, size);
    narrow = Arrays.copyOf(narrow, size);
    wide = Arrays.copyOf(wide, size);
  }
}
