package io.github.dirtyrange.linux;

import static io.github.dirtyrange.linux.Trial.attempt;
import static io.github.dirtyrange.linux.Trial.lacks;
import static io.github.dirtyrange.linux.Trial.works;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.Trial.Finding;
import io.github.dirtyrange.linux.Trial.Remedy;
import io.github.dirtyrange.linux.bpf.HookRight;
import io.github.dirtyrange.linux.kernelqueue.KernelChangeQueue;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * Finds out what the running kernel gives this process by doing each thing once, on a page of its
 * own or of a child: a kernel may accept a call and do nothing.
 */
final class CapabilityProbe {

  private static final int PROBE_RING_BYTES = 16 * Pages.SIZE;

  private static final long QUEUE_BYTES = 16 << 10;

  private static final String SAMPLING =
      "kernel.perf_event_paranoid 2 or less, or CAP_PERFMON, and no seccomp filter against it";

  private final ProbeMemory memory;
  private final long vpn;
  private long stamp = 1;

  private CapabilityProbe(ProbeMemory memory) {
    this.memory = memory;
    this.vpn = Pages.vpn(memory.address());
  }

  /** {@return what can be done with any process, probed on this one} */
  static Capabilities probe() {
    try (ProbeMemory own = new OwnProbeMemory()) {
      return new Capabilities(probe(own));
    }
  }

  /** {@return the same, probed on somebody's page} */
  static List<Capability> probe(ProbeMemory memory) {
    CapabilityProbe probe = new CapabilityProbe(memory);
    return List.of(
        probe.softDirty(),
        probe.pagemapScan(),
        probe.wpAsync(),
        probe.changeQueue(),
        probe.kernelQueue(),
        bpfHooks(),
        probe.faultSamples(),
        probe.readMemory(),
        probe.frameNumbers());
  }

  /** Clearing succeeds even on a kernel that has no soft-dirty, so the bit must be seen to fall. */
  private Capability softDirty() {
    return attempt(
        Capability.SOFT_DIRTY,
        () -> onProcess(this::softDirtyFalls),
        new Remedy(
            "CAP_DAC_OVERRIDE, or the same user as the process",
            "a kernel with CONFIG_MEM_SOFT_DIRTY and CONFIG_PROC_PAGE_MONITOR"));
  }

  private Finding softDirtyFalls(LinuxProcess process) {
    touch();
    process.clearRefs(4);
    boolean cleared = !hasBit(process, PagemapEntry.SOFT_DIRTY);
    touch();
    return cleared && hasBit(process, PagemapEntry.SOFT_DIRTY)
        ? works("clear_refs 4 clears bit 55, a write sets it")
        : lacks(
            "clear_refs 4 and a write left bit 55 as it was; a kernel with CONFIG_MEM_SOFT_DIRTY"
                + " would have it");
  }

  private Capability pagemapScan() {
    return attempt(
        Capability.PAGEMAP_SCAN,
        () ->
            onProcess(
                process -> {
                  touch();
                  PageRegionBuffer regions = new PageRegionBuffer(1);
                  process.scan(ScanRequest.of(vpn, vpn + 1, Categories.PRESENT), regions);
                  return regions.size() == 1 && regions.startVpn(0) == vpn
                      ? works("a present page is found")
                      : lacks("a present page was not found");
                }),
        new Remedy(Remedies.LOOKING, "Linux 6.7 or newer"));
  }

  private Capability wpAsync() {
    return attempt(
        Capability.WP_ASYNC,
        () -> onProcess(this::armedPageIsWritten),
        new Remedy(
            "a seccomp filter that lets userfaultfd(2) pass",
            "Linux 6.7 or newer with CONFIG_USERFAULTFD"));
  }

  private Finding armedPageIsWritten(LinuxProcess process) {
    touch();
    try (ProbeMemory.Armed armed = memory.arm()) {
      boolean unwritten = !isWritten(process);
      touch();
      return unwritten && isWritten(process)
          ? works(armed.kind())
          : lacks("a write to an armed page was not noticed");
    }
  }

  private Capability changeQueue() {
    return attempt(
        Capability.CHANGE_QUEUE,
        () -> onProcess(this::armedPageIsSampled),
        new Remedy(SAMPLING, "Linux 6.7 or newer with CONFIG_USERFAULTFD and CONFIG_PERF_EVENTS"));
  }

