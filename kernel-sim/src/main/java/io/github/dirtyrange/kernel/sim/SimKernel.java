package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Capabilities;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.Forks;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapFormat;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Frames;
import io.github.dirtyrange.kernel.sim.mm.PageCache;
import io.github.dirtyrange.kernel.sim.mm.SamePageMerging;
import io.github.dirtyrange.kernel.sim.mm.Swapping;
import io.github.dirtyrange.kernel.sim.mm.Truncation;
import io.github.dirtyrange.kernel.sim.queue.LockedMapQueue;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A simulated Linux kernel: a {@link Profile}, a cost model, page frames, and the processes that
 * were started on it. Not safe for use by several threads.
 */
public final class SimKernel implements Kernel {

  /** The CPUs of the machine, numbered from 0. */
  public static final int CPUS = 4;

  private static final int FIRST_PID = 1_000;

  private final Profile profile;
  private final CostModel costs;
  private final VirtualClock clock;
  private final PagemapFormat pagemapFormat;
  private final Frames frames = new Frames();
  private final Int2ObjectOpenHashMap<SimProcess> processes = new Int2ObjectOpenHashMap<>();
  private final List<SimForks> forkWatches = new ArrayList<>();
  private int nextPid = FIRST_PID;
  private long nextInode = 1;
  private boolean softDirtyUsed;

  /** Boots a kernel with the default costs and today's pagemap format. */
  public SimKernel(Profile profile) {
    this(profile, CostModel.defaults(), PagemapFormat.TODAY);
  }

  /** Boots a kernel. */
  public SimKernel(Profile profile, CostModel costs, PagemapFormat pagemapFormat) {
    this.profile = profile;
    this.costs = costs;
    this.pagemapFormat = pagemapFormat;
    clock = new VirtualClock(costs);
  }

  /** {@return a kernel of the newest profile, with the default costs} */
  public static SimKernel newest() {
    return new SimKernel(Profile.V7_3);
  }

  @Override
  public String name() {
    return "sim";
  }

  @Override
  public String release() {
    return profile.name();
  }

  @Override
  public Capabilities capabilities() {
    boolean softDirty = !profile.has(Quirk.NO_SOFT_DIRTY);
    boolean scan = !profile.has(Quirk.NO_PAGEMAP_SCAN);
    return new Capabilities(
        List.of(
            new Capability(
                Capability.SOFT_DIRTY, softDirty, softDirty ? "simulated" : "compiled out"),
            new Capability(
                Capability.PAGEMAP_SCAN, scan, scan ? "simulated" : "came with Linux 6.7"),
            new Capability(Capability.WP_ASYNC, scan, scan ? "simulated" : "came with Linux 6.7"),
            new Capability(Capability.CHANGE_QUEUE, true, "interval map fed by the fault handler"),
            new Capability(
                Capability.KERNEL_QUEUE,
                false,
                "the strategy queue is the kernel's own queue here, simulated"),
            new Capability(
                Capability.FAULT_SAMPLES,
                false,
                "no perf events are simulated; the change queue records the faults themselves"),
            new Capability(Capability.READ_MEMORY, true, "simulated"),
            new Capability(Capability.FRAME_NUMBERS, true, "simulated")));
  }

  /** {@inheritDoc} Here they are exact: its clock passes by them. */
  @Override
  public CostModel costs() {
    return costs;
  }

  /** Starts a process with nothing mapped. */
  public SimProcess spawn() {
    SimProcess process = new SimProcess(this, nextPid++, new AddressSpace(profile, clock, frames));
    processes.put(process.pid(), process);
    return process;
  }

  /** Makes an empty file on a disk. */
  public SimFile createFile(String path) {
    return new SimFile(new PageCache(PageCache.Kind.REGULAR, nextInode++, path, frames));
  }

  /** Makes an empty file of memory alone: memfd_create. */
  public SimFile createMemfd(String name) {
    return new SimFile(sharedMemory("memfd:" + name, 0));
  }

  PageCache sharedMemory(String name, long bytes) {
    return memory(PageCache.Kind.SHARED_MEMORY, name, bytes);
  }

  PageCache poolMemory(String name, long bytes) {
    return memory(PageCache.Kind.POOL, name, bytes);
  }

  private PageCache memory(PageCache.Kind kind, String name, long bytes) {
    PageCache pages = new PageCache(kind, nextInode++, "/" + name, frames);
    Truncation.truncate(pages, bytes);
    return pages;
  }

  /** {@inheritDoc} Frame numbers are shown, as to a privileged reader. */
  @Override
  public TrackedProcess open(int pid) {
    return open(pid, new LockedMapQueue.Design());
  }

  /** Opens a process as {@link #open(int)}; its change queues are of the given design. */
  public TrackedProcess open(int pid, QueueDesign design) {
    return new SimTrackedProcess(this, process(pid), pagemapFormat, true, design);
  }

  private SimProcess process(int pid) {
    SimProcess process = processes.get(pid);
    if (process == null) {
      throw new KernelException(Errno.ESRCH, "open of process " + pid);
    }
    return process;
  }

  /**
   * Looks at a process as an ordinary user may: frame numbers and places in swap read 0.
   *
   * @throws KernelException ESRCH if there is no such process
   */
  public TrackedProcess openUnprivileged(int pid) {
    QueueDesign design = new LockedMapQueue.Design();
    return new SimTrackedProcess(this, process(pid), pagemapFormat, false, design);
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  /** {@return how many page frames are in use} */
  public long framesInUse() {
    return frames.inUse();
  }

  /** Brings all pages back from swap, and lets none out any more: swapoff. */
  public void swapOff() {
    Swapping.off(memories(), frames);
  }

  /** Lets pages out to swap again: swapon. */
  public void swapOn() {
    Swapping.on(frames);
  }

  /** Takes a page out of memory, wherever it is mapped, as where memory is short. */
  public void reclaim(MappedPage page) {
    Swapping.reclaim(memories(), page.process().mm(), page.vpn());
  }

  /** Merges pages that hold the same, in memory that asked for it, as ksmd does in two passes. */
  public void mergeSamePages() {
    SamePageMerging.mergeAll(memories());
  }

  /** Makes one page of pages that hold the same, as far as they may be merged. */
  public void mergePages(List<MappedPage> pages) {
    SamePageMerging.merge(
        pages.stream()
            .map(page -> new SamePageMerging.Site(page.process().mm(), page.vpn()))
            .toList());
  }

  List<AddressSpace> memories() {
    return processes.values().stream()
        .sorted(Comparator.comparingInt(SimProcess::pid))
        .map(SimProcess::mm)
        .toList();
  }

  /** {@return how many pages' worth of swap is in use, of anonymous memory} */
  public int slotsInUse() {
    return frames.swap().slotsInUse();
  }

  @Override
  public Forks watchForks() {
    SimForks watch = new SimForks(this);
    forkWatches.add(watch);
    return watch;
  }

  void watchNoMore(SimForks watch) {
    forkWatches.remove(watch);
  }

  void forked(SimProcess parent, SimProcess child) {
    Forks.Fork fork = new Forks.Fork(parent.pid(), child.pid(), nanoTime());
    forkWatches.forEach(watch -> watch.add(fork));
  }

  void exited(SimProcess process) {
    processes.remove(process.pid());
  }

  /** {@return whether anybody has cleared soft-dirty since boot} */
  boolean softDirtyUsed() {
    return softDirtyUsed;
  }

  void noteSoftDirtyUsed() {
    softDirtyUsed = true;
  }
}
