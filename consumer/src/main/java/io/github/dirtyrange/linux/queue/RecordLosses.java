package io.github.dirtyrange.linux.queue;

import io.github.dirtyrange.linux.bpf.ChangeRecords;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What may have been changed without a record since this was last asked. To be asked after reading:
 * a loss is counted before its thread goes on.
 */
final class RecordLosses {

  /**
   * What is missing since the last time.
   *
   * @param records whether some found no room, or a program did not run
   * @param writes whether some of those would have told of writes that no look at the pages shows
   * @param blind whether no program ran, now or when this was last asked: what happened until they
   *     ran again nobody has told yet
   */
  record Missing(boolean records, boolean writes, boolean blind) {

    /** {@return whether anything is missing} */
    boolean any() {
      return records || writes || blind;
    }
  }

  private final LongSupplier lost;
  private final LongSupplier lostWrites;
  private final BooleanSupplier isOn;
  private long lostBefore;
  private long lostWritesBefore;
  private boolean wasOff;

  RecordLosses(LongSupplier lost, LongSupplier lostWrites, BooleanSupplier isOn) {
    this.lost = lost;
    this.lostWrites = lostWrites;
    this.isOn = isOn;
    take();
  }

  /** Of these records, from now on. */
  static RecordLosses of(ChangeRecords records) {
    return new RecordLosses(records::lost, records::lostWrites, records::isOn);
  }

  /** {@return what is missing since this was last asked} If this throws, it is asked again. */
  Missing take() {
    long nowLost = lost.getAsLong();
    long nowLostWrites = lostWrites.getAsLong();
    boolean off = !isOn.getAsBoolean();
    Missing missing =
        new Missing(nowLost != lostBefore, nowLostWrites != lostWritesBefore, off || wasOff);
    lostBefore = nowLost;
    lostWritesBefore = nowLostWrites;
    wasOff = off;
    return missing;
  }
}
