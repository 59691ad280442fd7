package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;

/** What one drain said, page by page, and whether its regions were as they should be (law L3). */
final class DrainOfPages implements ChangeSink {

  private final PageIndices indices;
  private final boolean[] told;
  private final long[] changed;
  private final long[] now;
  private long lastEnd;
  private long lastChanged;
  private long lastNow;
  private boolean canonical = true;

  DrainOfPages(PageIndices indices) {
    this.indices = indices;
    told = new boolean[indices.count()];
    changed = new long[indices.count()];
    now = new long[indices.count()];
  }

  @Override
  public void accept(long startVpn, long endVpn, long changedThere, long nowThere) {
    boolean joins = startVpn == lastEnd && changedThere == lastChanged && nowThere == lastNow;
    canonical &= startVpn < endVpn && startVpn >= lastEnd && !joins;
    lastEnd = endVpn;
    lastChanged = changedThere;
    lastNow = nowThere;
    indices.forEach(
        startVpn,
        endVpn,
        page -> {
          told[page] = true;
          changed[page] = changedThere;
          now[page] = nowThere;
        });
  }

  boolean isCanonical() {
    return canonical;
  }

  boolean tells(int page) {
    return told[page];
  }

  long changed(int page) {
    return changed[page];
  }

  long now(int page) {
    return now[page];
  }

  boolean isCoarse(int page) {
    return (changed[page] & Categories.COARSE) != 0;
  }
}
