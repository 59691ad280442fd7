package io.github.dirtyrange.bench.interval;

/** A structure without masks, which need not read any. */
interface PageSubject extends Subject {

  void add(long vpn);

  @Override
  default void add(long vpn, long mask) {
    add(vpn);
  }

  @Override
  default void fill(long[] operations, long[] masks, int from, int to) {
    for (int i = from; i < to; i++) {
      long page = operations[i];
      if (page >= 0) {
        add(page);
      } else {
        remove(~page, ~page + Workload.REMOVED_PAGES);
      }
    }
  }
}
