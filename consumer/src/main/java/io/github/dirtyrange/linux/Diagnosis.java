package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ProcessDiagnosis;
import io.github.dirtyrange.kernel.ProcessDiagnosis.Finding;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.TargetUserfaultfd;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.perf.SamplingPlan;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.CgroupHierarchy;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether one process can be tracked, and why not, on a machine whose capabilities are
 * known. Nothing is done to the process: its files are read, a page of it is read, and an event is
 * opened on it that never begins.
 */
public final class Diagnosis {

  private static final int MOST_PROGRAMS_AT_ONCE = 5;

  private final int pid;
  private final ProcessFacts facts;
  private final Capabilities machine;
  private final String program;
  private final List<Finding> findings = new ArrayList<>();

  private Diagnosis(int pid, List<Capability> machine) {
    this.pid = pid;
    this.facts = new ProcessFacts(pid);
    this.program = facts.program();
    this.machine = new Capabilities(machine);
  }

  /**
   * {@return what stands in the way of tracking a process, and what it would come to}
   *
   * @param machine what this machine gives ({@link MachineProbe#probe})
   * @throws KernelException ESRCH if there is no such process; EINVAL if it is a thread; EOPNOTSUPP
   *     where /proc is not mounted
   */
  public static ProcessDiagnosis of(int pid, List<Capability> machine) {
    for (int attempt = 1; ; attempt++) {
      Diagnosis diagnosis = new Diagnosis(pid, machine);
      try {
        ProcessDiagnosis found = diagnosis.diagnose();
        if (diagnosis.isOfOneProgram() || attempt == MOST_PROGRAMS_AT_ONCE) {
          return found;
        }
      } catch (MemoryGoneException e) {
        if (e.reason() != MemoryGoneException.Reason.EXEC || attempt == MOST_PROGRAMS_AT_ONCE) {
          throw e;
        }
      }
    }
  }

  /**
   * While a program is loaded its memory has no mapping yet, and nobody without CAP_SYS_PTRACE may
   * look at it ({@code exec_mmap}): what was found then says nothing of the process.
   */
  private boolean isOfOneProgram() {
    return facts.program().equals(program);
  }

  private ProcessDiagnosis diagnose() {
    lookAtMemory();
    Optional<String> unarmed = whyNotArmed();
    Optional<String> unsampled = refusal(this::openEvent);
    Capabilities capabilities = capabilities(unarmed, unsampled);
    lookAtNamespaces();
    long hugetlb = facts.rollupBytes("Private_Hugetlb", "Shared_Hugetlb");
    long huge = facts.rollupBytes("AnonHugePages", "ShmemPmdMapped");
    lookAtLargePages(huge, hugetlb);
    Optional<SamplingPlan> plan =
        isPrevented() || unsampled.isPresent() ? Optional.empty() : plan();
    return new ProcessDiagnosis(
        pid,
        facts.name(),
        facts.threads(),
        findings,
        capabilities,
        plan.map(chosen -> chosen.source().title() + ", since " + chosen.reason())
            .orElse(unsampled.orElse("")),
        plan.map(SamplingPlan::descriptors).orElse(0),
        huge,
        hugetlb);
  }

  private boolean isPrevented() {
    return findings.stream().anyMatch(Finding::prevents);
  }

