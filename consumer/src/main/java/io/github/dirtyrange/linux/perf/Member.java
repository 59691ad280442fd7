package io.github.dirtyrange.linux.perf;

import org.jspecify.annotations.Nullable;

/**
 * A process whose samples are handed out: the one that is sampled, one that shares its memory, or
 * one that it made and of which that is not known yet.
 */
final class Member implements AutoCloseable {

  private @Nullable FaultBalance balance;
  private long samples;
  private long untilNanos = Long.MAX_VALUE;

  /** A process of which nothing is counted, at first. */
  Member() {}

  /** A process whose faults are held against its samples. */
  Member(FaultBalance balance) {
    this.balance = balance;
  }

  /** {@return whether a sample of that time counts} */
  boolean counts(long nanos) {
    return nanos < untilNanos;
  }

  /** Takes note of a sample that was read. */
  void sampled(long nanos) {
    samples++;
    if (balance != null) {
      balance.sampled(nanos);
    }
  }

  /** From now on its faults, all since it was made, are held against its samples. */
  void balance(int pid) {
    if (balance == null) {
      balance = FaultBalance.sinceItWasMade(pid, samples);
    }
  }

  /** No sample after that time counts. */
  void leave(long nanos) {
    untilNanos = nanos;
  }

  /** {@return whether samples of some time do not count} */
  boolean hasLeft() {
    return untilNanos != Long.MAX_VALUE;
  }

  /** Does as {@link FaultBalance#count} says. */
  void count() {
    if (balance != null) {
      balance.count();
    }
  }

  /** {@return as {@link FaultBalance#isEven}; true where nothing is counted} */
  boolean isEven() {
    return balance == null || hasLeft() || balance.isEven();
  }

  /** Does as {@link FaultBalance#accountForAll} says. */
  void accountForAll() {
    if (balance != null) {
      balance.accountForAll();
    }
  }

  /** {@return as {@link FaultBalance#isExact}; true where nothing is counted} */
  boolean isExact() {
    return balance == null || balance.isExact();
  }

  @Override
  public void close() {
    if (balance != null) {
      balance.close();
    }
  }
}
