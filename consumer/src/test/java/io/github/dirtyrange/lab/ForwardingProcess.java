package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.ChangeHints;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.CodeNames;
import io.github.dirtyrange.kernel.FaultSamples;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.SharedMemory;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A process that hands every call on to another. */
public class ForwardingProcess implements TrackedProcess {

  private final TrackedProcess process;

  public ForwardingProcess(TrackedProcess process) {
    this.process = process;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public long startTicks() {
    return process.startTicks();
  }

  @Override
  public Optional<ProcessNotes> notes() {
    return process.notes();
  }

  @Override
  public Optional<SharedMemory> openShared(Vma mapping) {
    return process.openShared(mapping);
  }

  @Override
  public List<Vma> maps() {
    return process.maps();
  }

  @Override
  public int readPagemap(long startVpn, int count, long[] entries) {
    return process.readPagemap(startVpn, count, entries);
  }

  @Override
  public int readMemoryIds(long startVpn, int count, long[] ids) {
    return process.readMemoryIds(startVpn, count, ids);
  }

  @Override
  public void clearRefs(int value) {
    process.clearRefs(value);
  }

  @Override
  public long scan(ScanRequest request, PageRegionBuffer regions) {
    return process.scan(request, regions);
  }

  @Override
  public long readPages(long[] bounds, int from, int to, ByteBuffer target) {
    return process.readPages(bounds, from, to, target);
  }

  @Override
  public Arming arm(TrackedRanges ranges) {
    return process.arm(ranges);
  }

  @Override
  public ChangeQueue openRecordedQueue(ChangeQueueOptions options) {
    return process.openRecordedQueue(options);
  }

  @Override
  public ChangeHints openChangeHints(TrackedRanges ranges, long maxBytes) {
    return process.openChangeHints(ranges, maxBytes);
  }

  @Override
  public long hugePageBytes(TrackedRanges ranges) {
    return process.hugePageBytes(ranges);
  }

  @Override
  public Frozen freeze() {
    return process.freeze();
  }

  @Override
  public ChangeQueue openChangeQueue(ChangeQueueOptions options) {
    return process.openChangeQueue(options);
  }

  @Override
  public ChangeQueue openKernelQueue(ChangeQueueOptions options) {
    return process.openKernelQueue(options);
  }

  @Override
  public FaultSamples openFaultSamples(TrackedRanges ranges, long maxBytes) {
    return process.openFaultSamples(ranges, maxBytes);
  }

  @Override
  public CodeNames codeNames() {
    return process.codeNames();
  }

  @Override
  public void close() {
    process.close();
  }
}
