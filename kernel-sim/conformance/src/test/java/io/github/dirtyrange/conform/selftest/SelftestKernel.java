package io.github.dirtyrange.conform.selftest;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.conform.Machine;
import io.github.dirtyrange.conform.RealMachine;
import io.github.dirtyrange.conform.RunningProfile;
import io.github.dirtyrange.conform.SimMachine;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.stream.Stream;

/**
 * A kernel that scenarios play on, and the profile that says what it is known to do differently.
 *
 * @param label what it is called in the names of tests
 * @param machine where programs run
 * @param profile of the running kernel: by its release and by probes
 */
record SelftestKernel(String label, Machine machine, Profile profile) implements AutoCloseable {

  /**
   * {@return every modelled kernel, and the running one where an agent can run; in a guest the
   * running one alone, since the others are the same everywhere}
   */
  static Stream<SelftestKernel> all() {
    if (GuestMachine.isOurs()) {
      return Stream.of(running());
    }
    return Stream.concat(
        Stream.of(Profile.V6_1, Profile.V6_12, Profile.V6_18, Profile.V7_3)
            .map(SelftestKernel::simulated),
        AgentProcess.unsupported().isPresent() ? Stream.empty() : Stream.of(running()));
  }

  private static SelftestKernel simulated(Profile profile) {
    return new SelftestKernel("simulated " + profile.name(), new SimMachine(profile), profile);
  }

  /** {@return the kernel that this JVM runs on} */
  static SelftestKernel running() {
    Machine machine = new RealMachine();
    return new SelftestKernel("running " + machine.name(), machine, RunningProfile.of(machine));
  }

  boolean has(Quirk quirk) {
    return profile.has(quirk);
  }

  /** Skips the test where soft-dirty is compiled out: nothing is ever reported there. */
  void needsSoftDirty() {
    assumeFalse(has(Quirk.NO_SOFT_DIRTY), label + ": CONFIG_MEM_SOFT_DIRTY is off");
  }

  /** Skips the test before Linux 6.7, which has neither PAGEMAP_SCAN nor WP_ASYNC. */
  void needsPagemapScan() {
    assumeFalse(has(Quirk.NO_PAGEMAP_SCAN), label + ": PAGEMAP_SCAN came with Linux 6.7");
  }

  /** Skips the test before Linux 6.13. */
  void needsGuardRegions() {
    assumeFalse(has(Quirk.NO_GUARD_REGIONS), label + ": guard regions came with Linux 6.13");
  }

  /** Skips the test where the kernel gave no huge page for an aligned 2 MiB. */
  void needsHugePage(boolean obtained) {
    assumeTrue(obtained, label + ": no huge page was to be had");
  }

  /** Skips the test where nothing happens at the same time as something else. */
  void needsTwoProcessors() {
    assumeTrue(machine instanceof RealMachine, label + ": its processes take turns");
    int processors = Runtime.getRuntime().availableProcessors();
    assumeTrue(processors > 1, label + ": there is one processor only");
  }

  @Override
  public void close() {
    machine.close();
  }

  @Override
  public String toString() {
    return label;
  }
}
