package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.track.ChangedPages;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A workload that is a simulated process. In virtual time nothing happens by itself, so its busy
 * thread writes some pages when it is started and some when it is stopped: before a strategy's
 * answer, and after it.
 */
final class SimWorkload implements Workload {

  private static final int BUSY_PAGES = 64;

  private final SimKernel kernel;
  private final WorkloadPlan plan;
  private final SimProcess process;
  private final PageRange range;
  private final StampWriter writer;
  private final IntArrayList busyPages = new IntArrayList();
  private int[] round = new int[0];
  private int busySubRound;

  private SimWorkload(SimKernel kernel, WorkloadPlan plan) {
    this.kernel = kernel;
    this.plan = plan;
    process = kernel.spawn();
    long address = process.mmap(Pages.address(plan.mappedPages()));
    range = new PageRange(Pages.vpn(address), Pages.vpn(address) + plan.mappedPages());
    process.storeRange(address, Pages.address(plan.mappedPages()), Stamp.POPULATED);
    process.registerWriteProtect(range.startVpn(), range.endVpn());
    writer = new StampWriter(new SimArea(process, range.startVpn()));
  }

  /** Starts a process that has written every page once. */
  static SimWorkload start(SimKernel kernel, WorkloadPlan plan) {
    return new SimWorkload(kernel, plan);
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
  public void beginRound(int number) {
    round = plan.pagesOfRound(number);
  }

  @Override
  public double write(int subRound) {
    long start = kernel.nanoTime();
    writer.write(round, subRound);
    return (double) (kernel.nanoTime() - start) / round.length;
  }

  @Override
  public ChangedPages reveal() {
    return PageSets.of(round.clone(), round.length, range.startVpn());
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
    return PageSets.of(busyPages.elements(), busyPages.size(), range.startVpn());
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
      int page = random.nextInt(plan.mappedPages());
      writer.write(page, busySubRound);
      busyPages.add(page);
    }
  }

  /** The simulated memory, page by page. */
  private record SimArea(SimProcess process, long baseVpn) implements WritableArea {

    @Override
    public void store(int page, long value) {
      process.store(Pages.address(baseVpn + page), value);
    }
  }
}
