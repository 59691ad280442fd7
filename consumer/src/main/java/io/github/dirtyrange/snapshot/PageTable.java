package io.github.dirtyrange.snapshot;

import io.github.dirtyrange.kernel.Presence;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/** What a look at some pages found, ascending. */
final class PageTable implements Presence.Sink {

  private static final int LONGS = 3;

  private final LongArrayList regions = new LongArrayList();

  @Override
  public void region(long startVpn, long endVpn, long categories) {
    regions.add(startVpn);
    regions.add(endVpn);
    regions.add(categories);
  }

  int size() {
    return regions.size() / LONGS;
  }

  long startVpn(int region) {
    return regions.getLong(region * LONGS);
  }

  long endVpn(int region) {
    return regions.getLong(region * LONGS + 1);
  }

  long categories(int region) {
    return regions.getLong(region * LONGS + 2);
  }
}
