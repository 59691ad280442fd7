package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.Law;
import java.util.Comparator;

/**
 * A law that a design broke, and the shortest program that shows it.
 *
 * @param law the law
 * @param by what broke it
 * @param number the number of the program that broke it first; 0 if CPUs did
 * @param where the kernel it ran on; empty if there was none
 * @param program the program, shrunk; empty if CPUs broke it
 * @param what the first page or number that shows it
 */
public record LawBreach(Law law, By by, int number, String where, String program, String what) {

  /** Programs come by their number; what threads do is not repeated exactly, and comes last. */
  static final Comparator<LawBreach> FIRST =
      Comparator.comparing((LawBreach breach) -> breach.by == By.CPUS)
          .thenComparing(LawBreach::number)
          .thenComparing(LawBreach::by);

  /** What can break a law; of one number, that of a process is run first. */
  public enum By {
    /** Memory operations of a process, and drains. */
    PROCESS,
    /** Calls of the queue by itself. */
    CALLS,
    /** CPUs that fault while the queue is drained. */
    CPUS
  }

  /** {@return the earlier of two that break the same law} */
  static LawBreach first(LawBreach one, LawBreach other) {
    return FIRST.compare(one, other) <= 0 ? one : other;
  }
}
