package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import java.util.ArrayList;
import java.util.List;

/** A simulated process armed from outside, by the userfaultfd that it registers with itself. */
final class SimArming implements Arming {

  /** 64 MiB are taken back in one call. */
  private static final long SLICE_PAGES = 1 << 14;

  private final SimProcess process;
  private final TrackedProcess tracked;
  private final TrackedRanges ranges;
  private final List<Refusal> refused = new ArrayList<>();
  private boolean open = true;

  SimArming(SimProcess process, TrackedProcess tracked, TrackedRanges ranges) {
    this.process = process;
    this.tracked = tracked;
    this.ranges = ranges;
  }

  @Override
  public List<PageRange> refresh() {
    refused.clear();
    List<PageRange> added = new ArrayList<>();
    for (Vma vma : tracked.maps()) {
      ranges.clip(vma.startVpn(), vma.endVpn(), (from, to) -> add(vma, from, to, added));
    }
    return added;
  }

  private void add(Vma vma, long startVpn, long endVpn, List<PageRange> added) {
    if (isRegistered(startVpn)) {
      return;
    }
    try {
      process.registerWriteProtect(startVpn, endVpn);
    } catch (KernelException e) {
      refused.add(new Refusal(vma, String.valueOf(e.getMessage())));
      return;
    }
    if (vma.readable() || vma.writable() || vma.executable()) {
      // A scan passes over what is marked, and that may be writable since it lost its registration.
      process.writeProtect(startVpn, endVpn);
      ScanRequest all = ScanRequest.of(startVpn, endVpn, 0);
      tracked.scan(all.withFlags(ScanRequest.WP_MATCHING), new PageRegionBuffer(0));
    }
    join(startVpn, endVpn, added);
  }

  /** Registering splits and joins mappings, so each is looked up when it is its turn. */
  private boolean isRegistered(long vpn) {
    VmArea area = process.mm().areas().find(vpn);
    return area != null && area.has(VmFlags.UFFD_WP_ASYNC);
  }

  private static void join(long startVpn, long endVpn, List<PageRange> added) {
    int last = added.size() - 1;
    if (last >= 0 && added.get(last).endVpn() == startVpn) {
      added.set(last, new PageRange(added.get(last).startVpn(), endVpn));
    } else {
      added.add(new PageRange(startVpn, endVpn));
    }
  }

  @Override
  public List<Refusal> refused() {
    return List.copyOf(refused);
  }

  @Override
  public void close() {
    if (!open || !process.isAlive()) {
      return;
    }
    open = false;
    for (Vma vma : tracked.maps()) {
      ranges.clip(vma.startVpn(), vma.endVpn(), this::disarm);
    }
  }

  private void disarm(long startVpn, long endVpn) {
    if (!isRegistered(startVpn)) {
      return;
    }
    for (long at = startVpn; at < endVpn; at += SLICE_PAGES) {
      process.unregisterWriteProtect(at, Math.min(endVpn, at + SLICE_PAGES));
    }
  }
}
