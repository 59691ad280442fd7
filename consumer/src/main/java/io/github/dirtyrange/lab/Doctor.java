package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.lab.result.DoctorResult;
import io.github.dirtyrange.lab.result.DoctorResult.ProcessResult;
import io.github.dirtyrange.lab.result.DoctorResult.Recording;
import io.github.dirtyrange.lab.result.DoctorResult.Verdict;
import io.github.dirtyrange.linux.Diagnosis;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.MachineProbe;
import io.github.dirtyrange.linux.ProbeChild;
import io.github.dirtyrange.linux.RecordingProbe;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Strategy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what the running kernel can do, by trying it on children of its own. */
public final class Doctor {

  private static final int PAGES = 64;
  private static final int CHANGED = 42;
  private static final long RING_BYTES = 1 << 20;

  private Doctor() {}

  /** {@return what this machine can do} */
  public static DoctorResult ofMachine() {
    LinuxKernel.requireKnownMachine();
    List<Capability> capabilities = MachineProbe.probe();
    return new DoctorResult(
        System.getProperty("os.version"),
        machine(),
        capabilities,
        verdicts(capabilities),
        recording(new Capabilities(capabilities)),
        null);
  }

  /**
   * {@return what this machine can do, and whether it can track a process}
   *
   * @throws KernelException ESRCH if there is no such process
   */
  public static DoctorResult of(int pid) {
    DoctorResult result = ofMachine();
    ProcessDiagnosis diagnosis = Diagnosis.of(pid, result.capabilities());
    List<Verdict> verdicts =
        result.strategies().stream().map(verdict -> on(diagnosis, verdict)).toList();
    return new DoctorResult(
        result.release(),
        result.machine(),
        result.capabilities(),
        result.strategies(),
        result.recording(),
        new ProcessResult(diagnosis, verdicts));
  }

  private static @Nullable Recording recording(Capabilities capabilities) {
    if (!capabilities.has(Capability.BPF_HOOKS)) {
      return null;
    }
    try {
      RecordingProbe probe = RecordingProbe.run();
      return new Recording(
          probe.complete(),
          probe.summary(),
          probe.hooks().stream()
              .map(hook -> new Recording.Function(hook.what(), hook.place(), hook.refusal()))
              .toList(),
          probe.ways().stream()
              .map(
                  way ->
                      new Recording.Way(
                          way.name(), way.changedPages(), way.missedPages(), way.detail()))
              .toList());
    } catch (KernelException e) {
      return new Recording(false, String.valueOf(e.getMessage()), List.of(), List.of());
    }
  }

  private static String machine() {
    String arch = System.getProperty("os.arch", "unknown");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  /** All but the perfect one, which only a workload of ours can tell what it is told. */
  private static List<Verdict> verdicts(List<Capability> capabilities) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy != Strategy.PERFECT)
        .map(strategy -> verdict(strategy, new Capabilities(capabilities)))
        .toList();
  }

  private static Verdict verdict(Strategy strategy, Capabilities capabilities) {
    List<String> lacks = strategy.lacks(capabilities);
    if (!lacks.isEmpty()) {
      return new Verdict(strategy.label(), false, "", lacks);
    }
    boolean armed = capabilities.has(Capability.WP_ASYNC);
    try (ProbeChild child = ProbeChild.start()) {
      return new Verdict(strategy.label(), true, claims(strategy, child, armed), List.of());
    } catch (KernelException | MachineLacksException e) {
      List<String> failed = List.of("a round trip: " + e.getMessage());
      return new Verdict(strategy.label(), false, "", failed);
    }
  }

  /** What a strategy lacks on a process: what it lacks anyhow, and what the process takes away. */
  private static Verdict on(ProcessDiagnosis diagnosis, Verdict verdict) {
    Strategy strategy = strategy(verdict.name());
    List<String> lacks = strategy.lacks(diagnosis.capabilities());
    boolean usable = verdict.usable() && lacks.isEmpty() && diagnosis.isOpen();
    return new Verdict(verdict.name(), usable, usable ? verdict.claims() : "", lacks);
  }

  private static Strategy strategy(String label) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  /**
   * {@return what a strategy claims, once it has found the page that a child writes}
   *
   * @throws MachineLacksException if it finds another, or none
   */
  private static String claims(Strategy strategy, ProbeChild child, boolean armed) {
    long address = child.map((long) PAGES * Pages.SIZE);
    for (int page = 0; page < PAGES; page++) {
      child.store(address + Pages.address(page), 1);
    }
    long vpn = Pages.vpn(address);
    PageRange range = new PageRange(vpn, vpn + PAGES);
    if (armed) {
      child.openUserfaultfd();
    }
    Kernel kernel = LinuxKernel.open();
    try (TrackedProcess process = kernel.open(child.pid())) {
      if (armed) {
        // Closing the process takes it back.
        process.arm(TrackedRanges.of(range));
      }
      ChangeQueueOptions options = new ChangeQueueOptions(List.of(range), RING_BYTES);
      try (ChangeTracker tracker = strategy.open(kernel, process, options)) {
        tracker.start();
        child.store(address + Pages.address(CHANGED), 2);
        ChangedPages changed = new ChangedPages();
        tracker.collect(changed);
        requireOnly(vpn + CHANGED, changed);
        return tracker.claims().toString();
      }
    }
  }

  private static void requireOnly(long vpn, ChangedPages changed) {
    if (changed.pages() != 1 || changed.startVpn(0) != vpn) {
      throw new MachineLacksException(
          "a child wrote one page, and " + changed.pages() + " were found, not just that");
    }
  }
}
