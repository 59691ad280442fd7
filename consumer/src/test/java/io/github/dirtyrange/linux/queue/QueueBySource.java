package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.List;

/**
 * Opens queues whose samples come from where a test wants them, rather than where it is best. To
 * read them costs nothing, so that it is done however much others do.
 */
public final class QueueBySource implements AutoCloseable {

  private static final long BYTES = 16L << 20;

  private final MemoryIdentity identity;
  private final ProcMaps maps;
  private final PageRange range;

  /** Of a process that has registered those pages. */
  public QueueBySource(int pid, PageRange range) {
    identity = MemoryIdentity.open(pid);
    maps = new ProcMaps(identity);
    this.range = range;
  }

  /** {@return a new queue, of which the pages are armed} */
  public ChangeQueue open(SampleSource source) {
    return open(source, BYTES);
  }

  ChangeQueue open(SampleSource source, long bytes) {
    return armed(
        LinuxQueues.open(
            identity,
            maps,
            new ChangeQueueOptions(List.of(range), bytes),
            QueueOnTarget.SAMPLES_ARE_CHEAP,
            plan(source)));
  }

  /**
   * {@return a new queue that goes by records of the kernel's functions, of which the pages are
   * armed}
   */
  public ChangeQueue openRecorded() {
    return openRecorded(BYTES);
  }

  /** {@return the same, whose ring and memory take so much} */
  public ChangeQueue openRecorded(long bytes) {
    return armed(
        LinuxQueues.openRecorded(
            identity,
            maps,
            new ChangeQueueOptions(List.of(range), bytes),
            QueueOnTarget.SAMPLES_ARE_CHEAP,
            records -> SelfTestResult.untried("it was not asked for")));
  }

  private ChangeQueue armed(ChangeQueue queue) {
    LearntCosts costs = LearntCosts.unchanging(CostModel.defaults());
    new WrittenPages(identity.pagemap(), ScanRequest.WP_MATCHING, costs)
        .collect(range.startVpn(), range.endVpn(), (int) range.pages(), (start, end, now) -> {});
    return queue;
  }

  SamplingPlan plan(SampleSource source) {
    return SamplingPlan.from(source, identity.pid());
  }

  @Override
  public void close() {
    maps.close();
    identity.close();
  }
}
