package io.github.dirtyrange.workload;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;

/**
 * A process that writes the pages it is told to, and says which only when asked: what the answers
 * of the strategies are judged by.
 *
 * <p>Every page of its ranges has been written once when the workload is handed over; it then
 * starts with {@link Stamp#POPULATED}, and after each later write with the {@link Stamp} of the
 * sub-round. All other bytes stay 0. Calls throw {@link WorkloadEndedException} once the process
 * has gone.
 */
public interface Workload extends AutoCloseable {

  /** {@return the process's number} */
  int pid();

  /** {@return the page ranges that it writes in, ascending} */
  List<PageRange> ranges();

  /** {@return how many pages of the ranges are in memory} */
  long populatedPages();

  /** {@return whether they were in huge pages before the first round} */
  boolean startsInHugePages();

  /** Chooses the pages of a round, and writes none of them yet. */
  void beginRound(int round);

  /**
   * Writes the round's pages, each once.
   *
   * @return the time of one write in nanoseconds of the kernel's clock, as the process measured it
   */
  double write(int subRound);

  /** {@return the round's pages, ascending} */
  ChangedPages reveal();

  /** Starts a thread that writes further pages at random until {@link #stopBusy}. */
  void startBusy(int subRound);

  /** Stops the thread; returns the pages that it wrote, ascending. */
  ChangedPages stopBusy();

  /** Starts a thread that runs until {@link #stopSpinning} and writes no page of the ranges. */
  void startSpinning();

  /** Stops that thread. */
  void stopSpinning();

  /** Maps memory beside the ranges, touches it for the first time, and unmaps it again. */
  FirstTouch touchFreshMemory();

  /** {@return whether the process has gone} Waits a moment for an end that is under way. */
  boolean hasEnded();

  /** Ends the process. */
  @Override
  void close();
}
