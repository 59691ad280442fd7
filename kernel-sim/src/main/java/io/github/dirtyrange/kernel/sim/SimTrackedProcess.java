package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.MemoryIds;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.UserPages;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.mm.VmaTree;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.track.PagemapReader;
import io.github.dirtyrange.kernel.sim.track.PagemapScan;
import io.github.dirtyrange.kernel.sim.track.SimChangeQueue;
import io.github.dirtyrange.kernel.sim.track.SoftDirty;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A simulated process as a tracker sees it. */
final class SimTrackedProcess implements TrackedProcess {

  private static final byte[] REST_OF_PAGE = new byte[Pages.SIZE - Long.BYTES];

  private final SimKernel kernel;
  private final SimProcess process;
  private final PagemapReader pagemap;
  private final QueueDesign design;

  SimTrackedProcess(
      SimKernel kernel,
      SimProcess process,
      PagemapFormat format,
      boolean framesShown,
      QueueDesign design) {
    this.design = design;
    this.kernel = kernel;
    this.process = process;
    pagemap = new PagemapReader(process.mm(), format, framesShown);
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public List<Vma> maps() {
    VmaTree areas = process.mm().areas();
    List<Vma> maps = new ArrayList<>(areas.size());
    for (int i = 0; i < areas.size(); i++) {
      maps.add(shown(areas.get(i)));
    }
    return maps;
  }

  private static Vma shown(VmArea area) {
    PageCache file = area.file();
    return new Vma(
        area.startVpn(),
        area.endVpn(),
        area.has(VmFlags.READ),
        area.has(VmFlags.WRITE),
        area.has(VmFlags.EXEC),
        area.has(VmFlags.MAYSHARE),
        file == null ? 0 : Pages.address(area.pageOffset(area.startVpn())),
        0,
        file == null ? 0 : file.inode(),
        file == null ? "" : file.path());
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    process.mm();
    return pagemap.read(startVpn, count, entries, kernel.softDirtyUsed());
  }

  @Override
  public int readMemoryIds(long startVpn, int count, long[] ids) {
    int read = (int) Math.max(0, Math.min(count, AddressSpace.END_VPN - startVpn));
    MemoryIds.read(process.mm(), startVpn, read, ids);
    return read;
  }

  @Override
  public void clearRefs(int value) {
    SoftDirty.clearRefs(process.mm(), value);
    if (value == SoftDirty.CLEAR_SOFT_DIRTY) {
      kernel.noteSoftDirtyUsed();
    }
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    return PagemapScan.scan(process.mm(), request, regions);
  }

  /** {@inheritDoc} A page reads as its stamp, little-endian, then zeros. */
  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    AddressSpace mm = process.mm();
    mm.clock().charge(Cost.READ_MEMORY_CALL);
    ByteOrder order = target.order();
    target.order(ByteOrder.LITTLE_ENDIAN);
    long copied = 0;
    try {
      for (int i = from; i < to; i++) {
        for (long vpn = bounds[2 * i]; vpn < bounds[2 * i + 1]; vpn++) {
          if (target.remaining() < Pages.SIZE) {
            return copied;
          }
          target.putLong(UserPages.read(mm, Pages.address(vpn))).put(REST_OF_PAGE);
          copied++;
        }
      }
    } catch (KernelException unreadable) {
      // As process_vm_readv: what was copied counts, the page that could not be read ends the call.
      return copied;
    } finally {
      target.order(order);
      mm.clock().charge(Cost.COPY_PAGE, copied);
    }
    return copied;
  }

  @Override
  public Arming arm(TrackedRanges ranges) {
    if (process.mm().profile().has(Quirk.NO_PAGEMAP_SCAN)) {
      throw new KernelException(
          Errno.EOPNOTSUPP, "arming process " + pid() + ", which needs Linux 6.7 or newer");
    }
    SimArming arming = new SimArming(process, this, ranges);
    arming.refresh();
    return arming;
  }

  /** {@inheritDoc} Throws if the process has ended. */
  @Override
  public Frozen freeze() {
    process.mm();
    return new SimFrozen(kernel);
  }

  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    return new SimChangeQueue(process.mm(), process.recorder(), options, design, SimKernel.CPUS);
  }

  /** {@inheritDoc} Here that is the change queue itself. */
  @Override
  public ChangeQueue openKernelQueue(ChangeQueueOptions options) {
    return openChangeQueue(options);
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    throw new KernelException(Errno.EOPNOTSUPP, "samples of the faults of a simulated process");
  }

  @Override
  public void close() {}
}
