package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;

/** Joins ascending runs that touch into maximal ranges. */
final class RunJoiner {

  private final RegionVisitor visitor;
  private long start;
  private long end = -1;

  RunJoiner(RegionVisitor visitor) {
    this.visitor = visitor;
  }

  void run(long from, long to) {
    if (from == end) {
      end = to;
      return;
    }
    finish();
    start = from;
    end = to;
  }

  void finish() {
    if (end >= 0) {
      visitor.visit(start, end, 1);
    }
    end = -1;
  }
}
