package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.bpf.HookTrial;
import io.github.dirtyrange.linux.bpf.RecordPrograms;
import io.github.dirtyrange.linux.bpf.RecordSink;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.selftest.SelfTestResult;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Records of one process's memory, and what is known of their completeness. */
final class RecordedMemory implements AutoCloseable {

  private static final int MOST_WAITS = 100;
  private static final long WAIT_NANOS = 50_000;

  private final ChangeRecords records;
  private final RecordLosses losses;
  private final SelfTestResult tested;

  private RecordedMemory(ChangeRecords records, RecordLosses losses, SelfTestResult tested) {
    this.records = records;
    this.losses = losses;
    this.tested = tested;
  }

  /**
   * Attaches programs to the kernel's functions; nothing is recorded yet.
   *
   * @param identity keeps the memory where the kernel has it
   * @param bytes what the ring may take; it has a page at least
   * @param test finds out whether they tell of every change
   * @throws KernelException where none can be attached, or the process has gone
   */
  static RecordedMemory open(
      MemoryIdentity identity, long bytes, Function<RecordPrograms, SelfTestResult> test) {
    ChangeRecords records = ChangeRecords.open(identity.path("pagemap"), bytes);
    try {
      identity.requireSame();
      SelfTestResult tested = test.apply(records.programs());
      return new RecordedMemory(records, RecordLosses.of(records), tested);
    } catch (RuntimeException | Error e) {
      records.close();
      throw e;
    }
  }

  /** Records everything from now on. */
  void follow() {
    records.follow();
  }

  /** Records everything but faults from now on. */
  void followAllButFaults() {
    records.followAllButFaults();
  }

  /** Records nothing any more. */
  void followNobody() {
    records.followNobody();
  }

  /**
   * Hands out what was recorded. A record that another thread is about to write keeps those behind
   * it back: it is waited for, for a moment.
   *
   * @return whether it came
   */
  boolean read(RecordSink sink) {
    for (int waits = 0; !records.read(sink); waits++) {
      if (waits == MOST_WAITS) {
        return false;
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
    return true;
  }

  /** {@return what may have been changed without a record, since this was opened} */
  RecordLosses losses() {
    return losses;
  }

  /** {@return the records themselves: how many are waiting, and were lost} */
  ChangeRecords records() {
    return records;
  }

  /** {@return whether a change of every kind was tried, and recorded} */
  boolean tellsAll() {
    return tested.isComplete();
  }

  /** {@return what is not known to be recorded, for people; empty if all is} */
  String limits() {
    return tested.isComplete() ? "" : "; " + tested.describe();
  }

  /** {@return how it records, for people} */
  String describe() {
    List<HookTrial> trials = records.programs().trials();
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