  private Optional<SamplingPlan> plan() {
    try {
      return Optional.of(SamplingPlan.of(pid));
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  private void lookAtMemory() {
    try (LinuxProcess process = LinuxProcess.open(pid)) {
      if (facts.leaderEnded()) {
        info("leaderEnded", "its first thread has ended; another one is used");
      }
      process.maps();
    } catch (MemoryGoneException e) {
      findings.add(gone(e));
    } catch (KernelException e) {
      findings.add(new Finding("rights", true, String.valueOf(e.getMessage()), Remedies.LOOKING));
    }
  }

  private static Finding gone(MemoryGoneException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case KERNEL_THREAD -> new Finding("kernelThread", true, message, "");
      case ZOMBIE -> new Finding("zombie", true, message, "");
      case ENDED, EXEC -> throw e;
    };
  }

  private void info(String name, String detail) {
    findings.add(new Finding(name, false, detail, ""));
  }

  /** {@return why write-protection from outside is not to be had here; nothing if it is} */
  private Optional<String> whyNotArmed() {
    if (isPrevented()) {
      return Optional.of(findings.get(0).detail());
    }
    List<String> reasons = new ArrayList<>();
    Optional<String> unattached = refusal(this::readAPage);
    unattached.ifPresent(why -> reasons.add(finding("attach", why, Remedies.LOOKING)));
    if (facts.tracer() != 0) {
      String who = facts.tracer() + " (" + nameOf(facts.tracer()) + ")";
      reasons.add(finding("traced", "process " + who + " traces it", "that tracer to let go"));
    }
    Optional<String> claimed = whyClaimed();
    claimed.ifPresent(why -> reasons.add(finding("claimed", why, "that tracker to end")));
    if (CgroupHierarchy.isFrozen(pid)) {
      reasons.add(finding("frozen", "its cgroup is frozen", "whoever froze it to thaw it"));
    }
    if (facts.is32Bit()) {
      reasons.add(finding("32bit", "its program is of 32 bits", ""));
    }
    lookAtSeccomp().ifPresent(reasons::add);
    Capability arming = machine.get(Capability.ARM_PROCESS);
    if (!arming.available()) {
      reasons.add("no process can be armed here: " + arming.detail());
    }
    boolean offers = offersUserfaultfd() && unattached.isEmpty();
    if (claimed.isPresent()) {
      return claimed;
    }
    return offers || reasons.isEmpty() ? Optional.empty() : Optional.of(reasons.get(0));
  }

  /** One that it makes no use of is taken: nothing has to be stopped, and no call to be run. */
  private boolean offersUserfaultfd() {
    if (facts.userfaultfds() == 0) {
      return false;
    }
    boolean offers = isOffered();
    info(
        "userfaultfd",
        offers
            ? "it has a userfaultfd of its own and makes no use of it: that one is taken"
            : "it has a userfaultfd of its own and makes use of it: what it has registered itself"
                + " is left to it, and not armed");
    return offers;
  }

  private boolean isOffered() {
    try (MemoryIdentity identity = MemoryIdentity.open(pid)) {
      return TargetUserfaultfd.isOffered(identity);
    } catch (KernelException e) {
      return false;
    }
  }

  private String finding(String name, String detail, String remedy) {
    findings.add(new Finding(name, false, detail, remedy));
    return detail;
  }

  private Optional<String> lookAtSeccomp() {
    if (facts.seccomp() == 0) {
      return Optional.empty();
    }
    String mode = facts.seccomp() == 1 ? "strict mode" : "a filter";
    Capability suspending = machine.get(Capability.SUSPEND_SECCOMP);
    if (suspending.available()) {
      info("seccomp", "its system calls go through " + mode + " (seccomp), which may be suspended");
      return Optional.empty();
    }
    return Optional.of(
        finding(
            "seccomp",
            "its system calls go through " + mode + " (seccomp), which may not be suspended",
            suspending.remedy()));
  }

  private static String nameOf(int tracer) {
    try {
      return new ProcessFacts(tracer).name();
    } catch (KernelException e) {
      return "gone";
    }
  }

  private void lookAtNamespaces() {
    List<String> others = facts.otherNamespaces();
    if (!others.isEmpty()) {
      info("namespaces", "its namespaces are others: " + String.join(", ", others));
    }
  }

  private void lookAtLargePages(long huge, long hugetlb) {
    if (huge > 0) {
      finding(
          "hugePages",
          huge + " bytes in huge pages: each is split at its first write once it is armed",
          "--split-huge, from 64 MiB on");
    }
    if (hugetlb > 0) {
      info("hugetlb", hugetlb + " bytes of hugetlbfs: not armed");
    }
  }

  private Capabilities capabilities(Optional<String> unarmed, Optional<String> unsampled) {
    Optional<String> uncleared = refusal(this::openClearRefs);
    Optional<String> unread = refusal(this::readAPage);
    Optional<String> unopened = refusal(this::openKernelQueueFile);
    return new Capabilities(
        machine.all().stream()
            .map(
                each ->
                    switch (each.name()) {
                      case Capability.SOFT_DIRTY -> without(each, uncleared);
                      case Capability.WP_ASYNC -> without(each, unarmed);
                      case Capability.CHANGE_QUEUE -> without(without(each, unsampled), unarmed);
                      case Capability.KERNEL_QUEUE ->
                          each.available() ? without(each, unopened) : each;
                      case Capability.FAULT_SAMPLES -> without(each, unsampled);
                      case Capability.READ_MEMORY -> without(each, unread);
                      default -> each;
                    })
            .toList());
  }

  private static Capability without(Capability capability, Optional<String> why) {
    return why.isEmpty()
        ? capability
        : new Capability(capability.name(), false, why.get(), Remedies.LOOKING);
  }

  private static Optional<String> refusal(Runnable trial) {
    try {
      trial.run();
      return Optional.empty();
    } catch (KernelException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** {@return who has it} Lets go at once: who begins to track in just this moment is refused. */
  private Optional<String> whyClaimed() {
    try (MemoryIdentity identity = MemoryIdentity.open(pid)) {
      identity.claim(MemoryIdentity.Claim.ARMING).close();
      return Optional.empty();
    } catch (KernelException e) {
      return e.errno() == Errno.EBUSY
          ? Optional.of("a tracker has armed it already")
          : Optional.empty();
    }
  }

  private void openEvent() {
    FaultSampler.openThread(pid, Threads.withMemory(pid), Pages.SIZE).close();
  }

  private void openClearRefs() {
    Descriptor.open("/proc/" + pid + "/clear_refs", Abi.O_WRONLY).close();
  }

  /** No queue is opened by that. */
  private void openKernelQueueFile() {
    Descriptor.open("/proc/" + pid + "/pagemap_queue", Abi.O_RDONLY).close();
  }

  private void readAPage() {
    try (LinuxProcess process = LinuxProcess.open(pid)) {
      process.readAPage();
    }
  }
}
