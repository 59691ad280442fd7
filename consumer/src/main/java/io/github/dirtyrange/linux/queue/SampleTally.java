package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.perf.FaultSink;
import io.github.dirtyrange.linux.perf.SampledChain;

/** Counts who faulted inside the tracked ranges, of samples that are read for nothing else. */
final class SampleTally implements FaultSink {

  private final TrackedRanges ranges;
  private final ThreadTally threads;
  private final StackTally stacks;

  SampleTally(TrackedRanges ranges, ThreadTally threads, StackTally stacks) {
    this.ranges = ranges;
    this.threads = threads;
    this.stacks = stacks;
  }

  @Override
  public void fault(long address, int pid, int tid, long nanos) {
    if (ranges.find(Pages.vpn(address)) >= 0) {
      threads.add(pid, tid);
    }
  }

  @Override
  public void hint(long address) {
    // Nobody's.
  }

  @Override
  public void fault(long address, int pid, int tid, long nanos, SampledChain chain) {
    long vpn = Pages.vpn(address);
    if (ranges.find(vpn) >= 0) {
      threads.add(pid, tid);
      stacks.add(vpn, pid, tid, chain);
    }
  }
}
