package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a process did, nothing is in use once it has exited and its pins are taken back. */
class FrameAccountingTest {

  @Property(tries = 1_000)
  void everyFrameIsGivenBack(
      @ForAll("programs") List<Step> program,
      @ForAll("windows") Window window,
      @ForAll("profiles") Profile profile) {
    SimKernel kernel = new SimKernel(profile);
    SimProcess process = kernel.spawn();
    List<Long> pins = new ArrayList<>();
    for (Step step : program) {
      if (step.kind() == Kind.PIN) {
        pin(process, step.vpn(window), pins);
      } else {
        step.run(window, process, process.tracked());
      }
      assertThat(kernel.framesInUse()).as("after %s", step).isNotNegative();
    }
    process.exit();
    pins.forEach(process::unpin);
    assertThat(kernel.framesInUse()).isZero();
    assertThat(kernel.slotsInUse()).isZero();
  }

  private static void pin(SimProcess process, long vpn, List<Long> pins) {
    try {
      pins.add(process.pin(Pages.address(vpn)));
    } catch (KernelException refused) {
      // Not writable, or not mapped.
    }
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(
        EnumSet.complementOf(EnumSet.of(Kind.FORK, Kind.DRAIN, Kind.DRAIN_PART)));
  }

  @Provide
  Arbitrary<Window> windows() {
    return Arbitraries.of(Window.SMALL, Window.LARGE);
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.of(Profile.V6_1, Profile.V6_12, Profile.V6_18, Profile.V7_3);
  }
}
