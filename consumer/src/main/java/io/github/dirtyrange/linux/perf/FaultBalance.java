package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/**
 * Holds the samples of a process against the faults that the kernel counts for it, {@code minflt}
 * and {@code majflt} of {@code /proc/PID/stat}. Both come from one place, {@code mm_account_fault}
 * in mm/memory.c, and the count comes first: so there are never fewer faults than samples, and as
 * soon as there are no more than were accounted for before, no fault in between went unsampled.
 *
 * <p>Unsampled are the faults of a thread that no event is attached to, on a CPU that no event is
 * of, in the kernel where only user mode is sampled, and those that a thread of the process takes
 * through get_user_pages, which are counted and raise no event. Faults that others take in the
 * process's memory are not counted.
 */
final class FaultBalance implements AutoCloseable {

  private static final int STAT_BYTES = 2048;
  private static final int MINFLT = 7;
  private static final int MAJFLT = 9;

  /** By when a fault that was counted has been sampled, unless its thread lost its CPU between. */
  private static final long SETTLING_NANOS = 50_000;

  private final Descriptor stat;
  private final ByteBuffer text = Sys.struct(STAT_BYTES);
  private long samples;
  private long later;
  private long counted;
  private long countingNanos;
  private long accounted;
  private long accountingNanos;
  private long accountedNanos;
  private boolean exact;

  private FaultBalance(int pid, long samples) {
    stat = Descriptor.open("/proc/" + pid + "/stat", Abi.O_RDONLY);
    this.samples = samples;
  }

  /** Opens the count of a process; all faults until now are accounted for. */
  static FaultBalance fromNowOn(int pid) {
    FaultBalance balance = new FaultBalance(pid, 0);
    balance.accountForAll();
    return balance;
  }

  /** Opens the count of a process of which so many samples, since it was made, were read. */
  static FaultBalance sinceItWasMade(int pid, long samples) {
    FaultBalance balance = new FaultBalance(pid, samples);
    balance.count();
    return balance;
  }

  /**
   * Counts the faults until now: the samples that are read next are held against that. Those of
   * later faults stand for none of them, so that a process which goes on meanwhile is even as well,
   * unless it faults in the few microseconds of the counting.
   */
  void count() {
    countingNanos = System.nanoTime();
    counted = faults();
    later = 0;
  }

  /**
   * Takes note of a sample that was read, and when its fault was. One that waited in a ring while
   * all was accounted for, as not sampled until then, must not stand for a later fault as well. Of
   * a fault that came while the count was read nobody can tell whether it was counted: it is taken
   * as one that was, since a scan for nothing is better than a fault that is hidden.
   */
  void sampled(long nanos) {
    samples++;
    later += nanos < countingNanos ? 0 : 1;
    if (nanos < accountedNanos) {
      accounted--;
      exact &= nanos < accountingNanos;
    }
  }

  /** {@return whether every fault that was counted was sampled, or accounted for before} */
  boolean isEven() {
    long unsampled = counted - (samples - later);
    accounted = Math.min(accounted, unsampled);
    return unsampled == accounted;
  }

  /**
   * Accounts for all faults until now, sampled or not: all memory is about to be looked at. One
   * that is just being completed, counted and sampled in a moment, counts as sampled before; only
   * where its thread loses its CPU in between may it hide one that nobody samples.
   */
  void accountForAll() {
    accountingNanos = System.nanoTime();
    accounted = faults() - samples;
    accountedNanos = System.nanoTime() + SETTLING_NANOS;
    exact = true;
    count();
  }

  /** {@return whether no sample that was read since is of a fault during the last accounting} */
  boolean isExact() {
    return exact;
  }

  /**
   * {@return the faults of the process until now} One that has gone takes none, and is noticed
   * elsewhere.
   */
  long faults() {
    try {
      long read = stat.pread(Sys.address(text), STAT_BYTES, 0, "read of stat");
      return read == 0 ? samples + accounted : parse((int) read);
    } catch (KernelException e) {
      if (e.errno() == Errno.ESRCH) {
        return samples + accounted;
      }
      throw e;
    }
  }

  /** The name in parentheses may hold spaces and parentheses. */
  private long parse(int length) {
    int at = length;
    while (text.get(at - 1) != ')') {
      at--;
    }
    long faults = 0;
    for (int field = 0; field <= MAJFLT; field++) {
      at++;
      long number = 0;
      for (byte digit; (digit = text.get(at)) != ' '; at++) {
        number = 10 * number + digit - '0';
      }
      faults += field == MINFLT || field == MAJFLT ? number : 0;
    }
    return faults;
  }

  @Override
  public void close() {
    stat.close();
  }
}
