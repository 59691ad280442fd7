package io.github.dirtyrange.linux.laws;

import io.github.dirtyrange.kernel.DrainReport.Method;

/** Counts looks at a watched process, and what they told. */
final class LookTally {

  private final String looks;
  private long count;
  private long byRecords;
  private long afterLoss;
  private long toldPages;

  /** Counts what is called so, in the plural. */
  LookTally(String looks) {
    this.looks = looks;
  }

  void add(Method method) {
    count++;
    byRecords += method == Method.QUEUE ? 1 : 0;
    afterLoss += method == Method.SCAN_AFTER_LOSS ? 1 : 0;
  }

  void told(long pages) {
    toldPages += pages;
  }

  long byRecords() {
    return byRecords;
  }

  @Override
  public String toString() {
    return "%d %s, %d of them by records, %d pages told, %d %s after a loss"
        .formatted(count, looks, byRecords, toldPages, afterLoss, looks);
  }
}
