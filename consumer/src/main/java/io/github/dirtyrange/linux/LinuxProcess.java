package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.ChangeHints;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.SharedMemory;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.arm.ProcessFreeze;
import io.github.dirtyrange.linux.arm.RemoteUserfaultfd;
import io.github.dirtyrange.linux.kernelqueue.KernelChangeQueue;
import io.github.dirtyrange.linux.mm.LinuxArming;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.MemoryIds;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcMaps;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.mm.SharedContents;
import io.github.dirtyrange.linux.mm.Smaps;
import io.github.dirtyrange.linux.mm.UserfaultfdSource;
import io.github.dirtyrange.linux.mm.WriteProtection;
import io.github.dirtyrange.linux.queue.LinuxChangeHints;
import io.github.dirtyrange.linux.queue.LinuxChangeQueue;
import io.github.dirtyrange.linux.queue.LinuxFaultSamples;
import io.github.dirtyrange.linux.queue.LinuxQueues;
import io.github.dirtyrange.linux.symbol.LinuxCodeNames;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A process of this machine, through its files in /proc and its page-fault samples. */
public final class LinuxProcess implements TrackedProcess {

  private final MemoryIdentity identity;
  private final ArmingOptions options;
  private final ProcPagemap pagemap;
  private final ProcMaps maps;
  private final PagemapScanIoctl scan;
  private final RemoteMemory memory;
  private final WriteProtection writeProtection;
  private final List<Arming> armings = new ArrayList<>();

  /** Those that were opened, of which one is on at a time. */
  private final List<LinuxChangeQueue> queues = new ArrayList<>();

  private LinuxProcess(MemoryIdentity identity, ArmingOptions options) {
    this.identity = identity;
    this.options = options;
    this.pagemap = identity.pagemap();
    this.maps = new ProcMaps(identity);
    this.scan = new PagemapScanIoctl(pagemap);
    this.memory = new RemoteMemory(identity);
    this.writeProtection = new WriteProtection(pagemap);
  }

  /** Opens a process, as {@link io.github.dirtyrange.kernel.Kernel#open} says. */
  public static LinuxProcess open(int pid) {
    return open(pid, ArmingOptions.defaults());
  }

  /** Opens a process that is armed, if it is, as the options say. */
  static LinuxProcess open(int pid, ArmingOptions options) {
    LinuxProcess process = of(MemoryIdentity.open(pid), options);
    try {
      process.identity.requireSame();
      return process;
    } catch (KernelException e) {
      process.close();
      throw e;
    }
  }

  private static LinuxProcess of(MemoryIdentity identity, ArmingOptions options) {
    try {
      return new LinuxProcess(identity, options);
    } catch (RuntimeException | Error e) {
      identity.close();
      throw e;
    }
  }

  @Override
  public int pid() {
    return identity.pid();
  }

  @Override
  public long startTicks() {
    return identity.startTicks();
  }

  @Override
  public Optional<ProcessNotes> notes() {
    try {
      return Optional.of(NotesInProc.read(identity));
    } finally {
      identity.requireSame();
    }
  }

  @Override
  public Optional<SharedMemory> openShared(Vma mapping) {
    return SharedContents.open(identity, mapping);
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
    identity.clearRefs(value);
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
    try {
      return memory.readPages(bounds, from, to, target);
    } catch (KernelException e) {
      throw Remedies.ofLooking(e);
    }
  }

  @Override
  public Arming arm(TrackedRanges ranges) {
    return arm(ranges, RemoteUserfaultfd.PATIENCE_NANOS);
  }

  @Override
  public Arming arm(TrackedRanges ranges, long patienceNanos) {
    UserfaultfdSource source =
        () -> RemoteUserfaultfd.open(identity, maps, options.signalFrame(), patienceNanos);
    Arming arming =
        onSame(
            () -> LinuxArming.open(identity, maps, ranges, source, this::refreshed), Arming::close);
    armings.add(arming);
    return arming;
  }

  /** {@inheritDoc} The kernel walks every page table for it. */
  @Override
  public long hugePageBytes(TrackedRanges ranges) {
    try {
      return Smaps.hugeBytes(identity.path("smaps"), ranges);
    } finally {
      identity.requireSame();
    }
  }

  /** {@inheritDoc} By a helper: what happens to this process, the threads go on. */
  @Override
  public Frozen freeze() {
    return onSame(() -> ProcessFreeze.start(identity), Frozen::close);
  }

  /** Memory that the queues knew as not seen is seen from now on, until it is lost again. */
  private void refreshed(List<PageRange> registered) {
    queues.removeIf(queue -> !queue.isOpen());
    if (queues.isEmpty()) {
      return;
    }
    List<PageRange> refused = refused();
    queues.forEach(queue -> queue.refused(refused));
    if (!registered.isEmpty()) {
      List<PageRange> left = WriteProtection.leftUnarmed(maps(), TrackedRanges.of(registered));
      for (LinuxChangeQueue queue : queues) {
        queue.seen(registered);
        queue.leftUnarmed(left);
      }
    }
  }

