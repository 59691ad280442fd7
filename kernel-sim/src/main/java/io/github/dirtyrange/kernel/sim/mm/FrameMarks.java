package io.github.dirtyrange.kernel.sim.mm;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/**
 * What is out of the ordinary about anonymous frames: flags that Linux keeps in the page itself.
 */
final class FrameMarks {

  /** MADV_FREE lets them be discarded, unless they are written before: not PG_swapbacked. */
  private final LongOpenHashSet freedLazily = new LongOpenHashSet();

  /** Hold what is nowhere else, though no entry may say so: PG_dirty. */
  private final LongOpenHashSet dirty = new LongOpenHashSet();

  /** Pages with the same content were made one: PageKsm. */
  private final LongOpenHashSet merged = new LongOpenHashSet();

  boolean isFreedLazily(long frame) {
    return freedLazily.contains(frame);
  }

  void setFreedLazily(long frame, boolean freed) {
    mark(freedLazily, frame, freed);
  }

  boolean isDirty(long frame) {
    return dirty.contains(frame);
  }

  void setDirty(long frame, boolean isDirty) {
    mark(dirty, frame, isDirty);
  }

  boolean isMerged(long frame) {
    return merged.contains(frame);
  }

  void setMerged(long frame, boolean isMerged) {
    mark(merged, frame, isMerged);
  }

  /** {@return whether no frame is marked} */
  boolean isEmpty() {
    return freedLazily.isEmpty() && dirty.isEmpty() && merged.isEmpty();
  }

  /** Takes all marks off a frame. */
  void clear(long frame) {
    if (!freedLazily.isEmpty()) {
      freedLazily.remove(frame);
    }
    if (!dirty.isEmpty()) {
      dirty.remove(frame);
    }
    if (!merged.isEmpty()) {
      merged.remove(frame);
    }
  }

  /** Puts the marks of one frame on another. */
  void copy(long from, long to) {
    mark(freedLazily, to, freedLazily.contains(from));
    mark(dirty, to, dirty.contains(from));
    mark(merged, to, merged.contains(from));
  }

  private static void mark(LongOpenHashSet set, long frame, boolean in) {
    if (in) {
      set.add(frame);
    } else {
      set.remove(frame);
    }
  }
}
