package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Btf;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.HookTrial;
import io.github.dirtyrange.linux.bpf.RecordSink;
import io.github.dirtyrange.linux.bpf.RecordedRanges;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.perf.FaultRecorder;
import io.github.dirtyrange.linux.perf.FaultSink;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Records of what changes a process's pages, as places to look at: not of its own faults only, but
 * of whatever the kernel does to its page tables.
 */
final class RecordedChanges implements FaultRecorder {

  private static final int MOST_WAITS = 100;
  private static final long WAIT_NANOS = 50_000;

  /** A record of three words and its header. */
  private static final int RECORD_BYTES = 32;

  private static final FaultSink NOTHING =
      new FaultSink() {
        @Override
        public void fault(long address, int pid, int tid, long nanos) {}

        @Override
        public void hints(long start, long end) {}
      };

  private final int pid;
  private final long mm;
  private final ChangeRecords records;
  private final SelfTestResult tested;
  private final PageIntervalMap unshown = IntervalMaps.create();
  private final PageIntervalMap emptied = IntervalMaps.create();
  private final PageIntervalMap mapped = IntervalMaps.create();
  private long lost;
  private long lostWrites;
  private boolean incomplete;
  private boolean on;
  private boolean resting;

  private final PassedChanges passed;

  /** Whether what no later look finds is asked for at all times. */
  private final boolean followsPages;

  private RecordedChanges(
      int pid,
      long mm,
      ChangeRecords records,
      SelfTestResult tested,
      PassedChanges passed,
      boolean followsPages) {
    this.passed = passed;
    this.followsPages = followsPages;
    this.pid = pid;
    this.mm = mm;
    this.records = records;
    this.tested = tested;
    lost = records.lost();
    lostWrites = records.lostWrites();
  }

  /**
   * Attaches programs to the kernel's functions; nothing is recorded yet.
   *
   * @param identity keeps the memory where the kernel has it
   * @param bytes what the ring may take; it has a page at least
   * @param test finds out whether they tell of every change
   * @param passed takes what was done to pages, as records are read
   * @param followsPages whether that is recorded also while this is off, but for faults (law L9)
   * @throws KernelException where none can be attached, or the process has gone
   */
  static RecordedChanges open(
      MemoryIdentity identity,
      long bytes,
      Function<ChangeRecords, SelfTestResult> test,
      PassedChanges passed,
      boolean followsPages) {
    ChangeRecords records = ChangeRecords.attach(Btf.running(), bytes);
    try {
      records.requireFaults();
      long mm = records.findMemory(identity.path("pagemap"));
      identity.requireSame();
      SelfTestResult tested = test.apply(records);
      return new RecordedChanges(identity.pid(), mm, records, tested, passed, followsPages);
    } catch (RuntimeException e) {
      records.close();
      throw e;
    }
  }

  @Override
  public void enable() {
    if (!on && followsPages) {
      passed.addTouched();
    }
    on = true;
    followAsAsked();
  }

  @Override
  public void disable() {
    on = false;
    followAsAsked();
    if (!followsPages) {
      // What is taken away until it is on again nobody will have recorded.
      addEverything(emptied);
    }
  }

  /**
   * {@inheritDoc} Faults alone: they are many, and a scan shows what they did. What no look at the
   * pages shows is recorded still.
   */
  @Override
  public void rest() {
    resting = true;
    followAsAsked();
  }

  /** {@inheritDoc} Not while it is {@linkplain #disable() off}. */
  @Override
  public void resume() {
    if (resting && followsPages) {
      passed.addTouched();
    }
    resting = false;
    followAsAsked();
  }

  private void followAsAsked() {
    if (!on && !followsPages) {
      records.followNobody();
    } else if (!on || resting) {
      records.followAllButFaults(pid, mm);
    } else {
      records.follow(pid, mm);
    }
  }

  @Override
  public long pendingSamples() {
    return records.pendingBytes() / RECORD_BYTES;
  }

  @Override
  public boolean hasAny() {
    return records.pendingBytes() > 0;
  }

