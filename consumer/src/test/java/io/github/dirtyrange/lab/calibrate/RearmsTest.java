package io.github.dirtyrange.lab.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.lab.SimTestbed;
import io.github.dirtyrange.lab.Testbed;
import io.github.dirtyrange.lab.result.MeasuredRearm;
import io.github.dirtyrange.lab.result.MeasuredRearm.Activity;
import io.github.dirtyrange.workload.Workload;
import io.github.dirtyrange.workload.WorkloadPlan;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RearmsTest {

  /** So often each of three places is measured, 20 more to warm up. */
  private static final int TIMES = 21 * MeasuredRearm.Pages.values().length;

  private final Watched testbed = new Watched(SimTestbed.open(Profile.V7_3), new ArrayList<>());

  @Test
  void whatIsSaidOfAProcessThatRunsIsMeasuredWhileItDoes() {
    List<MeasuredRearm> measured =
        Rearms.measure(testbed, new Stopwatch(testbed.kernel()), List.of(Activity.RUNNING), 1);
    assertThat(measured)
        .extracting(MeasuredRearm::pages)
        .containsExactly(MeasuredRearm.Pages.values());
    assertThat(testbed.calls()).hasSize(3 * TIMES);
    for (int i = 0; i < testbed.calls().size(); i += 3) {
      assertThat(testbed.calls().subList(i, i + 3))
          .containsExactly("startSpinning", "write", "stopSpinning");
    }
  }

  @Test
  void aProcessThatSleepsIsLetAlone() {
    Rearms.measure(testbed, new Stopwatch(testbed.kernel()), List.of(Activity.ASLEEP), 1);
    assertThat(testbed.calls()).hasSize(TIMES).containsOnly("write");
  }

  /** Notes what its workloads are told, of what matters here. */
  private record Watched(Testbed testbed, List<String> calls) implements Testbed {

    private static final List<String> NOTED = List.of("startSpinning", "write", "stopSpinning");

    @Override
    public Kernel kernel() {
      return testbed.kernel();
    }

    @Override
    public long memoryBytes() {
      return testbed.memoryBytes();
    }

    @Override
    public TrackedProcess open(int pid, String queueDesign) {
      return testbed.open(pid, queueDesign);
    }

    @Override
    public Workload start(WorkloadPlan plan) {
      Workload started = testbed.start(plan);
      return (Workload)
          Proxy.newProxyInstance(
              Workload.class.getClassLoader(),
              new Class<?>[] {Workload.class},
              (proxy, method, arguments) -> {
                if (NOTED.contains(method.getName())) {
                  calls.add(method.getName());
                }
                return method.invoke(started, arguments);
              });
    }
  }
}
