package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Strategy;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundCollectorTest {

  private static final PageRange RANGE = new PageRange(1 << 18, (1 << 18) + 8);

  private final SimKernel kernel = new SimKernel(Profile.V6_1);
  private final SimProcess target = kernel.spawn();

  /** A queue that goes by soft-dirty has armed nothing, and its kernel may have no such scan. */
  @Test
  void anExactRoundOfWhatIsNotArmedAsksForNoScan() {
    target.mmap(
        Pages.address(RANGE.startVpn()),
        Pages.address(RANGE.pages()),
        Prot.READ | Prot.WRITE,
        Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    ChangeQueueOptions options = new ChangeQueueOptions(TrackedRanges.of(RANGE), 1 << 20);
    try (TrackedProcess process = kernel.open(target.pid());
        ChangeTracker tracker = Strategy.PAGEMAP.open(kernel, process, options)) {
      tracker.start();
      target.store(Pages.address(RANGE.startVpn() + 3), 1);
      RoundCollector collector =
          exact(process, new Mechanism(Strategy.BPF_QUEUE, tracker, null, List.of()));
      ChangedPages changed = new ChangedPages();
      collector.begin();
      RoundCollector.Outcome outcome = collector.into(changed, new ChangedPages());
      assertThat(outcome.missed()).isNull();
      assertThat(changed.pages()).isEqualTo(1);
    }
  }

  private RoundCollector exact(TrackedProcess process, Mechanism mechanism) {
    return new RoundCollector(
        mechanism,
        withoutScan(process),
        TrackedRanges.of(RANGE),
        new ThreadTally(kernel),
        new StackTally(CodeNames.NONE, new Selection(List.of())),
        true);
  }

  private static TrackedProcess withoutScan(TrackedProcess process) {
    return (TrackedProcess)
        Proxy.newProxyInstance(
            TrackedProcess.class.getClassLoader(),
            new Class<?>[] {TrackedProcess.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("scan")) {
                throw new AssertionError("a scan");
              }
              return method.invoke(process, arguments);
            });
  }
}
