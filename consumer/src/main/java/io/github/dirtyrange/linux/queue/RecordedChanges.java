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
import io.github.dirtyrange.linux.perf.FaultRecorder;
import io.github.dirtyrange.linux.perf.FaultSink;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Records of what changes a process's pages, as places to look at: not of its own faults only, but
 * of whatever the kernel does to its page tables.
 */
final class RecordedChanges implements FaultRecorder {

  /** User space ends here at the latest, with page tables of five levels. */
  private static final long ADDRESS_LIMIT = 1L << 56;

  private static final int MOST_WAITS = 100;
  private static final long WAIT_NANOS = 50_000;

  /** A record of three words and its header. */
  private static final int RECORD_BYTES = 32;

  // The numbers of calls on a userfaultfd (linux/userfaultfd.h) whose range begins in the first
  // word and has its length in the third; all others have it in the second.
  private static final int UFFDIO_COPY = 3;
  private static final int UFFDIO_MOVE = 5;

  private static final FaultSink NOTHING =
      new FaultSink() {
        @Override
        public void fault(long address, int pid, int tid, long nanos) {}

        @Override
        public void hints(long start, long end) {}
      };

  private final int pid;
  private final ChangeRecords records;
  private final PageIntervalMap unshown = IntervalMaps.create();
  private long lost;
  private boolean incomplete;

  private RecordedChanges(int pid, ChangeRecords records) {
    this.pid = pid;
    this.records = records;
  }

  /**
   * Attaches programs to the kernel's functions; nothing is recorded yet.
   *
   * @param bytes what the ring may take; it has a page at least
   * @throws KernelException where none can be attached, or the process has gone
   */
  static RecordedChanges open(int pid, long bytes) {
    long ring = Long.highestOneBit(Math.max(Pages.SIZE, Math.min(bytes, 1 << 30)));
    ChangeRecords records = ChangeRecords.attach(Btf.running(), (int) ring);
    try {
      records.requireAny();
      return new RecordedChanges(pid, records);
    } catch (KernelException e) {
      records.close();
      throw e;
    }
  }

  /** {@inheritDoc} What is lost from here on is to be noticed: losses are counted first. */
  @Override
  public void enable() {
    lost = records.lost();
    records.follow(pid);
  }

  @Override
  public void disable() {
    records.rest();
  }

  @Override
  public void rest() {
    disable();
  }

  @Override
  public void resume() {
    enable();
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
    for (int waits = 0; !records.read(recordSink(sink)); waits++) {
      if (waits == MOST_WAITS) {
        incomplete = true;
        return;
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
  }

  private RecordSink recordSink(FaultSink sink) {
    return (change, start, end, information, more, last) ->
        take(sink, change, start, end, information, more, last);
  }

  private void take(
      FaultSink sink, Change change, long start, long end, long information, long more, long last) {
    switch (change) {
      case MOVED -> {
        hint(sink, start, end);
        hint(sink, more, more + (end - start));
      }
      case REMAPPED -> {
        hint(sink, start, end);
        hint(sink, last, last + more);
      }
      case USERFAULTFD -> takeCall(sink, start, end, (int) information, more);
      case WRITTEN_BY_ANOTHER -> {
        hint(sink, start, end);
        unshown.add(Pages.vpn(start), Pages.vpn(end + Pages.SIZE - 1), 1);
      }
      // Of whom and where is not known: all is to be looked at.
      case RETRACTED -> incomplete = true;
      case EXITED, EXECUTED, FORKED, REFERENCES_CLEARED -> {}
      default -> hint(sink, start, end);
    }
  }

  /** An argument that could not be read is all zeros. */
  private void takeCall(FaultSink sink, long first, long second, int call, long third) {
    incomplete |= first == 0 && second == 0;
    if (call == UFFDIO_COPY || call == UFFDIO_MOVE) {
      hint(sink, first, first + third);
      hint(sink, second, second + third);
    } else {
      hint(sink, first, first + second);
    }
  }

  private static void hint(FaultSink sink, long start, long end) {
    if (start >= 0 && start < end && end <= ADDRESS_LIMIT) {
      sink.hints(start, end);
    }
  }

  @Override
  public void skim(FaultSink sink) {
    skip();
  }

  /** {@inheritDoc} All memory is looked at; what no look would show is remembered. */
  @Override
  public void skip() {
    read(NOTHING);
  }

  /** {@inheritDoc} To be asked after reading: a loss is counted before its thread goes on. */
  @Override
  public boolean hasLost() {
    long before = lost;
    lost = records.lost();
    boolean any = lost != before || incomplete;
    incomplete = false;
    return any;
  }

  @Override
  public boolean tellsAll() {
    return true;
  }

  @Override
  public void takeUnshown(RangeSink sink) {
    unshown.drain((start, end, mask) -> sink.range(Pages.address(start), Pages.address(end)));
  }

  @Override
  public long memoryBytes() {
    return records.memoryBytes() + unshown.memoryBytes();
  }

  @Override
  public String limits() {
    return "";
  }

  @Override
  public String describe() {
    List<HookTrial> trials = records.trials();
    long attached = trials.stream().filter(HookTrial::attached).count();
    return "records of "
        + attached
        + " of the kernel's functions"
        + (attached == trials.size() ? "" : ", of " + trials.size() + " that are looked for");
  }

  @Override
  public void close() {
    records.close();
  }
}
