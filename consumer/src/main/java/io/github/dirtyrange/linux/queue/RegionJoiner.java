package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;

/** Hands written regions to a sink, those that touch as one (law L3). */
final class RegionJoiner implements RegionSink {

  private final ChangeSink sink;
  private long startVpn;
  private long endVpn;
  private long pages;

  RegionJoiner(ChangeSink sink) {
    this.sink = sink;
  }

  @Override
  public void add(long nextStartVpn, long nextEndVpn) {
    if (nextStartVpn != endVpn) {
      finish();
      startVpn = nextStartVpn;
    }
    endVpn = nextEndVpn;
  }

  /** Hands out the last region. */
  void finish() {
    if (endVpn > startVpn) {
      pages += endVpn - startVpn;
      sink.accept(startVpn, endVpn, Categories.WRITTEN, Categories.WRITTEN);
    }
    startVpn = endVpn;
  }

  /** {@return how many pages were handed out} */
  long pages() {
    return pages;
  }
}
