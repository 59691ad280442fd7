package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIds;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.queue.LinuxChangeQueue;
import io.github.dirtyrange.linux.queue.LinuxFaultSamples;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.nio.ByteBuffer;
import java.util.List;

/** A process of this machine, through its files in /proc and its page-fault samples. */
public final class LinuxProcess implements TrackedProcess {

  private final int pid;
  private final ProcPagemap pagemap;
  private final ProcMaps maps;
  private final PagemapScanIoctl scan;
  private final RemoteMemory memory;

  private LinuxProcess(int pid, ProcPagemap pagemap, ProcMaps maps) {
    this.pid = pid;
    this.pagemap = pagemap;
    this.maps = maps;
    this.scan = new PagemapScanIoctl(pagemap.file());
    this.memory = new RemoteMemory(pid);
  }

  /** Opens a process, as {@link io.github.dirtyrange.kernel.Kernel#open} says. */
  public static LinuxProcess open(int pid) {
    try {
      return openFiles(pid);
    } catch (KernelException e) {
      throw e.errno() == Errno.ENOENT ? new KernelException(Errno.ESRCH, "open process " + pid) : e;
    }
  }

  private static LinuxProcess openFiles(int pid) {
    ProcPagemap pagemap = ProcPagemap.open(pid);
    try {
      return new LinuxProcess(pid, pagemap, ProcMaps.open(pid));
    } catch (KernelException e) {
      pagemap.close();
      throw e;
    }
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public List<Vma> maps() {
    return maps.read();
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    return pagemap.read(startVpn, count, entries);
  }

  @Override
  public int readMemoryIds(long startVpn, int count, long[] ids) {
    return new MemoryIds(maps.read()).read(pagemap, startVpn, count, ids);
  }

  @Override
  public void clearRefs(int value) {
    String path = "/proc/" + pid + "/clear_refs";
    try (Descriptor file = Descriptor.open(path, Abi.O_WRONLY)) {
      file.write(Integer.toString(value), "write " + value + " to " + path);
    }
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    long walkEnd = scan.scan(request, regions);
    if (regions.size() == 0) {
      pagemap.requireAlive();
    }
    return walkEnd;
  }

  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    return memory.readPages(bounds, from, to, target);
  }

  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    options.ranges().forEach(this::arm);
    return LinuxChangeQueue.open(pid, pagemap, options, CostModel.defaults());
  }

  @Override
  public FaultSamples openFaultSamples(List<PageRange> ranges, long maxBytes) {
    return LinuxFaultSamples.open(pid, ranges, CostModel.defaults(), maxBytes);
  }

  private void arm(PageRange range) {
    scan(
        ScanRequest.of(range.startVpn(), range.endVpn(), 0).withFlags(ScanRequest.WP_MATCHING),
        new PageRegionBuffer(0));
  }

  @Override
  public void close() {
    maps.close();
    pagemap.close();
  }
}
