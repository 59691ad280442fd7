package io.github.dirtyrange.workload;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A workload that is a simulated process. In virtual time nothing happens by itself, so its busy
 * thread writes some pages when it is started and some when it is stopped: before a strategy's
 * answer, and after it.
 */
public final class SimWorkload implements Workload {

  private static final int BUSY_PAGES = 64;

  /** A tebibyte of small pages fits into the launcher's heap, more does not. */
  private static final long SMALL_PAGES_MOST = 1L << 28;

  private final SimKernel kernel;
  private final WorkloadPlan plan;
  private final SimProcess process;
  private final PageRange range;
  private final StampWriter writer;
  private final IntArrayList busyPages = new IntArrayList();
  private final boolean huge;
  private int[] round = new int[0];
  private int busySubRound;

  private SimWorkload(SimKernel kernel, WorkloadPlan plan, long smallPagesMost) {
    this.kernel = kernel;
    this.plan = plan;
    process = kernel.spawn();
    long address = process.mmap(Pages.address(plan.mappedPages()));
    range = new PageRange(Pages.vpn(address), Pages.vpn(address) + plan.mappedPages());
    huge = plan.mappedPages() > smallPagesMost;
    if (!huge) {
      process.storeRange(address, Pages.address(plan.mappedPages()), Stamp.POPULATED);
    } else {
      populateHugePages(address);
    }
    if (kernel.capabilities().has(Capability.WP_ASYNC)) {
      process.registerWriteProtect(range.startVpn(), range.endVpn());
    }
    writer = new StampWriter(new SimArea(process, range.startVpn(), plan));
  }

  /**
   * Starts a process whose pages are all populated: with small pages, each written once, up to 1
   * TiB, and with huge pages beyond.
   */
  public static SimWorkload start(SimKernel kernel, WorkloadPlan plan) {
    return start(kernel, plan, SMALL_PAGES_MOST);
  }

  /** Starts a process that has huge pages if it maps more than so many pages. */
  static SimWorkload start(SimKernel kernel, WorkloadPlan plan, long smallPagesMost) {
    return new SimWorkload(kernel, plan, smallPagesMost);
  }

  /** A store to one page of each makes it; pages beyond the last huge page are stored to. */
  private void populateHugePages(long address) {
    long bytes = Pages.address(plan.mappedPages());
    process.madvise(address, bytes, Madvise.Advice.HUGEPAGE);
    long vpn = range.startVpn();
    while (vpn < range.endVpn()) {
      boolean whole = vpn % Pages.PER_TABLE == 0 && vpn + Pages.PER_TABLE <= range.endVpn();
      process.store(Pages.address(vpn), 0);
      vpn += whole ? Pages.PER_TABLE : 1;
    }
  }

  private long vpn(int page) {
    return range.startVpn() + plan.pageAt(page);
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public List<PageRange> ranges() {
    return List.of(range);
  }

  @Override
  public long populatedPages() {
    return range.pages();
  }

  @Override
  public boolean startsInHugePages() {
    return huge;
  }

  @Override
  public void beginRound(int number) {
    round = plan.pagesOfRound(number);
  }

  @Override
  public double write(int subRound) {
    long start = kernel.nanoTime();
    writer.write(round, subRound);
    return plan.nanosPerPage(kernel.nanoTime() - start);
  }

  @Override
  public ChangedPages reveal() {
    return PageSets.of(round.clone(), round.length, this::vpn);
  }

  @Override
  public void startBusy(int subRound) {
    busyPages.clear();
    busySubRound = subRound;
    writeBusily(new SplittableRandom(subRound));
  }

  @Override
  public ChangedPages stopBusy() {
    writeBusily(new SplittableRandom(-busySubRound));
    return PageSets.of(busyPages.elements(), busyPages.size(), this::vpn);
  }

  /** {@inheritDoc} Virtual processors do nothing by themselves. */
  @Override
  public void startSpinning() {}

  @Override
  public void stopSpinning() {}

  @Override
  public FirstTouch touchFreshMemory() {
    return FirstTouch.measure(new SimFreshMemory(kernel, process));
  }

  @Override
  public boolean hasEnded() {
    return false;
  }

  @Override
  public void close() {
    process.exit();
  }

  private void writeBusily(SplittableRandom random) {
    for (int i = 0; i < BUSY_PAGES; i++) {
      int page = random.nextInt(plan.writablePages());
      writer.write(page, busySubRound);
      busyPages.add(page);
    }
  }

  /** More memory of the process, on the kernel's clock. */
  private record SimFreshMemory(SimKernel kernel, SimProcess process) implements FreshMemory {

    @Override
    public long nanoTime() {
      return kernel.nanoTime();
    }

    @Override
    public Area map(int pages) {
      return new SimFreshArea(process, process.mmap(Pages.address(pages)), pages);
    }
  }

  private record SimFreshArea(SimProcess process, long address, int pages)
      implements FreshMemory.Area {

    @Override
    public void load(int page) {
      process.load(address + Pages.address(page));
    }

    @Override
    public void store(int page) {
      process.store(address + Pages.address(page), Stamp.POPULATED);
    }

    @Override
    public void discard() {
      process.madvise(address, Pages.address(pages), Madvise.Advice.DONTNEED);
    }

    @Override
    public void close() {
      process.munmap(address, Pages.address(pages));
    }
  }

  /** The simulated memory, page by page. */
  private record SimArea(SimProcess process, long baseVpn, WorkloadPlan plan)
      implements WritableArea {

    @Override
    public long vpn(int page) {
      return baseVpn + plan.pageAt(page);
    }

    @Override
    public void store(int page, long value) {
      process.store(Pages.address(vpn(page)), value);
    }
  }
}
