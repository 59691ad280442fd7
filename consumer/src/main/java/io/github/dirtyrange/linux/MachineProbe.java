package io.github.dirtyrange.linux;

import static io.github.dirtyrange.linux.Trial.attempt;
import static io.github.dirtyrange.linux.Trial.lacks;
import static io.github.dirtyrange.linux.Trial.works;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.Trial.Finding;
import io.github.dirtyrange.linux.Trial.Remedy;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SampleSource;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.OnlineCpus;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds out what this machine gives to whoever tracks other processes, by doing each thing once
 * with children of its own. Nothing that is known to hang a kernel is tried: no scan of hugetlbfs,
 * and no guard in memory that is armed or has a file behind it.
 */
public final class MachineProbe {

  /** Room for what others fault meanwhile. */
  private static final int RING_BYTES = 1 << 20;

  private static final Remedy CHILD =
      new Remedy("-Djava.io.tmpdir=FOLDER, whose files may be executed", "Linux on x86-64");
  private static final Remedy PTRACE =
      new Remedy(
          "CAP_SYS_PTRACE, or kernel.yama.ptrace_scope 0 (or 1 for descendants), and no seccomp"
              + " filter against it",
          "Linux 6.7 or newer with CONFIG_USERFAULTFD, on x86-64");

  private MachineProbe() {}

  /** {@return every capability, those of {@link CapabilityProbe} first; takes some 100 ms} */
  public static List<Capability> probe() {
    List<Capability> all = new ArrayList<>(ofAnyProcess());
    all.addAll(onChild(CategoryProbe::probe, CategoryProbe::allUnavailable));
    all.add(cpuSamples());
    all.add(onChild(Capability.ARM_PROCESS, MachineProbe::isArmed, PTRACE));
    all.add(suspendSeccomp());
    all.addAll(onChild(FolioProbe::probe, FolioProbe::allUnavailable));
    all.add(bpf());
    return List.copyOf(all);
  }

  /** On a child, or where there can be none on this process. */
  private static List<Capability> ofAnyProcess() {
    return onChild(
        child ->
            CapabilityProbe.probe(new ChildMemory(child)).stream()
                .map(MachineProbe::withDescriptors)
                .toList(),
        noChild -> {
          try (ProbeMemory own = new OwnProbeMemory()) {
            return CapabilityProbe.probe(own);
          }
        });
  }

  /** Says of samples how many descriptors they take. */
  private static Capability withDescriptors(Capability capability) {
    if (!capability.name().equals(Capability.FAULT_SAMPLES) || !capability.available()) {
      return capability;
    }
    int cpus = OnlineCpus.read().length;
    String detail =
        capability.detail() + "; " + 2 * cpus + " descriptors a thread, and " + cpus + " besides";
    return new Capability(capability.name(), true, detail);
  }

  private static List<Capability> onChild(
      Function<ProbeChild, List<Capability>> trials,
      Function<KernelException, List<Capability>> without) {
    try (ProbeChild child = ProbeChild.start()) {
      return trials.apply(child);
    } catch (KernelException e) {
      return without.apply(e);
    }
  }

  private static Capability onChild(
      String name, Function<ProbeChild, Finding> trial, Remedy remedy) {
    return onChild(
            child -> List.of(attempt(name, () -> trial.apply(child), remedy)),
            noChild -> List.of(withoutChild(name, noChild)))
        .get(0);
  }

  /** {@return what is said of a capability that cannot be tried, since no child can be started} */
  static Capability withoutChild(String name, KernelException why) {
    Supplier<Finding> failing =
        () -> {
          throw why;
        };
    return attempt(name, failing::get, CHILD);
  }

  private static Capability cpuSamples() {
    return onChild(
        Capability.CPU_SAMPLES,
        MachineProbe::isSampledOnWholeCpus,
        new Remedy(
            "kernel.perf_event_paranoid 0 or less, or CAP_PERFMON",
            "a kernel with CONFIG_PERF_EVENTS"));
  }

  private static Finding isSampledOnWholeCpus(ProbeChild child) {
    long address = child.map(Pages.SIZE);
    SamplingPlan plan = SamplingPlan.from(SampleSource.CPUS, child.pid());
    boolean[] seen = {false};
    try (FaultSampler sampler = FaultSampler.openProcess(child.pid(), plan, RING_BYTES)) {
      sampler.enable();
      child.store(address, 1);
      sampler.read((at, pid, tid, nanos) -> seen[0] |= Pages.vpn(at) == Pages.vpn(address));
    }
    return seen[0]
        ? works(plan.descriptors() + " descriptors, whatever the number of threads")
        : lacks("the fault of a first write to a page was not sampled");
  }

  private static Finding isArmed(ProbeChild child) {
    long address = child.map(Pages.SIZE);
    child.store(address, 1);
    PageRange page = new PageRange(Pages.vpn(address), Pages.vpn(address) + 1);
    try (LinuxProcess process = LinuxProcess.open(child.pid());
        Arming arming = process.arm(TrackedRanges.of(page))) {
      boolean before = Categorised.isWritten(process, address);
      child.store(address, 2);
      return !before && Categorised.isWritten(process, address)
          ? works("one thread stopped for " + arming.stoppedNanos() / 1_000 + " us")
          : lacks("a write to an armed page of the child was not noticed");
    }
  }

  private static Capability suspendSeccomp() {
    return onChild(
        Capability.SUSPEND_SECCOMP,
        child -> {
          child.refuseUserfaultfd();
          return isArmed(child);
        },
        new Remedy(
            "CAP_SYS_ADMIN, CAP_SYS_PTRACE, and no filter of system calls (seccomp) of one's own",
            "Linux 6.7 or newer with CONFIG_USERFAULTFD, CONFIG_SECCOMP_FILTER and"
                + " CONFIG_CHECKPOINT_RESTORE, on x86-64"));
  }

  /** Loads the shortest program, of the kind that perf events run. */
  private static Capability bpf() {
    return attempt(
        Capability.BPF,
        () -> {
          ByteBuffer text = Sys.struct(24).putLong(0, 0xb7).putLong(8, 0x95).put(16, (byte) 'x');
          ByteBuffer load =
              Sys.struct(Abi.BPF_LOAD_BYTES)
                  .putInt(Abi.BPF_LOAD_TYPE, Abi.BPF_PROG_TYPE_PERF_EVENT)
                  .putInt(Abi.BPF_LOAD_COUNT, 2)
                  .putLong(Abi.BPF_LOAD_TEXT, Sys.address(text))
                  .putLong(Abi.BPF_LOAD_LICENSE, Sys.address(text) + 16);
          long fd =
              Sys.libc()
                  .syscall(Abi.SYS_BPF, Abi.BPF_PROG_LOAD, Sys.address(load), load.capacity());
          if (fd == -1) {
            throw KernelException.ofNumber(
                Sys.errno(), "bpf(2), loading a program for perf events");
          }
          Sys.libc().close((int) fd);
          return works("a program for perf events is loaded; not used yet");
        },
        new Remedy(
            "CAP_BPF and CAP_PERFMON, in the first user namespace",
            "a kernel with CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS"));
  }
}
