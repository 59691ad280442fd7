package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds out what the running kernel gives this process by doing each thing once, on a page of its
 * own: a kernel may accept a call and do nothing.
 */
final class CapabilityProbe implements AutoCloseable {

  private static final int PROBE_RING_BYTES = 16 * Pages.SIZE;

  private final int pid = (int) ProcessHandle.current().pid();
  private final MappedArea area = MappedArea.anonymous(Pages.SIZE);
  private final long vpn = Pages.vpn(area.address());
  private final LinuxProcess self = LinuxProcess.open(pid);

  private CapabilityProbe() {}

  /** {@return every capability of {@link Capability}, probed} */
  static Capabilities probe() {
    try (CapabilityProbe probe = new CapabilityProbe()) {
      return new Capabilities(
          List.of(
              probe.softDirty(),
              probe.pagemapScan(),
              probe.wpAsync(),
              probe.changeQueue(),
              probe.faultSamples(),
              probe.readMemory(),
              probe.frameNumbers()));
    }
  }

  /** Clearing succeeds even on a kernel that has no soft-dirty, so the bit must be seen to fall. */
  private Capability softDirty() {
    return attempt(
        Capability.SOFT_DIRTY,
        () -> {
          touch();
          self.clearRefs(4);
          boolean cleared = !hasBit(PagemapEntry.SOFT_DIRTY);
          touch();
          return cleared && hasBit(PagemapEntry.SOFT_DIRTY)
              ? works("clear_refs 4 clears bit 55, a write sets it")
              : lacks(
                  "clear_refs 4 and a write left bit 55 as it was; a kernel with"
                      + " CONFIG_MEM_SOFT_DIRTY would have it");
        },
        "a kernel with CONFIG_MEM_SOFT_DIRTY and CONFIG_PROC_PAGE_MONITOR");
  }

  private Capability pagemapScan() {
    return attempt(
        Capability.PAGEMAP_SCAN,
        () -> {
          touch();
          PageRegionBuffer regions = new PageRegionBuffer(1);
          self.scan(ScanRequest.of(vpn, vpn + 1, Categories.PRESENT), regions);
          return regions.size() == 1 && regions.startVpn(0) == vpn
              ? works("a present page is found")
              : lacks("a present page was not found");
        },
        "Linux 6.7 or newer");
  }

  private Capability wpAsync() {
    return attempt(
        Capability.WP_ASYNC,
        () -> {
          try (Userfaultfd userfaultfd = armed()) {
            boolean armed = !isWritten();
            touch();
            return armed && isWritten()
                ? works(userfaultfd.userModeOnly() ? "of user mode, which is enough" : "works")
                : lacks("a write to an armed page was not noticed");
          }
        },
        "Linux 6.7 or newer with CONFIG_USERFAULTFD");
  }

  private Capability changeQueue() {
    return attempt(
        Capability.CHANGE_QUEUE,
        () -> {
          int tid = (int) Sys.libc().syscall(Abi.SYS_GETTID);
          Userfaultfd userfaultfd = armed();
          try (userfaultfd;
              FaultSampler sampler = FaultSampler.openThread(tid, PROBE_RING_BYTES)) {
            sampler.enable();
            touch();
            return wasSampled(sampler) && isWritten()
                ? works(sampler.describe())
                : lacks("the fault of a write to an armed page was not sampled");
          }
        },
        "Linux 6.7 or newer with CONFIG_USERFAULTFD and CONFIG_PERF_EVENTS");
  }

  private Capability faultSamples() {
    return attempt(
        Capability.FAULT_SAMPLES,
        () -> {
          int tid = (int) Sys.libc().syscall(Abi.SYS_GETTID);
          try (FaultSampler sampler = FaultSampler.openThread(tid, PROBE_RING_BYTES)) {
            area.discard(area.address(), area.bytes());
            sampler.enable();
            touch();
            return wasSampled(sampler)
                ? works(sampler.describe())
                : lacks("the fault of a first write to a page was not sampled");
          }
        },
        "a kernel with CONFIG_PERF_EVENTS");
  }

  private boolean wasSampled(FaultSampler sampler) {
    boolean[] seen = {false};
    sampler.read((address, pid, tid, nanos) -> seen[0] |= Pages.vpn(address) == vpn);
    return seen[0];
  }

  private Capability readMemory() {
    return attempt(
        Capability.READ_MEMORY,
        () -> {
          area.putLong(area.address(), 42);
          ByteBuffer page = Sys.struct(Pages.SIZE);
          long pages = self.readPages(new long[] {vpn, vpn + 1}, 0, 1, page);
          return pages == 1 && page.getLong(0) == 42
              ? works("process_vm_readv")
              : lacks("process_vm_readv read something else");
        },
        "a kernel with CONFIG_CROSS_MEMORY_ATTACH");
  }

  private Capability frameNumbers() {
    return attempt(
        Capability.FRAME_NUMBERS,
        () -> {
          touch();
          return PagemapEntry.pfn(entry()) != 0
              ? works("pagemap shows them")
              : lacks("pagemap shows 0; CAP_SYS_ADMIN would show them");
        },
        "CAP_SYS_ADMIN");
  }

  private void touch() {
    area.putLong(area.address(), area.getLong(area.address()) + 1);
  }

  private Userfaultfd armed() {
    touch();
    Userfaultfd userfaultfd = Userfaultfd.open();
    userfaultfd.register(area.address(), area.bytes());
    userfaultfd.writeProtect(area.address(), area.bytes());
    return userfaultfd;
  }

  private boolean isWritten() {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    self.scan(ScanRequest.of(vpn, vpn + 1, Categories.WRITTEN), regions);
    return regions.size() == 1;
  }

  private boolean hasBit(long bit) {
    return (entry() & bit) != 0;
  }

  private long entry() {
    long[] entries = new long[1];
    self.readPagemap(vpn, 1, entries);
    return entries[0];
  }

  /** What a round trip showed. */
  private record Finding(boolean works, String detail) {}

  /** A round trip, which may fail with the kernel's error. */
  @FunctionalInterface
  private interface Trial {
    Finding run();
  }

  private static Finding works(String detail) {
    return new Finding(true, detail);
  }

  private static Finding lacks(String detail) {
    return new Finding(false, detail);
  }

  private static Capability attempt(String name, Trial trial, String remedy) {
    try {
      Finding finding = trial.run();
      return new Capability(name, finding.works(), finding.detail());
    } catch (KernelException e) {
      return new Capability(name, false, refusal(e, remedy));
    }
  }

  /**
   * An error that a setting causes names the setting itself; others mean that something is missing.
   */
  private static String refusal(KernelException e, String remedy) {
    String message = String.valueOf(e.getMessage());
    return switch (e.errno()) {
      case EACCES, EPERM, EMFILE -> message;
      default -> message + "; needs " + remedy;
    };
  }

  @Override
  public void close() {
    self.close();
    area.close();
  }
}
