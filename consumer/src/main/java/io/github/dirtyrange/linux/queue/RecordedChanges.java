package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.bpf.RecordSink;
import io.github.dirtyrange.linux.bpf.RecordedRanges;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.perf.FaultRecorder;
import io.github.dirtyrange.linux.perf.FaultSink;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.function.Function;

/**
 * Records of what changes a process's pages, as places to look at: not of its own faults only, but
 * of whatever the kernel does to its page tables.
 */
final class RecordedChanges implements FaultRecorder {

  /** A record of three words and its header. */
  private static final int RECORD_BYTES = 32;

  private static final FaultSink NOTHING =
      new FaultSink() {
        @Override
        public void fault(long address, int pid, int tid, long nanos) {}

        @Override
        public void hints(long start, long end) {}
      };

  private final RecordedMemory memory;
  private final ChangeRecords records;
  private final PageIntervalMap unshown = IntervalMaps.create();
  private final PageIntervalMap emptied = IntervalMaps.create();
  private final PageIntervalMap mapped = IntervalMaps.create();
  private final RecordLosses losses;
  private boolean incomplete;
  private boolean on;
  private boolean resting;

  private final PassedChanges passed;

  /** Whether what no later look finds is asked for at all times. */
  private final boolean followsPages;

  private RecordedChanges(RecordedMemory memory, PassedChanges passed, boolean followsPages) {
    this.memory = memory;
    this.passed = passed;
    this.followsPages = followsPages;
    records = memory.records();
    losses = memory.losses();
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
      Function<RecordPrograms, SelfTestResult> test,
      PassedChanges passed,
      boolean followsPages) {
    return new RecordedChanges(RecordedMemory.open(identity, bytes, test), passed, followsPages);
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
      memory.followNobody();
    } else if (!on || resting) {
      memory.followAllButFaults();
    } else {
      memory.follow();
    }
  }

  @Override
  public long pendingSamples() {
    return records.pendingBytes() / RECORD_BYTES;
  }

  @Override
  public boolean hasAny() {
    return records.hasAny();
  }

  @Override
  public void read(FaultSink sink) {
    if (resting && followsPages) {
      passed.addTouched();
    }
    read(new RecordedRanges(new Noting(sink)));
  }

  private void read(RecordSink sink) {
    incomplete |= !memory.read(sink);
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
    RecordLosses.Missing missing = losses.take();
    if (missing.records() || missing.blind()) {
      addEverything(emptied);
    }
    if (missing.writes() || missing.blind()) {
      // No scan finds what records of such writes would have told: all is told.
      addEverything(unshown);
    }
    if (followsPages && missing.any()) {
      passed.addUnknown();
    }
    boolean any = missing.any() || incomplete;
    incomplete = false;
    return any;
  }

  /** {@inheritDoc} As far as a change of every kind was tried. */
  @Override
  public boolean tellsAll() {
    return memory.tellsAll();
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
    return memory.limits();
  }

  @Override
  public String describe() {
    return memory.describe();
  }

  @Override
  public void close() {
    memory.close();
  }
}