  /** What has no file behind it may be registered another time. */
  private List<PageRange> refused() {
    return armings.stream()
        .flatMap(arming -> arming.refused().stream())
        .filter(refusal -> refusal.vma().isOfFile())
        .map(refusal -> new PageRange(refusal.vma().startVpn(), refusal.vma().endVpn()))
        .toList();
  }

  /**
   * {@inheritDoc} Faults are sampled before anything is armed: a page that was armed and written
   * while nobody sampled would stay written, and tell of no later write.
   */
  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    return openArmed(
        options, () -> LinuxQueues.open(identity, maps, options, CostModel.defaults()));
  }

  @Override
  public ChangeQueue openRecordedQueue(ChangeQueueOptions options) {
    return openArmed(
        options,
        () ->
            LinuxQueues.openRecorded(
                identity, maps, options, CostModel.defaults(), RecordTest::run));
  }

  private ChangeQueue openArmed(ChangeQueueOptions options, Supplier<LinuxChangeQueue> opening) {
    requireRegistered(options.ranges());
    LinuxChangeQueue opened = onSame(opening, ChangeQueue::close);
    try {
      queues.add(opened);
      List<Vma> mappings = maps();
      writeProtection.arm(mappings, options.ranges());
      opened.leftUnarmed(WriteProtection.leftUnarmed(mappings, options.ranges()));
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      identity.requireSame();
      throw e;
    }
  }

  @Override
  public ChangeQueue openKernelQueue(ChangeQueueOptions options) {
    return onSame(() -> KernelChangeQueue.open(identity, options), ChangeQueue::close);
  }

  /**
   * Of memory that is not registered a queue would say for ever that nothing changes. A process
   * that ends closes its userfaultfd, too: then it is its end that is told.
   */
  private void requireRegistered(TrackedRanges ranges) {
    boolean mapped = maps().stream().anyMatch(vma -> overlaps(vma, ranges));
    if (mapped && !writeProtection.isRegistered(ranges)) {
      identity.requireSame();
      throw new KernelException(
          Errno.EOPNOTSUPP,
          "opening a change queue on process "
              + pid()
              + ", where nothing in its ranges is armed (a file on a disk cannot be)");
    }
  }

  private static boolean overlaps(Vma vma, TrackedRanges ranges) {
    int range = ranges.firstEndingAfter(vma.startVpn());
    return range < ranges.count() && ranges.startVpn(range) < vma.endVpn();
  }

  @Override
  public ChangeHints openChangeHints(TrackedRanges ranges, long maxBytes) {
    return onSame(
        () -> LinuxChangeHints.open(identity, ranges, maxBytes, RecordTest::run),
        ChangeHints::close);
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    return onSame(
        () -> LinuxFaultSamples.open(pid(), maps, ranges, CostModel.defaults(), maxBytes),
        FaultSamples::close);
  }

  /** Opens something by number, and closes it again if the number has come to mean another. */
  private <T> T onSame(Supplier<T> opening, Consumer<T> closing) {
    T opened = open(opening);
    try {
      identity.requireSame();
      return opened;
    } catch (KernelException e) {
      closing.accept(opened);
      throw e;
    }
  }

  private <T> T open(Supplier<T> opening) {
    try {
      return opening.get();
    } catch (KernelException e) {
      identity.requireSame();
      throw mayAttach() ? e : Remedies.ofLooking(e);
    }
  }

  /** An error may also be another tracer's doing, or a filter's. */
  private boolean mayAttach() {
    try {
      readAPage();
      return true;
    } catch (KernelException e) {
      return e.errno() != Errno.EPERM && e.errno() != Errno.EACCES;
    }
  }

  /**
   * Reads a page by process_vm_readv(2), which takes the right that arming takes: to attach to the
   * process.
   *
   * @throws KernelException EPERM or EACCES without it; EFAULT if there is nothing to read
   */
  void readAPage() {
    for (Vma vma : maps()) {
      if (vma.readable()) {
        long[] bounds = {vma.startVpn(), vma.startVpn() + 1};
        memory.readPages(bounds, 0, 1, Sys.struct(Pages.SIZE));
        return;
      }
    }
    throw new KernelException(Errno.EFAULT, "reading a page of process " + pid());
  }

  @Override
  public CodeNames codeNames() {
    return new LinuxCodeNames(identity, maps);
  }

  /** {@inheritDoc} Disarms what was armed through it: later nothing can tell what that was. */
  @Override
  public void close() {
    armings.forEach(Arming::close);
    maps.close();
    identity.close();
  }
}