  private Finding armedPageIsSampled(LinuxProcess process) {
    touch();
    ProbeMemory.Armed armed = memory.arm();
    try (armed;
        FaultSampler sampler = openSampler()) {
      sampler.enable();
      touch();
      return wasSampled(sampler) && isWritten(process)
          ? works(sampler.describe())
          : lacks("the fault of a write to an armed page was not sampled");
    }
  }

  private Capability kernelQueue() {
    return attempt(
        Capability.KERNEL_QUEUE,
        () -> onProcess(this::writtenPageIsQueued),
        new Remedy(Remedies.LOOKING, KernelChangeQueue.PATCHED_KERNEL));
  }

  private Finding writtenPageIsQueued(LinuxProcess process) {
    touch();
    PageRange page = new PageRange(vpn, vpn + 1);
    try (ChangeQueue queue =
        process.openKernelQueue(new ChangeQueueOptions(List.of(page), QUEUE_BYTES))) {
      queue.drain((startVpn, endVpn, changed, now) -> {});
      touch();
      long[] told = {0};
      queue.drain((startVpn, endVpn, changed, now) -> told[0] |= changed);
      return (told[0] & Categories.SOFT_DIRTY) != 0
          ? works("tells " + Categories.toString(queue.categories().changed()))
          : lacks("a write to an armed page was not queued");
    }
  }

  /**
   * Not a round trip: a strategy that needs it attaches its programs, and says what it could not.
   */
  private static Capability bpfHooks() {
    return attempt(
        Capability.BPF_HOOKS,
        () -> {
          HookRight.require();
          return works("programs at the kernel's functions are allowed");
        },
        new Remedy(
            HookRight.RIGHT,
            "a kernel with CONFIG_BPF_SYSCALL, CONFIG_DEBUG_INFO_BTF and"
                + " CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS"));
  }

  private Capability faultSamples() {
    return attempt(
        Capability.FAULT_SAMPLES,
        () -> {
          try (FaultSampler sampler = openSampler()) {
            memory.discard();
            sampler.enable();
            touch();
            return wasSampled(sampler)
                ? works(sampler.describe())
                : lacks("the fault of a first write to a page was not sampled");
          }
        },
        new Remedy(SAMPLING, "a kernel with CONFIG_PERF_EVENTS"));
  }

  private FaultSampler openSampler() {
    return memory.openSampler(PROBE_RING_BYTES);
  }

  private boolean wasSampled(FaultSampler sampler) {
    boolean[] seen = {false};
    sampler.read((address, pid, tid, nanos) -> seen[0] |= Pages.vpn(address) == vpn);
    return seen[0];
  }

  private Capability readMemory() {
    return attempt(
        Capability.READ_MEMORY,
        () ->
            onProcess(
                process -> {
                  memory.put(42);
                  ByteBuffer page = Sys.struct(Pages.SIZE);
                  long pages = process.readPages(new long[] {vpn, vpn + 1}, 0, 1, page);
                  return pages == 1 && page.getLong(0) == 42
                      ? works("process_vm_readv")
                      : lacks("process_vm_readv read something else");
                }),
        new Remedy(Remedies.LOOKING, "a kernel with CONFIG_CROSS_MEMORY_ATTACH"));
  }

  private Capability frameNumbers() {
    return attempt(
        Capability.FRAME_NUMBERS,
        () ->
            onProcess(
                process -> {
                  touch();
                  return PagemapEntry.pfn(entry(process)) != 0
                      ? works("pagemap shows them")
                      : lacks("pagemap shows 0; CAP_SYS_ADMIN would show them");
                }),
        new Remedy(Remedies.LOOKING, "CAP_SYS_ADMIN, in the first user namespace"));
  }

  private Finding onProcess(Function<LinuxProcess, Finding> trial) {
    try (LinuxProcess process = LinuxProcess.open(memory.pid())) {
      return trial.apply(process);
    }
  }

  private void touch() {
    memory.put(stamp++);
  }

  private boolean isWritten(LinuxProcess process) {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    process.scan(ScanRequest.of(vpn, vpn + 1, Categories.WRITTEN), regions);
    return regions.size() == 1;
  }

  private boolean hasBit(LinuxProcess process, long bit) {
    return (entry(process) & bit) != 0;
  }

  private long entry(LinuxProcess process) {
    long[] entries = new long[1];
    process.readPagemap(vpn, 1, entries);
    return entries[0];
  }
}
