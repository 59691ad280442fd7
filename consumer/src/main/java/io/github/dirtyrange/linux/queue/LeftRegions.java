package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What a drain found and armed again, and could not hand out because the caller's buffer was full.
 */
final class LeftRegions implements ChangeSink {

  private static final int LONGS = 4;

  private final LongArrayList longs = new LongArrayList();
  private int next;

  @Override
  public void accept(long startVpn, long endVpn, long changed, long now) {
    longs.add(startVpn);
    longs.add(endVpn);
    longs.add(changed);
    longs.add(now);
  }

  boolean isEmpty() {
    return longs.isEmpty();
  }

  void clear() {
    longs.clear();
    next = 0;
  }

  /** Hands out regions for as long as the buffer has room. */
  void fill(PageChangeBuffer buffer) {
    while (!isEmpty() && !buffer.isFull()) {
      handOutNext(buffer);
    }
  }

  /** Hands out all. */
  void finish(ChangeSink sink) {
    while (!isEmpty()) {
      handOutNext(sink);
    }
  }

  /** Shows all, and keeps them. */
  void forEach(ChangeSink sink) {
    for (int i = next; i < longs.size(); i += LONGS) {
      show(i, sink);
    }
  }

  long memoryBytes() {
    return (long) Long.BYTES * longs.elements().length;
  }

  private void handOutNext(ChangeSink sink) {
    show(next, sink);
    next += LONGS;
    if (next == longs.size()) {
      clear();
    }
  }

  private void show(int at, ChangeSink sink) {
    sink.accept(
        longs.getLong(at), longs.getLong(at + 1), longs.getLong(at + 2), longs.getLong(at + 3));
  }
}
