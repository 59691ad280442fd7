package io.github.dirtyrange.lab.survey;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.workload.FirstTouch;
import io.github.dirtyrange.workload.Workload;
import java.util.List;

/**
 * A workload that writes the pages of its first round in every round. The first write to an armed
 * huge page splits it, which takes some kilobytes of heap where that is simulated; other pages in
 * each round would split more and more of them.
 */
record RepeatedPages(Workload workload) implements Workload {

  @Override
  public void beginRound(int round) {
    workload.beginRound(0);
  }

  @Override
  public int pid() {
    return workload.pid();
  }

  @Override
  public List<PageRange> ranges() {
    return workload.ranges();
  }

  @Override
  public long populatedPages() {
    return workload.populatedPages();
  }

  @Override
  public boolean startsInHugePages() {
    return workload.startsInHugePages();
  }

  @Override
  public double write(int subRound) {
    return workload.write(subRound);
  }

  @Override
  public ChangedPages reveal() {
    return workload.reveal();
  }

  @Override
  public void startBusy(int subRound) {
    workload.startBusy(subRound);
  }

  @Override
  public ChangedPages stopBusy() {
    return workload.stopBusy();
  }

  @Override
  public void startSpinning() {
    workload.startSpinning();
  }

  @Override
  public void stopSpinning() {
    workload.stopSpinning();
  }

  @Override
  public FirstTouch touchFreshMemory() {
    return workload.touchFreshMemory();
  }

  @Override
  public boolean hasEnded() {
    return workload.hasEnded();
  }

  @Override
  public void close() {
    workload.close();
  }
}
