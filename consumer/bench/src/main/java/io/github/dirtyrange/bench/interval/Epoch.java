package io.github.dirtyrange.bench.interval;

import io.github.dirtyrange.interval.RegionVisitor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** One filling and ordered drain of a structure, timed apart. */
final class Epoch implements RegionVisitor {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final int PART = 10_000;

  private final long[] operations;
  private final long[] masks;
  private final Subject subject;
  private long ranges;
  private long hash;
  private long fillNanos;
  private long drainNanos;

  Epoch(Workload workload, Structure structure) {
    this(workload.operations(), workload, structure);
  }

  Epoch(long[] operations, Workload workload, Structure structure) {
    this.operations = operations;
    this.masks = workload.masks();
    this.subject = structure.create();
  }

  /** Fills and drains once. */
  void run() {
    long start = now();
    fill();
    long filled = now();
    drain();
    fillNanos = filled - start;
    drainNanos = now() - filled;
  }

  /** This thread's processor time, which other load on the machine does not lengthen. */
  private static long now() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** Fills in parts: a method called often is compiled as callers of a map are. */
  void fill() {
    for (int from = 0; from < operations.length; from += PART) {
      subject.fill(operations, masks, from, Math.min(operations.length, from + PART));
    }
  }

  void drain() {
    ranges = 0;
    hash = 0;
    subject.drain(this);
  }

  @Override
  public void visit(long startVpn, long endVpn, long mask) {
    ranges++;
    hash = hash * 31 + startVpn * 7 + endVpn;
  }

  Subject subject() {
    return subject;
  }

  int operationCount() {
    return operations.length;
  }

  long ranges() {
    return ranges;
  }

  /** {@return a hash of the ranges that were drained, the same for every right structure} */
  long hash() {
    return hash;
  }

  long fillNanos() {
    return fillNanos;
  }

  long drainNanos() {
    return drainNanos;
  }
}
