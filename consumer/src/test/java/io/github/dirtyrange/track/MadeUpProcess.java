package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.nio.ByteBuffer;

/** A process of which nothing can be had but pagemap, mappings and soft-dirty. */
abstract class MadeUpProcess implements TrackedProcess {

  @Override
  public final int pid() {
    throw new UnsupportedOperationException();
  }

  @Override
  public final int readMemoryIds(long startVpn, int count, long[] ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final long scan(ScanRequest request, PageRegionBuffer regions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    throw new UnsupportedOperationException();
  }
}