  /**
   * {@inheritDoc} A record that another thread is about to write keeps those behind it back: it is
   * waited for, for a moment.
   */
  @Override
  public void read(FaultSink sink) {
    if (resting && followsPages) {
      passed.addTouched();
    }
    read(new RecordedRanges(new Noting(sink)));
  }

  private void read(RecordSink sink) {
    for (int waits = 0; !records.read(sink); waits++) {
      if (waits == MOST_WAITS) {
        incomplete = true;
        return;
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  /** Takes what is to be looked at, or told in any case. */
  private class Taking implements RecordedRanges.Taker {
    private final FaultSink sink;

    Taking(FaultSink sink) {
      this.sink = sink;
    }

    @Override
    public void range(long start, long end) {
      sink.hints(start, end);
    }

    @Override
    public void written(long start, long end) {
      add(unshown, start, end);
    }

    @Override
    public void emptied(long start, long end) {
      add(emptied, start, end);
    }

    @Override
    public void mapped(long start, long end) {
      add(mapped, start, end);
    }

    @Override
    public void anywhere(Change change) {
      incomplete = true;
    }
  }

  /** And takes note of what was done. */
  private final class Noting extends Taking {

    Noting(FaultSink sink) {
      super(sink);
    }

    @Override
    public void anywhere(Change change) {
      super.anywhere(change);
      passed.addAnywhere(change);
    }

    @Override
    public void done(Change change, long start, long end) {
      passed.add(change, start, end);
    }
  }

  private static void add(PageIntervalMap map, long start, long end) {
    map.add(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), 1);
  }

  private static void addEverything(PageIntervalMap map) {
    map.add(0, Pages.vpn(RecordedRanges.ADDRESS_LIMIT), 1);
  }

  private static void drain(PageIntervalMap map, RangeSink sink) {
    map.drain((start, end, mask) -> sink.range(Pages.address(start), Pages.address(end)));
  }

  @Override
  public void skim(FaultSink sink) {
    skip();
  }

  /** {@inheritDoc} All memory is looked at; what no look would show is remembered. */
  @Override
  public void skip() {
    if (followsPages) {
      read(NOTHING);
    } else {
      read(new RecordedRanges(new Taking(NOTHING)));
    }
  }

  /** {@inheritDoc} To be asked after reading: a loss is counted before its thread goes on. */
  @Override
  public boolean hasLost() {
    long before = lost;
    lost = records.lost();
    boolean any = lost != before;
    boolean blind = !records.isOn();
    if (any || blind) {
      addEverything(emptied);
    }
    if (blind) {
      addEverything(unshown);
    }
    boolean writes = lostWrites();
    if (followsPages && (any || blind || writes)) {
      passed.addUnknown();
    }
    any |= blind || incomplete || writes;
    incomplete = false;
    return any;
  }

  /** No scan finds what records of such writes would have told: all is told. */
  private boolean lostWrites() {
    long before = lostWrites;
    lostWrites = records.lostWrites();
    if (lostWrites == before) {
      return false;
    }
    addEverything(unshown);
    return true;
  }

  /** {@inheritDoc} As far as a change of every kind was tried. */
  @Override
  public boolean tellsAll() {
    return tested.isComplete();
  }

  @Override
  public void takeUnshown(RangeSink sink) {
    drain(unshown, sink);
  }

  @Override
  public void takeEmptied(RangeSink sink) {
    drain(emptied, sink);
  }

  @Override
  public void takeMapped(RangeSink sink) {
    drain(mapped, sink);
  }

  @Override
  public long memoryBytes() {
    return records.memoryBytes()
        + unshown.memoryBytes()
        + emptied.memoryBytes()
        + mapped.memoryBytes();
  }

  @Override
  public String limits() {
    return tested.isComplete() ? "" : "; " + tested.describe();
  }

  @Override
  public String describe() {
    List<HookTrial> trials = records.trials();
    long attached = trials.stream().filter(HookTrial::attached).count();
    return "records of "
        + attached
        + " of the kernel's functions"
        + (attached == trials.size() ? "" : ", of " + trials.size() + " that are looked for")
        + "; "
        + tested.describe();
  }

  @Override
  public void close() {
    records.close();
  }
}
