package io.github.dirtyrange.conform.agent;

import java.time.Duration;

/**
 * Kills a process that does not answer in time: a system call of its may never return, and random
 * programs do find such calls.
 */
final class Watchdog implements AutoCloseable {

  private static final long CHECK_MILLIS = 500;
  private static final long NOBODY_WAITS = Long.MAX_VALUE;

  private final Runnable kill;
  private final long patienceChecks;
  private final Thread thread;
  private volatile long waitingSince = NOBODY_WAITS;
  private volatile boolean bitten;

  /** Starts watching; {@code kill} ends what is watched. */
  Watchdog(Duration patience, Runnable kill) {
    this.kill = kill;
    this.patienceChecks = (patience.toMillis() + CHECK_MILLIS - 1) / CHECK_MILLIS;
    thread = new Thread(this::watch, "agent-watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Notes that an answer is waited for from now on; {@return whether none was waited for before}
   * What is asked while another answer is waited for must not make that wait look shorter.
   */
  boolean waiting() {
    if (waitingSince != NOBODY_WAITS) {
      return false;
    }
    waitingSince = System.nanoTime();
    return true;
  }

  /** Notes that the answer came that was waited for first. */
  void answered() {
    waitingSince = NOBODY_WAITS;
  }

  /** {@return whether the process was killed for not answering} */
  boolean hasBitten() {
    return bitten;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** Time is counted in checks: where the whole machine stands still, they come late as well. */
  private void watch() {
    long watched = NOBODY_WAITS;
    int checks = 0;
    try {
      while (!bitten) {
        Thread.sleep(CHECK_MILLIS);
        long since = waitingSince;
        checks = since == watched ? checks + 1 : 0;
        watched = since;
        if (since != NOBODY_WAITS && checks >= patienceChecks) {
          bitten = true;
          kill.run();
        }
      }
    } catch (InterruptedException e) {
      // Nothing is left to watch.
    }
  }
}
