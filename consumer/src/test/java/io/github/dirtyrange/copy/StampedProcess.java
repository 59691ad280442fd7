package io.github.dirtyrange.copy;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** A process of which only the memory can be read: each page begins with its own number. */
final class StampedProcess implements TrackedProcess {

  private final Set<Integer> holes;

  StampedProcess(Set<Integer> holes) {
    this.holes = holes;
  }

  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    long copied = 0;
    for (int range = from; range < to; range++) {
      for (long vpn = bounds[2 * range]; vpn < bounds[2 * range + 1]; vpn++) {
        if (holes.contains((int) vpn)) {
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
    throw new UnsupportedOperationException();
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
