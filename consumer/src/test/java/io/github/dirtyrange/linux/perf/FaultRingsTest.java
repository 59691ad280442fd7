package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CPUs that come and go while faults are sampled. */
@Tag("machine")
@Timeout(120)
class FaultRingsTest {

  private static final int BYTES = 4 << 20;
  private static final int MOST_ROUNDS = 100;

  @TempDir static Path folder;
  private static Path crowd;

  private final int[] all = OnlineCpus.read();
  private int[] online = all;
  private CTarget target;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    crowd = CTarget.compile("crowd", folder);
  }

  @BeforeEach
  void start() throws IOException {
    assumeTrue(all.length > 1, "there is one CPU");
    target = CTarget.start(crowd, 1 << 16);
    target.longNumber();
  }

  @AfterEach
  void end() {
    if (target != null) {
      target.close();
    }
  }

  private FaultSampler open(SampleSource source) {
    SamplingPlan plan = SamplingPlan.from(source, target.pid());
    try {
      return FaultSampler.openProcess(target.pid(), plan, () -> online, BYTES);
    } catch (KernelException e) {
      assumeTrue(source == SampleSource.THREADS, e.getMessage());
      throw e;
    }
  }

  /** Threads start and end, on whatever CPUs they get. */
  private void write(int threads) throws IOException {
    target.ask("churn " + threads + " 20");
  }

  private static void readAll(FaultSampler sampler, Set<Long> pages) {
    sampler.read((address, pid, tid, nanos) -> pages.add(Pages.vpn(address)));
  }

  /** What is told as not seen is seen from then on. */
  @ParameterizedTest
  @EnumSource(names = {"CPUS", "THREADS"})
  void aCpuThatComesOnlineIsNoticedByItsFaultsAndThenSampled(SampleSource source)
      throws IOException {
    online = new int[] {all[0]};
    try (FaultSampler sampler = open(source)) {
      sampler.enable();
      online = all;
      int events = sampler.events();
      boolean noticed = false;
      for (int round = 0; !noticed && round < MOST_ROUNDS; round++) {
        write(100);
        readAll(sampler, new HashSet<>());
        noticed = sampler.hasLost();
      }
      assertThat(noticed).isTrue();
      // One of the threads that came and went may not be gone yet.
      assertThat(sampler.events()).isGreaterThanOrEqualTo(events * all.length);
      Set<Long> pages = new HashSet<>();
      for (int round = 0; round < MOST_ROUNDS; round++) {
        write(100);
        readAll(sampler, pages);
        assertThat(sampler.hasLost()).isFalse();
      }
      assertThat(pages).isNotEmpty();
    }
  }

  @Test
  void theEventsOfACpuThatWentAreClosedAndOpenedAgain() {
    try (PerfEventsOfAll opened = new PerfEventsOfAll()) {
      assertThat(opened.events.count()).isEqualTo(2 * all.length);
      online = new int[] {all[0]};
      assertThat(opened.rings.followCpus()).isFalse();
      assertThat(opened.events.count()).isEqualTo(2);
      online = all;
      assertThat(opened.rings.followCpus()).isTrue();
      assertThat(opened.events.count()).isEqualTo(2 * all.length);
    }
  }

  /** The events of all CPUs into rings, without the rest of a sampler. */
  private final class PerfEventsOfAll implements AutoCloseable {
    final CpuEvents events = new CpuEvents(new PerfEvents(), null);
    final Members members = new Members(target.pid(), new Member(), target::pid);
    final FaultRings rings;

    PerfEventsOfAll() {
      try {
        rings = FaultRings.open(events, members, () -> online, 1);
      } catch (KernelException e) {
        assumeTrue(false, e.getMessage());
        throw e;
      }
    }

    @Override
    public void close() {
      events.close();
      rings.close();
    }
  }

  /**
   * {@code -Ddirtyrange.hotplug=true} takes the last CPU offline for a moment, and back: as root,
   * and not where others are at work.
   */
  @Test
  void aCpuThatIsReallyTakenAwayAndBroughtBackIsSampledAgain() throws Exception {
    assumeTrue(Boolean.getBoolean("dirtyrange.hotplug"), "no CPU is to be taken offline");
    Path switchOf = Path.of("/sys/devices/system/cpu/cpu" + all[all.length - 1], "online");
    assumeTrue(Files.isWritable(switchOf), "CPUs cannot be taken offline");
    SamplingPlan plan = SamplingPlan.from(SampleSource.CPUS, target.pid());
    try (FaultSampler sampler =
        FaultSampler.openProcess(target.pid(), plan, OnlineCpus::read, BYTES)) {
      sampler.enable();
      Files.writeString(switchOf, "0");
      try {
        write(100);
        readAll(sampler, new HashSet<>());
      } finally {
        Files.writeString(switchOf, "1");
      }
      boolean noticed = false;
      for (int round = 0; !noticed && round < MOST_ROUNDS; round++) {
        write(100);
        readAll(sampler, new HashSet<>());
        noticed = sampler.hasLost();
      }
      assertThat(noticed).isTrue();
      for (int round = 0; round < MOST_ROUNDS; round++) {
        write(100);
        readAll(sampler, new HashSet<>());
        assertThat(sampler.hasLost()).isFalse();
      }
    }
  }
}
