package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.nio.ByteBuffer;
import java.util.List;

/** A process of which one call in a row fails, as if an interrupt had come. */
final class FailingCalls implements TrackedProcess {

  private final TrackedProcess process;
  private int left = Integer.MAX_VALUE;

  FailingCalls(TrackedProcess process) {
    this.process = process;
  }

  /** Lets so many calls pass, and the next one fail; those after it pass. */
  void failAfter(int calls) {
    left = calls;
  }

  private TrackedProcess call() {
    if (left == 0) {
      left = Integer.MAX_VALUE;
      throw new KernelException(Errno.EINTR, "a call");
    }
    left--;
    return process;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public List<Vma> maps() {
    return call().maps();
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    return call().readPagemap(startVpn, count, entries);
  }

  @Override
  public int readMemoryIds(long startVpn, int count, long[] ids) {
    return call().readMemoryIds(startVpn, count, ids);
  }

  @Override
  public void clearRefs(int value) {
    call().clearRefs(value);
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    return call().scan(request, regions);
  }

  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    return call().readPages(bounds, from, to, target);
  }

  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    return process.openChangeQueue(options);
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    return process.openFaultSamples(ranges, maxBytes);
  }

  @Override
  public void close() {
    process.close();
  }
}
