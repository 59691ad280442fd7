package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedRange;
import it.unimi.dsi.fastutil.bytes.ByteArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.AbstractList;

/** What pages are, in ascending order, in columns: 17 bytes a range. */
final class Ranges extends AbstractList<SavedRange> {

  private final LongArrayList starts = new LongArrayList();
  private final LongArrayList ends = new LongArrayList();
  private final ByteArrayList classes = new ByteArrayList();

  /** Adds a range behind the last one. */
  void append(long startVpn, long endVpn, PageClass pageClass) {
    starts.add(startVpn);
    ends.add(endVpn);
    classes.add((byte) pageClass.code());
  }

  @Override
  public SavedRange get(int range) {
    return new SavedRange(
        starts.getLong(range),
        ends.getLong(range),
        PageClass.of(classes.getByte(range)).orElseThrow());
  }

  @Override
  public int size() {
    return starts.size();
  }
}
