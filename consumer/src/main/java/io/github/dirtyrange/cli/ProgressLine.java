package io.github.dirtyrange.cli;

import io.github.dirtyrange.lab.Comparison;
import java.io.PrintWriter;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says on standard error what is being done: on a terminal in a line that is gone when it is done,
 * elsewhere in a line every ten seconds, so that a log of something short has none.
 */
abstract class ProgressLine implements Comparison.Progress {

  private static final int STANDARD_ERROR = 2;
  private static final long PERIOD_MILLIS = 10_000;

  /** {@return what says it on standard error} */
  static ProgressLine on(PrintWriter standardError) {
    return Terminal.is(STANDARD_ERROR)
        ? new OnTerminal(standardError)
        : new InLog(standardError, PERIOD_MILLIS);
  }

  /** Says what is being done. */
  abstract void show(String what);

  @Override
  public void round(int round, int rounds) {
    show("round " + (round + 1) + " of " + rounds);
  }

  /** Says no more. */
  abstract void erase();

  private static final class OnTerminal extends ProgressLine {

    private static final String ERASE = "\r\033[K";

    private final PrintWriter terminal;

    OnTerminal(PrintWriter terminal) {
      this.terminal = terminal;
    }

    @Override
    void show(String what) {
      terminal.print(ERASE + what);
      terminal.flush();
    }

    @Override
    void erase() {
      terminal.print(ERASE);
      terminal.flush();
    }
  }

  /** One step may take minutes, so it is the time that decides when a line is due. */
  static final class InLog extends ProgressLine {

    private final PrintWriter log;
    private final long periodMillis;
    private final long start = System.nanoTime();
    private @Nullable Timer timer;
    private String latest = "";
    private boolean over;

    InLog(PrintWriter log, long periodMillis) {
      this.log = log;
      this.periodMillis = periodMillis;
    }

    @Override
    synchronized void show(String what) {
      latest = what;
      if (timer == null && !over) {
        timer = new Timer("progress", true);
        timer.schedule(
            new TimerTask() {
              @Override
              public void run() {
                print();
              }
            },
            periodMillis,
            periodMillis);
      }
    }

    private synchronized void print() {
      if (!over) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        log.println("dirtyrange: " + latest + ", " + seconds + " s so far");
      }
    }

    @Override
    synchronized void erase() {
      over = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
