package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeQueueOptions;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.sim.machine.Operation;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Pte;
import io.github.dirtyrange.kernel.sim.mm.TableVisitor;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * The queue as it was first proposed: one interval map that every transition goes into.
 *
 * <p>A drain takes the map away whole and puts an empty one in its place, so that what happens
 * meanwhile, the drain's own re-arming included, is in the next drain. It keeps no budget: the map
 * grows with the number of separate ranges changed.
 */
public final class IntervalQueue implements ChangeQueue, RecordSink {

  private static final Claims CLAIMS =
      Claims.always(
          Law.COMPLETE,
          Law.EXACT,
          Law.CANONICAL,
          Law.REARMED_BEFORE_REPORTED,
          Law.PAYS_FOR_CHANGES,
          Law.AGREES_WITH_SCAN,
          Law.CARRIES_DELTAS,
          Law.FOLLOWS_PAGES);

  private final AddressSpace mm;
  private final ChangeRecorder recorder;
  private final ChangeQueueOptions options;
  private PageIntervalMap queued = PageIntervalMap.create();
  private PageIntervalMap spare = PageIntervalMap.create();
  private boolean enabled;
  private long records;

  /** Arms the ranges and starts queueing their changes. */
  public IntervalQueue(AddressSpace mm, ChangeRecorder recorder, ChangeQueueOptions options) {
    this.mm = mm;
    this.recorder = recorder;
    this.options = options;
    Rearm rearm = new Rearm(mm);
    for (PageRange range : options.ranges()) {
      rearm.arm(range.startVpn(), range.endVpn());
    }
    enable();
  }

  @Override
  public Claims claims() {
    return CLAIMS;
  }

  @Override
  public void add(long startVpn, long endVpn, long changed) {
    for (PageRange range : options.ranges()) {
      long from = Math.max(startVpn, range.startVpn());
      long to = Math.min(endVpn, range.endVpn());
      if (from < to) {
        queued.add(from, to, changed);
        records++;
      }
    }
  }

  @Override
  public void move(long oldStartVpn, long newStartVpn, long pages) {
    LongArrayList pending = new LongArrayList();
    queued.forEach(
        oldStartVpn,
        oldStartVpn + pages,
        (start, end, changed) -> {
          pending.add(start);
          pending.add(end);
          pending.add(changed);
        });
    long distance = newStartVpn - oldStartVpn;
    for (int i = 0; i < pending.size(); i += 3) {
      add(pending.getLong(i) + distance, pending.getLong(i + 1) + distance, pending.getLong(i + 2));
    }
  }

  @Override
  public DrainReport drain(ChangeSink sink) {
    return drain(sink, DrainReport.Method.QUEUE);
  }

  private DrainReport drain(ChangeSink sink, DrainReport.Method method) {
    recorder.flush();
    mm.clock().charge(Operation.DRAIN_CALL);
    mm.clock().charge(Operation.DRAIN_REGION, queued.rangeCount());
    PageIntervalMap taken = queued;
    queued = spare;
    spare = taken;
    final long taking = records;
    records = 0;
    Rearm rearm = new Rearm(mm);
    RegionJoiner joiner = new RegionJoiner(sink);
    taken.drain((start, end, changed) -> rearm.take(start, end, changed, joiner));
    mm.clock().charge(Operation.TLB_FLUSH);
    joiner.finish();
    return new DrainReport(method, rearm.pages(), taking, 1);
  }

  /**
   * {@inheritDoc} The queue is complete while it is on; the scan adds what was written while it was
   * off.
   */
  @Override
  public DrainReport drainExactly(ChangeSink sink) {
    recorder.flush();
    long scanned = 0;
    for (PageRange range : options.ranges()) {
      for (VmArea area : mm.areas().overlapping(range.startVpn(), range.endVpn())) {
        long from = Math.max(range.startVpn(), area.startVpn());
        long to = Math.min(range.endVpn(), area.endVpn());
        mm.pages().walk(from, to, new AddingWritten(area));
        scanned += to - from;
      }
    }
    mm.clock().charge(Operation.SCAN_CALL);
    mm.clock().charge(Operation.SCAN_ENTRY, scanned);
    DrainReport report = drain(sink, DrainReport.Method.EXACT);
    return new DrainReport(
        report.method(), scanned + report.pagesInspected(), report.records(), report.calls() + 1);
  }

  private final class AddingWritten implements TableVisitor {

    private static final long ARMABLE = Categories.SOFT_DIRTY | Categories.WRITTEN;
    private final VmArea area;

    AddingWritten(VmArea area) {
      this.area = area;
    }

    @Override
    public boolean entries(long vpn, long[] table, int from, int to) {
      for (int i = from; i < to; i++) {
        addWritten(vpn + i - from, vpn + i - from + 1, area.categories(table[i]));
      }
      return true;
    }

    @Override
    public boolean huge(long startVpn, long endVpn, long entry) {
      addWritten(startVpn, endVpn, area.categories(entry));
      return true;
    }

    @Override
    public boolean hole(long startVpn, long endVpn) {
      addWritten(startVpn, endVpn, area.categories(Pte.NONE));
      return true;
    }

    private void addWritten(long startVpn, long endVpn, long categories) {
      if ((categories & ARMABLE) != 0) {
        queued.add(startVpn, endVpn, categories & ARMABLE);
      }
    }
  }

  @Override
  public void enable() {
    if (!enabled) {
      enabled = true;
      recorder.open(this);
    }
  }

  @Override
  public void disable() {
    if (enabled) {
      enabled = false;
      recorder.close(this);
    }
  }

  @Override
  public long memoryBytes() {
    recorder.flush();
    return queued.memoryBytes() + spare.memoryBytes();
  }

  @Override
  public void close() {
    disable();
    queued.clear();
  }
}
