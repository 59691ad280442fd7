package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Processes;
import io.github.dirtyrange.linux.sys.Sharing;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From where a process's faults are to be sampled, and why. docs/linux-queue.md has the figures
 * that the choice goes by.
 *
 * @param descriptors how many will be open
 * @param reason for people, what the choice follows from
 */
public record SamplingPlan(SampleSource source, int descriptors, String reason) {

  /** So many processes beside the one that is sampled, and a cgroup counts as its own. */
  static final int MOST_OTHERS = 4;

  /** So many descriptors are few. */
  static final int FEW = 128;

  /**
   * So many faults a second, for each CPU, are few: one that is sampled takes some 0.4 us longer,
   * so that together they are a thousandth of the CPUs' time.
   */
  static final double QUIET = 2_500;

  /** {@return the plan for a process as it is now} Takes some milliseconds. */
  public static SamplingPlan of(int pid) {
    int cpus = OnlineCpus.read().length;
    int threads = Threads.of(pid).length;
    Optional<String> forbidden = refusal(null);
    if (forbidden.isPresent()) {
      return plan(SampleSource.THREADS, cpus, threads, forbidden.get());
    }
    int thread = Threads.withMemory(pid);
    Optional<Cgroup> cgroup = Cgroup.of(pid).filter(group -> isUsable(group, thread));
    if (cgroup.isPresent() && isItsOwn(cgroup.get(), thread)) {
      return plan(SampleSource.CGROUP, cpus, threads, "the cgroup is its own");
    }
    return choose(cpus, threads, cgroup.isPresent(), () -> FaultRate.ofOthers(pid));
  }

  /** {@return the plan to sample from there, come what may} */
  public static SamplingPlan from(SampleSource source, int pid) {
    int threads = Threads.of(pid).length;
    return plan(source, OnlineCpus.read().length, threads, "asked for");
  }

  /**
   * {@return the choice where whole CPUs may be sampled and the cgroup is not the process's own}
   */
  static SamplingPlan choose(int cpus, int threads, boolean inCgroup, Rate others) {
    SampleSource wide = inCgroup ? SampleSource.CGROUP : SampleSource.CPUS;
    int perThread = SampleSource.THREADS.descriptors(cpus, threads);
    if (perThread > FEW) {
      String many = "each thread apart would take " + perThread + " descriptors";
      return plan(wide, cpus, threads, many);
    }
    double rate = others.perSecond();
    String faults = String.format(Locale.ROOT, "others take %,.0f faults a second", rate);
    return plan(rate > QUIET * cpus ? SampleSource.THREADS : wide, cpus, threads, faults);
  }

  private static SamplingPlan plan(SampleSource source, int cpus, int threads, String reason) {
    return new SamplingPlan(source, source.descriptors(cpus, threads), reason);
  }

  /** How many faults others take. */
  @FunctionalInterface
  interface Rate {
    double perSecond();
  }

  /** Events that others are in as well must see all who share the memory. */
  private static boolean isUsable(Cgroup group, int thread) {
    try (Descriptor folder = group.open()) {
      return refusal(folder).isEmpty()
          && IntStream.of(Processes.list())
              .filter(other -> Sharing.ofMemory(thread, other) == Sharing.SHARED)
              .allMatch(group::holds);
    } catch (KernelException e) {
      return false;
    }
  }

  private static boolean isItsOwn(Cgroup group, int thread) {
    return group.countOthers(pid -> Sharing.ofMemory(thread, pid) == Sharing.SHARED) <= MOST_OTHERS;
  }

  /** {@return what the kernel says against events of a whole CPU, or of a cgroup there} */
  private static Optional<String> refusal(@Nullable Descriptor cgroup) {
    int cpu = OnlineCpus.read()[0];
    long event = Abi.PERF_COUNT_SW_PAGE_FAULTS_MAJ;
    try (Descriptor opened = new PerfEvents().openFaultsOnCpu(cgroup, cpu, event)) {
      return opened.number() < 0 ? Optional.of("") : Optional.empty();
    } catch (KernelException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
