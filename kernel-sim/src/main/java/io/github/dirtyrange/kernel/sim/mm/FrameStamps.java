package io.github.dirtyrange.kernel.sim.mm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What page frames hold: one number each, 0 unless it was set. Kept in chunks of 512 frames, which
 * take memory only when a frame in them holds something, and 32 bits a frame while that suffices.
 */
final class FrameStamps {

  private static final int SHIFT = 9;
  private static final int CHUNK = 1 << SHIFT;
  private static final int INDEX_MASK = CHUNK - 1;
  private static final long FITS = 0xFFFF_FFFFL;

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
    return large == null ? 0 : large[index];
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
    } else if ((stamp & ~FITS) != 0) {
      widen(chunk)[index] = stamp;
    } else if (stamp != 0) {
      int[] small = new int[CHUNK];
      small[index] = (int) stamp;
      narrow[chunk] = small;
    }
  }

  private long[] widen(int chunk) {
    long[] large = new long[CHUNK];
    int[] small = narrow[chunk];
    if (small != null) {
      Arrays.setAll(large, i -> small[i] & FITS);
      narrow[chunk] = null;
    }
    wide[chunk] = large;
    return large;
  }

  /** Sets every frame of a chunk to 0. */
  void clearChunk(int chunk) {
    if (chunk < narrow.length) {
      narrow[chunk] = null;
      wide[chunk] = null;
    }
  }

  private void grow(int chunk) {
    int size = Math.max(chunk + 1, narrow.length * 2);
    narrow = Arrays.copyOf(narrow, size);
    wide = Arrays.copyOf(wide, size);
  }
}
