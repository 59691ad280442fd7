package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.DrainReport.Method;
import io.github.dirtyrange.kernel.StackPages;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainsOfDrainsTest extends QueueOnTarget {

  private static final CostModel SAMPLES_ARE_DEAR = costs(500_000, 1e9, 1e9);
  private static final int DEPTH = 4;
  private static final int WRITTEN = 1_000;

  private MemoryIdentity identity;
  private ProcMaps maps;

  @BeforeEach
  void openMaps() {
    identity = MemoryIdentity.open(target.pid());
    maps = new ProcMaps(identity);
  }

  @AfterEach
  void closeMaps() {
    maps.close();
    identity.close();
  }

  private ChangeQueue open(CostModel costs, int depth) {
    return LinuxQueues.open(
        identity,
        maps,
        new ChangeQueueOptions(List.of(target.range()), ROOMY).withChains(depth),
        costs,
        SamplingPlan.from(SampleSource.THREADS, target.pid()));
  }

  private static void write() throws IOException {
    target.order("write", LongStream.range(0, WRITTEN).toArray());
  }

  private static long pages(ChangeStacks stacks) {
    return stacks.stacks().stream().mapToLong(StackPages::pages).sum();
  }

  @Test
  void aDrainSaysByWhichChainsEachSampledPageWasWritten() throws IOException {
    try (ChangeQueue queue = open(SAMPLES_ARE_CHEAP, DEPTH)) {
      write();
      assertThat(takeBySamplesOrScan(queue)).containsExactly(region(0, WRITTEN));
      assertThat(pages(queue.stacks())).isEqualTo(WRITTEN);
      assertThat(queue.stacks().stacks())
          .allMatch(stack -> stack.pid() == target.pid() && stack.vpn() != 0)
          .allMatch(stack -> stack.chain().depth() > 0 && stack.chain().depth() <= DEPTH);
      assertThat(takeBySamplesOrScan(queue)).isEmpty();
      assertThat(queue.stacks()).isEqualTo(ChangeStacks.NONE);
    }
  }

  /** Without chains, samples rest from the second such drain on. */
  @Test
  void drainsThatScanByChoiceReadTheSamplesAllTheSame() throws IOException {
    try (ChangeQueue queue = open(SAMPLES_ARE_DEAR, DEPTH)) {
      for (int drain = 0; drain < 4; drain++) {
        write();
        assertThat(take(queue, Method.SCAN_BY_CHOICE)).containsExactly(region(0, WRITTEN));
        assertThat(pages(queue.stacks())).isEqualTo(WRITTEN);
      }
      write();
      queue.drainExactly((start, end, changed, now) -> {});
      assertThat(pages(queue.stacks())).isEqualTo(WRITTEN);
    }
  }

  @Test
  void aQueueThatWasNotAskedKnowsNoChains() throws IOException {
    try (ChangeQueue queue = open(SAMPLES_ARE_CHEAP, 0)) {
      write();
      assertThat(takeBySamplesOrScan(queue)).containsExactly(region(0, WRITTEN));
      assertThat(queue.stacks()).isEqualTo(ChangeStacks.NONE);
    }
  }
}
