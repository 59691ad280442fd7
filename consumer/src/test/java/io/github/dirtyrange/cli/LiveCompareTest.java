package io.github.dirtyrange.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.track.Strategy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveCompareTest {

  private static final int STOPS = 5;

  /** A process of whose threads one cannot be stopped, after some stops. */
  @Test
  void roundsThatWereDoneAreToldWhenTheProcessCannotBeStoppedAnyMore() {
    SimKernel sim = new SimKernel(Profile.V7_3);
    SimProcess target = sim.spawn();
    target.storeRange(target.mmap(16L * Pages.SIZE), 16L * Pages.SIZE, 1);
    AtomicInteger stops = new AtomicInteger();
    Kernel kernel =
        new ForwardingKernel(
            sim,
            opened ->
                new ForwardingProcess(opened) {
                  @Override
                  public Frozen freeze() {
                    if (stops.incrementAndGet() > STOPS) {
                      throw new KernelException(Errno.EBUSY, "stopping all threads");
                    }
                    return super.freeze();
                  }
                });
    LivePlan plan =
        new LivePlan(
            target.pid(),
            "simulated",
            100,
            0,
            List.of(Strategy.PAGEMAP_SCAN),
            1 << 20,
            Long.MAX_VALUE,
            false);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    LiveCompare compare =
        new LiveCompare(
            new ReportFormat().liveReport(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    assertThatThrownBy(() -> compare.run(kernel, plan)).isInstanceOf(KernelException.class);
    assertThat(out.toString()).contains("pagemap-scan");
    assertThat(err.toString()).containsPattern("given up after [1-9] of 100 rounds");
  }
}
