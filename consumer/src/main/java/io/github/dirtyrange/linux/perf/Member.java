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
  private boolean shares = true;

  /** A process of which nothing is counted, at first. */
  Member() {}

  /** {@return a process that a member has made, which may have a memory of its own} */
  static Member made() {
    Member made = new Member();
    made.shares = false;
    return made;
  }

  /** Takes note that it has the memory: its faults are those of that memory. */
  void shares() {
    shares = true;
  }

  /**
   * {@return whether it is known to have the memory} Of one that a member has made, samples from
   * before the kernel was asked may be of another memory: hints, and nobody's changes.
   */
  boolean isKnownToShare() {
    return shares;
  }

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
