package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * A process of which only the mappings are known and the memory can be read: each page begins with
 * its own number.
 */
final class StampedProcess implements TrackedProcess {

  private static final int PAGES = 1000;

  private Set<Integer> holes;
  private PageRange mapped = new PageRange(0, PAGES);
  private boolean away;

  StampedProcess(Set<Integer> holes) {
    this.holes = holes;
  }

  /** From now on these pages cannot be read, and all others can. */
  void setHoles(Set<Integer> newHoles) {
    holes = newHoles;
  }

  /** From now on only these pages are mapped. */
  void setMapped(long startVpn, long endVpn) {
    mapped = new PageRange(startVpn, endVpn);
  }

  /** From now on nothing can be read, or everything again. */
  void setAway(boolean isAway) {
    away = isAway;
  }

  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    if (away) {
      throw new KernelException(Errno.ESRCH, "reading pages");
    }
    long copied = 0;
    for (int range = from; range < to; range++) {
      for (long vpn = bounds[2 * range]; vpn < bounds[2 * range + 1]; vpn++) {
        if (holes.contains((int) vpn) || !mapped.contains(vpn)) {
          return copied;
        }
        target.putLong(target.position(), vpn);
        target.position(target.position() + Pages.SIZE);
        copied++;
      }
    }
    return copied;
  }

  @Override
  public int pid() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Vma> maps() {
    return List.of(
        new Vma(mapped.startVpn(), mapped.endVpn(), true, true, false, false, 0, 0, 0, ""));
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int readMemoryIds(long startVpn, int count, long[] ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void clearRefs(int value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
